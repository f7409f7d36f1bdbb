import ChainPack
import InformationModel

/// One row on its way to the file, with its faults.
struct FaultyRow {
  var cells: [[UInt8]?]
  /// Cells that a fault has changed: a second one leaves them alone, so that the books stay
  /// readable.
  var touched: Set<Int> = []
  var changes: [Change] = []
  var strayColumn: Int?
  var isMojibake = false
  var isDouble = false
  /// There is no such thing in truth.
  var isInvented = false

  struct Change {
    var fault: Fault
    var column: Int?
    var trueValue: [UInt8] = []
    var writtenValue: [UInt8] = []
  }

  mutating func set(_ column: Int, to value: [UInt8], by fault: Fault) {
    changes.append(
      Change(
        fault: fault, column: column, trueValue: cells[column] ?? [], writtenValue: value))
    cells[column] = value.isEmpty ? nil : value
    touched.insert(column)
  }
}

/// Puts faults into the values of a row.
struct RowFaults {
  let contract: Contract
  let identifiers: [String: Identifier]
  let faults: [Fault]
  let writers: [CellWriter]
  let pool: ValuePool
  let lastYear: Int

  /// The true row as DuckDB gave it.
  struct Source {
    var chunk: Chunk
    var row: Int
    var identity: Int64
    var person: Int64?
    /// The day on which this version became known.
    var known: Int32
  }

  /// The row again under a new key.
  func makeExtra(_ fault: Fault, number: Int64, _ row: inout FaultyRow, _ source: Source) {
    guard let key = fault.keyColumn, let old = row.cells[key] else { return }
    var dice = Dice(stream: fault.streamState &+ 1, row: source.identity)
    var new = old
    switch fault.kind {
    case .secondRegistration:
      if let set = fault.columns.first, let unit = row.cells[set],
        let other = pool.other(set, than: unit, person: nil, notAfter: nil, dice: &dice)
      {
        new = ValueFaults.replacing(unit, by: other, in: new)
        row.cells[set] = other
        row.touched.insert(set)
      }
      new = ValueFaults.unusedNumber(in: new, number)
      row.set(key, to: new, by: fault)
    case .nearDuplicate:
      row.cells[key] = ValueFaults.unusedNumber(in: new, number)
      row.touched.insert(key)
      if !takeOther(fault, &row, source, person: nil, dice: &dice) {
        row.changes.append(.init(fault: fault, column: nil))
      }
    case .withdrawn:
      new = ValueFaults.unusedNumber(in: new, number)
      row.cells[key] = new
      row.touched.insert(key)
      row.isInvented = true
      row.changes.append(.init(fault: fault, column: key, writtenValue: new))
    default: break
    }
  }

  /// The value that is put right a period later.
  func makeWrong(_ fault: Fault, _ row: inout FaultyRow, _ source: Source) {
    var dice = Dice(stream: fault.streamState &+ 1, row: source.identity)
    _ = takeOther(fault, &row, source, person: nil, dice: &dice)
  }

  private func takeOther(
    _ fault: Fault, _ row: inout FaultyRow, _ source: Source, person: Int64?,
    dice: inout Dice
  ) -> Bool {
    for column in columns(of: fault, row, &dice) {
      guard let old = row.cells[column] else { continue }
      let day = writers[column].moment(source.chunk, source.row) == nil ? nil : source.known
      if let value = pool.other(column, than: old, person: person, notAfter: day, dice: &dice) {
        row.set(column, to: value, by: fault)
        return true
      }
    }
    return false
  }

  /// The fault's columns that are still true, from one chosen by lot on.
  private func columns(of fault: Fault, _ row: FaultyRow, _ dice: inout Dice) -> [Int] {
    let start = dice.index(fault.columns.count)
    let turned = fault.columns[start...] + fault.columns[..<start]
    return turned.filter { !row.touched.contains($0) }
  }

