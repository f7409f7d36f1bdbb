/// Why a table cannot be protected: it is not the table that the rules are proved for.
///
/// The message names cells by their category codes, never by their figures.
package struct DisclosureError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of fault it is.
  package enum Code: String, Sendable {
    /// A column has too few or too many cells, a parent stands after its child, a count is
    /// negative.
    case shape
    /// A parent category is not the sum of its children.
    case totals
    /// A measure cannot be protected as it is described.
    case measure
    /// The policy's numbers make no sense.
    case policy
    /// Whatever is hidden, something sensitive is not protected.
    case pattern
  }

  /// What a caller may switch on.
  package let code: Code
  /// What is wrong, for people.
  package let message: String

  init(_ code: Code, _ message: String) {
    self.code = code
    self.message = message
  }

  /// Code and message, for logs.
  package var description: String { "\(code.rawValue): \(message)" }
}
