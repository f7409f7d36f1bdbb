import ChainPack
import Foundation
import InformationModel
import Linkage
import Warehouse

/// Relations of the engine by the names that the pack's SQL gives them.
package struct RelationCatalogue: Sendable {
  /// By name in braces: the name in the engine.
  package var relations: [String: String]
  package var referenceDate: CalendarDate
  /// Uniform entities, in order of making, each as a Parquet file with its rows sorted.
  package var entities: [(name: String, file: URL, rows: Int)]
  package var linkage: [PersonLinkage.Coverage]
  package var agreement: PersonLinkage.Agreement?
  /// nil when no earlier reference date was linked.
  package var succession: PersonLinkage.Succession?
  package var persons: Int
  /// Local codes that no mapping knows.
  package var workList: [Finding]
}

/// From delivered rows to uniform entities: the state as known, uniform codes, persons, derivation.
package struct Refinement {
  package let pack: ChainPack
  package let engine: any Engine

  package init(pack: ChainPack, engine: any Engine) {
    self.pack = pack
    self.engine = engine
  }

  /// Makes each file's rows readable as known at the reference date.
  package func defineStates(_ state: KnownState) throws -> [String: String] {
    var relations: [String: String] = [:]
    for contract in pack.contracts {
      let delivered = "delivered.\(contract.name)"
      try engine.define(
        delivered, as: state.contentFiles(of: contract), columns: Self.schema(of: contract))
      let relation = "state.\(contract.name)"
      try engine.execute(
        "CREATE OR REPLACE TEMP VIEW \(quoted(relation)) AS "
          + state.select(contract, delivered: delivered))
      relations[contract.name] = relation
    }
    return relations
  }

  /// Adds concepts and persons to the states as edited, then writes the pack's entities into a folder, rows in the order of all columns.
  package func refine(
    _ state: KnownState, edited: Editing.Outcome,
    linked: Microdata<Linked, PersonLinkage.Outcome>, into folder: URL
  ) throws -> Microdata<Refined, RelationCatalogue> {
    let states = edited.states
    var catalogue = RelationCatalogue(
      relations: edited.relations, referenceDate: state.referenceDate, entities: [],
      linkage: linked.content.coverage, agreement: linked.content.agreement,
      succession: linked.content.succession,
      persons: linked.content.persons, workList: [])
    try defineMappings(state.referenceDate)
    for contract in pack.contracts {
      guard let relation = states[contract.name] else { continue }
      catalogue.workList += try unmappedCodes(contract)
      let name = "uniform.\(contract.name)"
      try engine.execute(
        "CREATE OR REPLACE TEMP VIEW \(quoted(name)) AS "
          + uniformSelect(
            contract, state: relation, links: linked.content.relations[contract.name],
            referenceDate: state.referenceDate))
      catalogue.relations[contract.name] = name
    }
    try defineReferences(&catalogue)
    for (name, relation) in edited.relations.sorted(by: { $0.key < $1.key }) {
      let file = folder.appending(path: "\(name).parquet")
      let columns = name == Editing.editsName ? EditTable.names : QualityScore.names
      let rows = try engine.write(
        SQLStep(
          name: name,
          select: "SELECT \(columns.map(quoted).joined(separator: ", ")) "
            + "FROM \(quoted(relation)) ORDER BY ALL NULLS LAST"), to: file)
      catalogue.entities.append((name, file, rows))
    }
    for entity in pack.entities {
      let name = "entity.\(entity.name)"
      let sql = try SQLTemplate(entity.sql).filled { try resolve($0, in: catalogue, entity) }
      let file = folder.appending(path: "\(entity.name).parquet")
      do {
        let rows = try engine.write(
          SQLStep(
            name: "entity \(entity.name)",
            select: "SELECT * FROM (\(Self.trimmed(sql))\n) e ORDER BY ALL NULLS LAST"),
          to: file)
        try engine.define(name, as: [LakeFile(file)], columns: [])
        catalogue.relations[name] = name
        catalogue.entities.append((entity.name, file, rows))
      } catch let error as EngineError {
        throw EngineError(step: entity.source, message: error.message)
      }
    }
    return Microdata(catalogue, as: Refined.self)
  }

  private func resolve(
    _ name: String, in catalogue: RelationCatalogue, _ entity: EntityDefinition
  ) throws -> String {
    if name == "reference_date" {
      return "CAST(\(literal(catalogue.referenceDate.description)) AS DATE)"
    }
    guard let relation = catalogue.relations[name] else {
      throw EngineError(step: entity.source, message: "there is no input '\(name)'")
    }
    return quoted(relation)
  }

  private static func trimmed(_ sql: String) -> String {
    var text = Substring(sql)
    while let last = text.last, last.isWhitespace || last == ";" { text = text.dropLast() }
    return String(text)
  }

  // MARK: Uniform codes

  private func defineMappings(_ referenceDate: CalendarDate) throws {
    for (name, mapping) in pack.mappings.sorted(by: { $0.key < $1.key }) {
      var rows: [String] = []
      for (code, versions) in mapping.byCode.sorted(by: { $0.key < $1.key }) {
        for (row, (from, to)) in zip(versions, Self.stretches(of: versions)) {
          rows.append(
            "(\(literal(code)), \(literal(row.target.text)), "
              + "CAST('\(from)' AS DATE), CAST('\(to)' AS DATE))")
        }
      }
      let body =
        rows.isEmpty
        ? "SELECT CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS DATE), CAST(NULL AS DATE) WHERE false"
        : "VALUES \(rows.joined(separator: ", "))"
      try engine.execute(
        "CREATE OR REPLACE TEMP TABLE \(quoted("mapping.\(name)")) AS "
          + "SELECT * FROM (\(body)) m (`code`, `concept`, `valid_from`, `valid_to`)")
    }
  }

  /// Stretches each version's validity until the next begins, so that every date falls in exactly one: a code used outside its time counts
  /// under its nearest version.
  static func stretches(of versions: [CodeMapping.Row]) -> [(
    from: CalendarDate, to: CalendarDate
  )] {
    let order = versions.indices.sorted {
      (versions[$0].validFrom ?? .earliest) < (versions[$1].validFrom ?? .earliest)
    }
    var result = versions.map { _ in (from: CalendarDate.earliest, to: CalendarDate.latest) }
    for (place, index) in order.enumerated() where place + 1 < order.count {
      let next = order[place + 1]
      let end = versions[index].validTo ?? (versions[next].validFrom ?? .latest).adding(days: -1)
      let start = versions[next].validFrom ?? end.adding(days: 1)
      let gap = Int(start.daysSinceEpoch - end.daysSinceEpoch) - 1
      let boundary = end.adding(days: gap / 2 + 1)
      result[index].to = boundary
      result[next].from = boundary
    }
    return result
  }

  private func uniformSelect(
    _ contract: Contract, state: String, links: String?, referenceDate: CalendarDate
  ) -> String {
    var columns = ["s.*"]
    var joins: [String] = []
    for (index, column) in contract.columns.enumerated() {
      guard let concept = column.concept, let codes = column.codes else { continue }
      let mapping = "\(contract.organisation).\(codes)"
      let alias = "m\(index)"
      var condition = "s.\(quoted(column.contentName)) = \(alias).`code`"
      if pack.mappings[mapping]?.byCode.values.contains(where: { $0.count > 1 }) ?? false {
        let at =
          concept.validAt.flatMap { contract.column($0) }.map {
            "coalesce(CAST(s.\(quoted($0.contentName)) AS DATE), CAST('\(referenceDate)' AS DATE))"
          } ?? "CAST('\(referenceDate)' AS DATE)"
        condition += " AND \(at) >= \(alias).`valid_from` AND \(at) < \(alias).`valid_to`"
      }
      columns.append("\(alias).`concept` AS \(quoted(concept.contentName))")
      joins.append("LEFT JOIN \(quoted("mapping.\(mapping)")) \(alias) ON \(condition)")
    }
    if let links {
      columns.append("p.`person` AS `_person`")
      joins.append(
        "LEFT JOIN \(quoted(links)) p ON s.`_delivery` = p.`delivery` AND s.`_row` = p.`row`")
    }
    return "SELECT \(columns.joined(separator: ", ")) FROM \(quoted(state)) s "
      + joins.joined(separator: " ")
  }

  /// Codes in content that the mappings of today do not know: they were delivered under an earlier version of the pack.
  private func unmappedCodes(_ contract: Contract) throws -> [Finding] {
    try contract.columns.flatMap { column -> [Finding] in
      guard let codes = column.codes, let mapping = pack.mapping(of: column, in: contract) else {
        return []
      }
      let present = try engine.query(
        "SELECT DISTINCT \(quoted(column.contentName)) AS `code` FROM \(quoted("delivered.\(contract.name)")) "
          + "WHERE \(quoted(column.contentName)) IS NOT NULL ORDER BY 1"
      ).texts("code").compactMap { $0 }
      return present.filter { mapping.byCode[$0] == nil }.map { code in
        Finding(
          severity: .warning, rule: "unmapped",
          file: "mappings/\(contract.organisation).\(codes).csv", column: column.name,
          message: "code '\(code)' leads to no concept; add a row for it")
      }
    }
  }

  // MARK: Reference tables

  private func defineReferences(_ catalogue: inout RelationCatalogue) throws {
    let needed = Set(pack.entities.flatMap(\.inputs))
    for scheme in pack.schemes where needed.contains("concept.\(scheme.id)") {
      let name = "concept.\(scheme.id)"
      let rows = scheme.concepts.map { concept in
        "(\(literal(concept.code)), \(concept.parent.map(literal) ?? "CAST(NULL AS VARCHAR)"), "
          + "\(literal(concept.label.nl)), \(literal(concept.label.en)), "
          + "\(scheme.path(to: concept.code).count))"
      }
      try engine.execute(
        "CREATE OR REPLACE TEMP TABLE \(quoted(name)) AS SELECT * FROM (VALUES \(rows.joined(separator: ", "))) "
          + "c (`code`, `parent`, `label_nl`, `label_en`, `depth`)")
      catalogue.relations[name] = name
    }
    for (id, table) in pack.references where needed.contains("reference.\(id)") {
      let name = "reference.\(id)"
      let rows = table.rows.map { row in
        "(" + row.map { $0.isEmpty ? "CAST(NULL AS VARCHAR)" : literal($0) }.joined(separator: ", ")
          + ")"
      }
      let header = table.header.map(quoted).joined(separator: ", ")
      try engine.execute(
        "CREATE OR REPLACE TEMP TABLE \(quoted(name)) AS SELECT * FROM (VALUES \(rows.joined(separator: ", "))) "
          + "r (\(header))")
      catalogue.relations[name] = name
    }
  }

  /// Names and types of a contract's content columns, for when nothing was delivered yet.
  package static func schema(of contract: Contract) -> [(name: String, type: String)] {
    var schema: [(name: String, type: String)] = []
    for column in contract.columns {
      if column.entersContent {
        let type =
          switch column.type {
          case _ where column.identifier != nil: "VARCHAR"
          case .text: "VARCHAR"
          case .integer: "BIGINT"
          case .decimal(let scale): "DECIMAL(18,\(scale))"
          case .date, .partialdate: "DATE"
          case .timestamp: "TIMESTAMP"
          case .boolean: "BOOLEAN"
          }
        schema.append((column.contentName, type))
      }
      if let year = column.keepYear { schema.append((year, "BIGINT")) }
    }
    return schema + [
      ("_row", "BIGINT"), ("_delivery", "VARCHAR"), ("_sequence", "BIGINT"),
      ("_known_from", "DATE"),
    ]
  }
}

extension CalendarDate {
  fileprivate static let earliest = CalendarDate(daysSinceEpoch: -719_162)
  fileprivate static let latest = CalendarDate(daysSinceEpoch: 2_932_897)
}
