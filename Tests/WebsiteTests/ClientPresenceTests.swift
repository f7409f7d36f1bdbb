import Testing
import Website

@Suite("Work for a client")
struct ClientPresenceTests {
  /// Waits until it is cancelled.
  @Sendable private static func wait() async -> Bool {
    while !Task.isCancelled { await Task.yield() }
    return true
  }

  @Test("is cancelled when the client goes, whatever was asked for at the same time")
  func going() async throws {
    let presence = ClientPresence()
    try await withThrowingTaskGroup(of: Bool.self) { group in
      for _ in 0..<5 { group.addTask { try await presence.during { await Self.wait() } } }
      #expect(try await presence.during { Task.isCancelled } == false)
      presence.end()
      for try await isCancelled in group { #expect(isCancelled) }
    }
  }

  @Test("is cancelled at once when the client has gone already")
  func gone() async throws {
    let presence = ClientPresence()
    presence.end()
    #expect(try await presence.during { await Self.wait() })
  }

  @Test("is cancelled with the task that asks for it, and gives its error")
  func caller() async throws {
    struct Failed: Error {}
    let presence = ClientPresence()
    let task = Task { try await presence.during { await Self.wait() } }
    task.cancel()
    #expect(try await task.value)
    await #expect(throws: Failed.self) { try await presence.during { throw Failed() } }
  }
}
