import Publication

extension OpenDataAnswer {
  /// An error in the words of the service whose address was asked for.
  ///
  /// - Parameters:
  ///   - status: of HTTP.
  ///   - message: for people, in the language of the service.
  ///   - target: the option that is wrong, for services that tell it apart.
  ///   - root: the first part of the address, in small letters; of a version of PxWebApi the second one too.
  /// - Returns: the answer.
  package static func fault(
    _ status: Int, _ message: String, target: String? = nil, root: String
  ) -> OpenDataAnswer {
    switch root {
    case "sdmx":
      OpenDataAnswer(
        status: status, contentType: "application/xml; charset=utf-8",
        headers: SDMXFormat.headers, body: .whole(SDMXFault(status, message).markup))
    case "api/v1": json(status, [("error", .string(message))])
    case "api", "api/v2":
      json(
        status,
        [
          ("type", .string("about:blank")), ("title", .string(titles[status] ?? "Error")),
          ("status", .integer(status)), ("detail", .string(message)),
        ], type: "application/problem+json")
    case "odata", "csv":
      json(
        status,
        [
          (
            "error",
            .object(
              [("code", .string(String(status))), ("message", .string(message))]
                + (target.map { [("target", .string($0))] } ?? []))
          )
        ], headers: ODataQuery.Version.four.headers)
    default:
      json(
        status,
        [
          (
            "odata.error",
            .object([
              ("code", .string("")),
              ("message", .object([("lang", .string("nl")), ("value", .string(message))])),
            ])
          )
        ], headers: ODataQuery.Version.three.headers)
    }
  }

  private static func json(
    _ status: Int, _ members: [(String, OrderedJSON)],
    type: String = "application/json; charset=utf-8",
    headers: [(name: String, value: String)] = []
  ) -> OpenDataAnswer {
    OpenDataAnswer(
      status: status, contentType: type, headers: headers,
      body: .whole(Array(OrderedJSON.object(members).data)))
  }

  /// What problem details call a status (RFC 9457).
  private static let titles = [
    400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    413: "Content Too Large", 414: "URI Too Long", 429: "Too Many Requests",
    503: "Service Unavailable",
  ]
}
