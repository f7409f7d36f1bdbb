import ChainPack
import Foundation
import InformationModel
import Intake
import Production
import TestSupport
import Testing
import Warehouse

@Suite("Records of several kinds in one file")
struct SharedFileTests {
  // MARK: Fixed width

  private static let tray = [
    "010001Kanarie       ", "01000201 Papegaai   ", "02000101            ",
    "02000102            ", "02000201            ", "9900020003          ",
  ]

  private func tray(
    _ lines: [String] = tray, rows: Int = 5
  ) -> [(name: String, rows: Int, text: String, totals: [String: String])] {
    [("BAK.dat", rows, lines.map { $0 + "\r\n" }.joined(), [:])]
  }

  private func receive(
    _ files: [(name: String, rows: Int, text: String, totals: [String: String])],
    of organisation: String
  ) throws -> DeliveryReport {
    try Counter.with { counter in
      let run = try DeliveryRun(checking: counter.pack)
      guard case .accepted(let report) = try run.receive(counter.offer(files, of: organisation))
      else { throw IntakeRefusal(delivery: "known", reasons: []) }
      return report
    }
  }

  private func refusal(
    _ files: [(name: String, rows: Int, text: String, totals: [String: String])],
    of organisation: String
  ) -> String {
    let error = #expect(throws: IntakeRefusal.self) { try receive(files, of: organisation) }
    return error?.reasons.joined(separator: "; ") ?? ""
  }

  @Test("each kind is a contract of its own, and the manifest counts them together")
  func kinds() throws {
    let report = try receive(tray(), of: "BAK")
    #expect(report.findings.isEmpty)
    #expect(report.receipt.files.map(\.contract) == ["bak.kop", "bak.regel"])
    #expect(report.receipt.files.map(\.rows) == [2, 3])
    #expect(report.receipt.files.map(\.name) == ["BAK.dat", "BAK.dat"])
  }

  @Test("a finding tells the contract and the number among its records")
  func findings() throws {
    var lines = Self.tray
    lines[4] = "020002xx            "
    let report = try receive(tray(lines), of: "BAK")
    #expect(report.findings.map(\.line) == ["error type volg letters(2) [3]"])
    #expect(report.findings.map(\.contract) == ["bak.regel"])
    #expect(report.csv.contains("error,type,BAK.dat,bak.regel,3,volg"))
  }

