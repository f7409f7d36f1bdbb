import TestSupport
import Testing
import Warehouse

@Suite("A dictionary builder")
struct DictionaryBuilderTests {
  /// Values that are alike: many share a prefix, a length or all but one byte.
  private func values(_ count: Int, distinct: Int, seed: UInt64) -> [[UInt8]] {
    var generator = SeededGenerator(seed: seed)
    let pool: [[UInt8]] = (0..<distinct).map { index in
      switch index % 6 {
      case 0: return []
      case 1: return Array(String(index).utf8)
      case 2: return Array("a long prefix that many values share, and then \(index)".utf8)
      case 3: return [UInt8](repeating: UInt8(index % 251), count: index % 70)
      case 4: return [UInt8](repeating: 0, count: index % 40) + [UInt8(index & 255)]
      default:
        return (0..<index % 33).map { _ in UInt8.random(in: 0...255, using: &generator) }
      }
    }
    return (0..<count).map { _ in pool.randomElement(using: &generator) ?? [] }
  }

  @Test("gives every value the code of its first appearance, as a plain dictionary would")
  func slowTwin() {
    for (count, distinct) in [(0, 1), (1, 1), (10, 3), (3_000, 500), (60_000, 30_000)] {
      let values = values(count, distinct: distinct, seed: UInt64(distinct))
      var builder = DictionaryBuilder()
      var codes: [[UInt8]: UInt32] = [[]: 0]
      var order: [[UInt8]] = [[]]
      var expected: [UInt32] = []
      for value in values {
        builder.append(value)
        if let code = codes[value] {
          expected.append(code)
        } else {
          codes[value] = UInt32(order.count)
          expected.append(UInt32(order.count))
          order.append(value)
        }
      }
      #expect(builder.rowCount == count)
      #expect(builder.valueCount == order.count)
      let column = builder.take()
      #expect(column.codes == expected)
      #expect((0..<column.values.count).map { Array(column.values[$0]) } == order)
      #expect(builder.rowCount == 0)
      #expect(builder.valueCount == 1)
    }
  }

  @Test("keeps codes through many rehashes")
  func growth() {
    var builder = DictionaryBuilder()
    for round in 0..<3 {
      for number in 0..<50_000 {
        let value = Array("value \(number)".utf8)
        let code = value.withUnsafeBufferPointer { builder.code(of: $0) }
        if code != UInt32(number + 1) { Issue.record("round \(round): \(number) has code \(code)") }
      }
    }
    #expect(builder.valueCount == 50_001)
    #expect(builder.rowCount == 0)
  }

  @Test("takes no value and the empty value for the same")
  func empty() {
    var builder = DictionaryBuilder()
    builder.append([])
    builder.appendEmpty()
    builder.append(Array("x".utf8))
    builder.append(UnsafeBufferPointer(start: nil, count: 0))
    let column = builder.take()
    #expect(column.codes == [0, 0, 1, 0])
    #expect(column.values.count == 2)
    #expect(column.values.string(1) == "x")
    #expect(column.rowCount == 4)
  }
}

@Suite("Byte strings")
struct ByteStringsTests {
  @Test("lie end to end and come back one by one")
  func roundTrip() {
    var strings = ByteStrings()
    strings.reserve(strings: 3, bytes: 10)
    strings.append(Array("één".utf8))
    strings.append([])
    Array("two".utf8).withUnsafeBufferPointer { strings.append($0) }
    #expect(strings.count == 3)
    #expect((0..<3).map { strings.string($0) } == ["één", "", "two"])
    #expect(strings.offsets == [0, 5, 5, 8])
  }
}
