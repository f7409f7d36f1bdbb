import Foundation

/// From when on a result of research may leave the secured environment: the numbers that an alliance agreed on, with the defaults of ACRO.
///
/// Sources: Bond, Brandt and de Wolf, *Guidelines for the checking of output based on microdata research* (ESSnet, 2015); Welpton, *SDC Handbook* (2019);
/// Green, Ritchie and Smith on statbarns (2024); ACRO (Smith and others 2022).
package struct OutputLimits: Sendable, Codable, Hashable {
  /// Units behind every figure.
  package var minimumCount = 10
  /// The `dominanceCount` largest may not make `dominanceShare` or more of a sum.
  package var dominanceCount = 2
  package var dominanceShare = 0.9
  /// What others than the two largest contribute must be at least this part of the largest.
  package var ratio = 0.1
  /// Observations less parameters.
  package var minimumDegrees = 10
  /// No more than this part of a row or a column in one cell.
  package var classShare = 0.9
  /// Whether that nobody is in a cell tells something.
  package var zerosDisclose = true

  package init() {}
}

/// One thing that is wrong with a result, and what would mend it.
package struct OutputFinding: Sendable, Codable, Hashable {
  package enum Check: String, Sendable, Codable {
    case minimumCount = "minimum_count"
    case dominance
    case ratio
    case zero
    case classDisclosure = "class_disclosure"
    case extreme
    case degreesOfFreedom = "degrees_of_freedom"
    case tableInDisguise = "table_in_disguise"
    case negative
    case steps
    case allEqual = "all_equal"
    /// With another output: what both have in common cancels out.
    case difference
    /// With another output: what is hidden follows from sums.
    case linked
  }

  package enum Severity: String, Sendable, Codable {
    /// It may not leave.
    case fail
    /// Somebody has to look at it.
    case review
  }

  package var check: Check
  package var severity: Severity
  /// Where, by its codes.
  package var place: String
  package var what: String
  package var repair: String

  package init(
    _ check: Check, _ severity: Severity, _ place: String, _ what: String, _ repair: String
  ) {
    (self.check, self.severity, self.place) = (check, severity, place)
    (self.what, self.repair) = (what, repair)
  }
}

/// Checks one cell of a result: the figure and who is behind it.
package struct OutputCell: Sendable {
  package var place: String
  /// The unit of each record that counts here; several records may be of one.
  package var units: [Int]
  /// The value of each of these records; nil where it is missing. Empty for a table of frequencies.
  package var values: [Double?]

  package init(place: String, units: [Int], values: [Double?] = []) {
    (self.place, self.units, self.values) = (place, units, values)
  }

  /// Units with a value; of frequencies all units.
  package var count: Int {
    if values.isEmpty { return Set(units).count }
    return Set(zip(units, values).lazy.filter { $0.1 != nil }.map(\.0)).count
  }

  /// What each unit contributes, without sign, the largest first.
  package var contributions: [Double] {
    var sums: [Int: Double] = [:]
    for (unit, value) in zip(units, values) {
      if let value { sums[unit, default: 0] += value }
    }
    return sums.values.map { abs($0) }.sorted(by: >)
  }
}

extension OutputLimits {
  /// What is told of the figures in a cell.
  package enum Statistic: String, Sendable, Codable, CaseIterable {
    case frequency, sum, mean, median, quartile, percentile, minimum, maximum, range, mode
    case deviation, variance, skewness, kurtosis, gini, herfindahl
  }

