import HummingbirdCore
import Synchronization

/// The connections that are open: how many, and how many of each client.
final class OpenConnections: Sendable {
  private let perClient: Int
  private let byClient = Mutex<[ClientAddress: Int]>([:])
  private let total = Atomic(0)

  /// - Parameter perClient: of one client at most.
  init(perClient: Int) { self.perClient = perClient }

  var count: Int { total.load(ordering: .relaxed) }

  /// Counts a connection of a client; false when it has too many.
  func open(_ client: ClientAddress) -> Bool {
    byClient.withLock { byClient in
      guard byClient[client, default: 0] < perClient else { return false }
      byClient[client, default: 0] += 1
      return true
    }
  }

  func close(_ client: ClientAddress) {
    byClient.withLock { byClient in
      let left = byClient[client, default: 1] - 1
      byClient[client] = left > 0 ? left : nil
    }
  }

  /// Accepts no more than so many at a time; others wait until one is closed.
  func limited(to maximum: Int) -> some AvailableConnectionsDelegate {
    Limit(connections: self, maximum: maximum)
  }

  private struct Limit: AvailableConnectionsDelegate {
    let connections: OpenConnections
    let maximum: Int

    mutating func connectionOpened() { connections.total.add(1, ordering: .relaxed) }
    mutating func connectionClosed() { connections.total.subtract(1, ordering: .relaxed) }
    func isAcceptingNewConnections() -> Bool { connections.count < maximum }
  }
}
