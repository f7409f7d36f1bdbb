import ChainPack
import Foundation
import Testing

/// One mistake in one file, and the whole text that explains it.
struct PackMistake: Sendable, CustomTestStringConvertible {
  var name: String
  var file: String
  var old: String
  var new: String
  var lines: [String]

  init(_ name: String, _ file: String, _ old: String, _ new: String, _ lines: String...) {
    self.name = name
    self.file = file
    self.old = old
    self.new = new
    self.lines = lines
  }

  var testDescription: String { name }

  var text: String {
    let count = lines.count
    return (["the chain pack has \(count) error\(count == 1 ? "" : "s"):"] + lines)
      .joined(separator: "\n")
  }
}

enum PackMistakes {
  private static let contract = "deliveries/winkel/verkoop.yaml"
  private static let product = "products/V01.yaml"
  private static let mapping = "mappings/winkel.soort.csv"

  static let chain: [PackMistake] = [
    PackMistake(
      "an unknown key", "chain.yaml",
      "purpose:",
      "purpos:",
      "chain.yaml:4: unknown key 'purpos'; did you mean 'purpose'? (possible: id, version, "
        + "name, purpose, licence, organisations, identifiers, schemes, catalogue, "
        + "calendar, flow)",
      "chain.yaml:1: 'purpose' is missing"),
    PackMistake(
      "no licence", "chain.yaml",
      "licence: {name: CC BY 4.0, address: \"https://creativecommons.org/licenses/by/4.0/\"}",
      "",
      "chain.yaml:1: 'licence' is missing"),
    PackMistake(
      "a licence that leads nowhere", "chain.yaml",
      "\"https://creativecommons.org/licenses/by/4.0/\"",
      "CC BY",
      "chain.yaml:33: 'CC BY' is no address of a licence; begin with https://"),
    PackMistake(
      "a missing language", "chain.yaml",
      "{nl: Proberen, en: To try}",
      "{nl: Proberen}",
      "chain.yaml:4: 'en' is missing"),
    PackMistake(
      "a value where a list should be", "chain.yaml",
      "[\"KLkkkkkk\", \"kkkkkk##\"]",
      "x",
      "chain.yaml:14: expected a list"),
    PackMistake(
      "a mask with a sign that means nothing", "chain.yaml",
      "KLkkkkkk",
      "KL-kkkkkk",
      "chain.yaml:14: 'KL-kkkkkk' is no mask; use lower-case letters for fields, *, #, and "
        + "literal capitals and digits"),
    PackMistake(
      "an empty mask", "chain.yaml",
      "canonical: ffnnnn",
      "canonical: \"\"",
      "chain.yaml:18: '' is no mask; use lower-case letters for fields, *, #, and literal "
        + "capitals and digits",
      "deliveries/winkel/verkoop.yaml: there is no field of the identifier bon 'f'; did you mean 'n'?",
      "deliveries/winkel/verkoop.yaml: there is no field of the identifier bon 'f'; did you mean 'n'?"
    ),
    PackMistake(
      "a check without modulus", "chain.yaml",
      "modulus: 7, ",
      "",
      "chain.yaml:15: 'modulus' is missing"),
    PackMistake(
      "a modulus that is no number", "chain.yaml",
      "modulus: 7",
      "modulus: seven",
      "chain.yaml:15: 'modulus' must be a whole number, not 'seven'"),
    PackMistake(
      "a scheme without concepts", "chain.yaml",
      "- id: themas",
      "- id: themes",
      "concepts/themes.csv: the file is missing",
      "products/V01.yaml: there is no concept of themas 'handel'"),
    PackMistake(
      "no YAML", "chain.yaml",
      "version: 1.0.0",
      "version: [1",
      "chain.yaml: no YAML: 3:5: error: parser: while parsing a flow sequence in line 2, "
        + "column 10\ndid not find expected ',' or ']':\nname: {nl: Proefketen, en: Trial "
        + "chain}\n    ^"),
    PackMistake(
      "a weight too few", "chain.yaml",
      "[6, 5, 4, 3, 2, 1]",
      "[6, 5, 4, 3, 2]",
      "chain.yaml:15: 5 weights for the 6 digits of the canonical form"),
    PackMistake(
      "a weight that is no number", "chain.yaml",
      "[6, 5, 4, 3, 2, 1]",
      "[six, 5, 4, 3, 2, 1]",
      "chain.yaml:15: 'six' is no whole number"),
    PackMistake(
      "a remainder that is no number", "chain.yaml",
      "remainders: [0]",
      "remainders: [0.5]",
      "chain.yaml:15: '0.5' is no whole number"),
    PackMistake(
      "a check of nothing", "chain.yaml",
      "    canonical: kkkkkk\n    variants: [\"KLkkkkkk\", \"kkkkkk##\"]\n",
      "",
      "chain.yaml:13: a check needs a canonical form whose digits it weighs"),
    PackMistake(
      "one code for two organisations", "chain.yaml",
      "identifiers:\n",
      "  - {id: kassa, code: WIN, name: {nl: K, en: T}, role: {nl: K, en: T}}\nidentifiers:\n",
      "chain.yaml: organisation code 'WIN' stands there 2 times"),
    PackMistake(
      "a scheme twice", "chain.yaml",
      "- id: eenheden",
      "- id: themas",
      "chain.yaml: scheme 'themas' stands there 2 times",
      "products/V01.yaml: there is no concept of eenheden 'verkoop'"),
    PackMistake(
      "an organisation renamed", "chain.yaml",
      "id: winkel",
      "id: winkels",
      "deliveries/winkel: no organisation of chain.yaml; did you mean 'winkels'?",
      "mappings/winkel.soort.csv: there is no organisation 'winkel'; did you mean 'winkels'?",
      "entities/verkoop.sql: there is no input 'winkel.verkoop'",
      "linkage.yaml: there is no file 'winkel.verkoop'"),
  ]

