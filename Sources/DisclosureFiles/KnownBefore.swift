import Foundation
import InformationModel

/// What is said of single cells beforehand: τ-ARGUS's a-priori file (`.hst`, manual 4.1). A line has the codes of a cell, the total's may be empty, and
/// `u` (sensitive), `s` (not), `p` (must be published), `pl` with the protection below and above, or `c` or `w` with the cost.
struct KnownBefore {
  private(set) var unsafe = Set<Int>()
  private(set) var safe = Set<Int>()
  private(set) var published: [Int] = []
  private(set) var protection: [Int: (down: Int, up: Int)] = [:]
  private(set) var cost: [Int: Int] = [:]

  init(_ file: URL, dimensions: [InformationModel.Dimension], units decimals: Int) throws {
    let name = file.lastPathComponent
    guard let data = try? Data(contentsOf: file), let text = String(data: data, encoding: .utf8)
    else { throw DisclosureFileError("\(name): there is no such file in UTF-8") }
    let index = CellIndex(dimensions)
    for (number, line) in text.split(whereSeparator: \.isNewline).enumerated() {
      func fail(_ what: String) -> DisclosureFileError {
        DisclosureFileError("\(name), line \(number + 1): \(what)")
      }
      let separator: Character =
        line.contains(";") ? ";" : line.contains("\t") ? "\t" : ","
      let words = line.split(separator: separator, omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \""))
      }
      if words.allSatisfy(\.isEmpty) { continue }
      guard words.count > dimensions.count else { throw fail("there are too few codes") }
      var place: [Int] = []
      for (dimension, code) in zip(dimensions, words) {
        let found = dimension.categories.firstIndex { category in
          code.isEmpty ? category.parent == nil : category.code == code
        }
        guard let category = found else { throw fail("'\(code)' is no code of \(dimension.id)") }
        place.append(category)
      }
      let cell = index.cell(at: place)
      func amount(_ offset: Int) throws -> Int {
        guard words.count > dimensions.count + offset,
          let number = Double(words[dimensions.count + offset]), number >= 0,
          number * pow(10, Double(decimals)) < 0x1p50
        else { throw fail("there is no amount") }
        return Int((number * pow(10, Double(decimals))).rounded(.up))
      }
      switch words[dimensions.count].lowercased() {
      case "u": unsafe.insert(cell)
      case "s": safe.insert(cell)
      case "p": published.append(cell)
      case "pl": protection[cell] = (try amount(1), try amount(2))
      case "c", "w": cost[cell] = try amount(1)
      case let other: throw fail("'\(other)' is none of u, s, p, pl, c and w")
      }
    }
  }
}
