import InformationModel

/// Where an organisation's local codes lead in the chain's own terms.
package struct CodeMapping: Sendable {
  package enum Target: Sendable, Hashable {
    case concept(String)
    /// Something that happened, but no value of its own.
    case eventOnly
    /// Not what this chain counts.
    case outsideScope

    /// As it stands in the mapping file and in content.
    package var text: String {
      switch self {
      case .concept(let code): code
      case .eventOnly: "event only"
      case .outsideScope: "outside scope"
      }
    }
  }

  package struct Row: Sendable {
    package var code: String
    package var label: String
    package var validFrom: CalendarDate?
    package var validTo: CalendarDate?
    package var target: Target
    package var reason: String
    package var approvedBy: String
    package var line: Int

    package func isValid(on date: CalendarDate) -> Bool {
      (validFrom.map { $0 <= date } ?? true) && (validTo.map { date <= $0 } ?? true)
    }
  }

  package var organisation: String
  package var list: String
  package var rows: [Row]
  /// Rows by code.
  package var byCode: [String: [Row]]

  package init(organisation: String, list: String, rows: [Row]) {
    self.organisation = organisation
    self.list = list
    self.rows = rows
    byCode = Dictionary(grouping: rows, by: \.code)
  }
}
