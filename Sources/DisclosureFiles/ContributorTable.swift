import DisclosureControl
import InformationModel

/// Figures of all cells of a table, made of its contributors.
///
/// Contributions of one holding in a cell are one. With weights the contributors of a cell are the persons that they stand for: its figure is the sum of
/// weight times amount in each cell without parts, rounded to the last decimal; its k-th largest contribution is what stands at the k-th
/// place when each amount is there as often as it weighs (τ-ARGUS manual 4.1, chapter on sampling weights).
struct ContributorTable {
  private(set) var values: [Int]
  private(set) var contributors: [Int]
  private(set) var largest: [[Int]]
  /// By cell the largest contribution of who asked for protection.
  private(set) var requests: [Int]?
  /// By cell the number of the holding that stands alone there; -1 elsewhere.
  private(set) var holders: [Int]?
  private(set) var magnitudes: [Int]?

  /// One contributor's row.
  struct Contribution {
    /// The cell without parts in which it counts.
    var cell: Int
    var amount: Int
    var weight = 1.0
    var holding: Int?
    var asksProtection = false
  }

  /// - Parameters:
  ///   - dimensions: of the table.
  ///   - contributions: each counted in all sums above its cell.
  ///   - ranks: how many of the largest are wanted.
  init(_ dimensions: [InformationModel.Dimension], _ contributions: [Contribution], ranks: Int) {
    let index = CellIndex(dimensions)
    let count = dimensions.reduce(1) { $0 * $1.categories.count }
    var paths: [[[Int]]] = []
    for (axis, dimension) in dimensions.enumerated() {
      var ofAxis: [[Int]] = []
      for (place, category) in dimension.categories.enumerated() {
        let above = category.parent.map { ofAxis[$0] } ?? []
        ofAxis.append([place * index.strides[axis]] + above)
      }
      paths.append(ofAxis)
    }
    /// All sums of a cell, itself included.
    func sums(_ cell: Int) -> [Int] {
      var cells = [0]
      for axis in dimensions.indices {
        let steps = paths[axis][cell / index.strides[axis] % index.sizes[axis]]
        cells = cells.flatMap { cell in steps.map { cell + $0 } }
      }
      return cells
    }
    let isNegative = contributions.contains { $0.amount < 0 }
    let hasWeights = contributions.contains { $0.weight != 1 }
    let hasHoldings = contributions.contains { $0.holding != nil }
    let asks = contributions.contains { $0.asksProtection }

    var byCell: [Int: [Int]] = [:]
    for (number, one) in contributions.enumerated() { byCell[one.cell, default: []].append(number) }
    values = [Int](repeating: 0, count: count)
    contributors = values
    largest = [[Int]](repeating: values, count: ranks)
    var magnitudes = isNegative ? values : []
    var requests = asks ? values : []
    // Of each sum, who is in it; not needed where each row is a contributor of its own.
    let isPlain = !hasWeights && !hasHoldings
    var members = isPlain ? [] : [[Int32]](repeating: [], count: count)
    for cell in byCell.keys.sorted() {
      let numbers = byCell[cell] ?? []
      let amount = numbers.reduce(0.0) {
        $0 + contributions[$1].weight * Double(contributions[$1].amount)
      }
      let whole =
        hasWeights
        ? Int(amount.rounded()) : numbers.reduce(0) { $0 + contributions[$1].amount }
      let persons =
        hasWeights
        ? max(1, Int(numbers.reduce(0.0) { $0 + contributions[$1].weight }.rounded()))
        : numbers.count
      for sum in sums(cell) {
        values[sum] += whole
        contributors[sum] += persons
        if !isPlain {
          members[sum] += numbers.map { Int32($0) }
          continue
        }
        for number in numbers {
          let one = contributions[number]
          if isNegative { magnitudes[sum] += abs(one.amount) }
          if one.asksProtection { requests[sum] = max(requests[sum], abs(one.amount)) }
          var amount = abs(one.amount)
          for rank in 0..<ranks where largest[rank][sum] < amount {
            swap(&amount, &largest[rank][sum])
          }
        }
      }
    }
    var holders = hasHoldings ? [Int](repeating: -1, count: count) : []
    for cell in members.indices where !members[cell].isEmpty {
      // What each contributes to this cell: a holding once.
      var parts: [(amount: Int, weight: Double, asks: Bool)] = []
      if hasHoldings {
        var places: [Int: Int] = [:]
        for number in members[cell] {
          let one = contributions[Int(number)]
          guard let holding = one.holding else {
            parts.append((one.amount, 1, one.asksProtection))
            continue
          }
          if let place = places[holding] {
            parts[place].amount += one.amount
            parts[place].asks = parts[place].asks || one.asksProtection
          } else {
            places[holding] = parts.count
            parts.append((one.amount, 1, one.asksProtection))
          }
        }
        contributors[cell] = parts.count
        if parts.count == 1, let only = places.keys.first { holders[cell] = only }
      } else {
        parts = members[cell].map {
          let one = contributions[Int($0)]
          return (one.amount, one.weight, one.asksProtection)
        }
      }
      if isNegative {
        let sum = parts.reduce(0.0) { $0 + abs(Double($1.amount)) * $1.weight }
        magnitudes[cell] = Int(sum.rounded())
      }
      if asks {
        requests[cell] = parts.reduce(0) { $1.asks ? max($0, abs($1.amount)) : $0 }
      }
      guard ranks > 0 else { continue }
      parts.sort { abs($0.amount) > abs($1.amount) }
      var begin = 0.0
      var shares = [Double](repeating: 0, count: ranks)
      for part in parts where begin < Double(ranks) {
        let end = begin + part.weight
        for rank in Int(begin)..<min(ranks, Int(end.rounded(.up))) {
          let overlap = min(end, Double(rank + 1)) - max(begin, Double(rank))
          shares[rank] += abs(Double(part.amount)) * max(0, overlap)
        }
        begin = end
      }
      for rank in 0..<ranks { largest[rank][cell] = Int(shares[rank].rounded()) }
    }
    self.magnitudes = isNegative ? magnitudes : nil
    self.requests = asks ? requests : nil
    self.holders = hasHoldings ? holders : nil
  }
}
