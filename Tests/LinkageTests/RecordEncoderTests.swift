import Crypto
import Foundation
import Linkage
import TestSupport
import Testing

@Suite("Encoded records")
struct RecordEncoderTests {
  private static let secret = Data("sixteen bytes at least".utf8)

  private func encoder(_ field: String, secret: Data = Self.secret) throws -> FieldEncoder {
    let plan = try EncodingPlan(yaml: "id: id\nfields:\n  - {\(field)}\n", file: "plan.yaml")
    return FieldEncoder(try #require(plan.fields.first), secret: SymmetricKey(data: secret))
  }

  /// Computed apart, with Python's `hmac`, from the description in `docs/methods/encoded-linkage.md`.
  @Test("are what the description says")
  func vectors() throws {
    let surname = try encoder("name: surname, as: similar, bits: 128, per_gram: 10")
    #expect(surname.encoding(of: "muller") == "00aae6781e11f746013daba290595704")
    let born = try encoder(
      "name: born, as: similar, bits: 64, per_gram: 3, gram: 1, positional: true")
    #expect(born.encoding(of: "19800217") == "804fe41a0e042154")
    let block = try encoder("name: block, as: equal")
    #expect(block.encoding(of: "1980-02-17müller") == "mdigoeegfkiejhnkciocmobk")
    #expect(block.encoding(of: "") == "" && surname.encoding(of: "") == "")
  }

  @Test("of similar names share bits, those of other names, other fields and other secrets do not")
  func similarity() throws {
    func dice(_ left: String, _ right: String) throws -> Double {
      let bytes = { (text: String) in text.compactMap(\.hexDigitValue) }
      let (a, b) = (bytes(left), bytes(right))
      try #require(a.count == b.count && a.count == 128)
      let both = zip(a, b).reduce(0) { $0 + ($1.0 & $1.1).nonzeroBitCount }
      return 2 * Double(both) / Double((a + b).reduce(0) { $0 + $1.nonzeroBitCount })
    }
    let surname = try encoder("name: surname, as: similar")
    let of = surname.encoding(of: "vermeulen")
    #expect(of == surname.encoding(of: "vermeulen"))
    #expect(try dice(of, surname.encoding(of: "vermeulem")) > 0.75)
    #expect(try dice(of, surname.encoding(of: "jansen")) < 0.5)
    let other = try encoder(
      "name: surname, as: similar", secret: Data("another of that length".utf8))
    #expect(try dice(of, other.encoding(of: "vermeulen")) < 0.5)
    #expect(
      try dice(of, encoder("name: given, as: similar").encoding(of: "vermeulen")) < 0.5)
  }

  @Test("are linked as the names would have been, and show none of these")
  func linked() throws {
    let folder = try TemporaryFolder()
    let names = ["Vermeulen", "Bakkerman", "El Idrissi", "Quist", "Øster", "Zandvliet", "Hofstede"]
    var random = SeededGenerator(seed: 2)
    var texts = ["id,name,born\n", "id,name,born\n"]
    for number in 0..<400 {
      let name = "\(names[number % 7])\(["a", "sen", "", "ink"][number % 4])"
      let born = "19\(40 + number % 50)-0\(1 + number % 9)-1\(number % 10)"
      texts[0] += "l\(number),\(name),\(born)\n"
      let typed = Int.random(in: 0..<6, using: &random) == 0 ? String(name.dropLast()) : name
      texts[1] += "r\(number),\(typed),\(born)\n"
    }
    let plan = try EncodingPlan(
      yaml: """
        id: id
        fields:
          - {name: name, form: name, as: similar}
          - {name: born, as: equal}
          - {name: block, of: "born || left(folded(name), 1)", as: equal}
        """, file: "plan.yaml")
    func source(_ name: String) -> LinkageRecords.Source {
      .init(name: name, file: folder.url.appending(path: name))
    }
    for (side, text) in zip(["left", "right"], texts) {
      try Data(text.utf8).write(to: folder.url.appending(path: "\(side).csv"))
      let out = folder.url.appending(path: "\(side)-encoded.csv")
      #expect(
        try RecordEncoder(plan, secret: Self.secret).encode(source("\(side).csv"), to: out) == 400)
      let written = try String(contentsOf: out, encoding: .utf8)
      #expect(written.hasPrefix("id,name,born,block\n\(side.prefix(1))0,"))
      for word in names + ["-0"] {
        #expect(!written.localizedCaseInsensitiveContains(word))
      }
    }
    func links(_ kind: String, _ levels: [String]) throws -> Set<String> {
      var linkage = try FileLinkage(
        [source("left\(kind).csv"), source("right\(kind).csv")],
        model: LinkageModel(
          id: "id", blocking: [["born"]],
          comparisons: [
            .init(
              name: "name", columns: ["name"], form: kind.isEmpty ? .name : .text, levels: levels),
            .init(name: "born", columns: ["born"], levels: ["exact"]),
          ], prior: .init(deterministic: [["name", "born"]], recall: 0.8)),
        options: .init(oneToOne: true))
      try linkage.run()
      let chosen = try #require(linkage.assigned)
      return Set(
        linkage.links.indices.filter { chosen[$0] }.map { index in
          let link = linkage.links[index]
          return "\(linkage.records.id(Int(link.left))) \(linkage.records.id(Int(link.right)))"
        })
    }
    let plain = try links("", ["exact", "jaro_winkler >= 0.9"])
    let encoded = try links("-encoded", ["exact", "dice >= 0.75"])
    #expect(plain.count > 350)
    #expect(Double(plain.intersection(encoded).count) > 0.97 * Double(plain.union(encoded).count))
  }

  @Test(
    "ask for a secret and a plan that are of use",
    arguments: [
      (
        "id: id\nfields: [{name: a, as: similar, bits: 100}]",
        "bits of 'a' must be a multiple of 64"
      ),
      ("id: id\nfields: [{name: a, as: similar, gram: 0}]", "'a' needs 1 to 64 bits per_gram"),
      ("id: id\nfields: [{name: a, as: hidden}]", "fields"),
      ("id: id\nkeep: [a]\nfields: [{name: a, as: equal}]", "two columns would be called 'a'"),
      ("id: id\nfields: [{name: a, as: equal, fom: name}]", "there is no 'fom'"),
      ("id: id", "'fields' is missing"), ("", "the file is empty"),
    ])
  func bad(_ plan: String, _ told: String) throws {
    let error = #expect(throws: LinkageError.self) {
      try EncodingPlan(yaml: plan, file: "plan.yaml")
    }
    #expect(error?.description.hasPrefix("plan.yaml") == true)
    #expect(error?.description.contains(told) == true, "\(String(describing: error))")
    let good = try EncodingPlan(yaml: "id: id\nfields: [{name: a, as: equal}]", file: "plan.yaml")
    let short = #expect(throws: LinkageError.self) {
      try RecordEncoder(good, secret: Data("short".utf8))
    }
    #expect(short?.description.contains("the secret has 5 bytes") == true)
  }
}
