import Kernels

/// ln Z = ln ∫ N(θ; 0, I) e^{−E(θ)} dθ from the data energies of replicas, up to the constant of the
/// likelihood: with E = Σ(f − y)²/(2κ) the log marginal likelihood of P targets with noise of variance κ
/// is ln Z − (P/2) ln 2πκ.
///
/// Between neighbours β < β′, Z′/Z = ⟨e^{−(β′−β)E/2}⟩_β/⟨e^{(β′−β)E/2}⟩_β′: stepping stones from both
/// sides (Meng and Wong 1996, "Simulating ratios of normalizing constants via a simple identity",
/// Statistica Sinica 6, geometric bridge). Both factors have finite variance whatever the energy.
public struct LogEvidence: Hashable, Sendable {
  public let value: Double
  /// By the delta method from the summed influence of each sweep, with its effective sample size: swaps
  /// correlate the replicas of one sweep, and sweeps one another.
  public let standardError: Double

  /// - Parameters:
  ///   - dataEnergies: E at every sweep, by replica; at least four sweeps.
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
