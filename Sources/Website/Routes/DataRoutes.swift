import Foundation
import HTTPTypes
import Hummingbird
import InformationModel
import OpenData
import Publication

/// The files of each table, as they stand in the release, and its spreadsheets.
struct DataRoutes: Sendable {
  func add(to router: Router<WebsiteContext>) {
    router.get("/download/:file") { _, context in
      let name = try context.decoded("file")
      for format in [TableFormat.jsonStat, .pcAxis]
      where name.hasSuffix(DataFiles.english(format)) {
        let id = String(name.dropLast(DataFiles.english(format).count))
        return try Self.english(id, format, of: context.site(), context)
      }
      for format in TableFormat.allCases where name.hasSuffix(format.suffix) {
        return try Self.file(
          String(name.dropLast(format.suffix.count)), format, of: context.site(),
          isDownload: true)
      }
      // What the suffix of English ends in is that of Dutch.
      for language in [Language.en, .nl] where name.hasSuffix(Workbook.suffix(language)) {
        let id = String(name.dropLast(Workbook.suffix(language).count))
        let site = try context.site()
        guard let table = site.tables.first(where: { $0.description.id == id }) else { break }
        return Self.workbook(table, language, of: site, context)
      }
      throw HTTPError(.notFound)
    }
    router.get("/openapi.json") { _, context in
      var response = Response(
        TaggedBytes(
          Data(
            ServiceDescription(try context.site().release, base: context.base ?? "").bytes)),
        type: "application/json; charset=utf-8", maximumAge: 300)
      response.headers[.accessControlAllowOrigin] = "*"
      return response
    }
    router.get("/jsonstat/:id") { _, context in
      try Self.file(context.decoded("id"), .jsonStat, of: context.site(), isDownload: false)
    }
  }

  /// Of how many figures the workbook of a table is made whole, so that it can be kept.
  private static let mostKeptFigures = 100_000

  /// The release has no file of it; that of a large table is made while it is sent, each time anew.
  static func workbook(
    _ table: PublishedTable, _ language: Language, of site: Site, _ context: WebsiteContext
  ) -> Response {
    let name = table.description.id + Workbook.suffix(language)
    let workbook = Workbook(table: table, chain: site.release.chain, language: language)
    var response = Response(
      workbook.answer,
      tag: OpenDataAnswer.shape + site.release.id.digest
        + TaggedBytes.letters(of: Array(name.utf8)))
    if table.figureCounts.all <= mostKeptFigures {
      let whole = site.shown(at: name) {
        var bytes = Data()
        let pieces = workbook.pieces()
        while let piece = pieces.next() { bytes.append(contentsOf: piece) }
        return TaggedBytes(bytes)
      }
      response.body = ResponseBody(byteBuffer: whole.buffer)
      context.lasting?.set()
    }
    return response
  }

  /// The release has a file of it in Dutch only; of a large table there is no other.
  private static func english(
    _ id: String, _ format: TableFormat, of site: Site, _ context: WebsiteContext
  ) throws -> Response {
    guard let table = site.table(id: id), PxService.givesAll(of: table), let base = context.base
    else { throw HTTPError(.notFound) }
    let name = id + DataFiles.english(format)
    let answer = site.px.all(of: table, as: format, .en, base: base, now: Moment.present())
    var response = Response(
      answer,
      tag: OpenDataAnswer.shape + site.release.id.digest
        + TaggedBytes.letters(of: Array((base + " " + name).utf8)))
    response.headers[.contentDisposition] = "attachment; filename=\"\(name)\""
    return response
  }

  static func file(
    _ id: String, _ format: TableFormat, of site: Site, isDownload: Bool
  ) throws -> Response {
    guard let file = site.release.file(table: id, format: format) else {
      throw HTTPError(.notFound)
    }
    // The file may be larger than the memory; what is read again and again the system keeps by itself.
    let pieces = try file.pieces()
    var response = Response(
      status: .ok,
      headers: [
        .contentType: format.contentType, .eTag: "\"\(file.tag)\"",
        .cacheControl: "public, max-age=300",
      ],
      body: ResponseBody(contentLength: file.bytes) { writer in
        while let piece = pieces.next() { try await writer.write(ByteBuffer(bytes: piece)) }
        try await writer.finish(nil)
      })
    response.headers[.accessControlAllowOrigin] = "*"
    if isDownload {
      response.headers[.contentDisposition] = "attachment; filename=\"\(id)\(format.suffix)\""
    }
    if format == .csv, let link = HTTPField.Name("Link") {
      let metadata = site.prefix + Address.download(id, suffix: TableFormat.csvMetadata.suffix)
      response.headers[link] =
        "<\(metadata)>; rel=\"describedby\"; type=\"\(TableFormat.csvMetadata.contentType)\""
    }
    return response
  }
}
