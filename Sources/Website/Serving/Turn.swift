import Synchronization

/// A turn for work that takes a core for long: one has it at a time, so that the other cores answer everybody else.
package final class Turn: Sendable {
  private struct Waiting {
    let number: Int
    /// Told whether the turn came.
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var isTaken = false
    var waiting: [Waiting] = []
    var numbers = 0
  }

  private let mostWaiting: Int
  private let state = Mutex(State())

  /// - Parameter mostWaiting: who comes when so many wait is sent away.
  package init(mostWaiting: Int) { self.mostWaiting = mostWaiting }

  /// Does the work when its turn comes.
  ///
  /// - Returns: nil when too many wait, and when the task is cancelled before its turn, which gives its place to another.
  package func take<Result>(_ work: () throws -> Result) async rethrows -> Result? {
    let number = state.withLock { state in
      state.numbers += 1
      return state.numbers
    }
    let isGiven = await withTaskCancellationHandler {
      await comes(number, atMost: mostWaiting)
    } onCancel: {
      leave(number)
    }
    guard isGiven else { return nil }
    defer { pass() }
    return try work()
  }

  /// Goes on with work that was begun: it is never sent away.
  package func takeAgain<Result>(_ work: () throws -> Result) async rethrows -> Result {
    _ = await comes(nil, atMost: .max)
    defer { pass() }
    return try work()
  }

  /// - Parameters:
  ///   - number: by which whoever waits may leave; nil for who stays.
  ///   - mostWaiting: who comes when so many wait is sent away.
  /// - Returns: whether the turn came.
  private func comes(_ number: Int?, atMost mostWaiting: Int) async -> Bool {
    await withCheckedContinuation { continuation in
      let answer: Bool? = state.withLock { state in
        // Who was cancelled already has been looked for in vain.
        if number != nil, Task.isCancelled { return false }
        if !state.isTaken {
          state.isTaken = true
          return true
        }
        if state.waiting.count >= mostWaiting { return false }
        state.waiting.append(Waiting(number: number ?? 0, continuation: continuation))
        return nil
      }
      if let answer { continuation.resume(returning: answer) }
    }
  }

  private func leave(_ number: Int) {
    let left = state.withLock { state in
      state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
    }
    left?.continuation.resume(returning: false)
  }

  private func pass() {
    let next = state.withLock { state -> Waiting? in
      if state.waiting.isEmpty {
        state.isTaken = false
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.continuation.resume(returning: true)
  }
}
