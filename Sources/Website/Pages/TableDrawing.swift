import InformationModel
import Publication

/// What is drawn of the part of a table that a reader has chosen, in the order of the page.
enum TableDrawing: CaseIterable {
  /// The chart that the table's description asks for.
  case chart
  /// The parts of the rows' total over time.
  case course
  /// The rows as a map, in their own shapes or as tiles, in the newest whole period.
  case map

  /// What stands behind the address of the table; only the chart goes by the table's own.
  var place: String {
    switch self {
    case .chart: ""
    case .course: "/verloop"
    case .map: "/kaart"
    }
  }

  /// Nil when the table has nothing to draw in this way.
  func chart(of selection: TableSelection, in site: Site, _ language: Language) -> (any Chart)? {
    let words = InterfaceText(language)
    return switch self {
    case .chart: ChartData(selection, words, language).chart
    case .course: Self.course(of: selection, words, language)
    case .map: Self.map(of: selection, in: site, words, language)
    }
  }

  /// The drawing in the page of its table.
  func view(of selection: TableSelection, in site: Site, _ language: Language) -> DrawingView? {
    guard let chart = chart(of: selection, in: site, language) else { return nil }
    let words = InterfaceText(language)
    let (identifier, labels) =
      switch self {
      case .chart:
        (
          "grafiek",
          DrawingView.Labels(
            heading: words.chart, figures: words.chartFigures, picture: words.chartPicture)
        )
      case .course:
        (
          "verloop",
          DrawingView.Labels(
            heading: words.course, figures: words.courseFigures, picture: words.coursePicture)
        )
      case .map:
        (
          "kaart",
          DrawingView.Labels(
            heading: words.map, figures: words.mapFigures, picture: words.mapPicture)
        )
      }
    return DrawingView(
      chart, identifier: identifier, labels: labels,
      pictures: Link.pictures(
        at: Address.table(selection.table.description.slug, language) + place,
        query: selection.query, label: labels.picture))
  }

  /// As many small charts as a page bears.
  private static let mostParts = 12

  /// On each other where they add up and can be told apart, else side by side; nil when there are too few periods or too many parts.
  private static func course(
    of selection: TableSelection, _ words: InterfaceText, _ language: Language
  ) -> (any Chart)? {
    let table = selection.table
    guard let time = table.timeDimension, time != selection.rowDimension else { return nil }
    let dimension = table.dimensions[selection.rowDimension]
    let periods = TableFacts.wholePeriods(of: table.dimensions[time])
    let parts = dimension.total.map { dimension.children[$0] } ?? []
    guard periods.count >= 3, (2...mostParts).contains(parts.count) else { return nil }
    let measure = table.measures[selection.measure]
    var place = selection.fixed
    let series = parts.map { part in
      place[selection.rowDimension] = part
      return ChartData.Series(
        name: dimension.categories[part].label[language],
        points: periods.map { period in
          place[time] = period
          return ChartData.Point(selection, at: place, along: time, words, language)
        })
    }
    let title =
      "\(measure.title[language]) (\(measure.unit[language])), \(words.overTime), \(words.by) "
      + dimension.title[language]
    let chosen = selection.chosen(besides: selection.rowDimension, language)
    let data = ChartData(
      isOverTime: true, series: series, title: ([title] + chosen).joined(separator: "; "),
      decimals: measure.decimals, language: language)
    let stacked = measure.isAdditive ? StackedBarChart(data: data, isShare: false) : nil
    return stacked ?? SmallMultiples(data: data)
  }

  /// The newest whole period by region; nil when the rows are no regions, or nobody says where they lie.
  private static func map(
    of selection: TableSelection, in site: Site, _ words: InterfaceText, _ language: Language
  ) -> (any Chart)? {
    let table = selection.table
    let dimension = table.dimensions[selection.rowDimension]
    guard dimension.role == .region,
      let scheme = dimension.scheme.flatMap({ site.release.scheme($0) })
    else { return nil }
    let measure = table.measures[selection.measure]
    let period = TableFacts(table: table, language: language).newestPeriod
    func figure(of region: Int) -> CellText {
      var place = selection.fixed
      if let time = table.timeDimension, let period { place[time] = period }
      place[selection.rowDimension] = region
      return CellText(
        table.cell(table.cells.cell(at: place), measure: selection.measure), of: measure, words,
        language)
    }
    let newest = table.timeDimension.flatMap { time in
      period.map { table.dimensions[time].categories[$0] }
    }
    let subject =
      "\(measure.title[language]) (\(measure.unit[language])), \(words.by) "
      + dimension.title[language] + (newest.map { ", " + $0.markedLabel(language) } ?? "")
    let chosen = selection.chosen(besides: selection.rowDimension, language)
    let title = ([subject] + chosen).joined(separator: "; ")
    return shapes(of: dimension, in: scheme, title: title, words, language, figure)
      ?? tiles(
        of: dimension, in: scheme, title: title, isProvisional: newest?.status == .provisional,
        language, figure)
  }

  /// With fewer regions there is nothing to see on a map.
  private static let fewestRegions = 3

