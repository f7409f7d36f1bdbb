import InformationModel

/// How units go from stage to stage of a chain: what stands at each stage, and how many go on from
/// where to where.
package struct Flow: Sendable {
  package struct Stage: Sendable {
    package let title: String
    /// What is counted between this stage and the next.
    package let unit: String

    package init(title: String, unit: String) {
      self.title = title
      self.unit = unit
    }
  }

  package struct Node: Sendable {
    package let id: String
    package let label: String
    /// The number of its stage, from zero.
    package let column: Int
    /// Its own figure as text, or the word that stands in its place.
    package let text: String

    package init(id: String, label: String, column: Int, text: String) {
      self.id = id
      self.label = label
      self.column = column
      self.text = text
    }
  }

  package struct Link: Sendable {
    package let from: String
    package let to: String
    /// Nil where no figure is published.
    package let value: Double?
    package let text: String

    package init(from: String, to: String, value: Double?, text: String) {
      self.from = from
      self.to = to
      self.value = value
      self.text = text
    }
  }

  package let title: String
  package let description: String
  package let stages: [Stage]
  package let nodes: [Node]
  package let links: [Link]
  /// By link: the indices of the nodes that it goes from and to.
  let ends: [(from: Int, to: Int)]

  /// Takes what can be drawn: links of known nodes that go to a later stage and count no less than
  /// nothing.
  package init(
    title: String, description: String? = nil, stages: [Stage], nodes: [Node], links: [Link]
  ) throws(DrawingError) {
    var places: [String: Int] = [:]
    for (index, node) in nodes.enumerated() {
      guard stages.indices.contains(node.column) else {
        throw DrawingError(
          message: "The node \(node.id) of a flow is in column \(node.column); there are "
            + "\(stages.count) stages, counted from 0.")
      }
      guard places.updateValue(index, forKey: node.id) == nil else {
        throw DrawingError(message: "Two nodes of a flow are called \(node.id).")
      }
    }
    var ends: [(from: Int, to: Int)] = []
    for link in links {
      guard let from = places[link.from], let to = places[link.to] else {
        throw DrawingError(
          message: "The link from \(link.from) to \(link.to) of a flow needs two nodes with these "
            + "names.")
      }
      guard nodes[from].column < nodes[to].column else {
        throw DrawingError(
          message: "The link from \(link.from) to \(link.to) of a flow must go to a later stage.")
      }
      guard (0...1e15).contains(link.value ?? 0) else {
        throw DrawingError(
          message: "The link from \(link.from) to \(link.to) of a flow must count from 0 to 10^15.")
      }
      ends.append((from, to))
    }
    self.title = title
    self.stages = stages
    self.nodes = nodes
    self.links = links
    self.ends = ends
    self.description =
      description
      ?? zip(links, ends).map { link, ends in
        "\(nodes[ends.from].label) \u{2192} \(nodes[ends.to].label): \(link.text)"
      }.joined(separator: "; ")
  }

  /// What comes in or goes out of a node, whichever is more, as far as it is published.
  func size(of node: Int) -> Double {
    var (incoming, outgoing) = (0.0, 0.0)
    for (link, ends) in zip(links, ends) {
      if ends.to == node { incoming += link.value ?? 0 }
      if ends.from == node { outgoing += link.value ?? 0 }
    }
    return max(incoming, outgoing)
  }

  /// All nodes, each followed by the links from it.
  package var table: DrawingTable {
    var rows: [DrawingTable.Row] = []
    for stage in stages.indices {
      for node in nodes.indices where nodes[node].column == stage {
        rows.append(
          DrawingTable.Row(
            label: "\(stages[stage].title): \(nodes[node].label)", cells: [nodes[node].text]))
        for (link, ends) in zip(links, ends) where ends.from == node {
          rows.append(
            DrawingTable.Row(
              label: "\(nodes[node].label) \u{2192} \(nodes[ends.to].label)"
                + (stages[stage].unit.isEmpty ? "" : " (\(stages[stage].unit))"),
              cells: [link.text]))
        }
      }
    }
    return DrawingTable(columns: [], rows: rows)
  }
}
