import Foundation
import Logging

/// Writes each message as one line of JSON to standard error.
package struct JSONLogHandler: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var logLevel: Logger.Level = .info
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes a line with its end; standard error when left out.
  package init(
    write: @escaping @Sendable (String) -> Void = { line in
      // Whole lines in one call, so that those of several threads do not mix.
      try? FileHandle.standardError.write(contentsOf: Data(line.utf8))
    }
  ) {
    self.write = write
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var fields = [
      ("time", Self.quoted(Date.now.ISO8601Format(.iso8601(timeZone: .gmt)))),
      ("level", Self.quoted(event.level.rawValue)),
      ("message", Self.quoted(event.message.description)),
    ]
    let all = metadata.merging(event.metadata ?? [:]) { $1 }
    fields += all.sorted { $0.key < $1.key }.map { ($0.key, Self.text(of: $0.value)) }
    write("{" + fields.map { Self.quoted($0.0) + ":" + $0.1 }.joined(separator: ",") + "}\n")
  }

  private static func text(of value: Logger.MetadataValue) -> String {
    if case .stringConvertible(let value) = value {
      if let number = value as? Int { return "\(number)" }
      if let number = value as? Double, number.isFinite { return "\(number)" }
    }
    return quoted(value.description)
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case _ where scalar.value < 0x20 || scalar.value == 0x7f || scalar.value == 0x2028:
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