  /// What a chain says for catalogues, of what is announced, and of how its units go on.
  static let announcements: [PackMistake] = [
    PackMistake(
      "an unknown key of the catalogue", "chain.yaml",
      "  country: NLD",
      "  land: NLD",
      "chain.yaml:37: unknown key 'land' (possible: contact, theme, country, keywords)",
      "chain.yaml:35: 'country' is missing"),
    PackMistake(
      "nobody to ask", "chain.yaml",
      "  contact: {name: {nl: Redactie, en: Editors}, address: \"mailto:redactie@winkel.example\"}\n",
      "",
      "chain.yaml:35: 'contact' is missing"),
    PackMistake(
      "a contact without name", "chain.yaml",
      "{name: {nl: Redactie, en: Editors}, address: ",
      "{address: ",
      "chain.yaml:35: 'name' is missing"),
    PackMistake(
      "a contact in one language", "chain.yaml",
      "{nl: Redactie, en: Editors}",
      "{nl: Redactie}",
      "chain.yaml:35: 'en' is missing"),
    PackMistake(
      "a contact that cannot be reached", "chain.yaml",
      "\"mailto:redactie@winkel.example\"",
      "redactie@winkel.example",
      "chain.yaml:35: 'redactie@winkel.example' must begin with mailto: or https://"),
    PackMistake(
      "a contact at an address that anybody can read along with", "chain.yaml",
      "\"mailto:redactie@winkel.example\"",
      "\"http://winkel.example\"",
      "chain.yaml:35: 'http://winkel.example' must begin with mailto: or https://"),
    PackMistake(
      "no address of the contact", "chain.yaml",
      ", address: \"mailto:redactie@winkel.example\"",
      "",
      "chain.yaml:35: 'address' is missing"),
    PackMistake(
      "a theme in words", "chain.yaml",
      "theme: ECON",
      "theme: Economie",
      "chain.yaml:36: 'Economie' is no code of the European list; write it in capitals"),
    PackMistake(
      "a country in small letters", "chain.yaml",
      "country: NLD",
      "country: nld",
      "chain.yaml:37: 'nld' is no code of the European list; write it in capitals"),
    PackMistake(
      "no theme and no country", "chain.yaml",
      "  theme: ECON\n  country: NLD\n",
      "",
      "chain.yaml:35: 'theme' is missing",
      "chain.yaml:35: 'country' is missing"),
    PackMistake(
      "a keyword in one language", "chain.yaml",
      "{nl: verkoop, en: sales}",
      "verkoop",
      "chain.yaml:38: expected keys: nl, en",
      "chain.yaml:38: 'nl' is missing",
      "chain.yaml:38: 'en' is missing"),
    PackMistake(
      "keywords that are no list", "chain.yaml",
      "[{nl: fruit, en: fruit}, {nl: verkoop, en: sales}]",
      "fruit",
      "chain.yaml:38: expected a list"),
    PackMistake(
      "a moment without its distance from Greenwich", "chain.yaml",
      "2027-10-01T09:30:00+02:00",
      "2027-10-01T09:30:00",
      "chain.yaml:40: '2027-10-01T09:30:00' is no moment; write 2027-10-01T09:30:00+02:00, "
        + "in quotes"),
    PackMistake(
      "a day that there is not", "chain.yaml",
      "2027-10-01T09:30:00+02:00",
      "2027-02-29T09:30:00+01:00",
      "chain.yaml:40: '2027-02-29T09:30:00+01:00' is no moment; write "
        + "2027-10-01T09:30:00+02:00, in quotes"),
    PackMistake(
      "an announcement without moment", "chain.yaml",
      "moment: \"2027-10-01T09:30:00+02:00\", ",
      "",
      "chain.yaml:40: 'moment' is missing"),
    PackMistake(
      "an announcement of nothing", "chain.yaml",
      ", title: {nl: Maart, en: March}",
      "",
      "chain.yaml:41: 'title' is missing"),
    PackMistake(
      "an unknown key of an announcement", "chain.yaml",
      "- {moment: \"2027-03-01T09:30:00+01:00\"",
      "- {moments: \"2027-03-01T09:30:00+01:00\"",
      "chain.yaml:41: unknown key 'moments'; did you mean 'moment'? (possible: moment, "
        + "title)",
      "chain.yaml:41: 'moment' is missing"),
    PackMistake(
      "a calendar that is no list", "chain.yaml",
      "  - {moment: \"2027-10-01T09:30:00+02:00\", title: {nl: Oktober, en: October}}\n"
        + "  - {moment: \"2027-03-01T09:30:00+01:00\", title: {nl: Maart, en: March}}\n",
      "  moment: \"2027-10-01T09:30:00+02:00\"\n",
      "chain.yaml:40: expected a list"),
    PackMistake(
      "a stage that goes back", "chain.yaml",
      "measure: omzet, by: Fruit}",
      "measure: omzet, by: Fruit, goes_on: {\"1\": schap}}",
      "chain.yaml:49: 'schap' is no stage behind 'kassa'"),
    PackMistake(
      "a stage that goes on to itself", "chain.yaml",
      "goes_on: {\"1\": kassa}",
      "goes_on: {\"1\": schap}",
      "chain.yaml:48: 'schap' is no stage behind 'schap'"),
    PackMistake(
      "a stage that goes on to nothing", "chain.yaml",
      "goes_on: {\"1\": kassa}",
      "goes_on: {\"1\": kasa}",
      "chain.yaml:48: 'kasa' is no stage behind 'schap'"),
    PackMistake(
      "a way on that is no key and stage", "chain.yaml",
      "goes_on: {\"1\": kassa}",
      "goes_on: kassa",
      "chain.yaml:48: expected keys",
      "chain.yaml:48: expected keys"),
    PackMistake(
      "a stage twice", "chain.yaml",
      "{id: kassa,",
      "{id: schap,",
      "chain.yaml:49: there is a stage 'schap' already",
      "chain.yaml:48: 'kassa' is no stage behind 'schap'"),
    PackMistake(
      "a stage without table", "chain.yaml",
      "    table: V01\n",
      "",
      "chain.yaml:43: 'table' is missing"),
    PackMistake(
      "an unknown key of a stage", "chain.yaml",
      "goes_on: {\"1\": kassa}",
      "goes-on: {\"1\": kassa}",
      "chain.yaml:48: unknown key 'goes-on'; did you mean 'goes_on'? (possible: id, title, "
        + "table, measure, by, goes_on)"),
  ]

