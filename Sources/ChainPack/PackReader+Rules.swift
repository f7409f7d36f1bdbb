import InformationModel

extension PackReader {
  /// The editing rules, one file for each contract.
  func readRules(_ contracts: [Contract], _ references: [String: CSVTable]) -> [EditRules] {
    var read: [EditRules] = []
    for file in files(in: "rules", extension: "yaml") {
      guard let root = PackNode(file: file, in: directory, log: log) else { continue }
      let node = root.required("contract")
      let name = node?.text ?? ""
      guard let contract = contracts.first(where: { $0.name == name }) else {
        let near = nearest(to: name, among: contracts.map(\.name))
        node?.problem(
          "there is no contract '\(name)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
        continue
      }
      if let other = read.first(where: { $0.contract == name }) {
        node?.problem("the rules of '\(name)' stand in \(other.source) already")
        continue
      }
      let reader = RuleReader(
        root: root, contract: contract, contracts: contracts, references: references)
      read.append(reader.read())
    }
    return read
  }
}

/// Reads the rules of one contract and gives every variable its meaning.
private final class RuleReader {
  private let root: PackNode
  private let contract: Contract
  private let contracts: [Contract]
  private let references: [String: CSVTable]
  private var related: [RelatedRows] = []
  private var variables: [RuleVariable] = []

  init(
    root: PackNode, contract: Contract, contracts: [Contract], references: [String: CSVTable]
  ) {
    self.root = root
    self.contract = contract
    self.contracts = contracts
    self.references = references
  }

  func read() -> EditRules {
    root.expect(keys: ["contract", "related", "weights", "fixed", "rules"])
    for (name, node) in root["related"]?.entries ?? [] {
      if let rows = readRelated(name, node) { related.append(rows) }
    }
    var weights: [String: Double] = [:]
    for (field, node) in root["weights"]?.entries ?? [] {
      checkField(field, node)
      if let weight = Double(node.text), weight > 0, weight <= 1_000_000 {
        weights[field] = weight
      } else {
        node.problem("a weight is a number above 0, not '\(node.text)'")
      }
    }
    let fixed = root.items("fixed").map { node in
      checkField(node.text, node)
      return node.text
    }
    var rules: [EditRule] = []
    for node in root.items("rules") {
      guard let rule = readRule(node) else { continue }
      if rules.contains(where: { $0.id == rule.id }) {
        node.problem("rule '\(rule.id)' stands here twice")
      } else {
        rules.append(rule)
      }
    }
    if rules.count > 60 { root.problem("\(rules.count) rules for one contract; 60 is the most") }
    return EditRules(
      contract: contract.name, related: related, weights: weights, fixed: fixed, rules: rules,
      variables: variables, source: root.file)
  }

  private func readRule(_ node: PackNode) -> EditRule? {
    node.expect(keys: ["id", "holds", "severity", "repair", "flag", "message"])
    var repairs: [DeductiveRepair] = []
    for item in node.items("repair") {
      if let repair = DeductiveRepair(rawValue: item.text) {
        repairs.append(repair)
      } else {
        let known = DeductiveRepair.allCases.map(\.rawValue)
        let near = nearest(to: item.text, among: known)
        item.problem(
          "'\(item.text)' is no repair" + (near.map { "; did you mean '\($0)'?" } ?? "")
            + " (possible: \(known.joined(separator: ", ")))")
      }
    }
    let severity = node.severity(default: .error)
    if severity == .note { node.problem("a rule is an error or a warning") }
    guard let written = node.required("holds"),
      let condition = readCondition(written, { self.variable($0) })
    else { return nil }
    return EditRule(
      id: node.text("id"), condition: condition, severity: severity, repairs: repairs,
      flag: node["flag"].flatMap(readFlag), message: node.localized("message"), line: written.line)
  }

  private func readFlag(_ node: PackNode) -> String? {
    switch variable(node.text) {
    case .success(let field) where field.origin == .field: return node.text
    case .success:
      node.problem("'\(node.text)' is no field of the row; a rule marks a field of its own")
    case .failure(let problem): node.problem("\(problem)")
    }
    return nil
  }

  /// A condition whose variables are all known and of the right kind; nil, with a finding, when not.
  private func readCondition(
    _ node: PackNode, _ resolve: (String) -> Result<RuleVariable, RuleProblem>
  ) -> RuleExpression? {
    do {
      let condition = try RuleParser.parse(node.text)
      var kinds: [String: RuleVariable] = [:]
      for name in condition.variables { kinds[name] = try resolve(name).get() }
      try check(condition, kinds)
      return condition
    } catch let error as RuleSyntaxError {
      node.problem("the rule cannot be read, \(error)")
    } catch {
      node.problem("\(error)")
    }
    return nil
  }

