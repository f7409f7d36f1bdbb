import Foundation
import Intake
import Production
import TestSupport
import Testing
import Warehouse

/// A workspace before which deliveries are laid.
final class DeliveryDesk {
  let counter: Counter
  let workspace: Workspace
  let catalogue: Catalogue
  private(set) var run: DeliveryRun

  static func with(_ body: (DeliveryDesk) throws -> Void) throws {
    try Counter.with { try body(DeliveryDesk($0)) }
  }

  private init(_ counter: Counter) throws {
    self.counter = counter
    workspace = try Workspace.create(
      at: counter.folder.appending(path: "workspace"), pack: counter.folder.appending(path: "pack"))
    catalogue = try Catalogue.create(workspace.catalogueFile)
    run = try DeliveryRun(workspace: workspace, pack: counter.pack, catalogue: catalogue)
  }

  /// As after the program was stopped and started again.
  func restart() throws {
    run = try DeliveryRun(workspace: workspace, pack: counter.pack, catalogue: catalogue)
  }

  func accept(_ delivery: Counter.Delivery) throws -> DeliveryReport {
    guard case .accepted(let report) = try run.receive(counter.offer(delivery)) else {
      throw IntakeRefusal(delivery: delivery.id, reasons: ["it was known"])
    }
    return report
  }

  func refusal(_ delivery: Counter.Delivery) throws -> [String] {
    let error = #expect(throws: IntakeRefusal.self) {
      try run.receive(counter.offer(delivery))
    }
    return error?.reasons ?? []
  }

  /// Every file of the workspace with its hash; what SQLite shares between readers left aside.
  func listing() throws -> [String: String] {
    let walker = try #require(FileManager.default.enumerator(atPath: workspace.directory.path))
    var listing: [String: String] = [:]
    for case let name as String in walker where !name.hasSuffix("-shm") {
      let file = workspace.directory.appending(path: name)
      let data = try? Data(contentsOf: file)
      listing[name] = data.map { sha256($0) } ?? "folder"
    }
    return listing
  }
}
