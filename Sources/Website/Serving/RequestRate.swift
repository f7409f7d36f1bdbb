import Synchronization

/// How often each client may ask: a bucket for each that holds a burst and fills again evenly.
///
/// The buckets are a fixed number, and a client's address chooses one by a hash that differs from
/// start to start. So no list of addresses is kept, memory does not grow with the number of clients,
/// and that two of them share a bucket is rare and cannot be aimed at.
final class RequestRate: Sendable {
  /// What a client is told.
  enum Verdict: Equatable {
    case admitted
    /// With the whole seconds until it may ask again.
    case refused(Int)
  }

  private static let bucketCount = 1 << 16

  let burst: Int
  /// Seconds in which an empty bucket is full again.
  let window: Int
  /// Nanoseconds for each request.
  private let interval: UInt64
  /// For each bucket the time at which it is full again (the generic cell rate algorithm): one
  /// number tells both what is left and when it was looked at.
  private let fullAt: Mutex<[UInt64]>

  /// Nil when there is no limit.
  ///
  /// - Parameters:
  ///   - perSecond: what a client may ask in the long run, from 1 to a million.
  ///   - burst: what it may ask at once after a silence, from 1 to a million.
  init?(perSecond: Int, burst: Int) {
    guard perSecond > 0 else { return nil }
    let rate = min(perSecond, 1_000_000)
    self.burst = min(max(burst, 1), 1_000_000)
    window = (self.burst + rate - 1) / rate
    interval = 1_000_000_000 / UInt64(rate)
    fullAt = Mutex(Array(repeating: 0, count: Self.bucketCount))
  }

  /// Takes a request from the client's bucket, if there is one left.
  ///
  /// - Parameters:
  ///   - client: who asks.
  ///   - now: nanoseconds of a clock that never goes back.
  /// - Returns: whether it may.
  func admit(_ client: ClientAddress, at now: UInt64) -> Verdict {
    var hasher = Hasher()
    hasher.combine(client)
    let bucket = Int(UInt(bitPattern: hasher.finalize()) % UInt(Self.bucketCount))
    return fullAt.withLock { fullAt in
      let next = max(fullAt[bucket], now) + interval
      let latest = now + interval * UInt64(burst)
      guard next <= latest else {
        return .refused(Int((next - latest + 999_999_999) / 1_000_000_000))
      }
      fullAt[bucket] = next
      return .admitted
    }
  }
}
