import Crypto
import Foundation
import Warehouse

/// The alliance's secret keys. Each has an id; the newest is in use. Key files are readable by their owner alone.
package struct PseudonymKeys: Sendable {
  package let id: String
  private let master: SymmetricKey

  /// A key that is gone when the command ends: for a supplier's check at home.
  package static func ephemeral() -> PseudonymKeys {
    PseudonymKeys(id: "none", master: SymmetricKey(size: .bits256))
  }

  /// A key from given bytes, for tests.
  package init(id: String, bytes: [UInt8]) {
    self.init(id: id, master: SymmetricKey(data: bytes))
  }

  private init(id: String, master: SymmetricKey) {
    self.id = id
    self.master = master
  }

  /// The key with an id, whether it is in use or an earlier one.
  package static func read(_ id: String, of workspace: Workspace) throws -> PseudonymKeys {
    let file = workspace.keys.appending(path: "\(id).key")
    guard let data = try? Data(contentsOf: file), data.count == 32 else {
      throw KeyError("key \(id) is missing or damaged; put \(id).key back from its safe copy")
    }
    let attributes = try? FileManager.default.attributesOfItem(atPath: file.path)
    if let permissions = attributes?[.posixPermissions] as? Int, permissions & 0o077 != 0 {
      throw KeyError("key \(id) can be read by others; give its file mode 0600")
    }
    return PseudonymKeys(id: id, master: SymmetricKey(data: data))
  }

  /// Ids of all keys, oldest first.
  package static func list(_ workspace: Workspace) throws -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: workspace.keys.path)) ?? []
    return names.filter { $0.hasSuffix(".key") && !$0.hasPrefix(".") }
      .map { String($0.dropLast(4)) }.sorted()
  }

  /// Makes a new key, which is in use from then on.
  @discardableResult
  package static func add(to workspace: Workspace) throws -> PseudonymKeys {
    // Behind the last, not behind as many as there are: an earlier key may have been moved to a safe place.
    let number = (try list(workspace).compactMap { Int($0.drop { !$0.isNumber }) }.max() ?? 0) + 1
    let id = "key-" + String(repeating: "0", count: max(0, 4 - String(number).count)) + "\(number)"
    let key = SymmetricKey(size: .bits256)
    try StoredFile.write(
      key.withUnsafeBytes { Data($0) }, to: workspace.keys.appending(path: "\(id).key"),
      permissions: 0o600)
    return PseudonymKeys(id: id, master: key)
  }

  /// The key of one domain: pseudonyms of two domains cannot be compared.
  func domainKey(_ domain: String) -> SymmetricKey {
    derived("keten pseudonym \(domain)")
  }

  /// The key that seals the identity zone.
  var sealKey: SymmetricKey { derived("keten identity zone") }

  /// HKDF-SHA-256 (RFC 5869).
  private func derived(_ purpose: String) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: master, info: Data(purpose.utf8), outputByteCount: 32)
  }
}

/// A key cannot be used.
package struct KeyError: Error, CustomStringConvertible {
  package var description: String

  init(_ description: String) {
    self.description = description
  }
}
