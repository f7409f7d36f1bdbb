/// What catalogues of open data ask of a chain beside its name.
package struct CatalogueListing: Sendable, Hashable, Codable {
  /// Whom readers may ask.
  package var contactName: LocalizedText
  /// Where: `mailto:` with an address of mail, or an `https` address.
  package var contactAddress: String
  /// Code of the European list of data themes, such as `JUST`.
  package var theme: String
  /// Code of the European list of countries, such as `NLD`.
  package var country: String
  package var keywords: [LocalizedText]

  package init(
    contactName: LocalizedText, contactAddress: String, theme: String, country: String,
    keywords: [LocalizedText]
  ) {
    self.contactName = contactName
    self.contactAddress = contactAddress
    self.theme = theme
    self.country = country
    self.keywords = keywords
  }

  package var isByMail: Bool { contactAddress.hasPrefix("mailto:") }
}

/// A release that the alliance has announced.
package struct PlannedRelease: Sendable, Hashable, Codable {
  /// When it is published; nothing of it is to be seen before.
  package var moment: Moment
  package var title: LocalizedText

  package init(moment: Moment, title: LocalizedText) {
    self.moment = moment
    self.title = title
  }
}
