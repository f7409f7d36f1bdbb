/// Why a file of figures could not be protected: what, where and what to do. Names cells by their codes, never by their figures.
package struct DisclosureFileError: Error, CustomStringConvertible, Sendable {
  package let description: String

  package init(_ description: String) { self.description = description }
}
