import ChainPack
import Crypto
import Foundation
import InformationModel
import Warehouse

/// Completes the deliveries of one organisation: manifests, and the bad deliveries that go before
/// good ones.
struct DeliverySet {
  let organisation: Organisation
  let chain: String
  let deliveries: [PlannedDelivery]
  let runs: [FileRun]
  /// What the manifests say, by delivery.
  let files: [[DeliveryManifest.File]]
  let root: URL
  let books: Books

  /// Gives the number of folders.
  func finish() throws -> Int {
    var folders = 0
    for (index, delivery) in deliveries.enumerated() {
      try write(manifest(index), to: root.appending(path: delivery.folder))
      folders += 1
      for bad in delivery.bad {
        try write(bad, before: index)
        folders += 1
      }
    }
    return folders
  }

  private func manifest(_ index: Int) -> DeliveryManifest {
    let delivery = deliveries[index]
    return DeliveryManifest(
      organisation: organisation.code, id: delivery.id, chain: chain, kind: delivery.kind,
      period: delivery.slot.label, referenceDate: "\(delivery.referenceDate)T00:00:00",
      schemaVersion: runs.first?.contract.version ?? "1",
      contact: "gegevenslevering@\(organisation.id).example",
      legalBasis: "fictieve gegevens, geen grondslag nodig", isFictitious: true,
      files: files[index])
  }

  private func write(_ manifest: DeliveryManifest, to folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    var data = try encoder.encode(manifest)
    data.append(0x0A)
    try data.write(to: folder.appending(path: "manifest.json"))
  }

  private func write(_ bad: PlannedDelivery.Bad, before index: Int) throws {
    var dice = Dice(stream: bad.fault.streamState &+ 1, row: Int64(index))
    var source = index
    // A delivery that replaces everything is given again only when there is no other.
    if bad.fault.kind == .replay { source = index == 1 ? 0 : 1 + dice.index(index - 1) }
    let folder = root.appending(path: bad.folder)
    try FileManager.default.copyItem(
      at: root.appending(path: deliveries[source].folder), to: folder)
    var manifest = manifest(source)
    manifest.id = bad.id
    let names = bad.contract.files.map(\.name)
    let name = names.count == 1 ? names[0] : names[dice.index(names.count)]
    guard let place = manifest.files.firstIndex(where: { $0.name == name }),
      let run = runs.first(where: { $0.contract.name == bad.contract.name })
    else { return }
    let file = folder.appending(path: name)
    var entry = Books.Entry(
      place: .init(
        organisation: organisation, delivery: bad.id, file: name, contract: bad.contract),
      fault: bad.fault)
    func set(_ from: String, _ to: String) {
      entry.trueValue = Array(from.utf8)
      entry.writtenValue = Array(to.utf8)
    }
    switch bad.fault.kind {
    case .controlTotal:
      let totals = manifest.files[place].controlTotals ?? [:]
      if let column = totals.keys.sorted().first, let total = totals[column] {
        let wrong = Self.incremented(total)
        manifest.files[place].controlTotals?[column] = wrong
        entry.column = column
        set(total, wrong)
      } else {
        let rows = manifest.files[place].rows
        manifest.files[place].rows = rows + 1 + dice.index(9)
        set("\(rows) rows", "\(manifest.files[place].rows) rows")
      }
    case .schemaDrift:
      let (bytes, from, to) = run.drifted([UInt8](try Data(contentsOf: file)), dice: &dice)
      try Data(bytes).write(to: file)
      manifest.files[place].bytes = bytes.count
      manifest.files[place].sha256 = StoredFile.hexadecimal(SHA256.hash(data: bytes))
      entry.column = from.isEmpty ? to : from
      set(from, to)
    case .truncated:
      var bytes = [UInt8](try Data(contentsOf: file))
      let size = bytes.count
      let way = dice.index(4)
      switch way {
      // From an empty file nothing can be cut.
      case _ where way == 0 || size == 0:
        try FileManager.default.removeItem(at: file)
        set("\(size) bytes", "no file")
      case 1:
        let place = dice.index(size)
        bytes[place] ^= 0x20
        try Data(bytes).write(to: file)
        set("", "byte \(place) changed")
      default:
        bytes.removeLast(max(1, size - size * (20 + dice.index(75)) / 100))
        try Data(bytes).write(to: file)
        set("\(size) bytes", "\(bytes.count) bytes")
      }
    case .replay: set(deliveries[source].id, bad.id)
    default: break
    }
    try write(manifest, to: folder)
    try books.record(entry)
  }

  /// The number with its last digit one higher.
  private static func incremented(_ number: String) -> String {
    var digits = Array(number.utf8)
    for place in digits.indices.reversed() where (0x30...0x39).contains(digits[place]) {
      if digits[place] < 0x39 {
        digits[place] += 1
        return String(decoding: digits, as: UTF8.self)
      }
      digits[place] = 0x30
    }
    return "1" + String(decoding: digits, as: UTF8.self)
  }
}