  /// - Parameters:
  ///   - cell: a figure and who is behind it.
  ///   - statistic: what the figure is.
  ///   - percentile: which, of a percentile.
  /// - Returns: what is wrong with it.
  package func findings(
    _ cell: OutputCell, _ statistic: Statistic, percentile: Double? = nil
  ) -> [OutputFinding] {
    var findings: [OutputFinding] = []
    let count = cell.count
    func add(
      _ check: OutputFinding.Check, _ severity: OutputFinding.Severity, _ what: String,
      _ repair: String
    ) { findings.append(OutputFinding(check, severity, cell.place, what, repair)) }
    let wider = "merge it with another category, or hide it and what it can be computed from"
    if count == 0 {
      if zerosDisclose, statistic == .frequency {
        add(.zero, .fail, "nobody is in it", "show no empty cells, or merge categories")
      }
      return findings
    }
    if count < minimumCount {
      add(.minimumCount, .fail, "\(count) units, fewer than \(minimumCount)", wider)
    }
    switch statistic {
    case .frequency, .median, .quartile: break
    case .percentile:
      // Far out it is the figure of somebody.
      let share = (percentile ?? 50) / 100
      let beyond = Double(count) * min(share, 1 - share)
      if beyond < Double(minimumCount) / 2, count >= minimumCount {
        add(
          .extreme, .fail, "fewer than \((minimumCount + 1) / 2) units lie beyond it",
          "choose a percentile nearer to the median")
      }
    case .minimum, .maximum, .range:
      let values = cell.values.compactMap { $0 }
      let ends = [values.min(), values.max()].compactMap { $0 }
      let least =
        statistic == .maximum ? ends.suffix(1) : statistic == .minimum ? ends.prefix(1) : ends[...]
      let shared = least.allSatisfy { end in
        Set(zip(cell.units, cell.values).lazy.filter { $0.1 == end }.map(\.0)).count >= minimumCount
      }
      if !shared {
        add(
          .extreme, .fail, "an extreme is the value of one unit, or of few",
          "show the 5th or 95th percentile, or the mean of the \(minimumCount) most extreme")
      }
    case .mode:
      let values = cell.values.compactMap { $0 }
      let most = Dictionary(grouping: values) { $0 }.values.map(\.count).max() ?? 0
      if Double(most) > classShare * Double(values.count) {
        add(
          .classDisclosure, .fail, "nearly all have this value", "say that most have it, no more")
      }
    case .sum, .mean, .gini, .herfindahl:
      let contributions = cell.contributions
      let total = contributions.reduce(0, +)
      if cell.values.contains(where: { ($0 ?? 0) < 0 }) {
        add(
          .negative, .review, "some contributions are negative: dominance is judged without signs",
          "look whether somebody stands out")
      }
      if total > 0 {
        let top = contributions.prefix(dominanceCount).reduce(0, +)
        if top >= dominanceShare * total {
          add(
            .dominance, .fail,
            "the \(dominanceCount) largest make \(percent(dominanceShare)) or more of it", wider)
        }
        let rest = total - contributions.prefix(2).reduce(0, +)
        if rest < ratio * contributions[0] {
          add(
            .ratio, .fail,
            "the second largest can estimate the largest within \(percent(ratio))", wider)
        }
      } else if statistic == .mean || statistic == .sum {
        add(.allEqual, .fail, "all contribute nothing: everybody's value is known", wider)
      }
    case .deviation, .variance, .skewness, .kurtosis:
      let degrees = count - 1
      if degrees < minimumDegrees {
        add(
          .degreesOfFreedom, .fail, "\(degrees) degrees of freedom, fewer than \(minimumDegrees)",
          wider)
      }
      let values = cell.values.compactMap { $0 }
      if let first = values.first, values.allSatisfy({ $0 == first }) {
        add(.allEqual, .fail, "all have the same value", wider)
      }
    }
    return findings
  }

  /// How far from a sum one must stay so that no contribution is known too well: what dominance, the ratio and the count ask for.
  package func protection(of cell: OutputCell) -> Double {
    let contributions = cell.contributions
    guard let largest = contributions.first else { return 0 }
    let total = contributions.reduce(0, +)
    let top = contributions.prefix(dominanceCount).reduce(0, +)
    let rest = total - contributions.prefix(2).reduce(0, +)
    return max(0, top / dominanceShare - total, ratio * largest - rest)
  }

  /// How far from the figure of a cell that fails one must stay, to either side: of counts in units, of sums in thousandths.
  ///
  /// A cell that fails may be as many more as are missing to enough units, and one less where it is not empty.
  package func need(
    _ cell: OutputCell, _ statistic: Statistic, amount: Int
  ) -> (up: Int, down: Int) {
    if statistic == .frequency {
      return (max(1, minimumCount - cell.count), min(1, max(0, amount)))
    }
    let need = max(1000, Int((min(protection(of: cell), 1e12) * 1000).rounded(.up)))
    return (need, min(need, max(0, amount)))
  }

  private func percent(_ share: Double) -> String { "\((share * 1000).rounded() / 10)%" }

  /// Class disclosure: who belongs to a row, or a column, belongs to one cell of it, or nearly.
  ///
  /// - Parameters:
  ///   - counts: by row and column, units.
  ///   - rows: their names.
  ///   - columns: the same.
  /// - Returns: the rows and columns that say so much.
  package func classFindings(
    _ counts: [[Int]], rows: [String], columns: [String]
  ) -> [OutputFinding] {
    var findings: [OutputFinding] = []
    func check(_ line: [Int], _ name: String, _ others: [String]) {
      let total = line.reduce(0, +)
      guard line.count > 1, total > 0 else { return }
      for (place, count) in line.enumerated()
      where count == total || Double(count) > classShare * Double(total) {
        findings.append(
          OutputFinding(
            .classDisclosure, .fail, "\(name), \(others[place])",
            count == total
              ? "all \(name) are \(others[place])"
              : "more than \(percent(classShare)) of \(name) are \(others[place])",
            "merge \(others[place]) with another category, or leave out \(name)"))
      }
    }
    for (place, row) in counts.enumerated() { check(row, rows[place], columns) }
    for place in columns.indices { check(counts.map { $0[place] }, columns[place], rows) }
    return findings
  }

