import NIOCore
import Synchronization

/// What was costly to make, by what it was made of, up to a number of bytes.
final class KeptBytes: Sendable {
  private struct Kept {
    var answers: [String: ByteBuffer] = [:]
    var bytes = 0
  }

  private let mostBytes: Int
  private let kept = Mutex(Kept())

  init(atMost mostBytes: Int) { self.mostBytes = mostBytes }

  subscript(key: String) -> ByteBuffer? {
    get { kept.withLock { $0.answers[key] } }
    set {
      guard let newValue else { return }
      let bytes = key.utf8.count + newValue.capacity
      guard bytes <= mostBytes else { return }
      kept.withLock { kept in
        guard kept.answers[key] == nil else { return }
        if kept.bytes + bytes > mostBytes { kept = Kept() }
        kept.answers[key] = newValue
        kept.bytes += bytes
      }
    }
  }
}
