/// What an organisation says about its delivery: `manifest.json`, with the Dutch names that the alliance agreed on.
package struct DeliveryManifest: Sendable, Codable {
  /// What the delivery does to those before it.
  package enum Kind: String, Sendable, Codable {
    /// The full state; replaces all that the organisation delivered before.
    case initial = "INITIEEL"
    /// What changed since the delivery before.
    case mutation = "MUTATIE"
    /// Replaces one earlier delivery.
    case redelivery = "HERLEVERING"
  }

  /// One file of the delivery as it left the organisation.
  package struct File: Sendable, Codable {
    package var name: String
    /// Without the header.
    package var rows: Int
    package var bytes: Int
    /// In hexadecimal, small letters.
    package var sha256: String
    /// Sums of numeric columns as delivered, by column name, as decimal text.
    package var controlTotals: [String: String]?

    enum CodingKeys: String, CodingKey {
      case name = "naam"
      case rows = "rijen"
      case bytes, sha256
      case controlTotals = "controletotalen"
    }

    package init(
      name: String, rows: Int, bytes: Int, sha256: String, controlTotals: [String: String]?
    ) {
      self.name = name
      self.rows = rows
      self.bytes = bytes
      self.sha256 = sha256
      self.controlTotals = controlTotals
    }

    package init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      name = try container.decode(String.self, forKey: .name)
      rows = try container.decode(Int.self, forKey: .rows)
      bytes = try container.decode(Int.self, forKey: .bytes)
      // Written in either case, it is one hash.
      sha256 = try container.decode(String.self, forKey: .sha256).lowercased()
      controlTotals = try container.decodeIfPresent(
        [String: String].self, forKey: .controlTotals)
    }
  }

  /// The name that the organisation's deliveries carry.
  package var organisation: String
  package var id: String
  package var chain: String
  package var kind: Kind
  package var period: String
  /// A date or a moment, ISO 8601; the day counts.
  package var referenceDate: String
  package var schemaVersion: String
  package var contact: String?
  package var legalBasis: String?
  /// The id of the delivery that a redelivery replaces.
  package var replaces: String?
  /// The delivery was made up. Left out by organisations, written by the generator.
  package var isFictitious: Bool?
  package var files: [File]

  enum CodingKeys: String, CodingKey {
    case organisation = "bron"
    case id = "leveringId"
    case chain
    case kind = "soort"
    case period = "verslagperiode"
    case referenceDate = "peildatum"
    case schemaVersion = "schemaVersie"
    case contact
    case legalBasis = "grondslag"
    case replaces = "vervangt"
    case isFictitious = "fictief"
    case files = "bestanden"
  }

  package init(
    organisation: String, id: String, chain: String, kind: Kind, period: String,
    referenceDate: String, schemaVersion: String, contact: String? = nil,
    legalBasis: String? = nil, replaces: String? = nil, isFictitious: Bool? = nil, files: [File]
  ) {
    self.organisation = organisation
    self.id = id
    self.chain = chain
    self.kind = kind
    self.period = period
    self.referenceDate = referenceDate
    self.schemaVersion = schemaVersion
    self.contact = contact
    self.legalBasis = legalBasis
    self.replaces = replaces
    self.isFictitious = isFictitious
    self.files = files
  }
}
