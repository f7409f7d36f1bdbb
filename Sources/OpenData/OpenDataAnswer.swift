import Publication

/// What a client gets.
package struct OpenDataAnswer: Sendable {
  package var status: Int
  package var contentType: String
  package var headers: [(name: String, value: String)] = []
  package var body: Body

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
  package static let shape = "a"

  /// An error in the words of the service whose address was asked for.
  ///
  /// - Parameters:
  ///   - status: of HTTP.
  ///   - message: for people.
  ///   - root: the first part of the address, in small letters.
  /// - Returns: the answer.
  package static func fault(_ status: Int, _ message: String, root: String) -> OpenDataAnswer {
    if root == "sdmx" { return SDMXService.fault(status, message) }
    let json: OrderedJSON
    var type = "application/json; charset=utf-8"
    switch root {
    case "api":
      type = "application/problem+json"
      json = .object([
        ("type", .string("about:blank")), ("title", .string("Error")),
        ("status", .integer(status)), ("detail", .string(message)),
      ])
    case "odata", "csv":
      json = .object([
        (
          "error",
          .object([("code", .string(String(status))), ("message", .string(message))])
        )
      ])
    default:
      json = .object([
        (
          "odata.error",
          .object([
            ("code", .string("")),
            ("message", .object([("lang", .string("nl")), ("value", .string(message))])),
          ])
        )
      ])
    }
    return OpenDataAnswer(status: status, contentType: type, body: .whole(Array(json.data)))
  }
}
