import Foundation
import InformationModel
import Publication

/// What somebody asks of a table by PxWebApi 2: values of its variables, and how the answer lies on a sheet.
struct PxQuery: Sendable, Equatable {
  /// Values of one variable.
  struct Selection: Sendable, Equatable {
    var variable: String
    /// The code list that values are chosen from; the whole variable when nil.
    var list: String?
    /// Codes, patterns and expressions; everything when a list is named and these are not.
    var values: [String]
  }

  private(set) var selections: [Selection] = []
  var heading: [String] = []
  var stub: [String] = []

  init() {}

  /// Reads a body, and the parameters of an address, which add to it.
  init(_ items: [(name: String, value: String)], body: PxBody? = nil) {
    for one in body?.selection ?? [] {
      add(one.valueCodes ?? [], to: one.variableCode, list: one.codelist ?? one.codeList)
    }
    heading = body?.placement?.heading ?? []
    stub = body?.placement?.stub ?? []
    for (name, value) in items {
      let word = name.lowercased()
      func variable(of option: String) -> String? {
        word.hasPrefix(option + "[") && word.hasSuffix("]")
          ? String(name.dropFirst(option.count + 1).dropLast()) : nil
      }
      if let variable = variable(of: "valuecodes") {
        add(ValueSelection.split(value), to: variable, list: nil)
      } else if let variable = variable(of: "codelist") {
        add([], to: variable, list: value)
      } else if word == "heading" {
        heading += value.split(separator: ",").map(String.init)
      } else if word == "stub" {
        stub += value.split(separator: ",").map(String.init)
      }
    }
  }

  mutating func add(_ values: [String], to variable: String, list: String?) {
    let list = list.flatMap { $0.isEmpty ? nil : $0 }
    guard
      let place = selections.firstIndex(where: {
        $0.variable.lowercased() == variable.lowercased()
      })
    else {
      selections.append(Selection(variable: variable, list: list, values: values))
      return
    }
    selections[place].values += values
    selections[place].list = list ?? selections[place].list
  }

  // MARK: Of a table

  /// The places of values that are asked for, by variable.
  ///
  /// Of a table of which nothing is asked they are the totals of everything but time, of which the newest thirteen, and all measures.
  func places(of table: PublishedTable) throws(PxFault) -> [[Int]] {
    let variables = PxVariable.all(of: table)
    for one in selections where !variables.contains(where: { Self.isSame($0.id, one.variable) }) {
      throw PxFault(400, "table \(table.description.id) has no variable '\(one.variable)'")
    }
    if selections.allSatisfy({ $0.values.isEmpty && $0.list == nil }) {
      return variables.map { variable in
        if variable.isTime { return Array(variable.codes.indices.suffix(13)) }
        return variable.id == Naming.contents
          ? Array(variable.codes.indices) : [variable.total ?? 0]
      }
    }
    var chosen: [[Int]] = []
    for variable in variables { chosen.append(try places(of: variable)) }
    return chosen
  }

  private func places(of variable: PxVariable) throws(PxFault) -> [Int] {
    let selection = selections.first { Self.isSame($0.variable, variable.id) }
    let values = selection?.values ?? []
    guard let name = selection?.list else {
      if values.isEmpty {
        // What may be left out stands as its total.
        guard let total = variable.total else {
          throw PxFault(400, "the variable \(variable.id) must be selected")
        }
        return [total]
      }
      return try places(values, among: variable.codes, of: variable)
    }
    guard let list = variable.list(name) else {
      throw PxFault(400, "the variable \(variable.id) has no code list '\(name)'")
    }
    let codes = list.places.map { variable.codes[$0] }
    return try places(values.isEmpty ? ["*"] : values, among: codes, of: variable)
      .map { list.places[$0] }
  }

  private func places(
    _ values: [String], among codes: [String], of variable: PxVariable
  ) throws(PxFault) -> [Int] {
    do throws(ValueSelection.Unknown) {
      return try ValueSelection.places(values, in: codes, isTime: variable.isTime)
    } catch {
      throw PxFault(400, "'\(error.value)' is nothing that \(variable.id) has")
    }
  }

  /// A part of the table as it is to lie on a sheet; what is placed nowhere goes where nothing is placed yet, and else down.
  func arranged(_ part: PublishedTable) throws(PxFault) -> ArrangedTable {
    if heading.isEmpty, stub.isEmpty { return ArrangedTable(part) }
    let names = PxVariable.all(of: part).map(\.id)
    var used: Set<Int> = []
    func axes(_ asked: [String]) throws(PxFault) -> [Int] {
      var axes: [Int] = []
      for name in asked {
        guard let axis = names.firstIndex(where: { Self.isSame($0, name) }) else {
          throw PxFault(400, "there is no variable '\(name)' to place")
        }
        guard used.insert(axis).inserted else {
          throw PxFault(400, "the variable \(names[axis]) is placed twice")
        }
        axes.append(axis)
      }
      return axes
    }
    var (across, down) = (try axes(heading), try axes(stub))
    let rest = names.indices.filter { !used.contains($0) }
    if across.isEmpty { across = rest } else { down += rest }
    return ArrangedTable(part, stub: down, heading: across)
  }

  /// The same question in one spelling: names as the table writes them, in the order of the alphabet, values once.
  func canonical(for table: PublishedTable) -> PxQuery {
    let variables = PxVariable.all(of: table)
    func name(_ name: String) -> String {
      variables.first { Self.isSame($0.id, name) }?.id ?? name
    }
    var query = PxQuery()
    query.heading = heading.map(name)
    query.stub = stub.map(name)
    query.selections = selections.map { selection in
      let variable = variables.first { Self.isSame($0.id, selection.variable) }
      return Selection(
        variable: name(selection.variable),
        list: selection.list.map { variable?.list($0)?.id ?? $0 },
        values: Set(selection.values).sorted())
    }.sorted { $0.variable < $1.variable }
    return query
  }

  /// The same, with everything of the variables of which nothing is asked.
  func completed(for table: PublishedTable) -> PxQuery {
    var query = self
    for variable in PxVariable.all(of: table)
    where !selections.contains(where: { Self.isSame($0.variable, variable.id) }) {
      query.add(["*"], to: variable.id, list: nil)
    }
    return query
  }

  static func isSame(_ one: String, _ other: String) -> Bool {
    one.lowercased() == other.lowercased()
  }
}

/// What a POST brings.
struct PxBody: Decodable {
  struct Selection: Decodable {
    var variableCode: String
    var valueCodes: [String]?
    var codelist: String?
    /// As earlier versions spell it.
    var codeList: String?
  }

  struct Placement: Decodable {
    var heading: [String]?
    var stub: [String]?
  }

  var selection: [Selection]?
  var placement: Placement?
}
