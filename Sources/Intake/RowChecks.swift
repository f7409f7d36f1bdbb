import ChainPack
import InformationModel
import Warehouse

/// Judges every value of a file against its contract, each distinct value once, and gives the columns their types.
struct RowChecks {
  let contract: Contract
  let pack: ChainPack
  let file: String
  let delivery: String
  let referenceDate: CalendarDate

  struct Outcome {
    var checked: CheckedFile
    var findings: [FindingGroup]
    /// Per row: it goes to quarantine.
    var isBad: [Bool]
    /// Codes that no mapping knows, with the number of rows.
    var unknownCodes: [(list: String, code: String, rows: Int)]
    /// Sums of numeric columns over all rows that could be read, by column name, unscaled with the number of decimals.
    var totals: [String: (sum: Int, scale: Int)]
  }

  func check(_ text: DeliveredText) -> Outcome {
    var outcome = Outcome(
      checked: CheckedFile(
        contract: contract, delivery: delivery, content: [], identifiers: [], identity: [],
        rows: []),
      findings: [], isBad: [Bool](repeating: false, count: text.rowCount), unknownCodes: [],
      totals: [:])
    addShapeFindings(text, to: &outcome)
    var decoded: [ColumnReading] = []
    for (index, column) in contract.columns.enumerated() {
      guard let raw = text.columns[index] else { continue }
      let reading = ColumnReading(column: column, raw: raw, encoding: text.encoding)
      decoded.append(reading)
    }
    let byName = Dictionary(decoded.map { ($0.column.name, $0) }, uniquingKeysWith: { a, _ in a })
    for reading in decoded { judge(reading, others: byName, outcome: &outcome) }
    for reading in decoded { checkValidity(reading, outcome: &outcome) }
    checkParts(text, decoded, outcome: &outcome)
    checkKey(text, outcome: &outcome)
    outcome.checked.rows = outcome.isBad.indices.filter { !outcome.isBad[$0] }.map { Int32($0) }
    return outcome
  }

  private func addShapeFindings(_ text: DeliveredText, to outcome: inout Outcome) {
    let grouped = Dictionary(grouping: text.misshapen) { "\($0.rule)\n\($0.message)" }
    for (_, rows) in grouped.sorted(by: { $0.key < $1.key }) {
      guard let first = rows.first else { continue }
      for row in rows { outcome.isBad[Int(row.row)] = true }
      outcome.findings.append(
        FindingGroup(
          severity: .error, rule: first.rule, file: file, message: first.message,
          rows: rows.map { $0.row + 1 }))
    }
  }

  /// Rows that stand in the file of another value.
  private func checkParts(
    _ text: DeliveredText, _ readings: [ColumnReading], outcome: inout Outcome
  ) {
    guard let column = contract.partColumn,
      let reading = readings.first(where: { $0.column.name == column.name })
    else { return }
    var misplaced: [Int32] = []
    for (index, file) in text.files.enumerated() {
      guard let part = file.part else { continue }
      for row in file.rowsBefore..<(file.rowsBefore + text.rowCount(ofFile: index))
      where !outcome.isBad[row] && reading.values.string(Int(reading.codes[row])) != part {
        outcome.isBad[row] = true
        misplaced.append(Int32(row) + 1)
      }
    }
    guard !misplaced.isEmpty else { return }
    outcome.findings.append(
      FindingGroup(
        severity: .error, rule: "file", file: file, column: column.name,
        message: "the row belongs in another file of the delivery", rows: misplaced))
  }

  // MARK: One column

  /// What is wrong with a distinct value.
  private struct Problem: Hashable {
    var rule: String
    var severity: Finding.Severity
    var message: String
    var valueClass: String
  }

