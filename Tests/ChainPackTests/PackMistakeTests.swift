import ChainPack
import Foundation
import Testing

/// One mistake in one file, and the whole text that explains it.
struct PackMistake: Sendable, CustomTestStringConvertible {
  var name: String
  var file: String
  var old: String
  var new: String
  var lines: [String]

  init(_ name: String, _ file: String, _ old: String, _ new: String, _ lines: String...) {
    self.name = name
    self.file = file
    self.old = old
    self.new = new
    self.lines = lines
  }

  var testDescription: String { name }

  var text: String {
    let count = lines.count
    return (["the chain pack has \(count) error\(count == 1 ? "" : "s"):"] + lines)
      .joined(separator: "\n")
  }
}

@Suite("A mistake in a pack is told with file, line and what would be right:")
struct PackMistakeTests {
  private static let contract = "deliveries/winkel/verkoop.yaml"
  private static let product = "products/V01.yaml"
  private static let mapping = "mappings/winkel.soort.csv"

  @Test("in chain.yaml", arguments: chain)
  func chain(mistake: PackMistake) throws { try check(mistake) }

  @Test("in concepts, mappings and reference tables", arguments: tables)
  func tables(mistake: PackMistake) throws { try check(mistake) }

  @Test("in a contract", arguments: contracts)
  func contracts(mistake: PackMistake) throws { try check(mistake) }

  @Test("in entities, linkage, products and policies", arguments: products)
  func products(mistake: PackMistake) throws { try check(mistake) }

  private func check(_ mistake: PackMistake) throws {
    let text = try TrialPack.complaint(
      in: mistake.file, replacing: mistake.old, with: mistake.new)
    #expect(text == mistake.text)
    if ProcessInfo.processInfo.environment["KETEN_SHOW"] != nil {
      print("### \(mistake.name)\n\(text)")
    }
  }

  static let chain = [
    PackMistake("an unknown key", "chain.yaml", "purpose:", "purpos:"),
    PackMistake("a missing language", "chain.yaml", "{nl: Proberen, en: To try}", "{nl: Proberen}"),
    PackMistake("a value where a list should be", "chain.yaml", "[\"KLkkkkkk\", \"kkkkkk##\"]", "x"),
    PackMistake("a mask with a sign that means nothing", "chain.yaml", "KLkkkkkk", "KL-kkkkkk"),
    PackMistake("an empty mask", "chain.yaml", "canonical: ffnnnn", "canonical: \"\""),
    PackMistake("a check without modulus", "chain.yaml", "modulus: 7, ", ""),
    PackMistake("a modulus that is no number", "chain.yaml", "modulus: 7", "modulus: seven"),
    PackMistake("a scheme without concepts", "chain.yaml", "- id: themas", "- id: themes"),
    PackMistake("no YAML", "chain.yaml", "version: 1.0.0", "version: [1"),
    PackMistake("a scheme twice", "chain.yaml", "- id: eenheden", "- id: themas"),
    PackMistake("an organisation renamed", "chain.yaml", "id: winkel", "id: winkels"),
  ]

  static let tables = [
    PackMistake("a missing column", "concepts/fruit.csv", "label_nl", "label_n"),
    PackMistake("an unquoted comma", "concepts/fruit.csv", "Een peer", "Een peer, zacht"),
    PackMistake("no date", "concepts/fruit.csv", "2000-01-01", "1-1-2000"),
    PackMistake("an unknown parent", "concepts/fruit.csv", "11,1,", "11,3,"),
    PackMistake("a circle", "concepts/fruit.csv", "1,,Pitvruchten", "1,11,Pitvruchten"),
    PackMistake("a concept before its parent", "concepts/fruit.csv", "1,,Pit", "1,2,Pit"),
    PackMistake("a concept twice", "concepts/fruit.csv", "2,,Steen", "12,,Steen"),
    PackMistake("a label in one language", "concepts/fruit.csv", "Peer,Pear", "Peer,"),
    PackMistake("no code", "concepts/fruit.csv", "2,,Steen", ",,Steen"),
    PackMistake("overlapping periods", mapping, "2010-12-31", "2011-06-30"),
    PackMistake("the same code twice for all time", mapping, "P,Peer", "X,Peer"),
    PackMistake("an unknown concept", mapping, ",12,Gelijk", ",13,Gelijk"),
    PackMistake("a missing column of a mapping", mapping, "approved_by\n", "approved\n"),
    PackMistake("a mapping's date", mapping, "2011-01-01", "2011-02-30"),
  ]

