/// Why a release could not be written or read: what is wrong, where, and what would be right.
package struct PublicationError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of trouble it is, for those who decide what to do next.
  package enum Code: String, Sendable {
    /// A table cannot be published as it is.
    case unpublishable
    /// A file of a release is absent or differs from what was written.
    case damaged
    /// There is no such release or table.
    case unknown
    /// The file system refused.
    case storage
  }

  /// The kind of trouble.
  package let code: Code
  /// The whole explanation, in one or two sentences.
  package let message: String

  /// Makes an error of this kind.
  package init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// The message.
  package var description: String { message }
}
