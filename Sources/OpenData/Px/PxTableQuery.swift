import InformationModel
import Publication

/// What a POST of PxWebApi 1 brings.
struct PxTableQuery: Decodable {
  struct Variable: Decodable {
    struct Selection: Decodable {
      /// `item`, `all`, `top`, or `vs:` with a code list behind it.
      var filter: String
      var values: [String]
    }

    var code: String
    var selection: Selection
  }

  struct Response: Decodable {
    struct Parameter: Decodable {}

    var format: String?
    var params: [Parameter]?
  }

  var query: [Variable]
  var response: Response?
}

extension PxQuery {
  /// The same question in the words of version 2, of which one thing differs: what is not named and has no total is asked for as a whole.
  init(_ asked: PxTableQuery, of table: PublishedTable) throws(PxFault) {
    self.init()
    let variables = PxVariable.all(of: table)
    var named: Set<String> = []
    for one in asked.query {
      guard let variable = variables.first(where: { Self.isSame($0.id, one.code) }) else {
        throw PxFault(400, "table \(table.description.id) has no variable '\(one.code)'")
      }
      guard named.insert(variable.id).inserted else {
        throw PxFault(400, "the variable \(variable.id) is selected twice")
      }
      try add(one.selection, of: variable)
    }
    for variable in variables where variable.total == nil && !named.contains(variable.id) {
      add(["*"], to: variable.id, list: nil)
    }
  }

  private mutating func add(
    _ selection: PxTableQuery.Variable.Selection, of variable: PxVariable
  ) throws(PxFault) {
    let values = selection.values
    guard let first = values.first else {
      throw PxFault(400, "no values of \(variable.id) are selected")
    }
    /// Codes are no patterns here.
    func check(_ codes: [String]) throws(PxFault) {
      let codes = Set(codes)
      if let unknown = values.first(where: { !codes.contains($0) }) {
        throw PxFault(400, "'\(unknown)' is nothing that \(variable.id) has")
      }
    }
    let filter = selection.filter.lowercased()
    switch filter {
    case "item":
      try check(variable.codes)
      add(values, to: variable.id, list: nil)
    case "all":
      if let plain = values.first(where: { !$0.contains("*") }) {
        throw PxFault(400, "'\(plain)' has no * in it, as values of the filter all do")
      }
      add(values, to: variable.id, list: nil)
    case "top":
      guard values.count == 1, let count = Int(first), count > 0 else {
        throw PxFault(400, "the filter top takes one value, a number from 1")
      }
      add(["TOP(\(count))"], to: variable.id, list: nil)
    case _ where filter.hasPrefix("vs:"):
      guard let list = variable.list(String(filter.dropFirst(3))) else {
        throw PxFault(400, "the variable \(variable.id) has no code list '\(filter.dropFirst(3))'")
      }
      try check(list.places.map { variable.codes[$0] })
      add(values, to: variable.id, list: list.id)
    default:
      throw PxFault(400, "'\(selection.filter)' is no filter here: item, all, top, vs:")
    }
  }
}
