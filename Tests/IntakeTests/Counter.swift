import ChainPack
import Foundation
import InformationModel
import Intake
import Production
import TestSupport
import Testing
import Warehouse

/// A shop counter that delivers receipts and their lines: the pack of these tests, and its folders.
struct Counter {
  let folder: URL
  let pack: ChainPack

  /// Runs a body with the pack in a folder that is gone afterwards.
  static func with<Answer>(_ body: (Counter) throws -> Answer) throws -> Answer {
    try withFolder { folder in
      let place = folder.appending(path: "pack")
      try writeFiles(files.merging(dialects) { $1 }, below: place)
      return try body(Counter(folder: folder, pack: ChainPack.read(place).pack))
    }
  }

  // MARK: One file without manifest

  func contract(_ name: String) throws -> Contract { try #require(pack.contract(name)) }

  /// Offers bytes as a file of a contract, known on 31 December 2023.
  func offer(_ bytes: some Sequence<UInt8>, as name: String, file: String = "F.csv") throws
    -> OfferedDelivery
  {
    let place = folder.appending(path: "offered/\(file)")
    try writeFile(Data(bytes), to: place)
    let contract = try contract(name)
    let organisation = try #require(pack.organisation(code: contract.organisation))
    return try OfferedDelivery.file(
      place, contract: contract, organisation: organisation, chain: "proef", period: "2023",
      referenceDate: nil)
  }

  func examine(_ bytes: some Sequence<UInt8>, as name: String, file: String = "F.csv") throws
    -> ExaminedFile
  {
    let offered = try offer(bytes, as: name, file: file)
    let matched = try Intake(pack: pack).checkManifest(offered)
    let examined = try Intake(pack: pack).examine(try #require(matched.first), offered: offered)
    return try #require(examined.first { $0.contract.name == name })
  }

  /// Row checks and set checks together, as a supplier runs them at home.
  func report(_ bytes: some Sequence<UInt8>, as name: String) throws -> DeliveryReport {
    let run = try DeliveryRun(checking: pack)
    guard case .accepted(let report) = try run.receive(offer(bytes, as: name)) else {
      throw IntakeRefusal(delivery: "known", reasons: [])
    }
    return report
  }

  // MARK: A whole delivery

  static let receiptHeader =
    "NR;KLANT;GEB;NAAM;SOORT;STATUS;DATUM;BEDRAG;AANTAL;FILIAAL;KAS;TEKST;NIETS"
  static let lineHeader = "NR,VOLG,PRIJS,SLECHT"

  static func receipt(_ number: String) -> String {
    "\(number);123456782;07-03-1985;Jansen;P;O;07-03-2023;12,50;3;01;211234;noot;niets"
  }

  struct Delivery {
    var id = "d1"
    var kind = "MUTATIE"
    var referenceDate = "2023-12-31"
    var replaces: String?
    var receipts = [Counter.receiptHeader, Counter.receipt("A1"), Counter.receipt("A2")]
    var lines = [Counter.lineHeader, "A1,1,2.50,", "A1,2,10.00,", "A2,1,1.25,"]
    /// Changes to the manifest, by key; nil takes a key out.
    var manifest: [String: String?] = [:]
    /// Changes to the files as the manifest describes them.
    var described: (inout [String: Any]) -> Void = { _ in }
  }

  /// Writes a folder with files and manifest.
  func offer(_ delivery: Delivery) throws -> OfferedDelivery {
    let place = folder.appending(path: "deliveries/\(UUID().uuidString)/\(delivery.id)")
    var files: [[String: Any]] = []
    for (name, lines) in [("BON.csv", delivery.receipts), ("REGEL.csv", delivery.lines)] {
      let data = Data((lines.joined(separator: "\r\n") + "\r\n").utf8)
      try writeFile(data, to: place.appending(path: name))
      var described: [String: Any] = [
        "naam": name, "rijen": lines.count - 1, "bytes": data.count,
        "sha256": sha256(data),
      ]
      delivery.described(&described)
      if !described.isEmpty { files.append(described) }
    }
    var manifest: [String: Any] = [
      "bron": "LOK", "leveringId": delivery.id, "chain": "proef", "soort": delivery.kind,
      "verslagperiode": "2023", "peildatum": delivery.referenceDate, "schemaVersie": "1",
      "bestanden": files,
    ]
    if let replaced = delivery.replaces { manifest["vervangt"] = replaced }
    for (key, value) in delivery.manifest { manifest[key] = value }
    try writeFile(
      JSONSerialization.data(withJSONObject: manifest), to: place.appending(path: "manifest.json"))
    return try OfferedDelivery.folder(place)
  }

  /// Writes a folder with these files as delivery of an organisation, and its manifest.
  func offer(
    _ files: [(name: String, rows: Int, text: String, totals: [String: String])],
    of organisation: String
  ) throws -> OfferedDelivery {
    let place = folder.appending(path: "deliveries/\(UUID().uuidString)")
    var described: [[String: Any]] = []
    for file in files {
      let data = Data(file.text.utf8)
      try writeFile(data, to: place.appending(path: file.name))
      described.append([
        "naam": file.name, "rijen": file.rows, "bytes": data.count, "sha256": sha256(data),
        "controletotalen": file.totals,
      ])
    }
    let manifest: [String: Any] = [
      "bron": organisation, "leveringId": "d1", "chain": "proef", "soort": "MUTATIE",
      "verslagperiode": "2023", "peildatum": "2023-12-31", "schemaVersie": "1",
      "bestanden": described,
    ]
    try writeFile(
      JSONSerialization.data(withJSONObject: manifest), to: place.appending(path: "manifest.json"))
    return try OfferedDelivery.folder(place)
  }

  /// The reasons for which a delivery is refused, as text.
  func refusal(_ delivery: Delivery) throws -> String {
    let error = #expect(throws: IntakeRefusal.self) {
      try DeliveryRun(checking: pack).receive(offer(delivery))
    }
    return error?.description ?? ""
  }

  // MARK: The pack

  private static let files: [String: String] = [
    "chain.yaml": """
    id: proef
    version: 1.0.0
    name: {nl: Proef, en: Trial}
    purpose: {nl: Proef, en: Trial}
    licence: {name: Proef, address: "https://example.org/licence"}
    organisations:
      - {id: loket, code: LOK, name: {nl: Loket, en: Counter}, role: {nl: V, en: S}}
      - {id: vorm, code: VRM, name: {nl: Vormen, en: Forms}, role: {nl: V, en: S}}
      - {id: bak, code: BAK, name: {nl: Bak, en: Tray}, role: {nl: V, en: S}}
      - {id: kast, code: KST, name: {nl: Kast, en: Cupboard}, role: {nl: V, en: S}}
    identifiers:
      bsn:
        name: {nl: BSN, en: citizen number}
        canonical: bbbbbbbbb
        check: {weights: [9, 8, 7, 6, 5, 4, 3, 2, -1], modulus: 11, remainders: [0]}
      filiaal: {name: {nl: Filiaal, en: branch}, canonical: pp}
      kas: {name: {nl: Kas, en: till number}, canonical: ffnnnn, variants: [nnnn]}
    schemes:
      - id: fruit
        name: {nl: Fruit, en: Fruit}
        description: {nl: Fruit, en: Fruit}
        owner: Loket
    """,
    "concepts/fruit.csv": """
    code,parent,label_nl,label_en,definition_nl,definition_en,source,valid_from,valid_to
    12,,Peer,Pear,Een peer,A pear,,,

    """,
    "mappings/loket.soort.csv": """
    code,label,valid_from,valid_to,concept,reason,approved_by
    P,Peer,,,12,Gelijk,Loket
    OUD,Peer,,2022-12-31,12,Vervallen,Loket
    NIEUW,Peer,2023-07-01,,12,Gelijk,Loket
    OM,Peer,,2023-01-31,12,Gelijk,Loket
    OM,Peer,2023-03-07,,12,Gelijk,Loket

    """,
    "reference/filiaal.csv": "key,value\n01,21\n02,22\n",
    "deliveries/loket/bon.yaml": """
    id: bon
    file: BON.csv
    version: "1"
    title: {nl: Bonnen, en: Receipts}
    format: {kind: delimited, separator: ";", encoding: utf-8, date: dd-mm-yyyy, decimal: ","}
    key: [NR]
    thresholds: {quarantine: 0.5}
    columns:
      - {name: NR, role: key, required: true, length: 6}
      - {name: KLANT, role: identity, identifier: bsn}
      - {name: GEB, type: partialdate, role: identity, keep_year: geboortejaar}
      - {name: NAAM, role: identity, length: 12}
      - {name: SOORT, role: content, codes: soort, concept: {scheme: fruit, as: fruit, at: DATUM}}
      - {name: STATUS, role: content, values: [O, D]}
      - {name: DATUM, type: date, role: content, required: true, min: 2000-01-01, max: reference}
      - {name: BEDRAG, type: decimal(2), role: content, min: 0, max: 1000}
      - {name: AANTAL, type: integer, role: content, min: 1, severity: warning}
      - {name: FILIAAL, role: content, identifier: filiaal}
      - {name: KAS, role: content, identifier: kas, \
      complete: {field: f, from: FILIAAL, part: p, table: filiaal}}
      - {name: TEKST, role: freetext}
      - {name: NIETS, role: ignore}
    checks:
      - id: veel
        expect: "aantal < 100"
        message: {nl: Veel, en: Very many}
      - id: gratis
        expect: "bedrag > 0 OR status = 'D'"
        severity: error
        message: {nl: Gratis en niet dicht, en: Free and not closed}
    """,
    "deliveries/loket/regel.yaml": """
    id: regel
    file: REGEL.csv
    version: "1"
    title: {nl: Regels, en: Lines}
    format: {kind: delimited, decimal: "."}
    key: [NR, VOLG]
    thresholds: {quarantine: 0.5}
    columns:
      - {name: NR, role: key, required: true}
      - {name: VOLG, type: integer, role: key, required: true}
      - {name: PRIJS, type: decimal(2), role: content}
      - {name: SLECHT, role: content}
    references:
      - {columns: [NR], to: bon, severity: error}
    """,
  ]

  private static let columns = """
    columns:
      - {name: naam, role: content}
      - {name: bedrag, type: decimal(2), role: content}
      - {name: op, type: date, role: content}
      - {name: uur, type: timestamp, role: content}
      - {name: aantal, type: integer, role: content}
      - {name: ja, type: boolean, role: content}
      - {name: noot, role: freetext}
    """

  private static let dialects: [String: String] = {
    let dutch =
      #"date: dd-mm-yyyy, timestamp: "dd-mm-yyyy HH:MM", decimal: ",", "true": J, "false": N"#
    let formats = [
      "utf8": #"kind: delimited, separator: ";", encoding: utf-8, \#(dutch)"#,
      "windows": #"kind: delimited, separator: "|", encoding: windows-1252, \#(dutch)"#,
      "latin": #"kind: delimited, separator: "\\t", encoding: iso-8859-1, quote: none, \#(dutch)"#,
      "utf16": #"kind: delimited, separator: ";", encoding: utf-16le, \#(dutch)"#,
      "twee": #"kind: delimited, separator: ",", header: 2"#,
      "geen": #"kind: delimited, separator: ",", header: 0"#,
      "vast":
        #"kind: fixed, encoding: windows-1252, date: yyyymmdd, "#
        + #"timestamp: yyyymmddHHMMSS, "#
        + #""true": "1", "false": "0", "#
        + #"positions: {naam: [1, 10], bedrag: [11, 8], op: [19, 8], uur: [27, 14], "#
        + #"aantal: [41, 4], ja: [45, 1], noot: [46, 6]}"#,
    ]
    var files: [String: String] = [:]
    for (id, format) in formats {
      files["deliveries/vorm/\(id).yaml"] = """
        id: \(id)
        file: \(id).csv
        version: "1"
        title: {nl: Vorm, en: Form}
        format: {\(format)}
        \(columns)
        """
    }
    files["deliveries/vorm/json.yaml"] = """
      id: json
      file: json.jsonl
      version: "1"
      title: {nl: Vorm, en: Form}
      format: {kind: jsonl}
      columns:
        - {name: persoon.naam, as: naam, role: content}
        - {name: bedrag, type: decimal(2), role: content}
        - {name: wanneer.op, as: op, type: date, role: content}
        - {name: wanneer.uur, as: uur, type: timestamp, role: content}
        - {name: aantal, type: integer, role: content}
        - {name: ja, type: boolean, role: content}
        - {name: persoon.noot, as: noot, role: freetext}
      """
    // Two kinds of records in one file, and a line at its end that counts them.
    for (id, record, columns) in [
      ("kop", "01", "{nr: [3, 4], naam: [7, 10]}"), ("regel", "02", "{nr: [3, 4], volg: [7, 2]}"),
    ] {
      files["deliveries/bak/\(id).yaml"] = """
        id: \(id)
        file: BAK.dat
        version: "1"
        title: {nl: Bak, en: Tray}
        format:
          kind: fixed
          encoding: iso-8859-1
          length: 20
          record: "\(record)"
          trailer: {is: "99", counts: {"01": [3, 4], "02": [7, 4]}}
          positions: \(columns)
        key: \(id == "kop" ? "[nr]" : "[nr, volg]")
        columns:
          - {name: nr, role: key, required: true}
          - \(id == "kop" ? "{name: naam, role: identity}" : "{name: volg, type: integer, role: key, required: true}")
        """
    }
    // Elements in elements, and a file for each kind.
    files["deliveries/kast/map.yaml"] = """
      id: map
      file: KAST_{soort}.xml
      version: "1"
      title: {nl: Mappen, en: Folders}
      format: {kind: xml, namespace: "urn:proef:kast", record: kast/map}
      key: ["@nr"]
      columns:
        - {name: "@nr", as: nr, role: key, required: true}
        - {name: "@soort", as: soort, role: content, required: true, values: [rood, wit]}
        - {name: inhoud/titel, as: titel, role: content}
        - {name: inhoud/titel@taal, as: taal, role: content}
        - {name: eigenaar, role: identity}
      """
    files["deliveries/kast/stuk.yaml"] = """
      id: stuk
      file: KAST_{soort}.xml
      version: "1"
      title: {nl: Stukken, en: Papers}
      format: {kind: xml, namespace: "urn:proef:kast", record: kast/map/stukken/stuk}
      key: [map@nr, "@volg"]
      columns:
        - {name: map@nr, as: nr, role: key, required: true}
        - {name: map@soort, as: soort, role: content, required: true, values: [rood, wit]}
        - {name: "@volg", as: volg, type: integer, role: key, required: true}
        - {name: bladen, type: integer, role: content}
      references:
        - {columns: [map@nr], to: map, severity: error}
      """
    files["deliveries/vorm/dagen.yaml"] = """
      id: dagen
      file: dagen.csv
      version: "1"
      title: {nl: Dagen, en: Days}
      format: {kind: delimited, date: yyyymmdd}
      key: [dag]
      columns:
        - {name: dag, type: date, format: d-m-yyyy, role: key, required: true}
        - {name: geb, type: partialdate, role: identity, keep_year: jaar, min: 1900-01-01, \
      severity: warning}
      """
    files["deliveries/vorm/deels.yaml"] = """
      id: deels
      file: deels.csv
      version: "1"
      title: {nl: Deels, en: Partly}
      format: {kind: delimited, date: yyyymmdd, timestamp: "yyyymmdd HH:MM"}
      columns:
        - {name: op, type: partialdate, role: content, min: 1900-01-01, max: 1960-12-31}
        - {name: uur, type: timestamp, role: content, min: 1960-01-01, max: 1969-12-31}
      """
    return files
  }()
}

extension ExaminedFile {
  /// The content of the rows that go on, as text, by column; identifiers in canonical form.
  var content: [String: [String?]] {
    let checked = records.content
    var answer: [String: [String?]] = [:]
    for column in checked.content {
      answer[column.name] = checked.rows.map { row in
        let code = Int(column.codes[Int(row)])
        guard !column.isNull[code] else { return nil }
        return switch column.values {
        case .texts(let values): values.string(code)
        case .integers(let values): "\(values[code])"
        case .decimals(let values, let scale): "\(values[code])e-\(scale)"
        case .dates(let values): CalendarDate(daysSinceEpoch: values[code]).description
        case .timestamps(let values): "\(values[code] / 1_000_000)"
        case .booleans(let values): "\(values[code])"
        }
      }
    }
    for column in checked.identifiers {
      answer[column.contentName] = checked.rows.map { row in
        let code = Int(column.codes[Int(row)])
        return column.isNull[code] ? nil : column.values.string(code)
      }
    }
    return answer
  }

  /// `severity rule column class rows`, one line a group.
  var lines: [String] { findings.map(\.line) }
}

extension FindingGroup {
  var line: String {
    "\(severity.rawValue) \(rule) \(column ?? "-") \(valueClass ?? "-") \(rows)"
  }
}
