import ChainPack
import Crypto
import Foundation
import InformationModel
import Warehouse

/// What the supplier gets back: the same for the same delivery, whenever and wherever it is checked.
package struct DeliveryReceipt: Sendable, Codable, Hashable {
  package struct File: Sendable, Codable, Hashable {
    package var name: String
    package var contract: String
    package var sha256: String
    package var rows: Int
    package var accepted: Int
    package var quarantined: Int
    package var warnings: Int

    package init(
      name: String, contract: String, sha256: String, rows: Int, accepted: Int, quarantined: Int,
      warnings: Int
    ) {
      self.name = name
      self.contract = contract
      self.sha256 = sha256
      self.rows = rows
      self.accepted = accepted
      self.quarantined = quarantined
      self.warnings = warnings
    }
  }

  package var delivery: String
  package var organisation: String
  package var period: String
  package var referenceDate: String
  /// From which day the delivery counts in snapshots.
  package var knownFrom: String
  package var fingerprint: String
  package var files: [File]

  package init(
    delivery: String, organisation: String, period: String, referenceDate: String,
    knownFrom: String, fingerprint: String, files: [File]
  ) {
    self.delivery = delivery
    self.organisation = organisation
    self.period = period
    self.referenceDate = referenceDate
    self.knownFrom = knownFrom
    self.fingerprint = fingerprint
    self.files = files
  }

  package var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(self) else { return "{}" }
    return String(decoding: data, as: UTF8.self)
  }
}

/// All findings of a delivery, as a page to read, as CSV and as JSON.
package struct DeliveryReport: Sendable {
  package var receipt: DeliveryReceipt
  package var findings: [FindingGroup]
  /// Why the delivery was refused; empty when it was accepted.
  package var refusal: [String]

  package init(receipt: DeliveryReceipt, findings: [FindingGroup], refusal: [String] = []) {
    self.receipt = receipt
    self.findings = findings
    self.refusal = refusal
  }

  /// A name for the report's folder: the delivery's id, or the name under which it was offered when the id is none, as in a delivery that is
  /// refused for it.
  package static func folderName(of delivery: String, offeredAs name: String) -> String {
    [delivery, name].first(where: Intake.isDeliveryID)
      ?? "delivery-" + StoredFile.letters(SHA256.hash(data: Data(name.utf8)).prefix(8))
  }

  private var files: [(name: String, data: Data)] {
    [("findings.csv", Data(csv.utf8)), ("findings.json", json), ("index.html", Data(html.utf8))]
  }

  /// Writes `findings.csv`, `findings.json` and `index.html` into a folder that appears whole.
  ///
  /// - Throws: `WorkspaceError` when there is something else than an earlier report.
  package func write(to folder: URL) throws {
    try removeEarlierReport(folder)
    let above = folder.deletingLastPathComponent()
    try FileManager.default.createDirectory(at: above, withIntermediateDirectories: true)
    let part = StoredFile.temporary(in: above)
    try FileManager.default.createDirectory(at: part, withIntermediateDirectories: true)
    do {
      for (name, data) in files {
        let file = part.appending(path: name)
        try data.write(to: file)
        try StoredFile.sync(file)
      }
      try StoredFile.commit(part, as: folder)
    } catch {
      try? FileManager.default.removeItem(at: part)
      throw error
    }
  }

  /// An unfinished run, or an earlier check, may have left a report; nothing else is removed.
  private func removeEarlierReport(_ folder: URL) throws {
    let own = Set(files.map(\.name))
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isDirectory) else {
      return
    }
    guard isDirectory.boolValue,
      try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy(own.contains)
    else {
      throw WorkspaceError(
        "\(folder.lastPathComponent) holds something else than a report; give another folder for reports"
      )
    }
    try FileManager.default.removeItem(at: folder)
  }

  package var csv: String {
    var text = "severity,rule,file,contract,row,column,value class,message\r\n"
    for group in findings {
      let tail =
        "\(DelimitedText.field(group.column ?? "")),\(DelimitedText.field(group.valueClass ?? "")),"
        + "\(DelimitedText.field(group.message))\r\n"
      let head =
        "\(group.severity.rawValue),\(DelimitedText.field(group.rule)),\(DelimitedText.field(group.file)),"
        + "\(DelimitedText.field(group.contract)),"
      if group.rows.isEmpty { text += head + "," + tail }
      for row in group.rows { text += head + "\(row)," + tail }
    }
    return text
  }

  package var json: Data {
    struct Document: Encodable {
      var receipt: DeliveryReceipt
      var refusal: [String]
      var findings: [FindingGroup]
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return
      (try? encoder.encode(
        Document(receipt: receipt, refusal: refusal, findings: findings))) ?? Data()
  }

  package var html: String {
    func escaped(_ text: String) -> String {
      text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
    let verdict =
      refusal.isEmpty
      ? "<p class=\"good\">Aangenomen. / Accepted.</p>"
      : "<p class=\"bad\">Geweigerd, er is niets opgeslagen. / Refused, nothing was stored.</p><ul>"
        + refusal.map { "<li>\(escaped($0))</li>" }.joined() + "</ul>"
    let files = receipt.files.map {
      "<tr><td>\(escaped($0.name))</td><td>\(escaped($0.contract))</td><td>\($0.rows)</td><td>\($0.accepted)</td>"
        + "<td>\($0.quarantined)</td><td>\($0.warnings)</td></tr>"
    }.joined(separator: "\n")
    let rows = findings.sorted { $0.severity > $1.severity }.map { group in
      let numbers = group.rows.prefix(10).map(String.init).joined(separator: ", ")
      let more = group.rows.count > 10 ? " …" : ""
      return "<tr><td>\(group.severity.rawValue)</td><td>\(escaped(group.rule))</td>"
        + "<td>\(escaped(group.file))</td><td>\(escaped(group.contract))</td>"
        + "<td>\(escaped(group.column ?? ""))</td>"
        + "<td>\(escaped(group.valueClass ?? ""))</td><td>\(escaped(group.message))</td>"
        + "<td>\(group.rows.count)</td><td>\(numbers)\(more)</td></tr>"
    }.joined(separator: "\n")
    return """
      <!DOCTYPE html>
      <html lang="nl"><head><meta charset="utf-8"/><title>Levering \(escaped(receipt.delivery))</title>
      <style>body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem}
      table{border-collapse:collapse;margin:1rem 0}td,th{border-bottom:1px solid #bbb;padding:.25rem .75rem;text-align:left;vertical-align:top}
      .good{color:#175f2b;font-weight:600}.bad{color:#a11;font-weight:600}</style></head><body>
      <h1>Levering \(escaped(receipt.organisation)) \(escaped(receipt.period))</h1>
      <p>Peildatum / reference date \(escaped(receipt.referenceDate)) · levering / delivery \(escaped(receipt.delivery))</p>
      \(verdict)
      <h2>Bestanden / files</h2>
      <table><tr><th>bestand</th><th>contract</th><th>rijen</th><th>aangenomen</th><th>quarantaine</th><th>waarschuwingen</th></tr>
      \(files)</table>
      <h2>Bevindingen / findings</h2>
      <table><tr><th>ernst</th><th>regel</th><th>bestand</th><th>contract</th><th>kolom</th><th>soort waarde</th><th>wat is er</th><th>rijen</th><th>eerste rijnummers</th></tr>
      \(rows)</table>
      </body></html>

      """
  }
}
