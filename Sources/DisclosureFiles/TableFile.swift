import DisclosureControl
import Foundation
import InformationModel
import Warehouse

/// A table of figures from a file, one row a cell, as the kernel wants it.
package struct TableFile: Sendable {
  package let table: CellTable
  /// Decimals of the figures: a whole unit of the table is one of the last.
  package let decimals: Int
  /// What is lost with each cell.
  let worth: [Int]
  /// All columns of the file, by name.
  let columns: [(name: String, column: DictionaryColumn)]
  /// By cell, the row of the file; -1 for a cell that was not there.
  let rows: [Int]
  /// Cells in the order of the rows; then those that were made.
  let order: [Int]
  /// By row, what an earlier protection made of it; nil when none has.
  let status: [String]?
  /// What is needed of the columns, by what they are called there.
  let roles: Roles

  struct Roles: Sendable {
    var dimensions: [String]
    var value: String
    var frequency: String
    var largest: [String]
  }

  /// Columns that the answer has beside those of the table.
  static let added = ["status", "reason", "lower", "upper"]

  /// Reads a table; sums that it lacks are made, and cells without a row are empty.
  ///
  /// - Parameters:
  ///   - file: CSV or Parquet.
  ///   - spec: which columns are what.
  ///   - folder: where the spec's hierarchies are.
  ///   - isMicrodata: the file has a row for each contributor, with its codes and its amount; the table is made of it.
  /// - Throws: `DisclosureFileError` when the file is not the table that the spec describes; `DisclosureError` when its figures do not add up.
  package init(
    _ file: URL, spec: ProtectionSpec, folder: URL, isMicrodata: Bool = false
  ) throws {
    let name = file.lastPathComponent
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw DisclosureFileError("\(name): there is no such file")
    }
    let frequency = spec.frequency ?? "frequency"
    let columns = try Self.read(file, counting: isMicrodata ? spec : nil, frequency: frequency)
    self.columns = columns.filter { !Self.added.contains($0.name) }
    status = columns.first { $0.name == "status" }.map { _, column in
      column.codes.map { column.values.string(Int($0)) }
    }
    func column(_ wanted: String) throws -> DictionaryColumn {
      guard let found = columns.first(where: { $0.name == wanted }) else {
        throw DisclosureFileError(
          "\(name) has no column '\(wanted)' (it has: \(columns.map(\.name).joined(separator: ", ")))"
        )
      }
      return found.column
    }
    roles = Roles(
      dimensions: spec.dimensions.map(\.name), value: spec.value ?? frequency,
      frequency: frequency, largest: spec.largest ?? [])
    var dimensions: [InformationModel.Dimension] = []
    for dimension in spec.dimensions {
      dimensions.append(
        try Self.dimension(dimension, codes: column(dimension.name), folder: folder, table: name))
    }
    let sizes = dimensions.map(\.categories.count)
    let count = sizes.reduce(1.0) { $0 * Double($1) }
    guard count <= 50_000_000 else {
      throw DisclosureFileError("\(name): its codes make \(Int(count)) cells; too many to protect")
    }
    let cellCount = sizes.reduce(1, *)
    let index = CellIndex(dimensions)
    let rowCount = columns.first?.column.rowCount ?? 0
    var rowCells = [Int](repeating: 0, count: rowCount)
    for (axis, dimension) in dimensions.enumerated() {
      let column = try column(dimension.id)
      let places = Dictionary(
        uniqueKeysWithValues: dimension.categories.enumerated().map { ($1.code, $0) })
      let categories = (0..<column.values.count).map { places[column.values.string($0)] }
      if let unknown = categories.indices.first(where: {
        categories[$0] == nil && column.codes.contains(UInt32($0))
      }) {
        let code = column.values.string(unknown)
        throw DisclosureFileError(
          "\(name): '\(code)' in column \(dimension.id) is no code of its hierarchy")
      }
      for row in 0..<rowCount {
        rowCells[row] += (categories[Int(column.codes[row])] ?? 0) * index.strides[axis]
      }
    }
    var rows = [Int](repeating: -1, count: cellCount)
    func called(_ cell: Int) -> String {
      zip(dimensions, index.coordinates(of: cell)).map { "\($0.id) \($0.categories[$1].code)" }
        .joined(separator: ", ")
    }
    for (row, cell) in rowCells.enumerated() {
      guard rows[cell] < 0 else {
        throw DisclosureFileError("\(name): the cell \(called(cell)) stands there twice")
      }
      rows[cell] = row
    }
    self.rows = rows

    // Figures: all in whole units of the last decimal that any of them has.
    let names = [roles.value] + roles.largest
    let figures = try names.map { try Figures(column($0), file: name, called: $0) }
    let frequencies = try Figures(column(frequency), file: name, called: frequency)
    guard frequencies.decimals == 0 else {
      throw DisclosureFileError("\(name): the column \(frequency) has numbers that are not whole")
    }
    decimals = figures.map(\.decimals).max() ?? 0
    func cells(_ figures: Figures, decimals: Int) throws -> [Int] {
      let scaled = try figures.scaled(to: decimals, file: name)
      var values = [Int](repeating: 0, count: cellCount)
      for (row, cell) in rowCells.enumerated() { values[cell] = scaled[Int(figures.codes[row])] }
      return values
    }
    var values = try cells(figures[0], decimals: decimals)
    var contributors = try cells(frequencies, decimals: 0)
    var largest = try figures.dropFirst().map { [decimals] in try cells($0, decimals: decimals) }
    Self.makeSums(
      dimensions, index: index, rows: rows, values: &values, contributors: &contributors,
      largest: &largest)
    table = try CellTable(
      dimensions: dimensions, values: values, contributors: contributors, largest: largest)
    order = rowCells + (0..<cellCount).filter { rows[$0] < 0 && contributors[$0] != 0 }
    switch spec.cost ?? "value" {
    case "value": worth = values.map { abs($0) }
    case "frequency": worth = contributors
    case "cells": worth = values.map { _ in 1 }
    case let other:
      let costs = try Figures(column(other), file: name, called: other)
      worth = try cells(costs, decimals: costs.decimals)
      if let cell = worth.firstIndex(where: { $0 < 0 }) {
        throw DisclosureFileError("\(name): the cost of \(called(cell)) is negative")
      }
    }
  }

  /// Cells without a row of their own that have parts along a dimension are their sum, and have the largest contributions of these.
  private static func makeSums(
    _ dimensions: [InformationModel.Dimension], index: CellIndex, rows: [Int],
    values: inout [Int], contributors: inout [Int], largest: inout [[Int]]
  ) {
    let children = dimensions.map(\.children)
    // Parts stand behind their sums.
    for cell in rows.indices.reversed() where rows[cell] < 0 {
      let place = index.coordinates(of: cell)
      guard let axis = dimensions.indices.first(where: { !children[$0][place[$0]].isEmpty }) else {
        continue
      }
      let parts = children[axis][place[axis]].map {
        cell + ($0 - place[axis]) * index.strides[axis]
      }
      values[cell] = parts.reduce(0) { $0 + values[$1] }
      contributors[cell] = parts.reduce(0) { $0 + contributors[$1] }
      let top = largest.flatMap { rank in parts.map { rank[$0] } }.sorted(by: >)
      for rank in largest.indices { largest[rank][cell] = top[rank] }
    }
  }

  /// All columns of a file; of a file of contributors those of the table that they make, without its sums.
  private static func read(
    _ file: URL, counting spec: ProtectionSpec?, frequency: String
  ) throws -> [(name: String, column: DictionaryColumn)] {
    var relation = Warehouse.relation(of: file)
    if let spec {
      let codes = spec.dimensions.map { quoted($0.name) }.joined(separator: ", ")
      let largest = spec.largest ?? []
      // Four decimals, of which zeros at the end say nothing.
      func shortest(_ number: String) -> String {
        "rtrim(rtrim(CAST(\(number) AS VARCHAR), '0'), '.')"
      }
      let amount = spec.value.map { "CAST(\(quoted($0)) AS DECIMAL(18, 4))" } ?? "1.0000"
      var figures = ["count(*) AS \(quoted(frequency))"]
      if let value = spec.value { figures.append("\(shortest("sum(amount)")) AS \(quoted(value))") }
      for (rank, name) in largest.enumerated() {
        figures.append(
          "\(shortest("coalesce(max(amount, \(largest.count))[\(rank + 1)], 0.0000)")) AS \(quoted(name))"
        )
      }
      relation =
        "(SELECT \(codes), \(figures.joined(separator: ", ")) FROM (SELECT \(codes), \(amount) AS amount FROM \(relation)) GROUP BY \(codes) ORDER BY \(codes))"
    }
    do {
      let engine = try DuckDBEngine(threads: 1)
      if let spec, let value = spec.value {
        let bad =
          try engine.query(
            "SELECT CAST(count(*) AS VARCHAR) AS bad FROM \(Warehouse.relation(of: file)) WHERE coalesce(TRY_CAST(\(quoted(value)) AS DECIMAL(18, 4)) <> TRY_CAST(\(quoted(value)) AS DECIMAL(38, 12)), true)"
          ).texts("bad").first ?? nil
        guard bad == "0" else {
          throw DisclosureFileError(
            "\(file.lastPathComponent): \(bad ?? "some") rows have no amount of up to four decimals in column \(value)"
          )
        }
      }
      let names = try engine.query("DESCRIBE SELECT * FROM \(relation)").texts("column_name")
        .map { $0 ?? "" }
      let texts = names.map { "CAST(\(quoted($0)) AS VARCHAR)" }.joined(separator: ", ")
      return Array(zip(names, try engine.dictionaryColumns("SELECT \(texts) FROM \(relation)")))
    } catch let error as EngineError {
      throw DisclosureFileError("\(file.lastPathComponent) cannot be read: \(error.message)")
    }
  }

  private static func dimension(
    _ dimension: ProtectionSpec.Dimension, codes: DictionaryColumn, folder: URL, table: String
  ) throws -> InformationModel.Dimension {
    var categories: [(code: String, parent: Int?)]
    if let hierarchy = dimension.hierarchy {
      categories = try HierarchyFile.read(
        folder.appending(path: hierarchy), total: dimension.total)
    } else {
      let total = dimension.total ?? "Total"
      var found = Set<UInt32>(codes.codes)
      guard found.remove(0) == nil else {
        throw DisclosureFileError("\(table): column \(dimension.name) has rows without a code")
      }
      let others = found.sorted().map { codes.values.string(Int($0)) }.filter { $0 != total }
      categories = [(total, nil)] + others.map { ($0, 0) }
    }
    return InformationModel.Dimension(
      id: dimension.name, title: LocalizedText(nl: dimension.name, en: dimension.name),
      categories: categories.map { code, parent in
        Category(code: code, label: LocalizedText(nl: code, en: code), parent: parent)
      })
  }
}

