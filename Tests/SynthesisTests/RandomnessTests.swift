import ChainPack
import Foundation
import InformationModel
import Synthesis
import TestSupport
import Testing

@Suite struct RandomnessTests {
  /// Check values of AS 241 and of R's `qnorm`, which has the same algorithm.
  @Test(arguments: [
    (0.5, 0.0), (0.25, -0.674489750196081743), (0.001, -3.090232306167813541),
    (1e-20, -9.262340089798407600), (0.975, 1.959963984540054235), (0.9, 1.281551565544600467),
  ])
  func theNormalQuantileIsThatOfTheTables(probability: Double, expected: Double) {
    let value = NormalQuantile.value(probability)
    #expect(abs(value - expected) <= 4e-15 * max(1, abs(expected)))
  }

  @Test func theNormalQuantileEndsNowhere() {
    #expect(NormalQuantile.value(0).isFinite)
    #expect(NormalQuantile.value(1).isFinite)
    #expect(NormalQuantile.value(-1) < -30)
    #expect(NormalQuantile.value(2) > 8)
  }

  /// Chi-square over 256 classes; the bounds are four standard deviations of its distribution.
  @Test(arguments: ["a", "arrest hour", "fault/F03/politie.verdachte/blank/BSN/"])
  func drawsAreUniform(stream: String) {
    let hash = StableHash(seed: 42)
    var counts = [Int](repeating: 0, count: 256)
    let number = 256_000
    for id in 0..<number {
      let u = hash.draw(stream, Int64(id))
      #expect(u >= 0 && u < 1)
      counts[Int(u * 256)] += 1
    }
    let chiSquare = counts.reduce(0.0) { sum, count in
      let difference = Double(count) - 1000
      return sum + difference * difference / 1000
    }
    #expect(abs(chiSquare - 255) < 4 * (2.0 * 255).squareRoot(), "\(chiSquare)")
  }

  /// Neighbours, streams and seeds have nothing to do with one another.
  @Test func drawsAreIndependent() {
    let one = StableHash(seed: 1)
    let two = StableHash(seed: 2)
    func correlation(_ pair: (Int64) -> (Double, Double)) -> Double {
      let number = 100_000
      var sum = 0.0
      for id in 0..<Int64(number) {
        let (a, b) = pair(id * 1_000_003)
        sum += (a - 0.5) * (b - 0.5)
      }
      return 12 * sum / Double(number)
    }
    let bound = 4 / 100_000.0.squareRoot()
    #expect(abs(correlation { (one.draw("a", $0), one.draw("a", $0 + 1)) }) < bound)
    #expect(abs(correlation { (one.draw("a", $0), one.draw("b", $0)) }) < bound)
    #expect(abs(correlation { (one.draw("a", $0), two.draw("a", $0)) }) < bound)
    #expect(abs(correlation { (one.draw("a1", $0), one.draw("a2", $0 + 7)) }) < bound)
  }

  @Test func theFunctionsOfSQLAreTheSame() throws {
    let scratch = try TemporaryFolder()
    let pack = try SmallPack.write(into: scratch.url.appending(path: "pack"), faults: "  []")
    let written = try WrittenDeliveries(
      pack: pack, into: scratch.url.appending(path: "out"), seed: 99, scale: 0.01)
    let table = try written.truth("golden/draws.csv")
    let hash = StableHash(seed: 99)
    #expect(table.rows.count == 5000)
    for row in table.rows {
      let id = try #require(Int64(row[0]))
      #expect(Double(row[1]) == hash.draw("a stream with a long name", id))
      let v = hash.draw("b", id)
      #expect(Double(row[2]) == v)
      #expect(Double(row[3]) == NormalQuantile.value(v))
      #expect(Double(row[4]) == hash.draw(id % 2 == 0 ? "even" : "odd", id))
      #expect(row[5].isEmpty ? id % 3 == 0 : Double(row[5]) == v)
    }
  }
}
