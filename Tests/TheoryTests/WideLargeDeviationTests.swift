import Foundation
import Networks
import TestSupport
import Testing
import Theory

/// The large deviations over twelve decades of every input, against a second method.
@Suite struct WideLargeDeviationTests {
  /// A random network and alignment.
  struct Point: CustomStringConvertible {
    let model: LargeDeviation
    let alignment: Double

    init(_ inputs: inout WideInputs) {
      let frozen: LargeDeviation.Transverse = inputs.uniform() < 0.5 ? .full : .frozen
      model = LargeDeviation(
        dimension: inputs.size(0...9), width: inputs.size(0...9), degree: inputs.pick([1, 3, 5]),
        weightVariance: inputs.decades(-6...6), readoutVariance: inputs.decades(-6...6),
        transverse: frozen)
      alignment = inputs.decades(-8...4)
    }

    /// Whether the sizes are those of networks, and the variances and the alignment near one.
    var isReasonable: Bool {
      model.dimension <= 1_000_000 && model.width <= 1_000_000
        && (1e-3...1e3).contains(model.weightVariance)
        && (1e-3...1e3).contains(model.readoutVariance) && (1e-4...1).contains(alignment)
    }

    var description: String {
      "d \(model.dimension) N \(model.width) m \(model.coupling.degree) σ_w² \(model.weightVariance) "
        + "σ_a² \(model.readoutVariance) α \(alignment) \(model.transverse)"
    }
  }