/// A column of numbers, each distinct one read once.
private struct Figures {
  let codes: [UInt32]
  let decimals: Int
  /// By distinct value, its digits as a whole number and how many of them are decimals.
  private let numbers: [(digits: Int, decimals: Int)]

  init(_ column: DictionaryColumn, file: String, called name: String) throws {
    codes = column.codes
    var numbers: [(digits: Int, decimals: Int)] = []
    numbers.reserveCapacity(column.values.count)
    var isAsked = [Bool](repeating: false, count: column.values.count)
    for code in column.codes { isAsked[Int(code)] = true }
    for code in 0..<column.values.count {
      guard isAsked[code] else {
        numbers.append((0, 0))
        continue
      }
      guard let number = column.values.withValue(code, Self.number) else {
        throw DisclosureFileError(
          "\(file), row \((column.codes.firstIndex(of: UInt32(code)) ?? 0) + 1): column \(name) has no number that can be read"
        )
      }
      numbers.append(number)
    }
    self.numbers = numbers
    decimals = numbers.lazy.map(\.decimals).max() ?? 0
  }

  /// An optional sign, digits, and decimals behind a point.
  private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> (digits: Int, decimals: Int)? {
    var digits = 0
    var decimals: Int?
    var place = 0
    let isNegative = bytes.first == 0x2D
    if isNegative { place = 1 }
    guard place < bytes.count else { return nil }
    var trailing = 0
    guard bytes[place...].contains(where: { $0 != 0x2E }) else { return nil }
    for byte in bytes[place...] {
      if byte == 0x2E, decimals == nil {
        decimals = 0
        continue
      }
      guard (0x30...0x39).contains(byte) else { return nil }
      guard digits < 1 << 50 else { return nil }
      digits = digits * 10 + Int(byte - 0x30)
      decimals = decimals.map { $0 + 1 }
      trailing = byte == 0x30 && decimals != nil ? trailing + 1 : 0
    }
    // 12.50 has one decimal.
    for _ in 0..<min(trailing, decimals ?? 0) { digits /= 10 }
    return (isNegative ? -digits : digits, (decimals ?? 0) - min(trailing, decimals ?? 0))
  }

  func scaled(to decimals: Int, file: String) throws -> [Int] {
    try numbers.map { number in
      var value = number.digits
      for _ in number.decimals..<max(number.decimals, decimals) {
        guard abs(value) < 1 << 50 else {
          throw DisclosureFileError("\(file): a figure is too large for its decimals")
        }
        value *= 10
      }
      return value
    }
  }
}
