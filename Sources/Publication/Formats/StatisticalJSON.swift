import Foundation
import InformationModel

/// The table as JSON-stat 2.0 (https://json-stat.org/full/) and as it was before, with the measures as the last
/// dimension.
package struct StatisticalJSON {
  let table: PublishedTable
  let chain: ChainDescription
  let language: Language
  /// Where it is; nil in a file.
  let address: String?
  let updated: Moment

  /// By dimension the code of its total in the whole table.
  private let totals: [String: String]
  /// By dimension what a service tells of its code lists.
  private let codeLists: [String: OrderedJSON]

  /// - Parameters:
  ///   - table: all of it, or a part.
  ///   - whole: what it is a part of; itself when nil.
  ///   - chain: whose table it is.
  ///   - language: of all texts.
  ///   - address: where it is; nil in a file.
  ///   - updated: when it got its figures; at its reference date when nil, which is all that a file knows.
  ///   - codeLists: by dimension what a service tells of its code lists.
  package init(
    table: PublishedTable, of whole: PublishedTable? = nil, chain: ChainDescription,
    language: Language = .nl, address: String? = nil, updated: Moment? = nil,
    codeLists: [String: OrderedJSON] = [:]
  ) {
    (self.table, self.chain, self.language, self.address) = (table, chain, language, address)
    self.updated = updated ?? Moment(startOf: table.provenance.referenceDate)
    self.codeLists = codeLists
    totals = Dictionary(
      (whole ?? table).dimensions.compactMap { dimension in
        dimension.total.map { (dimension.id, dimension.categories[$0].code) }
      }, uniquingKeysWith: { one, _ in one })
  }

  /// The whole dataset.
  package var data: Data {
    let (values, statuses) = cells
    return data(values: .array(values), statuses: statuses)
  }

  /// The dataset without its figures, as who is about to choose some asks for it.
  package var metadata: Data { data(values: .null, statuses: []) }

  /// The whole dataset as versions before 2.0 have it: under a name, and how the dimensions lie among the dimensions.
  package var bundle: Data {
    let (values, statuses) = cells
    let dataset =
      texts + [("dimension", .object(dimensions + layout))]
      + figures(.array(values), statuses: statuses)
    return OrderedJSON.object([("dataset", .object(dataset))]).data
  }

  private func data(values: OrderedJSON, statuses: [(String, OrderedJSON)]) -> Data {
    var members: [(String, OrderedJSON)] = [
      ("version", .string("2.0")),
      ("class", .string("dataset")),
    ]
    if let address { members.append(("href", .string(address))) }
    members += texts + layout + [("dimension", .object(dimensions))]
    return OrderedJSON.object(members + figures(values, statuses: statuses)).data
  }

  private var texts: [(String, OrderedJSON)] {
    [
      ("label", .string(table.description.title[language])),
      (
        "source",
        .string(chain.sources(of: table.provenance).map(\.name[language]).joined(separator: ", "))
      ),
      ("updated", .string(updated.description)),
    ]
  }

  /// How the dimensions lie in the figures, the last one fastest.
  private var layout: [(String, OrderedJSON)] {
    [
      ("id", .strings(table.dimensions.map(\.id) + [Naming.contents])),
      (
        "size",
        .array(
          (table.dimensions.map(\.categories.count) + [table.measures.count]).map(
            OrderedJSON.integer))
      ),
      ("role", roles),
    ]
  }

  private var dimensions: [(String, OrderedJSON)] {
    table.dimensions.map { ($0.id, dimension($0)) } + [(Naming.contents, measures)]
  }

  private func figures(
    _ values: OrderedJSON, statuses: [(String, OrderedJSON)]
  ) -> [(String, OrderedJSON)] {
    [("value", values)] + (statuses.isEmpty ? [] : [("status", .object(statuses))])
      + [("note", .strings(notes)), ("extension", properties)]
  }

  private var roles: OrderedJSON {
    var roles: [(String, OrderedJSON)] = []
    for (name, role) in [("time", InformationModel.Dimension.Role.time), ("geo", .region)] {
      let ids = table.dimensions.filter { $0.role == role }.map(\.id)
      if !ids.isEmpty { roles.append((name, .strings(ids))) }
    }
    return .object(roles + [("metric", .strings([Naming.contents]))])
  }

  private func dimension(_ dimension: InformationModel.Dimension) -> OrderedJSON {
    let categories = dimension.categories
    var members: [(String, OrderedJSON)] = [
      (
        "index",
        .object(categories.enumerated().map { ($0.element.code, OrderedJSON.integer($0.offset)) })
      ),
      ("label", .object(categories.map { ($0.code, OrderedJSON.string(label($0))) })),
    ]
    let children = zip(categories, dimension.children).filter { !$0.1.isEmpty }
    if !children.isEmpty {
      members.append(
        (
          "child",
          .object(
            children.map { ($0.0.code, OrderedJSON.strings($0.1.map { categories[$0].code })) })
        ))
    }
    let definitions = categories.compactMap { category in
      category.definition.map { (category.code, OrderedJSON.strings([$0[language]])) }
    }
    if !definitions.isEmpty { members.append(("note", .object(definitions))) }
    return .object([
      ("label", .string(dimension.title[language])), ("category", .object(members)),
      ("extension", properties(of: dimension)),
    ])
  }

  /// What clients of PxWeb ask of a variable: whether it may be left out, and what stands for it then.
  private func properties(of dimension: InformationModel.Dimension) -> OrderedJSON {
    let total = totals[dimension.id]
    var members: [(String, OrderedJSON)] = [("elimination", .boolean(total != nil))]
    if let total { members.append(("eliminationValueCode", .string(total))) }
    // Two spellings: clients of earlier versions know the second one.
    let lists = codeLists[dimension.id] ?? .array([])
    return .object(
      members + [("show", .string("value")), ("codelists", lists), ("codeLists", lists)])
  }

  /// Provisional periods carry an asterisk behind their label.
  private func label(_ category: Category) -> String {
    category.label[language] + (category.status == .provisional ? "*" : "")
  }

  private var measures: OrderedJSON {
    let units = table.measures.map { measure in
      (
        measure.id,
        OrderedJSON.object([
          ("base", .string(measure.unit[language])), ("decimals", .integer(measure.decimals)),
        ])
      )
    }
    var members: [(String, OrderedJSON)] = [
      (
        "index",
        .object(table.measures.enumerated().map { ($0.element.id, OrderedJSON.integer($0.offset)) })
      ),
      ("label", .object(table.measures.map { ($0.id, OrderedJSON.string($0.title[language])) })),
      ("unit", .object(units)),
    ]
    let notes = table.measures.compactMap { measure in
      measure.definition.map { (measure.id, OrderedJSON.strings([$0[language]])) }
    }
    if !notes.isEmpty { members.append(("note", .object(notes))) }
    return .object([
      ("label", .string(language == .nl ? "Onderwerp" : "Subject")),
      ("category", .object(members)),
      (
        "extension",
        .object([
          ("elimination", .boolean(false)), ("show", .string("value")), ("codelists", .array([])),
          ("codeLists", .array([])),
        ])
      ),
    ])
  }

  /// Values, cells row by row and measures fastest, and the status of each that is not plainly
  /// final.
  private var cells: (values: [OrderedJSON], statuses: [(String, OrderedJSON)]) {
    let index = table.cells
    let count = index.sizes.reduce(1, *)
    var values: [OrderedJSON] = []
    values.reserveCapacity(count * table.measures.count)
    var statuses: [(String, OrderedJSON)] = []
    for cell in 0..<count {
      let isProvisional =
        table.timeDimension.map { time in
          let period = index.coordinates(of: cell)[time]
          return table.dimensions[time].categories[period].status == .provisional
        } ?? false
      for (number, measure) in table.measures.enumerated() {
        var status: String?
        switch table.cell(cell, measure: number) {
        case .value(let value):
          values.append(.number(Self.number(value, decimals: measure.decimals)))
          status = isProvisional ? "p" : nil
        case .confidential:
          values.append(.null)
          status = "c"
        case .impossible:
          values.append(.null)
          status = "."
        }
        if let status { statuses.append((String(values.count - 1), .string(status))) }
      }
    }
    return (values, statuses)
  }

  /// Without the zeros that a fixed number of decimals would add.
  private static func number(_ value: Double, decimals: Int) -> String {
    var text = DecimalNotation.text(value, decimals: decimals)
    guard text.contains(".") else { return text }
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  private var notes: [String] {
    let description = table.description
    let periods = table.provisionalPeriods.map(\.label[language])
    let fictitious =
      language == .nl
      ? "Verzonnen cijfers: gemaakt om het platform te tonen."
      : "Made-up figures, to show the platform."
    return (table.provenance.isFictitious ? [fictitious] : [])
      + [description.summary[language], description.population[language]]
      + (periods.isEmpty
        ? []
        : [
          "\(language == .nl ? "Voorlopige cijfers" : "Provisional figures") (*): \(periods.joined(separator: ", "))."
        ])
  }

  private var properties: OrderedJSON {
    let description = table.description
    let provenance = table.provenance
    var members: [(String, OrderedJSON)] = [
      (
        "status",
        .object([
          (
            "label",
            .object([
              ("c", .string(language == .nl ? "geheim" : "confidential")),
              (".", .string(language == .nl ? "kan niet voorkomen" : "cannot exist")),
              ("p", .string(language == .nl ? "voorlopig" : "provisional")),
            ])
          )
        ])
      ),
      (
        "px",
        .object([
          ("tableid", .string(description.id)),
          ("decimals", .integer(table.measures.map(\.decimals).max() ?? 0)),
          ("language", .string(language.rawValue)), ("official-statistics", .boolean(false)),
          ("aggregallowed", .boolean(false)),
        ])
      ),
      ("referenceDate", .string(provenance.referenceDate.description)),
      ("snapshot", .string(provenance.snapshot)),
      (
        "deliveries",
        .array(
          provenance.deliveries.map { delivery in
            .object([
              ("id", .string(delivery.id)), ("organisation", .string(delivery.organisation)),
              ("period", .string(delivery.period)),
              ("referenceDate", .string(delivery.referenceDate.description)),
            ])
          })
      ),
      ("population", .string(description.population[language])),
      ("unit", .string(description.unit.label[language])),
      ("definition", .string(description.unit.definition[language])),
      ("protection", .string(table.protection.reason[language])),
      ("licence", .string(chain.licence.address)),
      (
        "title",
        .object([("nl", .string(description.title.nl)), ("en", .string(description.title.en))])
      ),
    ]
    if let linkage = provenance.linkage {
      let counts = [
        ("records", linkage.records), ("withKey", linkage.withKey), ("pairs", linkage.pairs),
        ("found", linkage.found), ("withUniqueKeys", linkage.withUniqueKeys),
        ("contradicted", linkage.contradicted),
      ]
      members.append(("linkage", .object(counts.map { ($0, .number(String($1))) })))
    }
    return .object(members)
  }
}
