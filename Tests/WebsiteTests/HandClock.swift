import InformationModel
import Synchronization

/// A clock that stands still until a test sets it.
final class HandClock: Sendable {
  private let moment: Mutex<Moment>

  init(_ moment: Moment) { self.moment = Mutex(moment) }

  func now() -> Moment { moment.withLock { $0 } }

  func set(_ moment: Moment) { self.moment.withLock { $0 = moment } }
}