  static let tables: [PackMistake] = [
    PackMistake(
      "a missing column", "concepts/fruit.csv",
      "label_nl",
      "label_n",
      "concepts/fruit.csv:1: column 'label_nl' is missing; 'label_n' comes near (expected: "
        + "code,parent,label_nl,label_en,definition_nl,definition_en,source,valid_from,"
        + "valid_to)",
      "mappings/winkel.soort.csv:2: there is no concept of fruit '1'",
      "mappings/winkel.soort.csv:3: there is no concept of fruit '11'",
      "mappings/winkel.soort.csv:4: there is no concept of fruit '12'",
      "chain.yaml: there is no concept of fruit '1'"),
    PackMistake(
      "an unquoted comma", "concepts/fruit.csv",
      "Een peer",
      "Een peer, zacht",
      "concepts/fruit.csv:4: 10 fields where the header has 9; put a field with a comma in quotes",
      "mappings/winkel.soort.csv:2: there is no concept of fruit '1'",
      "mappings/winkel.soort.csv:3: there is no concept of fruit '11'",
      "mappings/winkel.soort.csv:4: there is no concept of fruit '12'",
      "chain.yaml: there is no concept of fruit '1'"),
    PackMistake(
      "an open quote", "concepts/fruit.csv",
      "Een peer",
      "\"Een peer",
      "concepts/fruit.csv:4: a quote is not closed, or something stands behind it; double a "
        + "quote inside",
      "mappings/winkel.soort.csv:2: there is no concept of fruit '1'",
      "mappings/winkel.soort.csv:3: there is no concept of fruit '11'",
      "mappings/winkel.soort.csv:4: there is no concept of fruit '12'",
      "chain.yaml: there is no concept of fruit '1'"),
    PackMistake(
      "a quote that is not doubled", mapping,
      "Geen fruit",
      "\"Geen \"fruit\"\"",
      "mappings/winkel.soort.csv:5: a quote is not closed, or something stands behind it; "
        + "double a quote inside",
      "deliveries/winkel/verkoop.yaml: there is no mapping of winkel 'soort'"),
    PackMistake(
      "a table that completes nothing", "reference/filiaal.csv",
      "key,value",
      "code,value",
      "reference/filiaal.csv:1: column 'key' is missing: 'BONNR' of winkel.verkoop is "
        + "completed by key and value"),
    PackMistake(
      "no date", "concepts/fruit.csv",
      "2000-01-01",
      "1-1-2000",
      "concepts/fruit.csv:3: '1-1-2000' is no date; write yyyy-mm-dd"),
    PackMistake(
      "an unknown parent", "concepts/fruit.csv",
      "11,1,",
      "11,3,",
      "concepts/fruit.csv:3: there is no concept '3'; did you mean '1'?"),
    PackMistake(
      "a circle", "concepts/fruit.csv",
      "1,,Pitvruchten",
      "1,11,Pitvruchten",
      "concepts/fruit.csv:2: concept '1' is broader than itself",
      "concepts/fruit.csv:3: concept '11' is broader than itself",
      "concepts/fruit.csv:4: concept '12' is broader than itself"),
    PackMistake(
      "a concept before its parent", "concepts/fruit.csv",
      "1,,Pit",
      "1,2,Pit",
      "concepts/fruit.csv:2: concept '1' stands before its parent '2'; put it behind"),
    PackMistake(
      "a concept twice", "concepts/fruit.csv",
      "2,,Steen",
      "12,,Steen",
      "concepts/fruit.csv: concept '12' stands there 2 times"),
    PackMistake(
      "a label in one language", "concepts/fruit.csv",
      "Peer,Pear",
      "Peer,",
      "concepts/fruit.csv:4: concept '12' needs a label in both languages"),
    PackMistake(
      "no code", "concepts/fruit.csv",
      "2,,Steen",
      ",,Steen",
      "concepts/fruit.csv:5: a concept needs a code"),
    PackMistake(
      "overlapping periods", mapping,
      "2010-12-31",
      "2011-06-30",
      "mappings/winkel.soort.csv:3: code 'A' is mapped twice for the same time (also on "
        + "line 2); let the periods not overlap"),
    PackMistake(
      "the same code twice for all time", mapping,
      "P,Peer",
      "X,Peer",
      "mappings/winkel.soort.csv:5: code 'X' is mapped twice for the same time (also on "
        + "line 4); let the periods not overlap"),
    PackMistake(
      "an unknown concept", mapping,
      ",12,Gelijk",
      ",13,Gelijk",
      "mappings/winkel.soort.csv:4: there is no concept of fruit '13'; did you mean '1'?"),
    PackMistake(
      "a missing column of a mapping", mapping,
      "approved_by\n",
      "approved\n",
      "mappings/winkel.soort.csv:1: column 'approved_by' is missing; 'approved' comes near "
        + "(expected: code,label,valid_from,valid_to,concept,reason,approved_by)",
      "deliveries/winkel/verkoop.yaml: there is no mapping of winkel 'soort'"),
    PackMistake(
      "a mapping's date", mapping,
      "2011-01-01",
      "2011-02-30",
      "mappings/winkel.soort.csv:3: '2011-02-30' is no date; write yyyy-mm-dd",
      "mappings/winkel.soort.csv:3: code 'A' is mapped twice for the same time (also on "
        + "line 2); let the periods not overlap"),
  ]

