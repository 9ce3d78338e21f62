/// A mean over independent chains or values, with its error and how well this is known.
package struct MeanEstimate: Hashable, Sendable {
  package let mean: Double
  /// The square of its standard error.
  package let squaredError: Double
  /// Degrees of freedom of the error, by which Student's t judges a difference; infinite where it
  /// is known, or all draws are equal.
  package let degreesOfFreedom: Double
  /// Effective samples of the mean; infinite where all draws are equal, or none are counted.
  package let samples: Double

  package init(
    mean: Double, squaredError: Double, degreesOfFreedom: Double, samples: Double = .infinity
  ) {
    self.mean = mean
    self.squaredError = squaredError
    self.degreesOfFreedom = degreesOfFreedom
    self.samples = samples
  }

  /// The estimate from an observable's draws, one array a chain. Chains of fewer than four draws
  /// have no error, and no effective samples.
  ///
  /// The squared error is that of all split chains, or the scatter of the chains' means over their
  /// number where this is larger: a small disagreement is lost in the noise of autocorrelations.
  /// What chains account for, each by itself, is known with about as many degrees of freedom as
  /// there are effective draws; the rest, their disagreement, from as few values as there are
  /// chains. The two are combined after Welch and Satterthwaite.
  ///
  /// Source: a random effect of each chain (DerSimonian and Laird 1986, "Meta-analysis in clinical
  /// trials", Controlled Clinical Trials 7). Chains that agree get errors a tenth too large.
  package init(_ chains: [[Double]]) {
    guard chains[0].count >= 4 else {
      let all = chains.joined()
      self.init(
        mean: all.reduce(0, +) / Double(all.count), squaredError: .nan, degreesOfFreedom: 0,
        samples: 0)
      return
    }
    let all = Diagnostics(chains)
    let pooled = all.standardError * all.standardError
    guard pooled > 0 else {
      self.init(mean: all.mean, squaredError: pooled, degreesOfFreedom: .infinity)
      return
    }
    let count = Double(chains.count)
    let square = max(pooled, Self.scatter(chains.map { $0.reduce(0, +) / Double($0.count) }))
    let within = min(
      square,
      chains.reduce(0) {
        let error = Diagnostics([$1]).standardError / count
        return $0 + error * error
      })
    let samples = all.standardDeviation * all.standardDeviation / pooled
    let uncertainty =
      within * within / max(samples - 1, 1)
      + (square - within) * (square - within) / max(count - 1, 1)
    self.init(
      mean: all.mean, squaredError: square, degreesOfFreedom: square * square / uncertainty,
      samples: samples)
  }

  /// The estimate from independent ones with their errors; `nil` if any is not finite.
  package init?(_ values: [Double], errors: [Double]) {
    guard (values + errors).allSatisfy(\.isFinite) else { return nil }
    let count = Double(values.count)
    self.init(
      mean: values.reduce(0, +) / count,
      squaredError: errors.reduce(0) { $0 + $1 * $1 } / (count * count),
      degreesOfFreedom: .infinity)
  }

  /// The estimate from independent values of one number, with the errors that each gives itself;
  /// `nil` if any is not finite. Its error is that of their scatter, or that of the errors if this
  /// is larger, and is known as well as so few values tell.
  package init?(repeated values: [Double], errors: [Double]) {
    guard let claimed = MeanEstimate(values, errors: errors) else { return nil }
    guard values.count > 1 else {
      self = claimed
      return
    }
    self.init(
      mean: claimed.mean, squaredError: max(claimed.squaredError, Self.scatter(values)),
      degreesOfFreedom: Double(values.count - 1))
  }

  /// The squared error of the mean of independent values by their scatter; 0 of a single one.
  private static func scatter(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count * (count - 1))
  }
}

/// How far two independent estimates of one mean are apart.
package struct MeanDifference: Hashable, Sendable {
  /// The second less the first.
  package let value: Double
  package let standardError: Double
  /// Degrees of freedom of Student's t by which the difference is judged, after Welch and
  /// Satterthwaite.
  package let degreesOfFreedom: Double

  package init(from old: MeanEstimate, to new: MeanEstimate) {
    value = new.mean == old.mean ? 0 : new.mean - old.mean
    let square = old.squaredError + new.squaredError
    standardError = square.squareRoot()
    let uncertainty = [old, new].reduce(0) {
      $0 + $1.squaredError * $1.squaredError / max($1.degreesOfFreedom, 1)
    }
    degreesOfFreedom = uncertainty > 0 ? square * square / uncertainty : .infinity
  }

  /// The difference in standard errors; 0 where there is none.
  package var residual: Double { value == 0 ? 0 : value / standardError }
  /// The normal score that is as unlikely as the residual is by Student's t.
  package var score: Double { normalScore(student: residual, degreesOfFreedom) }
}
