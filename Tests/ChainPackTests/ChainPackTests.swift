import ChainPack
import Foundation
import InformationModel
import TestSupport
import Testing

@Suite("A chain pack")
struct ChainPackTests {
  @Test(
    "that comes with the program is read without a finding",
    arguments: ["strafrecht", "verkeersboetes", "vreemdelingen"])
  func shipped(name: String) throws {
    let (pack, findings) = try ChainPack.read(TrialPack.chains.appending(path: name))
    #expect(findings.isEmpty)
    #expect(pack.description.id == name)
    #expect(pack.contracts.count >= pack.description.organisations.count)
    #expect(!pack.products.isEmpty)
  }

  @Test("says what else a concept is called, in each language, and not what it is called anyway")
  func alternatives() throws {
    func themes(_ alternatives: String) -> [String: String] {
      let scheme = """
        code,parent,label_nl,label_en,definition_nl,definition_en,source,valid_from,valid_to,\
        alternatives_nl,alternatives_en
        handel,,Handel,Trade,Kopen en verkopen,Buying and selling,,,,\(alternatives)

        """
      return ["concepts/themas.csv": scheme]
    }
    func read(_ alternatives: String) throws -> Concept? {
      try TrialPack.with(changing: themes(alternatives)) { folder in
        let (pack, findings) = try ChainPack.read(folder)
        #expect(findings.isEmpty)
        return pack.scheme("themas")?.concept("handel")
      }
    }
    #expect(
      try read("Koophandel; negotie,Commerce")?.alternatives
        == AlternativeLabels(nl: ["Koophandel", "negotie"], en: ["Commerce"]))
    let plain = try #require(try read(","))
    #expect(plain.alternatives == nil)
    #expect(
      try TrialPack.complaint(themes("Koophandel;,")) == """
        the chain pack has 1 error:
        concepts/themas.csv:2: 'Koophandel;' has an empty label; write one;another
        """)
    #expect(
      try TrialPack.complaint(themes(",Commerce;Trade")) == """
        the chain pack has 1 error:
        concepts/themas.csv: of concept 'handel' the label 'Trade' stands there 2 times
        """)
  }

  @Test("gives back what was written")
  func roundTrip() throws {
    let (pack, findings) = try TrialPack.with { try ChainPack.read($0) }
    #expect(findings.isEmpty)
    #expect(pack.description.organisations.map(\.code) == ["WIN"])
    #expect(pack.organisation(code: "WIN")?.id == "winkel")
    #expect(pack.organisation(code: "winkel")?.code == "WIN")
    #expect(pack.schemes.map(\.id) == ["fruit", "eenheden", "themas"])
    #expect(pack.scheme("fruit")?.concept("11")?.validFrom?.description == "2000-01-01")
    #expect(
      pack.scheme("fruit")?.concept("1")?.definition.nl == "Met pitten, zonder steen")
    let contract = try #require(pack.contract("winkel.verkoop"))
    #expect(contract.key == ["BONNR", "REGEL"])
    #expect(contract.rhythm == .month)
    #expect(contract.quarantineThreshold == 0.1)
    #expect(contract.format.separator == 0x3B)
    #expect(contract.format.decimalMark == 0x2C)
    #expect(contract.format.headerLines == 1)
    #expect(contract.mutation?.withdrawn == "V")
    #expect(contract.column("PRIJS")?.type == .decimal(scale: 2))
    #expect(contract.column("PRIJS")?.contentName == "prijs")
    #expect(contract.column("DATUM")?.maximum == .reference)
    #expect(contract.column("REGEL")?.minimum == .number(1))
    #expect(contract.column("KLANT")?.entersContent == true)
    #expect(contract.column("NOOT")?.entersContent == false)
    #expect(contract.checks.map(\.severity) == [.error])
    #expect(contract.references.map(\.severity) == [.warning])
    let soort = try #require(contract.column("SOORT"))
    let mapping = try #require(pack.mapping(of: soort, in: contract))
    #expect(mapping.byCode["A"]?.map(\.target) == [.concept("1"), .concept("11")])
    #expect(mapping.byCode["X"]?.map(\.target) == [.outsideScope])
    #expect(mapping.byCode["Y"]?.map(\.target) == [.eventOnly])
    #expect(mapping.byCode["A"]?.map(\.line) == [2, 3])
    #expect(pack.description.licence.name == "CC BY 4.0")
    #expect(
      pack.description.licence.address == "https://creativecommons.org/licenses/by/4.0/")
    #expect(pack.entities.map(\.name) == ["verkoop", "omzet"])
    #expect(pack.files(behind: "omzet") == ["winkel.verkoop"])
    #expect(pack.files(behind: "geen").isEmpty)
    #expect(pack.linkage.records.map(\.keys) == [["klant"]])
    let product = try #require(pack.products.first)
    #expect(product.period.grain == .quarter)
    #expect(
      product.measures.map(\.measure.kind)
        == [.count, .sum, .percentile(0.5), .share(of: "aantal", within: "Fruit")])
    #expect(product.measures.map(\.column) == [nil, "prijs", "prijs", nil])
    #expect(product.chart == .by(dimension: "Fruit"))
    #expect(pack.policies.map(\.threshold) == [5])
    #expect(pack.policies.map(\.concentration) == [[]])
    #expect(pack.synthesis == nil)
  }

  @Test("says when few contributions make too much of a sum")
  func concentration() throws {
    let policy = try #require(TrialPack.files["policies/gewoon.yaml"])
    let rules = "dominance: {count: 2, percent: 85}\np_percent: 10\npq: {percent: 10, prior: 50.5}"
    let (pack, findings) = try TrialPack.with(
      changing: ["policies/gewoon.yaml": "\(policy)\n\(rules)\n"]) { try ChainPack.read($0) }
    #expect(findings.isEmpty)
    #expect(
      pack.policies.map(\.concentration) == [
        [
          .dominance(count: 2, percent: 85), .percentOfLargest(percent: 10),
          .priorPosterior(percent: 10, prior: 50.5),
        ]
      ])
    #expect(pack.policies[0].concentration.map(\.ranks) == [2, 2, 2])
  }

  @Test("says whom readers may ask, what is announced, and how its units go on")
  func announcements() throws {
    let (pack, findings) = try TrialPack.with { try ChainPack.read($0) }
    #expect(findings.isEmpty)
    func text(_ nl: String, _ en: String) -> LocalizedText { LocalizedText(nl: nl, en: en) }
    #expect(
      pack.description.listing
        == CatalogueListing(
          contactName: text("Redactie", "Editors"),
          contactAddress: "mailto:redactie@winkel.example", theme: "ECON", country: "NLD",
          keywords: [text("fruit", "fruit"), text("verkoop", "sales")]))
    #expect(pack.description.listing?.isByMail == true)
    // The earliest first, however they were written.
    #expect(
      pack.description.calendar?.map { "\($0.moment) \($0.title.nl)" }
        == ["2027-03-01T08:30:00Z Maart", "2027-10-01T07:30:00Z Oktober"])
    #expect(
      pack.description.flow
        == ChainFlow(stages: [
          ChainFlow.Stage(
            id: "schap", title: text("Op het schap", "On the shelf"), table: "V01",
            measure: "aantal", dimension: "Fruit", goesOn: ["1": "kassa"]),
          ChainFlow.Stage(
            id: "kassa", title: text("Kassa", "Till"), table: "V01", measure: "omzet",
            dimension: "Fruit", goesOn: [:]),
        ]))
    let product = try #require(pack.products.first)
    #expect(product.limits == text("Zegt niets over de smaak", "Says nothing of the taste"))
    #expect(
      product.otherNumbers == [
        TableDescription.OtherNumber(
          source: text("Veiling", "Auction"), difference: text("Telt kisten", "Counts crates"))
      ])
    #expect(product.dimensions.map(\.isRegion) == [false])
  }

  @Test("need not say any of it")
  func withoutAnnouncements() throws {
    let chain = try #require(TrialPack.files["chain.yaml"])
    let product = try #require(TrialPack.files["products/V01.yaml"])
    let (pack, findings) = try TrialPack.with(
      changing: [
        "chain.yaml": String(
          chain.prefix(upTo: try #require(chain.range(of: "catalogue:")).lowerBound)),
        "products/V01.yaml": String(
          product.prefix(upTo: try #require(product.range(of: "limits:")).lowerBound)
        )
        .replacing("depth: 2", with: "depth: 2\n    region: true"),
      ]
    ) { try ChainPack.read($0) }
    #expect(findings.isEmpty)
    #expect(pack.description.listing == nil && pack.description.calendar == nil)
    #expect(pack.description.flow == nil)
    #expect(pack.products.map(\.limits) == [nil] && pack.products.map(\.otherNumbers) == [[]])
    #expect(pack.products.first?.dimensions.map(\.isRegion) == [true])
  }

  @Test("has a digest of all its files: a byte more or another name gives another")
  func digest() throws {
    let plain = try TrialPack.with { try ChainPack.read($0).pack.digest }
    let again = try TrialPack.with { try ChainPack.read($0).pack.digest }
    #expect(plain == again)
    #expect(plain.count == 64)
    let entity = try #require(TrialPack.files["entities/omzet.sql"])
    let changed = try TrialPack.with(changing: ["entities/omzet.sql": entity + " "]) {
      try ChainPack.read($0).pack.digest
    }
    let renamed = try TrialPack.with(
      changing: ["entities/omzet.sql": "", "entities/omzetten.sql": entity]
    ) { try ChainPack.read($0).pack.digest }
    let other = try TrialPack.with(changing: ["reference/leeg.csv": "key,value\n"]) {
      try ChainPack.read($0).pack.digest
    }
    #expect(Set([plain, changed, renamed, other]).count == 4)
  }

  @Test("that is not there is named")
  func absent() {
    let error = #expect(throws: PackError.self) {
      try ChainPack.read(URL(filePath: "/nowhere/at-all"))
    }
    #expect(
      error?.description == """
        the chain pack has 1 error:
        at-all: there is no such folder; give the folder that holds chain.yaml
        """)
  }

  @Test("survives any damage to its files: it is read, or refused with findings")
  func fuzz() throws {
    var generator = SeededGenerator(seed: 11)
    try TrialPack.with { folder in
      let other = TrialPack.chains.appending(path: "verkeersboetes")
      let copy = folder.deletingLastPathComponent().appending(path: "verkeersboetes")
      try FileManager.default.copyItem(at: other, to: copy)
      for pack in [folder, copy] {
        let files = files(below: pack).filter { $0.hasSuffix(".yaml") }
        for _ in 0..<150 {
          let name = try #require(files.randomElement(using: &generator))
          let file = pack.appending(path: name)
          let data = try Data(contentsOf: file)
          try Data(mutated([UInt8](data), using: &generator)).write(to: file)
          do {
            _ = try ChainPack.read(pack)
          } catch let error as PackError {
            #expect(!error.findings.isEmpty)
          }
          try data.write(to: file)
        }
        #expect(try ChainPack.read(pack).findings.isEmpty)
      }
    }
  }

  private func mutated(_ bytes: [UInt8], using generator: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    let signs = Array("{}[]:,-&*!|>'\"%@` \n\t#?~\u{0}é0".utf8)
    for _ in 0...Int.random(in: 0...4, using: &generator) where !bytes.isEmpty {
      let place = Int.random(in: 0..<bytes.count, using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0: bytes.removeSubrange(place...)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      case 2: bytes.insert(signs.randomElement(using: &generator) ?? 0x20, at: place)
      case 3: bytes[place] = signs.randomElement(using: &generator) ?? 0x20
      default:
        let end = min(bytes.count, place + Int.random(in: 1...40, using: &generator))
        bytes.removeSubrange(place..<end)
      }
    }
    return bytes
  }
}
