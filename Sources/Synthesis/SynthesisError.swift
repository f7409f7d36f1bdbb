/// Deliveries cannot be made up, with what would be right.
package struct SynthesisError: Error, CustomStringConvertible {
  package var description: String
  /// The pack's synthesis is wrong; else what was asked of it.
  package var isOfPack: Bool

  /// A mistake in the pack's synthesis.
  init(_ description: String) {
    self.description = description
    isOfPack = true
  }

  /// Something was asked that cannot be.
  init(asked description: String) {
    self.description = description
    isOfPack = false
  }

  /// A mistake at a line of `synthesis.yaml`.
  init(line: Int?, _ message: String) {
    self.init("synthesis/synthesis.yaml\(line.map { ":\($0)" } ?? ""): \(message)")
  }
}
