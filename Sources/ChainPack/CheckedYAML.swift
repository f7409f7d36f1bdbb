import Foundation
import Yams

/// YAML that people write: what is wrong is told with its place, a misspelt key too.
package enum CheckedYAML {
  /// Why a text is not what it should be, with its place.
  package struct Fault: Error, Sendable {
    package let message: String

    fileprivate init(_ message: String) { self.message = message }
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
    let root: Node?
    do {
      // What a value is follows from where it stands: no tag needs to be resolved.
      root = try Yams.compose(yaml: text, .basic)
    } catch {
      throw fault(error, in: file)
    }
    guard let node = root else { throw Fault("\(file): the file is empty") }
    try check(node, at: "", file: file, keys: keys)
    let place = Place(node: node, file: file, keys: keys, codingPath: [])
    do {
      return try place.decode(type)
    } catch let DecodingError.dataCorrupted(context) {
      // What a type itself says of its value.
      throw place.below(context.codingPath).fault(context.debugDescription)
    }
  }

  private static func fault(_ error: any Error, in file: String) -> Fault {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      Fault("\(file), line \(mark.line): no YAML: \(problem)")
    case .duplicatedKeysInMapping(let duplicates, let context):
      Fault(
        "\(file), line \(context.mark.line): twice the same key: \(duplicates.sorted().joined(separator: ", "))"
      )
    case .reader(let problem, _, _, _): Fault("\(file): no YAML: \(problem)")
    default: Fault("\(file): no YAML")
    }
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

/// A place in the text, from which values are read: what is not as expected is told with its line, by the names of kinds that people know.
private struct Place: Decoder {
  let node: Node
  let file: String
  let keys: [String: [String]]
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func fault(_ what: String) -> CheckedYAML.Fault {
    let path = codingPath.map { $0.intValue.map { "\($0 + 1)" } ?? $0.stringValue }
    let line = node.mark.map { ", line \($0.line)" } ?? ""
    return CheckedYAML.Fault(
      "\(file)\(line): \(path.isEmpty ? "" : path.joined(separator: " ") + ": ")\(what)")
  }

  func expected(_ kind: String) -> CheckedYAML.Fault {
    let found: String
    switch node {
    case .mapping: found = "keys"
    case .sequence: found = "a list"
    case .alias: found = "an alias"
    case .scalar(let scalar) where isNothing:
      found =
        scalar.string.isEmpty
        ? "nothing" : "\(scalar.string), which is nothing unless it stands in quotes"
    case .scalar(let scalar):
      let isQuoted = scalar.style != .plain
      found =
        "\(isQuoted ? "a text in quotes: " : "")'\(scalar.string.prefix(40))\(scalar.string.count > 40 ? "…" : "")'"
    }
    return fault("expected \(kind), found \(found)")
  }

  var isNothing: Bool { node.null != nil }

  func inner(_ node: Node, _ key: any CodingKey) -> Place {
    Place(node: node, file: file, keys: keys, codingPath: codingPath + [key])
  }

  /// The place to which keys lead, as far as they do.
  func below(_ path: [any CodingKey]) -> Place {
    var place = self
    for key in path {
      let next: Node?
      if let index = key.intValue, let list = place.node.sequence {
        next = list.indices.contains(index) ? list[index] : nil
      } else {
        next = place.node.mapping?.first { $0.key.scalar?.string == key.stringValue }?.value
      }
      guard let next else { break }
      place = place.inner(next, key)
    }
    return place
  }

  // MARK: Decoder

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let mapping = node.mapping else {
      let names = codingPath.filter { $0.intValue == nil }.map(\.stringValue)
      let possible =
        switch names.count {
        case 0, 1: keys[names.first ?? ""]
        case 2: keys[names[0] + ".*"]
        default: [String]?.none
        }
      throw expected("keys" + (possible.map { " (\($0.joined(separator: ", ")))" } ?? ""))
    }
    var values: [String: Node] = [:]
    for (key, value) in mapping {
      guard let name = key.scalar?.string else {
        throw Place(node: key, file: file, keys: keys, codingPath: codingPath)
          .expected("a name before the colon")
      }
      values[name] = value
    }
    return KeyedDecodingContainer(KeyedPlaces(place: self, values: values))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard let sequence = node.sequence else { throw expected("a list") }
    return ListedPlaces(
      places: sequence.enumerated().map { inner($1, PlaceKey($0)) }, codingPath: codingPath)
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
}

/// A name or a number on the way to a place.
private struct PlaceKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  init(_ index: Int) { (stringValue, intValue) = ("\(index)", index) }

  init(_ name: String) { (stringValue, intValue) = (name, nil) }

  init(stringValue: String) { self.init(stringValue) }

  init(intValue: Int) { self.init(intValue) }
}

private struct KeyedPlaces<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let place: Place
  let values: [String: Node]

  var codingPath: [any CodingKey] { place.codingPath }
  var allKeys: [Key] { values.keys.sorted().compactMap(Key.init(stringValue:)) }

  private func inner(_ key: any CodingKey) throws -> Place {
    guard let node = values[key.stringValue] else {
      throw place.fault("'\(key.stringValue)' is missing")
    }
    return place.inner(node, key)
  }

  func contains(_ key: Key) -> Bool { values[key.stringValue] != nil }

  func decodeNil(forKey key: Key) throws -> Bool { try inner(key).isNothing }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try inner(key).decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try inner(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try inner(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder { try inner(PlaceKey("super")) }

  func superDecoder(forKey key: Key) throws -> any Decoder { try inner(key) }
}

private struct ListedPlaces: UnkeyedDecodingContainer {
  let places: [Place]
  let codingPath: [any CodingKey]
  private(set) var currentIndex = 0

  var count: Int? { places.count }
  var isAtEnd: Bool { currentIndex >= places.count }

  private func current() throws -> Place {
    guard !isAtEnd else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: codingPath, debugDescription: "the list ends too early"))
    }
    return places[currentIndex]
  }

  mutating func decodeNil() throws -> Bool {
    guard try current().isNothing else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try current().decode(type)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    let container = try current().container(keyedBy: type)
    currentIndex += 1
    return container
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let container = try current().unkeyedContainer()
    currentIndex += 1
    return container
  }

  mutating func superDecoder() throws -> any Decoder {
    let place = try current()
    currentIndex += 1
    return place
  }
}

extension Place: SingleValueDecodingContainer {
  func decodeNil() -> Bool { isNothing }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if let kind = type as? any ScalarConstructible.Type {
      // `null` is a text only in quotes, and no number is endless.
      guard let scalar = node.scalar, !isNothing,
        let value = kind.construct(from: scalar) as? Value,
        (value as? Double)?.isFinite ?? true
      else { throw expected(Self.name(of: type)) }
      return value
    }
    if let choices = type as? any CaseIterable.Type {
      let names = Self.names(of: choices)
      guard let text = node.scalar?.string, names.contains(text) else {
        throw expected("one of \(names.joined(separator: ", "))")
      }
    }
    return try type.init(from: self)
  }

  private static func names<Choices: CaseIterable>(of type: Choices.Type) -> [String] {
    type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
  }

  private static func name(of type: any Decodable.Type) -> String {
    switch type {
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is any FixedWidthInteger.Type: "a whole number"
    default: "a number"
    }
  }
}
