import Foundation
import Glibc
import Publication
import Synchronization

/// What the server counts about itself, as text for Prometheus. Nothing in it is about a reader.
final class ServerMetrics: Sendable {
  /// A request that was answered, or broken off.
  struct Answered {
    let kind: RouteKind
    let status: Int
    let bytes: Int
    let seconds: Double
  }

  private struct Route {
    /// By the first digit of the status, and behind them those that are not implemented.
    var answers = Array(repeating: 0, count: 7)
    /// By the first of the bounds that is not exceeded, the last without bound.
    var durations = Array(repeating: 0, count: ServerMetrics.bounds.count + 1)
    var seconds = 0.0
    var bytes = 0
  }

  private struct State {
    var routes: [RouteKind: Route] = [:]
    var brokenOff = 0
    var turnedAway = 0
  }

  private static let bounds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

  private let state = Mutex(State())
  private let started = Date.now.timeIntervalSince1970

  func record(_ answered: Answered) {
    // Whoever asks for what there is not is no failure of the server, and should wake nobody.
    let kind = answered.status == 501 ? 6 : min(max(answered.status / 100, 0), 5)
    let place = Self.bounds.firstIndex { answered.seconds <= $0 } ?? Self.bounds.count
    state.withLock { state in
      var route = state.routes[answered.kind] ?? Route()
      route.answers[kind] += 1
      route.durations[place] += 1
      route.seconds += answered.seconds
      route.bytes += answered.bytes
      state.routes[answered.kind] = route
    }
  }

  /// Counts a connection that was gone before its answer was.
  func recordBrokenOff() { state.withLock { $0.brokenOff += 1 } }

  /// Counts a connection of a client that has too many.
  func recordTurnedAway() { state.withLock { $0.turnedAway += 1 } }

  /// All of it in Prometheus's text format, version 0.0.4.
  ///
  /// - Parameters:
  ///   - connections: how many are open.
  ///   - site: what is shown.
  /// - Returns: the text.
  func text(connections: Int, site: CurrentSite.Condition) -> String {
    let counted = state.withLock { $0 }
    let routes = RouteKind.allCases.compactMap { kind in
      counted.routes[kind].map { (label: "route=\"\(kind.rawValue)\"", counts: $0) }
    }
    var text = ExpositionText()
    text.family(
      "keten_http_requests_total", .counter, "Requests that were answered.",
      routes.flatMap { route in
        route.counts.answers.indices.dropFirst().filter { route.counts.answers[$0] > 0 }.map {
          (
            "\(route.label),status=\"\($0 == 6 ? "501" : "\($0)xx")\"",
            Double(route.counts.answers[$0])
          )
        }
      })
    text.histogram(
      "keten_http_request_duration_seconds", "From the head of a request to the end of its answer.",
      bounds: Self.bounds,
      routes.map { ($0.label, $0.counts.durations, $0.counts.seconds) })
    text.family(
      "keten_http_response_body_bytes_total", .counter, "Bytes of answers, as they travel.",
      routes.map { ($0.label, Double($0.counts.bytes)) })
    text.family(
      "keten_http_broken_off_total", .counter, "Connections that were gone before their answer.",
      [("", Double(counted.brokenOff))])
    text.family(
      "keten_http_turned_away_total", .counter, "Connections of clients that had too many.",
      [("", Double(counted.turnedAway))])
    text.family(
      "keten_http_open_connections", .gauge, "Connections that are open.",
      [("", Double(connections))])
    if let release = site.release {
      text.family(
        "keten_release_info", .gauge, "The release that is shown.",
        [("release=\"\(release)\",reference_date=\"\(release.referenceDate)\"", 1)])
    }
    text.family(
      "keten_release_readable", .gauge, "Whether the last look for a newer release went well.",
      [("", site.isReadable ? 1 : 0)])
    if let age = site.secondsSinceLook {
      text.family(
        "keten_release_look_age_seconds", .gauge,
        "Since the last look for a newer release; one follows from each request.", [("", age)])
    }
    text.family(
      "process_start_time_seconds", .gauge, "When the process began, since 1970.",
      [("", started)])
    if let bytes = Self.residentBytes {
      text.family(
        "process_resident_memory_bytes", .gauge, "Memory that the process has.",
        [("", Double(bytes))])
    }
    if let count = Self.openFiles {
      text.family(
        "process_open_fds", .gauge, "Files and connections that the process has open.",
        [("", Double(count))])
    }
    return text.text
  }

  private static var residentBytes: Int? {
    guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
    let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
    guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  private static var openFiles: Int? {
    // The list itself is read by way of one more.
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { $0.count - 1 }
  }
}

/// Figures as Prometheus reads them. Labels are given as they stand between the braces.
private struct ExpositionText {
  enum Kind: String {
    case counter
    case gauge
    case histogram
  }

  private(set) var text = ""

  mutating func family(
    _ name: String, _ kind: Kind, _ help: String, _ samples: [(labels: String, value: Double)]
  ) {
    head(name, kind, help)
    for sample in samples { line(name, sample.labels, sample.value) }
  }

  mutating func histogram(
    _ name: String, _ help: String, bounds: [Double],
    _ samples: [(labels: String, counts: [Int], sum: Double)]
  ) {
    head(name, .histogram, help)
    for sample in samples {
      var count = 0
      for (bound, more) in zip(bounds.map { "\($0)" } + ["+Inf"], sample.counts) {
        count += more
        line(name + "_bucket", sample.labels + ",le=\"\(bound)\"", Double(count))
      }
      line(name + "_sum", sample.labels, sample.sum)
      line(name + "_count", sample.labels, Double(count))
    }
  }

  private mutating func head(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  private mutating func line(_ name: String, _ labels: String, _ value: Double) {
    let number = Int(exactly: value).map(String.init) ?? "\(value)"
    text += labels.isEmpty ? "\(name) \(number)\n" : "\(name){\(labels)} \(number)\n"
  }
}
