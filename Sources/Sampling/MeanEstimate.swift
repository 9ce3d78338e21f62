/// A mean with its Monte Carlo error.
package struct MeanEstimate: Hashable, Sendable {
  package let mean: Double
  /// The square of its standard error.
  package let squaredError: Double
  /// Effective samples of the mean; infinite where all draws are equal, or none are counted.
  package let samples: Double

  package init(mean: Double, squaredError: Double, samples: Double) {
    (self.mean, self.squaredError, self.samples) = (mean, squaredError, samples)
  }

  /// The estimate from an observable's draws, one array a chain. Chains of fewer than four draws
  /// have no error, and no effective samples.
  package init(_ chains: [[Double]]) {
    guard chains[0].count >= 4 else {
      let all = chains.joined()
      self.init(mean: all.reduce(0, +) / Double(all.count), squaredError: .nan, samples: 0)
      return
    }
    let diagnostics = Diagnostics(chains)
    let squaredError = diagnostics.standardError * diagnostics.standardError
    let variance = diagnostics.standardDeviation * diagnostics.standardDeviation
    self.init(
      mean: diagnostics.mean, squaredError: squaredError,
      samples: squaredError > 0 ? variance / squaredError : .infinity)
  }

  /// The estimate from independent ones with their errors; `nil` if any is not finite.
  package init?(_ values: [Double], errors: [Double]) {
    guard (values + errors).allSatisfy(\.isFinite) else { return nil }
    let count = Double(values.count)
    self.init(
      mean: values.reduce(0, +) / count,
      squaredError: errors.reduce(0) { $0 + $1 * $1 } / (count * count), samples: .infinity)
  }
}

/// How far two independent estimates of one mean are apart.
package struct MeanDifference: Hashable, Sendable {
  /// The second less the first.
  package let value: Double
  package let standardError: Double
  /// Degrees of freedom of Student's t by which the difference is judged, after Welch and
  /// Satterthwaite. Each mean counts with its effective samples less one.
  package let degreesOfFreedom: Double

  package init(from old: MeanEstimate, to new: MeanEstimate) {
    value = new.mean == old.mean ? 0 : new.mean - old.mean
    let square = old.squaredError + new.squaredError
    standardError = square.squareRoot()
    let parts = [old, new].map {
      $0.squaredError * $0.squaredError / max($0.samples - 1, 1)
    }
    degreesOfFreedom = parts[0] + parts[1] > 0 ? square * square / (parts[0] + parts[1]) : .infinity
  }

  /// The difference in standard errors; 0 where there is none.
  package var residual: Double { value == 0 ? 0 : value / standardError }
  /// The normal score that is as unlikely as the residual is by Student's t.
  package var score: Double { normalScore(student: residual, degreesOfFreedom) }
}
