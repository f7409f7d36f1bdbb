import Foundation
import InformationModel

/// What a Data Package (https://specs.frictionlessdata.io) says of the table's CSV: its fields, their codes, its key.
struct DataPackage {
  let table: PublishedTable
  let chain: ChainDescription

  var data: Data {
    let description = table.description
    let fields =
      table.dimensions.map { dimension in
        field(
          dimension.id, "string", dimension.title.nl,
          constraints: [("enum", .strings(dimension.categories.map(\.code)))])
      } + [
        field(
          Naming.fixedColumns[0], "string", "Onderwerp",
          constraints: [("enum", .strings(table.measures.map(\.id)))]),
        field(Naming.fixedColumns[1], "number", "Waarde", constraints: []),
        field(
          Naming.fixedColumns[2], "string", "Waarom er geen waarde is",
          constraints: [("enum", .strings(["None", "Confidential", "Impossible"]))]),
      ]
    let resource = OrderedJSON.object([
      ("name", .string(description.id.lowercased())), ("path", .string("\(description.id).csv")),
      ("profile", .string("tabular-data-resource")), ("format", .string("csv")),
      ("mediatype", .string("text/csv")), ("encoding", .string("utf-8")),
      (
        "schema",
        .object([
          ("fields", .array(fields)), ("missingValues", .strings([""])),
          (
            "primaryKey",
            .strings(table.dimensions.map(\.id) + [Naming.fixedColumns[0]])
          ),
        ])
      ),
    ])
    return OrderedJSON.object([
      ("profile", .string("tabular-data-package")),
      ("name", .string(description.id.lowercased())), ("title", .string(description.title.nl)),
      ("description", .string(description.summary.nl)),
      ("version", .string(table.provenance.referenceDate.description)),
      (
        "licenses",
        .array([
          .object([
            ("name", .string(chain.licence.name.replacing(" ", with: "-"))),
            ("path", .string(chain.licence.address)),
          ])
        ])
      ),
      (
        "sources",
        .array(
          chain.sources(of: table.provenance).map { .object([("title", .string($0.name.nl))]) })
      ),
      ("resources", .array([resource])),
    ]).data
  }

  private func field(
    _ name: String, _ type: String, _ title: String, constraints: [(String, OrderedJSON)]
  ) -> OrderedJSON {
    .object(
      [("name", .string(name)), ("type", .string(type)), ("title", .string(title))]
        + (constraints.isEmpty ? [] : [("constraints", .object(constraints))]))
  }
}
