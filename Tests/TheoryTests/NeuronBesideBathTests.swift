import Foundation
import TestSupport
import Testing
import Theory

@Suite struct NeuronBesideBathTests {
  /// Twelve values of x₁.
  static let inputs = [
    -0.802, -1.324, -0.248, 0.420, 1.136, 0.110,
    -0.553, -0.785, 0.749, 1.635, 0.273, -1.233,
  ]

  /// ln Z₁/Z₀ and both alignments of an independent implementation, by the midpoint rule on 110592
  /// nodes with 41 overlaps.
  @Test func reference() throws {
    let got = try NeuronBesideBath(dimension: 6, width: 6, ridge: 0.1)
      .specialisation(of: Self.inputs)
    #expect(abs(got.logRatio - 1.50888) < 5e-3, "ln Z₁/Z₀: \(got)")
    #expect(abs(got.lazy - 0.0146366) < 1e-4, "A without a specialist: \(got)")
    #expect(abs(got.specialised - 0.0573677) < 5e-4, "A with one: \(got)")
  }

  /// As κ → ∞ the data say nothing: Z₁/Z₀ is 2N times the prior's share beyond the cut, of readouts
  /// in the box, and alignments vanish.
  @Test func withoutDataThePriorIsLeft() throws {
    let (d, n) = (12, 8)
    let got = try NeuronBesideBath(dimension: d, width: n, ridge: 1000)
      .specialisation(of: [0.3, -1.2, 0.8])
    // Pr[w₁ > 0.6] and Pr[−3.2 < a < 0.8].
    func tail(_ x: Double) -> Double { erfc(x / 2.0.squareRoot()) / 2 }
    let beyond = tail(0.6 * Double(d).squareRoot())
    let root = Double(n).squareRoot()
    let share = 2 * Double(n) * beyond * (1 - tail(0.8 * root) - tail(3.2 * root))
    #expect(abs(got.logRatio - log(share)) < 5e-3, "\(got), prior \(log(share))")
    #expect(abs(got.lazy) < 1e-3 && abs(got.specialised) < 1e-2, "\(got)")
  }

  /// Samples of x₁ and −x₁ are the same data, as is the order of samples.
  @Test func symmetries() throws {
    let model = try NeuronBesideBath(dimension: 6, width: 6, ridge: 0.1)
    let expected = model.specialisation(of: Self.inputs)
    for inputs in [Self.inputs.map { -$0 }, Self.inputs.reversed()] {
      let got = model.specialisation(of: inputs)
      #expect(abs(got.logRatio - expected.logRatio) < 1e-9, "\(got), \(expected)")
      #expect(abs(got.specialised - expected.specialised) < 1e-9, "\(got), \(expected)")
    }
  }

  /// With a quarter of κ the same samples teach more.
  @Test func aSmallerRidgeHelps() throws {
    let values = try [0.4, 0.1].map {
      try NeuronBesideBath(dimension: 15, width: 15, ridge: $0).alignment(samples: 45, draws: 8)
    }
    #expect(values[0].value < values[1].value, "\(values)")
    #expect(values[0].specialists < values[1].specialists, "\(values)")
  }

  /// Draws do not depend on how many others there are, nor on earlier calls.
  @Test func drawsAreTheSame() throws {
    let model = try NeuronBesideBath(dimension: 8, width: 8, ridge: 0.1)
    let few = try model.alignment(samples: 20, draws: 3)
    let many = try model.alignment(samples: 20, draws: 5)
    #expect(few.draws == Array(many.draws.prefix(3)))
    #expect(Set(many.draws).count == 5)
    #expect(abs(many.value - many.draws.reduce(0, +) / 5) < 1e-15)
  }

  /// Where the alignment is that of the threshold, and how P* changes with the cut, which is a
  /// convention.
  @Test func samplesAreThoseOfTheAlignment() throws {
    let model = try NeuronBesideBath(dimension: 15, width: 15, ridge: 0.1)
    let found = try model.samples(alignment: 0.1, draws: 12).crossing
    let low = try model.alignment(samples: found.bracket.lowerBound, draws: 12)
    let high = try model.alignment(samples: found.bracket.upperBound, draws: 12)
    #expect(low.draws == found.below && high.draws == found.above)
    #expect(low.value < 0.1 && high.value >= 0.1)
    #expect(found.value > Double(found.bracket.lowerBound))
    #expect(found.value <= Double(found.bracket.upperBound))
    #expect(found.value(over: Array(0..<12)) == found.value)
    #expect(found.drawError > 0 && found.drawError < 0.1 * found.value, "\(found.drawError)")
    for cut in [0.5, 0.7] {
      let other = try NeuronBesideBath(dimension: 15, width: 15, ridge: 0.1, cut: cut)
        .samples(alignment: 0.1, draws: 12).crossing
      #expect(abs(other.value / found.value - 1) < 0.05, "cut \(cut): \(other.value)")
    }
  }

  @Test func badInputIsAnError() throws {
    typealias E = NeuronBesideBathError
    #expect(throws: E.dimension(1)) {
      try NeuronBesideBath(dimension: 1, width: 2, ridge: 0.1)
    }
    #expect(throws: E.width(33, dimension: 8)) {
      try NeuronBesideBath(dimension: 8, width: 33, ridge: 0.1)
    }
    #expect(throws: E.degree(4)) {
      try NeuronBesideBath(dimension: 8, width: 8, ridge: 0.1, degree: 4)
    }
    for ridge in [0, -1, .infinity, .nan] {
      #expect(throws: E.self) { try NeuronBesideBath(dimension: 8, width: 8, ridge: ridge) }
    }
    let model = try NeuronBesideBath(dimension: 8, width: 8, ridge: 0.1)
    #expect(throws: E.alignment(0.3)) { try model.samples(alignment: 0.3) }
    #expect(throws: E.samples(1, most: 1600)) { try model.alignment(samples: 1) }
    #expect(throws: E.draws(1)) { try model.alignment(samples: 20, draws: 1) }
    #expect("\(E.width(33, dimension: 8))".contains("expected from 2 to 32"))
  }
}
