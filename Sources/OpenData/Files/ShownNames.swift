import InformationModel
import Publication

/// By what the categories of a table are called in a file, in the words of PxWebApi 2.
enum ShownNames: String, Sendable, CaseIterable {
  case codes = "UseCodes"
  case texts = "UseTexts"
  case codesAndTexts = "UseCodesAndTexts"

  func title(of axis: ArrangedTable.Axis, _ language: Language) -> String {
    self == .codes ? axis.id : axis.title[language]
  }

  func names(of axis: ArrangedTable.Axis, _ language: Language) -> [String] {
    switch self {
    case .codes: axis.codes
    case .texts: axis.labels.map { $0[language] }
    case .codesAndTexts: zip(axis.codes, axis.labels).map { "\($0) \($1[language])" }
    }
  }
}
