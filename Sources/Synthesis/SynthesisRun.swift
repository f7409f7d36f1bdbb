import ChainPack
import Foundation
import InformationModel
import Warehouse

/// One run of the generator, in a folder of its own.
struct SynthesisRun {
  let pack: ChainPack
  let plan: SynthesisPlan
  let options: Synthesizer.Options
  let root: URL
  let progress: (String) -> Void

  /// Beyond it DuckDB spills to the disk what can be spilt. The walk of all persons through their incidents cannot, and grows with the scale; over
  /// many years the indicators read side by side what one year's never hold.
  private var memoryLimit: String {
    let isYear = options.fromYear == options.toYear
    let gigabytes = isYear && options.scale <= 1 ? 1 : max(3, (1.5 * options.scale).rounded(.up))
    return "\(Int(gigabytes))GB"
  }

  private var truthFolder: URL { root.appending(path: "_truth") }

  /// First the truth, a statement at a time, each on all cores; then what follows from it: deliveries of each organisation and
  /// indicators, side by side with a core each.
  func run() throws -> Synthesizer.Summary {
    let spill = root.appending(path: ".spill")
    let golden = truthFolder.appending(path: "golden")
    for folder in [spill, golden] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    let hash = StableHash(seed: options.seed)
    let groups = try deliveringOrganisations()
    let engine = try DuckDBEngine(
      threads: options.threads, memoryLimit: memoryLimit, temporary: spill)
    try ScalarFunctions.register(in: engine, hash: hash)
    try makeTruth(engine)
    let organisations = groups.map { OrganisationJob(organisation: $0, contracts: $1) }
    let invariants =
      options.checksTruth ? plan.invariants.map { InvariantJob(invariant: $0) } : []
    let jobs =
      organisations.map { job in
        Job(weight: job.contracts.count) { engine in
          job.written = try write(job.contracts, of: job.organisation, hash: hash, engine: engine)
        }
      } + scoringJobs() + invariants.map { job in Job { job.rows = try count(job.invariant, $0) } }
    try engine.execute("SET threads = 1")
    try Job.run(
      jobs, workers: options.threads ?? ProcessInfo.processInfo.activeProcessorCount, engine)
    let all = organisations.compactMap(\.written)
    try Books.join(all.map(\.books), in: truthFolder)
    var summary = Synthesizer.Summary()
    for one in all {
      summary.deliveries += one.deliveries
      summary.rows.merge(one.rows) { $1 }
      summary.faults.merge(one.books.faults, uniquingKeysWith: +)
    }
    summary.violations = Dictionary(
      uniqueKeysWithValues: invariants.map { ($0.invariant.name, $0.rows) })
    progress("truth: \(plan.golden.count) indicators")
    try FileManager.default.removeItem(at: spill)
    return summary
  }

  private final class OrganisationJob {
    let organisation: Organisation
    let contracts: [Contract]
    var written: Written?

    init(organisation: Organisation, contracts: [Contract]) {
      self.organisation = organisation
      self.contracts = contracts
    }
  }

  private final class InvariantJob {
    let invariant: SynthesisPlan.Golden
    var rows = 0

    init(invariant: SynthesisPlan.Golden) { self.invariant = invariant }
  }

  /// The rows of the truth that break an invariant.
  private func count(_ invariant: SynthesisPlan.Golden, _ engine: DuckDBEngine) throws -> Int {
    let source = "synthesis/invariants/\(invariant.name).sql"
    do {
      let select = try filled(invariant.sql, source)
      let answer = try engine.query("SELECT count(*) AS rows FROM (\(select)\n) v")
      return answer.integers("rows").first.flatMap { $0 }.map { Int($0) } ?? 0
    } catch let error as EngineError {
      throw EngineError(step: source, message: error.message)
    }
  }

  /// What one organisation wrote.
  private struct Written {
    var deliveries: Int
    var rows: [String: Int]
    var books: Books
  }

