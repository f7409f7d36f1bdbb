import Foundation
import HummingbirdCore
import HummingbirdTLS
import NIOSSL

/// The files with which the server shows who it is.
package struct ServerCertificate: Sendable {
  /// PEM, the server's own certificate first.
  let chain: URL
  /// PEM.
  let privateKey: URL

  /// - Parameters:
  ///   - chain: a PEM file, the server's own certificate first, then those that vouch for it.
  ///   - privateKey: a PEM file, not encrypted.
  package init(chain: URL, privateKey: URL) {
    self.chain = chain
    self.privateKey = privateKey
  }

  /// The same server behind TLS 1.2 or 1.3.
  ///
  /// - Parameter server: what answers when the connection is safe.
  /// - Returns: the server.
  /// - Throws: `WebsiteError` when a file cannot be read.
  func securing(_ server: HTTPServerBuilder) throws -> HTTPServerBuilder {
    let certificates: [NIOSSLCertificate] = try Self.read(chain, as: "certificate") {
      try NIOSSLCertificate.fromPEMFile($0)
    }
    let key: NIOSSLPrivateKey = try Self.read(privateKey, as: "private key") {
      try NIOSSLPrivateKey(file: $0, format: .pem)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: certificates.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = ["http/1.1"]
    do {
      // The server makes this when it starts, and says less when it cannot.
      _ = try NIOSSLContext(configuration: configuration)
      return try .tls(server, tlsConfiguration: configuration)
    } catch {
      throw WebsiteError(message: "The certificate and the private key do not belong together.")
    }
  }

  private static func read<Content>(
    _ file: URL, as kind: String, _ body: (String) throws -> Content
  ) throws -> Content {
    do {
      return try body(file.path)
    } catch {
      throw WebsiteError(message: "\(file.lastPathComponent) is no readable \(kind) in PEM.")
    }
  }
}
