import ChainPack
import Foundation
import Yams

/// How two records are compared and what agreement is worth: what `keten linkage files --model` reads and writes.
package struct LinkageModel: Sendable, Codable {
  /// Column that names a record.
  package var id: String
  /// Pairs are made of records that any of these rules brings together.
  package var blocking: [BlockingRule]
  package var comparisons: [Comparison]
  /// What two records of one person cannot have.
  package var cannot: [Exclusion]
  package var prior: Prior
  /// 2: the same or not; 3: also one household or family.
  package var classes: Int
  /// Links have at least this probability.
  package var threshold: Double

  /// One thing that is compared.
  package struct Comparison: Sendable, Codable {
    package var name: String
    /// SQL expressions over the columns of a file; most comparisons have one.
    package var columns: [String]
    package var form: ValueForm
    /// From the strongest agreement down, without `else`, which is what is left.
    package var levels: [String]
    /// Rare values that are equal say more than common ones.
    package var termFrequency: Bool
    /// 0 leaves frequencies out, 1 takes them fully.
    package var damping: Double
    /// No value counts as rarer than this share of records.
    package var minimumFrequency: Double
    /// People of one household or family agree on it more often than others.
    package var sharedInFamily: Bool
    /// What stands between the parts of a value that is a list.
    package var separator: String
    /// Probabilities of the levels and of `else` among pairs of one class; empty before estimation.
    package var same: [Double]
    package var family: [Double]
    package var unrelated: [Double]

    enum CodingKeys: String, CodingKey {
      case name, columns, form, levels, damping, separator, same, family, unrelated
      case termFrequency = "term_frequency"
      case minimumFrequency = "minimum_frequency"
      case sharedInFamily = "shared_in_family"
    }

    package init(
      name: String, columns: [String], form: ValueForm = .text, levels: [String],
      termFrequency: Bool = false, sharedInFamily: Bool = false
    ) {
      self.name = name
      self.columns = columns
      self.form = form
      self.levels = levels
      self.termFrequency = termFrequency
      self.sharedInFamily = sharedInFamily
      damping = 1
      minimumFrequency = 0
      separator = " "
      same = []
      family = []
      unrelated = []
    }

    package init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      name = try values.decode(String.self, forKey: .name)
      columns = try values.decodeIfPresent([String].self, forKey: .columns) ?? [name]
      form = try values.decodeIfPresent(ValueForm.self, forKey: .form) ?? .text
      levels = try values.decode([String].self, forKey: .levels)
      termFrequency = try values.decodeIfPresent(Bool.self, forKey: .termFrequency) ?? false
      damping = try values.decodeIfPresent(Double.self, forKey: .damping) ?? 1
      minimumFrequency = try values.decodeIfPresent(Double.self, forKey: .minimumFrequency) ?? 0
      sharedInFamily = try values.decodeIfPresent(Bool.self, forKey: .sharedInFamily) ?? false
      separator = try values.decodeIfPresent(String.self, forKey: .separator) ?? " "
      same = try values.decodeIfPresent([Double].self, forKey: .same) ?? []
      family = try values.decodeIfPresent([Double].self, forKey: .family) ?? []
      unrelated = try values.decodeIfPresent([Double].self, forKey: .unrelated) ?? []
    }
  }

  /// A pair that passes this is no link, whatever else agrees.
  package struct Exclusion: Sendable, Codable {
    package var name: String
    package var columns: [String]
    package var form: ValueForm
    /// A level of agreement, as in a comparison.
    package var when: String

    package init(name: String, columns: [String], form: ValueForm = .text, when: String) {
      self.name = name
      self.columns = columns
      self.form = form
      self.when = when
    }

    package init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      name = try values.decode(String.self, forKey: .name)
      columns = try values.decodeIfPresent([String].self, forKey: .columns) ?? [name]
      form = try values.decodeIfPresent(ValueForm.self, forKey: .form) ?? .text
      when = try values.decode(String.self, forKey: .when)
    }

    /// The same as a comparison of one level.
    var comparison: Comparison {
      Comparison(name: name, columns: columns, form: form, levels: [when])
    }
  }

  /// How often two records are of one person, before anything is compared.
  package struct Prior: Sendable, Codable {
    /// Rules whose pairs are one person nearly always.
    package var deterministic: [[String]]
    /// The share of all true pairs that these rules find.
    package var recall: Double
    /// Of all pairs; nil before estimation.
    package var same: Double?
    package var family: Double?

    package init(
      deterministic: [[String]] = [], recall: Double = 0.8, same: Double? = nil,
      family: Double? = nil
    ) {
      self.deterministic = deterministic
      self.recall = recall
      self.same = same
      self.family = family
    }

    package init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      deterministic = try values.decodeIfPresent([[String]].self, forKey: .deterministic) ?? []
      recall = try values.decodeIfPresent(Double.self, forKey: .recall) ?? 0.8
      same = try values.decodeIfPresent(Double.self, forKey: .same)
      family = try values.decodeIfPresent(Double.self, forKey: .family)
    }
  }

  package init(
    id: String, blocking: [BlockingRule], comparisons: [Comparison], cannot: [Exclusion] = [],
    prior: Prior = Prior(), classes: Int = 3, threshold: Double = 0.5
  ) {
    self.id = id
    self.blocking = blocking
    self.comparisons = comparisons
    self.cannot = cannot
    self.prior = prior
    self.classes = classes
    self.threshold = threshold
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    id = try values.decode(String.self, forKey: .id)
    blocking = try values.decode([BlockingRule].self, forKey: .blocking)
    comparisons = try values.decode([Comparison].self, forKey: .comparisons)
    cannot = try values.decodeIfPresent([Exclusion].self, forKey: .cannot) ?? []
    prior = try values.decodeIfPresent(Prior.self, forKey: .prior) ?? Prior()
    classes = try values.decodeIfPresent(Int.self, forKey: .classes) ?? 3
    threshold = try values.decodeIfPresent(Double.self, forKey: .threshold) ?? 0.5
  }

  /// Whether there is a class of pairs of one household or family: something must tell them from unrelated ones.
  package var hasFamilies: Bool { classes == 3 && comparisons.contains(where: \.sharedInFamily) }

  /// Whether a rule asks for no more than what families share. Where it asks for more, relatives are hardly among its pairs.
  func isOfFamilies(_ rule: BlockingRule) -> Bool {
    hasFamilies
      && comparisons.allSatisfy { $0.sharedInFamily || !$0.isSpokenOf(in: rule.expressions) }
  }

  /// Whether every probability is there, so that nothing needs to be estimated.
  package var isEstimated: Bool {
    prior.same != nil
      && comparisons.allSatisfy {
        $0.same.count == $0.levels.count + 1 && $0.unrelated.count == $0.levels.count + 1
      }
  }

  // MARK: YAML

  /// What may stand where; `docs/linkage-model.schema.json` says the same to other programs.
  package static let keys: [String: [String]] = [
    "": ["id", "blocking", "comparisons", "cannot", "prior", "classes", "threshold"],
    "blocking": ["equal", "each", "separator", "sorted", "window"],
    "cannot": ["name", "columns", "form", "when"],
    "comparisons": [
      "name", "columns", "form", "levels", "term_frequency", "damping", "minimum_frequency",
      "shared_in_family", "separator", "same", "family", "unrelated",
    ],
    "prior": ["deterministic", "recall", "same", "family"],
  ]

  /// Reads and checks a model.
  ///
  /// - Throws: `LinkageError` that says where the text is no model.
  package init(yaml text: String, file: String) throws {
    do {
      self = try CheckedYAML.read(LinkageModel.self, from: text, file: file, keys: Self.keys)
    } catch let fault as CheckedYAML.Fault {
      throw LinkageError(fault.message)
    }
    do { try validate() } catch let error as LinkageError {
      throw LinkageError("\(file): \(error)")
    }
  }

  /// What can be said without the records.
  package func validate() throws {
    guard !comparisons.isEmpty else { throw LinkageError("there are no comparisons") }
    guard classes == 2 || classes == 3 else { throw LinkageError("classes must be 2 or 3") }
    guard (0...1).contains(threshold) else { throw LinkageError("threshold must lie in 0...1") }
    guard prior.recall > 0, prior.recall <= 1 else {
      throw LinkageError("prior: recall must be above 0 and at most 1")
    }
    var names = Set<String>()
    for comparison in comparisons {
      guard names.insert(comparison.name).inserted else {
        throw LinkageError("two comparisons are called '\(comparison.name)'")
      }
      guard !comparison.columns.isEmpty, !comparison.levels.isEmpty else {
        throw LinkageError("comparison '\(comparison.name)' needs columns and levels")
      }
      // A level and what is not known of it share a byte.
      guard comparison.levels.count <= 100 else {
        throw LinkageError("comparison '\(comparison.name)' has more than 100 levels")
      }
      for level in comparison.levels {
        _ = try ComparisonLevel(level, columns: comparison.columns, comparison: comparison.name)
      }
      for (what, values) in [
        ("same", comparison.same), ("family", comparison.family),
        ("unrelated", comparison.unrelated),
      ] where !values.isEmpty {
        guard values.count == comparison.levels.count + 1 else {
          throw LinkageError(
            "comparison '\(comparison.name)': \(what) needs \(comparison.levels.count + 1) probabilities, one a level and one for the rest"
          )
        }
        guard values.allSatisfy({ $0 >= 0 && $0 <= 1 }), abs(values.reduce(0, +) - 1) < 0.01 else {
          throw LinkageError("comparison '\(comparison.name)': \(what) must add up to 1")
        }
      }
    }
    for exclusion in cannot {
      _ = try ComparisonLevel(
        exclusion.when, columns: exclusion.columns, comparison: exclusion.name)
    }
    for rule in blocking { try rule.validate() }
  }

  package func yaml() throws -> String {
    let encoder = YAMLEncoder()
    encoder.options.width = -1
    encoder.options.allowUnicode = true
    // Numbers as people write them.
    return try encoder.encode(self).replacing(/-?\d(?:\.\d+)?e[+-]\d+/) { match in
      let number = Double(match.output) ?? 0
      return number == number.rounded() && abs(number) < 1e6
        ? String(Int(number)) : String(format: number < 1e-4 ? "%.6e" : "%.8f", number)
    }
  }
}
