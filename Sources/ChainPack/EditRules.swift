import InformationModel

/// The editing rules of one contract's rows, and the rows elsewhere that they look at.
package struct EditRules: Sendable {
  package var contract: String
  package var related: [RelatedRows]
  /// How sure a field is: the weight of changing it; 1 when it is not here.
  package var weights: [String: Double]
  /// Fields that no repair may change, besides keys and the mutation columns.
  package var fixed: [String]
  package var rules: [EditRule]
  /// Every variable of the rules, with its meaning.
  package var variables: [RuleVariable]
  /// Where the rules stand in the pack.
  package var source: String

  package func variable(_ name: String) -> RuleVariable? { variables.first { $0.name == name } }
}

/// One editing rule.
package struct EditRule: Sendable {
  package var id: String
  package var condition: RuleExpression
  /// An error must hold: a row that fails it is edited. A warning is counted, and the row stays as it is.
  package var severity: Finding.Severity
  /// In the order in which they are tried.
  package var repairs: [DeductiveRepair]
  /// The field that is marked, and stays as it is, in each row that fails the rule even after editing; nil when rows are not marked.
  package var flag: String?
  package var message: LocalizedText
  package var line: Int?
}

/// A change that undoes one known kind of slip.
package enum DeductiveRepair: String, Sendable, CaseIterable {
  /// Two fields of the same kind stand in each other's place.
  case exchange
  /// Day and month of a date stand in each other's place.
  case dayMonth = "day_month"
  /// One digit wrong, missing, too many, or two neighbours exchanged.
  case typing
  case sign
  /// An amount ten or a hundred times too large or too small.
  case factor
}

/// A variable of a rule and where its value comes from.
package struct RuleVariable: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    /// Whole units of 10^-scale.
    case number(scale: Int)
    /// Days since 1970-01-01; a timestamp counts as its day.
    case date
    case category
  }

  package enum Origin: Sendable, Hashable {
    /// A content column of the row.
    case field
    case related(table: String, column: String)
    case year(of: String)
    case referenceDate
  }

  package var name: String
  package var kind: Kind
  package var origin: Origin
  package var isTimestamp = false
  package var isBoolean = false
}

/// Rows of another file, of a reference table, or the next row of the same file, that a rule may look at.
package struct RelatedRows: Sendable {
  package enum Source: Sendable, Hashable {
    case file(String)
    case reference(String)
    /// The row that follows, among those that are equal in some fields, in the order of others.
    case next(among: [String], order: [String])
  }

  /// What is taken when more than one row is found.
  package enum Take: String, Sendable, CaseIterable {
    case one, min, max, sum
  }

  package var name: String
  package var source: Source
  /// The row's own fields and the columns that must equal them.
  package var on: [(field: String, column: String)]
  package var take: Take
  /// Only the rows of which this holds.
  package var condition: RuleExpression?
}
