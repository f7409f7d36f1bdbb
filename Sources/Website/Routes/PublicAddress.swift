import Hummingbird

/// How readers reach the installation, for whole addresses in answers.
struct PublicAddress: Sendable {
  /// Scheme and host, no slash at the end; by the name that readers ask for when nil.
  let configured: String?
  /// Of addresses by the name that readers ask for.
  var scheme = "http"

  /// Nil when the name that is asked for is none.
  func base(of request: Request) -> String? {
    if let configured { return configured }
    let name = request.head.authority ?? "localhost"
    let isName = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return isName && !name.isEmpty ? "\(scheme)://" + name : nil
  }
}
