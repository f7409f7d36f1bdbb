import Foundation
import InformationModel
import TestSupport
import Testing

@Suite("A moment")
struct MomentTests {
  @Test(
    "is read with its distance from Greenwich, with or without seconds",
    arguments: [
      ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00Z", 0), ("1969-12-31T23:59:59Z", -1),
      ("1970-01-01T01:00+01:00", 0), ("1969-12-31T23:59:00-00:01", 0),
      ("2024-02-29T12:00:00Z", 1_709_208_000), ("2000-02-29T00:00Z", 951_782_400),
      ("1985-04-12T23:20:50Z", 482_196_050), ("1996-12-19T16:39:57-08:00", 851_042_397),
      ("1937-01-01T12:00:27+00:20", -1_041_337_173), ("1900-03-01T00:00:00Z", -2_203_891_200),
      ("2024-10-01T08:30+02:00", 1_727_764_200), ("2024-12-31T23:30:00-05:30", 1_735_707_600),
      // The hour that there is twice when summer time ends.
      ("2024-10-27T02:30:00+02:00", 1_729_989_000), ("2024-10-27T02:30:00+01:00", 1_729_992_600),
      ("2100-02-28T23:59:59+14:00", 4_107_491_999), ("0001-01-01T00:00:00Z", -62_135_596_800),
      ("9999-12-31T23:59:59Z", 253_402_300_799),
    ] as [(String, Int64)])
  func reading(text: String, seconds: Int64) throws {
    #expect(Moment(text) == Moment(secondsSinceEpoch: seconds))
    #expect(Moment("<\(text)>".dropFirst().dropLast()) == Moment(secondsSinceEpoch: seconds))
  }

  @Test(
    "is not read from anything else",
    arguments: [
      // Without its distance from Greenwich nobody knows when it is.
      "2024-10-01T08:30:00", "2024-10-01T08:30", "2024-10-01", "2024-10-01Z",
      // No such day or time.
      "2024-13-01T00:00:00Z", "2024-00-01T00:00:00Z", "2023-02-29T00:00:00Z",
      "1900-02-29T00:00:00Z", "2024-04-31T00:00:00Z", "2024-10-00T00:00:00Z",
      "0000-01-01T00:00:00Z", "2024-10-01T24:00:00Z", "2024-10-01T24:00Z",
      "2024-10-01T08:60:00Z", "2024-10-01T08:30:60Z", "2024-06-30T23:59:61Z",
      "2024-10-01T08:30:00+15:00", "2024-10-01T08:30:00+02:60", "2024-10-01T08:30:00-99:99",
      // Another notation.
      "2024-10-01T08:30:00.5Z", "2024-10-01T08:30:Z", "2024-10-01T08Z", "2024-10-01T8:30Z",
      "2024-10-01 08:30:00Z", "2024-10-01t08:30:00z", "20241001T083000Z", "2024-275T08:30:00Z",
      "2024-10-01T08:30:00+0200", "2024-10-01T08:30:00+02", "2024-10-01T08:30:00 +02:00",
      "2024-10-01T08:30:00\u{2212}02:00", "2024-10-01T08:30:00ZZ", "2024-10-01T08:30:00Z ",
      " 2024-10-01T08:30:00Z", "+2024-10-01T08:30:00Z", "12024-10-01T08:30:00Z",
      "-024-10-01T08:30:00Z", "2024-10-01T-8:30:00Z", "2024-10-01T08:+3:00Z",
      "2024-10-01T08:30:00+-2:00", "2024-10-01T08:30:00CEST", "２０２４-10-01T08:30:00Z",
      "2024-10-01T08:30:00Z\u{301}", "2024-10-01T08:30:00Z\u{0}", "", "Z", "T", "nu",
      "2024-10-01T08:30:00\u{1F552}",
    ])
  func refusing(text: String) {
    #expect(Moment(text) == nil)
  }

  @Test("is written in Greenwich's time, and read again as the same")
  func writing() throws {
    #expect(Moment("2024-10-01T08:30+02:00")?.description == "2024-10-01T06:30:00Z")
    #expect(Moment("2024-03-01T00:30:00+01:00")?.description == "2024-02-29T23:30:00Z")
    #expect(Moment(secondsSinceEpoch: -1).description == "1969-12-31T23:59:59Z")
    #expect(Moment(secondsSinceEpoch: -86_400).description == "1969-12-31T00:00:00Z")
    #expect(Moment("0987-06-05T04:03:02Z")?.description == "0987-06-05T04:03:02Z")
    var random = SeededGenerator(seed: 1)
    for _ in 0..<20_000 {
      let moment = Moment(
        secondsSinceEpoch: .random(in: -62_135_596_800...253_402_300_799, using: &random))
      #expect(Moment(moment.description) == moment)
    }
  }

