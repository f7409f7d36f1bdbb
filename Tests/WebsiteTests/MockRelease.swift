import DisclosureControl
import Foundation
import InformationModel
import Publication

/// A release of a made-up chain: a table of counts and amounts with a hierarchy, two directions and
/// years, with small cells; a table of percentiles by quarter with cells of nothing; a table of one
/// direction; a table that is all hidden.
enum MockRelease {
  static func text(_ nl: String, _ en: String) -> LocalizedText { LocalizedText(nl: nl, en: en) }

  static let chain = ChainDescription(
    id: "schade", version: "1.0.0", name: text("Schadeketen", "Damage chain"),
    purpose: text(
      "Hoe meldingen van schade aan straten & pleinen door de keten gaan: van melding tot herstel.",
      "How reports of damage to streets & squares pass through the chain: from report to repair."),
    licence: Licence(
      name: "CC BY 4.0", address: "https://creativecommons.org/licenses/by/4.0/"),
    organisations: [
      ("meldpunt", "MLD", "Landelijk Meldpunt Openbare Ruimte", "National Public Space Desk"),
      ("keuring", "KEU", "Keuringsdienst", "Inspection Service"),
      ("raad", "RAD", "Raad voor de Beoordeling van Schade", "Damage Assessment Council"),
      ("herstel", "HER", "Herstelbedrijven", "Repair Companies"),
      ("incasso", "INC", "Centraal Incassokantoor", "Central Collection Office"),
    ].map { id, code, nl, en in
      Organisation(
        id: id, code: code, name: text(nl, en),
        role: text("Behandelt wat de vorige schakel doorgeeft", "Handles what comes before"))
    })

  static let schemes = [
    ConceptScheme(
      id: "themas", name: text("Thema's", "Themes"),
      description: text("Onderwerpen van de website.", "Subjects of the website."),
      owner: "Keten",
      concepts: [
        concept("instroom", nil, "Meldingen", "Reports"),
        concept("tijd", nil, "Doorlooptijden", "Throughput times"),
      ]),
    ConceptScheme(
      id: "eenheden", name: text("Eenheden", "Units"),
      description: text("Wat geteld wordt.", "What is counted."), owner: "Keten",
      concepts: [unit]),
    ConceptScheme(
      id: "soort", name: text("Soorten schade", "Kinds of damage"),
      description: text("Indeling van schade.", "Classification of damage."),
      owner: "Raad voor de Beoordeling van Schade",
      concepts: [
        concept("T001", nil, "Alle schade", "All damage"),
        concept("A 1/2", "T001", "Straatmeubilair & verlichting", "Street furniture & lighting"),
        concept(
          "A11", "A 1/2", "Lantaarnpalen", "Lamp posts",
          AlternativeLabels(nl: ["Lichtmasten", "Straat<licht>"], en: ["Street lights"])),
        concept("A12", "A 1/2", "Zitbanken <hout>", "Benches <wood>"),
        concept("B", "T001", "Bestrating", "Paving"),
      ]),
  ]

  static func concept(
    _ code: String, _ parent: String?, _ nl: String, _ en: String,
    _ alternatives: AlternativeLabels? = nil
  ) -> Concept {
    Concept(
      code: code, parent: parent, label: text(nl, en), alternatives: alternatives,
      definition: text("Wat onder «\(nl)» valt.", "What falls under “\(en)”."),
      source: parent == nil ? nil : "Regeling schade 2020, artikel 2",
      validFrom: CalendarDate(year: 2020, month: 1, day: 1))
  }

  static let unit = Concept(
    code: "melding", label: text("Melding", "Report"),
    alternatives: AlternativeLabels(nl: ["Klacht"], en: []),
    definition: text("Eén bericht over één schade.", "One message about one damage."))

  static let policy = DisclosurePolicy(
    id: "standaard", title: text("Kleine aantallen", "Small counts"), threshold: 5,
    percentileThreshold: 10,
    reason: text(
      "Aantallen van één tot en met vier zijn geheim, en zo nodig andere cellen.",
      "Counts from one up to and including four are hidden, and other cells where needed."))

  static let otherPolicy = DisclosurePolicy(
    id: "streng", title: policy.title, threshold: 10, percentileThreshold: 10,
    reason: text("Aantallen tot tien zijn geheim.", "Counts below ten are hidden."))

  /// The amounts behind the small cells: four digits that occur nowhere else.
  static let secrets = ["6173", "6.173", "6,173", "7391", "7.391", "7,391"]

  static let tables = [counts, durations, quarters, balances, changes, secret]

