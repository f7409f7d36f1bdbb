import InformationModel

extension PackReader {
  func readProducts() -> [Product] {
    files(in: "products", extension: "yaml").compactMap { file in
      PackNode(file: file, in: directory, log: log).map(readProduct)
    }
  }

  private func readProduct(_ root: PackNode) -> Product {
    root.expect(keys: [
      "id", "slug", "title", "summary", "population", "unit", "entity", "where", "period",
      "dimensions", "measures", "policy", "definitive_after_years", "headline", "chart", "theme",
      "limits", "other_numbers",
    ])
    let period = root.required("period")
    period?.expect(keys: ["column", "grain", "title", "total"])
    let emptyText = LocalizedText(nl: "", en: "")
    return Product(
      id: root.text("id"), slug: root.text("slug"), title: root.localized("title"),
      summary: root.localized("summary"), population: root.localized("population"),
      unit: root.text("unit"), entity: root.text("entity"), condition: root.optionalText("where"),
      period: Product.PeriodDimension(
        column: period?.text("column") ?? "",
        grain: period?.choice("grain", default: .year) ?? .year,
        title: period?.localized("title") ?? emptyText,
        hasTotal: period?.flag("total", default: false) ?? false),
      dimensions: root.items("dimensions").map { node in
        node.expect(keys: ["id", "title", "column", "scheme", "depth", "total", "region"])
        return Product.ProductDimension(
          id: node.text("id"), title: node.localized("title"), column: node.text("column"),
          scheme: node.text("scheme"), depth: node["depth"].map { readDepth(node, $0) },
          total: node["total"].map { total in
            total.expect(keys: ["code", "label"])
            return (total.text("code"), total.localized("label"))
          }, isRegion: node.flag("region", default: false))
      },
      measures: root.items("measures").map(readMeasure), policy: root.text("policy"),
      definitiveAfterYears: root.integer("definitive_after_years", default: 0),
      headline: root.localized("headline"),
      chart: root["chart"].map { chart in
        chart.expect(keys: ["by"])
        let by = chart.text("by")
        return by == Naming.timeDimension ? .overTime : .by(dimension: by)
      } ?? .overTime,
      theme: root.text("theme"), limits: root["limits"].map { _ in root.localized("limits") },
      otherNumbers: root.items("other_numbers").map { node in
        node.expect(keys: ["source", "difference"])
        return TableDescription.OtherNumber(
          source: node.localized("source"), difference: node.localized("difference"))
      }, source: root.file)
  }

  private func readDepth(_ dimension: PackNode, _ node: PackNode) -> Int {
    let depth = dimension.integer("depth", default: 1)
    if depth < 1 { node.problem("a depth below 1 shows nothing; leave it out to show all levels") }
    return depth
  }

  private func readMeasure(_ node: PackNode) -> Product.ProductMeasure {
    node.expect(keys: [
      "id", "kind", "title", "definition", "unit", "decimals", "column", "q", "of", "within",
    ])
    var kind = Measure.Kind.count
    var column: String?
    switch node.text("kind") {
    case "count": break
    case "sum":
      kind = .sum
      column = node.text("column")
    case "percentile":
      let q = node.number("q")
      if !(0...1).contains(q) { node.problem("q must lie between 0 and 1") }
      kind = .percentile(q)
      column = node.text("column")
    case "share": kind = .share(of: node.text("of"), within: node.text("within"))
    default:
      node.problem(
        "'\(node.text("kind"))' is no kind of measure (possible: count, sum, percentile, share)")
    }
    return Product.ProductMeasure(
      measure: Measure(
        id: node.text("id"), title: node.localized("title"),
        definition: node["definition"].map { _ in node.localized("definition") },
        unit: node.localized("unit"), decimals: node.integer("decimals", default: 0), kind: kind),
      column: column)
  }
}
