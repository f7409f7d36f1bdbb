import InformationModel

extension PackReader {
  func readContracts(of organisation: Organisation) -> [Contract] {
    files(in: "deliveries/\(organisation.id)", extension: "yaml").compactMap { file in
      PackNode(file: file, in: directory, log: log).map {
        readContract($0, organisation: organisation.id)
      }
    }
  }

  private func readContract(_ root: PackNode, organisation: String) -> Contract {
    root.expect(keys: [
      "id", "file", "version", "title", "format", "key", "mutation", "rhythm", "thresholds",
      "columns", "checks", "references",
    ])
    let columns = root.items("columns").map(readColumn)
    return Contract(
      organisation: organisation, id: root.text("id"), file: root.text("file"),
      version: root.text("version"), title: root.localized("title"),
      format: readFormat(root.required("format")), key: root.items("key").map(\.text),
      mutation: root["mutation"].map { node in
        node.expect(keys: ["column", "new", "changed", "withdrawn", "at"])
        return Contract.Mutation(
          column: node.text("column"), new: node.text("new"), changed: node.text("changed"),
          withdrawn: node.text("withdrawn"), at: node.optionalText("at"))
      },
      rhythm: root.choice("rhythm", default: .once),
      quarantineThreshold: root["thresholds"].map { node in
        node.expect(keys: ["quarantine"])
        let share = node.number("quarantine", default: 0.05)
        if !(0...1).contains(share) { node.problem("'quarantine' must lie between 0 and 1") }
        return share
      } ?? 0.05,
      columns: columns,
      checks: root.items("checks").map { node in
        node.expect(keys: ["id", "expect", "severity", "message"])
        return Contract.Check(
          id: node.text("id"), expectation: node.text("expect"),
          severity: node.severity(default: .warning), message: node.localized("message"))
      },
      references: root.items("references").map { node in
        node.expect(keys: ["columns", "to", "severity"])
        return Contract.Reference(
          columns: node.items("columns").map(\.text), target: node.text("to"),
          severity: node.severity(default: .warning))
      },
      source: root.file)
  }

  private func readFormat(_ node: PackNode?) -> FileFormat {
    var format = FileFormat(
      kind: .delimited, separator: 0x2C, encoding: .utf8, byteOrderMark: false, quote: 0x22,
      quoting: .minimal, newline: .lf, headerLines: 1, date: "yyyy-mm-dd",
      timestamp: "yyyy-mm-ddTHH:MM:SS", decimalMark: 0x2E, trueText: "true", falseText: "false",
      positions: [:])
    guard let node else { return format }
    node.expect(keys: [
      "kind", "separator", "encoding", "bom", "quote", "quoting", "newline", "header", "date",
      "timestamp", "decimal", "true", "false", "positions", "length", "record", "trailer",
      "namespace",
    ])
    format.kind = node.choice("kind", default: .delimited)
    format.encoding = node.choice("encoding", default: .utf8)
    format.quoting = node.choice("quoting", default: .minimal)
    format.newline = node.choice("newline", default: .lf)
    format.byteOrderMark = node.flag("bom", default: false)
    format.headerLines = node.integer(
      "header", default: format.kind == .delimited ? 1 : 0)
    if let separator = node["separator"] {
      let text = separator.text == "\\t" ? "\t" : separator.text
      if let byte = text.utf8.first, text.utf8.count == 1 {
        format.separator = byte
      } else {
        separator.problem("the separator must be one ASCII character, or \\t for a tab")
      }
    }
    if let quote = node["quote"] {
      if quote.text == "none" {
        format.quote = nil
      } else if let byte = quote.text.utf8.first, quote.text.utf8.count == 1 {
        format.quote = byte
      } else {
        quote.problem("the quote must be one ASCII character, or none")
      }
    }
    if let decimal = node["decimal"] {
      if let byte = decimal.text.utf8.first, [0x2C, 0x2E].contains(byte) {
        format.decimalMark = byte
      } else {
        decimal.problem("the decimal mark must be a comma or a point")
      }
    }
    format.date = node.optionalText("date") ?? format.date
    format.timestamp = node.optionalText("timestamp") ?? format.timestamp
    for key in ["date", "timestamp"] {
      guard let value = node[key] else { continue }
      if DatePattern(value.text) == nil {
        value.problem(
          "'\(value.text)' is no date pattern; use yyyy, yy, mm, m, dd, d, mmm, HH, MM, SS")
      }
    }
    format.trueText = node.optionalText("true") ?? format.trueText
    format.falseText = node.optionalText("false") ?? format.falseText
    for (name, value) in node["positions"]?.entries ?? [] {
      if let position = readPosition(value) {
        format.positions[name] = (position.start, position.length)
      }
    }
    format.lineLength = node["length"].map { _ in node.integer("length") }
    format.record = node.optionalText("record")
    format.namespace = node.optionalText("namespace")
    if let trailer = node["trailer"] {
      trailer.expect(keys: ["is", "counts"])
      var counts: [String: FileFormat.Trailer.Position] = [:]
      for (record, value) in trailer["counts"]?.entries ?? [] {
        counts[record] = readPosition(value)
      }
      format.trailer = .init(mark: trailer.text("is"), counts: counts)
    }
    for (key, kinds) in Self.keysOfKinds {
      if let value = node[key], !kinds.contains(format.kind) {
        let names = kinds.map(\.rawValue).joined(separator: " or ")
        value.problem("'\(key)' is for files of kind \(names)")
      }
    }
    return format
  }

