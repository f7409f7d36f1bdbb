import Foundation
import InformationModel
import Yams

/// Reads the files of a pack; each mistake becomes a finding and reading goes on.
final class PackReader {
  let directory: URL
  let log = PackLog()

  init(directory: URL) {
    self.directory = directory
  }

  /// - Returns: nil when `chain.yaml` cannot be read: without it all other files would look wrong.
  func read() -> ChainPack? {
    guard let (description, identifiers, schemes) = readChain() else { return nil }
    for file in allFiles(["yml"]) {
      log.add(file, nil, "files that end in .yml are not read; name it .yaml")
    }
    let contracts = description.organisations.flatMap(readContracts)
    checkFolders(of: "deliveries", known: description.organisations.map(\.id))
    let entities = readEntities()
    let references = readReferences()
    return ChainPack(
      directory: directory, description: description, identifiers: identifiers, schemes: schemes,
      contracts: contracts, mappings: readMappings(), references: references,
      rules: readRules(contracts, references), entities: entities, linkage: readLinkage(),
      products: readProducts(),
      policies: readPolicies(), synthesis: readSynthesis(),
      digest: ChainPack.digest(of: directory, files: allFiles(["yaml", "csv", "sql", "geojson"])))
  }

  // MARK: Folders

  func files(in folder: String, extension suffix: String) -> [String] {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: directory.appending(path: folder).path))
      ?? []
    return names.filter { $0.hasSuffix(".\(suffix)") }.sorted().map { "\(folder)/\($0)" }
  }

  private func allFiles(_ extensions: [String]) -> [String] {
    guard let walker = FileManager.default.enumerator(atPath: directory.path) else { return [] }
    return walker.compactMap { $0 as? String }.filter {
      extensions.contains(($0 as NSString).pathExtension)
    }.sorted()
  }

  private func checkFolders(of folder: String, known: [String]) {
    let names =
      (try? FileManager.default.contentsOfDirectory(atPath: directory.appending(path: folder).path))
      ?? []
    for name in names.sorted() where !known.contains(name) {
      let near = nearest(to: name, among: known)
      log.add(
        "\(folder)/\(name)", nil,
        "no organisation of chain.yaml" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
  }

  func text(of file: String) -> String? {
    guard let data = try? Data(contentsOf: directory.appending(path: file)) else { return nil }
    guard let text = String(bytes: data, encoding: .utf8) else {
      log.add(file, nil, "not UTF-8")
      return nil
    }
    return text
  }

  /// A CSV of the pack whose header must hold these columns.
  func table(_ file: String, columns expected: [String] = []) -> CSVTable? {
    guard let data = try? Data(contentsOf: directory.appending(path: file)) else {
      log.add(file, nil, "the file is missing")
      return nil
    }
    let lines = data.split(separator: 0x0A, omittingEmptySubsequences: false)
    if let line = lines.firstIndex(where: { String(validating: $0, as: UTF8.self) == nil }) {
      log.add(file, line + 1, "not UTF-8")
      return nil
    }
    let table = CSVTable(Array(data))
    guard table.malformedLines.isEmpty else {
      for line in table.malformedLines {
        log.add(
          file, line, "a quote is not closed, or something stands behind it; double a quote inside")
      }
      return nil
    }
    for name in expected where table.column(name) == nil {
      let near = nearest(to: name, among: table.header)
      log.add(
        file, 1,
        "column '\(name)' is missing" + (near.map { "; '\($0)' comes near" } ?? "")
          + " (expected: \(expected.joined(separator: ",")))")
    }
    for (row, line) in zip(table.rows, table.lines) where row.count != table.header.count {
      log.add(
        file, line,
        "\(row.count) fields where the header has \(table.header.count); put a field with a comma in quotes"
      )
    }
    guard expected.allSatisfy({ table.column($0) != nil }),
      table.rows.allSatisfy({ $0.count == table.header.count })
    else { return nil }
    return table
  }

  private func date(_ text: String, file: String, line: Int) -> CalendarDate? {
    guard !text.isEmpty else { return nil }
    let date = CalendarDate(iso: text)
    if date == nil { log.add(file, line, "'\(text)' is no date; write yyyy-mm-dd") }
    return date
  }

  // MARK: chain.yaml

  private func readChain() -> (ChainDescription, [String: Identifier], [ConceptScheme])? {
    guard let root = PackNode(file: "chain.yaml", in: directory, log: log) else { return nil }
    root.expect(keys: [
      "id", "version", "name", "purpose", "licence", "organisations", "identifiers", "schemes",
      "catalogue", "calendar", "flow",
    ])
    let organisations = root.items("organisations").map { node in
      node.expect(keys: ["id", "code", "name", "role"])
      return Organisation(
        id: node.text("id"), code: node.optionalText("code") ?? node.text("id"),
        name: node.localized("name"), role: node.localized("role"))
    }
    var identifiers: [String: Identifier] = [:]
    for (id, node) in root["identifiers"]?.entries ?? [] {
      node.expect(keys: ["name", "canonical", "variants", "check"])
      var masks: [IdentifierMask] = []
      let canonical = node.optionalText("canonical") == nil ? nil : node["canonical"]
      let notations = (canonical.map { [$0] } ?? []) + node.items("variants")
      for written in notations {
        if let mask = IdentifierMask(written.text) {
          masks.append(mask)
        } else {
          written.problem(
            "'\(written.text)' is no mask; use lower-case letters for fields, *, #, and literal capitals and digits"
          )
        }
      }
      let check = node["check"].map { check in
        if notations.isEmpty {
          check.problem("a check needs a canonical form whose digits it weighs")
        }
        return readCheck(check, of: masks.count == notations.count ? masks.first : nil)
      }
      identifiers[id] = Identifier(id: id, name: node.localized("name"), masks: masks, check: check)
    }
    let schemes = root.items("schemes").map { node in
      node.expect(keys: ["id", "name", "description", "owner", "shapes"])
      let id = node.text("id")
      var scheme = ConceptScheme(
        id: id, name: node.localized("name"), description: node.localized("description"),
        owner: node.text("owner"), concepts: readConcepts("concepts/\(id).csv"))
      scheme.map = node["shapes"].flatMap { readShapes($0, of: scheme) }
      return scheme
    }
    let description = ChainDescription(
      id: root.text("id"), version: root.text("version"), name: root.localized("name"),
      purpose: root.localized("purpose"), licence: readLicence(root),
      organisations: organisations, listing: root["catalogue"].map(readListing),
      calendar: root["calendar"] == nil ? nil : readCalendar(root.items("calendar")),
      flow: root["flow"] == nil ? nil : readFlow(root.items("flow")))
    return (description, identifiers, schemes)
  }

  private func readLicence(_ root: PackNode) -> Licence {
    guard let node = root.required("licence") else { return Licence(name: "", address: "") }
    node.expect(keys: ["name", "address"])
    let licence = Licence(name: node.text("name"), address: node.text("address"))
    if let address = node["address"], !licence.address.hasPrefix("https://") {
      address.problem("'\(licence.address)' is no address of a licence; begin with https://")
    }
    return licence
  }

  private func readListing(_ node: PackNode) -> CatalogueListing {
    node.expect(keys: ["contact", "theme", "country", "keywords"])
    let contact = node.required("contact")
    contact?.expect(keys: ["name", "address"])
    let listing = CatalogueListing(
      contactName: contact?.localized("name") ?? LocalizedText(nl: "", en: ""),
      contactAddress: contact?.text("address") ?? "", theme: node.text("theme"),
      country: node.text("country"),
      keywords: node.items("keywords").map { keyword in
        keyword.expect(keys: ["nl", "en"])
        return LocalizedText(nl: keyword.text("nl"), en: keyword.text("en"))
      })
    if let address = contact?["address"],
      !["mailto:", "https://"].contains(where: listing.contactAddress.hasPrefix)
    {
      address.problem("'\(listing.contactAddress)' must begin with mailto: or https://")
    }
    for (key, code) in [("theme", listing.theme), ("country", listing.country)]
    where !code.isEmpty && !code.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) {
      node[key]?.problem("'\(code)' is no code of the European list; write it in capitals")
    }
    return listing
  }

  private func readFlow(_ nodes: [PackNode]) -> ChainFlow {
    var ids: [String] = []
    let stages = nodes.map { node -> ChainFlow.Stage in
      node.expect(keys: ["id", "title", "table", "measure", "by", "goes_on"])
      let id = node.text("id")
      if ids.contains(id) { node["id"]?.problem("there is a stage '\(id)' already") }
      ids.append(id)
      let goesOn = (node["goes_on"]?.entries ?? []).map { ($0.key, $0.value.text) }
      return ChainFlow.Stage(
        id: id, title: node.localized("title"), table: node.text("table"),
        measure: node.text("measure"), dimension: node.text("by"),
        goesOn: Dictionary(goesOn, uniquingKeysWith: { $1 }))
    }
    // A unit does not go back: the drawing reads from one side to the other.
    for (place, node) in nodes.enumerated() {
      for (_, next) in node["goes_on"]?.entries ?? []
      where !ids.dropFirst(place + 1).contains(next.text) {
        next.problem("'\(next.text)' is no stage behind '\(ids[place])'")
      }
    }
    return ChainFlow(stages: stages)
  }

  private func readCalendar(_ nodes: [PackNode]) -> [PlannedRelease] {
    nodes.compactMap { node -> PlannedRelease? in
      node.expect(keys: ["moment", "title"])
      guard let moment = Moment(node.text("moment")) else {
        node["moment"]?.problem(
          "'\(node.text("moment"))' is no moment; write 2027-10-01T09:30:00+02:00, in quotes")
        return nil
      }
      return PlannedRelease(moment: moment, title: node.localized("title"))
    }.sorted { $0.moment < $1.moment }
  }

  private func readCheck(_ node: PackNode, of canonical: IdentifierMask?) -> WeightedCheck {
    node.expect(keys: ["weights", "modulus", "remainders"])
    if let length = canonical?.positions.count,
      let weights = node["weights"]?.node.sequence?.count, weights != length
    {
      node.problem("\(weights) weights for the \(length) digits of the canonical form")
    }
    return WeightedCheck(
      weights: node.integers("weights"), modulus: max(1, node.integer("modulus")),
      remainders: node.integers("remainders"))
  }

  private func readConcepts(_ file: String) -> [Concept] {
    guard
      let table = table(
        file,
        columns: [
          "code", "parent", "label_nl", "label_en", "definition_nl", "definition_en", "source",
          "valid_from", "valid_to",
        ])
    else { return [] }
    let index = Dictionary(
      table.header.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { $1 })
    return zip(table.rows, table.lines).map { row, line in
      func cell(_ name: String) -> String { index[name].map { row[$0] } ?? "" }
      return Concept(
        code: cell("code"), parent: cell("parent").isEmpty ? nil : cell("parent"),
        label: LocalizedText(nl: cell("label_nl"), en: cell("label_en")),
        alternatives: alternatives(
          nl: cell("alternatives_nl"), en: cell("alternatives_en"), file: file, line: line),
        definition: LocalizedText(nl: cell("definition_nl"), en: cell("definition_en")),
        source: cell("source").isEmpty ? nil : cell("source"),
        validFrom: date(cell("valid_from"), file: file, line: line),
        validTo: date(cell("valid_to"), file: file, line: line),
        tile: tile(cell("tile"), file: file, line: line))
    }
  }

  private func alternatives(
    nl: String, en: String, file: String, line: Int
  ) -> AlternativeLabels? {
    func labels(_ text: String) -> [String] {
      guard !text.isEmpty else { return [] }
      let labels = text.split(separator: ";", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      if labels.contains("") {
        log.add(file, line, "'\(text)' has an empty label; write one;another")
      }
      return labels.filter { !$0.isEmpty }
    }
    let alternatives = AlternativeLabels(nl: labels(nl), en: labels(en))
    return alternatives.nl.isEmpty && alternatives.en.isEmpty ? nil : alternatives
  }

  private func tile(_ text: String, file: String, line: Int) -> MapTile? {
    guard !text.isEmpty else { return nil }
    let tile = MapTile(text)
    if tile == nil {
      log.add(file, line, "'\(text)' is no tile; write column:row, from 0:0 to 39:39")
    }
    return tile
  }

  // MARK: mappings and reference tables

  private func readMappings() -> [String: CodeMapping] {
    var mappings: [String: CodeMapping] = [:]
    for file in files(in: "mappings", extension: "csv") {
      let name = String(file.dropFirst("mappings/".count).dropLast(".csv".count))
      let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        log.add(file, nil, "name it <organisation>.<list>.csv")
        continue
      }
      guard
        let table = table(
          file,
          columns: ["code", "label", "valid_from", "valid_to", "concept", "reason", "approved_by"])
      else { continue }
      let index = Dictionary(
        table.header.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { $1 })
      let rows = zip(table.rows, table.lines).map { row, line in
        func cell(_ name: String) -> String { index[name].map { row[$0] } ?? "" }
        let target: CodeMapping.Target =
          switch cell("concept") {
          case "event only": .eventOnly
          case "outside scope": .outsideScope
          default: .concept(cell("concept"))
          }
        return CodeMapping.Row(
          code: cell("code"), label: cell("label"),
          validFrom: date(cell("valid_from"), file: file, line: line),
          validTo: date(cell("valid_to"), file: file, line: line), target: target,
          reason: cell("reason"), approvedBy: cell("approved_by"), line: line)
      }
      mappings[name] = CodeMapping(organisation: parts[0], list: parts[1], rows: rows)
    }
    return mappings
  }

  private func readReferences() -> [String: CSVTable] {
    var tables: [String: CSVTable] = [:]
    for file in files(in: "reference", extension: "csv") {
      let name = String(file.dropFirst("reference/".count).dropLast(".csv".count))
      tables[name] = table(file)
    }
    return tables
  }

  // MARK: entities, linkage

  private func readEntities() -> [EntityDefinition] {
    let read = files(in: "entities", extension: "sql").compactMap { file -> EntityDefinition? in
      guard let sql = text(of: file) else { return nil }
      return EntityDefinition(
        name: String(file.dropFirst("entities/".count).dropLast(".sql".count)), sql: sql,
        inputs: SQLTemplate(sql).names, source: file)
    }
    return inDependencyOrder(read)
  }

  private func inDependencyOrder(_ entities: [EntityDefinition]) -> [EntityDefinition] {
    var ordered: [EntityDefinition] = []
    var left = entities
    while !left.isEmpty {
      let done = Set(ordered.map { "entity.\($0.name)" })
      let pending = Set(left.map { "entity.\($0.name)" })
      let ready = left.filter { entity in
        entity.inputs.allSatisfy { done.contains($0) || !pending.contains($0) }
      }
      if ready.isEmpty {
        for entity in left {
          log.add(entity.source, nil, "entities read each other in a circle")
        }
        return ordered + left
      }
      ordered += ready
      left.removeAll { entity in ready.contains { $0.name == entity.name } }
    }
    return ordered
  }

  private func readLinkage() -> LinkagePlan {
    guard FileManager.default.fileExists(atPath: directory.appending(path: "linkage.yaml").path),
      let root = PackNode(file: "linkage.yaml", in: directory, log: log)
    else { return LinkagePlan() }
    root.expect(keys: ["person"])
    guard let person = root.required("person") else { return LinkagePlan() }
    person.expect(keys: ["records", "unique", "local", "merges", "model"])
    return LinkagePlan(
      records: person.items("records").map { node in
        node.expect(keys: ["file", "keys", "attributes"])
        return LinkagePlan.Records(
          file: node.text("file"), keys: node.items("keys").map(\.text),
          attributes: (node["attributes"]?.entries ?? []).map { ($0.key, $0.value.text) })
      },
      unique: person.items("unique").map(\.text), local: person.items("local").map(\.text),
      merges: person.items("merges").map { node in
        node.expect(keys: ["file", "old", "new", "where"])
        return LinkagePlan.Merges(
          file: node.text("file"), old: node.text("old"), new: node.text("new"),
          condition: node.optionalText("where"))
      },
      model: person.optionalText("model").flatMap { name in
        let file = directory.appending(path: name)
        guard let text = try? String(contentsOf: file, encoding: .utf8) else {
          person.problem("there is no file '\(name)' in UTF-8, in which the model should stand")
          return nil
        }
        return (name, text)
      })
  }

  // MARK: policies

  private func readPolicies() -> [ChainPack.PolicyDefinition] {
    files(in: "policies", extension: "yaml").compactMap { file in
      guard let root = PackNode(file: file, in: directory, log: log) else { return nil }
      root.expect(keys: [
        "id", "title", "threshold", "percentile_threshold", "dominance", "p_percent", "pq",
        "protect_revisions", "reason", "decided_by", "decided_on",
      ])
      let decidedOn = root.optionalText("decided_on")
      if let decidedOn, CalendarDate(iso: decidedOn) == nil {
        root.problem("decided_on '\(decidedOn)' is no date like 2025-01-31")
      }
      let policy = ChainPack.PolicyDefinition(
        id: root.text("id"), title: root.localized("title"), threshold: root.integer("threshold"),
        percentileThreshold: root.integer("percentile_threshold"),
        concentration: readConcentration(root),
        protectsRevisions: root.flag("protect_revisions", default: true),
        reason: root.localized("reason"),
        decidedBy: root.items("decided_by").map(\.text), decidedOn: decidedOn)
      if policy.threshold < 2 {
        root.problem("a threshold below 2 protects nothing; the smallest that hides is 2")
      }
      if policy.percentileThreshold < 1 {
        root.problem("percentile_threshold must be at least 1")
      }
      return policy
    }
  }

  private func readConcentration(_ root: PackNode) -> [ConcentrationRule] {
    var rules: [ConcentrationRule] = []
    if let node = group("dominance", of: ["count", "percent"], in: root) {
      let (count, percent) = (node.integer("count"), node.number("percent"))
      if !(1...10).contains(count) {
        node.problem("dominance looks at the 1 to 10 largest contributions, not at \(count)")
      }
      if !(percent > 0 && percent < 100) {
        node.problem(
          "the percent of dominance lies above 0 and below 100; nothing makes more than all of a sum"
        )
      }
      rules.append(.dominance(count: count, percent: percent))
    }
    if let node = root["p_percent"] {
      let percent = root.number("p_percent")
      if !(percent > 0 && percent <= 100) {
        node.problem("p_percent lies above 0, up to 100")
      }
      rules.append(.percentOfLargest(percent: percent))
    }
    if let node = group("pq", of: ["percent", "prior"], in: root) {
      let (percent, prior) = (node.number("percent"), node.number("prior"))
      if !(percent > 0 && percent < prior && prior <= 100) {
        node.problem("of pq the percent lies above 0 and below the prior, which is at most 100")
      }
      rules.append(.priorPosterior(percent: percent, prior: prior))
    }
    return rules
  }

  /// What stands under a key that may be left out, if it has keys of its own as it should.
  private func group(_ key: String, of keys: [String], in root: PackNode) -> PackNode? {
    guard let node = root[key] else { return nil }
    node.expect(keys: keys)
    return node.node.mapping == nil ? nil : node
  }
}
