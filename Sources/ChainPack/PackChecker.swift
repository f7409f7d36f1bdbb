import InformationModel

/// Checks what a single file cannot show: that names lead somewhere, that every local code has exactly one concept at a time.
struct PackChecker {
  let pack: ChainPack
  let log: PackLog

  func check() {
    unique(pack.description.organisations.map(\.id), "organisation", in: "chain.yaml")
    unique(pack.description.organisations.map(\.code), "organisation code", in: "chain.yaml")
    unique(pack.schemes.map(\.id), "scheme", in: "chain.yaml")
    unique(pack.contracts.map(\.name), "contract", in: "deliveries")
    checkFiles()
    unique(pack.products.map(\.id), "product", in: "products")
    unique(pack.products.map(\.slug), "slug", in: "products")
    unique(pack.policies.map(\.id), "policy", in: "policies")
    for policy in pack.policies {
      for organisation in policy.decidedBy {
        known(
          organisation, among: pack.description.organisations.map(\.id), "organisation",
          file: "policies")
      }
    }
    pack.schemes.forEach(checkScheme)
    pack.contracts.forEach(checkContract)
    for name in pack.mappings.keys.sorted() {
      if let mapping = pack.mappings[name] { checkMapping(mapping, name: name) }
    }
    pack.entities.forEach(checkEntity)
    checkLinkage()
    pack.products.forEach(checkProduct)
    checkFlow()
    checkSynthesis()
  }