  /// All deliveries of an organisation.
  private func write(
    _ contracts: [Contract], of organisation: Organisation, hash: StableHash, engine: DuckDBEngine
  ) throws -> Written {
    let factor = options.faults.factor
    let faults = try Dictionary(
      uniqueKeysWithValues: contracts.map { contract in
        (contract.name, try self.faults(of: contract, factor: factor, hash: hash))
      })
    let calendar = DeliveryCalendar(
      rhythm: contracts.first?.rhythm ?? .once, fromYear: options.fromYear,
      toYear: options.toYear)
    let ofDeliveries = contracts.flatMap { contract in
      (faults[contract.name] ?? []).filter { $0.kind.isOfDelivery }.map { ($0, contract) }
    }
    let deliveries = PlannedDelivery.all(
      of: organisation, calendar: calendar, lagDays: plan.deliveryLagDays, faults: ofDeliveries,
      hash: hash)
    let books = try Books(of: organisation, in: truthFolder)
    var runs: [FileRun] = []
    for contract in contracts {
      let run = try write(
        contract, of: organisation,
        isShared: contract.format.kind == .xml || contracts.count { $0.file == contract.file } > 1,
        calendar: calendar, deliveries: deliveries,
        faults: faults[contract.name] ?? [], engine: engine, books: books)
      runs.append(run)
      progress("\(contract.name): \(run.rowCount) rows in \(deliveries.count) deliveries")
    }
    let folders = try DeliverySet(
      organisation: organisation, chain: pack.description.id, deliveries: deliveries, runs: runs,
      files: try deliveries.indices.map { try DeliveredFiles(of: runs, in: $0).complete() },
      root: root, books: books
    ).finish()
    try books.finish()
    return Written(
      deliveries: folders,
      rows: Dictionary(uniqueKeysWithValues: runs.map { ($0.contract.name, $0.rowCount) }),
      books: books)
  }

  // MARK: Who delivers what

  /// Organisations with a file in the plan, with all their contracts.
  private func deliveringOrganisations() throws -> [(Organisation, [Contract])] {
    let planned = Set(plan.files.map(\.file))
    return try pack.description.organisations.compactMap { organisation in
      let contracts = pack.contracts.filter { $0.organisation == organisation.id }
      guard contracts.contains(where: { planned.contains($0.name) }) else { return nil }
      for contract in contracts where !planned.contains(contract.name) {
        throw SynthesisError(
          "synthesis/synthesis.yaml: \(contract.name) is not under files:, while other files of "
            + "\(organisation.id) are; a delivery without it is refused")
      }
      for (what, count) in [
        ("rhythm", Set(contracts.map(\.rhythm)).count),
        ("version", Set(contracts.map(\.version)).count),
      ] where count > 1 {
        throw SynthesisError(
          "the contracts of \(organisation.id) differ in \(what); one delivery holds them all")
      }
      return (organisation, contracts)
    }
  }

  private func faults(of contract: Contract, factor: Double, hash: StableHash) throws -> [Fault] {
    var bits = 0
    let path = contract.format.recordPath
    let isInsideRecords = contract.key.contains { XMLPlace($0, in: path).up > 0 }
    return try plan.faults.filter { $0.file == contract.name }.enumerated().map { number, fault in
      var bit: Int?
      if fault.condition != nil {
        guard bits < 62 else {
          throw SynthesisError(line: fault.line, "\(contract.name) has over 62 conditions")
        }
        bit = bits
        bits += 1
      }
      let made = try Fault(
        fault, number: number, contract: contract, factor: factor, conditionBit: bit, hash: hash)
      // In its record around it a row has no place of its own, and no period without it.
      if made.kind.changesRows, isInsideRecords {
        throw SynthesisError(
          line: fault.line,
          "a fault \(fault.kind) moves rows, and those of \(contract.name) stand in other records")
      }
      return made
    }.filter { $0.rate > 0 }
  }

  // MARK: SQL

  private func execute(_ engine: DuckDBEngine, _ sql: String, _ step: String) throws {
    do {
      try engine.execute(sql)
    } catch let error as EngineError {
      throw EngineError(step: step, message: error.message)
    }
  }

  /// A SELECT of the pack with its names filled in, without what stands behind its end.
  ///
  /// - Parameters:
  ///   - sql: the SELECT.
  ///   - file: where it stands in the pack, for errors.
  ///   - completeTo: the day of which a golden indicator is asked.
  /// - Returns: SQL for the engine.
  /// - Throws: `SynthesisError` when a name is not known.
  private func filled(
    _ sql: String, _ file: String, completeTo: CalendarDate? = nil
  ) throws -> String {
    var text = try SQLTemplate(sql).filled { name in
      if let completeTo, name == Self.completeTo {
        return "CAST(\(literal(completeTo.description)) AS DATE)"
      }
      let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
      switch (parts[0], parts.count == 2 ? parts[1] : "") {
      case ("seed", ""): return String(options.seed)
      case ("scale", ""): return String(options.scale)
      case ("from", ""): return String(options.fromYear)
      case ("to", ""): return String(options.toYear)
      case ("parameter", let key):
        guard let value = plan.parameters[key] else {
          throw unknown(name, among: plan.parameters.keys.sorted().map { "parameter.\($0)" }, file)
        }
        return value
      case ("table", let key) where plan.tables.contains(key): return quoted(name)
      case ("reference", let key) where pack.references[key] != nil: return quoted(name)
      case ("truth", let key) where plan.truth.contains { $0.name == key }: return quoted(name)
      default:
        throw unknown(
          name,
          among: plan.tables.map { "table.\($0)" } + plan.truth.map { "truth.\($0.name)" }
            + pack.references.keys.sorted().map { "reference.\($0)" }
            + ["seed", "scale", "from", "to"],
          file)
      }
    }
    while let last = text.last, last.isWhitespace || last == ";" { text.removeLast() }
    return text
  }