  static let contracts: [PackMistake] = [
    PackMistake(
      "an unknown key of a column", contract,
      "required: true, min: 1",
      "requird: true",
      "deliveries/winkel/verkoop.yaml:17: unknown key 'requird'; did you mean 'required'? "
        + "(possible: name, as, type, role, required, length, identifier, complete, codes, "
        + "concept, values, min, max, keep_year, format, severity, note)",
      "deliveries/winkel/verkoop.yaml: the key column 'REGEL' must be required, with severity "
        + "error, and enter content"),
    PackMistake(
      "an unknown type", contract,
      "decimal(2)",
      "decimal",
      "deliveries/winkel/verkoop.yaml:22: 'decimal' is no type (possible: text, integer, "
        + "decimal(n), date, timestamp, boolean, partialdate)"),
    PackMistake(
      "an unknown role", contract,
      "role: freetext",
      "role: freetxt",
      "deliveries/winkel/verkoop.yaml:24: 'freetxt' is no role; did you mean 'freetext'? "
        + "(possible: key, identity, content, freetext, ignore)"),
    PackMistake(
      "an unknown encoding", contract,
      "utf-8",
      "utf8",
      "deliveries/winkel/verkoop.yaml:8: 'utf8' is no encoding; did you mean 'utf-8'? "
        + "(possible: utf-8, windows-1252, iso-8859-1, utf-16le)"),
    PackMistake(
      "a flag that is none", contract,
      "required: true, min: 1",
      "required: maybe",
      "deliveries/winkel/verkoop.yaml:17: 'required' must be true or false, not 'maybe'",
      "deliveries/winkel/verkoop.yaml: the key column 'REGEL' must be required, with severity "
        + "error, and enter content"),
    PackMistake(
      "a key that may be wrong", contract,
      "required: true, min: 1",
      "required: true, min: 1, severity: warning",
      "deliveries/winkel/verkoop.yaml: the key column 'REGEL' must be required, with severity "
        + "error, and enter content"),
    PackMistake(
      "a key that stays at the door", contract,
      "type: integer, role: key",
      "type: integer, role: ignore",
      "deliveries/winkel/verkoop.yaml: the key column 'REGEL' must be required, with severity "
        + "error, and enter content"),
    PackMistake(
      "a number in the key that may be emptied", contract,
      "{name: BONNR, role: key",
      "{name: BONNR, role: identity",
      "deliveries/winkel/verkoop.yaml: the key column 'BONNR' is an identifier and needs the "
        + "role key: in other roles a wrong number is emptied"),
    PackMistake(
      "a key with unknown parts", contract,
      "type: integer, role: key, required: true, min: 1",
      "type: partialdate, role: key, required: true",
      "deliveries/winkel/verkoop.yaml: the key column 'REGEL' cannot be a date with unknown parts"),
    PackMistake(
      "a date as bound of a number", contract,
      "min: 1}",
      "min: 2000-01-01}",
      "deliveries/winkel/verkoop.yaml:17: '2000-01-01' is no bound of this type: numbers lie "
        + "between numbers, dates and times between dates"),
    PackMistake(
      "a bound of a text", contract,
      "{name: NOOT, ",
      "{name: NOOT, max: 9, ",
      "deliveries/winkel/verkoop.yaml:24: '9' is no bound of this type: numbers lie between "
        + "numbers, dates and times between dates"),
    PackMistake(
      "a share beyond one", contract,
      "quarantine: 0.1",
      "quarantine: 10",
      "deliveries/winkel/verkoop.yaml:14: 'quarantine' must lie between 0 and 1"),
    PackMistake(
      "a mark of withdrawal that no row can have", contract,
      "withdrawn: V",
      "withdrawn: VERVALLEN",
      "deliveries/winkel/verkoop.yaml: there is no value of 'MUT' 'VERVALLEN'"),
    PackMistake(
      "a field that the number lacks", contract,
      "{field: f",
      "{field: x",
      "deliveries/winkel/verkoop.yaml: there is no field of the identifier bon 'x'; did you mean "
        + "'f'?"),
    PackMistake(
      "a part that the other number lacks", contract,
      "part: f",
      "part: x",
      "deliveries/winkel/verkoop.yaml: there is no field of the identifier bon 'x'; did you mean "
        + "'f'?"),
    PackMistake(
      "a field of two letters", contract,
      "{field: f",
      "{field: ff",
      "deliveries/winkel/verkoop.yaml:16: 'ff' is no field of a mask; write one letter"),
    PackMistake(
      "a completion from what is no number", contract,
      "from: FILIAAL",
      "from: SOORT",
      "deliveries/winkel/verkoop.yaml: column 'SOORT' is no identifier and has no field to complete"
    ),
    PackMistake(
      "an unknown identifier", contract,
      "identifier: klant",
      "identifier: klnt",
      "deliveries/winkel/verkoop.yaml: there is no identifier 'klnt'; did you mean 'klant'?"),
    PackMistake(
      "an unknown column of the key", contract,
      "key: [BONNR, REGEL]",
      "key: [BONNR, REGL]",
      "deliveries/winkel/verkoop.yaml: there is no column 'REGL'; did you mean 'REGEL'?"),
    PackMistake(
      "an unknown scheme", contract,
      "scheme: fruit",
      "scheme: fruits",
      "deliveries/winkel/verkoop.yaml: there is no scheme 'fruits'; did you mean 'fruit'?"),
    PackMistake(
      "an unknown code list", contract,
      "codes: soort",
      "codes: sort",
      "deliveries/winkel/verkoop.yaml: there is no mapping of winkel 'sort'; did you mean "
        + "'soort'?"),
    PackMistake(
      "codes without concept", contract,
      ", concept: {scheme: fruit, as: fruit, at: DATUM}",
      "",
      "deliveries/winkel/verkoop.yaml: column 'SOORT' has a code list but no concept to map it to"),
    PackMistake(
      "concept without codes", contract,
      "codes: soort, ",
      "",
      "deliveries/winkel/verkoop.yaml: column 'SOORT' has a concept but no code list"),
    PackMistake(
      "an unknown table", contract,
      "table: filiaal",
      "table: filialen",
      "deliveries/winkel/verkoop.yaml: there is no reference table 'filialen'"),
    PackMistake(
      "an unknown column of a completion", contract,
      "from: FILIAAL",
      "from: FILAAL",
      "deliveries/winkel/verkoop.yaml: there is no column 'FILAAL'; did you mean 'FILIAAL'?"),
    PackMistake(
      "a date column that is not there", contract,
      "at: DATUM}}",
      "at: DATM}}",
      "deliveries/winkel/verkoop.yaml: there is no column 'DATM'; did you mean 'DATUM'?"),
    PackMistake(
      "an identifier in free text", contract,
      "role: freetext",
      "role: freetext, identifier: klant",
      "deliveries/winkel/verkoop.yaml: column 'NOOT' is dropped at the door and cannot identify"),
    PackMistake(
      "a separator of two signs", contract,
      "separator: \";\"",
      "separator: \";;\"",
      "deliveries/winkel/verkoop.yaml:7: the separator must be one ASCII character, or \\t "
        + "for a tab"),
    PackMistake(
      "a date pattern without year", contract,
      "date: dd-mm-yyyy",
      "date: dd-mm",
      "deliveries/winkel/verkoop.yaml:9: 'dd-mm' is no date pattern; use yyyy, yy, mm, m, "
        + "dd, d, mmm, HH, MM, SS"),
    PackMistake(
      "a decimal mark", contract,
      "decimal: \",\"",
      "decimal: \";\"",
      "deliveries/winkel/verkoop.yaml:10: the decimal mark must be a comma or a point"),
    PackMistake(
      "a bound that is none", contract,
      "min: 2000-01-01",
      "min: soon",
      "deliveries/winkel/verkoop.yaml:21: 'soon' is no bound; write a number, a date "
        + "yyyy-mm-dd, or reference"),
    PackMistake(
      "a severity", contract,
      "severity: error",
      "severity: fatal",
      "deliveries/winkel/verkoop.yaml:28: 'fatal' is no severity (possible: note, warning, error)"),
    PackMistake(
      "a reference to nowhere", contract,
      "to: verkoop}",
      "to: verkop}",
      "deliveries/winkel/verkoop.yaml: there is no file of winkel 'verkop'; did you mean "
        + "'verkoop'?"),
    PackMistake(
      "a reference of another width", contract,
      "columns: [BONNR, REGEL], to",
      "columns: [BONNR], to",
      "deliveries/winkel/verkoop.yaml: the reference to 'verkoop' has 1 columns, its key 2"),
    PackMistake(
      "mutations without key", contract,
      "key: [BONNR, REGEL]\n",
      "",
      "deliveries/winkel/verkoop.yaml: a file with mutations needs a key",
      "deliveries/winkel/verkoop.yaml: the reference to 'verkoop' has 2 columns, its key 0"),
    PackMistake(
      "a column twice", contract,
      "name: PRIJS",
      "name: REGEL",
      "deliveries/winkel/verkoop.yaml: column 'REGEL' stands there 2 times",
      "deliveries/winkel/verkoop.yaml: content column 'regel' stands there 2 times"),
    PackMistake(
      "keep_year of no date", contract,
      "name: MUT,",
      "name: MUT, keep_year: jaar,",
      "deliveries/winkel/verkoop.yaml: keep_year of 'MUT' needs a date"),
    PackMistake(
      "no positions in a fixed file", contract,
      "kind: delimited",
      "kind: fixed\n  positions: {BONNR: [1, 9], REGEL: [10], FILIAAL: [12, 2], KLANT: [14,"
        + " 6], SOORT: [20, 1], DATUM: [21, 10], PRIJS: [31, 9], NOOT: [40, 9]}",
      "deliveries/winkel/verkoop.yaml:7: give [first position, length], counted from 1",
      "deliveries/winkel/verkoop.yaml: a fixed file needs one byte a character: windows-1252 or "
        + "iso-8859-1, not utf-8",
      "deliveries/winkel/verkoop.yaml: column 'REGEL' has no position",
      "deliveries/winkel/verkoop.yaml: column 'MUT' has no position"),
  ]