  /// Puts a fault that was decided on into the row.
  func apply(_ fault: Fault, _ row: inout FaultyRow, _ source: Source, dice: inout Dice) {
    switch fault.kind {
    case .duplicate: row.isDouble = true
    case .mojibake:
      if row.cells.contains(where: { $0?.contains { $0 >= 0x80 } ?? false }) {
        row.isMojibake = true
        row.changes.append(.init(fault: fault, column: nil))
      }
    case .straySeparator:
      for column in columns(of: fault, row, &dice) where (row.cells[column]?.count ?? 0) > 1 {
        let value = row.cells[column] ?? []
        var written = value
        written.insert(contract.format.separator, at: RowFormat.middle(of: value))
        row.strayColumn = column
        row.touched.insert(column)
        row.changes.append(
          .init(fault: fault, column: column, trueValue: value, writtenValue: written))
        return
      }
    case .other:
      _ = takeOther(fault, &row, source, person: source.person, dice: &dice)
    case .nameVariant where fault.prefixColumn != nil && movePrefix(fault, &row, &dice): return
    default:
      for column in columns(of: fault, row, &dice) {
        guard let old = row.cells[column],
          let new = changed(old, column, fault, source, &dice), new != old
        else { continue }
        row.set(column, to: new, by: fault)
        return
      }
    }
  }

  /// Writes the prefix, which has a column of its own, into the surname; for every second name that
  /// has one.
  private func movePrefix(_ fault: Fault, _ row: inout FaultyRow, _ dice: inout Dice) -> Bool {
    guard let column = fault.prefixColumn, let prefix = row.cells[column],
      let name = fault.columns.first, let surname = row.cells[name],
      !row.touched.contains(name), !row.touched.contains(column), dice.index(2) == 0
    else { return false }
    row.set(name, to: prefix + [0x20] + surname, by: fault)
    row.cells[column] = nil
    row.touched.insert(column)
    return true
  }

  private func changed(
    _ old: [UInt8], _ column: Int, _ fault: Fault, _ source: Source, _ dice: inout Dice
  ) -> [UInt8]? {
    let writer = writers[column]
    let moment = writer.moment(source.chunk, source.row)
    switch fault.kind {
    case .blank: return []
    case .digit: return ValueFaults.digit(old, &dice)
    case .swap: return ValueFaults.swap(old, &dice)
    case .typo: return ValueFaults.typo(old, &dice)
    case .nameVariant:
      return ValueFaults.nameVariant(
        old, isFirst: column == fault.columns.first, isOnly: fault.columns.count == 1, &dice)
    case .replace:
      let values = fault.list("with").map { Array($0.utf8) }.filter { $0 != old }
      return values.isEmpty ? nil : values[dice.index(values.count)]
    case .format:
      guard let name = contract.columns[column].identifier, let identifier = identifiers[name]
      else { return nil }
      return ValueFaults.format(old, identifier, variants: fault.list("variants"), &dice)
    case .scale:
      return writer.unscaled(old).flatMap {
        ValueFaults.scale($0, writer, mark: contract.format.decimalMark, &dice)
      }
    case .leak:
      return ValueFaults.leak(
        old, with: fault.list("with"), length: contract.columns[column].maximumLength, &dice)
    case .partialDate, .dayMonth, .oddDate, .before, .shiftDate:
      guard let moment, let dates = writer.dates else { return nil }
      return changedDate(moment, dates, fault, source, &dice)
    default: return nil
    }
  }

  private func changedDate(
    _ moment: (days: Int32, seconds: Int), _ dates: DateWriter, _ fault: Fault, _ source: Source,
    _ dice: inout Dice
  ) -> [UInt8]? {
    switch fault.kind {
    case .partialDate: return ValueFaults.partialDate(moment.days, dates, &dice)
    case .dayMonth: return ValueFaults.dayMonth(moment, dates)
    case .oddDate: return ValueFaults.oddDate(moment, lastYear: lastYear, dates, &dice)
    case .shiftDate:
      let days = moment.days + Int32(1 + dice.index(fault.days))
      return dates.text(days: days, seconds: moment.seconds)
    case .before:
      guard let other = fault.otherColumn,
        let limit = writers[other].moment(source.chunk, source.row)
      else { return nil }
      let days = limit.days - Int32(1 + dice.index(fault.days))
      return dates.text(days: days, seconds: moment.seconds)
    default: return nil
    }
  }
}