  private static let keysOfKinds: [(key: String, kinds: [FileFormat.Kind])] = [
    ("positions", [.fixed]), ("length", [.fixed]), ("trailer", [.fixed]),
    ("record", [.fixed, .xml]), ("namespace", [.xml]),
  ]

  private func readPosition(_ node: PackNode) -> FileFormat.Trailer.Position? {
    let numbers = node.items.compactMap { Int($0.text) }
    guard numbers.count == 2, numbers[0] > 0, numbers[1] > 0 else {
      node.problem("give [first position, length], counted from 1")
      return nil
    }
    return .init(start: numbers[0], length: numbers[1])
  }

  private func readColumn(_ node: PackNode) -> Contract.Column {
    node.expect(keys: [
      "name", "as", "type", "role", "required", "length", "identifier", "complete", "codes",
      "concept", "values", "min", "max", "keep_year", "format", "severity", "note",
    ])
    let name = node.text("name")
    let type: Contract.ColumnType? = node["type"].map { Contract.ColumnType($0.text) } ?? .text
    if type == nil, let value = node["type"] {
      value.problem(
        "'\(value.text)' is no type (possible: text, integer, decimal(n), date, timestamp, boolean, partialdate)"
      )
    }
    return Contract.Column(
      name: name, contentName: node.optionalText("as") ?? snakeCase(name),
      type: type ?? .text,
      role: node.choice("role", default: .content), required: node.flag("required", default: false),
      severity: node.severity(default: .error),
      maximumLength: node["length"].map { _ in node.integer("length") },
      identifier: node.optionalText("identifier"),
      completion: node["complete"].flatMap { complete in
        complete.expect(keys: ["field", "from", "part", "table"])
        guard let field = readField(complete, "field"), let part = readField(complete, "part")
        else { return nil }
        return Contract.Completion(
          field: field, fromColumn: complete.text("from"), part: part,
          table: complete.text("table"))
      },
      codes: node.optionalText("codes"),
      concept: node["concept"].map { concept in
        concept.expect(keys: ["scheme", "as", "at"])
        return Contract.ConceptColumn(
          scheme: concept.text("scheme"), contentName: concept.text("as"),
          validAt: concept.optionalText("at"))
      },
      values: node["values"].map { $0.items.map(\.text) },
      minimum: node["min"].flatMap { readBound($0, of: type) },
      maximum: node["max"].flatMap { readBound($0, of: type) },
      keepYear: node.optionalText("keep_year"),
      dateFormat: node.optionalText("format"))
  }

  /// The letter of a field of a mask.
  private func readField(_ node: PackNode, _ key: String) -> UInt8? {
    guard let value = node.required(key) else { return nil }
    let text = value.text
    if let letter = text.utf8.first, text.utf8.count == 1 { return letter }
    value.problem("'\(text)' is no field of a mask; write one letter")
    return nil
  }

  /// A bound that fits the type of its column; any bound fits a type that is not known.
  private func readBound(_ node: PackNode, of type: Contract.ColumnType?) -> Contract.Bound? {
    let text = node.text
    let bound: Contract.Bound
    if text == "reference" {
      bound = .reference
    } else if let date = CalendarDate(iso: text) {
      bound = .date(date)
    } else if let number = Double(text), number.isFinite {
      bound = .number(number)
    } else {
      node.problem("'\(text)' is no bound; write a number, a date yyyy-mm-dd, or reference")
      return nil
    }
    switch (type, bound) {
    case (nil, _), (.integer, .number), (.decimal, .number),
      (.date, .date), (.partialdate, .date), (.timestamp, .date),
      (.date, .reference), (.partialdate, .reference), (.timestamp, .reference):
      return bound
    default:
      node.problem(
        "'\(text)' is no bound of this type: numbers lie between numbers, dates and times between dates"
      )
      return nil
    }
  }
}

extension PackNode {
  func severity(default standard: Finding.Severity) -> Finding.Severity {
    guard let value = self["severity"] else { return standard }
    switch value.text {
    case "note", "warning", "error": return Finding.Severity(rawValue: value.text) ?? standard
    default:
      value.problem("'\(value.text)' is no severity (possible: note, warning, error)")
      return standard
    }
  }
}

/// `REGISTRATIENR` → `registratienr`, `datumUitspraak` → `datum_uitspraak`, `Datum in` → `datum_in`.
package func snakeCase(_ name: String) -> String {
  var result = ""
  var previousIsLower = false
  for character in name {
    if character.isLetter || character.isNumber {
      if character.isUppercase, previousIsLower { result.append("_") }
      result += character.lowercased()
      previousIsLower = character.isLowercase || character.isNumber
    } else if !result.hasSuffix("_"), !result.isEmpty {
      result.append("_")
      previousIsLower = false
    }
  }
  return result.hasSuffix("_") ? String(result.dropLast()) : result
}
