/// The terms under which all figures may be used again.
package enum Licence {
  /// What readers call it.
  package static let name = "CC BY 4.0"
  /// Where its text stands.
  package static let address = "https://creativecommons.org/licenses/by/4.0/"
}
