import InformationModel

/// A table as it would leave, to be compared with the others of its request.
package struct LinkedOutput: Sendable {
  package var name: String
  package var statistic: OutputLimits.Statistic
  package var percentile: Double?
  package var measure: String?
  /// Each with its total first, and all others as parts of it.
  package var dimensions: [Dimension]
  /// By column the codes of those who were asked for; whoever has another is in no cell.
  package var population: [String: Set<String>]
  /// By cell, the last dimension running fastest: the records in it, in their order.
  package var records: [[Int]]
  /// By record what is averaged or added up; empty of frequencies.
  package var values: [Double?]
  /// By cell, whether its figure leaves.
  package var isReleased: [Bool]
  /// Cells that were looked at and may not be known.
  package var secrets: [Int]

  package init(
    name: String, statistic: OutputLimits.Statistic, percentile: Double?, measure: String?,
    dimensions: [Dimension], population: [String: Set<String>], records: [[Int]],
    values: [Double?], isReleased: [Bool], secrets: [Int]
  ) {
    (self.name, self.statistic, self.percentile) = (name, statistic, percentile)
    (self.measure, self.dimensions, self.population) = (measure, dimensions, population)
    (self.records, self.values, self.isReleased) = (records, values, isReleased)
    self.secrets = secrets
  }

  private var index: CellIndex { CellIndex(dimensions) }

  /// By column the code of a cell; columns in which it has all codes are left out.
  private func codes(of cell: Int) -> [String: String] {
    var codes: [String: String] = [:]
    for (dimension, category) in zip(dimensions, index.coordinates(of: cell)) where category > 0 {
      codes[dimension.id] = dimension.categories[category].code
    }
    return codes
  }

  package func place(of cell: Int) -> String {
    zip(dimensions, index.coordinates(of: cell)).map { $0.categories[$1].code }
      .joined(separator: ", ")
  }

  /// The cell with the same codes as one of another table; nil when this one has none.
  func cell(like cell: Int, of other: LinkedOutput) -> Int? {
    let codes = other.codes(of: cell)
    guard codes.keys.allSatisfy({ name in dimensions.contains { $0.id == name } }) else {
      return nil
    }
    var coordinates: [Int] = []
    for dimension in dimensions {
      guard let code = codes[dimension.id] else {
        coordinates.append(0)
        continue
      }
      guard
        let found = dimension.categories.indices.dropFirst().first(where: {
          dimension.categories[$0].code == code
        })
      else { return nil }
      coordinates.append(found)
    }
    return index.cell(at: coordinates)
  }

  /// The cells of this table that are together a cell of another; nil when there are none.
  func parts(of cell: Int, of other: LinkedOutput) -> [Int]? {
    var wanted = other.population
    for (name, code) in other.codes(of: cell) { wanted[name] = [code] }
    // Who is asked for must be all who are in this table, or be told by its codes.
    for (name, codes) in wanted
    where !dimensions.contains(where: { $0.id == name }) && population[name] != codes {
      return nil
    }
    var cells = [0]
    for (axis, dimension) in dimensions.enumerated() {
      guard let codes = wanted[dimension.id] else { continue }
      let places = dimension.categories.indices.dropFirst().filter {
        codes.contains(dimension.categories[$0].code)
      }
      let stride = index.strides[axis]
      cells = cells.flatMap { cell in places.map { cell + $0 * stride } }
    }
    let held = cells.reduce(0) { $0 + records[$1].count }
    // Records that lack a code of the one or the other table make them different sets.
    guard held == other.records[cell].count,
      cells.flatMap({ records[$0] }).sorted() == other.records[cell]
    else { return nil }
    return cells
  }
}

