import ChainPack
import InformationModel
import Warehouse

/// Finds rows whose key stands in an earlier row of the file, on the codes of the key's columns.
struct KeyCheck {
  /// Per key column and row, a number that is equal for equal values; 0 where there is none.
  let parts: [[UInt64]]
  /// The codes of every delivered column, to tell an exact duplicate from a contradiction.
  let columns: [[UInt32]]

  struct Duplicates {
    /// Row numbers from 1.
    var same: [Int32] = []
    var contradicting: [Int32] = []
  }

  /// The first row of a key is not named; rows that are bad already, or lack a part of the key, are left out.
  func duplicates(isBad: [Bool]) -> Duplicates {
    var found = Duplicates()
    guard !parts.isEmpty else { return found }
    let keys = combined()
    let rowCount = isBad.count
    var mask = 1
    while mask < rowCount * 2 { mask *= 2 }
    mask -= 1
    // Open addressing; a slot holds a row number from 1.
    var slots = [Int32](repeating: 0, count: mask + 1)
    for row in 0..<rowCount where !isBad[row] && keys[row] != 0 {
      var slot = Int(truncatingIfNeeded: (keys[row] &* 0x9E37_79B9_7F4A_7C15) >> 20) & mask
      while slots[slot] != 0, keys[Int(slots[slot]) - 1] != keys[row] { slot = (slot + 1) & mask }
      if slots[slot] == 0 {
        slots[slot] = Int32(row) + 1
      } else {
        let first = Int(slots[slot]) - 1
        if columns.allSatisfy({ $0[first] == $0[row] }) {
          found.same.append(Int32(row) + 1)
        } else {
          found.contradicting.append(Int32(row) + 1)
        }
      }
    }
    return found
  }

  /// One number per row for the whole key: the parts side by side when they fit in 64 bits, else numbered pair by pair.
  private func combined() -> [UInt64] {
    let widths = parts.map { 64 - ($0.max() ?? 0).leadingZeroBitCount }
    var keys = parts[0]
    if widths.reduce(0, +) <= 64 {
      for (part, width) in zip(parts, widths).dropFirst() {
        for row in keys.indices {
          keys[row] = keys[row] == 0 || part[row] == 0 ? 0 : keys[row] << UInt64(width) | part[row]
        }
      }
      return keys
    }
    struct Pair: Hashable {
      var left: UInt64
      var right: UInt64
    }
    for part in parts.dropFirst() {
      var numbers: [Pair: UInt64] = [:]
      for row in keys.indices {
        guard keys[row] != 0, part[row] != 0 else {
          keys[row] = 0
          continue
        }
        let pair = Pair(left: keys[row], right: part[row])
        let number = numbers[pair] ?? UInt64(numbers.count + 1)
        numbers[pair] = number
        keys[row] = number
      }
    }
    return keys
  }
}

extension RowChecks {
  /// Reports rows whose key was there before and sends them to quarantine.
  func checkKey(_ text: DeliveredText, outcome: inout Outcome) {
    guard !contract.key.isEmpty else { return }
    let parts = contract.key.compactMap { name -> [UInt64]? in
      guard let column = contract.column(name) else { return nil }
      if let identifier = outcome.checked.identifiers.first(where: {
        $0.contentName == column.contentName
      }) {
        return identifier.codes.map { UInt64($0) }
      }
      guard
        let content = outcome.checked.content.first(where: { $0.name == column.contentName })
      else { return nil }
      // `7` and `07` are one number, `7-3-2023` and `07-03-2023` one date.
      let values: [Int64]
      switch content.values {
      case .integers(let numbers), .decimals(let numbers, _), .timestamps(let numbers):
        values = numbers
      case .dates(let days): values = days.map { Int64($0) }
      case .texts, .booleans:
        return content.codes.map { content.isNull[Int($0)] ? 0 : UInt64($0) }
      }
      // The sign goes last, so that small numbers stay small.
      return content.codes.map {
        let value = values[Int($0)]
        return content.isNull[Int($0)] ? 0 : UInt64(bitPattern: value << 1 ^ value >> 63) &+ 1
      }
    }
    guard parts.count == contract.key.count else { return }
    let duplicates = KeyCheck(
      parts: parts, columns: text.columns.compactMap { $0?.codes }
    ).duplicates(isBad: outcome.isBad)
    for (rows, rule, message) in [
      (duplicates.same, "duplicate", "the same row stands there before"),
      (duplicates.contradicting, "key", "another row with this key stands there before"),
    ] where !rows.isEmpty {
      outcome.findings.append(
        FindingGroup(
          severity: .error, rule: rule, file: file, column: contract.key.joined(separator: ", "),
          message: message, rows: rows))
      for row in rows { outcome.isBad[Int(row) - 1] = true }
    }
  }
}
