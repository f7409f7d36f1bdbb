import Foundation
import InformationModel
import Intake
import TestSupport
import Testing

@Suite("The door reads")
struct DialectTests {
  private static let names = ["naam", "bedrag", "op", "uur", "aantal", "ja"]

  /// What every dialect below says.
  private func check(_ file: ExaminedFile, name: String = "Café") {
    #expect(file.rowCount == 3)
    #expect(file.lines.isEmpty)
    #expect(file.content["naam"] == [name, "d'Ancona", nil])
    #expect(file.content["bedrag"] == ["1250e-2", "-5e-2", nil])
    #expect(file.content["op"] == ["2023-03-07", "2024-02-29", nil])
    // 2023-03-07 13:45 and 1960-02-29 00:00, in seconds.
    #expect(file.content["uur"] == ["1678196700", "-310521600", nil])
    #expect(file.content["aantal"] == ["3", "0", nil])
    #expect(file.content["ja"] == ["true", "false", nil])
    #expect(file.content["noot"] == nil)
    #expect(file.badRowCount == 0)
  }

  private func dutch(_ separator: String, name: String = "Café", quoted: Bool = false) -> String {
    let rows = [
      Self.names + ["noot"],
      [name, "12,50", "07-03-2023", "07-03-2023 13:45", "3", "J", "geheim"],
      ["d'Ancona", "-0,05", "29-02-2024", "29-02-1960 00:00", "0", "N", ""],
      ["", "", "", "", "", "", ""],
    ]
    return rows.map { row in
      row.map { quoted ? "\"\($0)\"" : $0 }.joined(separator: separator) + "\r\n"
    }.joined()
  }

  private func latin(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { $0 == "€" ? 0x80 : UInt8(truncatingIfNeeded: $0.value) }
  }

  private func utf16(_ text: String, mark: Bool) -> [UInt8] {
    (mark ? [0xFF, 0xFE] : []) + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
  }

  @Test("UTF-8 with and without byte-order mark, plain and quoted, with either line end")
  func utf8() throws {
    try Counter.with { counter in
      let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
      for text in [dutch(";"), dutch(";", quoted: true)] {
        for text in [text, text.replacing("\r\n", with: "\n")] {
          check(try counter.examine(text.utf8, as: "vorm.utf8"))
          check(try counter.examine(mark + Array(text.utf8), as: "vorm.utf8"))
        }
      }
      let spaced = dutch(";").replacing(";", with: "  ; ")
      check(try counter.examine(spaced.utf8, as: "vorm.utf8"))
    }
  }

  @Test("Windows-1252, the euro sign included")
  func windows() throws {
    try Counter.with { counter in
      check(try counter.examine(latin(dutch("|")), as: "vorm.windows"))
      check(
        try counter.examine(latin(dutch("|", name: "€ Café")), as: "vorm.windows"),
        name: "€ Café")
    }
  }

  @Test("ISO-8859-1 with tabs, where quotes mean nothing")
  func latin1() throws {
    try Counter.with { counter in
      check(try counter.examine(latin(dutch("\t")), as: "vorm.latin"))
      check(
        try counter.examine(latin(dutch("\t", name: "\"Café")), as: "vorm.latin"), name: "\"Café")
    }
  }

