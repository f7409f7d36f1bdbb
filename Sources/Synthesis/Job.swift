import Dispatch
import Synchronization
import Warehouse

/// A piece of work that needs no other: it reads the truth and writes files of its own.
struct Job {
  /// Heavy work begins first.
  var weight = 0
  var body: (DuckDBEngine) throws -> Void

  init(weight: Int = 0, _ body: @escaping (DuckDBEngine) throws -> Void) {
    self.weight = weight
    self.body = body
  }

  /// Does all jobs, so many at a time, each worker with an engine of its own beside this one.
  ///
  /// - Throws: the error of the first job in the list that failed; no job begins after a failure.
  static func run(_ jobs: [Job], workers: Int, _ engine: DuckDBEngine) throws {
    let order = jobs.indices.sorted { (-jobs[$0].weight, $0) < (-jobs[$1].weight, $1) }
    let next = Mutex(0)
    let failures = Mutex<[Int: any Error]>([:])
    // A job is taken by one worker, and each worker has its own engine: nothing is used by two at once.
    nonisolated(unsafe) let jobs = jobs
    nonisolated(unsafe) let engines = try (0..<max(1, min(workers, jobs.count))).map { number in
      number == 0 ? engine : try DuckDBEngine(beside: engine)
    }
    DispatchQueue.concurrentPerform(iterations: engines.count) { worker in
      while true {
        let turn = next.withLock { next -> Int in
          next += 1
          return next - 1
        }
        guard turn < order.count, failures.withLock(\.isEmpty) else { return }
        do {
          try jobs[order[turn]].body(engines[worker])
        } catch {
          failures.withLock { $0[order[turn]] = error }
        }
      }
    }
    if let (_, error) = failures.withLock({ $0.min { $0.key < $1.key } }) { throw error }
  }
}
