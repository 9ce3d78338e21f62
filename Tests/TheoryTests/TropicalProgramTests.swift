import Foundation
import Testing
import Theory

/// The tropical program in closed form against the geometric program. Newton's method solves the
/// latter at sizes so large that its logarithms are the exponents.
@Suite struct TropicalProgramTests {
  /// Stacks with exponents that tie nowhere, and some that do.
  static let stacks: [(exponents: [Rational], degree: Int, scaling: Architecture.Scaling)] = [
    ([Rational(17, 13)], 3, .standard), ([Rational(1, 5)], 3, .standard),
    ([Rational(6)], 3, .standard), ([Rational(9, 10)], 5, .meanField),
    ([Rational(17, 13), Rational(23, 29)], 3, .standard),
    ([Rational(5, 2), Rational(19, 7)], 3, .standard),
    ([Rational(1, 7), Rational(11, 5)], 3, .standard),
    ([Rational(41, 20), Rational(2, 9)], 5, .meanField),
    ([Rational(5, 4), Rational(31, 23), Rational(7, 8)], 3, .standard),
    ([Rational(2, 3), Rational(3), Rational(1, 3)], 7, .standard),
    ([Rational(1), Rational(1), Rational(1)], 1, .standard),
  ]

  @Test(arguments: stacks.indices) func limitOfTheGeometricProgram(index: Int) throws {
    let (exponents, degree, scaling) = Self.stacks[index]
    let architecture = try Architecture(dense: exponents, degree: degree, scaling: scaling)
    let prediction = Prediction(architecture)
    func minima(_ log10d: Double) throws -> Prediction.FiniteSize {
      try prediction.minima(
        at: architecture.sizes.map { pow(10, log10d * $0.exponent.double) })
    }
    let (small, large) = (try minima(12), try minima(24))
    for (i, pattern) in prediction.patterns.enumerated() {
      // The sum of n costs is from one to n times the largest, and whole numbers at most double
      // each.
      let found = log10(try #require(large.minima[i]).energy) / 24 - pattern.exponent.double
      #expect(
        -1e-9 < found && found < log10(2 * Double(exponents.count + 1)) / 24,
        "\(exponents) \(pattern.name): \(found) above \(pattern.exponent)")
    }
    // The winner's parameters agree too, since the other costs are minimised in turn.
    let winner = prediction.winner
    guard small.minima[0]!.parameters.count == winner.parameters.count else { return }
    for (parameter, (a, b)) in zip(
      winner.parameters, zip(small.minima[0]!.parameters, large.minima[0]!.parameters))
    {
      let slope = log10(b.value / a.value) / 12
      #expect(
        abs(slope - parameter.exponent.double) < 0.02,
        "\(exponents) \(winner.name): \(parameter.name) has slope \(slope), \(parameter.exponent)")
    }
  }

  /// Depth never makes the energy worse, since all layers but one may be lazy. Beyond five layers
  /// the search takes part, as the enumeration then stops at three layers that learn.
  @Test func depth() throws {
    for nu in [Rational(1, 2), Rational(1), Rational(7, 4)] {
      for count in 1...8 {
        let prediction = Prediction(
          try Architecture(dense: [Rational](repeating: nu, count: count)))
        // One specialised layer is the best in a stack of equal layers; a lazy one is free.
        let single = Prediction(try Architecture(dense: [nu])).winner.exponent
        #expect(prediction.winner.exponent <= single, "\(count) layers of d^\(nu)")
      }
    }
  }

  /// The search by budgets alone gives the enumeration's winner.
  @Test(arguments: stacks.indices) func search(index: Int) throws {
    let (exponents, degree, scaling) = Self.stacks[index]
    let architecture = try Architecture(dense: exponents, degree: degree, scaling: scaling)
    #expect(architecture.leastExponent == Prediction(architecture).winner.exponent)
  }
}
