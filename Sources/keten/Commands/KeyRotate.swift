import ArgumentParser
import Production
import Warehouse

struct Key: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The keys that pseudonyms are made with.", subcommands: [KeyRotate.self])
}

struct KeyRotate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Make a new key and all pseudonyms anew; the old key may then be destroyed.")

  @Argument(help: "The workspace.")
  var workspace: String

  func run() throws {
    let opened = try Workspace.open(location(workspace))
    let lock = try opened.lock()
    defer { withExtendedLifetime(lock) {} }
    let progress = Progress()
    let outcome = try KeyRotation(
      workspace: opened, pack: try opened.readPack(),
      catalogue: try Catalogue(opened.catalogueFile)
    ).rotate { progress($0) }
    print("\(outcome.key) is in use; \(outcome.files) files were made anew")
  }
}
