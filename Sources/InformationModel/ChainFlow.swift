/// How units go through the chain: stages with the table that counts each, and where what ends a stage goes on.
package struct ChainFlow: Sendable, Hashable, Codable {
  package struct Stage: Sendable, Hashable, Codable {
    /// The name that other stages go on to.
    package var id: String
    package var title: LocalizedText
    /// The table that counts the stage's units, and the measure that counts them.
    package var table: String
    package var measure: String
    /// The dimension that tells how the stage ends.
    package var dimension: String
    /// By code of a category: the stage where it goes on; all others end here.
    package var goesOn: [String: String]

    package init(
      id: String, title: LocalizedText, table: String, measure: String, dimension: String,
      goesOn: [String: String]
    ) {
      self.id = id
      self.title = title
      self.table = table
      self.measure = measure
      self.dimension = dimension
      self.goesOn = goesOn
    }
  }

  /// In the order of the chain.
  package var stages: [Stage]

  package init(stages: [Stage]) { self.stages = stages }
}
