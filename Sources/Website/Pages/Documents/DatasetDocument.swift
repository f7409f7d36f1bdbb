import InformationModel
import OpenData
import Publication

extension DocumentPage {
  /// One table as a set of data: every file, every way to ask, every version, how to cite it.
  static func dataset(
    _ table: PublishedTable, site: Site, versions: [PublicationEntry], base: String,
    _ language: Language
  ) -> DocumentPage {
    let words = InterfaceText(language)
    let description = table.description
    let page = Link(
      href: Address.table(description.slug, language), label: description.title[language])
    let title =
      language == .nl ? "Gegevens van de tabel" : "The data of the table"
    return DocumentPage(
      title: "\(title) \(description.title[language])", summary: description.summary[language],
      breadcrumbs: [Link(href: Address.tables(language), label: words.tables), page],
      sections: [
        files(of: table, site, language), calls(table, site: site, base: base, language),
        structure(of: table, language), citation(of: table, site: site, base: base, language),
        Self.versions(of: table, site: site, versions, language),
      ])
  }

  private static func files(
    of table: PublishedTable, _ site: Site, _ language: Language
  ) -> Section {
    let id = table.description.id
    let slug = table.description.slug
    let files = DataFiles.all(of: table, in: site.release, language).map { file in
      Link(href: Address.download(id, suffix: file.suffix), label: file.label)
    }
    let graphs = RDFSerialisation.allCases.map { serialisation in
      Link(
        href: Address.table(slug, .nl) + "." + serialisation.rawValue,
        label: (language == .nl ? "Beschrijving en herkomst, " : "Description and lineage, ")
          + serialisation.mediaType)
    }
    return Section(
      "bestanden", language == .nl ? "Bestanden" : "Files",
      [
        language == .nl
          ? "Alle bestanden bevatten dezelfde cijfers. Een geheim cijfer heeft in geen enkel bestand een waarde."
          : "All files hold the same figures. A confidential figure has no value in any file."
      ], links: files + graphs)
  }

  private static func calls(
    _ table: PublishedTable, site: Site, base: String, _ language: Language
  ) -> Section {
    let id = table.description.id
    let catalog = site.release.chain.id.uppercased()
    let host = base.split(separator: "/").dropFirst().first.map(String.init) ?? base
    return Section(
      "opvragen", language == .nl ? "Opvragen met een programma" : "Ask by a program",
      codes: [
        Code(label: "curl", text: "curl '\(base)/odata/v1/\(catalog)/\(id)/Observations?$top=10'"),
        Code(
          label: "R (cbsodata4)",
          text: """
            options(cbsodata4.base_url = "\(base)/odata/v1")
            cbsodata4::cbs4_get_observations("\(id)", catalog = "\(catalog)")
            """),
        Code(
          label: "Python (cbsodata)",
          text: """
            import cbsodata
            cbsodata.options.catalog_url = "\(host)"
            cbsodata.options.use_https = \(base.hasPrefix("https:") ? "True" : "False")
            cbsodata.get_data("\(id)")
            """),
      ],
      links: [
        Link(
          href: Address.developers(language),
          label: language == .nl ? "Alle manieren om op te vragen" : "All ways to ask")
      ])
  }

  private static func structure(of table: PublishedTable, _ language: Language) -> Section {
    let words = InterfaceText(language)
    return Section(
      "opbouw", language == .nl ? "Opbouw" : "Structure",
      table: Table(
        caption: language == .nl ? "Uitsplitsingen en onderwerpen" : "Breakdowns and measures",
        columns: [
          language == .nl ? "Naam" : "Name", words.code,
          language == .nl ? "Aantal categorieën of eenheid" : "Number of categories or unit",
        ],
        rows: table.dimensions.map { dimension in
          Row(
            head: Cell(text: dimension.title[language]),
            cells: [Cell(text: dimension.id), Cell(text: String(dimension.categories.count))])
        }
          + table.measures.map { measure in
            Row(
              head: Cell(text: measure.title[language]),
              cells: [Cell(text: measure.id), Cell(text: measure.unit[language])])
          }))
  }

