/// Names that mean the same in every chain, and what a name must look like to stand in an address, a file or a spreadsheet.
package enum Naming {
  /// The scheme of units that products count.
  package static let unitScheme = "eenheden"
  /// The scheme of themes that the website groups tables by.
  package static let themeScheme = "themas"
  /// The time dimension; open-data clients expect it under this name.
  package static let timeDimension = "Perioden"
  /// The category of all periods together.
  package static let allPeriods = "TOTAAL"
  /// The category that a row without a value counts in.
  package static let unknown = "ONB"
  /// Behind a broader concept's code: the rows that are coded with the broader concept itself.
  package static let notFurtherSpecified = "_NNO"
  /// The columns that every comma-separated file has beside the dimensions.
  package static let fixedColumns = ["Measure", "Value", "ValueAttribute"]
  /// The dimension that JSON-stat gives the measures.
  package static let contents = "ContentsCode"
  /// No dimension may be called so.
  package static let reservedDimensions = fixedColumns + [contents]

  /// ASCII letters, digits, `-` and `_`, not beginning with `-`.
  package static func isIdentifier(_ text: String) -> Bool {
    guard let first = text.utf8.first, first != UInt8(ascii: "-") else { return false }
    return text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  /// Not empty, no formula for a spreadsheet, no blanks around it, no control character.
  package static func isSafeCode(_ text: String) -> Bool {
    guard let first = text.first, let last = text.last else { return false }
    return !"=+@-".contains(first) && !first.isWhitespace && !last.isWhitespace
      && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
  }

  /// How many decimals a measure can show.
  package static let decimals = 0...9
}
