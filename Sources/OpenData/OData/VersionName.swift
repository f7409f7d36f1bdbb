import InformationModel
import Publication

/// What a version of a table is called in addresses of OData 4: the name of its release, or the digits that `Version` has, which name the last
/// release of their date.
package enum VersionName {
  /// The moment of publication is not known to a release, so that it is the same whenever it is made; the reference date is.
  static func digits(of date: CalendarDate) -> String {
    date.description.filter(\.isNumber) + "0000"
  }

  /// - Parameters:
  ///   - name: as a client writes it.
  ///   - releases: all that the public has seen, the last published last.
  /// - Returns: the release that is meant; nil when there is none.
  package static func release(_ name: String, among releases: [ReleaseID]) -> ReleaseID? {
    releases.last { $0.description == name || digits(of: $0.referenceDate) == name }
  }
}