  static let contracts = [
    PackMistake("an unknown key of a column", contract, "required: true, min: 1", "requird: true"),
    PackMistake("an unknown type", contract, "decimal(2)", "decimal"),
    PackMistake("an unknown role", contract, "role: freetext", "role: freetxt"),
    PackMistake("an unknown encoding", contract, "utf-8", "utf8"),
    PackMistake("a flag that is none", contract, "required: true, min: 1", "required: maybe"),
    PackMistake("an unknown identifier", contract, "identifier: klant", "identifier: klnt"),
    PackMistake("an unknown column of the key", contract, "key: [BONNR, REGEL]", "key: [BONNR, REGL]"),
    PackMistake("an unknown scheme", contract, "scheme: fruit", "scheme: fruits"),
    PackMistake("an unknown code list", contract, "codes: soort", "codes: sort"),
    PackMistake("codes without concept", contract, ", concept: {scheme: fruit, as: fruit, at: DATUM}", ""),
    PackMistake("concept without codes", contract, "codes: soort, ", ""),
    PackMistake("an unknown table", contract, "table: filiaal", "table: filialen"),
    PackMistake("an unknown column of a completion", contract, "from: FILIAAL", "from: FILAAL"),
    PackMistake("a date column that is not there", contract, "at: DATUM}}", "at: DATM}}"),
    PackMistake("an identifier in free text", contract, "role: freetext", "role: freetext, identifier: klant"),
    PackMistake("a separator of two signs", contract, "separator: \";\"", "separator: \";;\""),
    PackMistake("a date pattern without year", contract, "date: dd-mm-yyyy", "date: dd-mm"),
    PackMistake("a decimal mark", contract, "decimal: \",\"", "decimal: \";\""),
    PackMistake("a bound that is none", contract, "min: 2000-01-01", "min: soon"),
    PackMistake("a severity", contract, "severity: error", "severity: fatal"),
    PackMistake("a reference to nowhere", contract, "to: verkoop}", "to: verkop}"),
    PackMistake("a reference of another width", contract, "columns: [BONNR, REGEL], to", "columns: [BONNR], to"),
    PackMistake("mutations without key", contract, "key: [BONNR, REGEL]\n", ""),
    PackMistake("a column twice", contract, "name: PRIJS", "name: REGEL"),
    PackMistake("keep_year of no date", contract, "name: MUT,", "name: MUT, keep_year: jaar,"),
    PackMistake("no positions in a fixed file", contract, "kind: delimited", "kind: fixed\n  positions: {BONNR: [1, 9], REGEL: [10], FILIAAL: [12, 2], KLANT: [14, 6], SOORT: [20, 1], DATUM: [21, 10], PRIJS: [31, 9], NOOT: [40, 9]}"),
  ]

