import Synchronization
import Testing
import Website

/// One at a time: who holds a door keeps a thread, and there are as few as processors.
@Suite("A turn for long work", .serialized)
struct TurnTests {
  /// Sees how many work at once.
  private final class Watch: Sendable {
    private let state = Mutex((inside: 0, most: 0, done: 0))

    var most: Int { state.withLock { $0.most } }
    var done: Int { state.withLock { $0.done } }

    func work() {
      state.withLock {
        $0.inside += 1
        $0.most = max($0.most, $0.inside)
      }
      // Long enough for others to come in, if they could.
      for _ in 0..<1_000 { state.withLock { $0.done += 0 } }
      state.withLock {
        $0.inside -= 1
        $0.done += 1
      }
    }
  }

  /// Keeps who comes to it until it is opened.
  private final class Door: Sendable {
    private let state = Mutex((isOpen: false, isReached: false))

    var isReached: Bool { state.withLock { $0.isReached } }

    func open() { state.withLock { $0.isOpen = true } }

    func wait() -> Int {
      state.withLock { $0.isReached = true }
      while !state.withLock({ $0.isOpen }) { continue }
      return 0
    }
  }

  @Test("is one's at a time, and comes to all who were let in, whoever goes on again")
  func oneAtATime() async {
    let turn = Turn(mostWaiting: 1_000)
    let watch = Watch()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<200 {
        group.addTask {
          #expect(await turn.take { watch.work() } != nil)
          await turn.takeAgain { watch.work() }
        }
      }
    }
    #expect(watch.most == 1)
    #expect(watch.done == 400)
  }

  @Test("is refused to those who come when too many wait, and given again afterwards")
  func refusal() async {
    let turn = Turn(mostWaiting: 0)
    let door = Door()
    let holder = Task.detached { await turn.take { door.wait() } }
    while !door.isReached { await Task.yield() }
    #expect(await turn.take { 1 } == nil)
    // What was begun waits however many there are.
    let again = Task { await turn.takeAgain { 2 } }
    door.open()
    #expect(await holder.value == 0)
    #expect(await again.value == 2)
    #expect(await turn.take { 3 } == 3)
  }

  @Test("is not waited for by who is cancelled: another has the place")
  func cancellation() async {
    let turn = Turn(mostWaiting: 1)
    let door = Door()
    let holder = Task.detached { await turn.take { door.wait() } }
    while !door.isReached { await Task.yield() }
    let cancelled = Task { await turn.take { 1 } }
    cancelled.cancel()
    #expect(await cancelled.value == nil)
    // Of two who come one has the place, and the other is refused while the first still waits.
    await withTaskGroup(of: Int?.self) { group in
      for number in 2...3 { group.addTask { await turn.take { number } } }
      #expect(await group.next() == .some(nil))
      door.open()
      #expect(await group.next().flatMap { $0 } != nil)
    }
    #expect(await holder.value == 0)
    // What was begun goes on, cancelled or not.
    let again = Task { await turn.takeAgain { 4 } }
    again.cancel()
    #expect(await again.value == 4)
    #expect(await turn.take { 5 } == 5)
  }

  @Test("passes on when the work fails")
  func failure() async {
    struct Failed: Error {}
    let turn = Turn(mostWaiting: 0)
    await #expect(throws: Failed.self) { try await turn.take { throw Failed() } }
    #expect(await turn.take { 1 } == 1)
  }
}
