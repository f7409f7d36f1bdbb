import ChainPack
import Foundation
import TestSupport

/// A made-up chain of two organisations, small enough to read every byte of: a register and a
/// court.
enum SmallPack {
  /// Every kind of fault that there is, on a file where it can happen.
  static let faults = """
      - {code: V01, kind: blank, file: registry.entry, columns: [BSN], rate: 0.08, expect: link}
      - {code: V02, kind: digit, file: registry.entry, columns: [BSN], rate: 0.05, expect: flag}
      - {code: V03, kind: swap, file: registry.entry, columns: [BSN], rate: 0.05, expect: flag}
      - {code: V04, kind: other, file: registry.entry, columns: [BSN], rate: 0.05, expect: flag}
      - {code: V05, kind: typo, file: registry.entry, columns: [NAME], rate: 0.05, expect: link}
      - {code: V06, kind: name_variant, file: registry.entry, columns: [NAME, GIVEN], rate: 0.08, prefix: PREFIX, expect: link}
      - {code: V07, kind: partial_date, file: registry.entry, columns: [BORN], rate: 0.05, where: "BSN IS NOT NULL", expect: flag}
      - {code: V08, kind: day_month, file: registry.entry, columns: [BORN], rate: 0.05, expect: link}
      - {code: V09, kind: replace, file: registry.entry, columns: [CODE], rate: 0.05, with: [ZZ, 9], expect: reject}
      - {code: V10, kind: format, file: registry.entry, columns: [REF], rate: 0.3, variants: ["PLuu00 jjjjnnnnnn-1", "jjjjnnnnnn"], expect: normalise}
      - {code: V11, kind: scale, file: registry.entry, columns: [AMOUNT], rate: 0.05, expect: flag}
      - {code: V12, kind: odd_date, file: registry.entry, columns: [HAPPENED], rate: 0.04, expect: reject}
      - {code: V13, kind: before, file: registry.entry, columns: [SEEN], rate: 0.04, column: HAPPENED, days: 20, expect: reject}
      - {code: V14, kind: shift_date, file: registry.entry, columns: [SEEN], rate: 0.04, days: 30, expect: flag}
      - {code: V15, kind: mojibake, file: registry.entry, rate: 0.04, expect: flag}
      - {code: V16, kind: stray_separator, file: registry.entry, columns: [NOTE], rate: 0.03, expect: reject}
      - {code: V17, kind: leak, file: registry.entry, columns: [NOTE], rate: 0.04, expect: reject}
      - {code: V18, kind: duplicate, file: registry.entry, rate: 0.05, expect: reject}
      - {code: V19, kind: near_duplicate, file: registry.entry, columns: [CODE], rate: 0.04, key: NR, expect: flag}
      - {code: V20, kind: second_registration, file: registry.entry, rate: 0.04, key: NR, set: UNIT, expect: flag}
      - {code: V21, kind: late, file: registry.entry, rate: 0.06, expect: flag}
      - {code: V22, kind: correction, file: registry.entry, columns: [CODE, AMOUNT], rate: 0.08, expect: repair}
      - {code: V23, kind: withdrawn, file: registry.entry, rate: 0.04, key: NR, expect: repair}
      - {code: V24, kind: control_total, file: registry.entry, rate: 0.3, expect: reject}
      - {code: V25, kind: schema_drift, file: registry.entry, rate: 0.3, expect: reject}
      - {code: V26, kind: truncated, file: court.stay, rate: 0.4, expect: reject}
      - {code: V27, kind: replay, file: court.stay, rate: 0.4, expect: reject}
      - {code: V28, kind: schema_drift, file: court.stay, rate: 0.3, expect: reject}
      - {code: V29, kind: mojibake, file: court.stay, rate: 0.05, expect: flag}
      - {code: V30, kind: schema_drift, file: court.event, rate: 0.4, expect: reject}
    """

  static let chain = """
    id: small
    version: 1.0.0
    name: {nl: Klein, en: Small}
    purpose: {nl: Proef, en: Test}
    licence: {name: Proef, address: "https://example.org/licence"}
    organisations:
      - {id: registry, code: REG, name: {nl: Register, en: Register}, role: {nl: R, en: R}}
      - {id: court, code: CRT, name: {nl: Gerecht, en: Court}, role: {nl: G, en: C}}
    identifiers:
      number:
        name: {nl: Nummer, en: Number}
        canonical: uujjjjnnnnnn
        variants: [PLuu**jjjjnnnnnn, PLuu**jjjjnnnnnn#, jjjjnnnnnn]
      bsn:
        name: {nl: BSN, en: BSN}
        canonical: bbbbbbbbb
    schemes: []
    """

