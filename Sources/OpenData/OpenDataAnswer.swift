import Publication

/// What a client gets.
package struct OpenDataAnswer: Sendable {
  package var status: Int
  package var contentType: String
  package var headers: [(name: String, value: String)] = []
  package var body: Body
  /// Whether the same question has the same answer as long as the release is shown.
  package var isLasting = true

  package enum Body: Sendable {
    case whole([UInt8])
    /// Made while it is sent, so that a long answer takes no more room than a short one.
    case pieces(@Sendable () -> AnswerPieces)
  }
}

/// A long answer, a piece at a time.
package struct AnswerPieces {
  private let make: () -> [UInt8]?

  /// - Parameter make: gives the next piece, nil behind the last.
  init(_ make: @escaping () -> [UInt8]?) { self.make = make }

  package func next() -> [UInt8]? { make() }
}

extension OpenDataAnswer {
  /// Part of every tag; another whenever the same release is answered in another shape.
  package static let shape = "c"
}
