import Compression
import InformationModel
import Publication

/// How a cell of a worksheet looks.
enum SheetStyle: Int {
  /// As text, also when somebody changes it.
  case text = 1
  case paragraph
  case heading
  case title
  case term
  /// In the place of a number.
  case mark
  /// A number without decimals; those with decimals follow.
  case number

  /// The looks in this order, the standard one first: font, fill, border, format of numbers, alignment.
  fileprivate static let xml: String = {
    let number = SheetStyle.number.rawValue
    let formats = Naming.decimals.map { decimals in
      "<numFmt numFmtId=\"\(firstFormat + decimals)\" formatCode=\"#,##0"
        + (decimals > 0 ? "." : "") + String(repeating: "0", count: decimals) + "\"/>"
    }
    func look(_ format: Int, font: Int = 0, fill: Int = 0, border: Int = 0, _ place: String = "")
      -> String
    {
      "<xf numFmtId=\"\(format)\" fontId=\"\(font)\" fillId=\"\(fill)\" borderId=\"\(border)\""
        + " xfId=\"0\" applyNumberFormat=\"1\" applyFont=\"1\" applyFill=\"1\" applyBorder=\"1\""
        + (place.isEmpty ? "/>" : " applyAlignment=\"1\"><alignment \(place)/></xf>")
    }
    let top = "vertical=\"top\""
    let looks =
      [
        look(0), look(textFormat), look(0, "\(top) wrapText=\"1\""),
        look(0, font: 1, fill: 2, border: 1, "\(top) wrapText=\"1\""),
        look(0, font: 2, top), look(0, font: 1, top), look(textFormat, "horizontal=\"right\""),
      ] + Naming.decimals.map { look(firstFormat + $0) }
    let font = "<name val=\"Calibri\"/><family val=\"2\"/>"
    return """
      <styleSheet xmlns="\(Spreadsheet.main)">\
      <numFmts count="\(formats.count)">\(formats.joined())</numFmts>\
      <fonts count="3"><font><sz val="11"/>\(font)</font>\
      <font><b/><sz val="11"/>\(font)</font><font><b/><sz val="14"/>\(font)</font></fonts>\
      <fills count="3"><fill><patternFill patternType="none"/></fill>\
      <fill><patternFill patternType="gray125"/></fill>\
      <fill><patternFill patternType="solid"><fgColor rgb="FFE8EDF2"/>\
      <bgColor indexed="64"/></patternFill></fill></fills>\
      <borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border>\
      <border><left/><right/><top/><bottom style="thin"><color rgb="FF5A6B7B"/></bottom>\
      <diagonal/></border></borders>\
      <cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/>\
      </cellStyleXfs><cellXfs count="\(number + Naming.decimals.count)">\(looks.joined())\
      </cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>\
      </cellStyles></styleSheet>
      """
  }()

  /// The standard's own format for text, and the first number that it leaves to others.
  private static let textFormat = 49
  private static let firstFormat = 164
}

/// What stands in a cell of a worksheet.
struct SheetCell: Sendable {
  /// As XML, behind the cell's place; nothing for an empty cell.
  fileprivate let content: [UInt8]
  /// Lengths of the lines of a text that goes on below when its column is too narrow.
  fileprivate var lines: [Int] = []

  static let empty = SheetCell(content: [])

  /// A text that is kept in the cell itself, and so is never read as a formula.
  static func text(_ text: String, _ style: SheetStyle = .text) -> SheetCell {
    // More than a cell holds, in units of UTF-16, is no text that anybody wrote.
    let kept =
      text.utf16.count > longestText
      ? String(String.UnicodeScalarView(text.unicodeScalars.prefix(longestText / 2 - 1))) + "…"
      : text
    return SheetCell(
      content: Array(
        (" s=\"\(style.rawValue)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">"
          + Spreadsheet.escaped(kept) + "</t></is></c>").utf8),
      lines: style == .paragraph || style == .heading
        ? kept.split(separator: "\n", omittingEmptySubsequences: false).map(\.count) : [])
  }

  private static let longestText = 32_767

  static func number(_ value: Double, decimals: Int) -> SheetCell {
    let decimals = min(max(decimals, Naming.decimals.lowerBound), Naming.decimals.upperBound)
    var content = Array(" s=\"\(SheetStyle.number.rawValue + decimals)\"><v>".utf8)
    DecimalNotation.write(value, decimals: decimals, to: &content)
    content.append(contentsOf: "</v></c>".utf8)
    return SheetCell(content: content)
  }
}

/// Rows of cells under a heading.
struct Worksheet: Sendable {
  let name: String
  /// Of its columns, in characters.
  let widths: [Int]
  /// Stays in sight, and chooses rows; none when empty.
  let heading: [String]
  let rows: Range<Int>
  /// The cells of a row, one for each column at most.
  let cells: @Sendable (Int) -> [SheetCell]

  private static let pieceLength = 64 * 1024

