/// Names that SDMX allows for things that are called otherwise in a table.
///
/// A code may hold letters, digits, `-`, `_`, `@` and `$` there. Any other character is written as SQL/XML (ISO/IEC 9075-14) writes it in
/// names: `_x0025_` is a percent sign. An underscore before an `x` is written so too, so that every code can be read back. `@`, `$`
/// and a `-` in front are not kept either: spreadsheets would take them for something else than text.
enum SDMXIdentifier {
  /// - Parameter text: a code of a table; a unit in words.
  /// - Returns: another for each other text.
  static func code(_ text: String) -> String {
    var code = ""
    let scalars = Array(text.unicodeScalars)
    for (place, scalar) in scalars.enumerated() {
      let isKept =
        switch scalar {
        case "-": place > 0
        case "_": place + 1 == scalars.count || scalars[place + 1] != "x"
        default: isLetterOrDigit(scalar)
        }
      if isKept {
        code.unicodeScalars.append(scalar)
      } else {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        code += "_x" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "_"
      }
    }
    return code.isEmpty ? "_x0000_" : code
  }

  /// In capitals, beginning with a letter: the name of an agency, a dimension, a scheme.
  static func name(_ text: String) -> String {
    let letters = text.uppercased().unicodeScalars.map { scalar in
      isLetterOrDigit(scalar) ? Character(scalar) : "_"
    }
    guard let first = letters.first else { return "X" }
    return (first.isLetter ? "" : "X_") + String(letters)
  }

  /// Whether it begins with a letter, as names do and codes need not.
  static func isName(_ text: String) -> Bool {
    text.first.map { $0.isASCII && $0.isLetter } ?? false
  }

  /// The name itself, or with a number behind it when something else has it already.
  static func unique(_ name: String, among taken: inout Set<String>) -> String {
    var unique = name
    var number = 2
    while !taken.insert(unique).inserted {
      unique = "\(name)_\(number)"
      number += 1
    }
    return unique
  }

  private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    default: false
    }
  }
}
