import Foundation
import TestSupport
import Testing
import Theory

/// Descent with batches, in the mean over them.
@Suite struct NoisyDescentTests {
  static let reference = SpectralReference.shared

  static func spectrum(_ alpha: Double, _ beta: Double, modes: Int) throws -> DescentSpectrum {
    try PowerLawTask(alpha: alpha, beta: beta, modes: modes).spectrum(reach: 1)
  }

  /// The exact recursion and the closure, at numbers good to 1e-12.
  @Test(arguments: reference.lazy_sgd + reference.closure)
  func referenceNumbers(row: SpectralReference.Noise) throws {
    var descent = try NoisyDescent(
      spectrum: Self.spectrum(row.alpha, row.beta, modes: row.M), batch: row.B, step: row.eta,
      richness: row.gamma ?? 0)
    for (i, step) in row.step.enumerated() {
      try descent.advance(to: step)
      expect(descent.loss, near: row.mean_loss[i], within: 1e-12, "L, \(row), step \(step)")
      expect(descent.clock, near: row.c?[i] ?? 1, within: 1e-12, "c, \(row), step \(step)")
    }
  }

  /// The closure with a batch and without, against rows printed with all digits.
  @Test func richRuns() throws {
    for row in Self.reference.sgd_rich {
      let spectrum = try Self.spectrum(row.alpha, row.beta, modes: row.M)
      var noisy = try NoisyDescent(
        spectrum: spectrum, batch: row.B, step: row.eta, richness: row.gamma)
      var still = try NoisyDescent(
        spectrum: spectrum, batch: nil, step: row.eta, richness: row.gamma)
      for (i, step) in row.t.enumerated() {
        try noisy.advance(to: step)
        try still.advance(to: step)
        expect(noisy.loss, near: row.closure[i], within: 1e-10, "L, step \(step)")
        expect(noisy.clock, near: row.c[i], within: 1e-10, "c, step \(step)")
        expect(still.loss, near: row.gd[i], within: 1e-10, "L without noise, step \(step)")
      }
    }
  }

  /// Without noise and lazy, each mode decays by itself.
  @Test func geometricDecay() throws {
    let spectrum = try DescentSpectrum(
      eigenvalues: [1, 0.25], targets: [2, -3], multiplicities: [1, 4], floor: 0.5)
    var descent = try NoisyDescent(spectrum: spectrum, batch: nil, step: 0.5)
    try descent.advance(to: 7)
    let (first, second) = (4 * pow(0.25, 7.0), 9 * pow(0.875, 14.0))
    expect(descent.loss, near: 0.5 + first + second, within: 1e-14, "L")
  }

  /// A floor is noise of the labels: the loss settles at floor (1 + S/(1 − S)), with S the sum
  /// whose bound of 1 is the largest step.
  @Test func labelNoise() throws {
    let spectrum = try DescentSpectrum(
      eigenvalues: [1, 0.5, 0.25], targets: [1, 1, 1], floor: 0.3)
    let (eta, b) = (0.2, 4.0)
    var descent = try NoisyDescent(spectrum: spectrum, batch: 4, step: eta)
    try descent.advance(to: 3000)
    let sum = spectrum.eigenvalues.reduce(0) { $0 + eta * $1 / b / (2 - eta * $1 * (1 + 1 / b)) }
    expect(descent.loss, near: 0.3 / (1 - sum), within: 1e-12, "L")
  }

  /// Just under the largest step the loss falls in the end, and just above it would grow.
  @Test(arguments: [1, 8, nil]) func largestStep(batch: Int?) throws {
    let spectrum = try Self.spectrum(2, 0.5, modes: 20)
    let limit = NoisyDescent.largestStep(spectrum, batch: batch)
    var descent = try NoisyDescent(spectrum: spectrum, batch: batch, step: 0.99 * limit)
    try descent.advance(to: 4000)
    let early = descent.loss
    try descent.advance(to: 8000)
    #expect(descent.loss < early)
    #expect(throws: SpectralError.unstableStep(step: limit, limit: limit)) {
      _ = try NoisyDescent(spectrum: spectrum, batch: batch, step: limit)
    }
  }

  /// The clock of a rich run stops at the edge of stability, and the recursion ends in one line.
  @Test func edge() throws {
    var descent = try NoisyDescent(
      spectrum: Self.spectrum(1.5, 0.3, modes: 300), batch: nil, step: 0.2, richness: 10)
    do {
      try descent.advance(to: 1000)
      Issue.record("expected the edge of stability, found c = \(descent.clock)")
    } catch {
      guard case .edgeOfStability(let steps, let clock, let limit) = error else {
        Issue.record("\(error)")
        return
      }
      #expect((1..<100).contains(steps) && clock >= limit && limit == 10, "\(error)")
      #expect(!error.description.contains("\n"))
    }
  }

  @Test func refusals() throws {
    let spectrum = try Self.spectrum(2, 0.5, modes: 20)
    #expect(throws: SpectralError.self) {
      _ = try NoisyDescent(spectrum: spectrum, batch: 0, step: 0.1)
    }
    for step in [0, -1, Double.nan, .infinity, 3] {
      #expect(throws: SpectralError.self, "\(step)") {
        _ = try NoisyDescent(spectrum: spectrum, batch: 4, step: step)
      }
    }
    for richness in [-1, Double.nan, .infinity] {
      #expect(throws: SpectralError.self, "\(richness)") {
        _ = try NoisyDescent(spectrum: spectrum, batch: 4, step: 0.1, richness: richness)
      }
    }
  }
}
