import InformationModel
import Publication

/// The form of an answer with figures, and how it is written.
struct PxFormat: Sendable, Equatable {
  enum Kind: String, Sendable, CaseIterable {
    case jsonStat = "json-stat2"
    case csv
    case px
    case xlsx
    case html
    case jsonPx = "json-px"
    case parquet
  }

  enum Separator: String, Sendable, CaseIterable {
    case tab = "SeparatorTab"
    case semicolon = "SeparatorSemicolon"
    case space = "SeparatorSpace"

    var byte: UInt8 {
      switch self {
      case .tab: UInt8(ascii: "\t")
      case .semicolon: UInt8(ascii: ";")
      case .space: UInt8(ascii: " ")
      }
    }
  }

  let kind: Kind
  /// Nil when the form decides.
  private let names: ShownNames?
  /// A comma when nil.
  private let separator: Separator?
  private let hasTitle: Bool

  private static let title = "IncludeTitle"

  /// - Parameters:
  ///   - word: what `outputFormat` says; JSON-stat 2 when nil.
  ///   - parameters: of `outputFormatParams`.
  /// - Throws: `PxFault` for a form or a parameter that there is not, and for parameters that do not go together.
  init(_ word: String?, parameters: [String]) throws(PxFault) {
    let word = word ?? Kind.jsonStat.rawValue
    guard let kind = Kind(rawValue: word.lowercased()) else {
      throw PxFault(
        400,
        "'\(word)' is no format here: \(Kind.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    var names: Set<ShownNames> = []
    var separators: Set<Separator> = []
    var hasTitle = false
    for parameter in parameters {
      func isSame(_ name: String) -> Bool { name.lowercased() == parameter.lowercased() }
      if let found = ShownNames.allCases.first(where: { isSame($0.rawValue) }) {
        names.insert(found)
      } else if let found = Separator.allCases.first(where: { isSame($0.rawValue) }) {
        separators.insert(found)
      } else if isSame(Self.title) {
        hasTitle = true
      } else {
        throw PxFault(400, "'\(parameter)' is no parameter of a format")
      }
    }
    let isSheet = [.csv, .xlsx, .html].contains(kind)
    guard separators.isEmpty || kind == .csv, isSheet || names.isEmpty && !hasTitle else {
      throw PxFault(400, "these parameters do not belong to \(kind.rawValue)")
    }
    guard names.count <= 1, separators.count <= 1 else {
      throw PxFault(400, "of UseCodes, UseTexts and so on one at most, and one separator")
    }
    (self.kind, self.names, self.separator, self.hasTitle) =
      (kind, names.first, separators.first, hasTitle)
  }

  /// In one order.
  var parameters: [String] {
    [names?.rawValue, separator?.rawValue, hasTitle ? Self.title : nil].compactMap { $0 }
  }

  /// - Parameters:
  ///   - arranged: what is asked for.
  ///   - whole: what is told of the table that it is a part of.
  ///   - language: of all texts.
  /// - Returns: the answer.
  /// - Throws: `PxFault` when a sheet cannot be so wide.
  func answer(
    _ arranged: ArrangedTable, of whole: TableTexts, language: Language
  ) throws(PxFault) -> OpenDataAnswer {
    let (chain, updated) = (whole.chain, whole.updated)
    switch kind {
    case .jsonStat:
      return answer(
        "application/json; charset=utf-8",
        Array(
          StatisticalJSON(
            table: arranged.table, of: whole.table, chain: chain, language: language,
            updated: updated
          ).data))
    case .csv:
      return answer(
        TableFormat.csv.contentType,
        ArrangedCSV(
          arranged: arranged, language: language, names: names ?? .texts,
          separator: separator?.byte ?? UInt8(ascii: ","), hasTitle: hasTitle
        ).bytes)
    case .px:
      return answer(
        TableFormat.pcAxis.contentType,
        Array(PCAxisFile(arranged, chain: chain, language: language, updated: updated).data))
    case .html:
      return answer(
        "text/html; charset=utf-8",
        ArrangedHTML(
          arranged: arranged, language: language, names: names ?? .texts, hasTitle: hasTitle
        ).bytes)
    case .xlsx:
      guard arranged.columnCount + 2 * arranged.stub.count <= Spreadsheet.mostColumns else {
        throw PxFault(
          403, "a sheet has \(Spreadsheet.mostColumns) columns at most; place less in the heading")
      }
      return Workbook(
        arranged, chain: chain, language: language, names: names ?? .codesAndTexts
      ).answer
    case .jsonPx:
      return answer(
        "application/json; charset=utf-8",
        PxJSON(table: arranged.table, chain: chain, language: language, updated: updated).bytes)
    case .parquet: return PxParquet(table: arranged.table, language: language).answer
    }
  }

  private func answer(_ type: String, _ bytes: [UInt8]) -> OpenDataAnswer {
    OpenDataAnswer(status: 200, contentType: type, body: .whole(bytes))
  }
}