  private static func citation(
    of table: PublishedTable, site: Site, base: String, _ language: Language
  ) -> Section {
    let date = NumberText.text(table.provenance.referenceDate, language: language)
    let address =
      base + "/uitgaven/\(site.release.id)" + Address.table(table.description.slug, language)
    let text =
      "\(site.release.chain.name[language]), “\(table.description.title[language])”, "
      + (language == .nl ? "peildatum" : "reference date")
      + " \(date), \(language == .nl ? "uitgave" : "release") \(site.release.id). \(address)"
    return Section(
      "citeren", language == .nl ? "Verwijzen naar deze cijfers" : "Cite these figures",
      [
        language == .nl
          ? "Dit adres verandert nooit: het wijst altijd naar precies deze cijfers."
          : "This address never changes: it always leads to exactly these figures."
      ], codes: [Code(label: language == .nl ? "Verwijzing" : "Citation", text: text)])
  }

  private static func versions(
    of table: PublishedTable, site: Site, _ versions: [PublicationEntry], _ language: Language
  ) -> Section {
    let words = InterfaceText(language)
    let slug = table.description.slug
    let rows = versions.enumerated().reversed().map { place, entry -> Row in
      let before = place > 0 ? versions[place - 1].release : nil
      return Row(
        head: Cell(
          text: entry.release.description,
          href: Address.release(entry.release) + Address.table(slug, language)),
        cells: [
          Cell(text: NumberText.text(entry.release.referenceDate, language: language)),
          Cell(text: entry.moment.map { NumberText.text($0, language: language) } ?? "–"),
          Cell(text: entry.reason?[language] ?? "–"),
          before.map { before in
            Cell(
              text: language == .nl ? "verschil met de vorige" : "difference from the one before",
              href: Address.difference(slug, from: before, to: entry.release, language))
          } ?? Cell(text: "–"),
        ])
    }
    return Section(
      "versies", language == .nl ? "Alle versies" : "All versions",
      table: Table(
        caption: language == .nl ? "Uitgaven met deze tabel" : "Releases with this table",
        columns: [
          words.release, words.referenceDate, language == .nl ? "Gepubliceerd" : "Published",
          language == .nl ? "Reden" : "Reason", language == .nl ? "Verschil" : "Difference",
        ], rows: rows))
  }
}

/// The files in which a table can be taken away, for readers.
enum DataFiles {
  /// What the English file of a format ends in that a release has in Dutch.
  static func english(_ format: TableFormat) -> String { ".en" + format.suffix }

  static func all(
    of table: PublishedTable, in release: PublishedRelease, _ language: Language
  ) -> [(suffix: String, type: String, label: String)] {
    func word(_ nl: String, _ en: String) -> String { language == .nl ? nl : en }
    func translated(_ format: TableFormat, _ name: String) -> (String, String, String) {
      let isEnglish = language == .en && PxService.givesAll(of: table)
      return (
        isEnglish ? english(format) : format.suffix, format.contentType,
        word("Cijfers als \(name)", "Figures as \(name)\(isEnglish ? "" : ", in Dutch")")
      )
    }
    return [
      (".csv", TableFormat.csv.contentType, word("Cijfers als CSV", "Figures as CSV")),
      (
        word(".xlsx", ".en.xlsx"), Form.workbookType,
        word("Cijfers als Excel-werkmap", "Figures as Excel workbook")
      ),
      translated(.jsonStat, "JSON-stat"), translated(.pcAxis, "PC-Axis"),
      (
        ".csv-metadata.json", TableFormat.csvMetadata.contentType,
        word("Beschrijving van de kolommen (CSVW)", "Description of the columns (CSVW)")
      ),
      (
        ".datapackage.json", TableFormat.dataPackage.contentType,
        word("Beschrijving als Data Package", "Description as Data Package")
      ),
    ]
      + (release.file(table: table.description.id, format: .parquet) == nil
        ? []
        : [
          (
            ".parquet", TableFormat.parquet.contentType,
            word("Cijfers als Parquet", "Figures as Parquet")
          )
        ])
  }
}
