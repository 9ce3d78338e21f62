import Foundation
import TestSupport
import Testing
import Theory

/// The learning curve of the Gaussian process, the equation of state of convolutions and the
/// pattern calculator over twelve decades of every input, against second methods.
@Suite struct WideClosedFormTests {
  /// The eigenvalues against the series of arcsin in powers, each with an eigenvalue in closed
  /// form, and the learning curve against both of its equations.
  @Test func gaussianProcess() throws {
    var inputs = WideInputs(seed: 31)
    var tally = Tally()
    for _ in 0..<WideInputs.count(120) {
      let d = 2 + inputs.size(0...6)
      let (weight, readout) = (inputs.decades(-6...6), inputs.decades(-6...6))
      let degree = inputs.pick([1, 3, 5, 9])
      let (ridge, alignment) = (inputs.decades(-6...6), min(0.999_999, inputs.decades(-9...0)))
      let process = GaussianProcess(
        dimension: d, weightVariance: weight, readoutVariance: readout)
      let what = "d \(d) σ_w² \(weight) σ_a² \(readout) m \(degree) κ \(ridge) α \(alignment)"
      let isReasonable = d <= 10_000 && degree <= 5 && (1e-3...1e3).contains(weight)
      guard
        let found = try? process.samples(degree: degree, alignment: alignment, ridge: ridge),
        let learning = try? process.learning(degree: degree, samples: found.samples, ridge: ridge)
      else {
        tally.add(solved: false, reasonable: isReasonable)
        continue
      }
      tally.add(solved: true, reasonable: isReasonable)
      let eigenvalue = process.eigenvalue(degree: degree)
      let rho = 2 * weight / (1 + 2 * weight)
      if let series = Self.eigenvalue(degree, d, rho) {
        expect(
          eigenvalue, near: readout * series,
          within: process.eigenvalueError(degree: degree) + 1e-11,
          "λ, \(what)")
      }
      let error = found.relativeError + learning.relativeError
      expect(1 - learning.alignment, near: 1 - alignment, within: 1e-12 + 4 * error, "α, \(what)")
      expect(learning.alignment, near: alignment, within: 1e-12 + 4 * error, "α, \(what)")
      expect(
        found.samples * eigenvalue / (found.samples * eigenvalue + found.effectiveRidge),
        near: alignment, within: error + 1e-13, "P, \(what)")
      // The trace is the largest part that can be unlearned.
      let trace = readout * 2 / .pi * atan2(2 * weight, (1 + 4 * weight).squareRoot())
      #expect(
        found.effectiveRidge >= ridge && found.effectiveRidge <= (ridge + trace) * (1 + error),
        "\(what)")
      #expect(
        found.samples
          >= process.bound(degree: degree, alignment: alignment, ridge: ridge) * (1 - error),
        "\(what)")
    }
    #expect(tally.refusedReasonable * 50 <= tally.reasonable, "\(tally.description)")
    print("Gaussian process: \(tally.description)")
  }

  /// λ_k = Σ_n a_n ρ^n Γ(d/2) n!/(2^n ((n − k)/2)! Γ((n + k + d)/2)), with arcsin x = Σ_n a_n x^n
  /// over odd n; `nil` if the series is too slow.
  private static func eigenvalue(_ k: Int, _ d: Int, _ rho: Double) -> Double? {
    // ln of the term at n = k, where a_k = (k − 2)!!²/k!, then ratios.
    var coefficient = 1.0
    for j in stride(from: 3, through: k, by: 2) {
      coefficient *= Double((j - 2) * (j - 2)) / Double(j * (j - 1))
    }
    var term = 2 / Double.pi * coefficient
    // Γ(d/2) k!/(2^k Γ(k + d/2)) ρ^k is a product of k factors.
    for i in 0..<k { term *= rho * Double(i + 1) / (2 * (Double(d) / 2 + Double(i))) }
    var sum = 0.0
    var n = Double(k)
    for _ in 0..<4_000_000 {
      sum += term
      if term < 1e-18 * sum { return sum }
      // a_{n+2}/a_n = n²/((n + 1)(n + 2)); (n + 2)!/n! = (n + 1)(n + 2).
      term *= rho * rho * n * n / 4
      term /= ((n + 2 - Double(k)) / 2) * ((n + Double(k) + Double(d)) / 2)
      n += 2
    }
    return nil
  }

  /// A state is found from its P, where P follows in closed form from u.
  @Test func equationOfState() throws {
    var inputs = WideInputs(seed: 32)
    var tally = Tally()
    for _ in 0..<WideInputs.count(200) {
      let model = ConvolutionEquationOfState(
        patch: inputs.size(0...9), patches: inputs.size(0...9), channels: inputs.size(0...9),
        outputVariance: inputs.decades(-6...6), ridge: inputs.decades(-6...6))
      let small = inputs.decades(-12 ... -0.31)
      let u = inputs.uniform() < 0.5 ? small : 1 - small
      let what = "\(model) u \(u)"
      let isReasonable =
        model.dimension <= 1e8 && (1e-3...1e3).contains(model.outputVariance)
        && (1e-3...1e3).contains(model.ridge) && u > 1e-3
      let scale = (model.outputVariance * Double(model.channels) / model.dimension).squareRoot()
      let root = (scale * scale + 4 * u * u).squareRoot()
      let field = 2 * u / (scale + root)
      let ratio =
        (1 - u)
        / (field
          * (model.dimension * Double(model.channels) / model.outputVariance)
          .squareRoot())
      let k =
        model.ridge + model.outputVariance
        / (1 + model.outputVariance / (model.dimension * ratio))
      guard let state = try? model.state(samples: k / ratio),
        let back = try? model.samples(alignment: u)
      else {
        tally.add(solved: false, reasonable: isReasonable)
        continue
      }
      tally.add(solved: true, reasonable: isReasonable)
      let error = state.relativeError
      #expect(error <= 1e-6, "\(what)")
      expect(state.alignment, near: u, within: 4 * error, "u, \(what)")
      expect(state.effectiveRidge, near: k, within: 4 * error, "k, \(what)")
      expect(back.samples, near: k / ratio, within: 1e-13, "P, \(what)")
      #expect(state.alignment >= state.lazyAlignment * (1 - 8 * error), "\(what)")
      #expect(0 < state.field && state.field < 1, "\(what)")
    }
    #expect(tally.refusedReasonable * 50 <= tally.reasonable, "\(tally.description)")
    print("equation of state: \(tally.description)")
  }

  /// Nothing cancels where the alignment is small: it is a relative 1e-9 above the lazy one at
  /// most.
  @Test func smallAlignments() throws {
    let state = try ConvolutionEquationOfState(
      patch: 10_000_000, patches: 10_000_000, channels: 10_000_000, ridge: 1
    ).state(samples: 100)
    expect(state.alignment, near: 5e-13, within: 1e-9, "u")
    expect(state.alignment, near: state.lazyAlignment, within: 1e-9, "the lazy u")
  }

  /// The least energies of two and three layers against searches over one whole number, with what
  /// remains in closed form.
  @Test func patterns() throws {
    var inputs = WideInputs(seed: 33)
    var tally = Tally()
    for _ in 0..<WideInputs.count(70) {
      let m = inputs.pick([1, 3, 5, 7])
      let sizes = [inputs.size(0.5...9), inputs.size(0...9), inputs.size(0...9)].map(Double.init)
      let (d, n1, n2) = (sizes[0], sizes[1], sizes[2])
      let prediction = Prediction(try Architecture(dense: [.one, .one], degree: m))
      guard let finite = try? prediction.minima(at: sizes) else {
        tally.add(solved: false, reasonable: true)
        continue
      }
      tally.add(solved: true, reasonable: true)
      let power = Double(m)
      /// Returns the least a x + b/x^p for x from 1 to an end.
      func amplified(_ a: Double, _ b: Double, _ p: Double, upTo end: Double) -> Double {
        let x = min(max(1, pow(p * b / a, 1 / (p + 1))), max(1, end))
        return a * x + b / pow(x, p)
      }
      var expected: [String: Double] = [
        "GP–GP": pow(d, power),
        "GP–Sp": Self.least(upTo: n2) { d * $0 + n2 / $0 },
        "Sp–GP": Self.least(upTo: n1) { d * $0 + n1 / $0 },
        "Sp–Mag": Self.least(upTo: n1) { specialists in
          // N₁β/M + N₂/β over β ≤ N₂.
          let beta = min(n2, (n2 * specialists / n1).squareRoot())
          return d * specialists + n1 * beta / specialists + n2 / beta
        },
        "GFL–Sp": Self.least(upTo: n2) { specialists in
          amplified(n1, d * specialists, 1, upTo: d) + n2 / specialists
        },
      ]
      if m > 1 { expected["GFL–GP"] = amplified(n1, pow(d, power), power, upTo: d) }
      for (pattern, minimum) in zip(prediction.patterns, finite.minima) {
        guard let minimum else { continue }
        #expect(minimum.energy > 0 && minimum.relativeError <= 1e-3, "\(pattern.name) \(sizes)")
        guard let value = expected[pattern.name] else { continue }
        expect(
          minimum.energy, near: value, within: minimum.relativeError + 1e-12,
          "\(pattern.name), m \(m), d, N₁, N₂ \(sizes)")
      }
      let least = finite.minima.compactMap { $0?.energy }.min()!
      expect(finite.minima[finite.winner]!.energy, near: least, within: 1e-8, "winner \(sizes)")
    }
    #expect(tally.refused == 0, "\(tally.description)")
    print("patterns: \(tally.description)")
  }

  /// Returns the least value of a convex function over whole numbers from 1 to an end.
  private static func least(upTo end: Double, _ f: (Double) -> Double) -> Double {
    var (low, high) = (1.0, end)
    while high - low > 2 {
      let middle = ((low + high) / 2).rounded(.down)
      if f(middle) <= f(middle + 1) { high = middle + 1 } else { low = middle }
    }
    return stride(from: low, through: high, by: 1).map(f).min()!
  }
}