  private func unique(_ names: [String], _ what: String, in file: String) {
    for (name, count) in Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +)
      .sorted(by: { $0.key < $1.key }) where count > 1
    {
      log.add(file, nil, "\(what) '\(name)' stands there \(count) times")
    }
  }

  private func known(
    _ name: String, among names: [String], _ what: String, file: String, line: Int? = nil
  ) {
    guard !names.contains(name) else { return }
    let near = nearest(to: name, among: names)
    log.add(
      file, line, "there is no \(what) '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
  }

  private func checkScheme(_ scheme: ConceptScheme) {
    let file = "concepts/\(scheme.id).csv"
    let codes = scheme.concepts.map(\.code)
    unique(codes, "concept", in: file)
    for (index, concept) in scheme.concepts.enumerated() {
      if concept.code.isEmpty {
        log.add(file, index + 2, "a concept needs a code")
      } else if !Naming.isSafeCode(concept.code) {
        log.add(
          file, index + 2,
          "the code '\(concept.code)' may not begin with = + @ - or have blanks around it")
      }
      if concept.code.hasSuffix(Naming.notFurtherSpecified) {
        log.add(
          file, index + 2,
          "'\(Naming.notFurtherSpecified)' at the end of a code stands for what is coded with a broader concept itself"
        )
      }
      if concept.label.nl.isEmpty || concept.label.en.isEmpty {
        log.add(file, index + 2, "concept '\(concept.code)' needs a label in both languages")
      }
      for language in Language.allCases {
        let labels = [concept.label[language]] + (concept.alternatives?[language] ?? [])
        unique(labels, "of concept '\(concept.code)' the label", in: file)
      }
      if let parent = concept.parent {
        known(parent, among: codes, "concept", file: file, line: index + 2)
        if scheme.path(to: concept.code).first.flatMap(scheme.concept)?.parent != nil {
          log.add(file, index + 2, "concept '\(concept.code)' is broader than itself")
        } else if codes[index...].contains(parent) {
          log.add(
            file, index + 2,
            "concept '\(concept.code)' stands before its parent '\(parent)'; put it behind")
        }
      }
    }
  }

  /// Contracts share a file when each has records of its own in it, and they agree on everything else.
  private func checkFiles() {
    let places = Dictionary(grouping: pack.contracts) { "\($0.organisation)/\($0.file)" }
    for (file, contracts) in places.sorted(by: { $0.key < $1.key }) where contracts.count > 1 {
      guard contracts.allSatisfy({ $0.format.record != nil }) else {
        log.add("deliveries", nil, "file '\(file)' stands there \(contracts.count) times")
        continue
      }
      let first = contracts[0]
      unique(contracts.compactMap(\.format.record), "record", in: "deliveries/\(file)")
      for other in contracts.dropFirst() {
        let same =
          other.format.kind == first.format.kind && other.format.encoding == first.format.encoding
          && other.format.newline == first.format.newline
          && other.format.lineLength == first.format.lineLength
          && other.format.trailer == first.format.trailer
          && other.format.namespace == first.format.namespace
        if !same {
          log.add(
            other.source, nil,
            "kind, encoding, newline, length, trailer and namespace of \(first.file) must be those of \(first.id)"
          )
        }
      }
    }
  }

  private func checkRecord(_ contract: Contract) {
    let file = contract.source
    let format = contract.format
    if let field = contract.partField {
      guard let column = contract.partColumn, column.values != nil, column.required else {
        log.add(
          file, nil,
          "'{\(field)}' in the name of the file must be the content name of a required column with values"
        )
        return
      }
    }
    switch format.kind {
    case .xml:
      if format.recordPath.count < 2 {
        log.add(
          file, nil, "an XML file needs a record: the elements from the root, as in list/item")
      }
      for column in contract.columns {
        let place = XMLPlace(column.name, in: format.recordPath)
        if place.elements.isEmpty, place.attribute == nil {
          log.add(file, nil, "column '\(column.name)' names no element and no attribute")
        }
      }
      if format.encoding != .utf8 {
        log.add(file, nil, "an XML file is written in utf-8")
      }
    case .fixed:
      if let record = format.record, let trailer = format.trailer {
        known(
          record, among: trailer.counts.keys.sorted(), "count of the trailer", file: file)
        if trailer.mark == record || trailer.mark.isEmpty {
          log.add(file, nil, "the trailer must begin with something else than a record")
        }
      }
      if let length = format.lineLength,
        let end = format.positions.values.map({ $0.start + $0.length - 1 }).max(), end > length
      {
        log.add(file, nil, "a column ends at position \(end), a line at \(length)")
      }
    case .delimited, .jsonl: break
    }
  }

  private func checkContract(_ contract: Contract) {
    checkRecord(contract)
    let names = contract.columns.map(\.name)
    let file = contract.source
    unique(names, "column", in: file)
    unique(
      contract.columns.filter(\.entersContent).map(\.contentName)
        + contract.columns.compactMap(\.concept?.contentName)
        + contract.columns.compactMap(\.keepYear), "content column", in: file)
    for name in contract.key {
      known(name, among: names, "column", file: file)
      if let column = contract.column(name) { checkKeyColumn(column, file: file) }
    }
    if let mutation = contract.mutation {
      known(mutation.column, among: names, "column", file: file)
      if let at = mutation.at { known(at, among: names, "column", file: file) }
      if contract.key.isEmpty { log.add(file, nil, "a file with mutations needs a key") }
      if let column = contract.column(mutation.column) {
        let marks =
          column.type == .boolean
          ? [contract.format.trueText, contract.format.falseText] : column.values
        if let marks {
          known(mutation.withdrawn, among: marks, "value of '\(column.name)'", file: file)
        }
      }
    }
    if contract.format.kind == .fixed,
      ![.windows1252, .latin1].contains(contract.format.encoding)
    {
      log.add(
        file, nil,
        "a fixed file needs one byte a character: windows-1252 or iso-8859-1, "
          + "not \(contract.format.encoding.rawValue)")
    }
    for column in contract.columns {
      if let identifier = column.identifier {
        known(identifier, among: pack.identifiers.keys.sorted(), "identifier", file: file)
      }
      if let codes = column.codes {
        let lists = pack.mappings.values.filter { $0.organisation == contract.organisation }
        known(
          codes, among: lists.map(\.list).sorted(), "mapping of \(contract.organisation)",
          file: file)
        if column.concept == nil {
          log.add(
            file, nil, "column '\(column.name)' has a code list but no concept to map it to")
        }
      }
      if let concept = column.concept {
        known(concept.scheme, among: pack.schemes.map(\.id), "scheme", file: file)
        if let at = concept.validAt { known(at, among: names, "column", file: file) }
        if column.codes == nil {
          log.add(file, nil, "column '\(column.name)' has a concept but no code list")
        }
        if let mapping = pack.mapping(of: column, in: contract),
          let scheme = pack.scheme(concept.scheme)
        {
          checkTargets(mapping, in: scheme)
        }
      }
      if let completion = column.completion {
        checkCompletion(completion, of: column, in: contract)
      }
      if column.role == .freetext || column.role == .ignore, column.identifier != nil {
        log.add(file, nil, "column '\(column.name)' is dropped at the door and cannot identify")
      }
      if column.keepYear != nil, column.type != .date, column.type != .partialdate {
        log.add(file, nil, "keep_year of '\(column.name)' needs a date")
      }
      if contract.format.kind == .fixed, contract.format.positions[column.name] == nil {
        log.add(file, nil, "column '\(column.name)' has no position")
      }
    }
    for reference in contract.references {
      for name in reference.columns { known(name, among: names, "column", file: file) }
      let siblings = pack.contracts.filter { $0.organisation == contract.organisation }
      known(
        reference.target, among: siblings.map(\.id), "file of \(contract.organisation)", file: file)
      if let target = siblings.first(where: { $0.id == reference.target }),
        target.key.count != reference.columns.count
      {
        log.add(
          file, nil,
          "the reference to '\(reference.target)' has \(reference.columns.count) columns, its key \(target.key.count)"
        )
      }
    }
  }

  /// A row without a whole key is no version of another row: it could never be corrected or withdrawn.
  private func checkKeyColumn(_ column: Contract.Column, file: String) {
    if !column.required || column.severity != .error || !column.entersContent {
      log.add(
        file, nil,
        "the key column '\(column.name)' must be required, with severity error, and enter content")
    }
    if column.identifier != nil, column.role != .key {
      log.add(
        file, nil,
        "the key column '\(column.name)' is an identifier and needs the role key: in other roles a wrong number is emptied"
      )
    }
    if column.type == .partialdate {
      log.add(file, nil, "the key column '\(column.name)' cannot be a date with unknown parts")
    }
  }

  private func checkCompletion(
    _ completion: Contract.Completion, of column: Contract.Column, in contract: Contract
  ) {
    let file = contract.source
    known(
      completion.fromColumn, among: contract.columns.map(\.name), "column", file: file)
    known(completion.table, among: pack.references.keys.sorted(), "reference table", file: file)
    checkField(completion.field, of: column, file: file)
    if let source = contract.column(completion.fromColumn) {
      checkField(completion.part, of: source, file: file)
    }
    if let table = pack.references[completion.table] {
      for name in ["key", "value"] where table.column(name) == nil {
        log.add(
          "reference/\(completion.table).csv", 1,
          "column '\(name)' is missing: '\(column.name)' of \(contract.name) is completed by key and value"
        )
      }
    }
  }

  private func checkField(_ field: UInt8, of column: Contract.Column, file: String) {
    guard let name = column.identifier else {
      log.add(file, nil, "column '\(column.name)' is no identifier and has no field to complete")
      return
    }
    guard let identifier = pack.identifiers[name] else { return }
    let fields = Set(identifier.masks.flatMap(\.fieldWidths).map(\.field)).sorted()
    known(
      String(UnicodeScalar(field)), among: fields.map { String(UnicodeScalar($0)) },
      "field of the identifier \(name)", file: file)
  }

  private func checkTargets(_ mapping: CodeMapping, in scheme: ConceptScheme) {
    let codes = scheme.concepts.map(\.code)
    let file = "mappings/\(mapping.organisation).\(mapping.list).csv"
    for row in mapping.rows {
      if case .concept(let code) = row.target {
        known(code, among: codes, "concept of \(scheme.id)", file: file, line: row.line)
      }
    }
  }

  private func checkMapping(_ mapping: CodeMapping, name: String) {
    let file = "mappings/\(name).csv"
    let organisations = pack.description.organisations.map(\.id)
    known(mapping.organisation, among: organisations, "organisation", file: file)
    for (code, rows) in mapping.byCode.sorted(by: { $0.key < $1.key }) {
      for (index, row) in rows.enumerated() {
        for other in rows[(index + 1)...]
        where (row.validFrom ?? .distantPast) <= (other.validTo ?? .distantFuture)
          && (other.validFrom ?? .distantPast) <= (row.validTo ?? .distantFuture)
        {
          log.add(
            file, other.line,
            "code '\(code)' is mapped twice for the same time (also on line \(row.line)); let the periods not overlap"
          )
        }
      }
    }
  }

  private func checkEntity(_ entity: EntityDefinition) {
    let files = pack.contracts.map(\.name)
    let possible =
      files + pack.entities.map { "entity.\($0.name)" }
      + pack.references.keys.sorted().map { "reference.\($0)" }
      + pack.schemes.map { "concept.\($0.id)" } + ["reference_date"]
      + (pack.rules.isEmpty ? [] : ["quality.edits", "quality.scores"])
    for input in entity.inputs { known(input, among: possible, "input", file: entity.source) }
  }

  private func checkLinkage() {
    var possible = Set(pack.linkage.records.flatMap(\.keys))
    for records in pack.linkage.records {
      known(records.file, among: pack.contracts.map(\.name), "file", file: "linkage.yaml")
      guard let contract = pack.contract(records.file) else { continue }
      let keys = contract.columns.filter { $0.identifier != nil }.map(\.contentName)
      possible.formUnion(keys)
      for key in records.keys {
        known(key, among: keys, "identifying column of \(records.file)", file: "linkage.yaml")
      }
    }
    for merge in pack.linkage.merges {
      known(merge.file, among: pack.contracts.map(\.name), "file", file: "linkage.yaml")
      guard let contract = pack.contract(merge.file) else { continue }
      let numbers = contract.columns.filter { $0.identifier != nil }.map(\.contentName)
      for column in [merge.old, merge.new] {
        known(column, among: numbers, "identifying column of \(merge.file)", file: "linkage.yaml")
      }
    }
    if pack.linkage.model != nil, pack.linkage.records.allSatisfy(\.attributes.isEmpty) {
      log.add("linkage.yaml", nil, "there is a model, but no file has attributes for it to compare")
    }
    for key in pack.linkage.unique + pack.linkage.local {
      known(key, among: possible.sorted(), "key of the records", file: "linkage.yaml")
    }
  }

  /// A stage that is not in a release is left out of the website without a word; so it is told here.
  private func checkFlow() {
    let file = "chain.yaml"
    // What is missing was told where it was read.
    for stage in pack.description.flow?.stages ?? [] where !stage.table.isEmpty {
      guard let product = pack.products.first(where: { $0.id == stage.table }) else {
        known(stage.table, among: pack.products.map(\.id), "product", file: file)
        continue
      }
      known(stage.measure, among: product.measures.map(\.measure.id), "measure", file: file)
      known(stage.dimension, among: product.dimensions.map(\.id), "dimension", file: file)
      guard
        let scheme = product.dimensions.first(where: { $0.id == stage.dimension }).flatMap({
          pack.scheme($0.scheme)
        })
      else { continue }
      for code in stage.goesOn.keys.sorted() {
        known(code, among: scheme.concepts.map(\.code), "concept of \(scheme.id)", file: file)
      }
    }
  }

  private func checkProduct(_ product: Product) {
    let file = product.source
    known(product.entity, among: pack.entities.map(\.name), "entity", file: file)
    known(product.policy, among: pack.policies.map(\.id), "policy", file: file)
    let dimensions = product.dimensions.map(\.id)
    unique(dimensions + product.measures.map(\.measure.id), "dimension or measure", in: file)
    checkNames(product)
    checkTitles(product)
    for dimension in product.dimensions {
      known(dimension.scheme, among: pack.schemes.map(\.id), "scheme", file: file)
      if let first = dimension.id.utf8.first, !(0x41...0x5A).contains(first) {
        log.add(file, nil, "dimension '\(dimension.id)' must begin with a capital letter")
      }
      if dimension.total?.code == Naming.unknown {
        log.add(
          file, nil,
          "the total of '\(dimension.id)' cannot be '\(Naming.unknown)': rows without a value count there"
        )
      }
      if let total = dimension.total, pack.scheme(dimension.scheme)?.concept(total.code) != nil {
        log.add(
          file, nil,
          "the total '\(total.code)' of '\(dimension.id)' is a concept too; give it another code")
      }
    }
    if product.measures.isEmpty { log.add(file, nil, "a product needs a measure") }
    for measure in product.measures {
      if case .share(let of, let within) = measure.measure.kind {
        known(of, among: product.measures.map(\.measure.id), "measure", file: file)
        if let source = product.measures.first(where: { $0.measure.id == of }),
          !source.measure.isAdditive
        {
          log.add(file, nil, "a share is of a count or a sum, and '\(of)' is neither")
        }
        known(within, among: dimensions, "dimension", file: file)
        if product.dimensions.first(where: { $0.id == within })?.total == nil {
          log.add(file, nil, "a share within '\(within)' needs that dimension's total")
        }
      }
    }
    if case .by(let dimension) = product.chart {
      known(dimension, among: dimensions, "dimension", file: file)
    }
    let units = pack.scheme(Naming.unitScheme)?.concepts.map(\.code) ?? []
    known(product.unit, among: units, "concept of \(Naming.unitScheme)", file: file)
    let themes = pack.scheme(Naming.themeScheme)?.concepts.map(\.code) ?? []
    known(product.theme, among: themes, "concept of \(Naming.themeScheme)", file: file)
  }

  /// What would break an address, a file or a spreadsheet once the table is published.
  private func checkNames(_ product: Product) {
    let file = product.source
    for (what, name) in [("id", product.id), ("slug", product.slug)]
      + product.dimensions.map({ ("dimension", $0.id) })
    where !Naming.isIdentifier(name) {
      log.add(file, nil, "the \(what) '\(name)' may hold only ASCII letters, digits, - and _")
    }
    for dimension in product.dimensions {
      if (Naming.reservedDimensions + [Naming.timeDimension]).contains(dimension.id) {
        log.add(file, nil, "no dimension may be called '\(dimension.id)'")
      }
      if let total = dimension.total, !Naming.isSafeCode(total.code) {
        log.add(
          file, nil,
          "the total '\(total.code)' of '\(dimension.id)' may not be empty or begin with = + @ - or a blank"
        )
      }
    }
    for measure in product.measures.map(\.measure) {
      if !Naming.isSafeCode(measure.id) {
        log.add(
          file, nil, "the measure '\(measure.id)' may not be empty or begin with = + @ - or a blank"
        )
      }
      if !Naming.decimals.contains(measure.decimals) {
        log.add(
          file, nil,
          "'\(measure.id)' must have \(Naming.decimals.lowerBound) to \(Naming.decimals.upperBound) decimals"
        )
      }
    }
  }

  /// Programs make columns of titles and look for them by name, in capitals or not: a measure that is called like something else is taken for it.
  private func checkTitles(_ product: Product) {
    let measures = product.measures.map(\.measure)
    let dimensions: [(id: String, title: LocalizedText)] =
      [(Naming.timeDimension, product.period.title)]
      + product.dimensions.map { ($0.id, $0.title) }
    var found: [String] = []
    for (place, measure) in measures.enumerated() {
      for language in Language.allCases where !measure.title[language].isEmpty {
        let title = measure.title[language]
        func isSame(_ name: String) -> Bool { name.lowercased() == title.lowercased() }
        let others =
          dimensions.filter { isSame($0.id) || isSame($0.title[language]) }
          .map { "a name of the dimension '\($0.id)'" }
          + measures[..<place].filter { isSame($0.title[language]) }
          .map { "the title of the measure '\($0.id)'" }
        found += others.map {
          "the title '\(title)' of the measure '\(measure.id)' is \($0) too; programs that look for it by name take one for the other"
        }
      }
    }
    for (place, text) in found.enumerated() where !found[..<place].contains(text) {
      log.add(product.source, nil, text)
    }
  }

  private func checkSynthesis() {
    guard let plan = pack.synthesis else { return }
    let file = "synthesis/synthesis.yaml"
    let names = pack.contracts.map(\.name)
    for entry in plan.files { known(entry.file, among: names, "file", file: file) }
    for fault in plan.faults where !fault.file.isEmpty {
      known(fault.file, among: names, "file", file: file, line: fault.line)
      guard let contract = pack.contract(fault.file) else { continue }
      for column in fault.columns {
        known(column, among: contract.columns.map(\.name), "column", file: file, line: fault.line)
      }
    }
  }
}

extension CalendarDate {
  package static let distantPast = CalendarDate(daysSinceEpoch: -500_000)
  package static let distantFuture = CalendarDate(daysSinceEpoch: 2_500_000)
}
