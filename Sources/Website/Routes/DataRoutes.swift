import Foundation
import HTTPTypes
import Hummingbird
import Logging
import Publication

/// The files of each table, as they stand in the release.
struct DataRoutes: Sendable {
  let current: CurrentSite
  let logger: Logger

  func add(to router: Router<WebsiteContext>) {
    router.get("/download/:file") { _, context in
      let name = try context.decoded("file")
      for format in TableFormat.allCases where name.hasSuffix(format.suffix) {
        return try file(String(name.dropLast(format.suffix.count)), format, isDownload: true)
      }
      throw HTTPError(.notFound)
    }
    router.get("/jsonstat/:id") { _, context in
      try file(context.decoded("id"), .jsonStat, isDownload: false)
    }
  }

  private func file(_ id: String, _ format: TableFormat, isDownload: Bool) throws -> Response {
    let release = try current.required(logger).release
    guard let data = try release.file(table: id, format: format) else {
      throw HTTPError(.notFound)
    }
    var response = Response(
      status: .ok, headers: [.contentType: format.contentType],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: data)))
    response.headers[.eTag] = "\"\(release.id)\""
    response.headers[.cacheControl] = "public, max-age=300"
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
