import Sampling

/// The raw observables of every draw of a cell's chains, chain by chain.
public struct CellResult: Equatable, Sendable {
  /// Chains × draws: A = ⟨f, y⟩/⟨y, y⟩.
  public var alignment: [Double] = []
  /// Chains × draws: Σ_ν (f(x_ν) − y_ν)²/P.
  public var trainingLoss: [Float] = []
  /// Chains × draws: U(θ).
  public var energy: [Float] = []
  /// Chains × draws: neurons with |w·w*| > `specialistThreshold`.
  public var specialists: [Int] = []
  /// Chains × draws: mean over neurons of (w·w*)².
  public var squaredOverlap: [Float] = []
  /// Chains × draws: mean over neurons of |w|².
  public var squaredNorm: [Float] = []
  /// Chains × kept draws × neurons: w·w*.
  public var overlap: [Float] = []
  /// Chains: step size and mean trajectory length, frozen after warm-up.
  public var stepSize: [Double] = []
  public var trajectory: [Double] = []
  /// Chains: mean acceptance, root mean square of the energy error, mean virial, gradients with warm-up.
  public var acceptance: [Double] = []
  public var energyError: [Double] = []
  public var virial: [Double] = []
  public var gradients: [Int] = []
  /// Chains: log-evidence and its standard error where the cell was tempered, else not a number.
  public var logEvidence: [Double] = []
  public var logEvidenceError: [Double] = []
  /// Chains: where each began.
  public var starts: [SamplerSpec.Start] = []
  /// One number: trajectories from one draw to the next.
  public var spacing: [Int] = []
  /// One number: rungs of the ladder on which the cell was tempered, 0 if it was not.
  public var replicas: [Int] = []

  /// A neuron is specialised when |w·w*| exceeds this: the minimum of the sampled density between its
  /// two modes at d = 20. The paper gives no definition.
  public static let specialistThreshold = 0.8

  /// R̂ and effective sample size of the alignment over all chains, cold and planted.
  public var alignmentDiagnostics: Diagnostics { Diagnostics(chains(alignment)) }

  /// Whether the cell may be quoted as an equilibrium: chains of both kinds of start, every one of
  /// which moved, agree to a split-R̂ of the alignment below 1.05, with a bulk ESS above 100.
  public var isCertified: Bool {
    guard Set(starts).count == 2 else { return false }
    let chains = chains(alignment)
    guard chains.allSatisfy({ Set($0).count > 1 }) else { return false }
    let diagnostics = Diagnostics(chains)
    return diagnostics.rHat < 1.05 && diagnostics.bulkESS > 100
  }

  /// A per-draw observable as one array a chain.
  public func chains<T: BinaryFloatingPoint>(_ values: [T]) -> [[Double]] {
    let draws = values.count / stepSize.count
    return stepSize.indices.map { values[($0 * draws)..<(($0 + 1) * draws)].map { Double($0) } }
  }
}
