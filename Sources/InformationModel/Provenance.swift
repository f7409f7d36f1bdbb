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

/// How well the records that figures rest on were brought together as persons, as far as it can be told without a truth.
package struct LinkageQuality: Sendable, Hashable, Codable {
  /// Records of persons, and those that have a key.
  package var records: Int
  package var withKey: Int
  /// Pairs that keys bring together, and how many of them agreement alone finds too; of the whole snapshot. 0 when there is no model.
  package var pairs: Int
  package var found: Int
  /// Pairs found by agreement of which both have a unique key, and how many of these have two different ones.
  package var withUniqueKeys: Int
  package var contradicted: Int

  package init(
    records: Int, withKey: Int, pairs: Int = 0, found: Int = 0, withUniqueKeys: Int = 0,
    contradicted: Int = 0
  ) {
    self.records = records
    self.withKey = withKey
    self.pairs = pairs
    self.found = found
    self.withUniqueKeys = withUniqueKeys
    self.contradicted = contradicted
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
  /// nil when no record of a person is behind them.
  package var linkage: LinkageQuality?

  package init(
    referenceDate: CalendarDate, snapshot: String, pack: String, packVersion: String,
    program: String, deliveries: [DeliveryReference], isFictitious: Bool = false,
    linkage: LinkageQuality? = nil
  ) {
    self.referenceDate = referenceDate
    self.snapshot = snapshot
    self.pack = pack
    self.packVersion = packVersion
    self.program = program
    self.deliveries = deliveries
    self.isFictitious = isFictitious
    self.linkage = linkage
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
  /// nil when the chain says nothing of it.
  package var listing: CatalogueListing?
  /// What is announced, the earliest first; nil when nothing is.
  package var calendar: [PlannedRelease]?
  /// nil when the chain does not say how its units go on.
  package var flow: ChainFlow?

  package init(
    id: String, version: String, name: LocalizedText, purpose: LocalizedText, licence: Licence,
    organisations: [Organisation], listing: CatalogueListing? = nil,
    calendar: [PlannedRelease]? = nil, flow: ChainFlow? = nil
  ) {
    self.id = id
    self.version = version
    self.name = name
    self.purpose = purpose
    self.licence = licence
    self.organisations = organisations
    self.listing = listing
    self.calendar = calendar
    self.flow = flow
  }
}
