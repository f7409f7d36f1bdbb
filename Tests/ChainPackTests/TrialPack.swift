import ChainPack
import Foundation
import TestSupport
import Testing

/// The smallest pack that has something of everything.
enum TrialPack {
  static let files: [String: String] = [
    "chain.yaml": """
    id: proef
    version: 1.0.0
    name: {nl: Proefketen, en: Trial chain}
    purpose: {nl: Proberen, en: To try}
    organisations:
      - id: winkel
        code: WIN
        name: {nl: Winkel, en: Shop}
        role: {nl: Verkoopt, en: Sells}
    identifiers:
      klant:
        name: {nl: Klantnummer, en: Customer number}
        canonical: kkkkkk
        variants: ["KLkkkkkk", "kkkkkk##"]
        check: {weights: [6, 5, 4, 3, 2, 1], modulus: 7, remainders: [0]}
      bon:
        name: {nl: Bonnummer, en: Receipt number}
        canonical: ffnnnn
        variants: [nnnn]
    schemes:
      - id: fruit
        name: {nl: Fruit, en: Fruit}
        description: {nl: Wat er ligt, en: What is there}
        owner: Winkel
      - id: eenheden
        name: {nl: Eenheden, en: Units}
        description: {nl: Wat wordt geteld, en: What is counted}
        owner: Winkel
      - id: themas
        name: {nl: Themas, en: Themes}
        description: {nl: Onderwerpen, en: Subjects}
        owner: Winkel
    licence: {name: CC BY 4.0, address: "https://creativecommons.org/licenses/by/4.0/"}
    catalogue:
      contact: {name: {nl: Redactie, en: Editors}, address: "mailto:redactie@winkel.example"}
      theme: ECON
      country: NLD
      keywords: [{nl: fruit, en: fruit}, {nl: verkoop, en: sales}]
    calendar:
      - {moment: "2027-10-01T09:30:00+02:00", title: {nl: Oktober, en: October}}
      - {moment: "2027-03-01T09:30:00+01:00", title: {nl: Maart, en: March}}
    flow:
      - id: schap
        title: {nl: Op het schap, en: On the shelf}
        table: V01
        measure: aantal
        by: Fruit
        goes_on: {"1": kassa}
      - {id: kassa, title: {nl: Kassa, en: Till}, table: V01, measure: omzet, by: Fruit}
    """,
    "concepts/fruit.csv": """
    code,parent,label_nl,label_en,definition_nl,definition_en,source,valid_from,valid_to
    1,,Pitvruchten,Pome fruit,"Met pitten, zonder steen",With pips,,,
    11,1,Appel,Apple,Een appel,An apple,,2000-01-01,
    12,1,Peer,Pear,Een peer,A pear,,,2030-12-31
    2,,Steenvruchten,Stone fruit,Met steen,With a stone,,,

    """,
    "concepts/eenheden.csv": """
    code,parent,label_nl,label_en,definition_nl,definition_en,source,valid_from,valid_to
    verkoop,,Verkoop,Sale,Een regel van een bon,A line of a receipt,,,

    """,
    "concepts/themas.csv": """
    code,parent,label_nl,label_en,definition_nl,definition_en,source,valid_from,valid_to
    handel,,Handel,Trade,Kopen en verkopen,Buying and selling,,,

    """,
    "deliveries/winkel/verkoop.yaml": """
    id: verkoop
    file: VERKOOP.csv
    version: "1"
    title: {nl: Verkopen, en: Sales}
    format:
      kind: delimited
      separator: ";"
      encoding: utf-8
      date: dd-mm-yyyy
      decimal: ","
    key: [BONNR, REGEL]
    mutation: {column: MUT, new: N, changed: W, withdrawn: V, at: DATUM}
    rhythm: month
    thresholds: {quarantine: 0.1}
    columns:
      - {name: BONNR, role: key, required: true, identifier: bon, \
      complete: {field: f, from: FILIAAL, part: f, table: filiaal}}
      - {name: REGEL, type: integer, role: key, required: true, min: 1}
      - {name: FILIAAL, role: content, required: true, identifier: bon}
      - {name: KLANT, role: identity, identifier: klant}
      - {name: SOORT, role: content, codes: soort, concept: {scheme: fruit, as: fruit, at: DATUM}}
      - {name: DATUM, type: date, role: content, required: true, min: 2000-01-01, max: reference}
      - {name: PRIJS, type: decimal(2), role: content}
      - {name: MUT, role: content, required: true, values: [N, W, V]}
      - {name: NOOT, role: freetext}
    checks:
      - id: prijs-positief
        expect: "prijs >= 0"
        severity: error
        message: {nl: De prijs is negatief, en: The price is negative}
    references:
      - {columns: [BONNR, REGEL], to: verkoop}
    """,
    "mappings/winkel.soort.csv": """
    code,label,valid_from,valid_to,concept,reason,approved_by
    A,Appel,,2010-12-31,1,Nog niet uitgesplitst,Winkel
    A,Appel,2011-01-01,,11,Uitgesplitst,Winkel
    P,Peer,,,12,Gelijk,Winkel
    X,Tas,,,outside scope,Geen fruit,Winkel
    Y,Weging,,,event only,Geen verkoop,Winkel

    """,
    "reference/filiaal.csv": "key,value\n01,21\n02,22\n",
    "entities/verkoop.sql": """
    -- Een verkoop.
    SELECT bonnr, regel, datum, fruit, prijs, `_person` FROM {winkel.verkoop}
    WHERE datum <= {reference_date}
    """,
    "entities/omzet.sql": """
    SELECT f.label_nl, r.value, sum(prijs) AS prijs
    FROM {entity.verkoop} JOIN {concept.fruit} f ON f.code = fruit
    JOIN {reference.filiaal} r ON true GROUP BY 1, 2
    """,
    "linkage.yaml": """
    person:
      records:
        - {file: winkel.verkoop, keys: [klant]}
      unique: [klant]
      local: []
    """,
    "products/V01.yaml": """
    id: V01
    slug: verkopen
    title: {nl: Verkopen, en: Sales}
    summary: {nl: Wat er is verkocht, en: What was sold}
    population: {nl: Alle verkopen, en: All sales}
    unit: verkoop
    entity: verkoop
    period: {column: datum, grain: quarter, title: {nl: Kwartaal, en: Quarter}}
    dimensions:
      - id: Fruit
        title: {nl: Fruit, en: Fruit}
        column: fruit
        scheme: fruit
        depth: 2
        total: {code: T001, label: {nl: Totaal, en: Total}}
    measures:
      - {id: aantal, kind: count, title: {nl: Aantal, en: Number}, unit: {nl: aantal, en: number}}
      - {id: omzet, kind: sum, column: prijs, title: {nl: Omzet, en: Sales}, \
      unit: {nl: euro, en: euro}, decimals: 2}
      - {id: midden, kind: percentile, q: 0.5, column: prijs, title: {nl: Mediaan, en: Median}, \
      unit: {nl: euro, en: euro}}
      - {id: deel, kind: share, of: aantal, within: Fruit, \
      title: {nl: Deel, en: Share}, unit: {nl: "%", en: "%"}}
    policy: gewoon
    definitive_after_years: 1
    headline: {nl: "{aantal} verkopen", en: "{aantal} sales"}
    chart: {by: Fruit}
    theme: handel
    limits: {nl: Zegt niets over de smaak, en: Says nothing of the taste}
    other_numbers:
      - {source: {nl: Veiling, en: Auction}, difference: {nl: Telt kisten, en: Counts crates}}
    """,
    "policies/gewoon.yaml": """
    id: gewoon
    title: {nl: Gewoon, en: Plain}
    threshold: 5
    percentile_threshold: 10
    reason: {nl: Kleine aantallen, en: Small numbers}
    """,
  ]

  /// Writes the pack, some files changed, into a folder that is gone afterwards.
  ///
  /// An empty text leaves a file out.
  static func with<Answer>(
    changing changes: [String: String] = [:], _ body: (URL) throws -> Answer
  ) throws -> Answer {
    try withFolder { folder in
      let pack = folder.appending(path: "proef")
      let texts = files.merging(changes) { $1 }.filter { !$0.value.isEmpty }
      try writeFiles(texts, below: pack)
      return try body(pack)
    }
  }

  /// What reading says when one passage of one file is replaced.
  static func complaint(
    in file: String, replacing old: String, with new: String
  ) throws -> String {
    let text = try #require(files[file])
    try #require(text.contains(old), "\(file) does not hold '\(old)'")
    return try complaint([file: text.replacing(old, with: new)])
  }

  static func complaint(_ changes: [String: String]) throws -> String {
    try with(changing: changes) { folder in
      let error = #expect(throws: PackError.self) { try ChainPack.read(folder) }
      return error?.description ?? ""
    }
  }

  /// The packs that come with the program.
  static var chains: URL { packageFolder.appending(path: "chains") }
}
