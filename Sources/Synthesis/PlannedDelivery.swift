import ChainPack
import Foundation
import InformationModel

/// A delivery that an organisation will make, with the bad ones that come before it.
struct PlannedDelivery {
  struct Bad {
    var fault: Fault
    var contract: Contract
    var id: String
    var folder: String
  }

  var slot: DeliveryCalendar.Slot
  var kind: DeliveryManifest.Kind
  var id: String
  var folder: String
  var referenceDate: CalendarDate
  var bad: [Bad]

  static func all(
    of organisation: Organisation, calendar: DeliveryCalendar, lagDays: Int,
    faults: [(fault: Fault, contract: Contract)], hash: StableHash
  ) -> [PlannedDelivery] {
    calendar.slots.enumerated().map { index, slot in
      func name(_ number: Int) -> String {
        let digits = String(number)
        let zeros = String(repeating: "0", count: max(0, 3 - digits.count))
        return "\(organisation.code)_\(slot.label)_\(zeros)\(digits)"
      }
      func id(_ kind: String) -> String {
        hash.uuid("\(organisation.id)/\(slot.label)/\(kind)")
      }
      var bad: [Bad] = []
      for (fault, contract) in faults {
        // Before the first delivery there is nothing to give again.
        if fault.kind == .replay, index == 0 { continue }
        let bits = StableHash.bits(stream: fault.streamState, id: Int64(index))
        guard StableHash.unit(bits) < fault.rate else { continue }
        bad.append(
          Bad(
            fault: fault, contract: contract, id: id(fault.stream),
            folder: name(bad.count + 1)))
      }
      let kind: DeliveryManifest.Kind = index == 0 ? .initial : .mutation
      return PlannedDelivery(
        slot: slot, kind: kind, id: id(kind.rawValue), folder: name(bad.count + 1),
        referenceDate: slot.lastDay.adding(days: lagDays), bad: bad)
    }
  }
}