  static let products: [PackMistake] = [
    PackMistake(
      "an unknown input", "entities/verkoop.sql",
      "{winkel.verkoop}",
      "{winkel.verkop}",
      "entities/verkoop.sql: there is no input 'winkel.verkop'; did you mean 'winkel.verkoop'?"),
    PackMistake(
      "a circle of entities", "entities/verkoop.sql",
      "{winkel.verkoop}",
      "{entity.omzet}",
      "entities/omzet.sql: entities read each other in a circle",
      "entities/verkoop.sql: entities read each other in a circle"),
    PackMistake(
      "an unknown file", "linkage.yaml",
      "winkel.verkoop",
      "winkel.verkop",
      "linkage.yaml: there is no file 'winkel.verkop'; did you mean 'winkel.verkoop'?"),
    PackMistake(
      "a key that identifies nobody", "linkage.yaml",
      "keys: [klant]",
      "keys: [prijs]",
      "linkage.yaml: there is no identifying column of winkel.verkoop 'prijs'"),
    PackMistake(
      "a key that is unique to nobody", "linkage.yaml",
      "unique: [klant]",
      "unique: [klnt]",
      "linkage.yaml: there is no key of the records 'klnt'; did you mean 'klant'?"),
    PackMistake(
      "a local key that nobody has", "linkage.yaml",
      "local: []",
      "local: [persoon]",
      "linkage.yaml: there is no key of the records 'persoon'"),
    PackMistake(
      "an unknown entity", product,
      "entity: verkoop",
      "entity: verkop",
      "products/V01.yaml: there is no entity 'verkop'; did you mean 'verkoop'?"),
    PackMistake(
      "an unknown policy", product,
      "policy: gewoon",
      "policy: gewon",
      "products/V01.yaml: there is no policy 'gewon'; did you mean 'gewoon'?"),
    PackMistake(
      "an unknown unit", product,
      "unit: verkoop",
      "unit: verkopen",
      "products/V01.yaml: there is no concept of eenheden 'verkopen'"),
    PackMistake(
      "an unknown theme", product,
      "theme: handel",
      "theme: handle",
      "products/V01.yaml: there is no concept of themas 'handle'; did you mean 'handel'?"),
    PackMistake(
      "an unknown scheme of a dimension", product,
      "scheme: fruit",
      "scheme: fruti",
      "products/V01.yaml: there is no scheme 'fruti'"),
    PackMistake(
      "a share without total", product,
      "    total: {code: T001, label: {nl: Totaal, en: Total}}\n",
      "",
      "products/V01.yaml: a share within 'Fruit' needs that dimension's total"),
    PackMistake(
      "a share of nothing", product,
      "of: aantal",
      "of: aantl",
      "products/V01.yaml: there is no measure 'aantl'; did you mean 'aantal'?"),
    PackMistake(
      "a total that is a concept too", product,
      "code: T001",
      "code: \"11\"",
      "products/V01.yaml: the total '11' of 'Fruit' is a concept too; give it another code"),
    PackMistake(
      "a percentile beyond one", product,
      "q: 0.5",
      "q: 50",
      "products/V01.yaml:19: q must lie between 0 and 1"),
    PackMistake(
      "an unknown kind of measure", product,
      "kind: sum",
      "kind: som",
      "products/V01.yaml:18: 'som' is no kind of measure (possible: count, sum, percentile,"
        + " share)"),
    PackMistake(
      "an unknown grain", product,
      "grain: quarter",
      "grain: quarters",
      "products/V01.yaml:8: 'quarters' is no grain; did you mean 'quarter'? (possible: "
        + "year, quarter, month)"),
    PackMistake(
      "a chart by nothing", product,
      "by: Fruit",
      "by: Fruits",
      "products/V01.yaml: there is no dimension 'Fruits'; did you mean 'Fruit'?"),
    PackMistake(
      "a dimension in lower case", product,
      "- id: Fruit",
      "- id: fruit",
      "products/V01.yaml: dimension 'fruit' must begin with a capital letter",
      "products/V01.yaml: there is no dimension 'Fruit'; did you mean 'fruit'?",
      "products/V01.yaml: a share within 'Fruit' needs that dimension's total",
      "products/V01.yaml: there is no dimension 'Fruit'; did you mean 'fruit'?",
      "chain.yaml: there is no dimension 'Fruit'; did you mean 'fruit'?",
      "chain.yaml: there is no dimension 'Fruit'; did you mean 'fruit'?"),
    PackMistake(
      "a depth in words", product,
      "depth: 2",
      "depth: two",
      "products/V01.yaml:14: 'depth' must be a whole number, not 'two'"),
    PackMistake(
      "a depth of nothing", product,
      "depth: 2",
      "depth: 0",
      "products/V01.yaml:14: a depth below 1 shows nothing; leave it out to show all levels"),
    PackMistake(
      "a slug that is no part of an address", product,
      "slug: verkopen",
      "slug: ver/kopen",
      "products/V01.yaml: the slug 'ver/kopen' may hold only ASCII letters, digits, - and _"),
    PackMistake(
      "a total that is the category of unknown values", product,
      "code: T001",
      "code: ONB",
      "products/V01.yaml: the total of 'Fruit' cannot be 'ONB': rows without a value count there"),
    PackMistake(
      "a total that a spreadsheet would calculate", product,
      "code: T001",
      "code: =T001",
      "products/V01.yaml: the total '=T001' of 'Fruit' may not be empty or begin with = + @ - or a blank"
    ),
    PackMistake(
      "too many decimals", product,
      "decimals: 2}",
      "decimals: 12}",
      "products/V01.yaml: 'omzet' must have 0 to 9 decimals"),
    PackMistake(
      "a measure that is called like a dimension", product,
      "title: {nl: Omzet, en: Sales}",
      "title: {nl: fruit, en: Sales}",
      "products/V01.yaml: the title 'fruit' of the measure 'omzet' is a name of the dimension 'Fruit' too; programs that look for it by name take one for the other"
    ),
    PackMistake(
      "a measure that is called like the periods", product,
      "title: {nl: Omzet, en: Sales}",
      "title: {nl: Kwartaal, en: Perioden}",
      "products/V01.yaml: the title 'Kwartaal' of the measure 'omzet' is a name of the dimension 'Perioden' too; programs that look for it by name take one for the other",
      "products/V01.yaml: the title 'Perioden' of the measure 'omzet' is a name of the dimension 'Perioden' too; programs that look for it by name take one for the other"
    ),
    PackMistake(
      "two measures of one title", product,
      "title: {nl: Mediaan, en: Median}",
      "title: {nl: Mediaan, en: sales}",
      "products/V01.yaml: the title 'sales' of the measure 'midden' is the title of the measure 'omzet' too; programs that look for it by name take one for the other"
    ),
    PackMistake(
      "a share of a median", product,
      "of: aantal",
      "of: midden",
      "products/V01.yaml: a share is of a count or a sum, and 'midden' is neither"),
    PackMistake(
      "a dimension of regions in other words", product,
      "depth: 2",
      "region: ja",
      "products/V01.yaml:14: 'region' must be true or false, not 'ja'"),
    PackMistake(
      "an unknown key of a dimension", product,
      "depth: 2",
      "regio: true",
      "products/V01.yaml:14: unknown key 'regio'; did you mean 'region'? (possible: id, "
        + "title, column, scheme, depth, total, region)"),
    PackMistake(
      "limits in one language", product,
      "{nl: Zegt niets over de smaak, en: Says nothing of the taste}",
      "Zegt niets over de smaak",
      "products/V01.yaml:26: expected keys: nl, en",
      "products/V01.yaml:26: 'nl' is missing",
      "products/V01.yaml:26: 'en' is missing"),
    PackMistake(
      "limits under another name", product,
      "limits:",
      "limit:",
      "products/V01.yaml:26: unknown key 'limit'; did you mean 'limits'? (possible: id, "
        + "slug, title, summary, population, unit, entity, where, period, dimensions, "
        + "measures, policy, definitive_after_years, headline, chart, theme, limits, "
        + "other_numbers)"),
    PackMistake(
      "another number without the difference", product,
      ", difference: {nl: Telt kisten, en: Counts crates}",
      "",
      "products/V01.yaml:28: 'difference' is missing"),
    PackMistake(
      "another number of nobody", product,
      "source: {nl: Veiling, en: Auction}, ",
      "",
      "products/V01.yaml:28: 'source' is missing"),
    PackMistake(
      "other numbers that are no list", product,
      "  - {source",
      "  {source",
      "products/V01.yaml:28: expected a list"),
    PackMistake(
      "a percentile of nobody", "policies/gewoon.yaml",
      "percentile_threshold: 10",
      "percentile_threshold: 0",
      "policies/gewoon.yaml:1: percentile_threshold must be at least 1"),
    PackMistake(
      "a threshold that hides nothing", "policies/gewoon.yaml",
      "threshold: 5\n",
      "threshold: 1\n",
      "policies/gewoon.yaml:1: a threshold below 2 protects nothing; the smallest that hides is 2"),
    PackMistake(
      "a missing threshold", "policies/gewoon.yaml",
      "threshold: 5\n",
      "",
      "policies/gewoon.yaml:1: 'threshold' is missing",
      "policies/gewoon.yaml:1: a threshold below 2 protects nothing; the smallest that hides is 2"),
    PackMistake(
      "dominance as a list", "policies/gewoon.yaml",
      "threshold: 5\n",
      "threshold: 5\ndominance: [2, 85]\n",
      "policies/gewoon.yaml:4: expected keys: count, percent"),
    PackMistake(
      "dominance of nobody over all", "policies/gewoon.yaml",
      "threshold: 5\n",
      "threshold: 5\ndominance: {count: 0, percent: 100}\n",
      "policies/gewoon.yaml:4: dominance looks at the 1 to 10 largest contributions, not at 0",
      "policies/gewoon.yaml:4: the percent of dominance lies above 0 and below 100; "
        + "nothing makes more than all of a sum"),
    PackMistake(
      "dominance by another name", "policies/gewoon.yaml",
      "threshold: 5\n",
      "threshold: 5\ndominance: {count: 2, procent: 85}\n",
      "policies/gewoon.yaml:4: unknown key 'procent'; did you mean 'percent'? "
        + "(possible: count, percent)",
      "policies/gewoon.yaml:4: 'percent' is missing",
      "policies/gewoon.yaml:4: the percent of dominance lies above 0 and below 100; "
        + "nothing makes more than all of a sum"),
    PackMistake(
      "a share of the largest beyond all", "policies/gewoon.yaml",
      "threshold: 5\n",
      "threshold: 5\np_percent: 101\n",
      "policies/gewoon.yaml:4: p_percent lies above 0, up to 100"),
    PackMistake(
      "more known before than after", "policies/gewoon.yaml",
      "threshold: 5\n",
      "threshold: 5\npq: {percent: 50, prior: 50}\n",
      "policies/gewoon.yaml:4: of pq the percent lies above 0 and below the prior, "
        + "which is at most 100"),
  ]
}