  /// Λ and Λ′ at the tilt that is found are those of another quadrature in other variables, within
  /// the bounds that are stated, and what convexity allows holds.
  @Test func secondMethod() throws {
    var inputs = WideInputs(seed: 11)
    var tally = Tally()
    for _ in 0..<WideInputs.count(110) {
      let point = Point(&inputs)
      guard let solution = try? point.model.solve(alignment: point.alignment) else {
        tally.add(solved: false, reasonable: point.isReasonable)
        continue
      }
      tally.add(solved: true, reasonable: point.isReasonable)
      let (model, n) = (point.model, Double(point.model.width))
      let halfTau = solution.tilt * solution.tilt * model.readoutVariance / (2 * n)
      let c2 = model.coupling.coefficient * model.coupling.coefficient
      let degree = Double(model.coupling.degree)
      let sigma = model.weightVariance / Double(model.dimension)
      let second = NeuronIntegral(
        dimension: model.dimension, variance: sigma,
        frozen: model.transverse == .full ? nil : sigma * Double(model.dimension - 1)
      ) { halfTau * c2 * pow($0, degree) }.means
      let logarithm =
        second.excess > 40 ? second.excess : log1p(exp(second.excess))
      // The second method rounds its exponents as the first one does.
      let exponent = halfTau * model.coupling.supremumOfSquare
      let own = 1e-10 + 4e-16 * (exponent + Double(model.dimension))
      let cumulant = n * logarithm
      expect(
        cumulant, near: solution.cumulant,
        within: solution.relativeError * (1 + 1e-9) + own, "Λ, \(point)")
      let slope = 2 * n * exp(second.product - logarithm) / solution.tilt
      expect(
        slope, near: point.alignment, within: solution.relativeError + own, "Λ′, \(point)")
      let energy = solution.tilt * point.alignment - cumulant
      #expect(
        abs(energy - solution.energy) <= solution.energyError
          + own * abs(cumulant) + 4e-16 * solution.tilt * point.alignment,
        "E \(solution.energy) and \(energy), ± \(solution.energyError), \(point)")
      // The bounds that follow from Jensen's inequality and from the supremum of c².
      #expect(solution.energy > 0, "\(point)")
      let least =
        point.alignment * point.alignment
        / (2 * model.readoutVariance * model.coupling.supremumOfSquare)
      #expect(solution.energy >= least * (1 - 1e-9), "\(point)")
    }
    #expect(tally.refusedReasonable * 50 <= tally.reasonable, "\(tally.description)")
    #expect(tally.refused * 3 <= tally.solved, "\(tally.description)")
    print("large deviations: \(tally.description)")
  }

  /// The number of specialists falls with the threshold from N, within its bound, and Chebyshev's
  /// inequality holds with ⟨w₁²⟩ from another integral.
  @Test func specialists() throws {
    var inputs = WideInputs(seed: 12)
    var tally = Tally()
    for _ in 0..<WideInputs.count(60) {
      let point = Point(&inputs)
      guard let solution = try? point.model.solve(alignment: point.alignment) else { continue }
      var last = Double(point.model.width)
      for threshold in [0, 0.3, 0.8, 2.0] {
        guard let found = try? solution.specialistCount(beyond: threshold) else {
          tally.add(solved: false, reasonable: point.isReasonable)
          continue
        }
        tally.add(solved: true, reasonable: point.isReasonable)
        #expect(found.value >= 0 && found.error >= 0, "\(point)")
        #expect(found.value <= last + found.error + 1e-9 * last, "\(threshold), \(point)")
        let chebyshev =
          Double(point.model.width) * solution.meanSquaredOverlap / (threshold * threshold)
        #expect(
          found.value <= chebyshev * (1 + 1e-5) + found.error, "\(threshold), \(point)")
        last = found.value
      }
    }
    #expect(tally.refusedReasonable * 20 <= tally.reasonable, "\(tally.description)")
    print("specialists: \(tally.description)")
  }

  /// The exact tail is below Chernoff's bound and below one half, and it falls with α.
  @Test func tails() throws {
    var inputs = WideInputs(seed: 13)
    var tally = Tally()
    for _ in 0..<WideInputs.count(50) {
      let point = Point(&inputs)
      var last: LargeDeviation.Tail?
      for factor in [1, 1.5] {
        guard
          let solution = try? point.model.solve(alignment: factor * point.alignment),
          let tail = try? solution.exactTail()
        else {
          tally.add(solved: false, reasonable: point.isReasonable)
          continue
        }
        tally.add(solved: true, reasonable: point.isReasonable)
        let slack = tail.relativeError + 1e-12 * tail.minusLogarithm
        #expect(tail.minusLogarithm >= solution.energy - solution.energyError - slack, "\(point)")
        #expect(tail.minusLogarithm >= log(2) - slack, "\(point)")
        if let last {
          #expect(tail.minusLogarithm >= last.minusLogarithm - slack, "\(point)")
        }
        last = tail
      }
    }
    print("tails: \(tally.description)")
  }

  /// The prior's loss against a trapezoidal sum over ln |w|².
  @Test func priorLoss() {
    var inputs = WideInputs(seed: 14)
    for _ in 0..<WideInputs.count(60) {
      let model = Point(&inputs).model
      let d = Double(model.dimension)
      let width = min(1, (2 / d).squareRoot())
      var (mass, sum) = (0.0, 0.0)
      for i in -700...400 {
        let y = width / 5 * Double(i)
        let p = exp(-d / 2 * (expm1(y) - y))
        let square = model.weightVariance * exp(y)
        mass += p
        sum += p * 2 / .pi * asin(2 * square / (1 + 2 * square))
      }
      expect(
        model.priorLoss() - 1, near: model.readoutVariance * sum / mass,
        within: 1e-9 + 1e-15 / (model.readoutVariance * sum / mass),
        "k − 1, d \(model.dimension) σ_w² \(model.weightVariance) σ_a² \(model.readoutVariance)")
    }
  }

  /// Sizes, variances and alignments whose numbers were wrong: (d, N, frozen, σ_w², E/d, M).
  @Test(arguments: [
    (10_000_000, true, 1.0, 0.976861, 0.32562), (100_000_000, true, 1.0, 0.976862, 0.32562),
    (20_000_000, false, 1.0, 0.802674, 0.2902), (100_000_000, false, 1.0, 0.802675, 0.2901),
  ])
  func largeSizes(
    size: Int, isFrozen: Bool, variance: Double, energy: Double, specialists: Double
  ) throws {
    let solution = try LargeDeviation(
      dimension: size, width: size, weightVariance: variance,
      transverse: isFrozen ? .frozen : .full
    ).solve(alignment: 0.1)
    expect(solution.energy / Double(size), near: energy, within: 1e-6, "E/d")
    expect(try solution.specialists(beyond: 0.8), near: specialists, within: 5e-4, "M")
  }

  /// A prior as wide as one likes has a limit, and costs no more than a narrow one.
  @Test func widePriors() throws {
    let energies = try [100, 1e4, 1e6, 1e8, 1e12].map {
      try LargeDeviation(dimension: 60, width: 60, weightVariance: $0).solve(alignment: 0.1).energy
    }
    expect(energies[0], near: 29.81, within: 1e-3, "σ_w² = 100")
    for (a, b) in zip(energies, energies.dropFirst()) { #expect(a > b, "\(a) and \(b)") }
    expect(energies[4], near: energies[3], within: 1e-6, "the limit")
  }
}
