import Foundation
import InformationModel

/// Which code of a dimension is part of which, from a file.
///
/// Three forms are read: a CSV with the columns `code` and `parent`, the parent of the total empty; τ-ARGUS's `.hrc`, in which a sign before a code,
/// `@` as a rule, stands for each level; and sdcTable's two columns, the first of which has as many `@` as the level.
enum HierarchyFile {
  /// The codes, a parent before its parts, with their parents.
  ///
  /// - Throws: `DisclosureFileError` when the file cannot be read, names a code twice, has a loop, a parent that is not there, or several totals
  ///   where `total` is nil.
  static func read(
    _ file: URL, total: String?, lead: String = "@"
  ) throws -> [(code: String, parent: Int?)] {
    let name = file.lastPathComponent
    guard let data = try? Data(contentsOf: file), let text = String(data: data, encoding: .utf8)
    else { throw DisclosureFileError("\(name): there is no such file in UTF-8") }
    let lines = text.split(omittingEmptySubsequences: true) { $0.isNewline }.map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty }
    guard let first = lines.first else { throw DisclosureFileError("\(name): the file is empty") }
    let separator: Character = first.contains(";") ? ";" : ","
    func fields(_ line: String) -> [String] { Self.fields(line, separator) }
    var pairs: [(code: String, parent: String?)]
    if file.pathExtension.lowercased() == "hrc" {
      let rows =
        lines.map { line in
          var code = Substring(line)
          var level = 1
          while !lead.isEmpty, code.hasPrefix(lead) {
            code = code.dropFirst(lead.count)
            level += 1
          }
          return (level, code.trimmingCharacters(in: .whitespaces))
        } as [(level: Int, code: String)]
      pairs = try levels(toldApart(rows), total: total ?? "Total", file: name)
    } else if first.hasPrefix("@") || first.hasPrefix("\"@") {
      let rows = lines.map(fields)
      pairs = try levels(
        rows.map { ($0[0].count { $0 == "@" } - 1, $0.count > 1 ? $0[1] : "") }, total: nil,
        file: name)
    } else {
      let header = fields(first)
      guard let code = header.firstIndex(of: "code"), let parent = header.firstIndex(of: "parent")
      else {
        throw DisclosureFileError("\(name): the columns are code and parent")
      }
      pairs = lines.dropFirst().map(fields).map { row in
        let above = parent < row.count ? row[parent] : ""
        return (code < row.count ? row[code] : "", above.isEmpty ? nil : above)
      }
    }
    return try ordered(pairs, file: name)
  }

  /// What stands between separators outside quotation marks, of which two within them are one.
  private static func fields(_ line: String, _ separator: Character) -> [String] {
    var fields = [""]
    var isQuoted = false
    var previous: Character?
    for character in line {
      if character == "\"" {
        if !isQuoted, previous == "\"" { fields[fields.count - 1].append(character) }
        isQuoted.toggle()
      } else if character == separator, !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
      previous = character
    }
    return fields.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// τ-ARGUS knows a sum by its place: its code may be that of another row. The second is then `code#2`.
  private static func toldApart(
    _ rows: [(level: Int, code: String)]
  ) -> [(level: Int, code: String)] {
    func isSum(_ row: Int) -> Bool {
      row + 1 < rows.count && rows[row + 1].level > rows[row].level
    }
    var seen: [String: Int] = [:]
    for row in rows.indices where !isSum(row) { seen[rows[row].code] = 1 }
    return rows.indices.map { row in
      let code = rows[row].code
      guard isSum(row) else { return rows[row] }
      let times = seen[code, default: 0] + 1
      seen[code] = times
      return (rows[row].level, times == 1 ? code : "\(code)#\(times)")
    }
  }

  /// Codes by their level, 0 the total; a total that stands above them all is added when it is named.
  private static func levels(
    _ rows: [(level: Int, code: String)], total: String?, file: String
  ) throws -> [(code: String, parent: String?)] {
    var pairs: [(code: String, parent: String?)] = total.map { [($0, nil)] } ?? []
    var path = total.map { [$0] } ?? []
    for (number, row) in rows.enumerated() {
      guard row.level >= 0, row.level <= path.count, row.level > 0 || path.isEmpty else {
        throw DisclosureFileError(
          "\(file), line \(number + 1): '\(row.code)' is \(row.level == 0 ? "a second total" : "more than one level below the line before")"
        )
      }
      pairs.append((row.code, row.level > 0 ? path[row.level - 1] : nil))
      path = path.prefix(row.level) + [row.code]
    }
    return pairs
  }

  /// Parents before parts, otherwise in the order of the file.
  private static func ordered(
    _ pairs: [(code: String, parent: String?)], file: String
  ) throws -> [(code: String, parent: Int?)] {
    if pairs.contains(where: \.code.isEmpty) {
      throw DisclosureFileError("\(file): a row has no code")
    }
    var seen = Set<String>()
    for pair in pairs where !seen.insert(pair.code).inserted {
      throw DisclosureFileError("\(file): the code '\(pair.code)' stands there twice")
    }
    for pair in pairs {
      if let parent = pair.parent, !seen.contains(parent) {
        throw DisclosureFileError(
          "\(file): '\(pair.code)' is part of '\(parent)', which is not there")
      }
    }
    var parts: [String: [String]] = [:]
    for pair in pairs { parts[pair.parent ?? "", default: []].append(pair.code) }
    let roots = pairs.filter { $0.parent == nil }.map(\.code)
    var ordered: [(code: String, parent: Int?)] = []
    func add(_ code: String, _ parent: Int?, depth: Int = 0) throws {
      guard depth < 100 else {
        throw DisclosureFileError("\(file): '\(code)' stands more than 100 levels deep")
      }
      let place = ordered.count
      ordered.append((code, parent))
      for part in parts[code] ?? [] where part != code { try add(part, place, depth: depth + 1) }
    }
    for root in roots { try add(root, nil) }
    if roots.count > 1 {
      throw DisclosureFileError(
        "\(file): there are several totals (\(roots.prefix(5).joined(separator: ", "))): all codes but one are part of another"
      )
    }
    guard ordered.count == pairs.count else {
      let placed = Set(ordered.map(\.code))
      let codes = pairs.map(\.code).filter { !placed.contains($0) }.prefix(5)
      throw DisclosureFileError(
        "\(file): these codes are part of themselves, in a loop: \(codes.joined(separator: ", "))")
    }
    return ordered
  }
}