  init(
    _ name: String, widths: [Int], heading: [String] = [], rowCount: Int,
    cells: @escaping @Sendable (Int) -> [SheetCell]
  ) {
    self.name = name
    self.widths = widths
    self.heading = heading
    rows = 0..<rowCount
    self.cells = cells
  }

  /// The sheet, or as many as its rows need; the second is called "… 2".
  ///
  /// - Parameter most: rows that a sheet has, its heading among them.
  /// - Returns: sheets that have all rows together.
  func divided(by most: Int) -> [Worksheet] {
    let size = max(1, most - (heading.isEmpty ? 0 : 1))
    return stride(from: 0, to: max(1, rows.count), by: size).enumerated().map { number, start in
      Worksheet(
        number == 0 ? name : "\(name) \(number + 1)", widths: widths, heading: heading,
        rows: start..<min(start + size, rows.count), cells: cells)
    }
  }

  private init(
    _ name: String, widths: [Int], heading: [String], rows: Range<Int>,
    cells: @escaping @Sendable (Int) -> [SheetCell]
  ) {
    (self.name, self.widths, self.heading) = (name, widths, heading)
    (self.rows, self.cells) = (rows, cells)
  }

  /// All cells, as a reference of the workbook to this sheet; nil without heading.
  fileprivate var filter: String? {
    heading.isEmpty
      ? nil
      : "$A$1:$\(Self.letters(widths.count - 1))$\(rows.count + 1)"
  }

  /// Gives the sheet as XML, a piece at a time; nil behind the last.
  fileprivate func pieces(isFirst: Bool) -> () -> [UInt8]? {
    let columns = widths.indices.map { Array("<c r=\"\(Self.letters($0))".utf8) }
    var row = rows.lowerBound
    var number = 1
    var start: [UInt8]? = Array(head(isFirst: isFirst).utf8)
    var isDone = false
    func write(_ cells: [SheetCell], to bytes: inout [UInt8]) {
      let place = Array("\(number)\"".utf8)
      bytes.append(contentsOf: "<row r=\"".utf8)
      bytes.append(contentsOf: place)
      bytes.append(contentsOf: height(of: cells).utf8)
      bytes.append(UInt8(ascii: ">"))
      for (column, cell) in zip(columns, cells) where !cell.content.isEmpty {
        bytes.append(contentsOf: column)
        bytes.append(contentsOf: place)
        bytes.append(contentsOf: cell.content)
      }
      bytes.append(contentsOf: "</row>".utf8)
      number += 1
    }
    return {
      if isDone { return nil }
      var bytes: [UInt8] = []
      if let head = start {
        bytes = head
        start = nil
        if !heading.isEmpty { write(heading.map { .text($0, .heading) }, to: &bytes) }
      }
      while bytes.count < Self.pieceLength, row < rows.upperBound {
        write(cells(row), to: &bytes)
        row += 1
      }
      if row == rows.upperBound {
        bytes.append(contentsOf: tail.utf8)
        isDone = true
      }
      return bytes
    }
  }

  /// Not every program looks for itself how high a row must be.
  private func height(of cells: [SheetCell]) -> String {
    let lines = zip(widths, cells).map { width, cell in
      cell.lines.reduce(0) { $0 + 1 + $1 / max(1, width) }
    }.max()
    guard let lines, lines > 1 else { return "" }
    return " ht=\"\(Self.lineHeight * min(lines, Self.mostLines))\" customHeight=\"1\""
  }

  /// In points; a row is at most 409 high.
  private static let lineHeight = 15
  private static let mostLines = 27

  private func head(isFirst: Bool) -> String {
    let pane =
      heading.isEmpty
      ? ""
      : "<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
        + "<selection pane=\"bottomLeft\" activeCell=\"A2\" sqref=\"A2\"/>"
    let columns = widths.enumerated().map { place, width in
      "<col min=\"\(place + 1)\" max=\"\(place + 1)\" width=\"\(width)\" customWidth=\"1\"/>"
    }
    let last = max(1, rows.count + (heading.isEmpty ? 0 : 1))
    return Spreadsheet.declaration + "<worksheet xmlns=\"\(Spreadsheet.main)\">"
      + "<dimension ref=\"A1:\(Self.letters(widths.count - 1))\(last)\"/><sheetViews><sheetView"
      + (isFirst ? " tabSelected=\"1\"" : "") + " workbookViewId=\"0\">" + pane
      + "</sheetView></sheetViews><sheetFormatPr defaultRowHeight=\"\(Self.lineHeight)\"/><cols>"
      + columns.joined() + "</cols><sheetData>"
  }

  private var tail: String {
    let filter = filter.map { "<autoFilter ref=\"\($0.filter { $0 != "$" })\"/>" } ?? ""
    return "</sheetData>" + filter + "</worksheet>"
  }

  /// A, B, … Z, AA, AB, …
  private static func letters(_ column: Int) -> String {
    var text = ""
    var left = max(0, column)
    repeat {
      text = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(left % 26))) + text
      left = left / 26 - 1
    } while left >= 0
    return text
  }
}

