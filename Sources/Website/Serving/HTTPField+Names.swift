import HTTPTypes

extension HTTPField.Name {
  /// By which a reader who has trouble can say which answer it was.
  static let requestID = HTTPField.Name.known("X-Request-Id")
  static let referrerPolicy = HTTPField.Name.known("Referrer-Policy")
  static let permissionsPolicy = HTTPField.Name.known("Permissions-Policy")
  static let crossOriginOpenerPolicy = HTTPField.Name.known("Cross-Origin-Opener-Policy")
  static let rateLimit = HTTPField.Name.known("RateLimit")
  static let rateLimitPolicy = HTTPField.Name.known("RateLimit-Policy")

  private static func known(_ name: String) -> HTTPField.Name {
    guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no header") }
    return name
  }
}
