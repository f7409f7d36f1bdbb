import DisclosureControl
import Foundation
import InformationModel
import Warehouse

/// A table of figures from a file, one row a cell, as the kernel wants it.
package struct TableFile: Sendable {
  package let table: CellTable
  /// Decimals of the figures: a whole unit of the table is one of the last.
  package let decimals: Int
  /// What is lost with each cell; where a column of the file says so, in units of its last decimal.
  package let worth: [Int]
  let decimalsOfCost: Int
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
  /// By cell the largest contribution of who asked for protection, where anybody did.
  let requests: [Int]?
  /// By cell its key, where the spec names keys of records.
  let cellKeys: [Double]?
  /// By cell who stands alone in it, empty where nobody does or it is not known; nil when the file does not tell.
  let holders: [String]?
  private let index: CellIndex

  struct Roles: Sendable {
    var dimensions: [String]
    var value: String
    var frequency: String
    var largest: [String]
    var holding: String?
    var request: String?
    var cost: String?
  }

  /// Columns that the answer has beside those of the table.
  static let added = ["status", "reason", "lower", "upper"]
  /// The column of what contributions add up to without their signs, where some are negative.
  static let magnitude = "magnitude"

  /// How many of the table's units make one of the figure's.
  var unit: Int { (0..<decimals).reduce(1) { unit, _ in unit * 10 } }

  /// An amount in whole units as it is written.
  func decimal(_ value: Int) -> String { DecimalText.text(value, decimals: decimals) }

  /// The category of a cell in each dimension.
  func categories(of cell: Int) -> [Int] { index.coordinates(of: cell) }

  /// Reads a table; sums that it lacks are made, and cells without a row are empty.
  ///
  /// - Parameters:
  ///   - file: CSV or Parquet; text with fixed columns where the spec names a layout.
  ///   - spec: which columns are what.
  ///   - folder: where the spec's files are.
  ///   - isMicrodata: the file has a row for each contributor, with its codes and its amount; the table is made of it.
  /// - Throws: `DisclosureFileError` when the file is not the table that the spec describes; `DisclosureError` when its figures do not add up.
  package init(
    _ file: URL, spec: ProtectionSpec, folder: URL, isMicrodata: Bool = false
  ) throws {
    let name = file.lastPathComponent
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw DisclosureFileError("\(name): there is no such file")
    }
    let layout = try spec.layout.map { try ArgusLayout(folder.appending(path: $0)) }
    // A table with a header speaks for itself, for instance what was made of a file that the layout is of.
    let hasHeader = !isMicrodata && ["csv", "parquet", "pq"].contains(file.pathExtension)
    let read = try ColumnsOfFile.read(
      file, as: hasHeader ? nil : layout?.relation(of: file))
    func column(_ wanted: String) throws -> DictionaryColumn {
      guard let found = read.first(where: { $0.name == wanted }) else {
        throw DisclosureFileError(
          "\(name) has no column '\(wanted)' (it has: \(read.map(\.name).joined(separator: ", ")))"
        )
      }
      return found.column
    }
    let frequency = spec.frequency ?? "frequency"
    roles = Roles(
      dimensions: spec.dimensions.map(\.name), value: spec.value ?? frequency,
      frequency: frequency, largest: spec.largest ?? [], holding: spec.holding,
      request: spec.request,
      cost: spec.cost.flatMap { ["value", "frequency", "cells"].contains($0) ? nil : $0 })
    var dimensions: [InformationModel.Dimension] = []
    for dimension in spec.dimensions {
      dimensions.append(
        try Self.dimension(
          dimension, codes: column(dimension.name), folder: folder, table: name, layout: layout))
    }
    let sizes = dimensions.map(\.categories.count)
    let count = sizes.reduce(1.0) { $0 * Double($1) }
    guard count <= 50_000_000 else {
      throw DisclosureFileError("\(name): its codes make \(Int(count)) cells; too many to protect")
    }
    let cellCount = sizes.reduce(1, *)
    let index = CellIndex(dimensions)
    self.index = index
    let rowCells = try Self.cells(
      dimensions, index, rowCount: read.first?.column.rowCount ?? 0, file: name,
      isMicrodata: isMicrodata, column: column)
    func called(_ cell: Int) -> String {
      zip(dimensions, index.coordinates(of: cell)).map { "\($0.id) \($0.categories[$1].code)" }
        .joined(separator: ", ")
    }
    var knowledge = CellTable.Knowledge()
    knowledge.mayHideEmpty = spec.empty == .unknown
    knowledge.countsOnce = spec.holding != nil
    var values: [Int]
    var contributors: [Int]
    var largest: [[Int]]
    if isMicrodata {
      let amounts = try spec.value.map { try Figures(column($0), file: name, called: $0) }
      decimals = amounts?.decimals ?? 0
      let scaled = try amounts?.scaled(to: decimals, file: name)
      if let most = spec.privacy?.sensitivity, let amounts, let scaled,
        let row = amounts.codes.firstIndex(where: {
          Double(abs(scaled[Int($0)])) > most * pow(10, Double(amounts.decimals))
        })
      {
        throw DisclosureFileError(
          "\(name), row \(row + 1): an amount is larger than the sensitivity; cut such amounts first"
        )
      }
      let weights = try spec.weight.map { try Figures(column($0), file: name, called: $0) }
      let holdings = try spec.holding.map { try column($0) }
      if let weights, let row = rowCells.indices.first(where: { weights.real($0) < 0 }) {
        throw DisclosureFileError("\(name), row \(row + 1): the weight is negative")
      }
      let all = rowCells.indices.reduce(0.0) { sum, row in
        let amount = amounts.flatMap { scaled?[Int($0.codes[row])] } ?? 1
        return sum + abs(Double(amount)) * max(1, weights?.real(row) ?? 1)
      }
      guard all < 0x1p60 else {
        throw DisclosureFileError("\(name): the amounts are too large to be added")
      }
      let requests = try spec.request.map { try column($0) }
      let asks = requests.map { column in
        (0..<column.values.count).map { !["", "0", "no"].contains(column.values.string($0)) }
      }
      cellKeys = try spec.cellKey.map { words in
        let keys = try Figures(column(words.recordKey), file: name, called: words.recordKey)
        let scaled = try keys.scaled(to: keys.decimals, file: name)
        let records = RecordKeys(keys.codes.map { scaled[Int($0)] }, decimals: keys.decimals)
        guard records.areInRange else {
          throw DisclosureFileError(
            "\(name): keys in column \(words.recordKey) lie from 0 up to 1, with at most 15 decimals"
          )
        }
        let sums = records.parts.map { part in
          ContributorTable(
            dimensions,
            rowCells.indices.map { .init(cell: rowCells[$0], amount: part[$0]) }, ranks: 0
          ).values
        }
        return (0..<cellCount).map { cell in records.cellKey(ofSums: sums.map { $0[cell] }) }
      }
      let made = ContributorTable(
        dimensions,
        rowCells.indices.map { row in
          var one = ContributorTable.Contribution(cell: rowCells[row], amount: 1)
          if let scaled, let amounts { one.amount = scaled[Int(amounts.codes[row])] }
          if let weights { one.weight = weights.real(row) }
          // Who belongs to no holding is one of its own.
          if let holdings, holdings.codes[row] != 0 { one.holding = Int(holdings.codes[row]) }
          if let requests, let asks { one.asksProtection = asks[Int(requests.codes[row])] }
          return one
        }, ranks: roles.largest.count)
      (values, contributors, largest) = (made.values, made.contributors, made.largest)
      self.requests = made.requests
      knowledge.magnitudes = made.magnitudes
      knowledge.holders = made.holders
      holders = holdings.flatMap { column in
        made.holders?.map { $0 < 0 ? "" : column.values.string($0) }
      }
      let shown = roles.dimensions + [roles.frequency] + (spec.value.map { [$0] } ?? [])
      let hasSigns = zip(made.magnitudes ?? [], values).contains { $0 != abs($1) }
      let more =
        [spec.holding, spec.request, roles.cost].compactMap { $0 }
        + (hasSigns ? [Self.magnitude] : [])
      columns = (shown + roles.largest + more).map {
        ($0, DictionaryColumn(codes: [], values: ByteStrings()))
      }
      rows = [Int](repeating: -1, count: cellCount)
      status = nil
      order = (0..<cellCount).filter {
        contributors[$0] != 0 || knowledge.mayHideEmpty
      }
    } else {
      columns = read.filter { !Self.added.contains($0.name) }
      status = read.first { $0.name == "status" }.map { _, column in
        column.codes.map { column.values.string(Int($0)) }
      }
      guard spec.cellKey == nil else {
        throw DisclosureFileError(
          "\(name): cells have keys by their records: cell_key is of contributors (--microdata)")
      }
      cellKeys = nil
      guard spec.weight == nil || status != nil else {
        throw DisclosureFileError(
          "\(name): weight is of contributors (--microdata); a table has its figures weighted")
      }
      var rows = [Int](repeating: -1, count: cellCount)
      for (row, cell) in rowCells.enumerated() {
        guard rows[cell] < 0 else {
          throw DisclosureFileError("\(name): the cell \(called(cell)) stands there twice")
        }
        rows[cell] = row
      }
      self.rows = rows
      // Figures: all in whole units of the last decimal that any of them has.
      let names = [roles.value] + roles.largest + (spec.request.map { [$0] } ?? [])
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
      let columns = try figures.map { [decimals] in try cells($0, decimals: decimals) }
      values = columns[0]
      contributors = try cells(frequencies, decimals: 0)
      largest = Array(columns.dropFirst())
      try Self.makeSums(
        dimensions, index: index, rows: rows, values: &values, contributors: &contributors,
        largest: &largest, requests: spec.request == nil ? 0 : 1,
        ofHoldings: spec.holding == nil
          ? nil
          : { cell in
            DisclosureFileError(
              "\(name): of \(called(cell)), which has no row, its parts do not tell how many holdings it is of; give the cell, or the contributors (--microdata)"
            )
          })
      requests = spec.request == nil ? nil : largest.removeLast()
      let hasNegative = values.contains { $0 < 0 }
      for cell in rowCells {
        let top = largest.map { $0[cell] }
        guard top.allSatisfy({ $0 >= 0 }), zip(top, top.dropFirst()).allSatisfy({ $0 >= $1 }) else {
          throw DisclosureFileError(
            "\(name): the largest contributions of \(called(cell)) are not 0 or more, the largest first"
          )
        }
        guard hasNegative || top.isEmpty || top[0] <= values[cell] else {
          throw DisclosureFileError(
            "\(name): a contribution to \(called(cell)) is larger than the cell")
        }
      }
      if let column = read.first(where: { $0.name == Self.magnitude })?.column, status != nil {
        let figures = try Figures(column, file: name, called: Self.magnitude)
        guard figures.decimals <= decimals else {
          throw DisclosureFileError("\(name): column \(Self.magnitude) has too many decimals")
        }
        knowledge.magnitudes = try zip(cells(figures, decimals: decimals), values).map {
          max($0, abs($1))
        }
      }
      if let holding = spec.holding {
        let column = try column(holding)
        holders = rows.indices.map { cell in
          rows[cell] < 0 || contributors[cell] != 1
            ? "" : column.values.string(Int(column.codes[rows[cell]]))
        }
        knowledge.holders = Self.numbers([holders ?? []])[0]
      } else {
        holders = nil
      }
      order =
        rowCells
        + (0..<cellCount).filter {
          rows[$0] < 0 && (contributors[$0] != 0 || knowledge.mayHideEmpty)
        }
    }
    table = try CellTable(
      dimensions: dimensions, values: values, contributors: contributors, largest: largest,
      knowledge: knowledge)
    if let cost = roles.cost {
      let costs = try Figures(column(cost), file: name, called: cost)
      let scaled = try costs.scaled(to: costs.decimals, file: name)
      var worth = [Int](repeating: 0, count: cellCount)
      for (row, cell) in rowCells.enumerated() {
        worth[cell] = min(worth[cell] + scaled[Int(costs.codes[row])], 1 << 50)
      }
      if let cell = worth.firstIndex(where: { $0 < 0 }) {
        throw DisclosureFileError("\(name): the cost of \(called(cell)) is negative")
      }
      Self.forEachMadeSum(dimensions, index: index, rows: rows) { cell, parts in
        worth[cell] = parts.reduce(0) { min($0 + worth[$1], 1 << 50) }
      }
      self.worth = worth
      decimalsOfCost = costs.decimals
    } else {
      worth =
        switch spec.cost {
        case "frequency": contributors
        case "cells": values.map { _ in 1 }
        default: values.map { abs($0) }
        }
      decimalsOfCost = 0
    }
  }

  /// Names as numbers, the same in all tables; -1 for none.
  static func numbers(_ names: [[String]]) -> [[Int]] {
    var known: [String: Int] = [:]
    return names.map { names in
      names.map { name in
        if name.isEmpty { return -1 }
        let number = known[name] ?? known.count
        known[name] = number
        return number
      }
    }
  }

  /// By row the cell in which it stands.
  private static func cells(
    _ dimensions: [InformationModel.Dimension], _ index: CellIndex, rowCount: Int, file: String,
    isMicrodata: Bool, column: (String) throws -> DictionaryColumn
  ) throws -> [Int] {
    var rowCells = [Int](repeating: 0, count: rowCount)
    for (axis, dimension) in dimensions.enumerated() {
      let column = try column(dimension.id)
      let children = dimension.children
      let places = Dictionary(
        dimension.categories.enumerated().filter {
          !isMicrodata || children[$0.offset].isEmpty
        }.map { ($1.code, $0) }, uniquingKeysWith: { first, _ in first })
      let categories = (0..<column.values.count).map { places[column.values.string($0)] }
      if let unknown = categories.indices.first(where: {
        categories[$0] == nil && column.codes.contains(UInt32($0))
      }) {
        let code = column.values.string(unknown)
        let isSum = dimension.categories.contains { $0.code == code }
        throw DisclosureFileError(
          "\(file): '\(code)' in column \(dimension.id) is \(isSum ? "a sum: a contributor stands in one of its parts" : "no code of its hierarchy")"
        )
      }
      for row in 0..<rowCount {
        rowCells[row] += (categories[Int(column.codes[row])] ?? 0) * index.strides[axis]
      }
    }
    return rowCells
  }

  /// The cells without a row of their own that have parts along a dimension, with these; parts come before their sums.
  private static func forEachMadeSum(
    _ dimensions: [InformationModel.Dimension], index: CellIndex, rows: [Int],
    _ body: (_ cell: Int, _ parts: [Int]) throws -> Void
  ) rethrows {
    let children = dimensions.map(\.children)
    for cell in rows.indices.reversed() where rows[cell] < 0 {
      let place = index.coordinates(of: cell)
      guard let axis = dimensions.indices.first(where: { !children[$0][place[$0]].isEmpty }) else {
        continue
      }
      try body(
        cell,
        children[axis][place[axis]].map { cell + ($0 - place[axis]) * index.strides[axis] })
    }
  }

  /// Cells without a row of their own are the sum of their parts, and have the largest contributions of these; of the last `requests` columns, the largest
  /// of these.
  ///
  /// - Throws: what `ofHoldings` makes of a cell, where that is given and several parts have contributors: one holding may stand in all of them.
  private static func makeSums(
    _ dimensions: [InformationModel.Dimension], index: CellIndex, rows: [Int],
    values: inout [Int], contributors: inout [Int], largest: inout [[Int]], requests: Int,
    ofHoldings: ((Int) -> DisclosureFileError)?
  ) throws {
    let largestSum = values.reduce(0.0) { $0 + abs(Double($1)) }
    guard largestSum < 0x1p60 else {
      throw DisclosureFileError("the figures are too large to be added")
    }
    try forEachMadeSum(dimensions, index: index, rows: rows) { cell, parts in
      if let ofHoldings, parts.count(where: { contributors[$0] > 0 }) > 1 {
        throw ofHoldings(cell)
      }
      values[cell] = parts.reduce(0) { $0 + values[$1] }
      contributors[cell] = parts.reduce(0) { $0 + contributors[$1] }
      let ranks = largest.indices.dropLast(requests)
      let top = ranks.flatMap { rank in parts.map { largest[rank][$0] } }.sorted(by: >)
      for rank in ranks { largest[rank][cell] = top[rank] }
      for rank in largest.indices.suffix(requests) {
        largest[rank][cell] = parts.reduce(0) { max($0, largest[rank][$1]) }
      }
    }
  }

  private static func dimension(
    _ dimension: ProtectionSpec.Dimension, codes: DictionaryColumn, folder: URL, table: String,
    layout: ArgusLayout?
  ) throws -> InformationModel.Dimension {
    let total = dimension.total ?? layout?.total(of: dimension.name)
    let found = Set<UInt32>(codes.codes).sorted().map { codes.values.string(Int($0)) }
    var categories: [(code: String, parent: Int?)]
    if let hierarchy = dimension.hierarchy {
      categories = try HierarchyFile.read(folder.appending(path: hierarchy), total: total)
    } else if let known = try layout?.hierarchy(
      of: dimension.name, total: total, codes: found, folder: folder)
    {
      categories = known
    } else {
      let total = total ?? "Total"
      guard !found.contains("") else {
        throw DisclosureFileError("\(table): column \(dimension.name) has rows without a code")
      }
      categories = [(total, nil)] + found.filter { $0 != total }.map { ($0, 0) }
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
          "\(file), row \((column.codes.firstIndex(of: UInt32(code)) ?? 0) + 1): column \(name) has no number that can be read, or one of more than 15 digits"
        )
      }
      numbers.append(number)
    }
    self.numbers = numbers
    decimals = numbers.lazy.map(\.decimals).max() ?? 0
  }

  /// An optional sign, digits, decimals behind a point, and perhaps a power of ten.
  private static func number(_ bytes: UnsafeBufferPointer<UInt8>) -> (digits: Int, decimals: Int)? {
    var digits = 0
    var decimals: Int?
    var power = 0
    var hasDigit = false
    var place = 0
    let isNegative = bytes.first == 0x2D
    if isNegative || bytes.first == 0x2B { place = 1 }
    while place < bytes.count {
      let byte = bytes[place]
      if byte == 0x2E, decimals == nil {
        decimals = 0
      } else if byte == 0x65 || byte == 0x45, hasDigit {
        let text = String(decoding: bytes[(place + 1)...], as: UTF8.self)
        guard text.utf8.count < 5, let exponent = Int(text) else { return nil }
        power = exponent
        break
      } else {
        guard (0x30...0x39).contains(byte), digits < 1 << 50 else { return nil }
        digits = digits * 10 + Int(byte - 0x30)
        decimals = decimals.map { $0 + 1 }
        hasDigit = true
      }
      place += 1
    }
    guard hasDigit else { return nil }
    var behind = (decimals ?? 0) - power
    // 12.50 has one decimal.
    while behind > 0, digits.isMultiple(of: 10) {
      if digits == 0 {
        behind = 0
        break
      }
      digits /= 10
      behind -= 1
    }
    while behind < 0 {
      guard digits < 1 << 50 else { return nil }
      digits *= 10
      behind += 1
    }
    guard behind <= 15 else { return nil }
    return (isNegative ? -digits : digits, behind)
  }

  /// The number in a row.
  func real(_ row: Int) -> Double {
    let number = numbers[Int(codes[row])]
    return Double(number.digits) / pow(10, Double(number.decimals))
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

/// Amounts in whole units of their last decimal.
enum DecimalText {
  static func text(_ value: Int, decimals: Int) -> String {
    guard decimals > 0 else { return "\(value)" }
    let digits = String(abs(value))
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return (value < 0 ? "-" : "") + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }
}