/// A file of worksheets (Office Open XML, ECMA-376), written while it is read: texts stand in their cells, not in a table of their own.
struct Spreadsheet: Sendable {
  /// Rows that a sheet can have.
  static let mostRows = 1_048_576
  static let mostColumns = 16_384
  static let contentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

  let title: String
  let creator: String
  let language: Language
  let sheets: [Worksheet]

  func pieces() -> () -> [UInt8]? {
    var entries = [
      part("[Content_Types].xml", contentTypes),
      part(
        "_rels/.rels",
        relations(of: [
          ("officeDocument", "xl/workbook.xml"), ("core", "docProps/core.xml"),
        ])), part("docProps/core.xml", properties), part("xl/workbook.xml", workbook),
      part(
        "xl/_rels/workbook.xml.rels",
        relations(
          of: sheets.indices.map { ("worksheet", "worksheets/sheet\($0 + 1).xml") } + [
            ("styles", "styles.xml")
          ])), part("xl/styles.xml", SheetStyle.xml),
    ]
    for (number, sheet) in sheets.enumerated() {
      entries.append(
        ZipArchive.Entry("xl/worksheets/sheet\(number + 1).xml") {
          sheet.pieces(isFirst: number == 0)
        })
    }
    return ZipArchive(entries).pieces()
  }

  fileprivate static let declaration =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
  fileprivate static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
  private static let package = "http://schemas.openxmlformats.org/package/2006/"
  private static let document =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

  private func part(_ name: String, _ xml: String) -> ZipArchive.Entry {
    ZipArchive.Entry(name, whole: Array((Self.declaration + xml).utf8))
  }

  private var contentTypes: String {
    let types = "application/vnd.openxmlformats-"
    func part(_ name: String, _ type: String) -> String {
      "<Override PartName=\"/\(name)\" ContentType=\"\(types)\(type)+xml\"/>"
    }
    let book = "officedocument.spreadsheetml."
    return "<Types xmlns=\"\(Self.package)content-types\">"
      + "<Default Extension=\"rels\" ContentType=\"\(types)package.relationships+xml\"/>"
      + "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
      + part("xl/workbook.xml", book + "sheet.main") + part("xl/styles.xml", book + "styles")
      + part("docProps/core.xml", "package.core-properties")
      + sheets.indices.map { part("xl/worksheets/sheet\($0 + 1).xml", book + "worksheet") }
      .joined() + "</Types>"
  }

  /// The first is `rId1`.
  private func relations(of targets: [(type: String, target: String)]) -> String {
    "<Relationships xmlns=\"\(Self.package)relationships\">"
      + targets.enumerated().map { number, one in
        let type =
          one.type == "core"
          ? Self.package + "relationships/metadata/core-properties"
          : Self.document + "/" + one.type
        return "<Relationship Id=\"rId\(number + 1)\" Type=\"\(type)\" Target=\"\(one.target)\"/>"
      }.joined() + "</Relationships>"
  }

  /// No time: the same content gives the same bytes.
  private var properties: String {
    "<cp:coreProperties xmlns:cp=\"\(Self.package)metadata/core-properties\""
      + " xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:title>\(Self.escaped(title))</dc:title>"
      + "<dc:creator>\(Self.escaped(creator))</dc:creator>"
      + "<dc:language>\(language.rawValue)</dc:language></cp:coreProperties>"
  }

  private var workbook: String {
    let listed = sheets.enumerated().map { number, sheet in
      "<sheet name=\"\(Self.escaped(sheet.name))\" sheetId=\"\(number + 1)\""
        + " r:id=\"rId\(number + 1)\"/>"
    }
    func names(_ name: String, _ more: String, _ reference: (Worksheet) -> String?) -> String {
      sheets.enumerated().compactMap { number, sheet in
        reference(sheet).map { place in
          let sheetName = Self.escaped(sheet.name.replacing("'", with: "''"))
          return "<definedName name=\"_xlnm.\(name)\" localSheetId=\"\(number)\"\(more)>"
            + "'\(sheetName)'!\(place)</definedName>"
        }
      }.joined()
    }
    // What a filter covers, and the heading on every page of a print.
    let defined =
      names("_FilterDatabase", " hidden=\"1\"") { $0.filter }
      + names("Print_Titles", "") { $0.heading.isEmpty ? nil : "$1:$1" }
    return "<workbook xmlns=\"\(Self.main)\" xmlns:r=\"\(Self.document)\"><bookViews>"
      + "<workbookView activeTab=\"0\"/></bookViews><sheets>" + listed.joined() + "</sheets>"
      + (defined.isEmpty ? "" : "<definedNames>\(defined)</definedNames>") + "</workbook>"
  }

  /// A text as XML has it, without the characters that it cannot have.
  fileprivate static func escaped(_ text: String) -> String {
    var result = ""
    // Spreadsheets read `_x0041_` as a character; only the underscore itself need be written so.
    for scalar in text.replacing(/_(?=x[0-9A-Fa-f]{4}_)/, with: "_x005F_").unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", " "..."\u{FFFD}", "\u{10000}"..."\u{10FFFF}":
        result.unicodeScalars.append(scalar)
      default: break
      }
    }
    return result
  }
}
