import Foundation
import Warehouse

/// τ-ARGUS's description of a file (`.rda`): which columns it has, and how the codes of each hang together (τ-ARGUS manual 4.1).
///
/// What τ-ARGUS says there of how to protect is not read: the spec says it.
struct ArgusLayout {
  private struct Variable {
    var name: String
    var start = 0
    var length = 0
    var missing: [String] = []
    var total: String?
    var hierarchy: String?
    var lead = "@"
    var levels: [Int] = []
  }

  private var variables: [Variable] = []
  private var separator: String?
  private let folder: URL

  /// - Throws: `DisclosureFileError` when the file is not there, or is no such description.
  init(_ file: URL) throws {
    let name = file.lastPathComponent
    folder = file.deletingLastPathComponent()
    guard let data = try? Data(contentsOf: file), let text = String(data: data, encoding: .utf8)
    else { throw DisclosureFileError("\(name): there is no such file in UTF-8") }
    for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      let words = Self.words(String(line))
      guard let first = words.first else { continue }
      func fail(_ what: String) -> DisclosureFileError {
        DisclosureFileError("\(name), line \(number + 1): \(what)")
      }
      guard first.hasPrefix("<") else {
        var variable = Variable(name: first)
        let numbers = words.dropFirst().prefix { Int($0) != nil }.compactMap { Int($0) }
        if separator == nil {
          // Name, first column, length, codes of what is missing; a table has no places.
          if numbers.count >= 2 {
            guard numbers[0] > 0, numbers[1] > 0 else {
              throw fail("'\(first)' has no place in a line")
            }
            (variable.start, variable.length) = (numbers[0], numbers[1])
            variable.missing = Array(words.dropFirst(3))
          }
        } else {
          variable.missing = Array(words.dropFirst(2))
        }
        guard !variables.contains(where: { $0.name == first }) else {
          throw fail("'\(first)' stands there twice")
        }
        variables.append(variable)
        continue
      }
      let value = words.count > 1 ? words[1] : ""
      if first.uppercased() == "<SEPARATOR>" {
        separator = value
        continue
      }
      guard !variables.isEmpty else { continue }
      let last = variables.count - 1
      switch first.uppercased() {
      case "<TOTCODE>": variables[last].total = value
      case "<HIERCODELIST>": variables[last].hierarchy = value
      case "<HIERLEADSTRING>": variables[last].lead = value
      case "<HIERLEVELS>":
        let levels = words.dropFirst().compactMap { Int($0) }
        guard levels.allSatisfy({ (0...100).contains($0) }) else {
          throw fail("levels are 0 to 100 characters long")
        }
        // Levels without a character are none.
        variables[last].levels = levels.filter { $0 > 0 }
      default: break
      }
    }
    guard !variables.isEmpty else {
      throw DisclosureFileError("\(name): it describes no column")
    }
    guard separator != nil || variables.allSatisfy({ $0.start > 0 }) else {
      throw DisclosureFileError(
        "\(name): columns without a place need <SEPARATOR> at the top")
    }
  }

  /// Words between spaces or quotes, up to a comment.
  private static func words(_ line: String) -> [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    let characters = Array(line)
    for (place, character) in characters.enumerated() {
      if isQuoted {
        if character == "\"" {
          words.append(word ?? "")
          word = nil
          isQuoted = false
        } else {
          word = (word ?? "") + String(character)
        }
      } else if character == "\"", word == nil {
        isQuoted = true
        word = ""
      } else if character == "/", place + 1 < characters.count, characters[place + 1] == "/",
        word == nil
      {
        break
      } else if character == " " || character == "\t" {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
  }

  func relation(of file: URL) -> String {
    Warehouse.relation(
      ofPlainText: file, columns: variables.map { ($0.name, $0.start, $0.length) },
      separator: separator)
  }

  func total(of name: String) -> String? { variables.first { $0.name == name }?.total }

  /// The codes of a column, of which `codes` are in the file, a parent before its parts; nil when the description says nothing of them.
  func hierarchy(
    of name: String, total: String?, codes: [String], folder other: URL
  ) throws -> [(code: String, parent: Int?)]? {
    guard let variable = variables.first(where: { $0.name == name }) else { return nil }
    let total = total ?? "Total"
    var categories: [(code: String, parent: Int?)]
    if let hierarchy = variable.hierarchy {
      // It may be written with a folder of another machine.
      let base = hierarchy.split { $0 == "\\" || $0 == "/" }.last.map(String.init) ?? hierarchy
      let places = [folder, other].flatMap { folder in
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()
          .filter { $0.lowercased() == base.lowercased() }.map { folder.appending(path: $0) }
      }
      guard let place = places.first else {
        throw DisclosureFileError("\(base): the hierarchy of \(name) is not beside its description")
      }
      categories = try HierarchyFile.read(place, total: total, lead: variable.lead)
    } else if !variable.levels.isEmpty {
      categories = [(total, nil)]
      var known: [String: Int] = [:]
      for code in codes.sorted() where !variable.missing.contains(code) && code != total {
        var parent = 0
        var length = 0
        // The first digits are the code of the sum.
        for level in variable.levels where length < code.count {
          length += level
          let prefix = String(code.prefix(length))
          if known[prefix] == nil {
            known[prefix] = categories.count
            categories.append((prefix, parent))
          }
          parent = known[prefix] ?? 0
        }
      }
    } else if variable.missing.isEmpty {
      return nil
    } else {
      let missing = Set(variable.missing)
      categories = [(total, nil)]
      categories += codes.sorted().filter { $0 != total && !missing.contains($0) && $0 != "" }
        .map { ($0, 0) }
    }
    // What is not known is a part of the total like others.
    for code in variable.missing where codes.contains(code) {
      if !categories.contains(where: { $0.code == code }) { categories.append((code, 0)) }
    }
    return categories
  }
}
