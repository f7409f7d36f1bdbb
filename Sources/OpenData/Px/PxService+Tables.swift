import InformationModel
import Publication

extension PxService {
  /// Tables by words, by days and by page.
  func list(_ request: Request, _ language: Language) throws(PxFault) -> OpenDataAnswer {
    var found = tables
    if let query = request.option("query"), !query.isEmpty {
      let words = query.lowercased().split(separator: " ")
      found = found.filter { table in
        let text = searched(table, language).joined(separator: "\n").lowercased()
        return words.allSatisfy { text.contains($0) }
      }
    }
    let days = try Self.whole(request, "pastDays")
    if let days {
      let first = request.now.date.adding(days: -days)
      found = found.filter { texts(of: $0, request).updated.date >= first }
    }
    // No table of a release is discontinued, so that it makes no difference.
    _ = try request.isTrue("includeDiscontinued")
    let size = try Self.whole(request, "pageSize") ?? max(1, found.count)
    let page = try Self.whole(request, "pageNumber") ?? 1
    let pages = max(1, (found.count + size - 1) / size)
    let shown = Array(found.dropFirst((page - 1) * size).prefix(size))
    func address(_ number: Int) -> String {
      let kept = request.items.filter { $0.name.lowercased() != "pagenumber" }
      return "\(request.base)/api/v2/tables?"
        + (kept + [("pageNumber", String(number))]).map {
          PercentEncoding.encoded($0.name) + "=" + PercentEncoding.encoded($0.value)
        }.joined(separator: "&")
    }
    let others = [
      ("first", 1), ("prev", page - 1), ("next", page + 1), ("last", pages),
    ].filter { pages > 1 && (1...pages).contains($0.1) }
    var answer = json(
      .object([
        ("language", .string(language.rawValue)),
        ("tables", .array(shown.map { record($0, request, language, isAlone: false) })),
        (
          "page",
          .object([
            ("pageNumber", .integer(page)), ("pageSize", .integer(size)),
            ("totalElements", .integer(found.count)), ("totalPages", .integer(pages)),
            ("links", .array(others.map { Self.link($0.0, address($0.1), language) })),
          ])
        ),
        ("links", .array([Self.link("self", "\(request.base)/api/v2/tables", language)])),
      ]))
    answer.isLasting = days == nil
    return answer
  }

  /// The texts in which words are looked for.
  private func searched(_ table: PublishedTable, _ language: Language) -> [String] {
    let description = table.description
    let theme = themes.first { $0.code == description.theme }
    return [
      description.id, description.title[language], description.summary[language],
      description.population[language], theme?.label[language] ?? "",
    ]
      + table.dimensions.flatMap { dimension in
        [dimension.title[language]] + dimension.categories.map { $0.label[language] }
      } + table.measures.map { $0.title[language] }
  }

  func texts(of table: PublishedTable, _ request: Request) -> TableTexts {
    TableTexts(table: table, chain: chain, published: request.published)
  }

  private static func whole(_ request: Request, _ name: String) throws(PxFault) -> Int? {
    guard let text = request.option(name), !text.isEmpty else { return nil }
    guard let number = Int(text), (1...1_000_000).contains(number) else {
      throw PxFault(400, "\(name) must be a whole number from 1 to 1000000")
    }
    return number
  }

  /// What is told of a table before its figures.
  func record(
    _ table: PublishedTable, _ request: Request, _ language: Language, isAlone: Bool
  ) -> OrderedJSON {
    let description = table.description
    let texts = texts(of: table, request)
    let periods = table.timeDimension.map { time in
      table.dimensions[time].categories.filter { $0.code != Naming.allPeriods }
    }
    let place = "\(request.base)/api/v2/tables/\(description.id)"
    let theme = themes.first { $0.code == description.theme }
    let units = ["Permaand": "Monthly", "Perkwartaal": "Quarterly", "Perjaar": "Annual"]
    return .object(
      (isAlone ? [("language", .string(language.rawValue))] : []) + [
        ("type", .string("Table")), ("id", .string(description.id)),
        ("label", .string(description.title[language])),
        ("description", .string(description.summary[language])),
        ("updated", .string(texts.updated.description)),
        ("firstPeriod", .string(periods?.first?.label[language] ?? "")),
        ("lastPeriod", .string(periods?.last?.label[language] ?? "")),
        ("category", .string("public")), ("discontinued", .boolean(false)),
        (
          "source",
          .string(
            chain.sources(of: table.provenance).map { $0.name[language] }.joined(separator: ", "))
        ),
        ("subjectCode", .string(description.theme)),
        (
          "timeUnit",
          .string(table.timeDimension == nil ? "Other" : units[texts.frequency] ?? "Other")
        ),
        (
          "variableNames",
          .strings(
            table.dimensions.map { $0.title[language] } + [
              language == .nl ? "onderwerp" : "subject"
            ])
        ),
        (
          "paths",
          .array([
            .array([
              .object([
                ("id", .string(description.theme)),
                ("label", .string(theme?.label[language] ?? description.theme)),
              ])
            ])
          ])
        ),
        (
          "links",
          .array([
            Self.link("self", place, language),
            Self.link("metadata", place + "/metadata", language),
            Self.link("data", place + "/data", language),
          ])
        ),
      ])
  }
}
