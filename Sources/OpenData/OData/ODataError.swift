/// Why a request has no answer, as its client is told.
package struct ODataError: Error, Sendable, Hashable {
  package enum Kind: Int, Sendable {
    case malformed = 400
    case absent = 404
    case unknownFormat = 415
    /// Something of the installation's own cannot be read.
    case damaged = 500
    case unsupported = 501
  }

  package let kind: Kind
  /// In Dutch.
  package let message: String
  /// The option that is wrong.
  package let target: String?

  init(_ kind: Kind, _ message: String, target: String? = nil) {
    (self.kind, self.message, self.target) = (kind, message, target)
  }
}
