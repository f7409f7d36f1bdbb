/// Where the nodes and links of a flow lie: in columns, in an order with few crossings, each as high
/// as it counts.
package struct FlowLayout: Sendable, Equatable {
  package struct Bar: Sendable, Equatable {
    package let node: Int
    package let top: Double
    /// Of the published part.
    package let height: Double
    /// The middle of the bar with what is not published below it.
    package let middle: Double
    /// How much of it lies below the bar for links that are not published.
    package let hiddenHeight: Double
  }

  /// Where a link crosses the line of a stage: leaves its first node, passes others, enters its
  /// last.
  package struct Crossing: Sendable, Equatable {
    package let stage: Int
    package let top: Double
  }

  package struct Ribbon: Sendable, Equatable {
    package let link: Int
    /// In the same units as the bars; zero for a link that is not published.
    package let thickness: Double
    package let crossings: [Crossing]
  }

  package let bars: [Bar]
  package let ribbons: [Ribbon]
  package let height: Double

  /// What a link that is not published takes at its ends, so that its word can be read.
  static let hiddenSlot = 17.0
  private static let gap = 12.0

  /// A node, or a link that passes a stage on its way.
  private struct Item {
    let stage: Int
    let node: Int?
    var solid = 0.0
    var hidden = 0
    var slot = 0.0
    var top = 0.0

    var full: Double { solid + Double(hidden) * FlowLayout.hiddenSlot }
    var middle: Double { top + slot / 2 }
    var solidTop: Double { middle - full / 2 }
  }

  /// A link between two neighbouring stages.
  private struct Piece {
    let link: Int
    let from: Int
    let to: Int
    /// Nil for a link that is not published.
    let thickness: Double?
  }

  /// - Parameters:
  ///   - flow: what is drawn.
  ///   - extent: the height of all bars of the largest stage together.
  ///   - labelHeights: by node, what its label needs.
  package init(_ flow: Flow, extent: Double, labelHeights: [Double]) {
    let totals = flow.stages.indices.map { stage in
      var total = 0.0
      for node in flow.nodes.indices where flow.nodes[node].column == stage {
        total += flow.size(of: node)
      }
      for (link, ends) in zip(flow.links, flow.ends)
      where flow.nodes[ends.from].column < stage && stage < flow.nodes[ends.to].column {
        total += link.value ?? 0
      }
      return total
    }
    let largest = totals.max() ?? 0
    let scale = largest > 0 ? extent / largest : 0

    var items = flow.nodes.indices.map { node in
      Item(
        stage: flow.nodes[node].column, node: node, solid: max(2, flow.size(of: node) * scale))
    }
    var pieces: [Piece] = []
    for (link, ends) in flow.ends.enumerated() {
      let thickness = flow.links[link].value.map { $0 * scale }
      var before = ends.from
      for stage in (items[ends.from].stage + 1)..<items[ends.to].stage {
        items.append(
          Item(stage: stage, node: nil, solid: thickness ?? 0, hidden: thickness == nil ? 1 : 0))
        pieces.append(
          Piece(link: link, from: before, to: items.count - 1, thickness: thickness))
        before = items.count - 1
      }
      pieces.append(Piece(link: link, from: before, to: ends.to, thickness: thickness))
    }
    for item in items.indices where items[item].node != nil {
      let incoming = pieces.count { $0.to == item && $0.thickness == nil }
      let outgoing = pieces.count { $0.from == item && $0.thickness == nil }
      items[item].hidden = max(incoming, outgoing)
    }
    for item in items.indices {
      let label = items[item].node.map { labelHeights.indices.contains($0) ? labelHeights[$0] : 0 }
      items[item].slot = max(items[item].full, label ?? 0)
    }

    let columns = Self.order(items, pieces, stages: flow.stages.count)
    let heights = columns.map { column in
      column.reduce(0) { $0 + items[$1].slot } + Double(max(0, column.count - 1)) * Self.gap
    }
    height = heights.max() ?? 0
    Self.settle(&items, pieces, columns, height: height)
    bars = items.compactMap { item in
      item.node.map {
        Bar(
          node: $0, top: item.solidTop, height: item.solid, middle: item.middle,
          hiddenHeight: item.full - item.solid)
      }
    }
    ribbons = Self.ribbons(items, pieces, columns, count: flow.links.count)
  }

  /// The items of each stage from top to bottom: of the orders that sweeps by barycentre reach the
  /// first one with the fewest crossings, starting with the order that was given.
  private static func order(_ items: [Item], _ pieces: [Piece], stages: Int) -> [[Int]] {
    var columns = [[Int]](repeating: [], count: stages)
    for item in items.indices { columns[items[item].stage].append(item) }
    var best = columns
    var fewest = crossings(columns, items, pieces)
    for sweep in 0..<12 where fewest > 0 {
      let isForward = sweep.isMultiple(of: 2)
      let order = isForward ? Array(columns.indices) : columns.indices.reversed()
      for stage in order {
        let places = Self.places(columns, count: items.count)
        var centres = places.map(Double.init)
        for item in columns[stage] {
          let neighbours = pieces.compactMap { piece in
            isForward
              ? (piece.to == item ? piece.from : nil) : (piece.from == item ? piece.to : nil)
          }
          guard !neighbours.isEmpty else { continue }
          let sum = neighbours.reduce(0.0) { $0 + Double(places[$1]) }
          centres[item] = sum / Double(neighbours.count)
        }
        columns[stage].sort { (centres[$0], places[$0]) < (centres[$1], places[$1]) }
      }
      let now = crossings(columns, items, pieces)
      if now < fewest { (best, fewest) = (columns, now) }
    }
    return best
  }

  private static func places(_ columns: [[Int]], count: Int) -> [Int] {
    var places = [Int](repeating: 0, count: count)
    for column in columns {
      for (place, item) in column.enumerated() { places[item] = place }
    }
    return places
  }

  private static func crossings(_ columns: [[Int]], _ items: [Item], _ pieces: [Piece]) -> Int {
    let places = places(columns, count: items.count)
    var count = 0
    for (index, one) in pieces.enumerated() {
      for other in pieces[..<index] where items[other.from].stage == items[one.from].stage {
        let before = places[one.from] - places[other.from]
        let after = places[one.to] - places[other.to]
        if before.signum() * after.signum() < 0 { count += 1 }
      }
    }
    return count
  }

  /// Moves all items towards the middle of their neighbours, in their order and without touching.
  private static func settle(
    _ items: inout [Item], _ pieces: [Piece], _ columns: [[Int]], height: Double
  ) {
    func place(_ column: [Int], wanted: [Double]) {
      let tops = Spacing.tops(
        wanted: wanted, heights: column.map { items[$0].slot }, gap: gap, from: 0, to: height)
      for (item, top) in zip(column, tops) { items[item].top = top }
    }
    for column in columns {
      let whole = column.reduce(0) { $0 + items[$1].slot + gap } - gap
      place(column, wanted: column.map { _ in (height - whole) / 2 })
    }
    for sweep in 0..<8 {
      let isForward = sweep.isMultiple(of: 2)
      for column in isForward ? columns : columns.reversed() {
        let wanted = column.map { item in
          var (sum, weight) = (0.0, 0.0)
          for piece in pieces where (isForward ? piece.to : piece.from) == item {
            let neighbour = isForward ? piece.from : piece.to
            let thickness = (piece.thickness ?? 0) + 1
            sum += items[neighbour].middle * thickness
            weight += thickness
          }
          return (weight > 0 ? sum / weight : items[item].middle) - items[item].slot / 2
        }
        place(column, wanted: wanted)
      }
    }
  }

  /// Links leave and enter a node in the order of their other ends, unpublished ones below the bar.
  private static func ribbons(
    _ items: [Item], _ pieces: [Piece], _ columns: [[Int]], count: Int
  ) -> [Ribbon] {
    let places = places(columns, count: items.count)
    var starts = [Double](repeating: 0, count: pieces.count)
    var ends = starts
    for item in items.indices {
      let outgoing = pieces.indices.filter { pieces[$0].from == item }
        .sorted { (places[pieces[$0].to], $0) < (places[pieces[$1].to], $1) }
      let incoming = pieces.indices.filter { pieces[$0].to == item }
        .sorted { (places[pieces[$0].from], $0) < (places[pieces[$1].from], $1) }
      for (order, isStart) in [(outgoing, true), (incoming, false)] {
        var top = items[item].solidTop
        var hidden = top + items[item].solid + hiddenSlot / 2
        for piece in order {
          let place: Double
          if let thickness = pieces[piece].thickness {
            place = top
            top += thickness
          } else {
            place = hidden
            hidden += hiddenSlot
          }
          if isStart { starts[piece] = place } else { ends[piece] = place }
        }
      }
    }
    var crossings = [[Crossing]](repeating: [], count: count)
    var thickness = [Double](repeating: 0, count: count)
    for (index, piece) in pieces.enumerated() {
      thickness[piece.link] = piece.thickness ?? 0
      if crossings[piece.link].isEmpty {
        crossings[piece.link].append(
          Crossing(stage: items[piece.from].stage, top: starts[index]))
      }
      crossings[piece.link].append(Crossing(stage: items[piece.to].stage, top: ends[index]))
    }
    return crossings.indices.map {
      Ribbon(link: $0, thickness: thickness[$0], crossings: crossings[$0])
    }
  }
}
