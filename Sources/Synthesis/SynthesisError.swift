/// The pack's synthesis cannot be carried out, with what would be right.
package struct SynthesisError: Error, CustomStringConvertible {
  package var description: String

  init(_ description: String) {
    self.description = description
  }

  /// A mistake at a line of `synthesis.yaml`.
  init(line: Int?, _ message: String) {
    description = "synthesis/synthesis.yaml\(line.map { ":\($0)" } ?? ""): \(message)"
  }
}
