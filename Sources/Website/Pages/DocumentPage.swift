import InformationModel

/// A page of sections: texts, facts, links, code and tables.
struct DocumentPage: PageContent {
  static let template = "document"

  struct Fact {
    let name: String
    let text: String
  }

  struct Code {
    let label: String
    let text: String
  }

  struct Cell {
    let text: String
    var href: String?
  }

  struct Row {
    let head: Cell
    let cells: [Cell]
  }

  struct Table {
    let caption: String
    let columns: [String]
    let rows: [Row]
  }

  struct Section {
    let identifier: String
    let heading: String
    let paragraphs: [String]
    let facts: [Fact]
    let hasFacts: Bool
    let links: [Link]
    let hasLinks: Bool
    let codes: [Code]
    let table: Table?

    init(
      _ identifier: String, _ heading: String, _ paragraphs: [String] = [], facts: [Fact] = [],
      codes: [Code] = [], table: Table? = nil, links: [Link] = []
    ) {
      self.identifier = identifier
      self.heading = heading
      self.paragraphs = paragraphs
      self.facts = facts
      hasFacts = !facts.isEmpty
      self.links = links
      hasLinks = !links.isEmpty
      self.codes = codes
      self.table = table
    }
  }

  let title: String
  let summary: String
  var breadcrumbs: [Link] = []
  let sections: [Section]
}
