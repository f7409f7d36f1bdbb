import Foundation

/// Noise for differential privacy, drawn without rounding errors that could tell the true figure (Mironov 2012): all arithmetic is in whole numbers.
///
/// Source of the samplers: Canonne, Kamath and Steinke, *The discrete Gaussian for differential privacy*, 2020, algorithms 1 to 3.
package struct RandomNoise<Generator: RandomNumberGenerator> {
  package var generator: Generator

  package init(_ generator: Generator) { self.generator = generator }

  /// True with the chance numerator/denominator.
  private mutating func isTrue(_ numerator: Int, of denominator: Int) -> Bool {
    Int.random(in: 0..<denominator, using: &generator) < numerator
  }

  /// True with the chance exp(-numerator/denominator), where that is at most exp(-1) for whole parts.
  private mutating func isTrue(expOf numerator: Int, over denominator: Int) -> Bool {
    var left = numerator
    while left > denominator {
      if !isTrue(expOfPart: denominator, over: denominator) { return false }
      left -= denominator
    }
    return isTrue(expOfPart: left, over: denominator)
  }

  private mutating func isTrue(expOfPart numerator: Int, over denominator: Int) -> Bool {
    // The chance that the k-th trial of numerator/(denominator·k) is the first to fail, for odd k.
    var count = 1
    while isTrue(numerator, of: denominator * count) { count += 1 }
    return !count.isMultiple(of: 2)
  }

  /// A whole number with chances in proportion to exp(-|x| · denominator/numerator): discrete Laplace, or two-sided geometric, noise of the scale
  /// numerator/denominator.
  ///
  /// - Parameters:
  ///   - numerator: from 1 up to 2^30.
  ///   - denominator: the same.
  /// - Returns: the noise.
  package mutating func laplace(_ numerator: Int, over denominator: Int) -> Int {
    while true {
      let part = Int.random(in: 0..<numerator, using: &generator)
      guard isTrue(expOf: part, over: numerator) else { continue }
      var whole = 0
      while isTrue(expOf: 1, over: 1) { whole += 1 }
      let size = (part + numerator * whole) / denominator
      let isNegative = Bool.random(using: &generator)
      if isNegative, size == 0 { continue }
      return isNegative ? -size : size
    }
  }

  /// A whole number with chances in proportion to exp(-x²/(2 · variance)): discrete Gaussian noise.
  ///
  /// `variance` lies from 1 up to 10^6.
  package mutating func gaussian(variance: Int) -> Int {
    var deviation = 1
    while (deviation + 1) * (deviation + 1) <= variance { deviation += 1 }
    let scale = deviation + 1
    while true {
      let drawn = laplace(scale, over: 1)
      let far = abs(drawn) * scale - variance
      // exp(-(|x| - variance/scale)² / (2 · variance))
      if isTrue(expOf: far * far, over: 2 * variance * scale * scale) { return drawn }
    }
  }
}

/// What was spent of a budget of differential privacy.
package struct PrivacyBudget: Sendable, Codable {
  /// One publication.
  package struct Expense: Sendable, Codable, Hashable {
    package var what: String
    package var date: String
    /// Of discrete Laplace noise.
    package var epsilon: Double?
    /// Of Gaussian noise: zero-concentrated, Bun and Steinke (2016).
    package var rho: Double?

    package init(what: String, date: String, epsilon: Double? = nil, rho: Double? = nil) {
      (self.what, self.date, self.epsilon, self.rho) = (what, date, epsilon, rho)
    }
  }

  /// The most that may be spent, as epsilon with this delta.
  package var epsilon: Double
  package var delta: Double
  package var spent: [Expense]

  package init(epsilon: Double, delta: Double, spent: [Expense] = []) {
    (self.epsilon, self.delta, self.spent) = (epsilon, delta, spent)
  }

  /// What all expenses come to, as epsilon with the budget's delta: their sum where all are pure, or what follows from ρ = ε²/2 for these and the sum of
  /// all ρ: ρ + 2·√(ρ·ln(1/δ)); the smaller of the two where both hold.
  package var total: Double {
    let pure = spent.reduce(0) { $0 + ($1.epsilon ?? 0) }
    let rho = spent.reduce(0) { $0 + ($1.rho ?? 0) + ($1.epsilon.map { $0 * $0 / 2 } ?? 0) }
    guard delta > 0 else { return spent.contains { $0.rho != nil } ? .infinity : pure }
    let concentrated = rho + 2 * (rho * log(1 / delta)).squareRoot()
    return spent.contains { $0.rho != nil } ? concentrated : min(pure, concentrated)
  }

  /// Adds an expense.
  ///
  /// - Throws: `DisclosureError` when it is more than is left.
  package mutating func spend(_ expense: Expense) throws(DisclosureError) {
    var after = self
    after.spent.append(expense)
    guard after.total <= epsilon * (1 + 1e-12) else {
      throw DisclosureError(
        .policy,
        "the budget of epsilon \(epsilon) does not allow it: with this publication \(after.total) would be spent"
      )
    }
    self = after
  }
}
