import Foundation
import TestSupport
import Testing
import Warehouse

@Suite struct UsageTests {
  private static let pack = packageFolder.appending(path: "chains/strafrecht").path

  @Test func `a command looks at its options before it destroys or writes anything`() throws {
    try withFolder { folder in
      let demo = folder.appending(path: "demo")
      let full = folder.appending(path: "full")
      try writeFiles([".keten-demo": "", "workspace/old": "old"], below: demo)
      try writeFiles(["mine": "mine"], below: full)
      let before = files(below: folder)
      func synthesize(_ more: String...) -> [String] {
        ["synthesize", Self.pack, "--from", "2023", "--to", "2023"] + more
      }
      let cases: [(arguments: [String], code: Int32, message: String)] = [
        (["demo", "--pack", "nonsense", "--dir", demo.path], 1, "there is no such folder"),
        (["demo", "--scale", "0", "--dir", demo.path], 2, "--scale lies above 0"),
        (["demo", "--port", "99999", "--dir", demo.path], 2, "99999 is no port"),
        (synthesize("--out", full.path), 2, "full is not empty"),
        (synthesize("--out", "\(full.path)/new", "--threads", "0"), 2, "--threads must be at"),
        (["serve", full.path, "--port", "99999"], 2, "99999 is no port"),
        (
          ["run", full.path, "--reference-date", "2023-12-31", "--threads", "0"], 2,
          "--threads must be at"
        ),
      ]
      for (arguments, code, message) in cases {
        let answer = try Program.run(arguments)
        #expect(answer.code == code, "\(arguments)")
        #expect(answer.errors.contains(message), "\(answer.errors)")
        #expect(files(below: folder) == before)
      }
    }
  }

  @Test func `no command of disclosure writes over what its spec names`() throws {
    try withFolder { folder in
      try writeFiles(
        [
          "cells.csv": "r,n\nT,3\nA,3\n", "rows.csv": "r,n\nA,3\n",
          "r.csv": "code,parent\nT,\nA,T\n",
          "t.yaml":
            "dimensions: [{name: r, hierarchy: r.csv}]\nfrequency: n\nrules: [{minimum_frequency: 1}]\n",
          "p.yaml": "keys: [r]\nk: 2\nrecode: {r: {hierarchy: r.csv, steps: 1}}\n",
          "q.yaml":
            "data: rows.csv\noutputs: [{name: one, kind: table, rows: [r], statistic: frequency}]\n",
        ], below: folder)
      func path(_ name: String) -> String { folder.appending(path: name).path }
      let before = files(below: folder)
      for (arguments, output) in [
        (["protect", path("cells.csv"), "--spec", path("t.yaml")], "r.csv"),
        (["records", path("rows.csv"), "--spec", path("p.yaml")], "r.csv"),
        (["check", path("q.yaml")], "rows.csv"),
      ] {
        let old = try Data(contentsOf: folder.appending(path: output))
        let refused = try Program.run(["disclosure"] + arguments + ["--out", path(output)])
        #expect(refused.code != 0)
        #expect(refused.errors.contains("the command reads this file; nothing was written"))
        #expect(try Data(contentsOf: folder.appending(path: output)) == old)
        #expect(files(below: folder) == before)
      }
    }
  }

  @Test func `a planned release is told with its moment`() throws {
    let made = try MadeChain.shared.get()
    try withFolder { folder in
      let workspace = folder.appending(path: "workspace")
      try FileManager.default.copyItem(at: made.workspace.directory, to: workspace)
      let answer = try Program.run(
        "run", workspace.path, "--reference-date", "2023-07-10", "--quiet", "--at",
        "2099-03-01T09:30+01:00")
      #expect(answer.code == 0, "\(answer.errors)")
      #expect(answer.output.contains("\nrelease 2023-07-10-"))
      #expect(answer.output.hasSuffix("\nthe public sees it from 2099-03-01T08:30:00Z\n"))
      let again = try Program.run("publish", workspace.path)
      #expect(again.code == 0, "\(again.errors)")
      #expect(!again.output.contains("the public sees it from"))
    }
  }

  @Test func `a manifest cannot send the report of its refusal to another folder`() throws {
    try withFolder { folder in
      let manifest = """
        {"bron": "POL", "leveringId": "../mine", "chain": "strafrecht", "soort": "MUTATIE",
         "verslagperiode": "2023K1", "peildatum": "2023-04-10", "schemaVersie": "1", "bestanden": []}
        """
      try writeFiles(
        ["offered/d1/manifest.json": manifest, "mine/work.txt": "mine"], below: folder)
      let answer = try Program.run(
        "deliver", Self.pack, folder.appending(path: "offered").path, "--check", "--report",
        folder.appending(path: "reports").path)
      #expect(answer.code == 3)
      #expect(
        files(below: folder) == [
          "mine/work.txt", "offered/d1/manifest.json", "reports/d1/findings.csv",
          "reports/d1/findings.json", "reports/d1/index.html",
        ])
    }
  }

  @Test func `a delivery about the future is refused`() throws {
    try withFolder { folder in
      try writeFile(Data(), to: folder.appending(path: "POL_MISDRIJF.csv"))
      let answer = try Program.run(
        "deliver", Self.pack, folder.appending(path: "POL_MISDRIJF.csv").path, "--check",
        "--period", "2199")
      #expect(answer.code == 3)
      #expect(answer.errors.contains("its reference date 2199-12-31 lies in the future"))
    }
  }
}
