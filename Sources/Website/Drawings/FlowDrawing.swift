import InformationModel

/// A flow as ribbons from left to right, each as broad as it counts; as a list with bars where there
/// is no room for that.
package struct FlowDrawing: Chart {
  let flow: Flow

  package init(flow: Flow) {
    self.flow = flow
  }

  package var title: String { flow.title }
  package var description: String { flow.description }
  package var table: DrawingTable { flow.table }
  package var wideWidth: DrawingWidth { .broad }

  private static let fontSize = 13.5
  private static let smallSize = 12.5
  private static let barWidth = 12.0
  private static let extent = 300.0

  package func draw(in drawing: inout Drawing) -> Double {
    guard !flow.nodes.isEmpty else {
      drawing.add(emptyNote: nil, y: 40)
      return 70
    }
    // Below this the labels of neighbouring stages would touch.
    return drawing.width / Double(flow.stages.count) < 130
      ? drawList(in: &drawing) : drawRibbons(in: &drawing)
  }

  /// Nodes without links from them, before the last stage: what leaves the chain there.
  private func isEnd(_ node: Int) -> Bool {
    flow.nodes[node].column < flow.stages.count - 1 && !flow.ends.contains { $0.from == node }
  }

  /// Whether no link of a node is published.
  private func isUnknown(_ node: Int) -> Bool {
    let links = zip(flow.links, flow.ends).filter { $0.1.from == node || $0.1.to == node }
    return !links.isEmpty && links.allSatisfy { $0.0.value == nil }
  }

  // MARK: Ribbons

  private func drawRibbons(in drawing: inout Drawing) -> Double {
    let count = flow.stages.count
    let lastLabel = drawing.width / Double(count) * 0.86
    let step = count > 1 ? (drawing.width - lastLabel - Self.barWidth) / Double(count - 1) : 0
    let room = count > 1 ? step - Self.barWidth - 10 : drawing.width - Self.barWidth - 8
    func x(_ stage: Int) -> Double { Double(stage) * step }
    func labelRoom(_ node: Int) -> Double {
      flow.nodes[node].column == count - 1 ? lastLabel - 8 : room * 0.68
    }
    let labels = flow.nodes.indices.map { node in
      Drawing.lines(
        flow.nodes[node].label, within: labelRoom(node), fontSize: Self.fontSize, atMost: 3)
    }
    let layout = FlowLayout(
      flow, extent: Self.extent, labelHeights: labels.map { Double($0.count + 1) * 16 + 2 })
    let top = drawHeads(step: step, lastRoom: lastLabel + Self.barWidth, in: &drawing)
    for ribbon in layout.ribbons { draw(ribbon, top: top, x: x, in: &drawing) }
    for bar in layout.bars {
      let left = x(flow.nodes[bar.node].column)
      drawing.add(
        rectangle: (left, top + bar.top), width: Self.barWidth, height: bar.height,
        style: isEnd(bar.node) ? "flow-node flow-out" : "flow-node")
      if bar.hiddenHeight > 0 {
        drawing.add(
          rectangle: (left + 0.5, top + bar.top + bar.height + 2), width: Self.barWidth - 1,
          height: bar.hiddenHeight - 2, style: "flow-unknown")
      }
      let lines = labels[bar.node]
      let first = top + bar.middle - Double(lines.count + 1) * 8 + 12
      drawing.add(
        lines: lines, x: left + Self.barWidth + 6, y: first, step: 16,
        style: "chart-label chart-halo", size: Self.fontSize)
      drawing.add(
        text: Drawing.cut(
          flow.nodes[bar.node].text, within: labelRoom(bar.node), fontSize: Self.fontSize),
        x: left + Self.barWidth + 6, y: first + Double(lines.count) * 16,
        style: isUnknown(bar.node) ? "chart-word chart-halo" : "chart-value chart-halo",
        size: Self.fontSize)
    }
    addTexts(layout, top: top, x: x, room: room * 0.3, in: &drawing)
    return top + layout.height + 10
  }

  /// The names of the stages, and between them what is counted; gives the height below them.
  private func drawHeads(step: Double, lastRoom: Double, in drawing: inout Drawing) -> Double {
    let titles = flow.stages.enumerated().map { stage, head in
      Drawing.lines(
        head.title, within: stage == flow.stages.count - 1 ? lastRoom : step - 12,
        fontSize: Self.fontSize, atMost: 2)
    }
    let height = Double(titles.map(\.count).max() ?? 1) * 17
    for (stage, lines) in titles.enumerated() {
      drawing.add(
        lines: lines, x: Double(stage) * step, y: 14, step: 17, style: "chart-value",
        size: Self.fontSize)
    }
    var deepest = 0.0
    for (stage, head) in flow.stages.dropLast().enumerated() where !head.unit.isEmpty {
      let lines = Drawing.lines(
        head.unit, within: step - Self.barWidth - 20, fontSize: Self.smallSize, atMost: 2)
      let left = Double(stage) * step + Self.barWidth + 4
      let right = Double(stage + 1) * step - 4
      let y = height + 12
      drawing.add(
        "path",
        [
          (
            "d",
            "M\(Drawing.place(left, y + 5))V\(Drawing.coordinate(y))"
              + "H\(Drawing.coordinate(right))V\(Drawing.coordinate(y + 5))"
          ), ("class", "flow-border"),
        ])
      drawing.add(
        lines: lines, x: (left + right) / 2, y: y + 17, step: 15, style: "chart-text",
        anchor: "middle", size: Self.smallSize)
      deepest = max(deepest, Double(lines.count) * 15 + 12)
    }
    return height + deepest + 18
  }

  private func draw(
    _ ribbon: FlowLayout.Ribbon, top: Double, x: (Int) -> Double, in drawing: inout Drawing
  ) {
    guard let first = ribbon.crossings.first, let last = ribbon.crossings.last else { return }
    let isHidden = flow.links[ribbon.link].value == nil
    // From the right side of one bar to the left side of the next, and straight past those between.
    func edge(_ below: Double, isForward: Bool) -> String {
      let crossings = isForward ? ribbon.crossings : ribbon.crossings.reversed()
      var path = ""
      for (before, after) in zip(crossings, crossings.dropFirst()) {
        let start = x(before.stage) + (isForward ? Self.barWidth : 0)
        let end = x(after.stage) + (isForward ? 0 : Self.barWidth)
        let middle = (start + end) / 2
        let (y0, y1) = (top + before.top + below, top + after.top + below)
        if !path.isEmpty { path += "L" + Drawing.place(start, y0) }
        path +=
          "C\(Drawing.place(middle, y0)) \(Drawing.place(middle, y1)) \(Drawing.place(end, y1))"
      }
      return path
    }
    let start = Drawing.place(x(first.stage) + Self.barWidth, top + first.top)
    var path = "M" + start + edge(0, isForward: true)
    if !isHidden {
      guard ribbon.thickness > 0 else { return }
      path +=
        "L" + Drawing.place(x(last.stage), top + last.top + ribbon.thickness)
        + edge(ribbon.thickness, isForward: false) + "Z"
    }
    let style =
      isHidden ? "flow-hidden" : isEnd(flow.ends[ribbon.link].to) ? "flow flow-out" : "flow"
    drawing.add("path", [("d", path), ("class", style)])
  }

  /// The figure of each link before the node that it enters, where it says something that the node
  /// does not say and can be read; of links that are not published the word.
  private func addTexts(
    _ layout: FlowLayout, top: Double, x: (Int) -> Double, room: Double, in drawing: inout Drawing
  ) {
    for ribbon in layout.ribbons {
      guard let last = ribbon.crossings.last else { continue }
      let link = flow.links[ribbon.link]
      let node = flow.ends[ribbon.link].to
      let isHidden = link.value == nil
      let isOnly = flow.ends.count { $0.to == node } == 1 && link.text == flow.nodes[node].text
      guard isHidden || ribbon.thickness >= 15 && !isOnly else { continue }
      let text = Drawing.cut(link.text, within: max(room, 40), fontSize: Self.smallSize)
      guard isHidden || text == link.text else { continue }
      drawing.add(
        text: text, x: x(last.stage) - 5,
        y: top + last.top + (isHidden ? 0 : ribbon.thickness / 2) + 4.5,
        style: isHidden ? "chart-word chart-halo" : "chart-text chart-halo", anchor: "end",
        size: Self.smallSize)
    }
  }

  // MARK: List

  private func drawList(in drawing: inout Drawing) -> Double {
    let width = drawing.width
    let largest = flow.nodes.indices.map { flow.size(of: $0) }.max() ?? 0
    func length(_ value: Double) -> Double { largest > 0 ? value / largest * (width - 4) : 0 }
    var y = 0.0
    for (stage, head) in flow.stages.enumerated() {
      let title = Drawing.lines(head.title, within: width, fontSize: 14, atMost: 2)
      drawing.add(lines: title, x: 0, y: y + 15, step: 18, style: "chart-value", size: 14)
      y += Double(title.count) * 18 + 2
      drawing.add(lineFrom: (0, y), to: (width, y), style: "axis")
      y += 6
      for node in flow.nodes.indices
      where flow.nodes[node].column == stage && !flow.isRepetition(node) {
        y = add(
          flow.nodes[node].label, flow.nodes[node].text, indent: 0, y: y,
          isWord: isUnknown(node), in: &drawing)
        if isUnknown(node) {
          drawing.add(lineFrom: (0, y + 4.5), to: (width, y + 4.5), style: "flow-hidden")
        } else {
          drawing.add(
            rectangle: (0, y), width: max(1, length(flow.size(of: node))), height: 9,
            style: isEnd(node) ? "flow-node flow-out" : "flow-node")
        }
        y += 15
        for place in flow.links.indices where flow.ends[place].from == node {
          let link = flow.links[place]
          y = add(
            "\u{2192} " + flow.goals[place], link.text, indent: 14, y: y,
            isWord: link.value == nil, in: &drawing)
          if let value = link.value {
            drawing.add(
              rectangle: (14, y), width: max(0.5, length(value) * (width - 14) / width), height: 5,
              style: isEnd(flow.ends[place].to) ? "flow flow-out" : "flow")
          } else {
            drawing.add(lineFrom: (14, y + 2.5), to: (width, y + 2.5), style: "flow-hidden")
          }
          y += 9
        }
        y += 8
      }
      if stage < flow.stages.count - 1, !head.unit.isEmpty {
        let unit = Drawing.lines(
          "\u{2193} " + head.unit, within: width - 20, fontSize: Self.smallSize, atMost: 2)
        drawing.add(
          rectangle: (0, y), width: width, height: Double(unit.count) * 16 + 10, corner: 3,
          style: "flow-unit")
        drawing.add(
          lines: unit, x: width / 2, y: y + 17, step: 16, style: "chart-text", anchor: "middle",
          size: Self.smallSize)
        y += Double(unit.count) * 16 + 22
      }
    }
    return y
  }

  /// A name and its figure on the same line, and gives the height below them.
  private func add(
    _ label: String, _ text: String, indent: Double, y: Double, isWord: Bool,
    in drawing: inout Drawing
  ) -> Double {
    let size = indent > 0 ? 13.0 : 14
    let room = drawing.width - indent
    let text = Drawing.cut(text, within: room * 0.5, fontSize: size)
    let lines = Drawing.lines(
      label, within: room - Drawing.width(of: text, fontSize: size) - 10, fontSize: size, atMost: 2)
    drawing.add(lines: lines, x: indent, y: y + 14, step: 17, style: "chart-label", size: size)
    drawing.add(
      text: text, x: drawing.width, y: y + 14, style: isWord ? "chart-word" : "chart-value",
      anchor: "end", size: size)
    return y + Double(max(1, lines.count)) * 17 + 4
  }
}
