import Kernels

/// The evidence ln Z = ln ∫ N(θ; 0, I) e^{−E(θ)} dθ from the data energies of replicas, up to the
/// constant of the likelihood. With E = Σ(f − y)²/(2κ), the log marginal likelihood of P targets
/// with noise of variance κ is ln Z − (P/2) ln 2πκ.
///
/// Neighbours β < β′ give Z′/Z = ⟨e^{−(β′−β)E/2}⟩_β/⟨e^{(β′−β)E/2}⟩_β′: stepping stones from both
/// sides (Meng and Wong 1996, "Simulating ratios of normalizing constants via a simple identity",
/// Statistica Sinica 6, geometric bridge). Both factors have finite variance for every energy.
public struct LogEvidence: Hashable, Sendable {
  /// The estimate of ln Z.
  public let value: Double
  /// Standard error of `value` by the delta method, from the summed influence of each sweep and its
  /// effective sample size. This accounts for swaps, which correlate the replicas of one sweep, and
  /// for correlated sweeps.
  public let standardError: Double

  /// Estimates ln Z from recorded data energies.
  ///
  /// - Parameters:
  ///   - dataEnergies: E at every sweep, one array per replica; at least four sweeps.
  ///   - inverseRidges: β of the replicas, increasing.
  public init(dataEnergies: [[Double]], inverseRidges: [Double]) {
    precondition(dataEnergies.count == inverseRidges.count)
    var influence = [Double](repeating: 0, count: dataEnergies[0].count)
    var total = 0.0
    for k in dataEnergies.indices.dropLast() {
      let half = 0.5 * (inverseRidges[k + 1] - inverseRidges[k])
      for (replica, sign) in [(k, -1.0), (k + 1, 1.0)] {
        let logWeights = dataEnergies[replica].map { sign * half * $0 }
        let largest = logWeights.max()!
        let weights = logWeights.map { naturalExponential($0 - largest) }
        let mean = weights.reduce(0, +) / Double(weights.count)
        total -= sign * (largest + naturalLogarithm(mean))
        for t in weights.indices { influence[t] -= sign * weights[t] / mean }
      }
    }
    value = total
    standardError = Diagnostics([influence]).standardError
  }
}