  private struct RuleProblem: Error, CustomStringConvertible {
    var description: String
  }

  private func check(_ expression: RuleExpression, _ variables: [String: RuleVariable]) throws {
    switch expression {
    case .all(let parts), .any(let parts): for part in parts { try check(part, variables) }
    case .not(let part): try check(part, variables)
    case .present(let name):
      if case .year = variables[name]?.origin {
        throw RuleProblem(description: "ask whether the date is present, not its year")
      }
    case .within(let name, let values):
      guard let variable = variables[name] else { return }
      guard variable.kind == .category else {
        throw RuleProblem(description: "'\(name)' is no text; compare it with numbers or dates")
      }
      if variable.isBoolean, values.contains(where: { $0 != "true" && $0 != "false" }) {
        throw RuleProblem(description: "'\(name)' is true or false")
      }
      if !variable.isBoolean, values == ["true"] || values == ["false"] {
        throw RuleProblem(description: "'\(name)' is a text, not true or false")
      }
      if case .field = variable.origin, let domain = Self.column(name, of: contract)?.values,
        let odd = values.first(where: { !domain.contains($0) })
      {
        throw RuleProblem(description: "'\(odd)' is no value of '\(name)' by its contract")
      }
    case .linear(let form, _):
      var dates = form.dateWeight
      for term in form.terms {
        switch variables[term.variable]?.kind {
        case .category:
          throw RuleProblem(description: "'\(term.variable)' is no number and no date")
        case .date: dates += term.coefficient
        case .number, nil: break
        }
      }
      if dates != 0 {
        throw RuleProblem(
          description:
            "dates and numbers are mixed; compare a date with a date, or the days between two dates with a number"
        )
      }
    }
  }

  // MARK: Variables

  private static func column(_ contentName: String, of contract: Contract) -> Contract.Column? {
    contract.columns.first { $0.entersContent && $0.contentName == contentName }
  }

  private func checkField(_ name: String, _ node: PackNode) {
    if Self.field(name, of: contract) == nil { node.problem(Self.unknown(name, contract)) }
  }

  private static func unknown(_ name: String, _ contract: Contract) -> String {
    let known =
      contract.columns.filter(\.entersContent).map(\.contentName)
      + contract.columns.compactMap(\.keepYear)
    let near = nearest(to: name, among: known)
    return "\(contract.name) has no field '\(name)' in content"
      + (near.map { "; did you mean '\($0)'?" } ?? "")
  }

  private static func field(_ name: String, of contract: Contract) -> RuleVariable? {
    if contract.columns.contains(where: { $0.keepYear == name }) {
      return RuleVariable(name: name, kind: .number(scale: 0), origin: .field)
    }
    guard let column = column(name, of: contract) else { return nil }
    var variable = RuleVariable(name: name, kind: .category, origin: .field)
    guard column.identifier == nil else { return variable }
    switch column.type {
    case .text: break
    case .boolean: variable.isBoolean = true
    case .integer: variable.kind = .number(scale: 0)
    case .decimal(let scale): variable.kind = .number(scale: scale)
    case .date, .partialdate: variable.kind = .date
    case .timestamp:
      variable.kind = .date
      variable.isTimestamp = true
    }
    return variable
  }

  private func variable(_ name: String) -> Result<RuleVariable, RuleProblem> {
    if let known = variables.first(where: { $0.name == name }) { return .success(known) }
    let found = resolve(name)
    if case .success(let variable) = found { variables.append(variable) }
    return found
  }

