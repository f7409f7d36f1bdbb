import Warehouse

extension LinkageModel {
  /// A first model from the columns that all files have: what they are is read from their names.
  ///
  /// - Throws: `LinkageError` when the files share no column that could be compared.
  package static func suggested(for sources: [LinkageRecords.Source]) throws -> LinkageModel {
    let engine = try DuckDBEngine(threads: 1)
    var columns: [String] = []
    for (number, source) in sources.enumerated() {
      let names = try RecordReader.columns(source, engine: engine).map(\.name)
      columns = number == 0 ? names : columns.filter(names.contains)
    }
    var taken = Set<String>()
    func first(_ parts: [String]) -> String? {
      let free = columns.filter { !taken.contains($0) }
      let found =
        parts.lazy.compactMap { part in free.first { $0.lowercased() == part } }.first
        ?? free.first { column in
          parts.contains { $0.count > 3 && column.lowercased().contains($0) }
        }
      if let found { taken.insert(found) }
      return found
    }
    guard
      let id = first(["id", "rec_id", "record_id", "unique_id", "nr", "nummer"])
        ?? columns.first(where: { $0.lowercased().hasSuffix("id") }) ?? columns.first
    else { throw LinkageError("the files have no column in common") }
    let forename = first(["given_name", "forename", "first_name", "voornaam", "voornamen"])
    let surname = first(["surname", "last_name", "family_name", "achternaam", "geslachtsnaam"])
    let birth = first(["date_of_birth", "birth_date", "dob", "geboortedatum", "birthdate"])
    let postcode = first(["postcode", "postal_code", "zip", "zipcode"])
    let number = first(["street_number", "house_number", "huisnummer"])
    let street = first(["address_1", "street", "straat", "address", "adres"])
    let place = first(["city", "suburb", "town", "woonplaats", "plaats"])
    let sex = first(["sex", "gender", "geslacht"])
    let email = first(["email", "e-mail", "mail"])
    let nameLevels = [
      "exact", "jaro_winkler >= 0.92", "jaro_winkler >= 0.85", "jaro_winkler >= 0.7",
    ]
    let textLevels = ["exact", "damerau_levenshtein <= 1", "jaro_winkler >= 0.88"]
    var comparisons: [Comparison] = []
    func add(
      _ column: String?, form: ValueForm, levels: [String], rare: Bool = false, shared: Bool = false
    ) {
      guard let column else { return }
      comparisons.append(
        Comparison(
          name: column, columns: [quotedIfNeeded(column)], form: form, levels: levels,
          termFrequency: rare, sharedInFamily: shared))
    }
    add(forename, form: .name, levels: ["exact", "initial"] + nameLevels.dropFirst(), rare: true)
    add(surname, form: .name, levels: nameLevels, rare: true, shared: true)
    add(
      birth, form: .text,
      levels: ["exact", "damerau_levenshtein <= 1", "swapped", "partial", "same_year"], shared: true
    )
    add(
      postcode, form: .code, levels: ["exact", "prefix >= 4", "damerau_levenshtein <= 1"],
      shared: true)
    add(street, form: .name, levels: textLevels, shared: true)
    add(number, form: .code, levels: ["exact", "damerau_levenshtein <= 1"], shared: true)
    add(place, form: .name, levels: textLevels, rare: true, shared: true)
    add(sex, form: .text, levels: ["exact"])
    add(email, form: .text, levels: textLevels)
    guard comparisons.count >= 2 else {
      throw LinkageError(
        "too few columns have a name that says what they hold (there are: \(columns.joined(separator: ", "))); write the model by hand"
      )
    }
    func rule(_ parts: [String?]) -> [String]? {
      let present = parts.compactMap { $0.map(quotedIfNeeded) }
      return present.count == parts.count ? present : nil
    }
    let blocking = [
      rule([birth]), rule([surname, forename]), rule([postcode, surname]),
      rule([postcode, forename]),
      rule([email]), rule([street, number]),
    ].compactMap { $0 }
    return LinkageModel(
      id: id,
      blocking: (blocking.isEmpty ? [[comparisons[0].columns[0]]] : blocking).map {
        BlockingRule(equal: $0)
      },
      comparisons: comparisons,
      prior: Prior(
        deterministic: [rule([forename, surname, birth])].compactMap { $0 }, recall: 0.7))
  }
}

/// A column as SQL reads it.
private func quotedIfNeeded(_ column: String) -> String {
  column.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    && column.first?.isNumber == false ? column : "\"\(column)\""
}
