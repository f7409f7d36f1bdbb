/// A delivery that figures rest on.
package struct DeliveryReference: Sendable, Hashable, Codable {
  package var id: String
  package var organisation: String
  package var period: String
  package var referenceDate: CalendarDate

  package init(id: String, organisation: String, period: String, referenceDate: CalendarDate) {
    self.id = id
    self.organisation = organisation
    self.period = period
    self.referenceDate = referenceDate
  }
}

/// Where a set of figures comes from, so that anyone can make it again.
package struct Provenance: Sendable, Hashable, Codable {
  /// The reference date (peildatum): all that was known on that day, and nothing later.
  package var referenceDate: CalendarDate
  package var snapshot: String
  package var pack: String
  package var packVersion: String
  package var program: String
  package var deliveries: [DeliveryReference]
  /// A delivery among them was made up: the figures say nothing about the world, and every page says so.
  package var isFictitious: Bool

  package init(
    referenceDate: CalendarDate, snapshot: String, pack: String, packVersion: String,
    program: String, deliveries: [DeliveryReference], isFictitious: Bool = false
  ) {
    self.referenceDate = referenceDate
    self.snapshot = snapshot
    self.pack = pack
    self.packVersion = packVersion
    self.program = program
    self.deliveries = deliveries
    self.isFictitious = isFictitious
  }
}

/// An organisation of the chain, as readers meet it.
package struct Organisation: Sendable, Hashable, Codable {
  package var id: String
  /// The name that its deliveries carry.
  package var code: String
  package var name: LocalizedText
  /// What it does in the chain, one sentence.
  package var role: LocalizedText

  package init(id: String, code: String, name: LocalizedText, role: LocalizedText) {
    self.id = id
    self.code = code
    self.name = name
    self.role = role
  }
}

/// The terms under which the chain's figures may be used again.
package struct Licence: Sendable, Hashable, Codable {
  /// What readers call it.
  package var name: String
  /// Where its text stands, an `https` address.
  package var address: String

  package init(name: String, address: String) {
    self.name = name
    self.address = address
  }
}

/// The chain itself, as the home page shows it.
package struct ChainDescription: Sendable, Hashable, Codable {
  package var id: String
  package var version: String
  package var name: LocalizedText
  package var purpose: LocalizedText
  package var licence: Licence
  /// In the order of the chain.
  package var organisations: [Organisation]

  package init(
    id: String, version: String, name: LocalizedText, purpose: LocalizedText, licence: Licence,
    organisations: [Organisation]
  ) {
    self.id = id
    self.version = version
    self.name = name
    self.purpose = purpose
    self.licence = licence
    self.organisations = organisations
  }
}
