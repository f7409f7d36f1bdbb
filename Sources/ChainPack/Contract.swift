import InformationModel

/// What an organisation and the alliance agreed about one delivered file.
package struct Contract: Sendable {
  package var organisation: String
  package var id: String
  /// File name in a delivery, without compression; with a content column in braces there is a file for each value of that column.
  package var file: String
  package var version: String
  package var title: LocalizedText
  package var format: FileFormat
  /// Names of columns as delivered.
  package var key: [String]
  package var mutation: Mutation?
  package var rhythm: Rhythm
  /// Largest share of rows that may go to quarantine before the delivery is refused whole.
  package var quarantineThreshold: Double
  package var columns: [Column]
  package var checks: [Check]
  package var references: [Reference]
  /// Where the contract stands in the pack.
  package var source: String

  /// `organisation.id`, as the rest of the pack names it.
  package var name: String { "\(organisation).\(id)" }

  package func column(_ delivered: String) -> Column? { columns.first { $0.name == delivered } }

  /// The files of a delivery that may hold rows of this contract, in the order in which their rows are numbered; `part` is the value of
  /// `partColumn` of all rows in it.
  package var files: [(name: String, part: String?)] {
    guard let field = partField else { return [(file, nil)] }
    return (partColumn?.values ?? []).map { value in
      (name: file.replacing("{\(field)}", with: value), part: value)
    }.sorted { $0.name < $1.name }
  }

  /// The column that says in which of several files a row stands; nil when there is one file.
  package var partColumn: Column? {
    partField.flatMap { field in columns.first { $0.contentName == field } }
  }

  /// What stands in braces in the name of the file.
  package var partField: String? {
    guard let start = file.firstIndex(of: "{"), let end = file[start...].firstIndex(of: "}") else {
      return nil
    }
    return String(file[file.index(after: start)..<end])
  }

  package enum Rhythm: String, Sendable, CaseIterable {
    case month, quarter, year, once
  }

  /// How a row says that it is new, changed or withdrawn.
  package struct Mutation: Sendable {
    package var column: String
    package var new: String
    package var changed: String
    package var withdrawn: String
    package var at: String?
  }

  package enum Role: String, Sendable, CaseIterable {
    case key, identity, content, freetext, ignore
  }

  package enum ColumnType: Sendable, Hashable {
    case text, integer, date, timestamp, boolean, partialdate
    case decimal(scale: Int)

    package init?(_ name: String) {
      switch name {
      case "text": self = .text
      case "integer": self = .integer
      case "date": self = .date
      case "timestamp": self = .timestamp
      case "boolean": self = .boolean
      case "partialdate": self = .partialdate
      default:
        guard name.hasPrefix("decimal("), name.hasSuffix(")"),
          let scale = Int(name.dropFirst(8).dropLast()), (0...6).contains(scale)
        else { return nil }
        self = .decimal(scale: scale)
      }
    }
  }

  package struct Column: Sendable {
    package var name: String
    /// Name in the content zone.
    package var contentName: String
    package var type: ColumnType
    package var role: Role
    package var required: Bool
    /// What happens to a row with a wrong value here.
    package var severity: Finding.Severity
    package var maximumLength: Int?
    package var identifier: String?
    package var completion: Completion?
    /// Name of the organisation's code list.
    package var codes: String?
    package var concept: ConceptColumn?
    package var values: [String]?
    package var minimum: Bound?
    package var maximum: Bound?
    package var keepYear: String?
    package var dateFormat: String?

    /// The value, or its pseudonym, enters content.
    package var entersContent: Bool {
      switch role {
      case .key, .content: true
      case .identity: identifier != nil
      case .freetext, .ignore: false
      }
    }

    /// The value as delivered enters the identity zone.
    package var entersIdentity: Bool { role == .identity || identifier != nil }
  }

  package struct ConceptColumn: Sendable {
    package var scheme: String
    package var contentName: String
    /// Delivered name of the date column at which the mapping must be valid.
    package var validAt: String?
  }

  /// Where a field that a notation may lack is found: in another column of the row, by a table.
  package struct Completion: Sendable {
    package var field: UInt8
    package var fromColumn: String
    package var part: UInt8
    package var table: String
  }

  package enum Bound: Sendable, Hashable {
    case number(Double)
    case date(CalendarDate)
    /// The delivery's reference date.
    case reference
  }

  package struct Check: Sendable {
    package var id: String
    package var expectation: String
    package var severity: Finding.Severity
    package var message: LocalizedText
  }

  package struct Reference: Sendable {
    package var columns: [String]
    /// Contract of the same organisation whose key these columns must match.
    package var target: String
    package var severity: Finding.Severity
  }
}

/// How the bytes of a file are to be read, and written by the generator.
package struct FileFormat: Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case delimited, fixed, jsonl, xml
  }
  package enum Encoding: String, Sendable, CaseIterable {
    case utf8 = "utf-8"
    case windows1252 = "windows-1252"
    case latin1 = "iso-8859-1"
    case utf16 = "utf-16le"
  }
  package enum Quoting: String, Sendable, CaseIterable {
    case minimal, all
  }
  package enum Newline: String, Sendable, CaseIterable {
    case lf, crlf
  }

  package var kind: Kind
  package var separator: UInt8
  package var encoding: Encoding
  package var byteOrderMark: Bool
  package var quote: UInt8?
  package var quoting: Quoting
  package var newline: Newline
  package var headerLines: Int
  package var date: String
  package var timestamp: String
  package var decimalMark: UInt8
  package var trueText: String
  package var falseText: String
  /// Fixed width only: columns start and length, from 1, by delivered name.
  package var positions: [String: (start: Int, length: Int)]
  /// Fixed width only: every line has exactly so many positions; nil when longer lines will do.
  package var lineLength: Int?
  /// Which records of the file are rows: of a fixed file those that begin so, nil for all; of XML the names of the elements from the
  /// root down to the record, with slashes.
  package var record: String?
  /// Fixed width only: the line at the end that counts the records.
  package var trailer: Trailer?
  /// XML only: the namespace of all elements; nil for none.
  package var namespace: String?

  /// The last line of a file with records of several kinds.
  package struct Trailer: Sendable, Equatable {
    /// What the line begins with.
    package var mark: String
    /// By record: where the number of such records stands, from 1.
    package var counts: [String: Position]

    package struct Position: Sendable, Equatable {
      package var start: Int
      package var length: Int
    }
  }

  /// The names of the elements from the root of an XML document down to a record.
  package var recordPath: [String] {
    kind == .xml ? (record ?? "").split(separator: "/").map(String.init) : []
  }
}

/// Where a value of an XML record stands.
///
/// `@nr` is an attribute of the record, `dossier@nr` one of an element around it, `onderzoek/thema` the text of an element in it,
/// `onderzoek/thema@code` an attribute there.
package struct XMLPlace: Sendable, Equatable {
  /// How many elements up from the record; 0 is the record itself.
  package var up: Int
  package var elements: [String]
  package var attribute: String?

  /// - Parameters:
  ///   - name: the column as the contract names it.
  ///   - record: the elements from the root down to the record.
  package init(_ name: String, in record: [String]) {
    let parts = name.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    elements = parts[0].split(separator: "/").map(String.init)
    attribute = parts.count == 2 ? String(parts[1]) : nil
    up = 0
    if attribute != nil, elements.count == 1,
      let place = record.dropLast().lastIndex(of: elements[0])
    {
      up = record.count - 1 - place
      elements = []
    }
  }
}
