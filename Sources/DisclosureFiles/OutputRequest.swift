import ChainPack
import DisclosureControl
import Foundation
import InformationModel
import Warehouse

/// What a researcher asks to take out: what `keten disclosure check` reads. The results are made here of the data, so that what is checked is what leaves.
package struct OutputRequest: Sendable, Codable {
  package enum Kind: String, Sendable, Codable, CaseIterable {
    case table, model, survival, histogram
  }

  package struct Output: Sendable, Codable {
    package var name: String
    package var kind: Kind
    /// By column the codes of those who are asked for; everybody when left out.
    package var only: [String: [String]]?
    /// Of a table.
    package var rows: [String]?
    package var columns: [String]?
    package var margins: Bool?
    package var statistic: OutputLimits.Statistic?
    /// What is added up, averaged, …; of a histogram what is counted.
    package var measure: String?
    /// From 0 to 100, of a percentile.
    package var percentile: Double?
    package var bins: Int?
    /// Of a model.
    package var outcome: String?
    package var predictors: [String]?
    /// Of a survival curve.
    package var time: String?
    package var event: String?
    package var group: String?
  }

  package struct Limits: Sendable, Codable {
    package var minimumCount: Int?
    package var dominance: [Double]?
    package var ratio: Double?
    package var minimumDegrees: Int?
    package var classShare: Double?
    package var zerosDisclose: Bool?

    enum CodingKeys: String, CodingKey {
      case minimumCount = "minimum_count"
      case dominance, ratio
      case minimumDegrees = "minimum_degrees"
      case classShare = "class_share"
      case zerosDisclose = "zeros_disclose"
    }
  }

  package var data: String
  /// The column of whom each record is of; each record its own when left out.
  package var unit: String?
  package var limits: Limits?
  package var outputs: [Output]

  package static let keys = [
    "": ["data", "unit", "limits", "outputs"],
    "limits": [
      "minimum_count", "dominance", "ratio", "minimum_degrees", "class_share", "zeros_disclose",
    ],
    "outputs": [
      "name", "kind", "only", "rows", "columns", "margins", "statistic", "measure", "percentile",
      "bins",
      "outcome", "predictors", "time", "event", "group",
    ],
  ]

  /// Reads and checks a request.
  ///
  /// - Throws: `DisclosureFileError` that says where the text is none.
  package init(yaml text: String, file: String) throws {
    do {
      self = try CheckedYAML.read(OutputRequest.self, from: text, file: file, keys: Self.keys)
    } catch let fault as CheckedYAML.Fault {
      throw DisclosureFileError(fault.message)
    }
    for output in outputs {
      func need(_ isThere: Bool, _ what: String) throws {
        guard isThere else { throw DisclosureFileError("\(file): \(output.name) needs \(what)") }
      }
      switch output.kind {
      case .table:
        try need(!((output.rows ?? []) + (output.columns ?? [])).isEmpty, "rows or columns")
        try need(
          (output.statistic ?? .frequency) == .frequency || output.measure != nil, "a measure")
        try need(
          output.statistic != .percentile
            || output.percentile.map { $0 > 0 && $0 < 100 } == true,
          "a percentile between 0 and 100")
      case .model:
        try need(
          output.outcome != nil && output.predictors?.isEmpty == false, "outcome and predictors")
      case .survival: try need(output.time != nil && output.event != nil, "time and event")
      case .histogram:
        try need(output.measure != nil, "a measure")
        try need((1...1000).contains(output.bins ?? 10), "1 to 1000 bins")
      }
    }
    if let limits {
      let isShare = { (share: Double?) in share.map { $0 > 0 && $0 <= 1 } ?? true }
      let isCount = { (count: Int?) in (1...1_000_000_000).contains(count ?? 1) }
      guard isCount(limits.minimumCount), isCount(limits.minimumDegrees),
        limits.dominance.map({
          $0.count == 2 && $0[0] >= 1 && $0[0] <= 100 && $0[0] == $0[0].rounded() && isShare($0[1])
        })
          ?? true, isShare(limits.ratio), isShare(limits.classShare)
      else {
        throw DisclosureFileError(
          "\(file): limits are counts from 1 to 1000000000, shares above 0 and up to 1, and dominance [n, share]"
        )
      }
    }
    guard Set(outputs.map(\.name)).count == outputs.count else {
      throw DisclosureFileError("\(file): two outputs have one name")
    }
  }

  var checked: OutputLimits {
    var checked = OutputLimits()
    if let count = limits?.minimumCount { checked.minimumCount = count }
    if let dominance = limits?.dominance, dominance.count == 2 {
      checked.dominanceCount = Int(dominance[0])
      checked.dominanceShare = dominance[1]
    }
    if let ratio = limits?.ratio { checked.ratio = ratio }
    if let degrees = limits?.minimumDegrees { checked.minimumDegrees = degrees }
    if let share = limits?.classShare { checked.classShare = share }
    if let zeros = limits?.zerosDisclose { checked.zerosDisclose = zeros }
    return checked
  }
}

