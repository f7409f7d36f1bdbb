import Synchronization

/// A turn for work that takes a core for long: one has it at a time, so that the other cores answer everybody else.
package final class Turn: Sendable {
  private struct State {
    var isTaken = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let mostWaiting: Int
  private let state = Mutex(State())

  /// - Parameter mostWaiting: who comes when so many wait is sent away.
  package init(mostWaiting: Int) { self.mostWaiting = mostWaiting }

  /// Does the work when its turn comes.
  ///
  /// - Returns: nil when too many wait.
  package func take<Result>(_ work: () throws -> Result) async rethrows -> Result? {
    guard await isGiven(atMost: mostWaiting) else { return nil }
    defer { pass() }
    return try work()
  }

  /// Goes on with work that was begun: it is never sent away.
  package func takeAgain<Result>(_ work: () throws -> Result) async rethrows -> Result {
    _ = await isGiven(atMost: .max)
    defer { pass() }
    return try work()
  }

  private func isGiven(atMost mostWaiting: Int) async -> Bool {
    let isAtOnce: Bool? = state.withLock { state in
      if state.isTaken { return state.waiting.count < mostWaiting ? false : nil }
      state.isTaken = true
      return true
    }
    guard let isAtOnce else { return false }
    if isAtOnce { return true }
    await withCheckedContinuation { continuation in
      let isFree = state.withLock { state in
        if state.isTaken {
          state.waiting.append(continuation)
          return false
        }
        state.isTaken = true
        return true
      }
      if isFree { continuation.resume() }
    }
    return true
  }

  private func pass() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if state.waiting.isEmpty {
        state.isTaken = false
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}
