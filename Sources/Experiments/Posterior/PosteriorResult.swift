import Sampling
import Studies

// What is archived of a cell that was sampled, by its meaning.

extension CellResult {
  /// Chains × draws: A = ⟨f, y⟩/⟨y, y⟩.
  package var alignment: [Double] { doubles("alignment") }
  /// Chains × draws: Σ_ν (f(x_ν) − y_ν)²/P.
  package var trainingLoss: [Float] { singles("training_loss") }
  /// Chains × draws: U(θ).
  package var energy: [Float] { singles("energy") }
  /// Chains: step size and mean trajectory length, frozen after warm-up.
  package var stepSize: [Double] { doubles("step_size") }
  package var trajectory: [Double] { doubles("trajectory") }
  /// Chains: mean acceptance, root mean square of the energy error, mean virial, gradients with
  /// warm-up.
  package var acceptance: [Double] { doubles("acceptance") }
  package var energyError: [Double] { doubles("energy_error") }
  package var virial: [Double] { doubles("virial") }
  package var gradients: [Int] { integers("gradients") }
  /// Chains: log-evidence and its standard error where the cell was tempered, else not a number.
  package var logEvidence: [Double] { doubles("log_evidence") }
  package var logEvidenceError: [Double] { doubles("log_evidence_error") }
  /// One number: trajectories from one draw to the next.
  package var spacing: [Int] { integers("spacing") }
  /// One number: rungs of the ladder on which the cell was tempered, 0 if it was not.
  package var replicas: [Int] { integers("replicas") }
  /// Chains: mean acceptance of involutions, at most one element: of cells that propose them.
  package var involutionAcceptance: [[Double]] {
    layout.observed.contains(Layout.involutionAcceptance)
      ? [doubles(Layout.involutionAcceptance)] : []
  }
  /// Chains: where each began.
  package var starts: [SamplerSpec.Start] {
    labels[Layout.starts.name]!.compactMap(SamplerSpec.Start.init(rawValue:))
  }
  /// Whether the chains have no Metropolis test: they sample another distribution.
  package var isUnadjusted: Bool { parameters.langevinStep > 0 }

  /// An observable of every draw, chains × draws; NaN where a count is not defined.
  package func observable(_ name: String) -> [Double] {
    guard case .integer(let counts)? = numbers[name] else { return reals(name) }
    return counts.map { $0 == Layout.undefinedCount ? .nan : Double($0) }
  }

  /// Names of the further observables of the draws.
  package var further: [String] {
    kind.further.map(\.name).filter(layout.observed.contains)
  }

  /// An observable of every neuron of the kept draws, chains × kept draws × neurons.
  package func unit(_ name: String) -> [Float] { singles(name) }

  /// A per-draw observable as one array a chain.
  package func chains<T: BinaryFloatingPoint>(_ values: [T]) -> [[Double]] {
    let chains = stepSize.count
    let draws = values.count / chains
    return (0..<chains).map { values[($0 * draws)..<(($0 + 1) * draws)].map { Double($0) } }
  }

  /// The kind of network.
  package var kind: NetworkKind { NetworkKind.named(layout.model)! }
}

// MARK: - Agreement

extension CellResult {
  /// R̂ and effective sample size of the alignment over all chains, cold and planted.
  package var alignmentDiagnostics: Diagnostics { Diagnostics(chains(alignment)) }

  /// Whether the cell may be quoted as an equilibrium: its chains agree, and have a Metropolis
  /// test.
  package var isCertified: Bool { isSound }

  /// Whether chains of both kinds of start, every one of which moved, agree by `Certification`: in
  /// split-R̂ of the alignment and of what else the kind of network has to agree on, and in bulk
  /// ESS of the alignment.
  package var chainsAgree: Bool { assessment.chainsAgree }

  /// What tells whether chains agree.
  package struct Assessment {
    package let alignment: Diagnostics
    /// Split-R̂ of the other observables that have to agree.
    package let agreements: [Double]
    /// The largest split-R̂, and the smallest of bulk and tail effective sample sizes, of all that
    /// the rule looks at.
    package let largestRHat, leastESS: Double
    package let chainsAgree: Bool
    package let isCertified: Bool
  }

  /// What tells whether chains agree, which takes a while.
  package var assessment: Assessment {
    let diagnostics = alignmentDiagnostics
    let agreements = kind.certifying.map { agreement(on: $0).rHat }
    let rule = Certification(archiving: layout.observed)
    var (rHats, sizes) = ([diagnostics.rHat] + agreements, [diagnostics.bulkESS])
    if rule == .strict {
      let all = rule.names(kind).map { agreement(on: $0) }
      (rHats, sizes) = (all.map(\.rHat), all.map(\.ess))
    }
    let (largest, least) = (rHats.max()!, sizes.min()!)
    let agree =
      SamplerSpec.Start.allCases.allSatisfy { start in
        starts.count { $0 == start } >= rule.leastChains
      } && chains(alignment).allSatisfy { Set($0).count > 1 }
      && least > rule.leastESS && largest < rule.largestRHat
    return Assessment(
      alignment: diagnostics, agreements: agreements, largestRHat: largest, leastESS: least,
      chainsAgree: agree, isCertified: agree && !isUnadjusted)
  }

  /// Split-R̂ of an observable over all chains, and the smaller of its bulk and tail effective
  /// sample size. One value in all of them has R̂ = 1, and as many effective samples as draws.
  private func agreement(on name: String) -> (rHat: Double, ess: Double) {
    let values = observable(name)
    if Set(values).count == 1 { return (1, Double(values.count)) }
    let diagnostics = Diagnostics(chains(values))
    return (diagnostics.rHat, min(diagnostics.bulkESS, diagnostics.tailESS))
  }

  /// Whether every draw's alignment is a number: a Langevin step beyond the stable ones has none.
  package var isFinite: Bool { alignment.allSatisfy(\.isFinite) }
}