/// Results of research, checked.
package struct OutputReview: Sendable, Codable {
  /// One output.
  package struct Result: Sendable, Codable {
    package enum Status: String, Sendable, Codable { case pass, review, fail }

    package struct Figure: Sendable, Codable {
      package var place: [String]
      /// Nil when it is hidden, or there is nothing to compute.
      package var value: Double?
    }

    package var name: String
    package var status: Status
    package var findings: [OutputFinding]
    /// What may leave: the figures that are safe, with those hidden that are not and from which these follow.
    package var released: [Figure]
    package var degrees: Int?
    package var curve: [OutputLimits.SurvivalStep]?

    /// The findings, for people.
    package var lines: [String] {
      findings.map { "\($0.place): \($0.what) (\($0.check.rawValue)); \($0.repair)" }
    }
  }

  package var results: [Result]

  package var isSafe: Bool { results.allSatisfy { $0.status != .fail } }

  /// - Throws: `DisclosureFileError` when the data are not what the request says.
  package init(_ request: OutputRequest, folder: URL) throws {
    let file = folder.appending(path: request.data)
    let data = try Columns(file, unit: request.unit)
    let limits = request.checked
    var comparison = OutputComparison(limits, units: data.units)
    results = try request.outputs.map { output in
      switch output.kind {
      case .table:
        var (result, table) = try Self.table(output, data, limits)
        result.findings += try comparison.findings(adding: table)
        result.status = Self.status(result.findings)
        // What tells of others together with what leaves already stays here as a whole.
        if result.findings.contains(where: {
          $0.severity == .fail && [.difference, .linked].contains($0.check)
        }) {
          result.released = result.released.map { .init(place: $0.place) }
        }
        return result
      case .model: return try Self.model(output, data, limits)
      case .survival: return try Self.survival(output, data, limits)
      case .histogram: return try Self.histogram(output, data, limits)
      }
    }
  }

  private struct Columns {
    let file: String
    let columns: [(name: String, column: DictionaryColumn)]
    let units: [Int]
    let count: Int

    init(_ file: URL, unit: String?) throws {
      self.file = file.lastPathComponent
      columns = try ColumnsOfFile.read(file)
      count = columns.first?.column.rowCount ?? 0
      if let unit {
        guard let column = columns.first(where: { $0.name == unit })?.column else {
          throw DisclosureFileError("\(file.lastPathComponent) has no column '\(unit)'")
        }
        units = column.codes.map { Int($0) }
      } else {
        units = Array(0..<count)
      }
    }

    func column(_ name: String) throws -> DictionaryColumn {
      guard let found = columns.first(where: { $0.name == name }) else {
        throw DisclosureFileError("\(file) has no column '\(name)'")
      }
      return found.column
    }

    func texts(_ name: String) throws -> [String] {
      let column = try column(name)
      let values = (0..<column.values.count).map { column.values.string($0) }
      return column.codes.map { values[Int($0)] }
    }

    func numbers(_ name: String) throws -> [Double?] {
      try ColumnsOfFile.numbers(column(name), file: file, called: name)
    }

    /// The records of those who are asked for.
    func records(of output: OutputRequest.Output) throws -> [Int] {
      var records = Array(0..<count)
      for (name, codes) in (output.only ?? [:]).sorted(by: { $0.key < $1.key }) {
        let texts = try texts(name)
        let known = Set(texts).subtracting([""])
        if let unknown = codes.first(where: { !known.contains($0) }) {
          throw DisclosureFileError(
            "\(output.name): only is '\(unknown)', which is no code of \(name)")
        }
        records = records.filter { codes.contains(texts[$0]) }
      }
      return records
    }
  }

  private static func status(_ findings: [OutputFinding]) -> Result.Status {
    findings.contains { $0.severity == .fail } ? .fail : findings.isEmpty ? .pass : .review
  }

  // MARK: Tables

  private static func table(
    _ output: OutputRequest.Output, _ data: Columns, _ limits: OutputLimits
  ) throws -> (result: Result, table: LinkedOutput) {
    let statistic = output.statistic ?? .frequency
    let rowNames = output.rows ?? []
    let names = rowNames + (output.columns ?? [])
    let texts = try names.map(data.texts)
    let values = try output.measure.map(data.numbers)
    let hasMargins = output.margins == true
    // A record without a code is in no cell.
    let records = try data.records(of: output).filter { record in
      texts.allSatisfy { !$0[record].isEmpty }
    }
    let dimensions = names.indices.map { axis in
      let codes = Set(records.map { texts[axis][$0] }).sorted()
      return InformationModel.Dimension(
        id: names[axis], title: LocalizedText(nl: names[axis], en: names[axis]),
        categories: [
          Category(
            code: codes.contains("All") ? "All of \(names[axis])" : "All",
            label: LocalizedText(nl: "Totaal", en: "All"), parent: nil)
        ]
          + codes.map { Category(code: $0, label: LocalizedText(nl: $0, en: $0), parent: 0) })
    }
    let index = CellIndex(dimensions)
    let cellCount = dimensions.reduce(1) { $0 * $1.categories.count }
    guard cellCount <= 1_000_000 else {
      throw DisclosureFileError("\(output.name): \(cellCount) cells are too many to check")
    }
    let places = dimensions.map { dimension in
      Dictionary(uniqueKeysWithValues: dimension.categories.enumerated().map { ($1.code, $0) })
    }
    var members = [[Int]](repeating: [], count: cellCount)
    for record in records {
      var cells = [0]
      for axis in names.indices {
        let own = (places[axis][texts[axis][record]] ?? 0) * index.strides[axis]
        cells = cells.flatMap { [$0, $0 + own] }
      }
      for cell in cells { members[cell].append(record) }
    }
    func isInner(_ cell: Int) -> Bool { !index.coordinates(of: cell).contains(0) }
    func called(_ cell: Int) -> [String] {
      zip(dimensions, index.coordinates(of: cell)).map { $0.categories[$1].code }
    }
    let shown = (0..<cellCount).filter { hasMargins || isInner($0) }
    var findings: [OutputFinding] = []
    var failing = Set<Int>()
    let cells = members.enumerated().map { cell, members in
      OutputCell(
        place: called(cell).joined(separator: ", "), units: members.map { data.units[$0] },
        values: statistic == .frequency ? [] : members.map { values?[$0] ?? nil })
    }
    for cell in shown {
      let found = limits.findings(cells[cell], statistic, percentile: output.percentile)
      if found.contains(where: { $0.severity == .fail }) { failing.insert(cell) }
      findings += found
    }
    if statistic == .frequency, !rowNames.isEmpty, rowNames.count < names.count {
      findings += classFindings(
        limits, dimensions, index, cells, rowCount: rowNames.count,
        flag: { cell in if shown.contains(cell) { failing.insert(cell) } })
    }
    // With margins what is hidden must not follow from what is shown.
    var hidden = failing
    if hasMargins, !failing.isEmpty, [.frequency, .sum, .mean].contains(statistic) {
      hidden = try protected(
        dimensions, cells, members, values, statistic, failing, limits)
    }
    let result = Result(
      name: output.name, status: status(findings), findings: findings,
      released: shown.map { cell in
        .init(
          place: called(cell),
          value: hidden.contains(cell)
            ? nil : figure(members[cell], values, statistic, output.percentile))
      })
    var isReleased = [Bool](repeating: false, count: cellCount)
    for cell in shown where !hidden.contains(cell) { isReleased[cell] = true }
    return (
      result,
      LinkedOutput(
        name: output.name, statistic: statistic, percentile: output.percentile,
        measure: statistic == .frequency ? nil : output.measure, dimensions: dimensions,
        population: (output.only ?? [:]).mapValues { Set($0) }, records: members,
        values: statistic == .frequency ? [] : values ?? [], isReleased: isReleased,
        secrets: failing.sorted())
    )
  }

  private static func classFindings(
    _ limits: OutputLimits, _ dimensions: [InformationModel.Dimension], _ index: CellIndex,
    _ cells: [OutputCell], rowCount: Int, flag: (Int) -> Void
  ) -> [OutputFinding] {
    func combinations(_ axes: Range<Int>) -> [(cell: Int, name: String)] {
      var made: [(cell: Int, name: String)] = [(0, "")]
      for axis in axes {
        made = made.flatMap { one in
          dimensions[axis].categories.indices.dropFirst().map { category in
            let code = dimensions[axis].categories[category].code
            return (
              one.cell + category * index.strides[axis],
              one.name.isEmpty ? code : "\(one.name), \(code)"
            )
          }
        }
      }
      return made
    }
    let rows = combinations(0..<rowCount)
    let columns = combinations(rowCount..<dimensions.count)
    let counts = rows.map { row in columns.map { cells[row.cell + $0.cell].count } }
    let found = limits.classFindings(counts, rows: rows.map(\.name), columns: columns.map(\.name))
    for finding in found {
      for row in rows {
        for column in columns
        where finding.place == "\(row.name), \(column.name)"
          || finding.place == "\(column.name), \(row.name)"
        {
          flag(row.cell + column.cell)
        }
      }
    }
    return found
  }

  /// The cells that are hidden so that those that fail cannot be computed from the margins.
  private static func protected(
    _ dimensions: [InformationModel.Dimension], _ cells: [OutputCell], _ members: [[Int]],
    _ values: [Double?]?, _ statistic: OutputLimits.Statistic, _ failing: Set<Int>,
    _ limits: OutputLimits
  ) throws -> Set<Int> {
    if let values, values.contains(where: { abs($0 ?? 0) > 1e12 }) {
      throw DisclosureFileError("amounts beyond 10^12 cannot be protected: use larger units")
    }
    let all = (values ?? []).reduce(0.0) { $0 + abs($1 ?? 0) }
    guard all < 1e14 else {
      throw DisclosureFileError(
        "amounts together beyond 10^14 cannot be protected: use larger units")
    }
    // Whole thousandths; sums are made anew, so that they add up.
    var amounts = members.map { members in
      statistic == .frequency
        ? members.count
        : members.reduce(0) { $0 + Int(((values?[$1] ?? 0) * 1000).rounded()) }
    }
    let index = CellIndex(dimensions)
    let children = dimensions.map(\.children)
    for cell in amounts.indices.reversed() {
      let place = index.coordinates(of: cell)
      guard let axis = dimensions.indices.first(where: { !children[$0][place[$0]].isEmpty }) else {
        continue
      }
      amounts[cell] = children[axis][place[axis]].reduce(0) {
        $0 + amounts[cell + ($1 - place[axis]) * index.strides[axis]]
      }
    }
    var knowledge = CellTable.Knowledge()
    knowledge.countsOnce = true
    knowledge.mayHideEmpty = limits.zerosDisclose
    // A unit may have several records, and stand alone in several cells.
    let units = cells.map { Set($0.units) }
    knowledge.holders = units.map { $0.count == 1 ? $0.first ?? -1 : -1 }
    let table = try CellTable(
      dimensions: dimensions, values: amounts, contributors: units.map(\.count),
      knowledge: knowledge)
    let sensitive = failing.sorted().filter { !table.isEmpty($0) }.map { cell in
      let need = limits.need(cells[cell], statistic, amount: amounts[cell])
      return SensitiveCell(cell: cell, up: need.up, down: need.down)
    }
    let suppression = CellSuppression(
      table, sensitive: sensitive, worth: members.map { max(1, $0.count) })
    let proof = SuppressionProof(
      table, sensitive: sensitive, isHidden: suppression.isHidden, circuits: suppression.circuits)
    // What is not proved leaves with nothing but its total hidden too.
    guard proof.findings.isEmpty else { return Set(amounts.indices) }
    return Set(amounts.indices.filter { suppression.isHidden[$0] }).union(failing)
  }

  private static func figure(
    _ members: [Int], _ values: [Double?]?, _ statistic: OutputLimits.Statistic,
    _ percentile: Double?
  ) -> Double? {
    if statistic == .frequency { return Double(members.count) }
    let own = members.compactMap { values?[$0] ?? nil }.sorted()
    guard let first = own.first, let last = own.last else { return nil }
    let count = Double(own.count)
    let sum = own.reduce(0, +)
    func moment(_ power: Int) -> Double {
      own.reduce(0) { $0 + pow($1 - sum / count, Double(power)) } / count
    }
    func quantile(_ share: Double) -> Double {
      let place = share * (count - 1)
      let low = Int(place)
      return own[low] + (place - Double(low)) * (own[min(low + 1, own.count - 1)] - own[low])
    }
    switch statistic {
    case .frequency: return count
    case .sum: return sum
    case .mean: return sum / count
    case .median: return quantile(0.5)
    case .quartile: return quantile(0.25)
    case .percentile: return quantile((percentile ?? 50) / 100)
    case .minimum: return first
    case .maximum: return last
    case .range: return last - first
    case .mode:
      return Dictionary(grouping: own) { $0 }.max {
        ($0.value.count, $1.key) < ($1.value.count, $0.key)
      }?
      .key
    case .variance: return count > 1 ? moment(2) * count / (count - 1) : nil
    case .deviation: return count > 1 ? (moment(2) * count / (count - 1)).squareRoot() : nil
    case .skewness: return moment(2) > 0 ? moment(3) / pow(moment(2), 1.5) : nil
    case .kurtosis: return moment(2) > 0 ? moment(4) / pow(moment(2), 2) - 3 : nil
    case .gini:
      guard sum > 0 else { return nil }
      let ranked = own.enumerated().reduce(0.0) { $0 + Double($1.offset + 1) * $1.element }
      return 2 * ranked / (count * sum) - (count + 1) / count
    case .herfindahl:
      return sum > 0 ? own.reduce(0) { $0 + ($1 / sum) * ($1 / sum) } : nil
    }
  }

  // MARK: Other results

  private static func model(
    _ output: OutputRequest.Output, _ data: Columns, _ limits: OutputLimits
  ) throws -> Result {
    let outcome = try data.texts(output.outcome ?? "")
    var columns: [[Double?]] = []
    for name in output.predictors ?? [] {
      // What is no number is a category: one column for each value but the first.
      if let numbers = try? data.numbers(name) {
        columns.append(numbers)
      } else {
        let texts = try data.texts(name)
        for code in Set(texts).subtracting([""]).sorted().dropFirst() {
          columns.append(texts.map { $0.isEmpty ? nil : $0 == code ? 1 : 0 })
        }
      }
    }
    let complete = try data.records(of: output).filter { record in
      !["", "NA"].contains(outcome[record]) && columns.allSatisfy { $0[record] != nil }
    }
    let predictors =
      [complete.map { _ in 1.0 }]
      + columns.map { column in complete.map { column[$0] ?? 0 } }
    let (degrees, findings) = limits.modelFindings(
      predictors: predictors, units: complete.map { data.units[$0] }, name: output.name)
    return Result(
      name: output.name, status: status(findings), findings: findings, released: [],
      degrees: degrees)
  }

  private static func survival(
    _ output: OutputRequest.Output, _ data: Columns, _ limits: OutputLimits
  ) throws -> Result {
    let times = try data.numbers(output.time ?? "")
    let events = try data.numbers(output.event ?? "")
    let groups = try output.group.map(data.texts)
    var findings: [OutputFinding] = []
    var curve: [OutputLimits.SurvivalStep] = []
    let records = try data.records(of: output)
    for group in Set(groups ?? [""]).sorted() {
      let members = records.filter {
        times[$0] != nil && events[$0] != nil && (groups?[$0] ?? "") == group
      }
      let units = Set(members.map { data.units[$0] })
      guard units.count == members.count else {
        throw DisclosureFileError(
          "\(output.name): a unit has several records; a survival curve is of one record each")
      }
      if let odd = members.first(where: { events[$0] != 0 && events[$0] != 1 }) {
        throw DisclosureFileError("\(output.name), row \(odd + 1): an event is 0 or 1")
      }
      let found = limits.survivalFindings(
        times: members.map { times[$0] ?? 0 }, hasEvent: members.map { events[$0] == 1 },
        name: group.isEmpty ? output.name : "\(output.name), \(group)")
      findings += found.findings
      curve += found.released.map { step in
        var step = step
        step.group = groups == nil ? nil : group
        return step
      }
    }
    return Result(
      name: output.name, status: status(findings), findings: findings, released: [], curve: curve)
  }

  private static func histogram(
    _ output: OutputRequest.Output, _ data: Columns, _ limits: OutputLimits
  ) throws -> Result {
    let values = try data.numbers(output.measure ?? "")
    let members = try data.records(of: output).filter { values[$0] != nil }
    let numbers = members.map { values[$0] ?? 0 }
    let bins = output.bins ?? 10
    guard let low = numbers.min(), let high = numbers.max() else {
      throw DisclosureFileError("\(output.name): the measure has no value")
    }
    let width = high > low ? (high - low) / Double(bins) : 1
    guard width.isFinite, width > 0, ((high - low) / width).isFinite else {
      throw DisclosureFileError(
        "\(output.name): the values lie too far apart, or too near, for bins")
    }
    var units = [[Int]](repeating: [], count: bins)
    for (member, number) in zip(members, numbers) {
      units[min(bins - 1, Int((number - low) / width))].append(data.units[member])
    }
    var findings = [
      OutputFinding(
        .extreme, .review, output.name,
        "the first and the last bin begin and end at the smallest and the largest value",
        "choose round ends")
    ]
    var released: [Result.Figure] = []
    for (bin, own) in units.enumerated() {
      let found = limits.findings(
        OutputCell(place: "bin \(bin + 1)", units: own), .frequency)
      findings += found
      released.append(
        .init(
          place: ["bin \(bin + 1)"],
          value: found.contains { $0.severity == .fail } ? nil : Double(own.count)))
    }
    return Result(
      name: output.name, status: status(findings), findings: findings, released: released)
  }
}
