import ChainPack
import InformationModel

/// A fault of the plan, checked and ready to be decided row by row.
final class Fault {
  enum Kind: String {
    case blank
    case digit
    case swap
    case other
    case typo
    case nameVariant = "name_variant"
    case partialDate = "partial_date"
    case dayMonth = "day_month"
    case replace
    case format
    case scale
    case oddDate = "odd_date"
    case before
    case shiftDate = "shift_date"
    case mojibake
    case straySeparator = "stray_separator"
    case leak
    case duplicate
    case nearDuplicate = "near_duplicate"
    case secondRegistration = "second_registration"
    case late
    case correction
    case withdrawn
    case controlTotal = "control_total"
    case schemaDrift = "schema_drift"
    case truncated
    case replay

    /// Decided in SQL, because it changes which rows are delivered when.
    var changesRows: Bool {
      switch self {
      case .nearDuplicate, .secondRegistration, .late, .correction, .withdrawn: true
      default: false
      }
    }

    var isOfDelivery: Bool {
      switch self {
      case .controlTotal, .schemaDrift, .truncated, .replay: true
      default: false
      }
    }

    /// Happens to one written row, not to what a register holds: another delivery of the same
    /// record is decided anew.
    var isOfTransport: Bool {
      switch self {
      case .mojibake, .straySeparator, .duplicate, .leak: true
      default: false
      }
    }

    /// Takes values of other rows.
    var needsPool: Bool {
      switch self {
      case .other, .correction, .nearDuplicate, .secondRegistration: true
      default: false
      }
    }
  }

  /// Number within the file's faults.
  let number: Int
  let kind: Kind
  let plan: SynthesisPlan.Fault
  var rate: Double
  /// Name of the stream of draws.
  let stream: String
  let streamState: UInt64
  /// Contract columns, by number.
  let columns: [Int]
  /// Number of the bit that says that the condition holds; nil without a condition.
  let conditionBit: Int?
  let days: Int
  let otherColumn: Int?
  let keyColumn: Int?
  let prefixColumn: Int?

  var code: String { plan.code }
  var expected: String { plan.expected }

  init(
    _ plan: SynthesisPlan.Fault, number: Int, contract: Contract, factor: Double,
    conditionBit: Int?, hash: StableHash
  ) throws {
    func fail(_ message: String) -> SynthesisError { SynthesisError(line: plan.line, message) }
    guard let kind = Kind(rawValue: plan.kind) else {
      throw fail("'\(plan.kind)' is no kind of fault")
    }
    func column(_ name: String) throws -> Int {
      guard let index = contract.columns.firstIndex(where: { $0.name == name }) else {
        let near = nearest(to: name, among: contract.columns.map(\.name))
        throw fail(
          "\(contract.name) has no column '\(name)'"
            + (near.map { "; did you mean '\($0)'?" } ?? ""))
      }
      return index
    }
    func setting(_ name: String) throws -> Int? {
      try plan.settings[name]?.first.map(column)
    }
    self.number = number
    self.kind = kind
    self.plan = plan
    self.conditionBit = conditionBit
    rate = min(1, plan.rate * factor)
    stream =
      (["fault", plan.code, plan.file, plan.kind] + plan.columns
      + [plan.condition ?? ""]).joined(separator: "/")
    streamState = hash.stream(stream)
    var columns = try plan.columns.map(column)
    days = max(1, plan.settings["days"]?.first.flatMap { Int($0) } ?? 20)
    otherColumn = try setting("column")
    keyColumn = try setting("key")
    prefixColumn = try setting("prefix")
    if kind == .secondRegistration {
      guard let set = try setting("set") else { throw fail("second_registration needs set:") }
      columns = [set]
    }
    self.columns = columns
    let withoutColumns: [Kind] = [
      .mojibake, .duplicate, .late, .withdrawn, .controlTotal, .schemaDrift, .truncated, .replay,
    ]
    if columns.isEmpty, !withoutColumns.contains(kind) {
      throw fail("\(plan.kind) needs columns:")
    }
    if kind == .before, otherColumn == nil { throw fail("before needs column:") }
    if kind == .replace, (plan.settings["with"] ?? []).isEmpty { throw fail("replace needs with:") }
    if [.nearDuplicate, .secondRegistration, .withdrawn].contains(kind), keyColumn == nil {
      throw fail("\(plan.kind) needs key:")
    }
    if kind == .withdrawn, contract.mutation == nil {
      throw fail("\(contract.name) has no mutation column, so that nothing can be withdrawn")
    }
    if kind == .format {
      guard !(plan.settings["variants"] ?? []).isEmpty else { throw fail("format needs variants:") }
      for index in columns where contract.columns[index].identifier == nil {
        throw fail("\(contract.columns[index].name) is no identifier; format needs its fields")
      }
    }
  }

  func list(_ setting: String) -> [String] { plan.settings[setting] ?? [] }
}
