import Crypto
import DisclosureControl
import Foundation
import InformationModel

/// Writes what the website and the open-data services serve: one immutable, self-contained folder
/// per release.
package enum Release {
  /// Writes the release of these tables and gives its name; the same content always has the same
  /// name and the same bytes. It is the last published from then on, also when its content was
  /// published before.
  ///
  /// The folder appears at once and whole: it is written under a temporary name, every file is
  /// brought to the disk, and then it is renamed. A release that is there already is left as it is.
  /// What a killed run left behind is removed first.
  /// - Parameters:
  ///   - chain: the chain as readers meet it.
  ///   - schemes: the terms that tables and pages use.
  ///   - tables: the protected tables, in display order, each with the deliveries that it rests on.
  ///   - linkage: by table, how well its persons were linked.
  ///   - provenance: the snapshot that all tables come from, with all its deliveries.
  ///   - publications: the folder that holds the releases; made when absent.
  ///   - moment: from when the public sees it; at once when nil.
  ///   - reason: why it is published, for readers; nil for a release as planned.
  ///   - certify: called with the name before the release is there for anybody to see; when it throws, it never is.
  /// - Returns: the name of the release, which is also the name of its folder.
  /// - Throws: `PublicationError` when a table cannot be published or the file system refuses.
  package static func write(
    chain: ChainDescription, schemes: [ConceptScheme],
    tables: [(table: ProtectedTable, deliveries: [DeliveryReference])],
    linkage: [String: LinkageQuality] = [:], provenance: Provenance, into publications: URL,
    moment: Moment? = nil, reason: LocalizedText? = nil,
    certify: (ReleaseID) throws -> Void = { _ in }
  ) throws -> ReleaseID {
    let published = try tables.map { table, deliveries throws(PublicationError) in
      var own = provenance
      own.deliveries = deliveries
      own.linkage = linkage[table.description.id]
      return try PublishedTable(table, provenance: own)
    }
    try requireDistinct(published.map { $0.description.id.lowercased() }, "id")
    try requireDistinct(published.map { $0.description.slug.lowercased() }, "slug")
    try requireDistinct(schemes.map(\.id), "concept scheme")

    return try DurableFolder.withExclusiveAccess(to: publications) { folder in
      let draft = try folder.makeDraft()
      let concepts = try draft.write(
        ReleaseJSON.data(schemes), to: ReleaseManifest.conceptsName)
      let entries = try published.map { try write($0, chain: chain, to: draft) }
      let manifest = try ReleaseJSON.data(
        ReleaseManifest(
          format: ReleaseManifest.currentFormat, chain: chain, provenance: provenance,
          concepts: concepts, tables: entries))
      _ = try draft.write(manifest, to: ReleaseManifest.name)
      let id = ReleaseID(referenceDate: provenance.referenceDate, manifest: manifest)
      try certify(id)
      // First the log, then the release: nobody sees a release whose moment is not known.
      var log = try PublicationLog(of: publications)
      try log.publish(
        PublicationEntry(release: id, moment: moment, reason: reason), in: folder)
      if folder.contains(id.description) {
        try folder.discard(draft)
        _ = try PublishedRelease(id: id, folder: folder.location(of: id.description))
      } else {
        try folder.install(draft, as: id.description)
      }
      return id
    }
  }

  private static func write(
    _ table: PublishedTable, chain: ChainDescription, to draft: DurableFolder.Draft
  ) throws -> ReleaseManifest.Table {
    let base = "tables/\(table.description.id)"
    var files = [
      try draft.write(ReleaseJSON.data(table.head), to: base + ".json"),
      try draft.write(table.figures.data, to: base + ".cells"),
    ]
    for format in TableFormat.allCases {
      let data =
        switch format {
        case .csv: CommaSeparatedFile(table: table).data
        case .csvMetadata: TabularMetadata(table: table, chain: chain).data
        case .jsonStat: StatisticalJSON(table: table, chain: chain).data
        case .pcAxis: PCAxisFile(table: table, chain: chain).data
        case .dataPackage: DataPackage(table: table, chain: chain).data
        case .parquet: try TableParquet(table).data
        }
      files.append(try draft.write(data, to: base + format.suffix))
    }
    return ReleaseManifest.Table(
      id: table.description.id, slug: table.description.slug, title: table.description.title,
      theme: table.description.theme, files: files)
  }

  private static func requireDistinct(_ names: [String], _ kind: String) throws(PublicationError) {
    var seen: Set<String> = []
    for name in names where !seen.insert(name).inserted {
      throw PublicationError(
        .unpublishable, "Two tables or schemes have the same \(kind): \(name).")
    }
  }
}
