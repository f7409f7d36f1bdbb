/// A delivery that is refused whole; nothing of it was stored.
package struct IntakeRefusal: Error, CustomStringConvertible {
  package var delivery: String
  package var reasons: [String]
  /// What was found in the rows before the delivery was refused.
  package var findings: [FindingGroup] = []

  package init(delivery: String, reasons: [String], findings: [FindingGroup] = []) {
    self.delivery = delivery
    self.reasons = reasons
    self.findings = findings
  }

  package var description: String {
    (["delivery \(delivery) is refused; nothing of it was stored:"]
      + reasons.map { "  - \($0)" }).joined(separator: "\n")
  }
}