  private func judge(
    _ reading: ColumnReading, others: [String: ColumnReading], outcome: inout Outcome
  ) {
    let column = reading.column
    let count = reading.values.count
    var problems = [Problem?](repeating: nil, count: count)
    var isNull = [Bool](repeating: false, count: count)
    isNull[0] = true
    if column.required {
      problems[0] = Problem(
        rule: "required", severity: column.severity, message: "a value is required",
        valueClass: "empty")
    }
    for code in 1..<max(count, 1) {
      if let problem = textProblem(reading, code) {
        problems[code] = problem
        isNull[code] = true
      }
    }
    var values: ContentTable.Values?
    if let identifier = column.identifier.flatMap({ pack.identifiers[$0] }) {
      addIdentifier(
        identifier, reading, others: others, problems: &problems, isNull: isNull,
        outcome: &outcome)
    } else {
      values = typed(reading, problems: &problems, isNull: &isNull)
      if case .dates(let days) = values {
        for code in days.indices where days[code] == Self.noDay { isNull[code] = true }
      }
      addTotals(reading, values: values, isNull: isNull, outcome: &outcome)
      checkBounds(values, column: column, problems: &problems, isNull: &isNull)
      checkCodes(reading, problems: &problems, isNull: &isNull, outcome: &outcome)
    }
    report(problems, reading: reading, outcome: &outcome)
    if let values, column.entersContent, column.identifier == nil {
      outcome.checked.content.append(
        ContentTable.Column(
          name: column.contentName, codes: reading.codes, values: values, isNull: isNull))
    }
    if let year = column.keepYear {
      let years = birthYears(reading, refused: problems)
      outcome.checked.content.append(
        ContentTable.Column(
          name: year, codes: reading.codes, values: .integers(years.map { $0 ?? 0 }),
          isNull: years.map { $0 == nil }))
    }
    if column.entersIdentity {
      outcome.checked.identity.append(
        (column.name, DictionaryColumn(codes: reading.codes, values: reading.values)))
    }
  }

  private func report(
    _ problems: [Problem?], reading: ColumnReading, outcome: inout Outcome
  ) {
    guard problems.contains(where: { $0 != nil }) else { return }
    var groups: [Problem: [Int32]] = [:]
    for (row, code) in reading.codes.enumerated() {
      guard let problem = problems[Int(code)] else { continue }
      // A row of the wrong shape has no columns to judge.
      if code == 0, outcome.isBad[row], isMisshapen(row, outcome) { continue }
      groups[problem, default: []].append(Int32(row) + 1)
      if problem.severity >= .error { outcome.isBad[row] = true }
    }
    for (problem, rows) in groups.sorted(by: {
      ($0.key.rule, $0.key.valueClass, $0.key.message)
        < ($1.key.rule, $1.key.valueClass, $1.key.message)
    }) {
      outcome.findings.append(
        FindingGroup(
          severity: problem.severity, rule: problem.rule, file: file, column: reading.column.name,
          valueClass: problem.valueClass, message: problem.message, rows: rows))
    }
  }

  private func isMisshapen(_ row: Int, _ outcome: Outcome) -> Bool {
    outcome.findings.contains { group in
      group.column == nil && group.severity == .error
        && ["field-count", "quote", "line-length", "json", "xml", "field-name"]
          .contains(group.rule)
        && Self.holds(Int32(row) + 1, in: group.rows)
    }
  }

