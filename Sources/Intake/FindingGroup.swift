import InformationModel

/// Rows of a file in which one rule found one kind of value: thousands of equal findings in one value.
package struct FindingGroup: Sendable, Hashable, Codable {
  package var severity: Finding.Severity
  package var rule: String
  package var file: String
  /// The contract of the rows, as `organisation.id`; empty until it is known.
  package var contract = ""
  package var column: String?
  package var valueClass: String?
  package var message: String
  /// Numbers of the rows among those of their contract in the file, from 1, ascending; empty when it is about the file.
  package var rows: [Int32]

  package init(
    severity: Finding.Severity, rule: String, file: String, column: String? = nil,
    valueClass: String? = nil, message: String, rows: [Int32] = []
  ) {
    self.severity = severity
    self.rule = rule
    self.file = file
    self.column = column
    self.valueClass = valueClass
    self.message = message
    self.rows = rows
  }

  /// One finding per row.
  package var findings: [Finding] {
    let rows: [Int?] = rows.isEmpty ? [nil] : rows.map { Int($0) }
    return rows.map {
      Finding(
        severity: severity, rule: rule, file: file, row: $0, column: column,
        valueClass: valueClass, message: message)
    }
  }
}

/// What kind of value stood somewhere, told without the value.
package func valueClass(of value: some Collection<UInt8>) -> String {
  if value.isEmpty { return "empty" }
  var digits = 0
  var letters = 0
  var other = 0
  for byte in value {
    switch byte {
    case 0x30...0x39: digits += 1
    case 0x41...0x5A, 0x61...0x7A, 0x80...: letters += 1
    default: other += 1
    }
  }
  let size = value.count > 12 ? "long" : "\(value.count)"
  switch (digits > 0, letters > 0, other > 0) {
  case (true, false, false): return "digits(\(size))"
  case (false, true, false): return "letters(\(size))"
  case (true, false, true): return "digits and signs(\(size))"
  case (false, false, true): return "signs(\(size))"
  default: return "mixed(\(size))"
  }
}
