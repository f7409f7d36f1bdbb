/// Why linkage stopped: what, where and what to do. Never holds a value of a record.
package struct LinkageError: Error, CustomStringConvertible, Sendable {
  package let description: String

  package init(_ description: String) { self.description = description }
}
