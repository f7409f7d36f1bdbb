/// How far a set of records has come on its way; a stage takes one state and gives the next, so that a stage that is
/// skipped does not compile.
package protocol ProcessingState: Sendable {}

package enum Validated: ProcessingState {}
package enum Pseudonymised: ProcessingState {}
package enum Linked: ProcessingState {}
package enum Refined: ProcessingState {}
package enum Frozen: ProcessingState {}

/// Records in a known state. What the content is differs per stage: columns in memory at the door, relations of the lake further on.
package struct Microdata<State: ProcessingState, Content: Sendable>: Sendable {
  package let content: Content

  /// Only the stage that brought the records into this state makes one.
  package init(_ content: Content, as state: State.Type) {
    self.content = content
  }
}

/// Receives what happened to data, whoever keeps the log.
package protocol AuditTrail: Sendable {
  func record(_ event: AuditEvent)
}

/// One act on data: who asked, what was done, on what.
package struct AuditEvent: Sendable, Hashable, Codable {
  package var action: String
  package var subject: String
  package var detail: [String: String]

  package init(action: String, subject: String, detail: [String: String] = [:]) {
    self.action = action
    self.subject = subject
    self.detail = detail
  }
}
