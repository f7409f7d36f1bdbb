import DisclosureControl
import Foundation

/// Cells and the equations between them in the JJ format, in which τ-ARGUS, sdcTable and the collections of test problems give them
/// (τ-ARGUS manual 4.1; Castro, *CSPLIB*): numbers between spaces, first 0, how many cells; for each its number, value, cost, status, what the attacker
/// knows anyway as least and most, and how far he must stay below and above; then how many equations, and for each what it
/// adds up to, how many terms, `:` and the terms with their factors between parentheses.
package struct CellProblemFile: Sendable {
  package let table: CellTable
  package let sensitive: [SensitiveCell]
  /// Published whatever it costs.
  package let isKnown: [Bool]
  let worth: [Int]
  let ids: [String]
  let decimals: Int

  /// - Throws: `DisclosureFileError` when the file is no such problem; `DisclosureError` when it does not add up.
  package init(_ file: URL) throws {
    let name = file.lastPathComponent
    guard let data = try? Data(contentsOf: file), let text = String(data: data, encoding: .utf8)
    else { throw DisclosureFileError("\(name): there is no such file in UTF-8") }
    let words = text.split { $0.isWhitespace || $0 == "(" || $0 == ")" || $0 == ":" }
    var next = 0
    func fail(_ what: String) -> DisclosureFileError {
      DisclosureFileError("\(name), word \(next): \(what)")
    }
    func word() throws -> Substring {
      guard next < words.count else { throw fail("the file ends too early") }
      next += 1
      return words[next - 1]
    }
    func real() throws -> Double {
      let found = try word()
      guard let number = Double(found), number.isFinite, abs(number) < 1e15 else {
        throw fail("no number")
      }
      return number
    }
    func whole(_ range: ClosedRange<Int>) throws -> Int {
      let number = try real()
      guard number == number.rounded(), range.contains(Int(number)) else {
        throw fail("no whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return Int(number)
    }
    guard try real() == 0 else { throw fail("a problem begins with 0") }
    let count = try whole(1...10_000_000)
    var columns: [[Double]] = []
    var status: [Substring] = []
    var places: [Int: Int] = [:]
    for cell in 0..<count {
      let id = try whole(0...Int(Int32.max))
      guard places.updateValue(cell, forKey: id) == nil else {
        throw fail("the cell \(id) stands there twice")
      }
      let (value, cost) = (try real(), try real())
      let state = try word()
      guard ["s", "u", "z", "m"].contains(state) else {
        throw fail("a status is s, u, z or m")
      }
      status.append(state)
      columns.append([value, cost] + (try (0..<5).map { _ in try real() }))
    }
    // Whole units of the last decimal that any value has.
    var decimals = 0
    var unit = 1.0
    while decimals < 6,
      columns.contains(where: {
        abs($0[0] * unit - ($0[0] * unit).rounded()) > max(1e-6, 4 * ($0[0] * unit).ulp)
      })
    {
      decimals += 1
      unit *= 10
    }
    self.decimals = decimals
    guard columns.allSatisfy({ $0.allSatisfy { abs($0) * unit < 0x1p53 } }) else {
      throw DisclosureFileError("\(name): a number is too large for its decimals")
    }
    func units(_ amount: Double) -> Int { Int((amount * unit).rounded()) }
    func need(_ amount: Double) -> Int { Int((amount * unit - 1e-9).rounded(.up)) }
    var equations: [CellEquation] = []
    for _ in 0..<(try whole(0...100_000_000)) {
      let constant = try real()
      let terms = try (0..<(try whole(1...count))).map { _ in
        let id = try whole(0...Int(Int32.max))
        guard let cell = places[id] else { throw fail("there is no cell \(id)") }
        return (cell: cell, factor: try whole(-1000...1000))
      }
      // The total first.
      equations.append(
        CellEquation(terms.sorted { $0.factor < $1.factor }, constant: units(constant)))
    }
    guard next == words.count else { throw fail("something stands behind the last equation") }
    for column in columns {
      let (value, low, high) = (column[0], column[2], column[3])
      // Bounds that leave less than nothing and its own value again are knowledge of an attacker that is not taken into account.
      guard low <= max(0, value) * 1e-9 || value < 0, high >= value * 1.5 - 1e-9 || value <= 0
      else {
        throw DisclosureFileError(
          "\(name): the attacker knows a cell closer than from 0 to half as much again: such bounds are not taken into account"
        )
      }
    }
    ids = places.sorted { $0.value < $1.value }.map { "\($0.key)" }
    let values = columns.map { units($0[0]) }
    var knowledge = CellTable.Knowledge()
    // The format does not tell how many contribute: nobody stands alone.
    knowledge.countsOnce = true
    table = try CellTable(
      names: ids.map { "cell \($0)" }, equations: equations, values: values,
      contributors: zip(values, status).map { $0 == 0 && $1 == "z" ? 0 : 2 },
      knowledge: knowledge)
    isKnown = status.map { $0 == "z" }
    worth = columns.map { max(0, Int($0[1].rounded())) }
    let table = table
    sensitive = status.indices.filter { status[$0] == "u" }.map { cell in
      SensitiveCell(
        cell: cell, up: max(1, need(columns[cell][5])),
        down: table.hasNegative
          ? need(columns[cell][4]) : min(max(1, need(columns[cell][4])), max(0, values[cell])))
    }
  }
}