@Suite("A mistake in a pack is told with file, line and what would be right:")
struct PackMistakeTests {
  @Test("in chain.yaml", arguments: PackMistakes.chain)
  func chainFile(mistake: PackMistake) throws { try check(mistake) }

  @Test("in what chain.yaml says for catalogues and readers", arguments: PackMistakes.announcements)
  func announcements(mistake: PackMistake) throws { try check(mistake) }

  @Test(
    "in a flow that leads to nothing",
    arguments: [
      ("table: V01\n", "table: V02\n", "'V02'"),
      ("measure: aantal\n", "measure: aantl\n", "'aantl'"),
      ("by: Fruit\n", "by: Fruti\n", "'Fruti'"), ("{\"1\": kassa}", "{\"3\": kassa}", "'3'"),
    ])
  func flow(old: String, new: String, named: String) throws {
    let text = try TrialPack.complaint(in: "chain.yaml", replacing: old, with: new)
    #expect(text.contains("chain.yaml") && text.contains("there is no") && text.contains(named))
  }

  @Test("in concepts, mappings and reference tables", arguments: PackMistakes.tables)
  func tableFiles(mistake: PackMistake) throws { try check(mistake) }

  @Test("in a contract", arguments: PackMistakes.contracts)
  func contractFiles(mistake: PackMistake) throws { try check(mistake) }