/// Compares what leaves together: tables of one request that tell by their differences, or by their sums, what none of them tells by itself.
package struct OutputComparison {
  /// Cells of tables that are of the same counts, or sums of the same measure, with what holds between them.
  private struct System {
    var outputs: [LinkedOutput] = []
    var names: [String] = []
    var amounts: [Int] = []
    var contributors: [Int] = []
    var isHidden: [Bool] = []
    var equations: [CellEquation] = []
    var secrets: [(cell: SensitiveCell, output: Int)] = []
    /// By output, those with which it shares cells.
    var links: [Set<Int>] = []
  }

  private let limits: OutputLimits
  private let units: [Int]
  private var released: [LinkedOutput] = []
  private var systems: [String: System] = [:]

  /// Cells of all tables that are compared, and hidden cells of which ranges are computed.
  static let mostCells = 200_000
  static let mostForPrograms = 3000
  /// Sums are compared in whole thousandths.
  private static let unit = 1000.0

  /// - Parameters:
  ///   - limits: what may be known.
  ///   - units: by record, whom it is of.
  package init(_ limits: OutputLimits, units: [Int]) {
    (self.limits, self.units) = (limits, units)
  }

  /// Compares a table with those before it, and takes it to leave with them unless something fails.
  ///
  /// - Returns: what it tells together with the others.
  /// - Throws: `DisclosureError` when the tables contradict each other.
  package mutating func findings(
    adding output: LinkedOutput
  ) throws(DisclosureError) -> [OutputFinding] {
    var findings = differences(output)
    let key = [.sum, .mean].contains(output.statistic) ? output.measure : nil
    var system: System?
    if output.statistic == .frequency || key != nil {
      let found = try linked(output, systems[key ?? ""] ?? System())
      findings += found.findings
      system = found.system
    }
    if findings.contains(where: { $0.severity == .fail }) { return findings }
    released.append(output)
    if let system { systems[key ?? ""] = system }
    return findings
  }

  // MARK: Differences

  /// What is left when counts or sums of the same codes, of other records, are subtracted.
  private func differences(_ output: LinkedOutput) -> [OutputFinding] {
    let isAdded: (LinkedOutput) -> Bool = { [.sum, .mean].contains($0.statistic) }
    let others = released.filter { other in
      other.measure == output.measure
        && (other.statistic == output.statistic && other.percentile == output.percentile
          || isAdded(other) && isAdded(output))
    }
    let mayFail = output.statistic == .frequency || isAdded(output)
    var findings: [OutputFinding] = []
    func add(_ cell: Int, _ severity: OutputFinding.Severity, _ what: String) {
      let finding = OutputFinding(
        .difference, severity, output.place(of: cell), what,
        "ask for both of the same population, with a code for everybody, or leave one of them out")
      if !findings.contains(finding) { findings.append(finding) }
    }
    /// Judges a set of records as if its figure left.
    func judge(_ cell: Int, _ rest: [Int], _ names: [String]) {
      guard !rest.isEmpty else { return }
      let difference = OutputCell(
        place: "", units: rest.map { units[$0] },
        values: output.values.isEmpty ? [] : rest.map { output.values[$0] })
      let found = limits.findings(difference, isAdded(output) ? .sum : .frequency)
        .filter { $0.severity == .fail && difference.count > 0 }
      for one in found {
        add(
          cell, mayFail ? .fail : .review,
          "the difference with \(names.joined(separator: " and ")) is a figure too: \(one.what)")
      }
    }
    for cell in output.records.indices where output.isReleased[cell] {
      let own = output.records[cell]
      let sets = others.compactMap { other in
        other.cell(like: cell, of: output).flatMap {
          other.isReleased[$0] ? (name: other.name, records: other.records[$0]) : nil
        }
      }
      for (name, records) in sets {
        let (more, less) = (Self.without(own, records), Self.without(records, own))
        if more.isEmpty || less.isEmpty {
          judge(cell, more + less, [name])
        } else if Set((more + less).map { units[$0] }).count < limits.minimumCount {
          add(
            cell, .review,
            "\(name) is of the same but for fewer than \(limits.minimumCount) units on both sides")
        }
      }
      // Several that are parts of one leave the rest of it.
      for whole in [(name: output.name, records: own)] + sets {
        guard Self.without(own, whole.records).isEmpty else { continue }
        var left = whole.name == output.name ? own : Self.without(whole.records, own)
        var names = whole.name == output.name ? [] : [whole.name]
        for (name, records) in sets
        where name != whole.name && !records.isEmpty && Self.without(records, left).isEmpty {
          left = Self.without(left, records)
          names.append(name)
          if names.count > 1 { judge(cell, left, names) }
        }
      }
    }
    return findings
  }

  /// Records that are in one and not in the other, both in their order.
  private static func without(_ records: [Int], _ others: [Int]) -> [Int] {
    var rest: [Int] = []
    var place = 0
    for record in records {
      while place < others.count, others[place] < record { place += 1 }
      if place == others.count || others[place] != record { rest.append(record) }
    }
    return rest
  }

  // MARK: Sums

  /// Hidden cells that follow from the sums and the parts that others show.
  private func linked(
    _ output: LinkedOutput, _ before: System
  ) throws(DisclosureError) -> (system: System?, findings: [OutputFinding]) {
    func unseen(_ what: String) -> (system: System?, findings: [OutputFinding]) {
      if before.outputs.isEmpty { return (nil, []) }
      return (
        before,
        [
          OutputFinding(
            .linked, .review, output.name, what,
            "compare it with \(before.outputs.map(\.name).joined(separator: ", ")) by hand, or ask for smaller tables"
          )
        ]
      )
    }
    let size = output.records.reduce(0.0) { sum, records in
      records.reduce(sum) { max($0, abs(output.values.isEmpty ? 1 : output.values[$1] ?? 0)) }
    }
    guard size < 1e12, size * Double(units.count) < 1e14 else {
      return unseen("its amounts are too large to be compared with those of other tables")
    }
    guard before.names.count + output.records.count <= Self.mostCells else {
      return unseen("its cells are too many to be compared with those of other tables")
    }
    var system = before
    let base = system.names.count
    let number = system.outputs.count
    let isCount = output.values.isEmpty
    for (cell, records) in output.records.enumerated() {
      system.names.append("\(output.name): \(output.place(of: cell))")
      system.amounts.append(
        isCount
          ? records.count
          : records.reduce(0) { $0 + Int(((output.values[$1] ?? 0) * Self.unit).rounded()) })
      system.contributors.append(Set(records.map { units[$0] }).count)
      system.isHidden.append(!output.isReleased[cell])
    }
    for cell in output.secrets {
      let own = OutputCell(
        place: "", units: output.records[cell].map { units[$0] },
        values: isCount ? [] : output.records[cell].map { output.values[$0] })
      let need = limits.need(own, isCount ? .frequency : .sum, amount: system.amounts[base + cell])
      system.secrets.append(
        (SensitiveCell(cell: base + cell, up: need.up, down: need.down), number))
    }
    let index = CellIndex(output.dimensions)
    for cell in output.records.indices {
      for (axis, category) in index.coordinates(of: cell).enumerated() where category == 0 {
        let parts = output.dimensions[axis].categories.indices.dropFirst().map {
          (cell: base + cell + $0 * index.strides[axis], factor: 1)
        }
        system.equations.append(CellEquation([(base + cell, -1)] + parts))
      }
    }
    system.links.append([])
    var start = 0
    for (place, other) in before.outputs.enumerated() {
      var isLinked = false
      func equal(_ cell: Int, _ parts: [Int]) {
        system.equations.append(CellEquation([(cell, -1)] + parts.map { ($0, 1) }))
        isLinked = true
      }
      for cell in output.records.indices {
        if let parts = other.parts(of: cell, of: output) {
          equal(base + cell, parts.map { start + $0 })
        }
      }
      for cell in other.records.indices {
        if let parts = output.parts(of: cell, of: other) {
          equal(start + cell, parts.map { base + $0 })
        }
      }
      if isLinked {
        system.links[place].insert(number)
        system.links[number].insert(place)
      }
      start += other.records.count
    }
    system.outputs.append(output)
    return (system, try attacked(system, number))
  }

  /// What may not be known and is, in the tables that have to do with the last.
  private func attacked(
    _ system: System, _ number: Int
  ) throws(DisclosureError) -> [OutputFinding] {
    var near: Set<Int> = [number]
    var waiting = Array(system.links[number])
    while let next = waiting.popLast() {
      if near.insert(next).inserted { waiting += system.links[next] }
    }
    guard near.count > 1 else { return [] }
    var knowledge = CellTable.Knowledge()
    knowledge.countsOnce = true
    knowledge.mayHideEmpty = limits.zerosDisclose
    let table = try CellTable(
      names: system.names, equations: system.equations, values: system.amounts,
      contributors: system.contributors, knowledge: knowledge)
    var findings: [OutputFinding] = []
    func add(_ secret: (cell: SensitiveCell, output: Int), _ what: String) {
      findings.append(
        OutputFinding(
          .linked, .fail, system.names[secret.cell.cell],
          "it is hidden, and with what \(system.outputs[number].name) shows it can be \(what)",
          "ask for one table with the columns of all and margins: true, which is protected as a whole, or leave \(system.outputs[number].name) out"
        ))
    }
    let computed = Set(ExactAttack(table, isHidden: system.isHidden).computed)
    let secrets = system.secrets.filter { near.contains($0.output) }
    for secret in secrets where computed.contains(secret.cell.cell) { add(secret, "computed") }
    let rest = secrets.filter { !computed.contains($0.cell.cell) }
    guard system.isHidden.count(where: { $0 }) <= Self.mostForPrograms else {
      if !rest.isEmpty {
        findings.append(
          OutputFinding(
            .linked, .review, system.outputs[number].name,
            "hidden cells are too many to compute how close one comes to them with other tables",
            "ask for smaller tables"))
      }
      return findings
    }
    var attack = IntervalAttack(table, isHidden: system.isHidden)
    for secret in rest {
      guard let range = attack.interval(of: secret.cell.cell) else { continue }
      let value = Double(table.values[secret.cell.cell])
      // How far a solver may be off; less than a unit, or a range of one value is none for a large figure.
      let slack = min(0.25, 1e-6 * max(1, abs(value)))
      if !(range.upper >= range.lower) || range.upper < value + Double(secret.cell.up) - slack
        || range.lower > value - Double(secret.cell.down) + slack
      {
        add(secret, "known too closely")
      }
    }
    return findings
  }
}
