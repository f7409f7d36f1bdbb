import Testing

extension RouterClient {
  /// Follows every link of pages to what stands below a place, and gives all answers by address.
  ///
  /// Pictures in dots take by far the most time, and show what the same picture in lines shows.
  func crawl(
    from addresses: [String], below place: String = "/", withDots: Bool = true
  ) async throws -> [String: Answer] {
    var answers: [String: Answer] = [:]
    var waiting = addresses
    while let address = waiting.popLast() {
      guard answers[address] == nil else { continue }
      let answer = try await get(address)
      answers[address] = answer
      guard answer.isPage else { continue }
      let markup = try #require(MarkupReader(answer.body), "\(address) is not well-formed")
      for link in markup.links
      where link.hasPrefix(place) && (withDots || !link.contains(".png")) {
        waiting.append(link.split(separator: "#", maxSplits: 1).first.map(String.init) ?? link)
      }
    }
    return answers
  }
}

extension RouterClient.Answer {
  var isPage: Bool { header("Content-Type")?.hasPrefix("text/html") == true }
}