  @Test("a file without its last line, with a wrong count or with a line of no kind is refused")
  func trailer() throws {
    #expect(
      refusal(tray(Array(Self.tray.dropLast())), of: "BAK")
        == "BAK.dat is cut short: the line that counts its records is missing")
    var wrong = Self.tray
    wrong[5] = "9900020004          "
    #expect(
      refusal(tray(wrong), of: "BAK") == "BAK.dat has 3 records 02 where its last line says 4")
    wrong[5] = "99000x0003          "
    #expect(
      refusal(tray(wrong), of: "BAK")
        == "BAK.dat has a last line without the number of its records")
    var strange = Self.tray
    strange[2] = "07000101            "
    #expect(
      refusal(tray(strange), of: "BAK")
        == "BAK.dat has a line that begins with no record of a contract: 01, 02, 99")
    #expect(
      refusal(tray(Self.tray + ["010003Uil           "]), of: "BAK")
        == "BAK.dat goes on after its last record")
    #expect(
      refusal(tray(rows: 6), of: "BAK") == "BAK.dat has 5 rows where the manifest says 6")
  }

  @Test("a line of another length goes to quarantine, a file of such lines is refused")
  func length() throws {
    var lines = Self.tray
    lines[0] += " "
    let report = try receive(tray(lines), of: "BAK")
    #expect(report.findings.map(\.line) == ["error line-length - - [1]"])
    #expect(report.receipt.files.map(\.quarantined) == [1, 0])
    #expect(
      refusal(tray(Self.tray.map { $0 + " " }), of: "BAK")
        == "BAK.dat has no row in the shape of bak.kop: 21 positions, 20 expected")
  }

  // MARK: XML

  private static let head = #"<?xml version="1.0" encoding="UTF-8"?>"#
  private static func cupboard(_ kind: String, _ folders: String...) -> String {
    head + #"<kast xmlns="urn:proef:kast">"# + folders.joined() + "</kast>"
  }
  private static let red = cupboard(
    "rood",
    """
    <map nr="R1" soort="rood"><inhoud><titel taal="nl">Zaak &amp; meer</titel></inhoud><eigenaar>Kanarie</eigenaar>
    <stukken><stuk volg="1"><bladen>12</bladen></stuk><stuk volg="2"/></stukken></map>
    """, #"<map nr="R2" soort="rood"><inhoud/></map>"#)
  private static let white = cupboard(
    "wit",
    #"<map nr="W1" soort="wit"><stukken><stuk volg="1"><bladen>3</bladen></stuk></stukken></map>"#)

  private func cupboards(
    red: String = red, white: String = white, redRows: Int = 4, whiteRows: Int = 2
  ) -> [(name: String, rows: Int, text: String, totals: [String: String])] {
    [
      ("KAST_wit.xml", whiteRows, white, ["bladen": "3"]),
      ("KAST_rood.xml", redRows, red, ["bladen": "12"]),
    ]
  }

  @Test("elements in elements are rows of their own, attributes around them too")
  func nested() throws {
    try Counter.with { counter in
      let offered = try counter.offer(cupboards(), of: "KST")
      let matched = try Intake(pack: counter.pack).checkManifest(offered)
      #expect(matched.count == 1)
      let files = try Intake(pack: counter.pack).examine(
        try #require(matched.first), offered: offered)
      let folders = try #require(files.first)
      let papers = try #require(files.last)
      #expect(files.flatMap(\.lines).isEmpty)
      #expect(folders.content["nr"] == ["R1", "R2", "W1"])
      #expect(folders.content["titel"] == ["Zaak & meer", nil, nil])
      #expect(folders.content["taal"] == ["nl", nil, nil])
      #expect(folders.content["soort"] == ["rood", "rood", "wit"])
      #expect(papers.content["nr"] == ["R1", "R1", "W1"])
      #expect(papers.content["volg"] == ["1", "2", "1"])
      #expect(papers.content["bladen"] == ["12", nil, "3"])
    }
    #expect(try receive(cupboards(), of: "KST").receipt.files.map(\.rows) == [3, 3])
  }

  @Test("a finding tells in which file, and the number there")
  func places() throws {
    let white = Self.white.replacing(">3<", with: ">drie<")
    let report = try receive(cupboards(white: white), of: "KST")
    let finding = try #require(report.findings.first)
    #expect(finding.line == "error type bladen letters(4) [1]")
    #expect(finding.file == "KAST_wit.xml")
    let misplaced = try receive(
      cupboards(white: Self.white.replacing(#"soort="wit""#, with: #"soort="rood""#)), of: "KST")
    #expect(
      misplaced.findings.map { "\($0.contract) \($0.file) \($0.line)" } == [
        "kast.map KAST_wit.xml error file @soort - [1]",
        "kast.stuk KAST_wit.xml error file map@soort - [1]",
      ])
  }

  @Test("what no contract knows is never passed over")
  func unknown() throws {
    let field = try receive(
      cupboards(
        red: Self.red.replacing("<stuk volg=\"2\"/>", with: "<stuk volg=\"2\" blad=\"1\"/>")),
      of: "KST")
    #expect(field.findings.map(\.line) == ["error field-name - - [2]"])
    #expect(!field.csv.contains("Kanarie"))
    let twice = try receive(
      cupboards(
        red: Self.red.replacing("<eigenaar>", with: "<eigenaar>Uil</eigenaar><eigenaar>")),
      of: "KST")
    #expect(twice.findings.first?.line == "error xml - - [1]")
    #expect(
      refusal(cupboards(red: Self.red.replacing("</kast>", with: "<la/></kast>")), of: "KST")
        == "KAST_rood.xml has an element in a place that no contract knows")
    #expect(
      refusal(cupboards(red: Self.red.replacing("</kast>", with: "los</kast>")), of: "KST")
        == "KAST_rood.xml has text between its records")
    #expect(
      refusal(cupboards(white: Self.white.replacing("<stuk ", with: "<stuk x=\"\" ")), of: "KST")
        == "KAST_wit.xml has no row in the shape of kast.stuk: a field that no contract knows")
  }

  @Test("a document that is damaged, of another kind or with entities is refused")
  func refused() throws {
    let cases = [
      (
        Self.red.replacing("</kast>", with: ""),
        "is no well-formed XML; the reader stopped at line 2"
      ),
      (
        Self.red.replacing("</stukken>", with: ""),
        "is no well-formed XML; the reader stopped at line 2"
      ),
      (
        Self.red.replacing("urn:proef:kast", with: "urn:ander"),
        "has elements that are not of the namespace urn:proef:kast"
      ),
      (
        Self.red.replacing(
          "<kast", with: #"<!DOCTYPE kast [<!ENTITY a "Kanarie"><!ENTITY b "&a;&a;">]><kast"#),
        "has a document type, which no contract knows"
      ),
      (
        Self.red.replacing("UTF-8", with: "UTF-7"), "declares another encoding than UTF-8"
      ),
      ("\u{0}" + Self.red, "is no UTF-8 text"),
      ("", "is cut short: its first element does not end"),
    ]
    for (text, reason) in cases {
      #expect(refusal(cupboards(red: text), of: "KST") == "KAST_rood.xml \(reason)")
    }
    #expect(
      refusal(Array(cupboards().prefix(1)), of: "KST") == "KAST_rood.xml is missing")
    #expect(
      refusal(cupboards(whiteRows: 3), of: "KST")
        == "KAST_wit.xml has 2 rows where the manifest says 3")
    var totals = cupboards()
    totals[1].totals = ["bladen": "13"]
    #expect(
      refusal(totals, of: "KST")
        == "KAST_{soort}.xml: the sum of bladen is not the control total of the manifest")
  }

  @Test("survive any bytes and tell no value")
  func fuzz() throws {
    var generator = SeededGenerator(seed: 77)
    try Counter.with { counter in
      let intake = Intake(pack: counter.pack)
      let texts: [(String, String, [(String, Int, String, [String: String])])] = [
        ("BAK", "BAK.dat", tray().map { ($0.name, $0.rows, $0.text, [:]) }),
        ("KST", "KAST_rood.xml", cupboards().map { ($0.name, $0.rows, $0.text, [:]) }),
      ]
      for (organisation, name, files) in texts {
        for _ in 0..<400 {
          var changed = files
          let place = try #require(changed.firstIndex { $0.0 == name })
          var bytes = Array(changed[place].2.utf8)
          for _ in 0...Int.random(in: 0...3, using: &generator) where bytes.count > 4 {
            let at = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[at] = UInt8.random(in: 32...126, using: &generator)
            case 1: bytes.remove(at: at)
            case 2:
              bytes.insert(Array("<>&\"'/\n ".utf8).randomElement(using: &generator) ?? 0, at: at)
            default: bytes.removeSubrange(at..<min(bytes.count, at + 12))
            }
          }
          changed[place].2 = String(decoding: bytes, as: UTF8.self)
          let offered = try counter.offer(changed, of: organisation)
          do {
            let matched = try intake.checkManifest(offered)
            for file in try intake.examine(try #require(matched.first), offered: offered) {
              #expect(file.records.content.rows.count + file.badRowCount == file.rowCount)
              #expect(!file.findings.contains { "\($0)".contains("Kanarie") })
            }
          } catch let refusal as IntakeRefusal {
            #expect(!refusal.description.contains("Kanarie"))
          }
        }
      }
    }
  }
}
