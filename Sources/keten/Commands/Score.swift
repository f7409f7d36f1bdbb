import ArgumentParser
import Foundation
import Scoring
import Warehouse

/// What the pipeline found, held against what is true of made-up deliveries.
struct Score: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compare a workspace of made-up deliveries with the truth behind them.",
    subcommands: [ScoreLinkage.self, ScoreEditing.self, ScoreFigures.self])
}

struct ScoreOptions: ParsableArguments {
  @Argument(help: "The workspace.")
  var workspace: String

  @Option(help: "The folder _truth that 'keten synthesize' wrote; no other command reads it.")
  var truth: String

  @Option(help: "The snapshot's name; the newest when left out.")
  var snapshot: String?

  @Flag(help: "Print as JSON.")
  var json = false

  func open() throws -> ScoredWorkspace {
    try ScoredWorkspace(try Workspace.open(location(workspace)), snapshot: snapshot)
  }

  /// Prints a score as JSON, or gives its tables.
  func show(_ score: some Encodable, _ tables: () -> [TextTable]) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(score), as: UTF8.self))
    } else {
      print(tables().map(\.text).joined(separator: "\n\n"))
    }
  }
}

struct ScoreLinkage: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linkage", abstract: "Are the persons that were found the persons there are?")

  @OptionGroup var options: ScoreOptions

  func run() throws {
    let score = try LinkageScore.measure(try options.open(), truth: location(options.truth))
    try options.show(score) {
      [
        TextTable(
          title: "snapshot \(score.snapshot): \(score.linkedRows) linked rows, "
            + "\(score.unknownRows) not in the truth, \(score.rowsWithoutPerson) of no person",
          head: [
            "group", "records", "persons", "found", "pairs", "precision", "recall", "F1",
            "B3 prec.", "B3 recall", "B3 F1", "exact prec.", "exact recall",
          ],
          rows: score.lines.map { line in
            [
              line.group.isEmpty ? "all" : "\(line.group) \(line.value.isEmpty ? "-" : line.value)",
              "\(line.records)", "\(line.persons)", "\(line.clusters)", "\(line.pairs.inTruth)",
              share(line.pairs.precision), share(line.pairs.recall), share(line.pairs.f1),
              share(line.bCubedPrecision), share(line.bCubedRecall), share(line.bCubedF1),
              share(line.exact.precision), share(line.exact.recall),
            ]
          }),
        TextTable(
          title: "pairs of records between sources",
          head: ["left", "right", "true", "found", "right", "precision", "recall", "F1"],
          rows: score.sources.map { line in
            [
              line.left, line.right, "\(line.pairs.inTruth)", "\(line.pairs.found)",
              "\(line.pairs.right)", share(line.pairs.precision), share(line.pairs.recall),
              share(line.pairs.f1),
            ]
          }, texts: 2),
      ]
    }
  }
}

struct ScoreEditing: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "editing", abstract: "Which faults were noticed, and what was flagged wrongly?")

  @OptionGroup var options: ScoreOptions

  func run() throws {
    let score = try EditingScore.measure(try options.open(), truth: location(options.truth))
    try options.show(score) {
      [
        TextTable(
          title:
            "snapshot \(score.snapshot): \(score.rows) rows, \(score.rowsWithFault) with a fault; "
            + "of the others \(score.wronglyFlaggedRows) were flagged (\(share(score.wronglyFlaggedShare)))",
          head: [
            "fault", "expected", "faults", "noticed", "as expected", "recall", "false alarms",
            "precision", "outside", "unverified",
          ],
          rows: score.lines.map { line in
            [
              line.code, line.expected, "\(line.faults)", "\(line.noticed)", "\(line.handled)",
              share(line.recall), "\(line.falseAlarms)", share(line.precision), "\(line.outside)",
              "\(line.unverified)",
            ]
          }, texts: 2),
        TextTable(
          title: "rules", head: ["file", "rule", "rows", "without a fault"],
          rows: score.rules.map {
            [$0.contract, $0.rule, "\($0.rows)", "\($0.rowsWithoutFault)"]
          }, texts: 2),
        TextTable(
          title: "bad deliveries", head: ["fault", "deliveries", "refused"],
          rows: score.deliveries.map { [$0.code, "\($0.faults)", "\($0.refused)"] }),
        TextTable(
          title: "duplicates: \(score.duplicates.removed) of \(score.duplicates.faults) removed "
            + "(\(share(score.duplicates.removedShare))), \(score.duplicates.wronglyRemoved) rows removed wrongly "
            + "(\(share(score.duplicates.wronglyRemovedShare)))\n"
            + "free text: \(score.freeText.caught) of \(score.freeText.faults) names and numbers left no trace"
            + (score.freeText.places.isEmpty
              ? "" : "; the others are in \(score.freeText.places.joined(separator: ", "))"),
          head: [], rows: []),
      ]
    }
  }
}

struct ScoreFigures: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures", abstract: "How far are the figures from the true ones?")

  @OptionGroup var options: ScoreOptions

  @Option(help: "How many of the worst cells to name for each indicator.")
  var worst = 5

  func run() throws {
    let score = try FigureScore.measure(
      try options.open(), truth: location(options.truth), worst: worst)
    try options.show(score) {
      [
        TextTable(
          title: "snapshot \(score.snapshot), release \(score.release ?? "none"): "
            + "\(score.equal) of \(score.cells) cells are equal to the truth",
          head: [
            "indicator", "cells", "equal", "share", "true sum", "found", "mean error",
            "rel. error", "largest", "hidden", "shown equal", "outside",
          ],
          rows: score.indicators.map { line in
            [
              "\(line.product) \(line.measure)", "\(line.cells)", "\(line.equal)",
              share(line.equalShare), figure(line.inTruth), figure(line.found),
              line.meanAbsoluteError.map { "\(($0 * 100).rounded() / 100)" } ?? "-",
              share(line.weightedRelativeError), share(line.largestRelativeError),
              "\(line.hidden)", "\(line.publishedEqual)", "\(line.outside)",
            ]
          }),
        TextTable(
          title: "worst cells", head: ["indicator", "cell", "true", "found", "published"],
          rows: score.indicators.flatMap { line in
            line.worst.map { cell in
              [
                line.product, cell.place, figure(cell.inTruth), figure(cell.found),
                cell.isHidden ? "hidden" : cell.published.map(figure) ?? "-",
              ]
            }
          }, texts: 2),
      ]
    }
  }

  private func figure(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
  }
}

/// A share as text, to four decimals; `-` where there is none.
func share(_ value: Double?) -> String {
  value.map { "\(($0 * 10_000).rounded() / 10_000)" } ?? "-"
}

/// Columns of equal width for a terminal: the first are texts, the others numbers.
struct TextTable {
  var title: String
  var head: [String]
  var rows: [[String]]
  var texts = 1

  var text: String {
    let lines = head.isEmpty ? [] : [head] + rows
    let widths = head.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return
      ([title]
      + lines.map { line in
        zip(line, widths).enumerated().map { column, cell in
          let blanks = String(repeating: " ", count: cell.1 - cell.0.count)
          return column < texts ? cell.0 + blanks : blanks + cell.0
        }.joined(separator: "  ")
      }).joined(separator: "\n")
  }
}