  static let entry = """
    id: entry
    file: ENTRY.csv
    version: "1"
    title: {nl: Regels, en: Entries}
    format:
      kind: delimited
      separator: ";"
      encoding: windows-1252
      quote: '"'
      newline: crlf
      header: 1
      date: dd-mm-yyyy
      timestamp: dd-mm-yyyy HH:MM
      decimal: ","
      "true": J
      "false": N
    key: [NR, SEQ]
    mutation: {column: MUT, new: T, changed: W, withdrawn: V, at: MUTDAT}
    rhythm: quarter
    columns:
      - {name: NR, type: text, role: key, required: true, identifier: number}
      - {name: SEQ, type: integer, role: key, required: true}
      - {name: UNIT, type: text, role: content}
      - {name: CODE, type: text, role: content}
      - {name: REF, type: text, role: content, identifier: number}
      - {name: NOTE, type: text, role: freetext, length: 60}
      - {name: BSN, type: text, role: identity, identifier: bsn}
      - {name: NAME, type: text, role: identity}
      - {name: PREFIX, type: text, role: identity}
      - {name: GIVEN, type: text, role: identity}
      - {name: BORN, type: partialdate, role: identity, keep_year: geboortejaar}
      - {name: HAPPENED, type: date, role: content}
      - {name: SEEN, type: timestamp, role: content}
      - {name: AMOUNT, type: decimal(2), role: content}
      - {name: TIMES, type: integer, role: content}
      - {name: FLAG, type: boolean, role: content}
      - {name: MUT, type: text, role: content}
      - {name: MUTDAT, type: timestamp, role: content}
    """

  static let stay = """
    id: stay
    file: stay.tsv
    version: "2"
    title: {nl: Verblijven, en: Stays}
    format: {kind: delimited, separator: "\\\\t", encoding: utf-16le, bom: true, quote: none, newline: crlf, header: 2, date: dd-mmm-yyyy}
    key: [Nummer]
    mutation: {column: Mutatie, new: Nieuw, changed: Gewijzigd, withdrawn: Vervallen, at: Mutatiedatum}
    rhythm: quarter
    columns:
      - {name: Nummer, type: text, role: key, required: true}
      - {name: Datum in, type: date, role: content}
      - {name: Plaats, type: text, role: content}
      - {name: Mutatie, type: text, role: content}
      - {name: Mutatiedatum, type: date, role: content}
    """

  static let event = """
    id: event
    file: events.jsonl
    version: "2"
    title: {nl: Gebeurtenissen, en: Events}
    format: {kind: jsonl, encoding: utf-8, newline: lf}
    rhythm: quarter
    columns:
      - {name: zaak.nummer, type: text, role: content}
      - {name: zaak.dag, type: date, role: content}
      - {name: bedrag, type: integer, role: content}
    """

  static let roll = """
    id: roll
    file: ROLL.dat
    version: "2"
    title: {nl: Rol, en: Roll}
    format:
      kind: fixed
      encoding: iso-8859-1
      newline: lf
      header: 0
      date: yyyymmdd
      positions: {nr: [1, 8], naam: [9, 12], dag: [22, 8], "n": [30, 4]}
    key: [nr]
    rhythm: quarter
    columns:
      - {name: nr, type: text, role: key, required: true}
      - {name: naam, type: text, role: content}
      - {name: dag, type: date, role: content}
      - {name: "n", type: integer, role: content}
    """

  static let truth = """
    -- Things that happen to persons.
    SELECT i AS thing_id, 100 + i % 97 AS person_id,
      make_date({from}, 1, 1) - 20
        + CAST(floor(draw('day', i) * (20 + 365 * ({to} - {from} + 1))) AS INTEGER) AS day,
      u.unit, 1 + i % 2 AS seq, {seed} AS seed
    FROM range(CAST(floor({parameter.things} * {scale}) AS BIGINT)) AS r(i)
      JOIN {table.unit} AS u ON u.nr = i % 4
    """

