import ChainPack
import Foundation
import Synthesis
import TestSupport
import Testing

@Suite struct InvariantTests {
  private func violations(_ pack: ChainPack, scale: Double, from: Int, to: Int, in folder: URL)
    throws -> [String: Int]
  {
    try Synthesizer(
      pack: pack,
      options: .init(
        seed: 11, scale: scale, fromYear: from, toYear: to, faults: .none, checksTruth: true)
    ).run(into: folder.appending(path: "made")).violations
  }

  /// The referential rules of the criminal justice chain: who belongs to what, and in which order things happen.
  @Test(arguments: [(2022, 2023), (2017, 2019)])
  func nothingInTheTruthOfTheCriminalChainBreaksARule(years: (Int, Int)) throws {
    try withFolder { folder in
      let pack = try ChainPack.read(packageFolder.appending(path: "chains/strafrecht")).pack
      let found = try violations(pack, scale: 0.004, from: years.0, to: years.1, in: folder)
      #expect(found.count == 20)
      let broken = found.filter { $0.value > 0 }
      #expect(broken.isEmpty)
    }
  }

  @Test func whatBreaksARuleIsCounted() throws {
    try withFolder { folder in
      let pack = try SmallPack.write(
        into: folder.appending(path: "pack"),
        changed: [
          "synthesis/invariants/whole.sql": "SELECT * FROM {truth.thing} WHERE thing_id IS NULL",
          "synthesis/invariants/even.sql":
            "SELECT thing_id FROM {truth.thing} WHERE thing_id % 2 = 1;",
        ])
      let found = try violations(pack, scale: 1, from: 2022, to: 2022, in: folder)
      #expect(found == ["even": 500, "whole": 0])
    }
  }
}
