import Compression
import Publication

/// Every set of a table in one archive, each as a file of separated values with the columns that OData 4 gives it.
struct ObservationArchive: Sendable {
  let sets: [EntitySet]

  func pieces() -> AnswerPieces {
    AnswerPieces(
      ZipArchive(
        sets.map { set in
          ZipArchive.Entry(set.name + ".csv") { EntityCSV(set).pieces() }
        }
      ).pieces())
  }

  /// The archive as a file.
  func answer(name: String) -> OpenDataAnswer {
    OpenDataAnswer(
      status: 200, contentType: "application/zip",
      headers: [("Content-Disposition", "attachment; filename=\"\(name).zip\"")],
      body: .pieces { pieces() })
  }
}
