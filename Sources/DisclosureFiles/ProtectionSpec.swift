import ChainPack
import DisclosureControl
import Foundation

/// How a table is protected: what `keten disclosure protect --spec` reads. The words are in `docs/protection-spec.schema.json`.
package struct ProtectionSpec: Sendable, Codable {
  /// One dimension of the table: a column of codes.
  package struct Dimension: Sendable, Codable {
    package var name: String
    /// A file beside the spec that says which code is part of which; without one all codes are parts of `total`.
    package var hierarchy: String?
    /// The code of the total; `Total` when left out. In a hierarchy the code that is part of none.
    package var total: String?
    /// Codes that no rule finds sensitive, for instance of what is not known.
    package var safe: [String]?
  }

  /// One rule; exactly one of its words is given, `protection` and `only` beside it.
  package struct Rule: Sendable, Codable {
    /// Fewer contributors than this are too few.
    package var minimumFrequency: Int?
    /// How far the attacker stays away from a cell of too few, to either side; 1 when left out.
    package var protection: Int?
    /// n and k: the n largest make more than k percent.
    package var dominance: [Double]?
    /// p: the largest can be estimated within p percent by the second.
    package var pPercent: Double?
    /// p and q: the same for who knew others within q percent before.
    package var pq: [Double]?
    /// That nobody is in a cell says too much.
    package var emptyCells: Bool?
    /// A part holds at least so many percent of its sum along `along`.
    package var fullPercent: Double?
    package var along: String?
    /// The largest who asked for protection makes more than so many percent.
    package var requestPercent: Double?
    /// By dimension the codes that the rule is for; all when left out.
    package var only: [String: [String]]?

    enum CodingKeys: String, CodingKey {
      case minimumFrequency = "minimum_frequency"
      case protection, dominance
      case pPercent = "p_percent"
      case pq
      case emptyCells = "empty_cells"
      case fullPercent = "full_percent"
      case along
      case requestPercent = "request_percent"
      case only
    }

    /// What a report calls it.
    package var name: String {
      if let minimumFrequency { return "minimum_frequency \(minimumFrequency)" }
      if let dominance { return "dominance \(dominance.map { "\($0)" }.joined(separator: ", "))" }
      if let pPercent { return "p_percent \(pPercent)" }
      if let fullPercent { return "full_percent \(fullPercent) along \(along ?? "")" }
      if let requestPercent { return "request_percent \(requestPercent)" }
      if emptyCells != nil { return "empty_cells" }
      return "pq \((pq ?? []).map { "\($0)" }.joined(separator: ", "))"
    }

    /// Never beyond what can be computed with; such a demand no pattern meets.
    static func scaled(_ protection: Int, by unit: Int) -> Int {
      let product = protection.multipliedReportingOverflow(by: unit)
      return product.overflow ? 1 << 60 : min(product.partialValue, 1 << 60)
    }

    /// The rule of the kernel; `requests` are by cell the largest contribution of who asked for protection, `unit` is how many of the table's units make one of
    /// the figure's.
    func sensitivityRule(
      file: String, requests: [Int]? = nil, unit: Int = 1
    ) throws -> SensitivityRule {
      func fail(_ what: String) -> DisclosureFileError { DisclosureFileError("\(file): \(what)") }
      let given = [
        minimumFrequency != nil, dominance != nil, pPercent != nil, pq != nil, emptyCells != nil,
        fullPercent != nil, requestPercent != nil,
      ]
      guard given.count(where: { $0 }) == 1 else {
        throw fail(
          "a rule has one of minimum_frequency, dominance, p_percent, pq, empty_cells, full_percent and request_percent"
        )
      }
      if protection != nil, minimumFrequency == nil, emptyCells == nil {
        throw fail(
          "only minimum_frequency and empty_cells take a protection; the other rules compute theirs"
        )
      }
      guard (along != nil) == (fullPercent != nil) else {
        throw fail("full_percent stands with along: the dimension of the parts")
      }
      if let minimumFrequency {
        let protection = protection ?? 1
        guard minimumFrequency > 0, protection > 0 else {
          throw fail("minimum_frequency and protection are at least 1")
        }
        return .minimumFrequency(
          threshold: minimumFrequency, protection: Self.scaled(protection, by: unit))
      }
      if let dominance {
        guard dominance.count == 2, dominance[0] >= 1, dominance[0] == dominance[0].rounded(),
          dominance[0] <= 100, dominance[1] > 0, dominance[1] <= 100
        else { throw fail("dominance is [n, k]: a whole number of contributors and a percentage") }
        return .dominance(count: Int(dominance[0]), percent: dominance[1])
      }
      func percent(_ value: Double, _ name: String) throws -> Double {
        guard value > 0, value <= 100 else { throw fail("\(name) lies above 0, up to 100") }
        return value
      }
      if let pPercent {
        return .percentOfLargest(percent: try percent(pPercent, "p_percent"))
      }
      if let emptyCells {
        guard emptyCells, (protection ?? 1) > 0 else {
          throw fail("empty_cells is true, and its protection at least 1")
        }
        return .empty(protection: Self.scaled(protection ?? 1, by: unit))
      }
      if let fullPercent, let along {
        return .full(dimension: along, percent: try percent(fullPercent, "full_percent"))
      }
      if let requestPercent {
        return .request(
          percent: try percent(requestPercent, "request_percent"), largest: requests ?? [])
      }
      guard let pq, pq.count == 2, pq[0] > 0, pq[1] > pq[0], pq[1] <= 100 else {
        throw fail("pq is [p, q], with p below q, and q at most 100")
      }
      return .priorPosterior(percent: pq[0], prior: pq[1])
    }
  }

  /// What the attacker knows of empty cells.
  package enum Empty: String, Sendable, Codable, CaseIterable {
    /// That they are empty: they are published.
    case known
    /// Nothing: they may be hidden as well.
    case unknown
  }

  /// How cells are chosen.
  package enum Method: String, Sendable, Codable, CaseIterable {
    case suppression
    /// The least that can be lost, by an integer program: for small tables.
    case optimal
    /// All counts are multiples of `base`, and add up.
    case controlledRounding = "controlled_rounding"
    /// Counts below `base` are 0 or `base`; sums are those of what is published.
    case smallCountRounding = "small_count_rounding"
    /// Each count is changed by its cell's key.
    case cellKey = "cell_key"
    /// Sensitive figures are replaced, others follow.
    case controlledAdjustment = "controlled_adjustment"
    /// Noise of a kept budget.
    case differentialPrivacy = "differential_privacy"

    var hides: Bool { self == .suppression || self == .optimal }
  }

  /// How counts are changed by cell keys.
  package struct CellKey: Sendable, Codable {
    /// Of contributors the column of a number from 0 up to 1, drawn once for each and kept.
    package var recordKey: String
    /// A table of chances as a CSV beside the spec, with the columns i, v and ub; or else these:
    package var table: String?
    package var most: Int?
    package var variance: Double?
    package var blocked: Int?
    package var stay: Double?

    enum CodingKeys: String, CodingKey {
      case recordKey = "record_key"
      case table, most, variance, blocked, stay
    }
  }

  /// What noise, and from which budget.
  package struct Privacy: Sendable, Codable {
    package enum Mechanism: String, Sendable, Codable, CaseIterable {
      /// Discrete Laplace noise on amounts or counts, of scale sensitivity/epsilon.
      case laplace, geometric
      /// Discrete Gaussian noise of variance sensitivity²/(2·rho).
      case gaussian
    }

    package var mechanism: Mechanism
    package var epsilon: Double?
    package var rho: Double?
    /// The most that one contributor adds to one cell; 1 for counts.
    package var sensitivity: Double?
    /// The budget's file beside the spec (JSON: epsilon, delta, spent).
    package var budget: String
  }

  /// τ-ARGUS's description (`.rda`) of a file with fixed columns or without a header.
  package var layout: String?
  package var dimensions: [Dimension]
  /// The column of the figure; a table of frequencies has none.
  package var value: String?
  /// The column that tells how many contribute; `frequency` when left out.
  package var frequency: String?
  /// The columns of the largest contributions, the largest first; `largest_1`, `largest_2`, … when a rule looks at them and nobody says.
  package var largest: [String]?
  /// Of contributors: the column of what each stands for in the population.
  package var weight: String?
  /// Of contributors the column of whom each belongs to; of cells, of who stands alone in each.
  package var holding: String?
  /// Of contributors the column that is not empty, 0 or "no" for those who ask for protection; of cells, of the largest contribution of such.
  package var request: String?
  package var rules: [Rule]?
  /// Codes of cells with what is known of them beforehand, as τ-ARGUS's `.hst`.
  package var apriori: String?
  package var empty: Empty?
  /// Whether the only contributor of a cell is an attacker; yes when left out.
  package var insiders: Bool?
  /// Whether it must be safe from those, too, who take a figure that an earlier release hides, and this one too, for the same when it is; when left out it is where a pattern is found.
  package var guesses: Bool?
  /// Whether a figure is hidden, too, that changed by few since an earlier release; yes when left out.
  package var protectRevisions: Bool?
  /// What is lost with a hidden cell: `value` (as when left out), `frequency`, `cells` (each the same), or a column.
  package var cost: String?
  package var method: Method?
  /// Of rounding.
  package var base: Int?
  package var cellKey: CellKey?
  package var privacy: Privacy?
  /// How often all that was hidden is tried again; when left out twice, above 50,000 cells once.
  package var rounds: Int?

  enum CodingKeys: String, CodingKey {
    case layout, dimensions, value, frequency, largest, weight, holding, request, rules, apriori
    case empty, insiders, guesses, cost, method, base
    case protectRevisions = "protect_revisions"
    case cellKey = "cell_key"
    case privacy, rounds
  }

  /// Whether figures are changed instead of hidden.
  package var changesFigures: Bool { !(method ?? .suppression).hides }

  /// The files that it names.
  package var files: [String] {
    dimensions.compactMap(\.hierarchy)
      + [layout, apriori, cellKey?.table, privacy?.budget].compactMap { $0 }
  }

  package static let keys = [
    "": [
      "layout", "dimensions", "value", "frequency", "largest", "weight", "holding", "request",
      "rules", "apriori", "empty", "insiders", "guesses", "protect_revisions", "cost", "method",
      "base", "cell_key", "privacy", "rounds",
    ],
    "dimensions": ["name", "hierarchy", "total", "safe"],
    "rules": [
      "minimum_frequency", "protection", "dominance", "p_percent", "pq", "empty_cells",
      "full_percent", "along", "request_percent", "only",
    ],
    "cell_key": ["record_key", "table", "most", "variance", "blocked", "stay"],
    "privacy": ["mechanism", "epsilon", "rho", "sensitivity", "budget"],
  ]

  /// Reads and checks a spec.
  ///
  /// - Throws: `DisclosureFileError` that says where the text is none.
  package init(yaml text: String, file: String) throws {
    do {
      self = try CheckedYAML.read(ProtectionSpec.self, from: text, file: file, keys: Self.keys)
    } catch let fault as CheckedYAML.Fault {
      throw DisclosureFileError(fault.message)
    }
    func fail(_ what: String) -> DisclosureFileError { DisclosureFileError("\(file): \(what)") }
    guard !dimensions.isEmpty, dimensions.count <= 8 else {
      throw fail("a table has one to eight dimensions")
    }
    let names = Set(dimensions.map(\.name))
    guard names.count == dimensions.count else { throw fail("two dimensions have one name") }
    let method = method ?? .suppression
    let rules = rules ?? []
    if method.hides || method == .controlledAdjustment, rules.isEmpty, apriori == nil {
      throw fail("there is no rule")
    }
    let checked = try rules.map { try $0.sensitivityRule(file: file) }
    let ranks = checked.map(\.ranks).max() ?? 0
    if largest == nil, ranks > 0 { largest = (1...ranks).map { "largest_\($0)" } }
    guard largest?.count ?? 0 >= ranks else {
      throw fail(
        "a rule looks at the \(ranks) largest contributions; 'largest' names \(largest?.count ?? 0) columns"
      )
    }
    for rule in rules {
      if rule.requestPercent != nil, request == nil {
        throw fail("request_percent needs the column of requests: request")
      }
      for name in Array((rule.only ?? [:]).keys) + [rule.along].compactMap({ $0 })
      where !names.contains(name) {
        throw fail("a rule names '\(name)', which is no dimension")
      }
      if rule.fullPercent != nil || rule.emptyCells != nil, empty != .unknown {
        throw fail("full_percent and empty_cells hide empty cells: they need 'empty: unknown'")
      }
    }
    let needsBase = method == .controlledRounding || method == .smallCountRounding
    for (isGiven, isNeeded, word) in [
      (base != nil, needsBase, "base"), (cellKey != nil, method == .cellKey, "cell_key"),
      (privacy != nil, method == .differentialPrivacy, "privacy"),
    ] where isGiven != isNeeded {
      throw fail("the method \(method.rawValue) \(isNeeded ? "needs" : "has no") '\(word)'")
    }
    if let privacy {
      let amount = privacy.mechanism == .gaussian ? privacy.rho : privacy.epsilon
      guard let amount, amount > 0, amount <= 100,
        (privacy.mechanism == .gaussian ? privacy.epsilon : privacy.rho) == nil
      else { throw fail("gaussian noise has rho, other noise epsilon: above 0, up to 100") }
      guard (privacy.sensitivity ?? 1) > 0, value == nil || privacy.sensitivity != nil else {
        throw fail("noise on amounts needs their sensitivity: the most that one contributor adds")
      }
    }
    if !method.hides, method != .controlledAdjustment, weight != nil || holding != nil {
      throw fail(
        "the method \(method.rawValue) counts each contributor once: no weight, no holding")
    }
    if let rounds, !(0...100).contains(rounds) { throw fail("rounds lie from 0 to 100") }
    if rules.contains(where: {
      ($0.protection ?? 1) > 1 << 40 || ($0.minimumFrequency ?? 1) > 1 << 40
    }) {
      throw fail("a protection or a minimum frequency is too large")
    }
    if holding != nil, value == nil {
      throw fail("holdings are of amounts: a table of counts has none")
    }
    if weight != nil, holding != nil {
      throw fail("a file has weights or holdings, not both: a holding is in no sample")
    }
  }
}