  private static func shapes(
    of dimension: Dimension, in scheme: ConceptScheme, title: String, _ words: InterfaceText,
    _ language: Language, _ figure: (Int) -> CellText
  ) -> RegionShapes? {
    guard let map = scheme.map else { return nil }
    let outlines = Dictionary(
      map.outlines.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    let regions = dimension.categories.indices.compactMap { index -> RegionShapes.Region? in
      let category = dimension.categories[index]
      guard let outline = outlines[category.code] else { return nil }
      let text = figure(index)
      return RegionShapes.Region(
        code: category.code, label: category.label[language], outline: outline,
        figure: RegionClasses.Figure(value: text.value, text: text.text))
    }
    guard regions.count >= fewestRegions else { return nil }
    let missing = dimension.withoutPlace(among: Set(outlines.keys))
      .map { dimension.categories[$0].label[language] }
    return RegionShapes(
      title: title, regions: regions,
      notes: (missing.isEmpty ? [] : ["\(words.notOnMap): \(missing.joined(separator: "; "))"])
        + ["\(words.outlinesOf): \(map.source[language])"])
  }

  private static func tiles(
    of dimension: Dimension, in scheme: ConceptScheme, title: String, isProvisional: Bool,
    _ language: Language, _ figure: (Int) -> CellText
  ) -> RegionTiles? {
    let tiles = dimension.categories.indices.compactMap { index -> RegionTiles.Tile? in
      let category = dimension.categories[index]
      guard let tile = scheme.concept(category.code)?.tile else { return nil }
      let text = figure(index)
      return RegionTiles.Tile(
        code: category.code, label: category.label[language], column: tile.column, row: tile.row,
        value: text.value, text: text.text, isProvisional: isProvisional)
    }
    guard tiles.count >= fewestRegions else { return nil }
    return try? RegionTiles(title: title, tiles: tiles)
  }
}

extension Dimension {
  /// The categories that no outline is of, and none of what they are part of or made of.
  fileprivate func withoutPlace(among codes: Set<String>) -> [Int] {
    // A parent stands before its children.
    var isDrawn = categories.map { codes.contains($0.code) }
    for (index, category) in categories.enumerated() {
      if let parent = category.parent, isDrawn[parent] { isDrawn[index] = true }
    }
    for (index, category) in categories.enumerated().reversed() {
      if let parent = category.parent, isDrawn[index] { isDrawn[parent] = true }
    }
    return isDrawn.indices.filter { !isDrawn[$0] }
  }
}

extension PageDrawing {
  /// Nil when the table has nothing to draw in this way.
  init?(
    _ drawing: TableDrawing, of selection: TableSelection, in site: Site, _ language: Language
  ) {
    guard let chart = drawing.chart(of: selection, in: site, language) else { return nil }
    self.init(
      chart: chart, subject: selection.table.description.title[language],
      tables: [selection.table])
  }
}

extension ChartData {
  /// Nil when there is nothing to compare.
  var chart: (any Chart)? {
    guard hasFigures, points.count > 1 else { return nil }
    return isOverTime ? LineChart(data: self) : BarChart(data: self)
  }

  /// The chart that the table's description asks for, of the part that the reader has chosen.
  init(_ selection: TableSelection, _ words: InterfaceText, _ language: Language) {
    let table = selection.table
    let measure = table.measures[selection.measure]
    var place = selection.fixed
    let facts = TableFacts(table: table, language: language)
    if let time = table.timeDimension, let period = facts.newestPeriod { place[time] = period }
    let across = selection.chartDimension
    let dimension = table.dimensions[across]
    let isOverTime = dimension.role == .time
    let indices = isOverTime ? Self.periods(of: dimension) : Self.parts(of: dimension)
    let points = indices.map { index in
      var place = place
      place[across] = index
      return Point(selection, at: place, along: across, words, language)
    }
    series = [Series(name: measure.title[language], points: points)]
    self.isOverTime = isOverTime
    var title = "\(measure.title[language]) (\(measure.unit[language]))"
    if isOverTime {
      title += ", \(words.overTime)"
    } else {
      title += ", \(words.by) \(dimension.title[language])"
      if let time = table.timeDimension {
        title += ", \(table.dimensions[time].categories[place[time]].markedLabel(language))"
      }
    }
    self.title = ([title] + selection.chosen(besides: across, language)).joined(separator: "; ")
    description = points.map { "\($0.label): \($0.text)" }.joined(separator: "; ")
    decimals = measure.decimals
    self.language = language
  }

  private static func periods(of dimension: Dimension) -> [Int] {
    let whole = TableFacts.wholePeriods(of: dimension)
    return whole.isEmpty ? Array(dimension.categories.indices) : whole
  }

  /// What the total is made of; without a total, what stands at the top.
  private static func parts(of dimension: Dimension) -> [Int] {
    let indices = dimension.categories.indices
    if let total = TableFacts.total(of: dimension) {
      let parts = indices.filter { dimension.categories[$0].parent == total }
      return parts.isEmpty ? Array(indices) : parts
    }
    return indices.filter { dimension.categories[$0].parent == nil }
  }
}

extension Category {
  /// With an asterisk when its figures are provisional.
  fileprivate func markedLabel(_ language: Language) -> String {
    label[language] + (status == .provisional ? "*" : "")
  }
}

extension ChartData.Point {
  /// The figure at a place, by the name of its category along a dimension; with an asterisk when that is provisional.
  fileprivate init(
    _ selection: TableSelection, at place: [Int], along axis: Int, _ words: InterfaceText,
    _ language: Language
  ) {
    let table = selection.table
    let category = table.dimensions[axis].categories[place[axis]]
    let figure = CellText(
      table.cell(table.cells.cell(at: place), measure: selection.measure),
      of: table.measures[selection.measure], words, language)
    self.init(
      label: category.markedLabel(language), value: figure.value, text: figure.text,
      isProvisional: category.status == .provisional)
  }
}
