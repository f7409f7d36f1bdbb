import ChainPack
import InformationModel

/// The periods in which one organisation delivers.
struct DeliveryCalendar {
  let rhythm: Contract.Rhythm
  let fromYear: Int
  let toYear: Int

  struct Slot {
    /// As it stands in folder names and manifests: `2023K1`, `2023M03`, `2023`, `2000-2013`.
    var label: String
    var firstDay: CalendarDate
    var lastDay: CalendarDate
  }

  var slots: [Slot] {
    let grain: Period.Grain
    switch rhythm {
    case .month: grain = .month
    case .quarter: grain = .quarter
    case .year: grain = .year
    case .once:
      return [
        Slot(
          label: fromYear == toYear ? "\(fromYear)" : "\(fromYear)-\(toYear)",
          firstDay: Period(grain: .year, year: fromYear).firstDay,
          lastDay: Period(grain: .year, year: toYear).lastDay)
      ]
    }
    var slots: [Slot] = []
    var period = Period(grain: grain, year: fromYear)
    while period.year <= toYear {
      let label =
        switch grain {
        case .year: "\(period.year)"
        case .quarter: "\(period.year)K\(period.number)"
        case .month: "\(period.year)M\(period.number < 10 ? "0" : "")\(period.number)"
        }
      slots.append(Slot(label: label, firstDay: period.firstDay, lastDay: period.lastDay))
      period = period.next
    }
    return slots
  }

  /// Months in a period; 0 when there is only one period.
  var months: Int {
    switch rhythm {
    case .month: 1
    case .quarter: 3
    case .year: 12
    case .once: 0
    }
  }

  /// SQL for the number of the period, from 0, in which a day is delivered.
  func index(of day: String) -> String {
    let index =
      switch rhythm {
      case .month: "(year(\(day)) - \(fromYear)) * 12 + month(\(day)) - 1"
      case .quarter: "(year(\(day)) - \(fromYear)) * 4 + quarter(\(day)) - 1"
      case .year: "year(\(day)) - \(fromYear)"
      case .once: "CASE WHEN year(\(day)) > \(toYear) THEN 1 ELSE 0 END"
      }
    return "CAST(greatest(0, \(index)) AS INTEGER)"
  }
}