  static func release(
    into folder: URL, referenceDate: CalendarDate? = CalendarDate(year: 2024, month: 6, day: 1),
    chain: ChainDescription = chain, schemes: [ConceptScheme] = schemes,
    tables: [StatisticalTable] = tables, moment: Moment? = nil, reason: LocalizedText? = nil
  ) throws -> ReleaseID {
    guard let referenceDate else { throw CocoaError(.formatting) }
    let deliveries = chain.organisations.flatMap { organisation in
      [2022, 2023].map { year in
        DeliveryReference(
          id: "\(organisation.code)-\(year)-abcdef", organisation: organisation.code,
          period: "\(year)", referenceDate: referenceDate)
      }
    }
    // The second table rests on the deliveries of the first two organisations; the last one has its
    // own reason for what it hides, under the same title.
    return try Release.write(
      chain: chain, schemes: schemes,
      tables: tables.map { table in
        let id = table.description.id
        return (
          try table.protected(under: id == secret.description.id ? otherPolicy : policy),
          id == durations.description.id ? Array(deliveries.prefix(4)) : deliveries
        )
      },
      linkage: [
        counts.description.id: LinkageQuality(
          records: 12_345, withKey: 11_000, pairs: 1000, found: 985, withUniqueKeys: 900,
          contradicted: 3)
      ],
      provenance: Provenance(
        referenceDate: referenceDate, snapshot: "snap-qrst", pack: "schade", packVersion: "1.0.0",
        program: "keten-test", deliveries: deliveries), into: folder, moment: moment,
      reason: reason)
  }

  // MARK: Dimensions

  static let kind = InformationModel.Dimension(
    id: "Soort", title: text("Soort schade", "Kind of damage"), scheme: "soort",
    categories: [
      Category(code: "T001", label: text("Alle schade", "All damage")),
      Category(
        code: "A 1/2", label: text("Straatmeubilair & verlichting", "Street furniture & lighting"),
        parent: 0),
      Category(code: "A11", label: text("Lantaarnpalen", "Lamp posts"), parent: 1),
      Category(code: "A12", label: text("Zitbanken <hout>", "Benches <wood>"), parent: 1),
      Category(code: "B", label: text("Bestrating", "Paving"), parent: 0),
    ])

  static let region = InformationModel.Dimension(
    id: "Regio", title: text("Regio", "Region"),
    categories: [
      Category(code: "NL00", label: text("Heel het land", "Whole country")),
      Category(code: "N", label: text("Noord", "North"), parent: 0),
      Category(code: "Z", label: text("Zuid", "South"), parent: 0),
    ])

  static func years(_ years: ClosedRange<Int>) -> InformationModel.Dimension {
    InformationModel.Dimension(
      id: "Perioden", title: text("Jaar van melding", "Year of report"), role: .time,
      categories: years.map { year in
        Category(
          code: "\(year)JJ00", label: Period(grain: .year, year: year).label,
          status: year < 2023 ? .definitive : .provisional)
      } + [
        Category(
          code: "\(years.upperBound + 1)X000",
          label: text(
            "\(years.upperBound + 1), tot de peildatum",
            "\(years.upperBound + 1), up to the reference date"), status: .provisional)
      ])
  }

  static func description(
    _ id: String, _ slug: String, _ nl: String, _ en: String, theme: String,
    headline: LocalizedText, chart: TableDescription.Chart
  ) -> TableDescription {
    TableDescription(
      id: id, slug: slug, title: text(nl, en),
      summary: text("Samenvatting van \(slug).", "Summary of \(slug)."),
      population: text("Alle meldingen in het land.", "All reports in the country."), unit: unit,
      theme: theme, headline: headline, chart: chart)
  }

  // MARK: Tables

  /// Kinds by region by year; the lamp posts of the north in 2022 are three, those of 2021 two.
  static let counts: StatisticalTable = {
    let time = years(2012...2023)
    let dimensions = [kind, region, time]
    let index = CellIndex(dimensions)
    var counts = [Int](repeating: 0, count: 5 * 3 * 13)
    var amounts = [Double](repeating: 0, count: counts.count)
    func add(_ kind: Int, _ region: Int, _ year: Int, _ count: Int, _ amount: Double) {
      for kind in [kind] + (kind == 4 ? [0] : [1, 0]) {
        for region in [region, 0] {
          let cell = index.cell(at: [kind, region, year])
          counts[cell] += count
          amounts[cell] += amount
        }
      }
    }
    for year in 0..<13 {
      for region in 1...2 {
        for kind in [2, 3, 4] {
          let count = 400 * kind + 37 * year + 111 * region
          let isSmall = kind == 2 && region == 1 && (year == 9 || year == 10)
          add(
            kind, region, year, isSmall ? year - 7 : count,
            isSmall ? (year == 9 ? 6173 : 7391) : Double(count) * 20.5)
        }
      }
    }
    return StatisticalTable(
      description: description(
        "S01", "meldingen-naar-soort", "Meldingen van schade naar soort en regio",
        "Reports of damage by kind and region", theme: "instroom",
        headline: text(
          "In {period} kwamen er {aantal} meldingen binnen, met {bedrag} euro schade.",
          "In {period} there were {aantal} reports, with {bedrag} euros of damage."),
        chart: .by(dimension: "Soort")),
      dimensions: dimensions,
      measures: [
        Measure(
          id: "aantal", title: text("Meldingen", "Reports"),
          definition: text("Aantal meldingen.", "Number of reports."),
          unit: text("aantal", "number"), decimals: 0, kind: .count),
        Measure(
          id: "bedrag", title: text("Schadebedrag", "Amount of damage"),
          unit: text("euro", "euros"), decimals: 2, kind: .sum),
      ], counts: counts, values: [counts.map(Double.init), amounts])
  }()

