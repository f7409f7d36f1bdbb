import ArgumentParser
import Foundation
import InformationModel
import Production
import Refinement
import Warehouse

struct Quality: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How the deliveries in a snapshot fare under the editing rules, with the trend.")

  @OptionGroup var options: SnapshotOptions

  @Option(help: "How many of an organisation's latest deliveries are shown.")
  var deliveries = 4

  @Flag(help: "Print all scores as JSON.")
  var json = false

  func run() throws {
    let scores = try options.withRun { try $0.quality(snapshot: $1) }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(scores), as: UTF8.self))
      return
    }
    if scores.isEmpty { print("no scores: the pack of this snapshot had no editing rules") }
    for (contract, own) in Dictionary(grouping: scores, by: \.contract).sorted(by: {
      $0.key < $1.key
    }) {
      show(contract, own)
    }
  }

  /// One table per file: a line per rule and per column with something to tell, a column per delivery, the newest last.
  private func show(_ contract: String, _ scores: [QualityScore]) {
    var periods: [(id: String, title: String)] = []
    for score in scores.sorted(by: {
      ($0.referenceDate, $0.delivery) < ($1.referenceDate, $1.delivery)
    })
    where !periods.contains(where: { $0.id == score.delivery }) {
      periods.append((score.delivery, score.period))
    }
    let shown = periods.suffix(max(1, deliveries))
    print("\(contract)  (share of rows that fail, of values missing, invalid and edited)")
    print(Self.line("", shown.map(\.title)))
    let names = Dictionary(grouping: scores, by: { [$0.kind.rawValue, $0.name] })
    for (key, own) in names.sorted(by: { ($1.key[0], $0.key[1]) < ($0.key[0], $1.key[1]) }) {
      let isRule = key[0] == QualityScore.Kind.rule.rawValue
      func cells(_ count: (QualityScore) -> Int) -> [String] {
        shown.map { period in
          own.first { $0.delivery == period.id }.map { Self.share(count($0), of: $0.rows) } ?? "–"
        }
      }
      if isRule {
        print(Self.line(key[1], cells(\.failed)))
      } else {
        if own.contains(where: { $0.missing > 0 }) {
          print(Self.line("\(key[1]): missing", cells(\.missing)))
        }
        if own.contains(where: { $0.invalid > 0 }) {
          print(Self.line("\(key[1]): invalid", cells(\.invalid)))
          print(Self.line("\(key[1]): edited", cells(\.edited)))
        }
      }
    }
    print("")
  }

  private static func line(_ name: String, _ cells: [String]) -> String {
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    let head = "  " + name + String(repeating: " ", count: max(1, 44 - name.count))
    return head + cells.map { padded($0, 11) }.joined()
  }

  private static func share(_ count: Int, of rows: Int) -> String {
    guard rows > 0 else { return "–" }
    let hundredths = (Double(count) / Double(rows) * 10_000).rounded() / 100
    return count > 0 && hundredths == 0 ? "<0.01%" : "\(hundredths)%"
  }
}
