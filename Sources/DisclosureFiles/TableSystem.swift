import DisclosureControl
import Foundation
import InformationModel

/// All that is published together, and what is known of it: the cells of all tables, what may not be known of which, what was published before.
package struct TableSystem: Sendable {
  package private(set) var table: CellTable
  package let sensitive: [SensitiveCell]
  /// By cell, whether it is known whatever is hidden.
  package let isKnown: [Bool]
  let inputs: [TableProtection.Input]
  private let earlier: [TableProtection.Input]
  private let preferred: [TableProtection.Input]
  /// By earlier table and its cell, what the public has of it.
  private let before: [[TableLinking.Earlier]]
  /// By earlier table and its cell, the cell of now with the same codes and the same figure.
  private let sameNow: [[Int?]]
  /// Cells of now whose figure is that of before, which was shown, and that nobody knows of once they are hidden: the last resort.
  let spared: Set<Int>
  /// By cell, whether an earlier release shows it.
  private let wasShown: [Bool]
  private static let hiddenBefore = "hidden before"
  /// How much more such a cell counts for than another.
  private static let priceOfSpared = 8
  /// What changed: which cell, and which cell of which table of before it changed since.
  private let changes: [(cell: Int, since: (table: Int, cell: Int))]
  /// Cells and equations that are no tables.
  let problem: CellProblemFile?
  /// By table and its cell, the cell of all.
  let cells: [[Int]]
  /// Cells from here on are of earlier releases, or what changed since.
  let publishedCount: Int
  let decimals: Int
  let worth: [Int]
  /// By cell, the rules that it does not meet.
  let reasons: [Int: String]
  let rules: [TableProtection.Report.Rule]
  let insiders: Bool
  /// Whether what is hidden twice and is the same is taken for the same.
  let guesses: Bool
  let method: ProtectionSpec.Method
  let rounds: Int?

  /// Whether the best pattern is sought unless the spec says how.
  var isSmall: Bool { table.cellCount <= 100 && inputs.allSatisfy { $0.spec.method == nil } }

  /// Whether something was published before.
  var hasEarlier: Bool { !earlier.isEmpty }

  /// Tables of one release.
  ///
  /// - Parameters:
  ///   - inputs: cells with the same codes are one.
  ///   - earlier: what was published before, with its status.
  ///   - preferred: an earlier pattern; what is hidden there is hidden rather than another.
  /// - Throws: `DisclosureFileError` or `DisclosureError` that says what does not fit.
  package init(
    _ inputs: [TableProtection.Input], earlier: [TableProtection.Input] = [],
    preferred: [TableProtection.Input] = []
  ) throws {
    let words = inputs.compactMap(\.spec.guesses)
    guard Set(words).count < 2 else {
      throw DisclosureFileError("one spec says guesses: true, another guesses: false")
    }
    try self.init(
      inputs, earlier: earlier, preferred: preferred, guesses: words.first ?? true)
  }

  private init(
    _ inputs: [TableProtection.Input], earlier: [TableProtection.Input],
    preferred: [TableProtection.Input], guesses: Bool
  ) throws {
    try self.init(
      inputs, earlier: earlier, preferred: preferred, guesses: guesses,
      known: earlier.map { try Self.known($0.file, guesses: guesses) })
  }

  private init(
    _ inputs: [TableProtection.Input], earlier: [TableProtection.Input],
    preferred: [TableProtection.Input], guesses: Bool, known before: [[TableLinking.Earlier]]
  ) throws {
    (self.inputs, self.earlier, self.preferred) = (inputs, earlier, preferred)
    self.before = before
    self.guesses = guesses || !before.joined().contains { !$0.isShown && $0.isApart }
    problem = nil
    let all = inputs + earlier
    decimals = all.map(\.file.decimals).max() ?? 0
    insiders = inputs.contains { $0.spec.insiders ?? true }
    method = inputs.contains { $0.spec.method == .optimal } ? .optimal : .suppression
    rounds = inputs.compactMap(\.spec.rounds).max()
    var hiddenBefore: [Int] = []
    if all.count == 1 {
      (changes, spared, sameNow) = ([], [], [])
      table = inputs[0].file.table
      cells = [Array(0..<inputs[0].file.table.cellCount)]
      publishedCount = table.cellCount
    } else {
      let decimals = decimals
      let scaled = try all.map { try $0.file.table.scaled(by: $0.file.decimals, to: decimals) }
      let holders =
        all.contains { $0.file.holders != nil }
        ? TableFile.numbers(
          all.map {
            $0.file.holders ?? [String](repeating: "", count: $0.file.table.cellCount)
          }) : nil
      let linking = try TableLinking(
        scaled, holders: holders, earlier: before)
      (table, cells, changes) = (linking.table, linking.cells, linking.changes)
      spared = Set(linking.shownBefore)
      hiddenBefore = linking.hiddenBefore
      sameNow = linking.sameNow
      publishedCount = (cells.prefix(inputs.count).joined().max() ?? -1) + 1
    }

    var found: [Int: SensitiveCell] = [:]
    var reasons: [Int: String] = [:]
    var counts: [String: Int] = [:]
    var names: [String] = []
    var known = [Bool](repeating: false, count: table.cellCount)
    var wasShown = known
    var worth = [Int](repeating: 0, count: table.cellCount)
    func add(_ cell: SensitiveCell, _ reason: String) {
      if counts[reason] == nil { names.append(reason) }
      let before = found[cell.cell]
      if !(reasons[cell.cell]?.components(separatedBy: "; ").contains(reason) ?? false) {
        counts[reason, default: 0] += 1
        reasons[cell.cell] = reasons[cell.cell].map { "\($0); \(reason)" } ?? reason
      }
      found[cell.cell] = SensitiveCell(
        cell: cell.cell, up: max(cell.up, before?.up ?? 0),
        down: max(cell.down, before?.down ?? 0))
    }
    for (number, input) in all.enumerated() {
      let file = input.file
      var unit = 1
      for _ in file.decimals..<decimals { unit *= 10 }
      for rule in input.spec.rules ?? [] where counts[rule.name] == nil {
        names.append(rule.name)
        counts[rule.name] = 0
      }
      let apriori = try input.spec.apriori.map {
        try KnownBefore(
          input.folder.appending(path: $0), dimensions: file.table.dimensions, units: file.decimals)
      }
      for (found, reason) in try Self.sensitive(file, input.spec, input.specName)
      where apriori?.safe.contains(found.cell) != true {
        var cell = found
        if let need = apriori?.protection[cell.cell] {
          let value = file.table.values[cell.cell]
          (cell.up, cell.down) = (
            max(cell.up, need.up),
            max(cell.down, table.hasNegative ? need.down : min(need.down, value))
          )
        }
        add(
          SensitiveCell(
            cell: cells[number][cell.cell], up: ProtectionSpec.Rule.scaled(cell.up, by: unit),
            down: ProtectionSpec.Rule.scaled(cell.down, by: unit)), reason)
      }
      for (cell, own) in file.worth.enumerated() {
        worth[cells[number][cell]] = max(worth[cells[number][cell]], own)
      }
      for cell in apriori?.unsafe.sorted() ?? [] {
        let value = file.table.values[cell]
        let tenth = max(1, abs(value) / 10)
        let need = apriori?.protection[cell] ?? (down: tenth, up: tenth)
        add(
          SensitiveCell(
            cell: cells[number][cell], up: need.up * unit,
            down: (table.hasNegative ? need.down : min(need.down, value)) * unit),
          "asked for")
      }
      for cell in apriori?.published ?? [] { known[cells[number][cell]] = true }
      if let costs = apriori?.cost {
        for (cell, cost) in costs { worth[cells[number][cell]] = cost }
      }
      if number >= inputs.count {
        for (cell, figure) in zip(cells[number], before[number - inputs.count])
        where figure.isShown {
          known[cell] = true
          wasShown[cell] = true
        }
      }
    }
    var unit = 1
    for _ in 0..<decimals { unit *= 10 }
    // Shown or computed now it would tell everybody what it was.
    for cell in hiddenBefore where !wasShown[cell] && !spared.contains(cell) {
      add(SensitiveCell(cell: cell, up: 1, down: min(1, table.values[cell])), Self.hiddenBefore)
    }
    // What changed between two releases is known when both are: of too few it may not be.
    let protectsRevisions = inputs.contains { $0.spec.protectRevisions ?? true }
    for (change, _) in changes where protectsRevisions {
      let rules = inputs.flatMap { $0.spec.rules ?? [] }.filter { $0.minimumFrequency != nil }
      // Rules on contributions say nothing of who came: three are wanted then, as by the handbook.
      let limits =
        rules.isEmpty
        ? [(3, unit)]
        : rules.map {
          (
            $0.minimumFrequency ?? 3,
            ProtectionSpec.Rule.scaled($0.protection ?? 1, by: unit)
          )
        }
      for (threshold, protection) in limits {
        if table.contributors[change] < threshold {
          add(
            SensitiveCell(
              cell: change, up: protection, down: min(protection, table.values[change])),
            "changed by too few")
        }
      }
    }
    for input in preferred {
      let isHidden = try Self.hidden(input.file)
      let linked = try TableLinking(
        [inputs[0].file.table, input.file.table],
        earlier: [isHidden.map { _ in .init(isShown: false) }])
      // Cells with the same codes come from the table of now.
      let here = Dictionary(
        linked.cells[0].enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
      let names = Dictionary(
        (0..<linked.table.cellCount).map { (linked.table.name(of: $0), $0) },
        uniquingKeysWith: { one, _ in one })
      for cell in isHidden.indices where isHidden[cell] {
        let name = input.file.table.name(of: cell)
        if let now = names[name].flatMap({ here[$0] }) {
          worth[cells[0][now]] = max(1, worth[cells[0][now]] / 4)
        }
      }
    }
    // Of what was hidden before, and of what changed, nothing is lost any more.
    for cell in publishedCount..<worth.count { worth[cell] = 0 }
    for cell in spared { worth[cell] = max(1, worth[cell]) * Self.priceOfSpared }
    self.worth = worth
    sensitive = found.values.sorted { $0.cell < $1.cell }
    self.reasons = reasons
    isKnown = known
    self.wasShown = wasShown
    table.openToInsiders = Set(hiddenBefore.filter { reasons[$0] == Self.hiddenBefore })
    rules = names.map { .init(rule: $0, cells: counts[$0] ?? 0) }
  }

  /// Cells and equations from elsewhere.
  package init(_ problem: CellProblemFile, method: ProtectionSpec.Method = .suppression) {
    self.problem = problem
    (inputs, earlier, preferred, before, sameNow) = ([], [], [], [], [])
    (spared, wasShown, changes, guesses) = ([], [], [], true)
    table = problem.table
    sensitive = problem.sensitive
    isKnown = problem.isKnown
    cells = [Array(0..<problem.table.cellCount)]
    publishedCount = problem.table.cellCount
    decimals = problem.decimals
    worth = problem.worth
    reasons = Dictionary(
      problem.sensitive.map { ($0.cell, "asked for") }, uniquingKeysWith: { one, _ in one })
    rules = [.init(rule: "asked for", cells: problem.sensitive.count)]
    insiders = true
    self.method = method
    rounds = nil
  }

  /// Cells that do not meet a rule, with the rule.
  private static func sensitive(
    _ file: TableFile, _ spec: ProtectionSpec, _ name: String
  ) throws -> [(SensitiveCell, String)] {
    let table = file.table
    var found: [(SensitiveCell, String)] = []
    let safe = try zip(table.dimensions, spec.dimensions).map { dimension, words in
      try dimension.categories(words.safe ?? []) {
        "\(name): safe is '\($0)', which is no code of \(dimension.id)"
      }
    }
    for words in spec.rules ?? [] {
      let rule = try words.sensitivityRule(
        file: name,
        requests: file.requests ?? [Int](repeating: 0, count: table.cellCount), unit: file.unit)
      var allowed: [Set<Int>?] = []
      for dimension in table.dimensions {
        allowed.append(
          try words.only?[dimension.id].map { codes in
            try dimension.categories(codes) {
              "\(name): a rule is for '\($0)', which is no code of \(dimension.id)"
            }
          })
      }
      for cell in rule.sensitiveCells(of: table) {
        let place = file.categories(of: cell.cell)
        if zip(safe, place).contains(where: { $0.contains($1) }) { continue }
        if zip(allowed, place).contains(where: { $0?.contains($1) == false }) { continue }
        found.append((cell, words.name))
      }
    }
    return found
  }

  /// The cells that a table's own status hides.
  static func hidden(_ file: TableFile) throws -> [Bool] {
    guard let status = file.status else {
      throw DisclosureFileError("the table has no column 'status': give what protect wrote")
    }
    var isHidden = [Bool](repeating: false, count: file.table.cellCount)
    for (row, cell) in file.order.enumerated() where row < status.count {
      isHidden[cell] = ["primary", "secondary", "confidential"].contains(status[row])
    }
    return isHidden
  }

  /// What the public has of a table that was published before.
  private static func known(_ file: TableFile, guesses: Bool) throws -> [TableLinking.Earlier] {
    let hasRow = Set(file.order)
    return try hidden(file).enumerated().map { cell, isHidden in
      let isShown = !isHidden && (file.table.contributors[cell] > 0 || hasRow.contains(cell))
      return .init(isShown: isShown, isApart: !isShown && !guesses && !file.table.isEmpty(cell))
    }
  }

  /// The cells that the statuses of the tables hide; what an earlier release hides, and what changed, is hidden unless it was published.
  package func hidden() throws -> [Bool] {
    guard problem == nil else {
      throw DisclosureFileError(
        "a problem in the JJ format does not say what is hidden: protect it")
    }
    var isHidden = isKnown.map { !$0 }
    for (cell, isShown) in try shownNow().enumerated() where isShown { isHidden[cell] = false }
    return isHidden
  }

  /// What the statuses of the tables show: one table that does is enough.
  private func shownNow() throws -> [Bool] {
    var isShown = [Bool](repeating: false, count: table.cellCount)
    for (number, input) in inputs.enumerated() {
      for (cell, hides) in try Self.hidden(input.file).enumerated() where !hides {
        isShown[cells[number][cell]] = true
      }
    }
    return isShown
  }

  // MARK: What is the same as before

  /// The same, where nobody knows that a figure of now is what was shown before. What was hidden before stays as the system has it.
  ///
  /// - Parameter isApart: of which cells of now.
  /// - Returns: this one when there are none.
  /// - Throws: `DisclosureFileError` or `DisclosureError` that says what does not fit.
  func apart(where isApart: (_ cell: Int) -> Bool) throws -> TableSystem {
    try taken { cell, wasShown in wasShown ? isApart(cell) : !guesses }
  }

  /// The same as the statuses of the tables have it: nobody knows that what is hidden now is what was shown before, and whoever is shown a figure takes it for
  /// the same one that was hidden, unless another release showed it already.
  func asPublished() throws -> TableSystem {
    guard hasEarlier else { return self }
    let isShown = try shownNow()
    return try taken { cell, wasShown in
      wasShown ? !isShown[cell] : !guesses && (!isShown[cell] || self.wasShown[cell])
    }
  }

  /// The same where nobody takes what is hidden again for the same; nil when the spec says what to think of that, and when nothing was hidden before.
  func withoutGuesses() throws -> TableSystem? {
    guard guesses, inputs.allSatisfy({ $0.spec.guesses == nil }) else { return nil }
    let other = try TableSystem(
      inputs, earlier: earlier, preferred: preferred, guesses: false)
    return other.guesses ? nil : other
  }

  /// The same for those, too, who take what is hidden again for the same.
  func withGuesses() throws -> TableSystem {
    guesses
      ? self : try TableSystem(inputs, earlier: earlier, preferred: preferred, guesses: true)
  }

  private func taken(
    apart isApart: (_ cell: Int, _ wasShown: Bool) -> Bool
  ) throws -> TableSystem {
    // What was shown and may not be by the rules of now is a finding, hidden or not.
    let isSensitive = Set(sensitive.map(\.cell))
    var known = before
    for (number, places) in sameNow.enumerated() {
      for (place, cell) in places.enumerated() {
        guard let cell else { continue }
        let wasShown = before[number][place].isShown
        known[number][place].isApart =
          !earlier[number].file.table.isEmpty(place) && isApart(cell, wasShown)
          && !(wasShown && isSensitive.contains(cell))
      }
    }
    return known == before
      ? self
      : try TableSystem(
        inputs, earlier: earlier, preferred: preferred, guesses: guesses, known: known)
  }

  /// Whether each of the sensitive cells in some rows can be made safe, whatever is hidden for it.
  func canProtect(rows: Set<Int>) -> Bool {
    let rowOfCell = rowOfCell
    return CellSuppression.canProtect(
      CellQuantity(table, sensitive: sensitive.filter { rows.contains(rowOfCell[$0.cell]) }),
      worth: worth, isKnown: isKnown, insiders: insiders)
  }

  /// By cell whether it adds up from one of these, or from what changed in between.
  func isAbove(_ chosen: Set<Int>) -> [Bool] {
    var isAbove = [Bool](repeating: false, count: table.cellCount)
    let ofChange = Dictionary(
      grouping: changes.filter { chosen.contains($0.cell) }, by: \.since.table)
    for (number, input) in (inputs + earlier).enumerated() {
      let joint = cells[number]
      var isMarked = joint.map { chosen.contains($0) }
      for change in ofChange[number] ?? [] { isMarked[change.since.cell] = true }
      var parts: [(total: Int, parts: [Int])] = []
      input.file.table.forEachSum { parts.append(($0, $1)) }
      var hasGrown = true
      while hasGrown {
        hasGrown = false
        for sum in parts where !isMarked[sum.total] && sum.parts.contains(where: { isMarked[$0] }) {
          isMarked[sum.total] = true
          hasGrown = true
        }
      }
      for (place, cell) in joint.enumerated() where isMarked[place] { isAbove[cell] = true }
    }
    return isAbove
  }

  /// By cell the row in which it stands first, counted from 0 over all tables; behind these, what is in none by its place in the first table, what was before
  /// included; and behind these what changed since. So the numbers are the same whatever is known to be the same as before.
  var rowOfCell: [Int] {
    var rows = [Int](repeating: -1, count: table.cellCount)
    var next = 0
    for (number, input) in inputs.enumerated() {
      for cell in input.file.order {
        if rows[cells[number][cell]] < 0 { rows[cells[number][cell]] = next }
        next += 1
      }
    }
    var starts: [Int] = []
    for joint in cells {
      starts.append(next)
      for (place, cell) in joint.enumerated() where rows[cell] < 0 { rows[cell] = next + place }
      next += joint.count
    }
    let start = starts.first ?? 0
    for (cell, since) in changes { rows[cell] = next + starts[since.table] - start + since.cell }
    return rows
  }
}

extension InformationModel.Dimension {
  /// Places of the categories with these codes; a code that none has is complained of.
  fileprivate func categories(
    _ codes: [String], else complaint: (String) -> String
  ) throws -> Set<Int> {
    let known = Set(categories.map(\.code))
    if let unknown = codes.first(where: { !known.contains($0) }) {
      throw DisclosureFileError(complaint(unknown))
    }
    return Set(categories.indices.filter { codes.contains(categories[$0].code) })
  }
}