  /// Percentiles by kind and year, with one kind that did not occur.
  static let durations: StatisticalTable = {
    let time = years(2021...2023)
    let counts = [900, 800, 700, 850, 40, 20, 0, 8]
    let kinds = InformationModel.Dimension(
      id: "Fase", title: text("Fase", "Stage"),
      categories: [
        Category(code: "K", label: text("Van melding tot keuring", "From report to inspection")),
        Category(code: "H", label: text("Van keuring tot herstel", "From inspection to repair")),
      ])
    let medians = counts.map { $0 == 0 ? nil : Double($0) / 20 + 0.25 }
    return StatisticalTable(
      description: description(
        "S02", "doorlooptijd", "Doorlooptijd per fase", "Throughput time by stage", theme: "tijd",
        headline: text("De mediaan was {mediaan} dagen.", "The median was {mediaan} days."),
        chart: .overTime),
      dimensions: [kinds, time],
      measures: [
        Measure(
          id: "zaken", title: text("Zaken", "Cases"), unit: text("aantal", "number"), decimals: 0,
          kind: .count),
        Measure(
          id: "mediaan", title: text("Mediaan", "Median"), unit: text("dagen", "days"),
          decimals: 1, kind: .percentile(0.5)),
      ], counts: counts, values: [counts.map(Double.init), medians])
  }()

  /// One direction only: quarters.
  static let quarters: StatisticalTable = {
    let periods = (2022...2023).flatMap { year in
      (1...4).map { Period(grain: .quarter, year: year, number: $0) }
    }
    let time = InformationModel.Dimension(
      id: "Perioden", title: text("Kwartaal", "Quarter"), role: .time,
      categories: periods.map {
        Category(code: $0.code, label: $0.label, status: .definitive)
      })
    let counts = [1210, 1180, 1330, 1290, 1405, 1398, 1520, 1480]
    return StatisticalTable(
      description: description(
        "S03", "meldingen-per-kwartaal", "Meldingen per kwartaal", "Reports by quarter",
        theme: "onbekend",
        headline: text("{period}: {aantal} meldingen.", "{period}: {aantal} reports."),
        chart: .overTime),
      dimensions: [time],
      measures: [
        Measure(
          id: "aantal", title: text("Meldingen", "Reports"), unit: text("aantal", "number"),
          decimals: 0, kind: .count)
      ], counts: counts, values: [counts.map(Double.init)])
  }()

  /// Figures below zero, and figures far below one.
  static let balances: StatisticalTable = {
    let time = years(2021...2023)
    return StatisticalTable(
      description: description(
        "S05", "saldo", "Saldo per jaar", "Balance by year", theme: "instroom",
        headline: text("Het saldo was {saldo}.", "The balance was {saldo}."), chart: .overTime),
      dimensions: [time],
      measures: [
        Measure(
          id: "saldo", title: text("Saldo", "Balance"), unit: text("euro", "euros"), decimals: 0,
          kind: .sum),
        Measure(
          id: "koers", title: text("Koers", "Rate"), unit: text("euro", "euros"), decimals: 2,
          kind: .sum),
      ], counts: [50, 60, 70, 80], values: [[-40, 20, 60, 10], [0.05, 0.1, 0.17, 0.2]])
  }()

  /// Parts side by side of which one is negative and none is provisional, one with an asterisk in
  /// its name.
  static let changes: StatisticalTable = {
    let kinds = InformationModel.Dimension(
      id: "Post", title: text("Post", "Item"),
      categories: [
        Category(code: "T", label: text("Alle posten", "All items")),
        Category(code: "X", label: text("Bij", "More"), parent: 0),
        Category(code: "Y", label: text("Af*", "Less*"), parent: 0),
      ])
    return StatisticalTable(
      description: description(
        "S06", "mutaties", "Mutaties per post", "Changes by item", theme: "instroom",
        headline: text("Samen {bedrag}.", "Together {bedrag}."), chart: .by(dimension: "Post")),
      dimensions: [kinds],
      measures: [
        Measure(
          id: "bedrag", title: text("Bedrag", "Amount"), unit: text("euro", "euros"), decimals: 0,
          kind: .sum)
      ], counts: [50, 30, 20], values: [[50, 100, -50]])
  }()

  /// A table of which the sentence must not tell the one figure.
  static let secret: StatisticalTable = {
    let time = InformationModel.Dimension(
      id: "Perioden", title: text("Jaar", "Year"), role: .time,
      categories: [
        Category(code: "2023JJ00", label: text("2023", "2023"), status: .definitive)
      ])
    return StatisticalTable(
      description: description(
        "S04", "zeldzaam", "Zeldzame schade", "Rare damage", theme: "instroom",
        headline: text("Er waren er {aantal}.", "There were {aantal}."), chart: .overTime),
      dimensions: [time],
      measures: [
        Measure(
          id: "aantal", title: text("Meldingen", "Reports"), unit: text("aantal", "number"),
          decimals: 0, kind: .count)
      ], counts: [3], values: [[3]])
  }()
}
