/// A score cannot be given: what is missing or does not fit, and what would.
package struct ScoringError: Error, CustomStringConvertible {
  package var description: String

  package init(_ description: String) {
    self.description = description
  }
}
