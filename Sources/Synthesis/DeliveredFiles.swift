import ChainPack
import Foundation
import InformationModel

/// The files of one delivery as its manifest names them. Where several contracts have records in one
/// file, it is put together here from what each wrote.
struct DeliveredFiles {
  private let runs: [FileRun]
  private let delivery: Int

  init(of runs: [FileRun], in delivery: Int) {
    self.runs = runs
    self.delivery = delivery
  }

  /// - Returns: the files in the order of the contracts.
  /// - Throws: `SynthesisError` when a record belongs in another that is not there.
  func complete() throws -> [DeliveryManifest.File] {
    var names: [String] = []
    for run in runs {
      for sheet in run.sheets[delivery] where !names.contains(sheet.name) {
        names.append(sheet.name)
      }
    }
    return try names.map { name in
      let parts = runs.compactMap { run in
        run.sheets[delivery].first { $0.name == name }.map {
          Part(contract: run.contract, sheet: $0)
        }
      }
      return try parts.count == 1 && parts[0].sheet.location.lastPathComponent == name
        ? parts[0].sheet.file : joined(parts, as: name)
    }
  }

  /// What one contract wrote for a file.
  private struct Part {
    var contract: Contract
    var sheet: FileRun.Sheet
  }

  private func joined(_ parts: [Part], as name: String) throws -> DeliveryManifest.File {
    var sheet = parts[0].sheet
    sheet.location = sheet.location.deletingLastPathComponent().appending(path: name)
    let output = try OutputFile(sheet.location)
    if parts[0].contract.format.kind == .xml {
      try XMLJoin(parts.map { ($0.contract, try Data(contentsOf: $0.sheet.location)) })
        .write(to: output)
    } else {
      for part in parts {
        try output.write([UInt8](try Data(contentsOf: part.sheet.location)))
      }
      try output.write(trailer(parts))
    }
    sheet.sha256 = try output.finish()
    sheet.bytes = output.size
    for part in parts.dropFirst() {
      sheet.rows += part.sheet.rows
      for (name, total) in part.sheet.totals {
        sheet.totals[name] =
          sheet.totals[name].map { first in
            let scale = max(first.scale, total.scale)
            func scaled(_ total: (sum: Int64?, scale: Int)) -> Int64? {
              total.sum.map { (total.scale..<scale).reduce($0) { value, _ in value &* 10 } }
            }
            guard let one = scaled(first), let other = scaled(total) else { return (nil, scale) }
            return (one &+ other, scale)
          } ?? total
      }
    }
    for part in parts { try FileManager.default.removeItem(at: part.sheet.location) }
    return sheet.file
  }

  /// The last line of a fixed file, which counts its records.
  private func trailer(_ parts: [Part]) -> [UInt8] {
    let format = parts[0].contract.format
    guard let trailer = format.trailer else { return [] }
    var line = Array(trailer.mark.utf8)
    func extend(to length: Int) {
      if line.count < length { line += Array(repeating: 0x20, count: length - line.count) }
    }
    for (record, place) in trailer.counts {
      let rows = parts.first { $0.contract.format.record == record }?.sheet.rows ?? 0
      let digits = Array(String(rows).utf8)
      extend(to: place.start - 1 + place.length)
      let zeros = max(0, place.length - digits.count)
      line.replaceSubrange(
        (place.start - 1)..<(place.start - 1 + place.length),
        with: Array(repeating: 0x30, count: zeros) + digits.suffix(place.length))
    }
    extend(to: format.lineLength ?? 0)
    return line + (format.newline == .crlf ? [0x0D, 0x0A] : [0x0A])
  }
}

extension FileRun.Sheet {
  fileprivate var file: DeliveryManifest.File {
    DeliveryManifest.File(
      name: name, rows: rows, bytes: bytes, sha256: sha256,
      controlTotals: totals.compactMapValues { total in
        total.sum.map { sum in
          let buffer = ByteBuffer(capacity: 32)
          buffer.append(decimal: sum, scale: total.scale, mark: 0x2E)
          return String(decoding: buffer.view, as: UTF8.self)
        }
      })
  }
}

/// Puts records of several contracts into one another: an XML document.
private struct XMLJoin {
  private let sheets: [Sheet]
  private let namespace: String?

  /// The records of one contract, in the order in which they were written.
  private struct Sheet {
    var contract: Contract
    var path: [String]
    /// Key of the record around it, own key, the open element.
    var records: [(outer: Substring, own: Substring, text: Substring)]
    /// Which records stand in a record with this key.
    var inside: [Substring: [Int]]
  }

  init(_ parts: [(contract: Contract, data: Data)]) {
    sheets = parts.map { contract, data in
      let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
      let records = lines.map { line in
        let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
        return (outer: fields[0], own: fields[1], text: fields[2])
      }
      return Sheet(
        contract: contract, path: contract.format.recordPath, records: records,
        inside: Dictionary(grouping: records.indices) { records[$0].outer })
    }
    namespace = parts.first?.contract.format.namespace
  }

  /// The contract whose records hold those of this path most closely.
  private func holder(of path: [String]) -> Int? {
    sheets.indices.filter {
      sheets[$0].path.count < path.count && path.starts(with: sheets[$0].path)
    }
    .max { sheets[$0].path.count < sheets[$1].path.count }
  }

  func write(to output: OutputFile) throws {
    let roots = sheets.indices.filter { holder(of: sheets[$0].path) == nil }
    var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    let root = sheets.first?.path.first ?? ""
    text += namespace.map { "<\(root) xmlns=\"\($0)\">\n" } ?? "<\(root)>\n"
    var written = sheets.map { _ in 0 }
    for sheet in roots {
      append(sheet, sheets[sheet].records.indices.map { $0 }, below: 1, to: &text, &written)
    }
    text += "</\(root)>\n"
    for (sheet, count) in zip(sheets, written) where count != sheet.records.count {
      throw SynthesisError(
        "synthesis/files/\(sheet.contract.name).sql: \(sheet.records.count - count) records belong in a "
          + "record that is not in the same delivery")
    }
    try output.write(Array(text.utf8))
  }

  /// Writes records with the elements around them, below an element of that depth.
  private func append(
    _ sheet: Int, _ records: [Int], below depth: Int, to text: inout String, _ written: inout [Int]
  ) {
    guard !records.isEmpty else { return }
    let path = sheets[sheet].path
    let around = path[depth..<(path.count - 1)]
    for name in around { text += "<\(name)>\n" }
    var before: Substring?
    for record in records {
      let (_, own, start) = sheets[sheet].records[record]
      text += start
      written[sheet] += 1
      var hasElements = false
      // Of a record that stands there twice the first holds the others.
      for inner in sheets.indices where holder(of: sheets[inner].path) == sheet && own != before {
        let held = sheets[inner].inside[own] ?? []
        if !held.isEmpty, !hasElements {
          text += "\n"
          hasElements = true
        }
        append(inner, held, below: path.count, to: &text, &written)
      }
      before = own
      text += "</\(path[path.count - 1])>\n"
    }
    for name in around.reversed() { text += "</\(name)>\n" }
  }
}