  private static func holds(_ row: Int32, in rows: [Int32]) -> Bool {
    var low = 0
    var high = rows.count
    while low < high {
      let middle = (low + high) / 2
      if rows[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low < rows.count && rows[low] == row
  }

  private func problem(
    _ rule: String, _ message: String, _ reading: ColumnReading, _ code: Int,
    severity: Finding.Severity? = nil
  ) -> Problem {
    Problem(
      rule: rule, severity: severity ?? reading.column.severity, message: message,
      valueClass: valueClass(of: reading.values[code]))
  }

  private func textProblem(_ reading: ColumnReading, _ code: Int) -> Problem? {
    if reading.undecodable.contains(code) {
      return problem(
        "encoding", "the bytes are no \(contract.format.encoding.rawValue)", reading, code)
    }
    if let length = reading.column.maximumLength,
      reading.values.offsets[code + 1] - reading.values.offsets[code] > length
    {
      let characters = reading.values[code].lazy.filter { $0 & 0xC0 != 0x80 }.count
      if characters > length {
        return problem("length", "longer than \(length) characters", reading, code)
      }
    }
    if !reading.isASCII, reading.column.type == .text,
      TextEncoding.looksTwiceEncoded(Array(reading.values[code]))
    {
      return problem(
        "mojibake", "written in another encoding than agreed", reading, code, severity: .warning)
    }
    return nil
  }

  // MARK: Types

  private func typed(
    _ reading: ColumnReading, problems: inout [Problem?], isNull: inout [Bool]
  ) -> ContentTable.Values {
    let values = reading.values
    let count = values.count
    func each<Value>(
      _ empty: Value, _ expected: String, _ convert: (UnsafeBufferPointer<UInt8>) -> Value?
    ) -> [Value] {
      var result = [Value](repeating: empty, count: count)
      for code in 1..<max(count, 1) where !isNull[code] {
        if let value = values.withValue(code, convert) {
          result[code] = value
        } else {
          isNull[code] = true
          problems[code] = problem("type", "expected \(expected)", reading, code)
        }
      }
      return result
    }
    switch reading.column.type {
    case .text:
      for code in 1..<max(count, 1) where problems[code]?.rule == "mojibake" {
        isNull[code] = false
      }
      return .texts(values)
    case .integer:
      return .integers(each(0, "a whole number") { Self.unscaled($0, scale: 0, mark: 0) })
    case .decimal(let scale):
      let mark = contract.format.decimalMark
      return .decimals(
        each(0, "a number with at most \(scale) decimals") {
          Self.unscaled($0, scale: scale, mark: mark)
        }, scale: scale)
    case .boolean:
      let yes = Array(contract.format.trueText.utf8)
      let no = Array(contract.format.falseText.utf8)
      return .booleans(
        each(false, "\(contract.format.trueText) or \(contract.format.falseText)") {
          $0.elementsEqual(yes) ? true : $0.elementsEqual(no) ? false : nil
        })
    case .date:
      let pattern = reading.column.dateFormat ?? contract.format.date
      let reader = DatePattern(pattern)
      return .dates(
        each(0, "a date \(pattern)") { reader?.read($0)?.date?.daysSinceEpoch })
    case .partialdate:
      let pattern = reading.column.dateFormat ?? contract.format.date
      let reader = DatePattern(pattern)
      let days: [Int32] = each(Self.noDay, "a date \(pattern), unknown parts as 00") { text in
        guard let parts = reader?.read(text), Self.isPartialDate(parts) else { return nil }
        return parts.date?.daysSinceEpoch ?? Self.noDay
      }
      for code in 1..<max(count, 1) where !isNull[code] {
        if reading.column.keepYear != nil,
          let year = values.withValue(code, { reader?.read($0)?.year }),
          !Self.birthYears.contains(year)
        {
          isNull[code] = true
          problems[code] = Problem(
            rule: "range", severity: reading.column.severity,
            message:
              "no year of birth: before \(Self.birthYears.lowerBound) or after \(Self.birthYears.upperBound)",
            valueClass: "out of range")
        } else if days[code] == Self.noDay {
          problems[code] = problem(
            Self.partialDate, "a part of the date is unknown", reading, code, severity: .warning)
        }
      }
      return .dates(days)
    case .timestamp:
      let pattern = reading.column.dateFormat ?? contract.format.timestamp
      let reader = DatePattern(pattern)
      return .timestamps(
        each(0, "a time \(pattern)") { text in
          guard let parts = reader?.read(text), let date = parts.date else { return nil }
          let seconds =
            Int64(date.daysSinceEpoch) * 86_400
            + Int64(parts.hour * 3600 + parts.minute * 60 + parts.second)
          return seconds * 1_000_000
        })
    }
  }

  private static let birthYears = 1850...2100

  /// The rule of a date of which a part is unknown, as agreed: a warning, no loss.
  private static let partialDate = "partial-date"

  /// Stands for a date of which a part is unknown, until it is marked as no value.
  private static let noDay = Int32.min

  private static func isPartialDate(_ parts: DatePattern.Reading) -> Bool {
    if parts.date != nil { return true }
    return parts.day == 0 && (0...12).contains(parts.month)
  }

  private func birthYears(_ reading: ColumnReading, refused problems: [Problem?]) -> [Int64?] {
    let reader = DatePattern(reading.column.dateFormat ?? contract.format.date)
    return (0..<reading.values.count).map { code in
      guard code > 0, problems[code].map({ $0.rule == Self.partialDate }) ?? true,
        let parts = reading.values.withValue(code, { reader?.read($0) }),
        Self.isPartialDate(parts),
        Self.birthYears.contains(parts.year)
      else { return nil }
      return Int64(parts.year)
    }
  }

  /// A number as written in files, times ten to the power `scale`; nil when it has more decimals or is no number.
  static func unscaled(_ text: UnsafeBufferPointer<UInt8>, scale: Int, mark: UInt8) -> Int64? {
    var position = text.startIndex
    var isNegative = false
    if position < text.endIndex, text[position] == 0x2D || text[position] == 0x2B {
      isNegative = text[position] == 0x2D
      position += 1
    }
    var value: Int64 = 0
    var digits = 0
    var decimals = -1
    while position < text.endIndex {
      let byte = text[position]
      if (0x30...0x39).contains(byte) {
        if decimals >= 0 { decimals += 1 }
        if decimals > scale {
          guard byte == 0x30 else { return nil }
        } else {
          let (product, overflow) = value.multipliedReportingOverflow(by: 10)
          let (sum, carried) = product.addingReportingOverflow(Int64(byte - 0x30))
          if overflow || carried { return nil }
          value = sum
        }
        digits += 1
      } else if byte == mark, mark != 0, decimals < 0 {
        decimals = 0
      } else {
        return nil
      }
      position += 1
    }
    guard digits > 0, digits <= 18 else { return nil }
    for _ in 0..<max(0, scale - max(0, min(decimals, scale))) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      if overflow { return nil }
      value = product
    }
    return isNegative ? -value : value
  }

  // MARK: Bounds, codes

  private func checkBounds(
    _ values: ContentTable.Values?, column: Contract.Column, problems: inout [Problem?],
    isNull: inout [Bool]
  ) {
    guard column.minimum != nil || column.maximum != nil, let values else { return }
    let scale: Double
    let numbers: [Double]
    switch values {
    case .integers(let list):
      (numbers, scale) = (list.map(Double.init), 1)
    case .decimals(let list, let digits):
      (numbers, scale) = (
        list.map(Double.init), (0..<digits).reduce(1.0) { value, _ in value * 10 }
      )
    case .dates(let list):
      (numbers, scale) = (list.map(Double.init), 1)
    case .timestamps(let list):
      (numbers, scale) = (
        list.map { (Double($0) / 86_400_000_000).rounded(.down) }, 1
      )
    case .texts, .booleans: return
    }
    func limit(_ bound: Contract.Bound?) -> (value: Double, text: String)? {
      switch bound {
      case .number(let number): (number * scale, "\(number)")
      case .date(let date): (Double(date.daysSinceEpoch), date.description)
      case .reference: (Double(referenceDate.daysSinceEpoch), "the reference date")
      case nil: nil
      }
    }
    let low = limit(column.minimum)
    let high = limit(column.maximum)
    for code in 1..<max(numbers.count, 1) where !isNull[code] {
      var message: String?
      if let low, numbers[code] < low.value { message = "before or below \(low.text)" }
      if let high, numbers[code] > high.value { message = "after or above \(high.text)" }
      if let message {
        isNull[code] = true
        problems[code] = Problem(
          rule: "range", severity: column.severity, message: message, valueClass: "out of range")
      }
    }
  }

  private func checkCodes(
    _ reading: ColumnReading, problems: inout [Problem?], isNull: inout [Bool],
    outcome: inout Outcome
  ) {
    let column = reading.column
    if let allowed = column.values {
      let known = Set(allowed)
      for code in 1..<max(reading.values.count, 1)
      where !isNull[code] && !known.contains(reading.values.string(code)) {
        isNull[code] = true
        problems[code] = problem(
          "values", "not one of \(allowed.joined(separator: ", "))", reading, code)
      }
    }
    guard let mapping = pack.mapping(of: column, in: contract) else { return }
    let unknown = (1..<max(reading.values.count, 1)).filter {
      !isNull[$0] && mapping.byCode[reading.values.string($0)] == nil
    }
    guard !unknown.isEmpty else { return }
    let shapes = Set(mapping.byCode.keys.compactMap(Self.shape))
    var rows = [Int](repeating: 0, count: reading.values.count)
    for code in reading.codes { rows[Int(code)] += 1 }
    for code in unknown {
      let text = reading.values.string(code)
      isNull[code] = true
      problems[code] = problem(
        "code-list", "unknown in the code list '\(mapping.list)'", reading, code)
      // A code column may hold a person by mistake: a value is shown only when it looks like a code of this list.
      let isHarmless =
        text.utf8.count <= 8
        && (Self.shape(of: text).map { shapes.contains($0) || $0.utf8.count <= 3 } ?? false)
      outcome.unknownCodes.append(
        (mapping.list, isHarmless ? text : valueClass(of: reading.values[code]), rows[code]))
    }
  }

  /// Codes that their list no longer has, or not yet, on the date that the row tells. Such a row keeps its place: the code still has a meaning.
  private func checkValidity(_ reading: ColumnReading, outcome: inout Outcome) {
    guard let concept = reading.column.concept,
      let mapping = pack.mapping(of: reading.column, in: contract)
    else { return }
    var limited: [Int: [CodeMapping.Row]] = [:]
    for code in 1..<max(reading.values.count, 1) {
      if let rows = mapping.byCode[reading.values.string(code)],
        !rows.contains(where: { $0.validFrom == nil && $0.validTo == nil })
      {
        limited[code] = rows
      }
    }
    guard !limited.isEmpty else { return }
    let days = concept.validAt.flatMap { contract.column($0) }
      .flatMap { date in outcome.checked.content.first { $0.name == date.contentName } }
    var groups: [Int: [Int32]] = [:]
    for (row, code) in reading.codes.enumerated() {
      guard let rows = limited[Int(code)] else { continue }
      let date = days?.date(at: row) ?? referenceDate
      if !rows.contains(where: { $0.isValid(on: date) }) {
        groups[Int(code), default: []].append(Int32(row) + 1)
      }
    }
    for (code, rows) in groups.sorted(by: { $0.key < $1.key }) {
      outcome.findings.append(
        FindingGroup(
          severity: .warning, rule: "obsolete", file: file, column: reading.column.name,
          message: "the code list '\(mapping.list)' does not have "
            + "'\(reading.values.string(code))' on the date of the row", rows: rows))
    }
  }

  /// `F636` and `A123` have one shape. Text with small letters has none: that is how names are written.
  private static func shape(of text: String) -> String? {
    var shape = ""
    for byte in text.utf8 {
      switch byte {
      case 0x30...0x39: shape.append("9")
      case 0x41...0x5A: shape.append("A")
      default: return nil
      }
    }
    return shape
  }

  // MARK: Identifiers

  private func addIdentifier(
    _ identifier: Identifier, _ reading: ColumnReading, others: [String: ColumnReading],
    problems: inout [Problem?], isNull: [Bool], outcome: inout Outcome
  ) {
    let column = reading.column
    let severity: Finding.Severity = column.required && column.role == .key ? .error : .warning
    // An identifier without masks is its own canonical form: the dictionary stays what it is.
    guard !identifier.masks.isEmpty else {
      addPlainIdentifier(identifier, reading, isNull: isNull, outcome: &outcome)
      return
    }
    var canonical = DictionaryBuilder()
    /// By delivered code: the code of its canonical form, 0 when it has none.
    var codeOf = [UInt32](repeating: 0, count: reading.values.count)
    var incomplete: [Int: [UInt8: [UInt8]]] = [:]
    let scratch = UnsafeMutablePointer<UInt8>.allocate(capacity: Identifier.longest)
    defer { scratch.deallocate() }
    for code in 1..<max(reading.values.count, 1) where !isNull[code] {
      let outcome = reading.values.withValue(code) { identifier.read($0, into: scratch) }
      switch outcome {
      case .canonical(let length):
        codeOf[code] = canonical.code(of: UnsafeBufferPointer(start: scratch, count: length))
      case .incomplete:
        if case .incomplete(_, let fields) = identifier.read(reading.values[code]) {
          incomplete[code] = fields
        }
      case .failsCheck:
        problems[code] = problem(
          "check-digit", "no valid \(identifier.name.en): the check digit does not fit", reading,
          code, severity: severity)
      case .unreadable:
        problems[code] = problem(
          "notation", "in no known notation of \(identifier.name.en)", reading, code,
          severity: severity)
      }
    }
    var codes = reading.codes.map { codeOf[Int($0)] }
    if !incomplete.isEmpty {
      complete(
        identifier, reading, incomplete: incomplete, others: others, codes: &codes,
        canonical: &canonical, severity: severity, outcome: &outcome)
    }
    let values = canonical.take().values
    var null = [Bool](repeating: false, count: values.count)
    null[0] = true
    if column.entersContent {
      outcome.checked.identifiers.append(
        IdentifierColumn(
          contentName: column.contentName, identifier: identifier.id, codes: codes,
          values: values, isNull: null))
    }
  }

  private func addPlainIdentifier(
    _ identifier: Identifier, _ reading: ColumnReading, isNull: [Bool], outcome: inout Outcome
  ) {
    guard reading.column.entersContent else { return }
    outcome.checked.identifiers.append(
      IdentifierColumn(
        contentName: reading.column.contentName, identifier: identifier.id, codes: reading.codes,
        values: reading.values, isNull: isNull))
  }

  /// Adds the field that a notation lacks from another column of the same row.
  private func complete(
    _ identifier: Identifier, _ reading: ColumnReading, incomplete: [Int: [UInt8: [UInt8]]],
    others: [String: ColumnReading], codes: inout [UInt32],
    canonical: inout DictionaryBuilder, severity: Finding.Severity, outcome: inout Outcome
  ) {
    var found: [[UInt32]: UInt32] = [:]
    var failed: [Int32] = []
    let completion = reading.column.completion
    let source = completion.flatMap { others[$0.fromColumn] }
    let sourceIdentifier = source?.column.identifier.flatMap { pack.identifiers[$0] }
    var table: [[UInt8]: [UInt8]] = [:]
    if let completion, let rows = pack.references[completion.table],
      let key = rows.column("key"), let value = rows.column("value")
    {
      for row in rows.rows { table[Array(row[key].utf8)] = Array(row[value].utf8) }
    }
    for (row, code) in reading.codes.enumerated() {
      guard let fields = incomplete[Int(code)] else { continue }
      let sourceCode = source?.codes[row] ?? 0
      if let known = found[[code, sourceCode]] {
        codes[row] = known
        if known == 0 { failed.append(Int32(row) + 1) }
        continue
      }
      var resolved: UInt32 = 0
      if let completion, let source, let sourceIdentifier,
        let part = sourceIdentifier.fields(of: source.values[Int(sourceCode)])?[completion.part],
        let digits = table[part] ?? table[[0x30] + part]
      {
        let completed = fields.merging([completion.field: digits]) { first, _ in first }
        if case .canonical(let value) = identifier.read(
          reading.values[Int(code)], completion: completed)
        {
          resolved = value.withUnsafeBufferPointer { canonical.code(of: $0) }
        }
      }
      found[[code, sourceCode]] = resolved
      codes[row] = resolved
      if resolved == 0 { failed.append(Int32(row) + 1) }
    }
    guard !failed.isEmpty else { return }
    outcome.findings.append(
      FindingGroup(
        severity: severity, rule: "ambiguous", file: file, column: reading.column.name,
        message: "a part of the number is missing and could not be found in the row", rows: failed))
    if severity >= .error { for row in failed { outcome.isBad[Int(row) - 1] = true } }
  }

  // MARK: Control totals

  private func addTotals(
    _ reading: ColumnReading, values: ContentTable.Values?, isNull: [Bool],
    outcome: inout Outcome
  ) {
    let numbers: [Int64]
    let scale: Int
    switch values {
    case .integers(let list): (numbers, scale) = (list, 0)
    case .decimals(let list, let digits): (numbers, scale) = (list, digits)
    default: return
    }
    var sum = 0
    for code in reading.codes where !isNull[Int(code)] { sum &+= Int(numbers[Int(code)]) }
    outcome.totals[reading.column.name] = (sum, scale)
  }
}

/// A delivered column whose distinct values are in UTF-8.
struct ColumnReading {
  let column: Contract.Column
  let codes: [UInt32]
  let values: ByteStrings
  /// Codes whose bytes are no text in the file's encoding; their value stands empty.
  var undecodable: Set<Int> = []
  /// No value holds anything but ASCII.
  let isASCII: Bool

  init(column: Contract.Column, raw: DictionaryColumn, encoding: FileFormat.Encoding) {
    self.column = column
    codes = raw.codes
    isASCII = raw.values.bytes.allSatisfy { $0 < 0x80 }
    guard !isASCII else {
      values = raw.values
      return
    }
    var decoded = ByteStrings()
    decoded.reserve(strings: raw.values.count, bytes: raw.values.bytes.count * 2)
    for code in 0..<raw.values.count {
      if let text = TextEncoding.utf8(raw.values[code], from: encoding) {
        decoded.append(text)
      } else {
        undecodable.insert(code)
        decoded.append([])
      }
    }
    values = decoded
  }
}
