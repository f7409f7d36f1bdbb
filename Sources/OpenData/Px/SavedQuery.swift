import Foundation
import InformationModel

/// A query that somebody wants to come back to: its id holds all of it, so that nothing is kept.
///
/// Values stay as they were written: `TOP(3)` is the newest three of whichever release is asked.
struct SavedQuery: Sendable, Equatable {
  let table: String
  let language: Language
  /// In its canonical spelling, so that the same query has the same id.
  let query: PxQuery
  let format: PxFormat

  /// An id is a part of an address, and addresses are sent by mail.
  static let longestID = 6_000
  /// Of the notation; ids of another one begin with another letter.
  private static let version: Character = "a"
  private static let recordMark: Character = "\u{1E}"
  private static let fieldMark: Character = "\u{1F}"

  /// - Throws: `PxFault` when the query is too long for an id, or holds characters that no code has.
  init(
    table: String, language: Language, query: PxQuery, format: PxFormat
  ) throws(PxFault) {
    (self.table, self.language) = (table, language)
    (self.query, self.format) = (query, format)
    let isPlain = records.allSatisfy { record in
      record.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } }
    }
    guard isPlain else { throw PxFault(400, "a query may not hold control characters") }
    guard id.count <= Self.longestID else {
      throw PxFault(
        400, "the query is too long to be saved; choose values with *, TOP or RANGE, or a code list"
      )
    }
  }

  // MARK: Notation

  private var records: [[String]] {
    [
      [table, language.rawValue, format.kind.rawValue] + format.parameters, query.heading,
      query.stub,
    ] + query.selections.map { [$0.variable, $0.list ?? ""] + $0.values }
  }

  /// A letter for the notation; then a sum of the text and the text itself in base64 for addresses (RFC 4648, 5).
  var id: String {
    let text = records.map { $0.joined(separator: String(Self.fieldMark)) }
      .joined(separator: String(Self.recordMark))
    return String(Self.version)
      + Data(Self.sum(text) + Array(text.utf8)).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Nil for anything that is not an id as it was given.
  init?(id: String) {
    guard id.count <= Self.longestID, id.first == Self.version else { return nil }
    let letters = String(id.dropFirst()).replacing("-", with: "+").replacing("_", with: "/")
    let padding = String(repeating: "=", count: (4 - letters.count % 4) % 4)
    guard let data = Data(base64Encoded: letters + padding), data.count > Self.sumLength,
      let text = String(validating: data.dropFirst(Self.sumLength), as: UTF8.self),
      Self.sum(text) == Array(data.prefix(Self.sumLength))
    else { return nil }
    let records = text.split(separator: Self.recordMark, omittingEmptySubsequences: false).map {
      $0.split(separator: Self.fieldMark, omittingEmptySubsequences: false).map(String.init)
    }
    guard records.count >= 3, records[0].count >= 3,
      let language = Language(rawValue: records[0][1]),
      let format = try? PxFormat(records[0][2], parameters: Array(records[0].dropFirst(3)))
    else { return nil }
    var query = PxQuery()
    query.heading = records[1].filter { !$0.isEmpty }
    query.stub = records[2].filter { !$0.isEmpty }
    for record in records.dropFirst(3) {
      guard record.count >= 2 else { return nil }
      query.add(Array(record.dropFirst(2)), to: record[0], list: record[1])
    }
    guard
      let saved = try? SavedQuery(
        table: records[0][0], language: language, query: query, format: format), saved.id == id
    else { return nil }
    self = saved
  }

  private static let sumLength = 4

  /// Tells a letter that was lost or changed on the way; no protection against anyone (FNV-1a, 32 bits).
  private static func sum(_ text: String) -> [UInt8] {
    var sum: UInt32 = 0x811c_9dc5
    for byte in text.utf8 { sum = (sum ^ UInt32(byte)) &* 0x0100_0193 }
    return (0..<sumLength).map { UInt8(truncatingIfNeeded: sum >> (8 * UInt32($0))) }
  }
}

/// What a POST brings to be saved.
struct SavedQueryBody: Decodable {
  var tableId: String
  var language: String?
  var selection: PxBody?
  var outputFormat: String?
  var outputFormatParams: [String]?
}
