import Foundation
import InformationModel

/// What `release.json` holds. The release's name is a digest of these bytes, and these bytes hold a
/// digest of every other file, so that the name vouches for all.
package struct ReleaseManifest: Sendable, Hashable, Codable {
  /// A file of the release.
  package struct File: Sendable, Hashable, Codable {
    /// Path within the release, with `/`.
    package let path: String
    /// Size in bytes.
    package let bytes: Int
    /// SHA-256 in hexadecimal.
    package let sha256: String
  }

  /// What a list of tables needs to know without opening them.
  package struct Table: Sendable, Hashable, Codable {
    /// The table's id.
    package let id: String
    /// Its place in addresses.
    package let slug: String
    /// Its title.
    package let title: LocalizedText
    /// Code of its theme.
    package let theme: String
    /// Its own file and those of every format, by path.
    package let files: [File]
  }

  /// Changes when the layout of a release does.
  static let currentFormat = "keten-release-c"
  static let name = "release.json"
  static let conceptsName = "concepts.json"

  /// The part that every layout has.
  struct Layout: Decodable {
    let format: String
  }

  /// The layout of the release.
  package let format: String
  /// The chain that the figures are about.
  package let chain: ChainDescription
  /// Where the figures come from.
  package let provenance: Provenance
  /// The concept schemes.
  package let concepts: File
  /// The tables, in the order in which they were given.
  package let tables: [Table]

  /// Every file but `release.json` itself.
  var files: [File] { [concepts] + tables.flatMap(\.files) }
}

/// JSON of a release: sorted keys, so that equal content gives equal bytes.
enum ReleaseJSON {
  static func data(_ value: some Encodable) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(value)
    data.append(UInt8(ascii: "\n"))
    return data
  }

  static func value<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
    try JSONDecoder().decode(type, from: data)
  }
}