  private func unknown(_ name: String, among known: [String], _ file: String) -> SynthesisError {
    let near = nearest(to: name, among: known)
    return SynthesisError(
      "\(file): there is no {\(name)}" + (near.map { "; did you mean {\($0)}?" } ?? ""))
  }

  // MARK: Truth

  /// A file each for the entities as they truly are. Later statements read these files, so that no more of the truth is in memory than
  /// the columns at hand.
  private func makeTruth(_ engine: DuckDBEngine) throws {
    for table in plan.tables {
      try load("synthesis/reference/\(table).csv", as: "table.\(table)", engine)
    }
    let statements =
      plan.truth.map(\.sql) + plan.files.map(\.sql) + plan.golden.map(\.sql)
      + plan.invariants.map(\.sql)
    let read = (statements + [plan.persons].compactMap { $0 }).flatMap { SQLTemplate($0).names }
    for name in Set(read).sorted() where name.hasPrefix("reference.") {
      let table = name.dropFirst("reference.".count)
      guard pack.references[String(table)] != nil else { continue }
      try load("reference/\(table).csv", as: name, engine)
    }
    for truth in plan.truth {
      let file = "synthesis/truth/\(truth.name).sql"
      let name = quoted("truth.\(truth.name)")
      let select = try filled(truth.sql, file)
      guard let id = truth.id else {
        try execute(engine, "CREATE TABLE \(name) AS \(select)\n", file)
        progress("truth \(truth.name)")
        continue
      }
      let parquet = truthFolder.appending(path: "\(truth.entity).\(truth.name).parquet")
      let sorted =
        "SELECT \(quoted(id)), * EXCLUDE (\(quoted(id))) FROM (\(select)\n) t ORDER BY 1"
      let rows = try engine.write(SQLStep(name: file, select: sorted), to: parquet)
      try execute(
        engine, "CREATE VIEW \(name) AS SELECT * FROM read_parquet(\(literal(parquet.path)))", file)
      let counts = try engine.query("SELECT count(DISTINCT \(quoted(id))) AS ids FROM \(name)")
      let ids = counts.integers("ids").first.flatMap { $0 } ?? 0
      guard rows == ids else {
        throw SynthesisError(
          "\(file): \(rows) rows have \(ids) different \(id); every row needs its own")
      }
      progress("truth \(truth.name): \(rows) rows")
    }
  }

  private func load(_ file: String, as name: String, _ engine: DuckDBEngine) throws {
    let path = pack.directory.appending(path: file).path
    guard FileManager.default.fileExists(atPath: path) else {
      throw SynthesisError("\(file) is missing")
    }
    try execute(
      engine,
      "CREATE TABLE \(quoted(name)) AS "
        + "SELECT * FROM read_csv(\(literal(path)), header = true, sample_size = -1)", file)
  }

  /// What the scorers compare with.
  private func scoringJobs() -> [Job] {
    [Job { try writePersons($0) }] + plan.golden.map { golden in Job { try write(golden, $0) } }
  }

  /// The groups of persons by which linkage is scored.
  private func writePersons(_ engine: DuckDBEngine) throws {
    guard let sql = plan.persons else { return }
    let source = "synthesis/persons.sql"
    try copy(
      try filled(sql, source), to: truthFolder.appending(path: "persons.csv"), source, engine)
  }

  /// In an indicator: the day up to which deliveries of a reference date are complete.
  private static let completeTo = "complete_to"

  /// One indicator; when it asks for it, as it was at the end of every quarter, each with the
  /// reference date on which all deliveries of that quarter are there.
  private func write(_ golden: SynthesisPlan.Golden, _ engine: DuckDBEngine) throws {
    let source = "synthesis/golden/\(golden.name).sql"
    var select = ""
    if SQLTemplate(golden.sql).names.contains(Self.completeTo) {
      let quarters = DeliveryCalendar(
        rhythm: .quarter, fromYear: options.fromYear, toYear: options.toYear)
      let parts = try quarters.slots.map { slot in
        let date = literal(slot.lastDay.adding(days: plan.deliveryLagDays).description)
        return "SELECT \(date) AS reference_date, g.* "
          + "FROM (\(try filled(golden.sql, source, completeTo: slot.lastDay))\n) g"
      }
      select = "SELECT * FROM (\(parts.joined(separator: " UNION ALL "))) ORDER BY ALL"
    } else {
      select = try filled(golden.sql, source)
    }
    try copy(
      select, to: truthFolder.appending(path: "golden/\(golden.name).csv"), source, engine)
  }

