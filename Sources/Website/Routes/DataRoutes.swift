import HTTPTypes
import Hummingbird
import Publication

/// The files of each table, as they stand in the release.
struct DataRoutes: Sendable {
  func add(to router: Router<WebsiteContext>) {
    router.get("/download/:file") { _, context in
      let name = try context.decoded("file")
      for format in TableFormat.allCases where name.hasSuffix(format.suffix) {
        return try file(
          String(name.dropLast(format.suffix.count)), format, of: context.site(),
          isDownload: true)
      }
      throw HTTPError(.notFound)
    }
    router.get("/jsonstat/:id") { _, context in
      try file(context.decoded("id"), .jsonStat, of: context.site(), isDownload: false)
    }
  }

  private func file(
    _ id: String, _ format: TableFormat, of site: Site, isDownload: Bool
  ) throws -> Response {
    guard let data = try site.release.file(table: id, format: format) else {
      throw HTTPError(.notFound)
    }
    var response = Response(TaggedBytes(data), type: format.contentType, maximumAge: 300)
    response.headers[.accessControlAllowOrigin] = "*"
    if isDownload {
      response.headers[.contentDisposition] = "attachment; filename=\"\(id)\(format.suffix)\""
    }
    if format == .csv, let link = HTTPField.Name("Link") {
      let metadata = Address.download(id, suffix: TableFormat.csvMetadata.suffix)
      response.headers[link] =
        "<\(metadata)>; rel=\"describedby\"; type=\"\(TableFormat.csvMetadata.contentType)\""
    }
    return response
  }
}