  /// A model: coefficients, their errors and tests.
  ///
  /// - Parameters:
  ///   - predictors: by predictor its value for each observation, the constant included when there is one.
  ///   - units: of each observation.
  ///   - name: of the model.
  /// - Returns: the residual degrees of freedom, and what is wrong.
  package func modelFindings(
    predictors: [[Double]], units: [Int], name: String
  ) -> (degrees: Int, findings: [OutputFinding]) {
    let rank = Self.rank(predictors)
    let degrees = units.count - rank
    var findings: [OutputFinding] = []
    if degrees < minimumDegrees {
      findings.append(
        OutputFinding(
          .degreesOfFreedom, .fail, name,
          "\(degrees) residual degrees of freedom, fewer than \(minimumDegrees)",
          "use more observations or fewer predictors"))
    }
    let count = Set(units).count
    if count < minimumCount {
      findings.append(
        OutputFinding(
          .minimumCount, .fail, name, "\(count) units, fewer than \(minimumCount)",
          "use observations of more units"))
    }
    // Predictors that are all of two values make cells, and the coefficients are differences of the means in these.
    let binary = predictors.filter { Set($0).count == 2 }
    if !binary.isEmpty, predictors.allSatisfy({ Set($0).count <= 2 }) {
      var cells: [[Double]: Set<Int>] = [:]
      for row in units.indices { cells[binary.map { $0[row] }, default: []].insert(units[row]) }
      let small = cells.values.count { $0.count < minimumCount }
      findings.append(
        OutputFinding(
          .tableInDisguise, small > 0 ? .fail : .review, name,
          "all predictors are categories: the coefficients are those of a table of means, in which \(small) cells are of fewer than \(minimumCount) units",
          "check the table of means of these categories, or add a predictor that is no category"))
    }
    return (degrees, findings)
  }

  /// How many columns do not follow from others.
  static func rank(_ columns: [[Double]]) -> Int {
    var basis: [[Double]] = []
    for column in columns {
      let length = column.reduce(0) { $0 + $1 * $1 }.squareRoot()
      guard length > 0 else { continue }
      var rest = column.map { $0 / length }
      // Twice, for what was rounded.
      for _ in 0..<2 {
        for one in basis {
          let along = zip(rest, one).reduce(0) { $0 + $1.0 * $1.1 }
          for row in rest.indices { rest[row] -= along * one[row] }
        }
      }
      let left = rest.reduce(0) { $0 + $1 * $1 }.squareRoot()
      if left > 1e-9 { basis.append(rest.map { $0 / left }) }
    }
    return basis.count
  }

  /// A point of a survival curve.
  package struct SurvivalStep: Sendable, Codable, Hashable {
    /// Whose curve it is; nil where there is one.
    package var group: String?
    package var time: Double
    package var atRisk: Int
    package var events: Int
    /// Share that is left (Kaplan and Meier 1958).
    package var survival: Double

    package init(time: Double, atRisk: Int, events: Int, survival: Double) {
      (self.time, self.atRisk, self.events, self.survival) = (time, atRisk, events, survival)
    }
  }

  /// A survival curve whose steps are each of enough events.
  ///
  /// - Parameters:
  ///   - times: until the event, or until nobody looked any more.
  ///   - hasEvent: which of the two.
  ///   - name: of the curve.
  /// - Returns: the true curve, one that may leave (held until enough events have gathered, and ended where too few are left), and what is wrong
  ///   with the true one.
  package func survivalFindings(
    times: [Double], hasEvent: [Bool], name: String
  ) -> (curve: [SurvivalStep], released: [SurvivalStep], findings: [OutputFinding]) {
    var byTime: [Double: (events: Int, leavers: Int)] = [:]
    for (time, event) in zip(times, hasEvent) {
      byTime[time, default: (0, 0)].leavers += 1
      if event { byTime[time, default: (0, 0)].events += 1 }
    }
    var atRisk = times.count
    var survival = 1.0
    var curve: [SurvivalStep] = []
    var released: [SurvivalStep] = []
    var gathered = 0
    var small = 0
    for time in byTime.keys.sorted() {
      let (events, leavers) = byTime[time] ?? (0, 0)
      if events > 0 {
        survival *= 1 - Double(events) / Double(atRisk)
        curve.append(SurvivalStep(time: time, atRisk: atRisk, events: events, survival: survival))
        gathered += events
        if events < minimumCount { small += 1 }
        if gathered >= minimumCount, atRisk - leavers >= minimumCount {
          released.append(
            SurvivalStep(time: time, atRisk: atRisk, events: gathered, survival: survival))
          gathered = 0
        }
      }
      atRisk -= leavers
    }
    var findings: [OutputFinding] = []
    if small > 0 {
      findings.append(
        OutputFinding(
          .steps, .fail, name,
          "\(small) of \(curve.count) steps are of fewer than \(minimumCount) events: each is the date of somebody",
          "publish the curve that is held until \(minimumCount) events have gathered"))
    }
    return (curve, released, findings)
  }
}
