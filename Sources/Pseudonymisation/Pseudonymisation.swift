import ChainPack
import Crypto
import Foundation
import InformationModel
import Warehouse

/// What leaves the door: content with pseudonyms, and the identifying values sealed.
package struct PseudonymisedFile: Sendable {
  package var content: ContentTable
  /// nil when the file has no identifying column.
  package var sealedIdentity: Data?
}

/// Splits a checked file into content and identity. The only stage that sees a key and a name together.
package enum Pseudonymisation {
  /// Replaces identifying numbers by their pseudonyms and seals the values as delivered.
  package static func split(
    _ file: Microdata<Validated, CheckedFile>, keys: PseudonymKeys
  ) throws -> Microdata<Pseudonymised, PseudonymisedFile> {
    let checked = file.content
    let pseudonyms = checked.identifiers.map { column in
      ContentTable.Column(
        name: column.contentName, codes: column.codes,
        values: .texts(Self.pseudonyms(of: column.values, domain: column.identifier, keys: keys)),
        isNull: column.isNull)
    }
    let sealed =
      checked.identity.isEmpty
      ? nil
      : try SealedColumns.seal(
        checked.identity, subject: subject(checked.delivery, checked.contract.name), keys: keys)
    let order = Dictionary(
      checked.contract.columns.enumerated().map { ($0.element.contentName, $0.offset) },
      uniquingKeysWith: { first, _ in first })
    let columns = (checked.content + pseudonyms).enumerated().sorted {
      (order[$0.element.name] ?? .max, $0.offset) < (order[$1.element.name] ?? .max, $1.offset)
    }.map(\.element)
    return Microdata(
      PseudonymisedFile(
        content: ContentTable(columns: columns, rows: checked.rows),
        sealedIdentity: sealed),
      as: Pseudonymised.self)
  }

  /// The pseudonym of each value in a domain. Equal values of one domain and key have equal pseudonyms; nothing else can be told from them.
  package static func pseudonyms(
    of values: ByteStrings, domain: String, keys: PseudonymKeys
  ) -> ByteStrings {
    KeyedHash(key: keys.domainKey(domain)).pseudonyms(of: values)
  }

  /// Name in the identity zone of a sealed file.
  package static func sealedName(subject: String, keys: PseudonymKeys) -> String {
    let digest = SHA256.hash(data: Data("\(subject)/\(keys.id)".utf8))
    return StoredFile.letters(Array(digest).prefix(16)) + ".sealed"
  }

  /// What a sealed file is bound to.
  package static func subject(_ delivery: String, _ contract: String) -> String {
    "\(delivery)/\(contract)"
  }
}
