import DisclosureControl
import Foundation
import InformationModel
import Warehouse

/// A table from a file of which figures are changed instead of hidden.
///
/// Noise is drawn here and shown by `write` alone, which books it first.
package struct TablePerturbation: Sendable {
  /// What the report says.
  package struct Report: Sendable, Codable {
    package var method: String
    package var cells: Int
    package var emptyCells: Int
    /// Cells with another figure than the true one.
    package var changed: Int
    /// Over all cells, without signs, in units of the figure.
    package var meanDeviation: Double
    package var largestDeviation: Double
    /// Sums whose published parts do not add up to them.
    package var sumsThatDoNotAddUp: Int
    /// What this method guarantees, and what not.
    package var guarantee: String
  }

  private let file: TableFile
  private let spec: ProtectionSpec
  private let values: [Int]
  /// By cell, by how much a figure may have been changed, as everybody knows; nil where nobody does.
  private let reach: [Int?]
  /// What noise takes, and from which budget.
  private let expense: (budget: URL, expense: PrivacyBudget.Expense)?
  package let report: Report

  /// - Throws: `DisclosureFileError` or `DisclosureError` when the method cannot be used for the table.
  package init(_ input: TableProtection.Input, today: CalendarDate) throws {
    file = input.file
    self.spec = input.spec
    let table = input.file.table
    let spec = input.spec
    expense = spec.privacy.map { words in
      (
        OutputFiles.target(input.folder.appending(path: words.budget)),
        PrivacyBudget.Expense(
          what: input.specName, date: today.description, epsilon: words.epsilon, rho: words.rho)
      )
    }
    let guarantee: String
    switch spec.method ?? .suppression {
    case .controlledRounding, .smallCountRounding:
      guard spec.value == nil, file.decimals == 0 else {
        throw DisclosureFileError("\(input.specName): only counts are rounded; leave out 'value'")
      }
      let isSmall = spec.method == .smallCountRounding
      let rounding = try AdditiveRounding(
        table.dimensions, counts: table.values, base: spec.base ?? 0, scope: isSmall ? .small : .all
      )
      values = rounding.values
      let base = spec.base ?? 0
      reach = values.indices.map { cell in
        // Sums follow from what is published: nothing else is known of them.
        guard table.isLeaf(cell) else { return nil }
        return isSmall && rounding.values[cell] != 0 && rounding.values[cell] != base ? 0 : base - 1
      }
      guarantee =
        isSmall
        ? "every count below the base in a cell without parts is published as 0 or the base, and all sums are those of the published parts: they say nothing more; counts from the base on are true"
        : "every cell is a multiple of the base, and all sums are those of the published parts: they say no more of a cell without parts than that it is less than the base away"
    case .cellKey:
      guard let words = spec.cellKey, let keys = file.cellKeys, spec.value == nil else {
        throw DisclosureFileError(
          "\(input.specName): cell keys change counts of contributors; leave out 'value'")
      }
      let chances: PerturbationTable
      if let file = words.table {
        chances = try Self.chances(input.folder.appending(path: file))
      } else {
        guard let most = words.most, let variance = words.variance else {
          throw DisclosureFileError(
            "\(input.specName): cell_key has a table, or most and variance")
        }
        chances = try PerturbationTable(
          most: most, variance: variance, blocked: words.blocked ?? 0, stay: words.stay ?? 0)
      }
      values = table.values.indices.map {
        table.values[$0] + chances.change(of: table.contributors[$0], key: keys[$0])
      }
      let most = chances.rows.joined().map { abs($0.change) }.max() ?? 0
      reach = values.map { _ in most }
      guarantee =
        "the same records give the same figure in every table and every release; sums do not add up, and averages over many tables come nearer to the truth than one"
    case .controlledAdjustment:
      let system = try TableSystem([input])
      values = try ControlledAdjustment(
        table, sensitive: system.sensitive,
        worth: table.values.map { 1 / Double(max(1, abs($0))) }
      ).values
      reach = values.map { _ in nil }
      guarantee =
        "every sensitive figure is at least as far from the truth as its rule asks, and all sums add up; nobody is told which figures are true"
    case .differentialPrivacy:
      values = try Self.noise(input)
      reach = values.map { _ in nil }
      guarantee =
        "whatever else an attacker knows, one contributor changes what is published by no more than the budget says; sums are those of the published parts and gather their noise"
    case .suppression, .optimal:
      throw DisclosureFileError("\(input.specName): the method hides figures and changes none")
    }
    var unit = 1.0
    for _ in 0..<file.decimals { unit *= 10 }
    let (mean, most) = AdditiveRounding.deviation(table.values, values)
    var broken = 0
    let published = values
    table.forEachSum { total, parts in
      if parts.reduce(0, { $0 + published[$1] }) != published[total] { broken += 1 }
    }
    report = Report(
      method: (spec.method ?? .suppression).rawValue, cells: table.cellCount,
      emptyCells: table.contributors.count { $0 == 0 },
      changed: zip(table.values, values).count { $0 != $1 }, meanDeviation: mean / unit,
      largestDeviation: Double(most) / unit, sumsThatDoNotAddUp: broken, guarantee: guarantee)
  }

  func name(of cell: Int) -> String { file.table.name(of: cell) }

  /// What an attacker makes of it.
  func attack() -> PerturbationAttack {
    let threshold = spec.base ?? (reach.compactMap { $0 }.max() ?? 0) + 1
    return PerturbationAttack(
      file.table, published: values, reach: reach,
      mayNotBeKnown: file.table.contributors.map { (1..<threshold).contains($0) })
  }

  /// Noise on cells without parts, each contributor in one of them; sums follow.
  private static func noise(_ input: TableProtection.Input) throws -> [Int] {
    guard let words = input.spec.privacy else { return [] }
    guard input.spec.layout != nil || input.spec.dimensions.allSatisfy({ $0.hierarchy != nil })
    else {
      throw DisclosureFileError(
        "\(input.specName): with noise each dimension needs a hierarchy: which codes there are must not depend on who is in the data"
      )
    }
    let file = input.file
    let table = file.table
    var unit = 1.0
    for _ in 0..<file.decimals { unit *= 10 }
    let sensitivity = (words.sensitivity ?? 1) * unit
    var noise = RandomNoise(SystemRandomNumberGenerator())
    var values = table.values
    let draw: () -> Int
    switch words.mechanism {
    case .laplace, .geometric:
      // The scale as a fraction, rounded up.
      let denominator = 1 << 20
      let numerator = (sensitivity / (words.epsilon ?? 1) * Double(denominator)).rounded(.up)
      guard numerator < 0x1p50 else {
        throw DisclosureFileError("\(input.specName): so much noise cannot be drawn")
      }
      draw = { noise.laplace(Int(numerator), over: denominator) }
    case .gaussian:
      let variance = (sensitivity * sensitivity / (2 * (words.rho ?? 1))).rounded(.up)
      guard variance <= 1e6 else {
        throw DisclosureFileError(
          "\(input.specName): Gaussian noise of a variance beyond a million cannot be drawn; use fewer decimals"
        )
      }
      draw = { noise.gaussian(variance: max(1, Int(variance))) }
    }
    for cell in values.indices where table.isLeaf(cell) { values[cell] += draw() }
    table.addUp(&values)
    return values
  }

  /// A table of chances as the package ptable writes it.
  private static func chances(_ file: URL) throws -> PerturbationTable {
    let name = file.lastPathComponent
    guard let data = try? Data(contentsOf: file), let text = String(data: data, encoding: .utf8)
    else { throw DisclosureFileError("\(name): there is no such file in UTF-8") }
    let lines = text.split(whereSeparator: \.isNewline).map { line in
      line.split(separator: line.contains(";") ? ";" : ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \""))
      }
    }
    guard let header = lines.first, let i = header.firstIndex(of: "i"),
      let v = header.firstIndex(of: "v"),
      let ub = header.firstIndex(of: "ub") ?? header.firstIndex(of: "p_int_ub")
    else { throw DisclosureFileError("\(name): the columns are i, v and ub") }
    var rows: [[PerturbationTable.Step]] = []
    for (number, line) in lines.enumerated().dropFirst() {
      guard line.count > max(i, v, ub), let count = Int(line[i]), let change = Int(line[v]),
        let upTo = Double(line[ub]), (0...rows.count).contains(count), count < 10_000
      else { throw DisclosureFileError("\(name), line \(number + 1): no row of chances") }
      if count == rows.count { rows.append([]) }
      rows[count].append(.init(change: change, upTo: upTo))
    }
    return try PerturbationTable(rows: rows)
  }

  // MARK: Writing

  /// Writes tables that are published together: all of them, or none.
  ///
  /// What noise takes is booked when it is certain that all can be written, and before any of it can be read.
  ///
  /// - Parameters:
  ///   - perturbations: the tables.
  ///   - out: a place for each, for those who protect.
  ///   - published: the same for the public; may be empty.
  ///   - report: where the reports go.
  /// - Throws: `DisclosureFileError`, `StorageError`, or `DisclosureError` when a budget does not allow it.
  package static func write(
    _ perturbations: [TablePerturbation], out: [URL], published: [URL] = [], report: URL? = nil
  ) throws {
    var files: [(place: URL, content: Data)] = []
    for (hidesFigures, places) in [(false, out), (true, published)] {
      for (perturbation, place) in zip(perturbations, places) {
        files.append((place, perturbation.contents(hidesFigures: hidesFigures)))
      }
    }
    if let report { files.append((report, try OutputFiles.json(perturbations.map(\.report)))) }
    try OutputFiles.check(files.map(\.place) + budgets(perturbations))
    try OutputFiles.write(files) { try book(perturbations) }
  }

  /// The budgets, each once.
  private static func budgets(_ perturbations: [TablePerturbation]) -> [URL] {
    Set(perturbations.compactMap { $0.expense?.budget })
      .sorted { $0.path < $1.path }
  }

  /// Takes what all noise costs from the budgets, or nothing.
  private static func book(_ perturbations: [TablePerturbation]) throws {
    var locks: [FileHandle] = []
    var files: [(place: URL, content: Data)] = []
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // In one order for all, so that two publications do not wait for each other.
    for place in budgets(perturbations) {
      let name = place.lastPathComponent
      locks.append(try lock(place))
      guard let data = try? Data(contentsOf: place),
        var budget = try? JSONDecoder().decode(PrivacyBudget.self, from: data)
      else {
        throw DisclosureFileError(
          "\(name) is no budget: {\"epsilon\": 1, \"delta\": 1e-9, \"spent\": []}")
      }
      guard budget.epsilon > 0, (0..<1).contains(budget.delta),
        budget.spent.allSatisfy({ $0.epsilon ?? 0 >= 0 && $0.rho ?? 0 >= 0 })
      else { throw DisclosureFileError("\(name): no budget has a negative expense") }
      for case (place, let expense)? in perturbations.map(\.expense) { try budget.spend(expense) }
      files.append((place, try encoder.encode(budget)))
    }
    try withExtendedLifetime(locks) { try OutputFiles.write(files) }
  }

  /// A budget that no other publication may change until this is let go: two at once must not both take the rest.
  private static func lock(_ place: URL) throws -> FileHandle {
    while true {
      let descriptor = open(place.path, O_RDONLY)
      guard descriptor >= 0 else {
        throw DisclosureFileError(
          "\(place.lastPathComponent): there is no such budget; it is JSON: {\"epsilon\": 1, \"delta\": 1e-9, \"spent\": []}"
        )
      }
      let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      flock(descriptor, LOCK_EX)
      // Who held it before may have put another file in its place.
      var (held, there) = (stat(), stat())
      if fstat(descriptor, &held) == 0, stat(place.path, &there) == 0, held.st_ino == there.st_ino,
        held.st_dev == there.st_dev
      {
        return handle
      }
    }
  }

  /// The table's rows, as CSV; with `hidesFigures` only codes and published figures, for the public.
  private func contents(hidesFigures: Bool) -> Data {
    let table = file.table
    var text =
      (file.roles.dimensions + (hidesFigures ? [] : ["true_\(file.roles.value)"])
      + [file.roles.value]).map(DelimitedText.field).joined(separator: ",") + "\n"
    // Empty cells too: whether a row is there must not depend on who is in it.
    let known = Set(file.order)
    for cell in file.order + table.values.indices.filter({ !known.contains($0) }) {
      for (axis, category) in file.categories(of: cell).enumerated() {
        text += DelimitedText.field(table.dimensions[axis].categories[category].code) + ","
      }
      if !hidesFigures { text += file.decimal(table.values[cell]) + "," }
      text += file.decimal(values[cell]) + "\n"
    }
    return Data(text.utf8)
  }
}
