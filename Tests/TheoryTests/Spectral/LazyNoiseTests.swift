import Foundation
import TestSupport
import Testing
import Theory

/// Lazy stochastic descent in closed form, against the recursion and its reference.
@Suite struct LazyNoiseTests {
  @Test func referenceNumbers() throws {
    for row in SpectralReference.shared.lazy_sgd {
      let task = try PowerLawTask(alpha: row.alpha, beta: row.beta, modes: row.M)
      let noise = try task.lazyNoise(batch: row.B, step: row.eta, steps: 1000)
      for (step, loss) in zip(row.step, row.mean_loss) {
        expect(noise.loss(after: Double(step)), near: loss, within: 1e-12, "\(row), \(step)")
      }
      #expect(noise.relativeError < 1e-11)
    }
  }

  /// Ratios to the loss without noise, and slopes between two numbers of steps.
  @Test func relativeNoise() throws {
    for row in SpectralReference.shared.sgd_lazy where row.alpha == 1.5 {
      let task = try PowerLawTask(alpha: row.alpha, beta: row.beta, modes: row.M)
      let spectrum = try task.spectrum(reach: 6000)
      func still(_ steps: Double) -> Double {
        (0..<spectrum.count).reduce(0.0) { sum, i in
          let (d, b) = (spectrum.eigenvalues[i], spectrum.targets[i])
          return sum + spectrum.multiplicities[i] * d * b * b * pow(1 - row.eta * d, 2 * steps)
        }
      }
      for (batch, numbers) in row.B where batch != "64" {
        let noise = try task.lazyNoise(batch: Int(batch)!, step: row.eta, steps: 30_000)
        let steps = [10.0, 100, 1000, 10_000]
        for (step, ratio) in zip(steps, numbers.rel_noise) {
          expect(
            noise.loss(after: step) / still(step) - 1, near: ratio, within: 1e-5,
            "α \(row.alpha) β \(row.beta) B \(batch) step \(step)")
        }
        // The reference fits lines over points uniform in ln t, on which drift is small.
        func slope(_ from: Double, _ to: Double, _ loss: (Double) -> Double) -> Double {
          log(loss(from) / loss(to)) / log(to / from)
        }
        #expect(
          abs(slope(3000, 30_000) { noise.loss(after: $0) } - numbers.chi_3000_30000) < 0.01)
        #expect(
          abs(
            slope(3000, 30_000) { noise.loss(after: $0) - still($0) }
              - numbers.noise_3000_30000) < 0.01)
      }
    }
  }

  /// A floor is noise of the labels, and the closed form knows where it ends.
  @Test func floor() throws {
    let spectrum = try DescentSpectrum(
      eigenvalues: [1, 0.5, 0.5, 0.1], targets: [1, 2, 0, 3], floor: 0.2)
    let noise = try LazyNoise(spectrum: spectrum, batch: 2, step: 0.3)
    var descent = try NoisyDescent(spectrum: spectrum, batch: 2, step: 0.3)
    for steps in [0, 1, 2, 17, 200, 3000] {
      try descent.advance(to: steps)
      expect(noise.loss(after: Double(steps)), near: descent.loss, within: 1e-12, "\(steps)")
    }
    expect(noise.limit, near: descent.loss, within: 1e-12, "the end")
  }

  /// At finite width, a sum of few exponentials stands for the network: against its own recursion.
  @Test func finiteWidth() throws {
    let width = try WidthEquivalent(PowerLawTask(alpha: 2, beta: 2.5), width: 64)
    let noise = try width.lazyNoise(batch: 1, step: 0.2, steps: 1e4)
    #expect(noise.relativeError < 1e-4)
    var descent = try NoisyDescent(
      spectrum: width.noisySpectrum(reach: 2e3).spectrum, batch: 1, step: 0.2)
    try descent.advance(to: 5000)
    expect(noise.loss(after: 5000), near: descent.loss, within: 1e-6, "5000 steps")
    // The labels' noise holds the loss above the floor: by Σ η d/(2B) and more.
    #expect(noise.loss(after: 1e4) > width.floor * (1 + 0.2 * 1.6 / 2))
  }

  @Test func refusals() throws {
    let task = try PowerLawTask(alpha: 1, beta: 1)
    #expect(throws: SpectralError.infiniteTrace(alpha: 1)) {
      _ = try task.lazyNoise(batch: 1, step: 0.1, steps: 10)
    }
    let other = try PowerLawTask(alpha: 2, beta: 1)
    #expect(throws: SpectralError.self) { _ = try other.lazyNoise(batch: 1, step: 1, steps: 10) }
  }
}
