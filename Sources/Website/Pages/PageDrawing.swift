import InformationModel
import Publication

/// The drawing of a page, with what readers must know of it where the page is not.
struct PageDrawing {
  let chart: any Chart
  /// What the page is about.
  let subject: String
  /// Those that the figures are of; none when there are no figures.
  let tables: [PublishedTable]

  /// What stands below the drawing: its subject and its source, and the reference date with the permanent address of its page.
  func lines(in site: Site, page: String, _ language: Language) -> [String] {
    let words = InterfaceText(language)
    let chain = site.release.chain
    let named = Set(tables.flatMap { chain.sources(of: $0.provenance) })
    let sources = chain.organisations.filter { named.contains($0) }.map { $0.name[language] }
    let isFictitious = tables.contains { $0.provenance.isFictitious }
    let date = NumberText.text(site.release.provenance.referenceDate, language: language)
    return [
      subject + "." + (isFictitious ? " \(words.fictitiousMark)." : "")
        + (sources.isEmpty ? "" : " \(words.source): \(sources.joined(separator: ", "))."),
      "\(words.referenceDate): \(date). \(page)",
    ]
  }
}
