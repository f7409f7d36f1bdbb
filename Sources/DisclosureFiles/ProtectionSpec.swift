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
  }

  /// One rule; exactly one of its words is given, and `protection` with the first.
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

    enum CodingKeys: String, CodingKey {
      case minimumFrequency = "minimum_frequency"
      case protection, dominance
      case pPercent = "p_percent"
      case pq
    }

    /// What a report calls it.
    package var name: String {
      if let minimumFrequency { return "minimum_frequency \(minimumFrequency)" }
      if let dominance { return "dominance \(dominance.map { "\($0)" }.joined(separator: ", "))" }
      if let pPercent { return "p_percent \(pPercent)" }
      return "pq \((pq ?? []).map { "\($0)" }.joined(separator: ", "))"
    }

    func sensitivityRule(file: String) throws -> SensitivityRule {
      let given = [minimumFrequency != nil, dominance != nil, pPercent != nil, pq != nil]
      guard given.count(where: { $0 }) == 1 else {
        throw DisclosureFileError(
          "\(file): a rule has one of minimum_frequency, dominance, p_percent and pq")
      }
      func fail(_ what: String) -> DisclosureFileError { DisclosureFileError("\(file): \(what)") }
      if protection != nil, minimumFrequency == nil {
        throw fail("only minimum_frequency takes a protection; the other rules compute theirs")
      }
      if let minimumFrequency {
        let protection = protection ?? 1
        guard minimumFrequency > 0, protection > 0 else {
          throw fail("minimum_frequency and protection are at least 1")
        }
        return .minimumFrequency(threshold: minimumFrequency, protection: protection)
      }
      if let dominance {
        guard dominance.count == 2, dominance[0] >= 1, dominance[0] == dominance[0].rounded(),
          dominance[0] <= 100, dominance[1] > 0, dominance[1] <= 100
        else { throw fail("dominance is [n, k]: a whole number of contributors and a percentage") }
        return .dominance(count: Int(dominance[0]), percent: dominance[1])
      }
      if let pPercent {
        guard pPercent > 0, pPercent <= 100 else { throw fail("p_percent lies above 0, up to 100") }
        return .percentOfLargest(percent: pPercent)
      }
      guard let pq, pq.count == 2, pq[0] > 0, pq[1] > pq[0], pq[1] <= 100 else {
        throw fail("pq is [p, q], with p below q, and q at most 100")
      }
      return .priorPosterior(percent: pq[0], prior: pq[1])
    }
  }

  package var dimensions: [Dimension]
  /// The column of the figure; a table of frequencies has none.
  package var value: String?
  /// The column that tells how many contribute; `frequency` when left out.
  package var frequency: String?
  /// The columns of the largest contributions, the largest first.
  package var largest: [String]?
  package var rules: [Rule]
  /// What is lost with a hidden cell: `value` (as when left out), `frequency`, `cells` (each the same), or a column.
  package var cost: String?
  /// How often all that was hidden is tried again; when left out twice, above 50,000 cells once.
  package var rounds: Int?

  package static let keys = [
    "": ["dimensions", "value", "frequency", "largest", "rules", "cost", "rounds"],
    "dimensions": ["name", "hierarchy", "total"],
    "rules": ["minimum_frequency", "protection", "dominance", "p_percent", "pq"],
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
    guard !dimensions.isEmpty, dimensions.count <= 8 else {
      throw DisclosureFileError("\(file): a table has one to eight dimensions")
    }
    guard Set(dimensions.map(\.name)).count == dimensions.count else {
      throw DisclosureFileError("\(file): two dimensions have one name")
    }
    guard !rules.isEmpty else { throw DisclosureFileError("\(file): there is no rule") }
    let ranks = try sensitivityRules(file: file).map(\.ranks).max() ?? 0
    guard largest?.count ?? 0 >= ranks else {
      throw DisclosureFileError(
        "\(file): a rule looks at the \(ranks) largest contributions; 'largest' names \(largest?.count ?? 0) columns"
      )
    }
  }

  func sensitivityRules(file: String) throws -> [SensitivityRule] {
    try rules.map { try $0.sensitivityRule(file: file) }
  }
}
