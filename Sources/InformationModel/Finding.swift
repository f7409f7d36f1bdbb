/// Something noticed in a delivery, a pack or a table: a value, not an error. It never holds an identifying value.
package struct Finding: Sendable, Hashable, Codable {
  package enum Severity: String, Sendable, Codable, Comparable {
    /// Worth knowing; nothing was changed.
    case note
    /// The value or row goes on, flagged.
    case warning
    /// The row goes to quarantine.
    case error

    private var rank: Int {
      switch self {
      case .note: 0
      case .warning: 1
      case .error: 2
      }
    }

    package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
  }

  package var severity: Severity
  /// The rule that found it: `required`, `type`, `code-list`, or the id of a check in the contract.
  package var rule: String
  /// The file as delivered, or a file of the pack.
  package var file: String
  /// Number of the row in the file, from 1, header lines not counted; nil when it is about the file.
  package var row: Int?
  package var column: String?
  /// What kind of value stood there (`digits(9)`, `letters(6)`, `empty`), never the value.
  package var valueClass: String?
  /// What is wrong and what would be right.
  package var message: String

  package init(
    severity: Severity, rule: String, file: String, row: Int? = nil, column: String? = nil,
    valueClass: String? = nil, message: String
  ) {
    self.severity = severity
    self.rule = rule
    self.file = file
    self.row = row
    self.column = column
    self.valueClass = valueClass
    self.message = message
  }
}
