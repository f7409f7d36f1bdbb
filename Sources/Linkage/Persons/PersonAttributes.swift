import ChainPack
import InformationModel
import Warehouse

/// What the identity zone holds of a file: by delivery its identifying columns as delivered, a value for each row of the file.
package typealias IdentityColumns = (String) throws -> [(
  delivery: String, columns: [(name: String, column: DictionaryColumn)]
)]

/// What the records of persons are compared by, in an engine of its own that writes nothing to a disk.
struct PersonAttributes {
  /// The records of one file.
  struct Records {
    var file: String
    var deliveries: DictionaryColumn
    var rows: DictionaryColumn
    /// The person of each as the keys have it.
    var clusters: [Int32]
    /// Content columns that an attribute reads.
    var content: [(name: String, column: DictionaryColumn)]
  }

  static let relation = "person_attributes"
  let engine: DuckDBEngine
  /// By row of the relation: the person as the keys have it.
  let clusters: [Int32]

  /// Brings the attributes of all files together. What is the same of one person in one file stands once.
  ///
  /// - Throws: `LinkageError` when an expression does not fit.
  init(
    _ files: [Records], pack: ChainPack, identity: IdentityColumns, model: LinkageModel,
    memoryLimit: String
  ) throws {
    let engine = try DuckDBEngine(threads: 1, memoryLimit: memoryLimit)
    self.engine = engine
    // What is in the clear must not be written down: without room in memory it is an error.
    try engine.execute("SET temp_directory = ''")
    try engine.execute(RecordReader.functions)
    let names = Set(pack.linkage.records.flatMap { $0.attributes.map(\.name) }).sorted()
    guard !names.isEmpty else {
      throw LinkageError("linkage.yaml has a model, but no file has attributes to compare")
    }
    guard !names.contains(model.id) else {
      throw LinkageError(
        "linkage.yaml: no attribute may be called '\(model.id)', which is what the model calls a record"
      )
    }
    // A file at a time, so that no two lie there as delivered.
    let described = "described"
    let columns = names.map { "\(quoted($0)) VARCHAR" }.joined(separator: ", ")
    try engine.execute(
      "CREATE TEMP TABLE \(quoted(described)) (`_file` VARCHAR, `_person` BIGINT, \(columns))")
    for records in files {
      guard
        let plan = pack.linkage.records.first(where: { $0.file == records.file }),
        let contract = pack.contract(records.file), !plan.attributes.isEmpty
      else { continue }
      let table = "as delivered"
      try engine.load(
        Self.table(records, identity: try Self.identity(of: contract, records, identity)), as: table
      )
      let given = Dictionary(plan.attributes, uniquingKeysWith: { first, _ in first })
      let values = names.map { name in
        "CAST(\(given[name] ?? "NULL") AS VARCHAR)"
      }
      do {
        try engine.execute(
          "INSERT INTO \(quoted(described)) SELECT DISTINCT \(literal(records.file)), `_person`, \(values.joined(separator: ", ")) FROM \(quoted(table))"
        )
      } catch let error as EngineError {
        throw LinkageError("linkage.yaml, attributes of \(records.file): \(error.message)")
      }
      try engine.execute("DROP TABLE \(quoted(table))")
    }
    try engine.execute(
      """
      CREATE TEMP TABLE \(quoted(Self.relation)) AS
      SELECT row_number() OVER () AS \(quoted(model.id)), * FROM (SELECT * FROM \(quoted(described)) ORDER BY ALL)
      """)
    try engine.execute("DROP TABLE \(quoted(described))")
    let persons = try engine.query(
      "SELECT `_person` FROM \(quoted(Self.relation)) ORDER BY \(quoted(model.id))")
    clusters = persons.integers("_person").map { Int32($0 ?? 0) }
  }

  /// Content columns of a state that a file's attributes read.
  static func contentColumns(
    of plan: LinkagePlan.Records, contract: Contract, among state: [String]
  ) -> [String] {
    let words = Set(
      plan.attributes.flatMap {
        $0.sql.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
      })
    let identifying = Set(clear(in: contract).map(\.contentName))
    return state.filter { words.contains($0) && !identifying.contains($0) }
  }

  /// Columns that stand in the identity zone alone: names, dates, addresses. Of numbers there are pseudonyms.
  private static func clear(in contract: Contract) -> [Contract.Column] {
    contract.columns.filter { $0.role == .identity && $0.identifier == nil }
  }

  /// The identifying columns, a value for each of the records.
  private static func identity(
    of contract: Contract, _ records: Records, _ identity: IdentityColumns
  ) throws -> [(name: String, column: DictionaryColumn)] {
    let wanted = clear(in: contract)
    guard !wanted.isEmpty else { return [] }
    let rows = (0..<records.rows.values.count).map {
      (Int(records.rows.values.string($0)) ?? 0) - 1
    }
    let deliveries = Dictionary(
      try identity(records.file).map { ($0.delivery, $0.columns) }, uniquingKeysWith: { $1 })
    let ofDelivery = (0..<records.deliveries.values.count).map {
      deliveries[records.deliveries.values.string($0)]
    }
    return wanted.map { column in
      var builder = DictionaryBuilder()
      // Of each delivery, what its codes are here.
      let translations = ofDelivery.map { columns -> ([UInt32], [UInt32])? in
        columns?.first { $0.name == column.name || $0.name == column.contentName }.map { found in
          let codes = (0..<found.column.values.count).map { code in
            found.column.values.withValue(code) { builder.code(of: $0) }
          }
          return (found.column.codes, codes)
        }
      }
      for record in 0..<records.rows.rowCount {
        let row = rows[Int(records.rows.codes[record])]
        if let (codes, here) = translations[Int(records.deliveries.codes[record])],
          codes.indices.contains(row)
        {
          builder.append(code: here[Int(codes[row])])
        } else {
          builder.appendEmpty()
        }
      }
      return (column.contentName, builder.take())
    }
  }

  private static func table(
    _ records: Records, identity: [(name: String, column: DictionaryColumn)]
  ) -> ContentTable {
    let texts = (identity + records.content).map { name, column in
      ContentTable.Column(
        name: name, codes: column.codes, values: .texts(column.values),
        isNull: (0..<column.values.count).map { $0 == 0 })
    }
    let persons = (records.clusters.max() ?? -1) + 1
    let person = ContentTable.Column(
      name: "_person", codes: records.clusters.map { UInt32($0) },
      values: .integers((0..<Int64(persons)).map { $0 }),
      isNull: [Bool](repeating: false, count: Int(persons)))
    return ContentTable(
      columns: [person] + texts, rows: (0..<Int32(records.clusters.count)).map { $0 })
  }
}
