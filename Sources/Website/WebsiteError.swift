/// Why the website cannot start: what is absent and where it was looked for.
package struct WebsiteError: Error, Sendable, CustomStringConvertible {
  /// The whole explanation.
  package let message: String

  /// The message.
  package var description: String { message }
}
