/// Why a drawing cannot be turned into dots.
package struct RasterisationError: Error, Sendable, CustomStringConvertible {
  /// The whole explanation.
  package let message: String

  /// The message.
  package var description: String { message }
}
