import DisclosureControl
import Foundation
import InformationModel
import Publication

/// A small made-up chain, for tests that need something to publish.
enum Market {
  static func text(_ nl: String, _ en: String? = nil) -> LocalizedText {
    LocalizedText(nl: nl, en: en ?? nl + " (en)")
  }

  static let chain = ChainDescription(
    id: "markt", version: "1.0.0", name: text("Marktketen", "Market chain"),
    purpose: text("Van teler tot kraam", "From grower to stall"),
    licence: Licence(
      name: "CC BY 4.0", address: "https://creativecommons.org/licenses/by/4.0/"),
    organisations: [
      Organisation(
        id: "teler", code: "TLR", name: text("Telers", "Growers"), role: text("Telen", "Grow")),
      Organisation(
        id: "kraam", code: "KRM", name: text("Kramen", "Stalls"), role: text("Verkopen", "Sell")),
    ])

  static let schemes = [
    ConceptScheme(
      id: "fruit", name: text("Fruit"), description: text("Soorten fruit"), owner: "Telers",
      concepts: [
        Concept(code: "T1", label: text("Alle fruit"), definition: text("Al het fruit.")),
        Concept(code: "A", parent: "T1", label: text("Appels"), definition: text("Appels.")),
      ])
  ]

  static func provenance(_ date: String = "2024-06-01") throws -> Provenance {
    let day = try Self.day(date)
    return Provenance(
      referenceDate: day, snapshot: "snap-a", pack: "markt", packVersion: "1.0.0",
      program: "test",
      deliveries: [
        DeliveryReference(id: "lev-1", organisation: "TLR", period: "2023", referenceDate: day),
        DeliveryReference(id: "lev-2", organisation: "KRM", period: "2023", referenceDate: day),
      ])
  }

  static func day(_ text: String) throws -> CalendarDate {
    guard let date = CalendarDate(iso: text) else { throw CocoaError(.formatting) }
    return date
  }

  static let policy = DisclosurePolicy(
    id: "standaard", title: text("Kleine aantallen"), threshold: 5, percentileThreshold: 10,
    reason: text("Aantallen onder vijf zijn geheim.", "Counts below five are hidden."))

  static let fruit = InformationModel.Dimension(
    id: "Fruit", title: text("Soort fruit", "Kind of fruit"), scheme: "fruit",
    categories: [
      Category(code: "T1", label: text("Alle fruit")),
      Category(
        code: "A", label: text("Appels, \"zoet\""), definition: text("Zoete appels."), parent: 0),
      Category(code: "P", label: text("Peren"), parent: 0),
      Category(code: "K", label: text("Kersen"), parent: 0),
    ])

  static let periods = InformationModel.Dimension(
    id: "Perioden", title: text("Jaar", "Year"), role: .time,
    categories: [
      Category(code: "2022JJ00", label: text("2022", "2022"), status: .definitive),
      Category(code: "2023JJ00", label: text("2023", "2023"), status: .provisional),
    ])

  static let kilos = Measure(
    id: "kilos", title: text("Verkocht fruit", "Fruit sold"), definition: text("Aantal kisten."),
    unit: text("aantal", "number"), decimals: 0, kind: .count)
  static let median = Measure(
    id: "mediaan", title: text("Mediane prijs", "Median price"), unit: text("euro", "euros"),
    decimals: 2, kind: .percentile(0.5))

  static func description(_ id: String = "M01", slug: String = "fruit") -> TableDescription {
    TableDescription(
      id: id, slug: slug, title: text("Fruit naar soort"), summary: text("Kisten fruit per soort."),
      population: text("Alle verkochte kisten."),
      unit: Concept(code: "kist", label: text("Kist"), definition: text("Een kist fruit.")),
      theme: "handel", headline: text("In {period}: {kilos}."), chart: .overTime)
  }

  /// Apples 60 and 70, pears 3 (hidden) and 40, cherries 0 and 30; with their totals.
  static func table(
    _ id: String = "M01", slug: String = "fruit", fruit: InformationModel.Dimension = fruit,
    periods: InformationModel.Dimension = periods
  ) -> StatisticalTable {
    StatisticalTable(
      description: description(id, slug: slug), dimensions: [fruit, periods],
      measures: [kilos, median], counts: [63, 140, 60, 70, 3, 40, 0, 30],
      values: [
        [63, 140, 60, 70, 3, 40, 0, 30],
        [2.345, 2.5, 1.005, 2, 987.65, 3, nil, 12.25],
      ])
  }

  static func protected(_ table: StatisticalTable = table()) throws -> ProtectedTable {
    try table.protected(under: policy)
  }

  /// A release whose tables all rest on the first delivery alone.
  static func write(
    into folder: URL, date: String = "2024-06-01", tables: [StatisticalTable] = [table()],
    moment: Moment? = nil, reason: LocalizedText? = nil
  ) throws -> ReleaseID {
    let provenance = try provenance(date)
    return try Release.write(
      chain: chain, schemes: schemes,
      tables: tables.map { (try protected($0), Array(provenance.deliveries.prefix(1))) },
      provenance: provenance, into: folder, moment: moment, reason: reason)
  }
}