  @Test("UTF-16 with and without byte-order mark")
  func utf16() throws {
    try Counter.with { counter in
      check(try counter.examine(utf16(dutch(";"), mark: true), as: "vorm.utf16"))
      check(try counter.examine(utf16(dutch(";"), mark: false), as: "vorm.utf16"))
      check(
        try counter.examine(utf16(dutch(";", name: "😀"), mark: true), as: "vorm.utf16"),
        name: "😀")
      for bytes in [Array(utf16(dutch(";"), mark: true).dropLast()), [0x00, 0xD8, 0x61, 0x00]] {
        let error = #expect(throws: IntakeRefusal.self) {
          try counter.examine(bytes, as: "vorm.utf16")
        }
        #expect(error?.reasons == ["F.csv is no UTF-16 text, or is cut short"])
      }
    }
  }

  private let english = """
    Café,12.50,2023-03-07,2023-03-07T13:45:00,3,true,geheim
    d'Ancona,-0.05,2024-02-29,1960-02-29T00:00:00,0,false,
    ,,,,,,

    """

  @Test("two header lines, and none")
  func headers() throws {
    try Counter.with { counter in
      let names = (Self.names + ["noot"]).joined(separator: ",")
      check(try counter.examine("Uitvoer 2023\n\(names)\n\(english)".utf8, as: "vorm.twee"))
      check(try counter.examine(english.utf8, as: "vorm.geen"))
    }
  }

  @Test("fixed width, with longer lines, and names a line that is too short")
  func fixed() throws {
    func line(_ cells: [String]) -> String {
      zip(cells, [10, 8, 8, 14, 4, 1, 6]).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count)
      }.joined()
    }
    let lines = [
      line(["Café", "12.50", "20230307", "20230307134500", "3", "1", "geheim"]),
      line(["d'Ancona", "   -0.05", "20240229", "19600229000000", "   0", "0", ""]) + "  more",
      line(["", "", "", "", "", "", ""]),
    ]
    try Counter.with { counter in
      check(try counter.examine(latin(lines.joined(separator: "\r\n")), as: "vorm.vast"))
      check(try counter.examine(latin(lines.joined(separator: "\n") + "\n\n"), as: "vorm.vast"))
      let short = try counter.examine(
        latin([lines[0], String(lines[1].prefix(20)), lines[2]].joined(separator: "\n")),
        as: "vorm.vast")
      #expect(short.lines == ["error line-length - - [2]"])
      #expect(short.findings.map(\.message) == ["20 positions, 51 expected"])
      #expect(short.content["naam"] == ["Café", nil])
    }
  }

  @Test("JSON Lines with nested fields")
  func json() throws {
    let lines = [
      #"{"persoon": {"naam": "Café", "noot": "geheim"}, "bedrag": 12.50, "#
        + #""wanneer": {"op": "2023-03-07", "uur": "2023-03-07T13:45:00"}, "#
        + #""aantal": 3, "ja": true}"#,
      #"{"ja": false, "aantal": 0, "wanneer": {"uur": "1960-02-29T00:00:00", "op": "2024-02-29"}, "#
        + #""bedrag": "-0.05", "persoon": {"naam": "d'Ancona"}}"#,
      #"{"persoon": {"naam": null}}"#,
    ]
    let text = lines.joined(separator: "\n")
    try Counter.with { counter in
      check(try counter.examine(text.utf8, as: "vorm.json", file: "F.jsonl"))
      check(try counter.examine((text + "\r\n\n").utf8, as: "vorm.json", file: "F.jsonl"))
      check(try counter.examine("\u{FEFF}\(text)".utf8, as: "vorm.json", file: "F.jsonl"))
      let bad = lines[0] + "\n{\"persoon\": \n[1]\n{\"123456782\": {\"x\": 1}}\n" + lines[1]
      let file = try counter.examine(bad.utf8, as: "vorm.json", file: "F.jsonl")
      #expect(file.rowCount == 5)
      #expect(file.badRowCount == 3)
      #expect(file.lines.sorted() == ["error field-name - - [4]", "error json - - [2, 3]"])
      #expect(file.findings.allSatisfy { !$0.message.contains("123456782") })
    }
  }

  @Test("gzip, of one member or several, and refuses it damaged or cut")
  func gzip() throws {
    try Counter.with { counter in
      let packed = try gzipped(Data(dutch(";").utf8), in: counter.folder)
      check(try counter.examine(packed, as: "vorm.utf8", file: "F.csv.gz"))
      let text = Data(dutch(";").utf8)
      let two =
        try gzipped(text.prefix(40), in: counter.folder)
        + gzipped(text.dropFirst(40), in: counter.folder)
      check(try counter.examine(two, as: "vorm.utf8", file: "F.csv.gz"))
      var damaged = packed
      damaged[packed.count / 2] ^= 0x55
      var cuts = [Data(), damaged, Data("no gzip".utf8)]
      cuts += stride(from: 1, to: packed.count, by: 7).map { packed.prefix($0) }
      for data in cuts {
        let error = #expect(throws: IntakeRefusal.self) {
          try counter.examine(data, as: "vorm.utf8", file: "F.csv.gz")
        }
        #expect(error?.reasons == ["F.csv.gz is damaged or cut short: it does not unpack"])
      }
    }
  }

  @Test("UTF-16 of any kind as the standard library reads it, and refuses halves of pairs")
  func utf16Twin() throws {
    var generator = SeededGenerator(seed: 16)
    try Counter.with { counter in
      var refused = 0
      for _ in 0..<300 {
        let units = (0..<Int.random(in: 1...9, using: &generator)).map { _ -> [UInt16] in
          switch Int.random(in: 0..<40, using: &generator) {
          case 0: [UInt16.random(in: 0xD800...0xDFFF, using: &generator)]
          case 1..<8:
            [
              UInt16.random(in: 0xD800...0xDBFF, using: &generator),
              UInt16.random(in: 0xDC00...0xDFFF, using: &generator),
            ]
          case 8..<16: [UInt16.random(in: 0x4E00...0x9FFF, using: &generator)]
          case 16..<28: [UInt16.random(in: 0xE0...0x4FF, using: &generator)]
          default: [UInt16.random(in: 0x61...0x7A, using: &generator)]
          }
        }.flatMap { $0 }
        let wanted = String(validating: units, as: UTF16.self)
        let head = utf16(Self.names.joined(separator: ";") + ";noot\r\n", mark: true)
        let bytes =
          head + units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
          + utf16(";;;;;;\r\n", mark: false)
        if let wanted {
          let names = try counter.examine(bytes, as: "vorm.utf16").content["naam"]
          #expect(names == [wanted])
        } else {
          refused += 1
          #expect(throws: IntakeRefusal.self) { try counter.examine(bytes, as: "vorm.utf16") }
        }
      }
      #expect((10..<290).contains(refused))
    }
  }

  @Test("gzip, but not more than so many bytes of it")
  func gzipLimit() throws {
    try Counter.with { counter in
      func examine(_ data: Data, limit: Int) throws -> ExaminedFile {
        let offered = try counter.offer(data, as: "vorm.utf8", file: "F.csv.gz")
        let intake = Intake(pack: counter.pack, unpackedLimit: limit)
        let files = try #require(try intake.checkManifest(offered).first)
        return try #require(try intake.examine(files, offered: offered).first)
      }
      let text = Data(dutch(";").utf8)
      let small = try gzipped(text, in: counter.folder)
      // Fifty times its packed size is always let through.
      check(try examine(small, limit: 1))
      let large = try gzipped(
        text + Data(repeating: 0x0A, count: 1_000_000), in: counter.folder)
      try #require(large.count * 50 < 200_000)
      check(try examine(large, limit: 1_000_000 + text.count))
      for limit in [200_000, 1_000_000 + text.count - 1] {
        #expect(
          #expect(throws: IntakeRefusal.self) { try examine(large, limit: limit) }?.reasons == [
            "F.csv.gz unpacks to more than \(limit) bytes: deliver it unpacked, "
              + "or in shorter periods"
          ])
      }
    }
  }

  @Test("JSON Lines in one way only: a field once, one value in it, no blanks around")
  func jsonOnce() throws {
    let bad = [
      #"{"aantal": 1, "aantal": 2}"#, #"{"persoon": {"naam": "a"}, "persoon.naam": "b"}"#,
      #"{"persoon": {"naam": "a"}, "persoon": {"noot": "\": b"}}"#,
      #"{"persoon.noot": [{"x": 1, "x": 2}]}"#,
    ]
    let lists = [#"{"aantal": [1]}"#, #"{"persoon": {"naam": ["a", "b"]}}"#]
    let good = [
      #"{"persoon": {"naam": "  a: \"b\" :  ", "noot": [1, {"x": 2}]}, "bedrag": " 1.50 "}"#
    ]
    try Counter.with { counter in
      let file = try counter.examine(
        (bad + lists + good).joined(separator: "\n").utf8, as: "vorm.json", file: "F.jsonl")
      #expect(
        file.findings.map { "\($0.rule) \($0.rows) \($0.message)" } == [
          "json [1, 2, 3, 4] a field stands there twice",
          "json [5, 6] a list where one value is expected",
        ])
      #expect(file.content["naam"] == ["a: \"b\" :"])
      #expect(file.content["bedrag"] == ["150e-2"])
    }
  }

  @Test("a value without blanks around it, in quotes too, so that one number is one")
  func blanks() throws {
    try Counter.with { counter in
      let text =
        Counter.receiptHeader + "\n"
        + "\" \"\"A1\"\" \";123456782;07-03-1985;Jansen;P;O;07-03-2023;12,50;3;01;211234;;\n"
      let file = try counter.examine(text.utf8, as: "loket.bon")
      #expect(file.content["nr"] == ["\"A1\""])
    }
  }

  private func gzipped(_ data: Data, in folder: URL) throws -> Data {
    let file = folder.appending(path: "gzip-\(UUID().uuidString)")
    try data.write(to: file)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["gzip", "-n", file.path]
    try process.run()
    process.waitUntilExit()
    return try Data(contentsOf: file.appendingPathExtension("gz"))
  }

  @Test("bytes that are no text of the encoding as such, row by row")
  func encoding() throws {
    try Counter.with { counter in
      // 0x81 has no character in Windows-1252.
      var bytes = latin(dutch("|"))
      let place = try #require(bytes.firstIndex(of: 0xE9))
      bytes[place] = 0x81
      let windows = try counter.examine(bytes, as: "vorm.windows")
      #expect(windows.lines == ["error encoding naam empty [1]"])
      #expect(windows.findings.map(\.message) == ["the bytes are no windows-1252"])
      #expect(windows.content["naam"] == ["d'Ancona", nil])
      // The same byte is a control character in ISO-8859-1.
      var latin1 = latin(dutch("\t"))
      latin1[try #require(latin1.firstIndex(of: 0xE9))] = 0x81
      #expect(try counter.examine(latin1, as: "vorm.latin").lines.isEmpty)
      let wrong = try counter.examine(latin(dutch(";")), as: "vorm.utf8")
      #expect(wrong.lines == ["error encoding naam empty [1]"])
      #expect(wrong.badRowCount == 1)
      // UTF-8 that was taken for Windows-1252 once.
      let twice = try counter.examine(dutch(";", name: "CafÃ©").utf8, as: "vorm.utf8")
      #expect(
        twice.lines == ["warning mojibake naam mixed(6) [1]"]
          || twice.lines == ["warning mojibake naam letters(7) [1]"])
      #expect(twice.content["naam"]?.first == "CafÃ©")
    }
  }

  @Test("dates of which a part is unknown as no date, and bounds before 1970 to the day")
  func partial() throws {
    try Counter.with { counter in
      let text = """
        op,uur
        19500000,19600101 00:00
        19501200,19691231 23:59
        19501231,19600101 12:00
        19610000,19591231 23:59
        19610101,19700101 00:00

        """
      let file = try counter.examine(text.utf8, as: "vorm.deels")
      #expect(
        file.lines.sorted() == [
          "error range op out of range [5]", "error range uur out of range [4]",
          "error range uur out of range [5]", "warning partial-date op digits(8) [1, 2, 4]",
        ])
      #expect(file.content["op"] == [nil, nil, "1950-12-31"])
    }
  }
}
