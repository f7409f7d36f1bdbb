import ChainPack
import InformationModel
import Testing

@Suite("A date pattern")
struct DatePatternTests {
  @Test(
    "reads back each day that it writes",
    arguments: [
      ("dd-mm-yyyy", "07-03-2023"), ("yyyymmdd", "20230307"), ("d-m-yyyy", "7-3-2023"),
      ("dd-mmm-yyyy", "07-mrt-2023"), ("dd/mm/yy", "07/03/23"), ("yyyy-mm-dd", "2023-03-07"),
      ("mmm d yyyy", "mrt 7 2023"),
    ])
  func roundTrip(pattern: String, seventhOfMarch: String) throws {
    let form = try #require(DatePattern(pattern))
    #expect(!form.hasTime)
    let iso = try #require(DatePattern("yyyy-mm-dd"))
    let first = try #require(CalendarDate(year: 1941, month: 1, day: 1))
    let last = try #require(CalendarDate(year: 2040, month: 12, day: 31))
    var wrong = 0
    for day in first.daysSinceEpoch...last.daysSinceEpoch {
      let date = CalendarDate(daysSinceEpoch: day)
      let reading = try #require(iso.read(Array(date.description.utf8)))
      if form.read(Array(form.write(reading).utf8))?.date != date { wrong += 1 }
    }
    #expect(wrong == 0)
    let date = try #require(CalendarDate(iso: "2023-03-07"))
    #expect(form.read(Array(seventhOfMarch.utf8))?.date == date)
  }

  @Test("reads and writes times")
  func times() throws {
    for (pattern, text) in [
      ("dd-mm-yyyy HH:MM", "07-03-2023 23:59"), ("yyyymmddHHMMSS", "20230307235900"),
      ("yyyy-mm-ddTHH:MM:SS", "2023-03-07T23:59:00"), ("dd-mmm-yyyy HH.MM", "07-mrt-2023 23.59"),
    ] {
      let form = try #require(DatePattern(pattern))
      #expect(form.hasTime)
      let reading = try #require(form.read(Array(text.utf8)))
      #expect([reading.hour, reading.minute, reading.second] == [23, 59, 0])
      #expect(form.write(reading) == text)
    }
    let form = try #require(DatePattern("dd-mm-yyyy HH:MM"))
    for text in ["07-03-2023 24:00", "07-03-2023 23:60", "07-03-2023", "07-03-2023 2:00"] {
      #expect(form.read(Array(text.utf8)) == nil)
    }
  }

  @Test("knows the Dutch months, in capitals too")
  func months() throws {
    let form = try #require(DatePattern("dd-mmm-yyyy"))
    let names = "jan feb mrt apr mei jun jul aug sep okt nov dec".split(separator: " ")
    for (index, name) in names.enumerated() {
      #expect(form.read(Array("01-\(name)-2023".utf8))?.month == index + 1)
      #expect(form.read(Array("01-\(name.uppercased())-2023".utf8))?.month == index + 1)
    }
    for text in ["01-mar-2023", "01-may-2023", "01-oct-2023", "01-m-2023", "01-ma"] {
      #expect(form.read(Array(text.utf8)) == nil)
    }
  }

  @Test("reads two-digit years up to 40 as of this century")
  func shortYears() throws {
    let form = try #require(DatePattern("dd/mm/yy"))
    #expect(form.read(Array("01/01/40".utf8))?.year == 2040)
    #expect(form.read(Array("01/01/41".utf8))?.year == 1941)
    #expect(form.read(Array("01/01/00".utf8))?.year == 2000)
    #expect(form.read(Array("01/01/99".utf8))?.year == 1999)
  }

  @Test("reads unknown parts as nought, which is no date")
  func partial() throws {
    let form = try #require(DatePattern("yyyymmdd"))
    let reading = try #require(form.read(Array("19850000".utf8)))
    #expect([reading.year, reading.month, reading.day] == [1985, 0, 0])
    #expect(reading.date == nil)
    #expect(form.write(reading) == "19850000")
    let named = try #require(DatePattern("dd-mmm-yyyy"))
    #expect(named.read(Array("00-000-1985".utf8))?.year == 1985)
    #expect(named.write(reading) == "00-000-1985")
  }

  @Test(
    "refuses another form",
    arguments: [
      "", "7-3-2023", "07-3-2023", "07-03-23", "07/03/2023", "07-03-2023 ", " 07-03-2023",
      "07-03-20234", "xx-03-2023", "07-03-", "2023-03-07",
    ])
  func refuses(text: String) throws {
    #expect(try #require(DatePattern("dd-mm-yyyy")).read(Array(text.utf8)) == nil)
  }

  @Test("must say where the year stands, in ASCII")
  func unusable() {
    #expect(DatePattern("dd-mm") == nil)
    #expect(DatePattern("") == nil)
    #expect(DatePattern("yyyy–mm") == nil)
  }

  @Test("gives no date for a day that does not exist")
  func noDay() throws {
    let form = try #require(DatePattern("dd-mm-yyyy"))
    for text in ["31-02-2023", "29-02-2023", "00-01-2023", "01-13-2023", "01-00-2023"] {
      #expect(try #require(form.read(Array(text.utf8))).date == nil)
    }
  }
}
