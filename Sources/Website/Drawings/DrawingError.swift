/// Why figures cannot be drawn: which part of them contradicts another.
package struct DrawingError: Error, Sendable, CustomStringConvertible {
  /// The whole explanation.
  package let message: String

  /// The message.
  package var description: String { message }
}
