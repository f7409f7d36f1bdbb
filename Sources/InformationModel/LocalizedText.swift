/// The languages of the website, Dutch first.
package enum Language: String, Sendable, Codable, CaseIterable {
  case nl, en
}

/// A text that people read, in every language of the website.
package struct LocalizedText: Sendable, Hashable, Codable {
  package var nl: String
  package var en: String

  package init(nl: String, en: String) {
    self.nl = nl
    self.en = en
  }

  package subscript(language: Language) -> String {
    switch language {
    case .nl: nl
    case .en: en
    }
  }
}
