import ChainPack
import InformationModel

/// A delivered file after its row checks, still with identifying values; only in memory, never written so.
package struct CheckedFile: Sendable {
  package var contract: Contract
  package var delivery: String
  /// Columns that enter content as they are.
  package var content: [ContentTable.Column]
  /// Columns that enter content as pseudonyms.
  package var identifiers: [IdentifierColumn]
  /// Columns for the identity zone, as delivered (UTF-8), by their delivered names.
  package var identity: [(name: String, column: DictionaryColumn)]
  /// The rows that go on, from 0.
  package var rows: [Int32]

  package init(
    contract: Contract, delivery: String, content: [ContentTable.Column],
    identifiers: [IdentifierColumn], identity: [(name: String, column: DictionaryColumn)],
    rows: [Int32]
  ) {
    self.contract = contract
    self.delivery = delivery
    self.content = content
    self.identifiers = identifiers
    self.identity = identity
    self.rows = rows
  }
}

/// Identifying numbers in canonical form, one value per code.
package struct IdentifierColumn: Sendable {
  package var contentName: String
  /// Id of the identifier in the pack: the domain of its pseudonyms.
  package var identifier: String
  package var codes: [UInt32]
  package var values: ByteStrings
  package var isNull: [Bool]

  package init(
    contentName: String, identifier: String, codes: [UInt32], values: ByteStrings, isNull: [Bool]
  ) {
    self.contentName = contentName
    self.identifier = identifier
    self.codes = codes
    self.values = values
    self.isNull = isNull
  }
}