  @Test("is what Foundation reads and writes")
  func twin() throws {
    let formatter = ISO8601DateFormatter()
    var random = SeededGenerator(seed: 2)
    // Since the calendar of today holds everywhere that Foundation knows of.
    let first = try #require(Moment("1600-01-01T00:00:00Z")).secondsSinceEpoch
    for number in 0..<3_000 {
      let seconds =
        number % 2 == 0
        ? Int64.random(in: first...253_402_214_400, using: &random)
        : Int64.random(in: 0...4_102_444_800, using: &random)
      let date = Date(timeIntervalSince1970: Double(seconds))
      let minutes = Int.random(in: -14 * 60...14 * 60, using: &random)
      formatter.timeZone = TimeZone(secondsFromGMT: minutes * 60)
      let text = formatter.string(from: date)
      #expect(Moment(text)?.secondsSinceEpoch == seconds, "\(text)")
      let own = Moment(secondsSinceEpoch: seconds).description
      #expect(formatter.date(from: own) == date, "\(own)")
    }
  }

  @Test("falls on the day that it is in Greenwich")
  func day() throws {
    for (text, day) in [
      ("1970-01-01T00:00:00Z", "1970-01-01"), ("1969-12-31T23:59:59Z", "1969-12-31"),
      ("1969-12-31T00:00:00Z", "1969-12-31"), ("1969-12-30T23:59:59Z", "1969-12-30"),
      ("2024-03-01T00:59:59+01:00", "2024-02-29"), ("2024-02-28T23:30:00-01:00", "2024-02-29"),
    ] {
      #expect(try #require(Moment(text)).date.description == day, "\(text)")
    }
  }

  @Test("comes before a later one, wherever they were written")
  func order() throws {
    let texts = [
      "1969-12-31T23:59:59Z", "2024-10-01T08:30:00+14:00", "2024-10-01T08:30:00+02:00",
      "2024-10-01T06:30:01Z", "2024-10-01T01:30:00-05:30",
    ]
    let moments = texts.compactMap { Moment($0) }
    #expect(moments.count == texts.count)
    #expect(moments == moments.sorted())
    #expect(Set(moments).count == moments.count)
    #expect(Moment("2024-10-01T08:30:00+02:00") == Moment("2024-10-01T06:30Z"))
  }

  @Test("stands in JSON as its text, and nothing else is taken for one")
  func json() throws {
    let moment = try #require(Moment("2024-10-01T08:30:00+02:00"))
    let data = try JSONEncoder().encode([moment])
    #expect(String(decoding: data, as: UTF8.self) == "[\"2024-10-01T06:30:00Z\"]")
    #expect(try JSONDecoder().decode([Moment].self, from: data) == [moment])
    for text in ["[\"2024-10-01\"]", "[1727764200]", "[null]", "[\"\"]"] {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode([Moment].self, from: Data(text.utf8))
      }
    }
  }

  @Test("is read from no rubbish, and what is read can be written")
  func rubbish() {
    var random = SeededGenerator(seed: 3)
    let signs = Array("0123456789-+:TZ. tz\u{0}é\u{1F552}\u{2212}٣")
    let right = Array("2024-10-01T08:30:00+02:00")
    var read = 0
    for number in 0..<100_000 {
      var text = right
      if number % 3 == 0 {
        text = (0..<Int.random(in: 0...30, using: &random)).compactMap { _ in
          signs.randomElement(using: &random)
        }
      } else {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          let place = Int.random(in: 0..<max(1, text.count), using: &random)
          switch Int.random(in: 0..<3, using: &random) {
          case 0: text.insert(signs.randomElement(using: &random) ?? "0", at: place)
          case 1 where !text.isEmpty: text.remove(at: place)
          case _ where !text.isEmpty:
            text[place] = signs.randomElement(using: &random) ?? "0"
          default: break
          }
        }
      }
      guard let moment = Moment(String(text)) else { continue }
      read += 1
      #expect(Moment(moment.description) == moment, "\(String(text))")
    }
    #expect(read > 1_000)
  }

  @Test("of a day is its first one")
  func start() throws {
    for day in ["0001-01-01", "1969-12-31", "1970-01-01", "2024-02-29", "9999-12-31"] {
      let date = try #require(CalendarDate(iso: day))
      #expect(Moment(startOf: date).description == "\(day)T00:00:00Z")
    }
  }

  /// Where the distance from Greenwich leads out of the years that can be written.
  @Test(
    "is not read when it could not be written",
    arguments: [
      "0001-01-01T00:00:00+00:01", "0001-01-01T13:59:59+14:00", "9999-12-31T23:59:59-00:01",
      "9999-12-31T10:00:00-14:00",
    ])
  func edges(text: String) {
    if let moment = Moment(text) {
      #expect(Moment(moment.description) == moment, "\(text) is written \(moment)")
    }
  }
}
