import ArgumentParser
import Foundation
import Hummingbird
import Publication
import Warehouse
import Website

struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The public website and its open data, from the newest release.")

  @Argument(help: "The workspace.")
  var workspace: String

  @Option(help: "The port; that of keten.yaml when left out.")
  var port: Int?

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(
    help:
      "How readers reach it, for addresses in answers: https://example.org. By the name that they ask for when left out, which only a test should do."
  )
  var publicAddress: String?

  func validate() throws {
    if let port { try checkPort(port) }
    if let publicAddress {
      guard let address = URL(string: publicAddress), ["http", "https"].contains(address.scheme),
        address.host() != nil, !publicAddress.hasSuffix("/")
      else {
        throw ValidationError(
          "--public-address is a scheme and a host, without a slash at the end: https://example.org"
        )
      }
    }
  }

  func run() async throws {
    let opened = try Workspace.open(location(workspace))
    try await serve(
      opened, host: host, port: port ?? opened.settings.port, publicAddress: publicAddress)
  }
}

/// Serves the publications of a workspace until the process is told to stop.
func serve(
  _ workspace: Workspace, host: String, port: Int, publicAddress: String? = nil
) async throws {
  try checkPort(port)
  let store = PublicationStore(directory: workspace.publications)
  guard try store.currentID() != nil else {
    throw WorkspaceError("nothing is published yet; give 'keten run' first")
  }
  let application = try Website.makeApplication(
    store: store, host: host, port: port, publicAddress: publicAddress)
  FileHandle.standardOutput.write(Data("http://\(host):\(port)\n".utf8))
  try await application.runService()
}