  private func copy(
    _ select: String, to file: URL, _ source: String, _ engine: DuckDBEngine
  ) throws {
    try execute(
      engine,
      "COPY (\(select)\n) TO \(literal(file.path)) (FORMAT csv, HEADER true)", source)
  }

  // MARK: Files

  private func write(
    _ contract: Contract, of organisation: Organisation, isShared: Bool,
    calendar: DeliveryCalendar, deliveries: [PlannedDelivery], faults: [Fault],
    engine: DuckDBEngine, books: Books
  ) throws -> FileRun {
    guard let planned = plan.files.first(where: { $0.file == contract.name }) else {
      throw SynthesisError("\(contract.name) is not in the plan")
    }
    let source = "synthesis/files/\(contract.name).sql"
    let rowPlan = RowPlan(contract: contract, calendar: calendar, faults: faults)
    let select = try filled(planned.sql, source)
    do {
      try execute(engine, rowPlan.baseStatement(select: select), source)
    } catch {
      try checkColumns(of: rowPlan, select: select, source: source, engine: engine)
      throw error
    }
    try setEffectiveRates(faults, contract: contract, engine: engine)
    let ties =
      contract.key.isEmpty
      ? 0 : try engine.query(rowPlan.tieQuery).integers("ties").first.flatMap { $0 } ?? 0
    if ties > 0 {
      progress(
        "\(source): \(ties) rows have key and _known of another row; which one counts is by lot")
    }
    try execute(engine, rowPlan.planStatement(hasTies: ties > 0), source)
    var writers: [CellWriter] = []
    let first = RowPlan.Lead.allCases.count
    for (index, column) in contract.columns.enumerated() {
      let place = rowPlan.selected.firstIndex { $0.index == index }
      writers.append(try CellWriter(column, of: contract, source: place.map { first + $0 } ?? -1))
    }
    let pool = try ValuePool(engine: engine, plan: rowPlan, writers: writers)
    let run = try FileRun(
      organisation: organisation, contract: contract, entity: planned.entity,
      isShared: isShared, deliveries: deliveries, root: root, books: books, writers: writers,
      rowFaults: RowFaults(
        contract: contract, identifiers: pack.identifiers, faults: rowPlan.faults,
        writers: writers, pool: pool, lastYear: options.toYear))
    try engine.stream(rowPlan.rowQuery, step: source) { try run.write($0) }
    try run.finish()
    try engine.execute("DROP TABLE `\(RowPlan.plan)`; DROP TABLE `\(RowPlan.base)`")
    return run
  }

  private func checkColumns(
    of rowPlan: RowPlan, select: String, source: String, engine: DuckDBEngine
  ) throws {
    let names: [String]
    do {
      names = try engine.query("SELECT * FROM (\(select)\n) s LIMIT 0").names
    } catch let error as EngineError {
      throw EngineError(step: source, message: error.message)
    }
    let expected = rowPlan.selected.map(\.column.name) + ["_id", "_person", "_known"]
    let missing = expected.filter { name in
      !names.contains { $0.lowercased() == name.lowercased() }
    }
    guard missing.isEmpty else {
      throw SynthesisError("\(source): the SELECT does not give \(missing.joined(separator: ", "))")
    }
  }

  /// Rates are shares of all rows: where a fault can only happen to some, it happens to these more
  /// often.
  private func setEffectiveRates(
    _ faults: [Fault], contract: Contract, engine: DuckDBEngine
  ) throws {
    for fault in faults {
      switch fault.kind {
      case .dayMonth: fault.rate = min(1, fault.rate / ValueFaults.shareOfSwappableDays)
      case .mojibake:
        let texts = contract.columns.filter { column in
          column.type == .text && column.name != contract.mutation?.column
        }.map { quoted($0.name) }
        guard !texts.isEmpty else { break }
        let text = "concat_ws(' ', \(texts.joined(separator: ", ")))"
        let answer = try engine.query(
          """
          SELECT avg(CASE WHEN strlen(t) <> length(t) THEN 1.0 ELSE 0.0 END) AS share
          FROM (SELECT \(text) AS t FROM `\(RowPlan.base)`)
          """)
        let share = answer.doubles("share").first.flatMap { $0 } ?? 0
        if share > 0 { fault.rate = min(1, fault.rate / share) }
      default: break
      }
    }
  }
}
