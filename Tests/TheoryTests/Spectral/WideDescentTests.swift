import Foundation
import TestSupport
import Testing
import Theory

/// The linear model of descent over twelve decades of its inputs, against second methods.
@Suite struct WideDescentTests {
  /// Few modes, against the equation of b by Runge and Kutta's method where that is not too stiff,
  /// and against what is conserved elsewhere.
  @Test func flows() throws {
    var inputs = WideInputs(seed: 41)
    var tally = Tally()
    for _ in 0..<WideInputs.count(220) {
      let modes = inputs.size(0...1.3)
      let (alpha, beta) = (0.5 + inputs.decades(-1.5...0.6), inputs.decades(-1...0.6))
      let (richness, time) = (inputs.decades(-6...6), inputs.decades(-6...6))
      let what = "M \(modes) α \(alpha) β \(beta) γ \(richness) t \(time)"
      let spectrum = try PowerLawTask(alpha: alpha, beta: beta, modes: modes).spectrum(reach: 1)
      let flow = try DescentFlow(spectrum: spectrum, richness: richness)
      // The loss has not yet decayed as a single exponential for long.
      let square = spectrum.targets.reduce(0) { $0 + $1 * $1 }
      let isReasonable =
        time * (1 + (richness * square).squareRoot()) < 5 * pow(Double(modes), alpha)
      guard let state = try? flow.states(at: [time])[0] else {
        tally.add(solved: false, reasonable: isReasonable)
        continue
      }
      tally.add(solved: true, reasonable: isReasonable)
      let growth = richness * state.learned.reduce(0) { $0 + $1 * $1 }
      #expect(
        abs(state.clock * (state.clock - 1) - growth)
          <= 1e-5 * growth + 1e-9 * state.clock, "conservation, \(what)")
      #expect(
        state.loss > 0 && state.loss < spectrum.initialLoss && state.clock >= 1 && state.slope > 0,
        "\(what)")
      if let (loss, clock) = Self.rungeKutta(spectrum, richness, time) {
        expect(state.loss, near: loss, within: 1e-8 + 2 * state.relativeError, "L, \(what)")
        expect(state.clock, near: clock, within: 1e-8 + 2 * state.relativeError, "c, \(what)")
      }
    }
    #expect(tally.refusedReasonable * 20 <= tally.reasonable, "\(tally.description)")
    print("flows: \(tally.description)")
  }

  /// L and c by the classical method of fourth order, with two lengths of step and their limit;
  /// `nil` where that takes many steps.
  private static func rungeKutta(
    _ spectrum: DescentSpectrum, _ richness: Double, _ time: Double
  ) -> (loss: Double, clock: Double)? {
    let (d, target) = (spectrum.eigenvalues, spectrum.targets)
    func clock(_ b: [Double]) -> Double {
      (1 + (1 + 4 * richness * b.reduce(0) { $0 + $1 * $1 }).squareRoot()) / 2
    }
    func velocity(_ b: [Double]) -> [Double] {
      let c = clock(b)
      let r = d.indices.map { d[$0] * (target[$0] - b[$0]) }
      let overlap = zip(b, r).reduce(0) { $0 + $1.0 * $1.1 }
      return d.indices.map { c * r[$0] + richness / c * b[$0] * overlap }
    }
    let stiffest = 2 * clock(target.map { 1.5 * $0 }) * time * d[0]
    let count = Int(min(1e6, stiffest * 40)) + 400
    guard count * d.count < 40_000 else { return nil }
    func end(_ steps: Int) -> (Double, Double) {
      let h = time / Double(steps)
      var b = d.map { _ in 0.0 }
      for _ in 0..<steps {
        func shifted(_ k: [Double], _ part: Double) -> [Double] {
          zip(b, k).map { $0 + part * h * $1 }
        }
        let k1 = velocity(b)
        let k2 = velocity(shifted(k1, 0.5))
        let k3 = velocity(shifted(k2, 0.5))
        let k4 = velocity(shifted(k3, 1))
        for i in b.indices { b[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]) }
      }
      let loss = d.indices.reduce(0.0) { $0 + d[$1] * pow(target[$1] - b[$1], 2) }
      return (loss, clock(b))
    }
    let (a, b) = (end(count), end(2 * count))
    // Where b has come to the target but for rounding, the loss has no digits.
    guard b.0 > 1e-12, abs(a.0 / b.0 - 1) < 1e-7 else { return nil }
    return ((16 * b.0 - a.0) / 15, (16 * b.1 - a.1) / 15)
  }

  /// κ and floors against sums over each mode.
  @Test func widths() throws {
    var inputs = WideInputs(seed: 42)
    var tally = Tally()
    for _ in 0..<WideInputs.count(120) {
      let modes = inputs.size(0...3.7)
      let width = min(modes, inputs.size(0...3.5))
      let (alpha, beta) = (0.5 + inputs.decades(-2...1), inputs.decades(-2...1))
      let what = "M \(modes) N \(width) α \(alpha) β \(beta)"
      let task = try PowerLawTask(alpha: alpha, beta: beta, modes: modes)
      let isReasonable = Double(modes) < pow(1e100, 1 / (alpha * (2 + beta)))
      guard let found = try? WidthEquivalent(task, width: width) else {
        tally.add(solved: false, reasonable: isReasonable)
        continue
      }
      tally.add(solved: true, reasonable: isReasonable)
      guard width < modes else {
        #expect(found.floor == 0)
        continue
      }
      var (degrees, floor, mean) = (0.0, 0.0, 0.0)
      for k in 1...modes {
        let (lambda, power) = (pow(Double(k), -alpha), pow(Double(k), -alpha * beta - 1))
        let share = found.kappa / (lambda + found.kappa)
        degrees += lambda / (lambda + found.kappa)
        floor += power * share
        mean += power * share * share
      }
      let error = 1e-11 + 2 * found.relativeError
      expect(degrees, near: Double(width), within: error, "N, \(what)")
      expect(found.floor, near: floor, within: error, "floor, \(what)")
      expect(found.meanNetworkFloor, near: mean, within: error, "mean, \(what)")
    }
    #expect(tally.refusedReasonable * 20 <= tally.reasonable, "\(tally.description)")
    print("widths: \(tally.description)")
  }

  /// The mean loss in closed form against the recursion, step by step.
  @Test func noise() throws {
    var inputs = WideInputs(seed: 43)
    var tally = Tally()
    for _ in 0..<WideInputs.count(120) {
      let modes = inputs.size(0...2)
      let (alpha, beta) = (0.5 + inputs.decades(-2...0.7), inputs.decades(-2...0.7))
      let batch = inputs.size(0...6)
      let task = try PowerLawTask(alpha: alpha, beta: beta, modes: modes)
      let plain = try task.spectrum(reach: 1)
      let floor = inputs.pick([0, inputs.decades(-6...0)])
      let spectrum = try DescentSpectrum(
        eigenvalues: plain.eigenvalues, targets: plain.targets, floor: floor)
      let share = inputs.pick([0.01, 0.3, 0.9, 0.99])
      let step = share * NoisyDescent.largestStep(spectrum, batch: batch)
      let what = "M \(modes) α \(alpha) β \(beta) B \(batch) η \(step) floor \(floor)"
      guard let noise = try? LazyNoise(spectrum: spectrum, batch: batch, step: step) else {
        tally.add(solved: false, reasonable: true)
        continue
      }
      tally.add(solved: true, reasonable: true)
      var descent = try NoisyDescent(spectrum: spectrum, batch: batch, step: step)
      for steps in [40, 600] {
        try descent.advance(to: steps)
        guard descent.loss > 1e-250 else { continue }
        expect(
          noise.loss(after: Double(steps)), near: descent.loss,
          within: 1e-9 + 10 * noise.relativeError, "step \(steps), \(what)")
      }
    }
    #expect(tally.refused * 20 <= tally.solved, "\(tally.description)")
    print("noise: \(tally.description)")
  }

  /// J and Q against the trapezoidal rule in ln u, with I by its integral.
  @Test func amplitudes() throws {
    var inputs = WideInputs(seed: 44)
    for _ in 0..<WideInputs.count(60) {
      let (alpha, beta) = (0.5 + inputs.decades(-6...1.9), 0.05 + 0.9 * inputs.uniform())
      let amplitude = try DescentAmplitude(PowerLawTask(alpha: alpha, beta: beta))
      let m = (1 - beta) / 4
      // I = u ∫₀¹ s^−m e^−u(1 − s) ds, with s = y^(1/(1 − m)) so that the integrand is smooth.
      let rule = GaussLegendre(count: 20, on: 0...1, panels: 12)
      func learned(_ u: Double) -> Double {
        u / (1 - m) * rule.integral { exp(-u * (1 - pow($0, 1 / (1 - m)))) }
      }
      var (growth, loss) = (0.0, 0.0)
      let (low, high, h) = (-16.0, 5.0, 0.0625)
      for i in 0...Int((high - low) / h) {
        let v = low + Double(i) * h
        let share = learned(exp(v))
        let end = i == 0 || i == Int((high - low) / h) ? 0.5 : 1.0
        growth += end * h * exp((beta - 1) * v) * share * share
        loss += end * h * exp(beta * v) * (1 - share) * (1 - share)
      }
      // Beyond: I → 1 + m/u, and I → 0.
      let u = exp(high)
      growth += pow(u, beta - 1) / (1 - beta) + 2 * m * pow(u, beta - 2) / (2 - beta)
      loss += exp(beta * low) / beta
      loss += m * m * pow(u, beta - 2) / (2 - beta)
      expect(amplitude.growth, near: growth / alpha, within: 2e-4, "J, α \(alpha) β \(beta)")
      expect(amplitude.loss, near: loss / alpha, within: 2e-4, "Q, α \(alpha) β \(beta)")
    }
  }
}
