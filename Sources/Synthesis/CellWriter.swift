import ChainPack
import InformationModel

/// Writes one column's values as the contract says, in UTF-8 and without quotes.
final class CellWriter {
  enum Kind {
    case text
    case integer
    case decimal(scale: Int)
    case date
    case timestamp
    case boolean
    case mutation
    case mutationDate
    case mutationTime
  }

  let column: Contract.Column
  let kind: Kind
  /// Number of the column in a chunk; -1 for the mutation columns, which no chunk holds.
  let source: Int
  let dates: DateWriter?
  /// Numbers whose sum stands in the manifest.
  let isTotalled: Bool
  let decimalMark: UInt8
  let trueText: [UInt8]
  let falseText: [UInt8]
  private let mutations: [[UInt8]]
  let scale: Int
  /// Only a text can hold a separator or a quote.
  let isText: Bool

  init(_ column: Contract.Column, of contract: Contract, source: Int) throws {
    self.column = column
    self.source = source
    let format = contract.format
    decimalMark = format.decimalMark
    trueText = Array(format.trueText.utf8)
    falseText = Array(format.falseText.utf8)
    mutations =
      (contract.mutation.map { [$0.new, $0.changed, $0.withdrawn] } ?? []).map { Array($0.utf8) }
    var pattern = column.dateFormat ?? format.date
    if column.name == contract.mutation?.column {
      kind = .mutation
    } else if column.name == contract.mutation?.at {
      kind = column.type == .timestamp ? .mutationTime : .mutationDate
      if column.type == .timestamp { pattern = column.dateFormat ?? format.timestamp }
    } else {
      switch column.type {
      case .text: kind = .text
      case .integer: kind = .integer
      case .decimal(let scale): kind = .decimal(scale: scale)
      case .date, .partialdate: kind = .date
      case .timestamp:
        kind = .timestamp
        pattern = column.dateFormat ?? format.timestamp
      case .boolean: kind = .boolean
      }
    }
    guard let dates = DateWriter(pattern) else {
      throw SynthesisError("\(contract.source): '\(pattern)' is no date pattern")
    }
    self.dates = dates
    var scale = 0
    var isText = false
    var isNumber = false
    switch kind {
    case .text: isText = true
    case .integer: isNumber = true
    case .decimal(let decimals):
      isNumber = true
      scale = decimals
    default: break
    }
    self.scale = scale
    self.isText = isText
    isTotalled = isNumber && column.role == .content
  }

  static let microsecondsPerDay: Int64 = 86_400_000_000

  @inline(__always)
  func isNull(_ chunk: Chunk, _ row: Int) -> Bool {
    source >= 0 && chunk.columns[source].isNull(row)
  }

  /// Appends the value of a row; there must be one.
  func append(_ chunk: Chunk, _ row: Int, mutation: Int, known: Int32, to buffer: ByteBuffer) {
    switch kind {
    case .text: buffer.append(chunk.columns[source].text(row))
    case .integer: buffer.append(number: chunk.columns[source].int64(row))
    case .decimal(let scale):
      buffer.append(decimal: chunk.columns[source].int64(row), scale: scale, mark: decimalMark)
    case .date: dates?.write(days: chunk.columns[source].int32(row), to: buffer)
    case .timestamp:
      let (days, seconds) = Self.parts(ofTimestamp: chunk.columns[source].int64(row))
      dates?.write(days: days, seconds: seconds, to: buffer)
    case .boolean: buffer.append(chunk.columns[source].boolean(row) ? trueText : falseText)
    case .mutation: buffer.append(mutations[mutation])
    case .mutationDate, .mutationTime: dates?.write(days: known, to: buffer)
    }
  }

  static func parts(ofTimestamp micros: Int64) -> (days: Int32, seconds: Int) {
    var days = micros / microsecondsPerDay
    if micros % microsecondsPerDay < 0 { days -= 1 }
    return (Int32(days), Int((micros - days * microsecondsPerDay) / 1_000_000))
  }

  /// The day and second of a date or timestamp column.
  func moment(_ chunk: Chunk, _ row: Int) -> (days: Int32, seconds: Int)? {
    guard !isNull(chunk, row) else { return nil }
    switch kind {
    case .date: return (chunk.columns[source].int32(row), 0)
    case .timestamp: return Self.parts(ofTimestamp: chunk.columns[source].int64(row))
    default: return nil
    }
  }

  /// The unscaled number that a written value stands for.
  func unscaled(_ text: [UInt8]) -> Int64? {
    var value: Int64 = 0
    var digits = 0
    var decimals = -1
    for (position, byte) in text.enumerated() {
      switch byte {
      case 0x2D where position == 0: continue
      case 0x30...0x39:
        guard digits < 18 else { return nil }
        value = value * 10 + Int64(byte - 0x30)
        digits += 1
        if decimals >= 0 { decimals += 1 }
      case decimalMark where decimals < 0 && scale > 0: decimals = 0
      default: return nil
      }
    }
    guard digits > 0, max(0, decimals) <= scale else { return nil }
    for _ in max(0, decimals)..<scale { value *= 10 }
    return text.first == 0x2D ? -value : value
  }

  /// An exact decimal text of an unscaled sum.
  func text(ofTotal total: Int64) -> String {
    let buffer = ByteBuffer(capacity: 32)
    buffer.append(decimal: total, scale: scale, mark: 0x2E)
    return String(decoding: buffer.view, as: UTF8.self)
  }
}