  @Test("in entities, linkage, products and policies", arguments: PackMistakes.products)
  func productFiles(mistake: PackMistake) throws { try check(mistake) }

  private func check(_ mistake: PackMistake) throws {
    let text = try TrialPack.complaint(
      in: mistake.file, replacing: mistake.old, with: mistake.new)
    #expect(text == mistake.text)
  }

  @Test("files that are not there, or stand in the wrong place")
  func files() throws {
    #expect(
      try TrialPack.complaint(["concepts/themas.csv": ""]) == """
        the chain pack has 2 errors:
        concepts/themas.csv: the file is missing
        products/V01.yaml: there is no concept of themas 'handel'
        """)
    let contract = try #require(TrialPack.files["deliveries/winkel/verkoop.yaml"])
    #expect(
      try TrialPack.complaint(["deliveries/winkl/verkoop.yaml": contract]) == """
        the chain pack has 1 error:
        deliveries/winkl: no organisation of chain.yaml; did you mean 'winkel'?
        """)
    let mapping = try #require(TrialPack.files["mappings/winkel.soort.csv"])
    #expect(
      try TrialPack.complaint(["mappings/soort.csv": mapping]) == """
        the chain pack has 1 error:
        mappings/soort.csv: name it <organisation>.<list>.csv
        """)
    #expect(
      try TrialPack.complaint(["mappings/winkle.soort.csv": mapping]) == """
        the chain pack has 1 error:
        mappings/winkle.soort.csv: there is no organisation 'winkle'; did you mean 'winkel'?
        """)
  }

  @Test("the whole pack by one line when chain.yaml is not there")
  func noChain() throws {
    #expect(
      try TrialPack.complaint(["chain.yaml": ""]) == """
        the chain pack has 1 error:
        chain.yaml: the file is missing or not UTF-8
        """)
  }

  @Test("what stands there twice under two names, or under a name that is not read")
  func twice() throws {
    let contract = try #require(TrialPack.files["deliveries/winkel/verkoop.yaml"])
    let policy = try #require(TrialPack.files["policies/gewoon.yaml"])
    #expect(
      try TrialPack.complaint([
        "deliveries/winkel/retour.yaml": contract.replacing("id: verkoop", with: "id: retour"),
        "policies/ander.yaml": policy, "products/V02.yml": "id: V02",
      ]) == """
        the chain pack has 3 errors:
        products/V02.yml: files that end in .yml are not read; name it .yaml
        deliveries: file 'winkel/VERKOOP.csv' stands there 2 times
        policies: policy 'gewoon' stands there 2 times
        """)
  }

  @Test("a table in another encoding, with the line of the first such byte")
  func encoding() throws {
    try TrialPack.with { folder in
      let file = folder.appending(path: "reference/filiaal.csv")
      try Data(Array("key,value\n01,21\n02,2".utf8) + [0xE9, 0x0A]).write(to: file)
      let error = #expect(throws: PackError.self) { try ChainPack.read(folder) }
      #expect(error?.findings.first?.packLine == "reference/filiaal.csv:3: not UTF-8")
    }
  }

  @Test("the same suggestion each time, where several come equally near")
  func suggestion() throws {
    let contract = try #require(TrialPack.files["deliveries/winkel/verkoop.yaml"])
    let mapping = try #require(TrialPack.files["mappings/winkel.soort.csv"])
    var changes = [
      "deliveries/winkel/verkoop.yaml": contract.replacing("codes: soort", with: "codes: soortx")
    ]
    for letter in "abcdef" { changes["mappings/winkel.soort\(letter).csv"] = mapping }
    #expect(
      try TrialPack.complaint(changes) == """
        the chain pack has 1 error:
        deliveries/winkel/verkoop.yaml: there is no mapping of winkel 'soortx'; \
        did you mean 'soort'?
        """)
  }

  @Test("all mistakes at once, in the order of the files")
  func several() throws {
    let contract = try #require(TrialPack.files["deliveries/winkel/verkoop.yaml"])
    let policy = try #require(TrialPack.files["policies/gewoon.yaml"])
    #expect(
      try TrialPack.complaint([
        "deliveries/winkel/verkoop.yaml": contract.replacing("rhythm: month", with: "rhythm: moon"),
        "policies/gewoon.yaml": policy.replacing("threshold: 5", with: "threshold: five"),
      ]) == """
        the chain pack has 3 errors:
        deliveries/winkel/verkoop.yaml:13: 'moon' is no rhythm \
        (possible: month, quarter, year, once)
        policies/gewoon.yaml:3: 'threshold' must be a whole number, not 'five'
        policies/gewoon.yaml:1: a threshold below 2 protects nothing; the smallest that hides is 2
        """)
  }

  @Test("the nearest right spelling is offered only when it comes near")
  func spelling() {
    #expect(nearest(to: "colums", among: ["columns", "checks"]) == "columns")
    #expect(nearest(to: "Columns", among: ["columns"]) == "columns")
    #expect(nearest(to: "ab", among: ["ba"]) == nil)
    #expect(nearest(to: "a", among: ["b"]) == "b")
    #expect(nearest(to: "rhythm", among: ["checks", "columns"]) == nil)
    #expect(nearest(to: "x", among: []) == nil)
  }

  @Test("names of content columns are the delivered ones in snake case")
  func snake() {
    #expect(snakeCase("REGISTRATIENR") == "registratienr")
    #expect(snakeCase("datumUitspraak") == "datum_uitspraak")
    #expect(snakeCase("Datum in") == "datum_in")
    #expect(snakeCase("VOLGNR_FEIT") == "volgnr_feit")
    #expect(snakeCase("  a--b ") == "a_b")
  }
}
