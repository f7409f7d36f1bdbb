import Synchronization

/// Whether a client is still there, for work that nobody else waits for.
///
/// Who closes a connection and who only says that he asks nothing more look the same; the second is served like the first.
package final class ClientPresence: Sendable {
  private struct State {
    var isOver = false
    var numbers = 0
    var running: [Int: @Sendable () -> Void] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// Does work that is cancelled when the client goes, or has gone already.
  package func during<Result: Sendable>(
    _ work: @escaping @Sendable () async throws -> Result
  ) async throws -> Result {
    let task = Task { try await work() }
    let number = state.withLock { state -> Int? in
      if state.isOver { return nil }
      state.numbers += 1
      state.running[state.numbers] = { task.cancel() }
      return state.numbers
    }
    if number == nil { task.cancel() }
    defer {
      if let number { state.withLock { $0.running[number] = nil } }
    }
    return try await withTaskCancellationHandler {
      try await task.value
    } onCancel: {
      task.cancel()
    }
  }

  /// The client has gone.
  package func end() {
    let running = state.withLock { state in
      state.isOver = true
      defer { state.running = [:] }
      return state.running.values
    }
    for cancel in running { cancel() }
  }
}
