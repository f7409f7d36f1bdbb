import InformationModel
import Synchronization

extension Moment {
  /// As a header has it: `Tue, 01 Oct 2024 06:30:00 GMT` (RFC 9110, 5.6.7).
  var inHeader: String {
    // 2024-10-01T06:30:00Z
    let text = description
    let weekday = (Int(date.daysSinceEpoch) % 7 + 11) % 7
    let month = Int(text.dropFirst(5).prefix(2)) ?? 1
    return [
      Self.weekdays[weekday] + ",", String(text.dropFirst(8).prefix(2)), Self.months[month - 1],
      String(text.prefix(4)), String(text.dropFirst(11).prefix(8)), "GMT",
    ].joined(separator: " ")
  }

  /// The first day of 1970 was a Thursday.
  private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}

/// The moment of an answer in its header, written once a second.
final class AnswerMoment: Sendable {
  private let last = Mutex<(moment: Moment, text: String)?>(nil)

  var inHeader: String {
    let moment = Moment.present()
    return last.withLock { last in
      if let last, last.moment == moment { return last.text }
      let text = moment.inHeader
      last = (moment, text)
      return text
    }
  }
}
