import Foundation
import InformationModel
import TestSupport
import Testing

@Suite("A calendar date")
struct CalendarDateTests {
  @Test("has the parts that Foundation's calendar gives, each day from 1850 to 2100")
  func slowTwin() throws {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    let first = try #require(CalendarDate(year: 1850, month: 1, day: 1))
    let last = try #require(CalendarDate(year: 2100, month: 12, day: 31))
    var wrong = 0
    for day in first.daysSinceEpoch...last.daysSinceEpoch {
      let date = CalendarDate(daysSinceEpoch: day)
      let parts = calendar.dateComponents(
        [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86_400))
      let (year, month, number) = date.parts
      let isSame = parts.year == year && parts.month == month && parts.day == number
      let back = CalendarDate(year: year, month: month, day: number)
      if !isSame || back != date { wrong += 1 }
    }
    #expect(wrong == 0)
    #expect(last.daysSinceEpoch - first.daysSinceEpoch + 1 == 91_676)
  }

  @Test("is there for every day that exists, and for no other")
  func existence() {
    var count = 0
    for year in 1896...1908 {
      for month in -1...14 {
        for day in -1...33 where CalendarDate(year: year, month: month, day: day) != nil {
          count += 1
        }
      }
    }
    // Thirteen years, of which 1896, 1904 and 1908 are leap years and 1900 is none.
    #expect(count == 13 * 365 + 3)
    #expect(CalendarDate(year: 2000, month: 2, day: 29) != nil)
    #expect(CalendarDate(year: 0, month: 1, day: 1) == nil)
    #expect(CalendarDate(year: 10_000, month: 1, day: 1) == nil)
  }

  @Test("is read from ISO text, a time behind it left aside")
  func iso() throws {
    let date = try #require(CalendarDate(year: 2023, month: 6, day: 7))
    #expect(CalendarDate(iso: "2023-06-07") == date)
    #expect(CalendarDate(iso: "2023-06-07T12:30:00Z") == date)
    #expect(CalendarDate(iso: "2023-06-07 12:30") == date)
    #expect(date.description == "2023-06-07")
    #expect(CalendarDate(iso: "0001-01-01")?.description == "0001-01-01")
  }

  @Test(
    "is not read from rubbish",
    arguments: [
      "", "2", "2023", "2023-6-7", "2023-06-7", "20230607", "07-06-2023", "2023/06/07",
      "2023-06-07x", "2023-06-071", "2023-02-30", "2023-13-01", "0000-01-01", "-023-06-07",
      "+023-06-07", " 2023-06-07", "２０２３-06-07", "2023–06–07", "éééé-06-07", "----------",
    ])
  func rubbish(text: String) {
    #expect(CalendarDate(iso: text) == nil)
  }

  @Test("survives any text")
  func anyText() {
    var generator = SeededGenerator(seed: 1)
    let letters = Array("0123456789-T /é")
    for _ in 0..<5_000 {
      let count = Int.random(in: 0...12, using: &generator)
      let text = String((0..<count).map { _ in letters.randomElement(using: &generator) ?? "0" })
      if let date = CalendarDate(iso: text) { #expect(text.hasPrefix(date.description)) }
    }
  }

  @Test("stays in its month when years are added")
  func addingYears() throws {
    let leapDay = try #require(CalendarDate(iso: "2024-02-29"))
    #expect(leapDay.adding(years: 1).description == "2025-02-28")
    #expect(leapDay.adding(years: 4).description == "2028-02-29")
    #expect(leapDay.adding(years: -124).description == "1900-02-28")
    #expect(leapDay.adding(days: 1).description == "2024-03-01")
    #expect(leapDay.adding(days: -60).description == "2023-12-31")
  }

  @Test("is text in JSON, and only a date is read back")
  func coding() throws {
    let dates = [CalendarDate(daysSinceEpoch: 0), CalendarDate(daysSinceEpoch: -25_567)]
    let data = try JSONEncoder().encode(dates)
    #expect(String(decoding: data, as: UTF8.self) == #"["1970-01-01","1900-01-01"]"#)
    #expect(try JSONDecoder().decode([CalendarDate].self, from: data) == dates)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([CalendarDate].self, from: Data(#"["1970-02-30"]"#.utf8))
    }
  }
}
