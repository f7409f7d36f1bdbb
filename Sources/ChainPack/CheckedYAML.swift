import Yams

/// YAML that people write: what is wrong is told with its place, a misspelt key too.
package enum CheckedYAML {
  /// Why a text is not what it should be, with its place.
  package struct Fault: Error, Sendable {
    package let message: String

    init(_ message: String) { self.message = message }
  }

  /// Reads a value of a type.
  ///
  /// - Parameters:
  ///   - type: what is read.
  ///   - text: the YAML.
  ///   - file: its name, for errors.
  ///   - keys: what may stand at the top, under "", in the parts below a key, under that key, and below names of any kind in it, under that key and ".*".
  /// - Returns: the value.
  /// - Throws: `Fault` that says where the text is none.
  package static func read<Value: Decodable>(
    _ type: Value.Type, from text: String, file: String, keys: [String: [String]]
  ) throws -> Value {
    do {
      guard let node = try Yams.compose(yaml: text) else {
        throw Fault("\(file): the file is empty")
      }
      try check(node, at: "", file: file, keys: keys)
      return try YAMLDecoder().decode(type, from: text)
    } catch let error as Fault {
      throw error
    } catch let DecodingError.keyNotFound(key, context) {
      throw Fault("\(file): \(path(context))'\(key.stringValue)' is missing")
    } catch let DecodingError.typeMismatch(_, context), let DecodingError.dataCorrupted(context),
      let DecodingError.valueNotFound(_, context)
    {
      throw Fault("\(file): \(path(context))\(context.debugDescription)")
    } catch {
      throw Fault("\(file): no YAML: \(error)")
    }
  }

  private static func path(_ context: DecodingError.Context) -> String {
    let keys = context.codingPath.map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue }
    return keys.isEmpty ? "" : keys.joined(separator: " ") + ": "
  }

  private static func check(
    _ node: Node, at place: String, file: String, keys: [String: [String]]
  ) throws {
    guard let known = keys[place] else { return }
    for part in node.sequence.map(Array.init) ?? [node] {
      for (key, value) in part.mapping.map(Array.init) ?? [] {
        guard let name = key.string else { continue }
        guard known.contains(name) else {
          throw Fault(
            "\(file), line \(key.mark?.line ?? 0): there is no '\(name)' (possible: \(known.joined(separator: ", ")))"
          )
        }
        guard place.isEmpty else { continue }
        try check(value, at: name, file: file, keys: keys)
        if keys[name + ".*"] != nil {
          for (_, inner) in value.mapping.map(Array.init) ?? [] {
            try check(inner, at: name + ".*", file: file, keys: keys)
          }
        }
      }
    }
  }
}
