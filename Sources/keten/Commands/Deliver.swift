import ArgumentParser
import ChainPack
import Foundation
import InformationModel
import Intake
import Production
import Warehouse

struct Deliver: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Deliver files: checked, pseudonymised, stored once.",
    discussion: """
      A folder with manifest.json, a folder of such folders, or files with --period. With --check nothing is stored: \
      exactly the same check, for a supplier at home; WORKSPACE may then be a chain pack.
      """)

  @Argument(help: "The workspace; with --check also a chain pack.")
  var workspace: String

  @Argument(help: "Delivery folders, or files.")
  var paths: [String]

  @Option(
    help:
      "For a file without manifest: ORGANISATION.FILE of its contract, if its name does not say it."
  )
  var contract: String?

  @Option(help: "For a file without manifest: 2023, 2023K2, 2023-06 or 2000-2013.")
  var period: String?

  @Option(help: "For a file without manifest: the day up to which it is complete.")
  var referenceDate: String?

  @Flag(help: "Check only; store nothing.")
  var check = false

  @Option(help: "Write the report (page, CSV, JSON) of each delivery into this folder too.")
  var report: String?

  @Flag(help: "Print receipts as JSON.")
  var json = false

  func run() throws {
    let pack: ChainPack
    let run: DeliveryRun
    var lock: WorkspaceLock?
    if let opened = try? Workspace.open(location(workspace)) {
      pack = try opened.readPack()
      if check {
        run = try DeliveryRun(checking: pack, today: .today)
      } else {
        lock = try opened.lock()
        run = try DeliveryRun(
          workspace: opened, pack: pack, catalogue: try Catalogue(opened.catalogueFile),
          today: .today)
      }
    } else if check {
      pack = try ChainPack.read(packLocation(workspace)).pack
      run = try DeliveryRun(checking: pack, today: .today)
    } else {
      _ = try Workspace.open(location(workspace))
      return
    }
    defer { withExtendedLifetime(lock) {} }
    var refused = 0
    var hasErrors = false
    for (name, offer) in try offers(pack) {
      var offered: OfferedDelivery?
      do {
        let delivery = try offer()
        offered = delivery
        switch try run.receive(delivery) {
        case .known(let receipt):
          show(receipt, note: "known already, nothing changed")
        case .accepted(let accepted):
          show(accepted.receipt, note: check ? "checked" : "accepted")
          hasErrors = hasErrors || accepted.findings.contains { $0.severity >= .error }
          if let report {
            try accepted.write(to: location(report).appending(path: accepted.receipt.delivery))
          }
        }
      } catch let refusal as IntakeRefusal {
        refused += 1
        FileHandle.standardError.write(Data("keten: \(refusal)\n".utf8))
        if let report {
          let receipt = DeliveryReceipt(
            delivery: refusal.delivery, organisation: offered?.manifest.organisation ?? "",
            period: offered?.manifest.period ?? "",
            referenceDate: offered?.manifest.referenceDate ?? "", knownFrom: "",
            fingerprint: offered?.fingerprint ?? "", files: [])
          try DeliveryReport(
            receipt: receipt, findings: refusal.findings, refusal: refusal.reasons
          ).write(
            to: location(report).appending(
              path: DeliveryReport.folderName(of: refusal.delivery, offeredAs: name)))
        }
      }
    }
    if refused > 0 { throw ExitCode(3) }
    if check, hasErrors { throw FindingsExit() }
  }

  /// What is offered, each with the name of its folder or file and read in its turn, so that one unreadable manifest stops no other delivery.
  private func offers(
    _ pack: ChainPack
  ) throws -> [(name: String, read: () throws -> OfferedDelivery)] {
    guard contract != nil || period != nil else {
      return try deliveryFolders(paths).map { folder in
        (folder.lastPathComponent, { try OfferedDelivery.folder(folder) })
      }
    }
    guard let period else { throw ValidationError("a file without manifest needs --period") }
    var date: CalendarDate?
    if let referenceDate {
      date = CalendarDate(iso: referenceDate)
      if date == nil { throw ValidationError("'\(referenceDate)' is no date; write yyyy-mm-dd") }
    }
    return try paths.map { path in
      let file = location(path, isDirectory: false)
      let contract = try contract(of: file, in: pack)
      guard let organisation = pack.organisation(code: contract.organisation) else {
        throw ValidationError("there is no organisation '\(contract.organisation)'")
      }
      return (
        file.lastPathComponent,
        {
          try OfferedDelivery.file(
            file, contract: contract, organisation: organisation, chain: pack.description.id,
            period: period, referenceDate: date)
        }
      )
    }
  }

  /// The contract that was named, or the only one whose file has this name.
  private func contract(of file: URL, in pack: ChainPack) throws -> Contract {
    let names = pack.contracts.map(\.name)
    if let contract {
      if let found = pack.contract(contract) { return found }
      let near = nearest(to: contract, among: names)
      throw ValidationError(
        "there is no contract '\(contract)'" + (near.map { "; did you mean '\($0)'?" } ?? ""))
    }
    let name = file.lastPathComponent
    let base = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    let matching = pack.contracts.filter { $0.files.contains { $0.name == base } }
    guard let found = matching.first,
      Set(matching.map { "\($0.organisation)/\($0.file)" }).count == 1
    else {
      throw ValidationError(
        "'\(name)' is in no contract or in several; give --contract, one of \(names.joined(separator: ", "))"
      )
    }
    return found
  }

  private func show(_ receipt: DeliveryReceipt, note: String) {
    if json {
      print(receipt.json)
      return
    }
    print("\(receipt.delivery) \(receipt.organisation) \(receipt.period): \(note)")
    for file in receipt.files {
      print(
        "  \(file.name) (\(file.contract)): \(file.rows) rows, \(file.accepted) accepted, \(file.quarantined) in quarantine, \(file.warnings) warnings"
      )
    }
  }
}

/// The folders with a manifest among these paths and directly below them, in the order in which suppliers sent them: reference date,
/// then name.
func deliveryFolders(_ paths: [String]) throws -> [URL] {
  var folders: [(date: String, name: String, url: URL)] = []
  for path in paths {
    let folder = location(path)
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isDirectory) else {
      throw ValidationError("there is no '\(path)'")
    }
    guard isDirectory.boolValue else {
      throw ValidationError("'\(path)' is a file; give --period with it")
    }
    var candidates = [folder]
    if !FileManager.default.fileExists(atPath: folder.appending(path: "manifest.json").path) {
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      candidates = names.filter { !$0.hasPrefix("_") && !$0.hasPrefix(".") }
        .map { folder.appending(path: $0, directoryHint: .isDirectory) }
        .filter {
          FileManager.default.fileExists(atPath: $0.appending(path: "manifest.json").path)
        }
      if candidates.isEmpty {
        throw ValidationError("'\(path)' holds no delivery: no manifest.json in it or right below")
      }
    }
    for candidate in candidates {
      // A manifest that cannot be read is refused in its turn, not here.
      let date = (try? OfferedDelivery.folder(candidate).manifest.referenceDate) ?? ""
      folders.append((date, candidate.lastPathComponent, candidate))
    }
  }
  return folders.sorted { ($0.date, $0.name) < ($1.date, $1.name) }.map(\.url)
}
