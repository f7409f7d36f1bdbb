import ArgumentParser
import ChainPack
import Foundation
import InformationModel
import Pseudonymisation
import Warehouse

struct WorkspaceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "workspace", abstract: "The folder of a running alliance.",
    subcommands: [WorkspaceNew.self])
}

struct WorkspaceNew: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make a new workspace for a chain.")

  @Argument(help: "The folder to make.")
  var directory: String

  @Option(help: "The folder of the chain pack, or its name under chains/.")
  var pack: String

  func run() throws {
    let source = packLocation(pack)
    let read = try ChainPack.read(source).pack
    let workspace = try Workspace.create(at: location(directory), pack: source)
    let catalogue = try Catalogue.create(workspace.catalogueFile)
    let keys = try PseudonymKeys.add(to: workspace)
    try catalogue.setActiveKey(keys.id)
    print("workspace \(directory) for \(read.description.name.en), with \(keys.id)")
  }
}
