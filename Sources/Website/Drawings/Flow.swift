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
    /// What tells it from another link between the same nodes.
    package let name: String?
    /// Nil where no figure is published.
    package let value: Double?
    package let text: String

    package init(from: String, to: String, name: String? = nil, value: Double?, text: String) {
      self.from = from
      self.to = to
      self.name = name
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
  /// By link: what it leads to, in words that no other link from the same node has.
  let goals: [String]

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
    let goals = zip(links, ends).map { link, end in
      let goal = nodes[end.to].label
      let isAlone = ends.count { $0 == end } == 1
      return isAlone ? goal : [goal, link.name].compactMap { $0 }.joined(separator: ", ")
    }
    self.title = title
    self.stages = stages
    self.nodes = nodes
    self.links = links
    self.ends = ends
    self.goals = goals
    self.description =
      description
      ?? links.indices.map { link in
        "\(nodes[ends[link].from].label) \u{2192} \(goals[link]): \(links[link].text)"
      }.joined(separator: "; ")
  }

  /// Whether a node leaves the chain before its last stage and only repeats the link that leads to it: under the name of the stage where
  /// it stands it would be taken for something that happens there.
  func isRepetition(_ node: Int) -> Bool {
    nodes[node].column < stages.count - 1 && ends.count { $0.to == node } == 1
      && !ends.contains { $0.from == node }
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

  /// The nodes, each followed by the links from it.
  package var table: DrawingTable {
    var rows: [DrawingTable.Row] = []
    for stage in stages.indices {
      for node in nodes.indices where nodes[node].column == stage && !isRepetition(node) {
        let (title, label) = (stages[stage].title, nodes[node].label)
        rows.append(
          DrawingTable.Row(
            label: title == label ? label : "\(title): \(label)", cells: [nodes[node].text]))
        for link in links.indices where ends[link].from == node {
          rows.append(
            DrawingTable.Row(
              label: "\(label) \u{2192} \(goals[link])"
                + (stages[stage].unit.isEmpty ? "" : " (\(stages[stage].unit))"),
              cells: [links[link].text]))
        }
      }
    }
    return DrawingTable(columns: [], rows: rows)
  }
}
