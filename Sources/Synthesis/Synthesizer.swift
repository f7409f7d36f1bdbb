import ChainPack
import Foundation
import Glibc
import InformationModel
import Synchronization
import Warehouse

/// Carries out a pack's `synthesis/`: made-up deliveries as each organisation would make them, and
/// the truth behind them.
package struct Synthesizer {
  package let pack: ChainPack
  package let options: Options

  /// How much is made up, of which years, and how badly.
  package struct Options: Sendable {
    package enum Faults: String, Sendable, CaseIterable {
      case none
      case `default`
      case heavy

      var factor: Double {
        switch self {
        case .none: 0
        case .default: 1
        case .heavy: 5
        }
      }
    }

    package var seed: UInt64
    /// 1 is one real year a year.
    package var scale: Double
    package var fromYear: Int
    package var toYear: Int
    package var faults: Faults
    /// Whether to count what breaks the pack's invariants in the truth.
    package var checksTruth: Bool
    /// Threads that DuckDB may use; nil for one per core. The result is the same for any number.
    package var threads: Int?

    package init(
      seed: UInt64, scale: Double, fromYear: Int, toYear: Int, faults: Faults = .default,
      threads: Int? = nil, checksTruth: Bool = false
    ) {
      self.seed = seed
      self.scale = scale
      self.fromYear = fromYear
      self.toYear = toYear
      self.faults = faults
      self.threads = threads
      self.checksTruth = checksTruth
    }
  }

  /// What was written.
  package struct Summary: Sendable, Hashable {
    /// Folders, the bad ones included.
    package var deliveries = 0
    /// Rows over all good deliveries, by the contract's name.
    package var rows: [String: Int] = [:]
    /// Entries in the ledger, by fault code.
    package var faults: [String: Int] = [:]
    /// What breaks each invariant, by its name; empty when the truth was not checked.
    package var violations: [String: Int] = [:]
  }

  package init(pack: ChainPack, options: Options) {
    self.pack = pack
    self.options = options
  }

  /// The pack's plan, if it can be carried out with these options.
  ///
  /// - Throws: `SynthesisError`.
  package func checkedPlan() throws -> SynthesisPlan {
    guard let plan = pack.synthesis else {
      throw SynthesisError(
        asked:
          "the pack \(pack.description.id) has no synthesis/synthesis.yaml: it makes up nothing"
      )
    }
    guard options.fromYear <= options.toYear, (1900...2100).contains(options.fromYear),
      (1900...2100).contains(options.toYear)
    else {
      throw SynthesisError(
        asked:
          "\(options.fromYear) to \(options.toYear) is no stretch of years; give the first year first"
      )
    }
    guard options.scale > 0, options.scale.isFinite else {
      throw SynthesisError(asked: "the scale must be larger than 0")
    }
    return plan
  }

  /// Writes all deliveries and the truth into a new folder.
  ///
  /// Everything is written beside it first and gets its name at the end: a run that is stopped
  /// leaves nothing under that name.
  ///
  /// - Throws: `SynthesisError` when the folder is not new, an option or the pack is wrong; `EngineError`; `StorageError`.
  package func run(into directory: URL, progress: (String) -> Void = { _ in }) throws -> Summary {
    let plan = try checkedPlan()
    let target = directory.standardizedFileURL
    try checkDestination(target)
    let parent = target.deletingLastPathComponent()
    try FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
    let draft = try DraftFolder(of: target)
    do {
      let summary = try withoutActuallyEscaping(progress) { progress in
        // Told from several threads, one at a time.
        let turn = Mutex(())
        return try SynthesisRun(
          pack: pack, plan: plan, options: options, root: draft.url,
          progress: { text in turn.withLock { _ in progress(text) } }
        ).run()
      }
      guard rename(draft.url.path, target.path) == 0 else {
        throw StorageError(file: target.lastPathComponent, code: errno)
      }
      return summary
    } catch {
      try? FileManager.default.removeItem(at: draft.url)
      throw error
    }
  }

  private func checkDestination(_ target: URL) throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: target.path, isDirectory: &isFolder) else {
      return
    }
    guard isFolder.boolValue else {
      throw SynthesisError(
        asked: "\(target.lastPathComponent) is a file; give a new or an empty folder")
    }
    guard try FileManager.default.contentsOfDirectory(atPath: target.path).isEmpty else {
      throw SynthesisError(
        asked: "\(target.lastPathComponent) is not empty; give a new or an empty folder")
    }
  }
}