  static let products = [
    PackMistake("an unknown input", "entities/verkoop.sql", "{winkel.verkoop}", "{winkel.verkop}"),
    PackMistake("a circle of entities", "entities/verkoop.sql", "{winkel.verkoop}", "{entity.omzet}"),
    PackMistake("an unknown file", "linkage.yaml", "winkel.verkoop", "winkel.verkop"),
    PackMistake("a key that identifies nobody", "linkage.yaml", "keys: [klant]", "keys: [prijs]"),
    PackMistake("an unknown entity", product, "entity: verkoop", "entity: verkop"),
    PackMistake("an unknown policy", product, "policy: gewoon", "policy: gewon"),
    PackMistake("an unknown unit", product, "unit: verkoop", "unit: verkopen"),
    PackMistake("an unknown theme", product, "theme: handel", "theme: handle"),
    PackMistake("an unknown scheme of a dimension", product, "scheme: fruit", "scheme: fruti"),
    PackMistake("a share without total", product, "    total: {code: T001, label: {nl: Totaal, en: Total}}\n", ""),
    PackMistake("a share of nothing", product, "of: aantal", "of: aantl"),
    PackMistake("a total that is a concept too", product, "code: T001", "code: \"11\""),
    PackMistake("a percentile beyond one", product, "q: 0.5", "q: 50"),
    PackMistake("an unknown kind of measure", product, "kind: sum", "kind: som"),
    PackMistake("an unknown grain", product, "grain: quarter", "grain: quarters"),
    PackMistake("a chart by nothing", product, "by: Fruit", "by: Fruits"),
    PackMistake("a dimension in lower case", product, "- id: Fruit", "- id: fruit"),
    PackMistake("a depth in words", product, "depth: 2", "depth: two"),
    PackMistake("a threshold that hides nothing", "policies/gewoon.yaml", "threshold: 5\n", "threshold: 1\n"),
    PackMistake("a missing threshold", "policies/gewoon.yaml", "threshold: 5\n", ""),
  ]

  @Test("files that are not there, or stand in the wrong place")
  func files() throws {
    #expect(
      try TrialPack.complaint(["concepts/themas.csv": ""]) == """
        the chain pack has 2 errors:
        concepts/themas.csv: the file is missing
        products/V01.yaml: there is no concept of themas 'handel'
        """)
    let contract = try #require(TrialPack.files["deliveries/winkel/verkoop.yaml"])
    #expect(
      try TrialPack.complaint(["deliveries/winkl/verkoop.yaml": contract]) == """
        the chain pack has 1 error:
        deliveries/winkl: no organisation of chain.yaml; did you mean 'winkel'?
        """)
    let mapping = try #require(TrialPack.files["mappings/winkel.soort.csv"])
    #expect(
      try TrialPack.complaint(["mappings/soort.csv": mapping]) == """
        the chain pack has 1 error:
        mappings/soort.csv: name it <organisation>.<list>.csv
        """)
    #expect(
      try TrialPack.complaint(["mappings/winkle.soort.csv": mapping]) == """
        the chain pack has 1 error:
        mappings/winkle.soort.csv: there is no organisation 'winkle'; did you mean 'winkel'?
        """)
  }

  @Test("all mistakes at once, in the order of the files")
  func several() throws {
    let contract = try #require(TrialPack.files["deliveries/winkel/verkoop.yaml"])
    let policy = try #require(TrialPack.files["policies/gewoon.yaml"])
    #expect(
      try TrialPack.complaint([
        "deliveries/winkel/verkoop.yaml": contract.replacing("rhythm: month", with: "rhythm: moon"),
        "policies/gewoon.yaml": policy.replacing("threshold: 5", with: "threshold: five"),
      ]) == "")
  }

  @Test("the nearest right spelling is offered only when it comes near")
  func spelling() {
    #expect(nearest(to: "colums", among: ["columns", "checks"]) == "columns")
    #expect(nearest(to: "Columns", among: ["columns"]) == "columns")
    #expect(nearest(to: "ab", among: ["ba"]) == nil)
    #expect(nearest(to: "a", among: ["b"]) == "b")
    #expect(nearest(to: "rhythm", among: ["checks", "columns"]) == nil)
    #expect(nearest(to: "x", among: []) == nil)
  }

  @Test("names of content columns are the delivered ones in snake case")
  func snake() {
    #expect(snakeCase("REGISTRATIENR") == "registratienr")
    #expect(snakeCase("datumUitspraak") == "datum_uitspraak")
    #expect(snakeCase("Datum in") == "datum_in")
    #expect(snakeCase("VOLGNR_FEIT") == "volgnr_feit")
    #expect(snakeCase("  a--b ") == "a_b")
  }
}
