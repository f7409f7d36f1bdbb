import InformationModel
import Testing

@Suite("A period")
struct PeriodTests {
  @Test(
    "is read in every notation and written in one",
    arguments: [
      ("2023", "2023JJ00"), ("2023JJ00", "2023JJ00"), ("2023K2", "2023KW02"),
      ("2023KW02", "2023KW02"), ("2023q4", "2023KW04"), ("2023-K1", "2023KW01"),
      ("2023M6", "2023MM06"), ("2023MM06", "2023MM06"), ("2023-06", "2023MM06"),
      ("2023-12", "2023MM12"), ("2023mm12", "2023MM12"),
    ])
  func notations(text: String, code: String) {
    #expect(Period(text)?.code == code)
  }

  @Test(
    "is not read from rubbish",
    arguments: [
      "", "202", "20x3", "2023K0", "2023K5", "2023KW", "2023M13", "2023-00", "2023-2024", "2023W3",
      "2023X000", "+202", "-202", "2023M+6", "2023K-1", "0000", "２０２３", "2023 6",
    ])
  func rubbish(text: String) {
    #expect(Period(text) == nil)
  }

  @Test("begins on the day after the one before ends, and holds each of its days")
  func bounds() throws {
    for grain in Period.Grain.allCases {
      var period = Period(grain: grain, year: 1999)
      let end = Period(grain: grain, year: 2033)
      var day = period.firstDay
      var count = 0
      while period < end {
        #expect(period.firstDay == day)
        while day <= period.lastDay {
          #expect(Period(grain: grain, containing: day) == period)
          day = day.adding(days: 1)
        }
        #expect(Period(period.code) == period)
        period = period.next
        count += 1
      }
      #expect(count == 34 * (grain == .year ? 1 : grain == .quarter ? 4 : 12))
    }
  }

  @Test("of the last year that a date can have ends with that year")
  func endOfTime() {
    #expect(Period(grain: .year, year: 9999).lastDay.description == "9999-12-31")
    #expect(Period(grain: .quarter, year: 9999, number: 4).lastDay.description == "9999-12-31")
    #expect(Period(grain: .month, year: 9999, number: 12).lastDay.description == "9999-12-31")
    #expect(Period(grain: .year, year: 9999) < Period(grain: .year, year: 9999).next)
  }

  @Test("is named in both languages")
  func labels() {
    #expect(Period(grain: .year, year: 2023).label == LocalizedText(nl: "2023", en: "2023"))
    #expect(
      Period(grain: .quarter, year: 2023, number: 2).label
        == LocalizedText(nl: "2023 2e kwartaal", en: "2023 quarter 2"))
    #expect(
      Period(grain: .month, year: 2023, number: 3).label
        == LocalizedText(nl: "2023 maart", en: "2023 March"))
  }
}