  static let entries = """
    WITH version AS (
      SELECT *, day AS known, 1 AS version FROM {truth.thing}
      UNION ALL
      SELECT *, day + 60, 2 FROM {truth.thing} WHERE draw('again', thing_id) < 0.3
    )
    SELECT thing_id AS _id, person_id AS _person, known AS _known,
      concat('PL', unit, '00-', year(day), lpad(CAST(1 + thing_id // 2 AS VARCHAR), 6, '0')) AS NR,
      seq AS SEQ, unit AS UNIT,
      ['A1', 'B2', 'C3', 'D4'][1 + CAST(floor(draw('code', thing_id) * 4) AS INTEGER)] AS CODE,
      concat('PL', unit, '00-2022', lpad(CAST(thing_id AS VARCHAR), 6, '0'), '-1') AS REF,
      CASE WHEN thing_id % 5 = 0 THEN 'say "so"; or not' ELSE 'stolen bicycle' END AS NOTE,
      CASE WHEN person_id % 7 > 0 THEN CAST(900000000 + person_id * 12347 AS VARCHAR) END AS BSN,
      ['Yılmaz', 'Müller', 'Jansen', 'Groot'][1 + person_id % 4] AS NAME,
      CASE WHEN person_id % 4 = 3 THEN 'de' END AS PREFIX,
      ['José Luis', 'Anna Maria', 'Piet'][1 + person_id % 3] AS GIVEN,
      DATE '1960-01-01' + CAST(person_id * 131 AS INTEGER) AS BORN, day AS HAPPENED,
      CAST(day AS TIMESTAMP) + to_minutes(CAST(thing_id % 1440 AS INTEGER)) AS SEEN,
      CASE WHEN thing_id % 9 = 0 THEN -12.5 ELSE thing_id * 1.25 END AS AMOUNT,
      version AS TIMES, thing_id % 2 = 0 AS FLAG
    FROM version;
    """

  static let files: [String: String] = [
    "court.stay": """
    SELECT thing_id AS _id, person_id AS _person, day AS _known,
      lpad(CAST(thing_id AS VARCHAR), 7, '0') AS Nummer, day AS "Datum in",
      CASE WHEN thing_id % 3 = 0 THEN 'Curaçao' ELSE 'Zwolle' END AS Plaats
    FROM {truth.thing} WHERE thing_id % 3 < 2
    """,
    "court.event": """
    SELECT thing_id AS _id, person_id AS _person, day AS _known,
      CAST(thing_id AS VARCHAR) AS "zaak.nummer", CASE WHEN thing_id % 2 = 0 THEN day END AS "zaak.dag",
      thing_id * 100 AS bedrag
    FROM {truth.thing}, range(2)
    """,
    "court.roll": """
    SELECT thing_id AS _id, NULL AS _person, day AS _known, lpad(CAST(thing_id AS VARCHAR), 8, '0') AS nr,
      'Ænne É' AS naam, day AS dag, CASE WHEN thing_id % 2 = 0 THEN thing_id % 100 END AS n
    FROM {truth.thing}
    """,
  ]

  static func synthesis(faults: String) -> String {
    """
    parameters: {things: 1000}
    tables: [unit]
    truth:
      - {name: thing, entity: Thing, id: thing_id}
    files:
      - {file: registry.entry, entity: Thing}
      - {file: court.stay, entity: Stay}
      - {file: court.event, entity: Event}
      - {file: court.roll, entity: Thing}
    golden: [things, draws]
    delivery_lag_days: 10
    faults:
    \(faults)
    """
  }

  /// Writes the pack into a folder and reads it.
  static func write(into folder: URL, faults: String = faults, changed: [String: String] = [:])
    throws
    -> ChainPack
  {
    var texts = [
      "chain.yaml": chain, "deliveries/registry/entry.yaml": entry,
      "deliveries/court/stay.yaml": stay, "deliveries/court/event.yaml": event,
      "deliveries/court/roll.yaml": roll, "synthesis/synthesis.yaml": synthesis(faults: faults),
      "synthesis/reference/unit.csv": "nr,unit\n0,13\n1,15\n2,06\n3,21\n",
      "synthesis/truth/thing.sql": truth, "synthesis/files/registry.entry.sql": entries,
      "synthesis/golden/things.sql":
        "SELECT year(day) AS year, count(*) AS things FROM {truth.thing} GROUP BY ALL ORDER BY ALL",
      "synthesis/golden/draws.sql": """
      SELECT i, draw('a stream with a long name', i) AS u, draw('b', i) AS v, normal(draw('b', i)) AS z,
        draw(CASE WHEN i % 2 = 0 THEN 'even' ELSE 'odd' END, i) AS mixed,
        draw('b', CASE WHEN i % 3 > 0 THEN i END) AS gaps
      FROM range(5000) AS r(i) ORDER BY i
      """,
    ]
    for (file, sql) in files { texts["synthesis/files/\(file).sql"] = sql }
    texts.merge(changed) { $1 }
    try writeFiles(texts, below: folder)
    return try ChainPack.read(folder).pack
  }
}
