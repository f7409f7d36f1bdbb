/// The shapes in which a table can be taken away.
package enum TableFormat: String, Sendable, CaseIterable {
  /// One row per cell and measure.
  case csv
  /// What the columns of the CSV mean (CSV on the Web).
  case csvMetadata
  /// JSON-stat 2.0.
  case jsonStat
  /// PC-Axis.
  case pcAxis
  /// What a Data Package says of the CSV.
  case dataPackage
  /// Apache Parquet; releases from before it have none.
  case parquet

  /// What follows the table's id in the file name.
  package var suffix: String {
    switch self {
    case .csv: ".csv"
    case .csvMetadata: ".csv-metadata.json"
    case .jsonStat: ".json-stat.json"
    case .pcAxis: ".px"
    case .dataPackage: ".datapackage.json"
    case .parquet: ".parquet"
    }
  }

  /// The media type it is served under.
  package var contentType: String {
    switch self {
    case .csv: "text/csv; charset=utf-8; header=present"
    case .csvMetadata: "application/csvm+json"
    case .jsonStat, .dataPackage: "application/json; charset=utf-8"
    case .pcAxis: "text/plain; charset=utf-8"
    case .parquet: "application/vnd.apache.parquet"
    }
  }
}
