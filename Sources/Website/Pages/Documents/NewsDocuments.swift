import InformationModel
import Publication

extension DocumentPage {
  /// All releases, the newest first.
  static func releases(_ entries: [PublicationEntry], _ language: Language) -> DocumentPage {
    let words = InterfaceText(language)
    func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }
    return DocumentPage(
      title: word("Uitgaven", "Releases"),
      summary: word(
        "Elke uitgave blijft voor altijd te lezen, met alle tabellen zoals zij toen waren.",
        "Every release can be read for ever, with all tables as they were then."),
      sections: [
        Section(
          "lijst", word("Alle uitgaven", "All releases"),
          table: Table(
            caption: word("De nieuwste staat bovenaan", "The newest stands on top"),
            columns: [
              words.release, words.referenceDate, word("Gepubliceerd", "Published"),
              word("Reden", "Reason"),
            ],
            rows: entries.reversed().map { entry in
              Row(
                head: Cell(
                  text: entry.release.description,
                  href: Address.release(entry.release) + Address.tables(language)),
                cells: [
                  Cell(text: NumberText.text(entry.release.referenceDate, language: language)),
                  Cell(text: entry.moment.map { NumberText.text($0, language: language) } ?? "–"),
                  Cell(text: entry.reason?[language] ?? "–"),
                ])
            }),
          links: [
            Link(href: Address.corrections(language), label: word("Correcties", "Corrections")),
            Link(href: Address.calendar(language), label: word("Kalender", "Calendar")),
            Link(
              href: Address.feed(language),
              label: word("Nieuwe uitgaven volgen (Atom)", "Follow new releases (Atom)")),
          ])
      ])
  }

  /// Definitive figures that became others.
  static func corrections(
    _ corrections: [History.Correction], _ language: Language
  ) -> DocumentPage {
    let words = InterfaceText(language)
    func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }
    let rows = corrections.map { correction in
      Row(
        head: Cell(
          text: correction.title[language],
          href: Address.difference(
            correction.slug, from: correction.before, to: correction.entry.release, language)),
        cells: [
          Cell(text: correction.entry.release.description),
          Cell(text: NumberText.text(Double(correction.count), decimals: 0, language: language)),
          Cell(text: correction.entry.reason?[language] ?? "–"),
        ])
    }
    return DocumentPage(
      title: word("Correcties", "Corrections"),
      summary: word(
        "Cijfers die definitief heetten en toch zijn veranderd. Voorlopige cijfers staan hier niet: die mogen veranderen.",
        "Figures that were called definitive and changed all the same. Provisional figures are not here: they may change."
      ),
      sections: [
        Section(
          "lijst", word("Alle correcties", "All corrections"),
          rows.isEmpty
            ? [
              word(
                "Er is nog geen definitief cijfer veranderd.",
                "No definitive figure has changed yet.")
            ] : [],
          table: rows.isEmpty
            ? nil
            : Table(
              caption: word("De nieuwste staat bovenaan", "The newest stands on top"),
              columns: [
                word("Tabel", "Table"), words.release,
                word("Veranderde cijfers", "Changed figures"),
                word("Reden", "Reason"),
              ], rows: rows),
          links: [
            Link(
              href: Address.correctionsFeed(language),
              label: word("Correcties volgen (Atom)", "Follow corrections (Atom)"))
          ])
      ])
  }

  /// What is announced.
  static func calendar(_ site: Site, now: Moment, _ language: Language) -> DocumentPage {
    func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }
    let planned = (site.release.chain.calendar ?? []).filter { $0.moment > now }
    return DocumentPage(
      title: word("Kalender", "Calendar"),
      summary: word(
        "Wanneer nieuwe cijfers verschijnen. Voor dat moment ziet niemand ze.",
        "When new figures appear. Nobody sees them before that moment."),
      sections: [
        Section(
          "gepland", word("Aangekondigd", "Announced"),
          planned.isEmpty
            ? [word("Er is nu niets aangekondigd.", "Nothing is announced at present.")] : [],
          table: planned.isEmpty
            ? nil
            : Table(
              caption: word("De eerste staat bovenaan", "The first stands on top"),
              columns: [word("Wat", "What"), word("Wanneer", "When")],
              rows: planned.map { release in
                Row(
                  head: Cell(text: release.title[language]),
                  cells: [Cell(text: NumberText.text(release.moment, language: language))])
              }),
          links: [
            Link(
              href: Address.calendarFile(language),
              label: word("In uw eigen agenda (iCalendar)", "In your own calendar (iCalendar)")),
            Link(
              href: Address.feed(language),
              label: word("Nieuwe uitgaven volgen (Atom)", "Follow new releases (Atom)")),
            Link(
              href: Address.releases(language),
              label: word("Alle eerdere uitgaven", "All earlier releases")),
          ])
      ])
  }
}
