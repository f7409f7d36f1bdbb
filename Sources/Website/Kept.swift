import Synchronization

/// Things that are made once and given again by their name, up to a number of bytes; when more come, all are forgotten.
package final class Kept<Value: Sendable>: Sendable {
  private struct State {
    var values: [String: Value] = [:]
    var bytes = 0
  }

  private let mostBytes: Int
  private let state = Mutex(State())

  package init(mostBytes: Int) { self.mostBytes = mostBytes }

  package subscript(name: String) -> Value? { state.withLock { $0.values[name] } }

  /// Keeps a value of so many bytes, unless there is one by this name or it would take the room of many others.
  package func keep(_ value: Value, bytes: Int, as name: String) {
    guard bytes <= mostBytes / 8 - name.utf8.count else { return }
    let bytes = bytes + name.utf8.count
    state.withLock { state in
      guard state.values[name] == nil else { return }
      if state.bytes + bytes > mostBytes { state = State() }
      state.values[name] = value
      state.bytes += bytes
    }
  }
}