  private func resolve(_ name: String) -> Result<RuleVariable, RuleProblem> {
    func problem(_ text: String) -> Result<RuleVariable, RuleProblem> {
      .failure(RuleProblem(description: text))
    }
    if name == "reference_date" {
      return .success(RuleVariable(name: name, kind: .date, origin: .referenceDate))
    }
    if name.hasPrefix("year("), name.hasSuffix(")") {
      let inner = String(name.dropFirst(5).dropLast())
      switch variable(inner) {
      case .failure(let problem): return .failure(problem)
      case .success(let date):
        guard date.kind == .date else { return problem("'\(inner)' is no date and has no year") }
        return .success(
          RuleVariable(name: name, kind: .number(scale: 0), origin: .year(of: inner)))
      }
    }
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2 else {
      return Self.field(name, of: contract).map { .success($0) }
        ?? problem(Self.unknown(name, contract))
    }
    guard let table = related.first(where: { $0.name == parts[0] }) else {
      let near = nearest(to: parts[0], among: related.map(\.name))
      return problem(
        "nothing under 'related' is called '\(parts[0])'"
          + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
    // The fields by which the row is found are variables too, though no rule may name them.
    for pair in table.on { _ = variable(pair.field) }
    return column(parts[1], of: table).map { variable in
      var variable = variable
      variable.name = name
      variable.origin = .related(table: parts[0], column: parts[1])
      return variable
    }
  }

  private func column(
    _ name: String, of table: RelatedRows
  ) -> Result<RuleVariable, RuleProblem> {
    func problem(_ text: String) -> Result<RuleVariable, RuleProblem> {
      .failure(RuleProblem(description: text))
    }
    switch table.source {
    case .reference(let reference):
      guard let csv = references[reference], let index = csv.column(name) else {
        return problem("reference/\(reference).csv has no column '\(name)'")
      }
      // A reference table holds texts; a column of dates only is read as dates.
      let values = csv.rows.map { $0[index] }.filter { !$0.isEmpty }
      let isDate = !values.isEmpty && values.allSatisfy { CalendarDate(iso: $0) != nil }
      return .success(RuleVariable(name: name, kind: isDate ? .date : .category, origin: .field))
    case .file, .next:
      var other = contract
      if case .file(let file) = table.source,
        let found = contracts.first(where: { $0.name == file })
      {
        other = found
      }
      if name == "rows", table.take != .one {
        return .success(RuleVariable(name: name, kind: .number(scale: 0), origin: .field))
      }
      guard let variable = Self.field(name, of: other) else {
        return problem(Self.unknown(name, other))
      }
      if table.take == .sum {
        guard case .number = variable.kind else { return problem("'\(name)' cannot be summed") }
      }
      return .success(variable)
    }
  }

  // MARK: Related rows

  private func readRelated(_ name: String, _ node: PackNode) -> RelatedRows? {
    node.expect(keys: ["file", "reference", "next", "order", "on", "take", "where"])
    let take = node.choice("take", default: RelatedRows.Take.one)
    if let among = node["next"] {
      let fields = among.items.map(\.text)
      let order = node.items("order").map(\.text)
      for field in fields + order { checkField(field, node) }
      if order.isEmpty { node.problem("'order' must say in which order the next row is sought") }
      return RelatedRows(
        name: name, source: .next(among: fields, order: order), on: [], take: .one)
    }
    let on = (node["on"]?.entries ?? []).map { (field: $0.key, column: $0.value.text) }
    for pair in on { checkField(pair.field, node) }
    guard !on.isEmpty else {
      node.problem("'on' must say which field equals which column")
      return nil
    }
    if let reference = node["reference"] {
      guard let table = references[reference.text] else {
        reference.problem("there is no reference table '\(reference.text)'")
        return nil
      }
      let indices = on.compactMap { table.column($0.column) }
      guard indices.count == on.count else {
        node.problem("reference/\(reference.text).csv lacks a column named under 'on'")
        return nil
      }
      let keys = table.rows.map { row in indices.map { row[$0] } }
      if Set(keys).count < keys.count {
        node.problem("reference/\(reference.text).csv has more than one row for one key")
      }
      return RelatedRows(name: name, source: .reference(reference.text), on: on, take: .one)
    }
    guard let file = node.required("file") else { return nil }
    guard let other = contracts.first(where: { $0.name == file.text }) else {
      let near = nearest(to: file.text, among: contracts.map(\.name))
      file.problem(
        "there is no contract '\(file.text)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
      return nil
    }
    for pair in on where Self.field(pair.column, of: other) == nil {
      node.problem(Self.unknown(pair.column, other))
    }
    let key = Set(other.key.compactMap { other.column($0)?.contentName })
    if take == .one, Set(on.map(\.column)) != key || key.isEmpty {
      node.problem(
        "these columns are not the key of \(other.name), so that more than one row may be found; say what to 'take' (min, max, sum)"
      )
    }
    return RelatedRows(
      name: name, source: .file(other.name), on: on, take: take,
      condition: node["where"].flatMap { written in
        readCondition(written) { name in
          guard let field = Self.field(name, of: other) else {
            return .failure(RuleProblem(description: Self.unknown(name, other)))
          }
          guard field.kind != .date, !field.isBoolean else {
            return .failure(RuleProblem(description: "'where' tests texts and numbers only"))
          }
          return .success(field)
        }
      })
  }
}
