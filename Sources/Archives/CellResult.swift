import Sampling
import Studies

/// The raw observables of every draw of a cell's chains, chain by chain.
package struct CellResult: Equatable, Sendable {
  /// Chains × draws: A = ⟨f, y⟩/⟨y, y⟩.
  @BitwiseEqual package var alignment: [Double] = []
  /// Chains × draws: Σ_ν (f(x_ν) − y_ν)²/P.
  @BitwiseEqual package var trainingLoss: [Float] = []
  /// Chains × draws: U(θ).
  @BitwiseEqual package var energy: [Float] = []
  /// Chains × draws, by name: the observables of the kind of network.
  package var observables: [String: BitwiseEqual<Double>] = [:]
  /// Chains × kept draws × neurons, by name: its observables of single neurons.
  package var units: [String: BitwiseEqual<Float>] = [:]
  /// The observables on which chains must agree, besides the alignment.
  package var certifying: [String] = []
  /// Chains: step size and mean trajectory length, frozen after warm-up.
  @BitwiseEqual package var stepSize: [Double] = []
  @BitwiseEqual package var trajectory: [Double] = []
  /// Chains: mean acceptance, root mean square of the energy error, mean virial, gradients with
  /// warm-up.
  @BitwiseEqual package var acceptance: [Double] = []
  @BitwiseEqual package var energyError: [Double] = []
  @BitwiseEqual package var virial: [Double] = []
  package var gradients: [Int] = []
  /// Chains: log-evidence and its standard error where the cell was tempered, else not a number.
  @BitwiseEqual package var logEvidence: [Double] = []
  @BitwiseEqual package var logEvidenceError: [Double] = []
  /// Chains: where each began.
  package var starts: [SamplerSpec.Start] = []
  /// One number: trajectories from one draw to the next.
  package var spacing: [Int] = []
  /// Whether the chains have no Metropolis test: they sample another distribution.
  package var isUnadjusted = false
  /// One number: rungs of the ladder on which the cell was tempered, 0 if it was not.
  package var replicas: [Int] = []

  /// A result without draws.
  package init() {}

  /// An observable of every draw, chains × draws.
  package func observable(_ name: String) -> [Double] {
    guard let values = observables[name] else { preconditionFailure("no observable '\(name)'") }
    return values.wrappedValue
  }

  /// An observable of every neuron of the kept draws, chains × kept draws × neurons.
  package func unit(_ name: String) -> [Float] {
    guard let values = units[name] else { preconditionFailure("no observable '\(name)'") }
    return values.wrappedValue
  }

  /// R̂ and effective sample size of the alignment over all chains, cold and planted.
  package var alignmentDiagnostics: Diagnostics { Diagnostics(chains(alignment)) }

  /// Whether the cell may be quoted as an equilibrium: its chains agree, and have a Metropolis
  /// test.
  package var isCertified: Bool { !isUnadjusted && chainsAgree }

  /// Whether chains of both kinds of start, every one of which moved, agree by `Certification`: in
  /// split-R̂ of the alignment and of what else the kind of network has to agree on, and in bulk
  /// ESS of the alignment.
  package var chainsAgree: Bool { assessment.chainsAgree }

  /// What tells whether chains agree, which takes a while.
  package struct Assessment {
    let alignment: Diagnostics
    /// Split-R̂ of the other observables that have to agree.
    let agreements: [Double]
    package let chainsAgree: Bool
    package let isCertified: Bool
  }

  package var assessment: Assessment {
    let diagnostics = alignmentDiagnostics
    let agreements = certifying.map { agreement(on: $0) }
    let agree =
      Set(starts).count == 2 && chains(alignment).allSatisfy { Set($0).count > 1 }
      && diagnostics.bulkESS > Diagnostics.leastESS
      && ([diagnostics.rHat] + agreements).allSatisfy { $0 < Diagnostics.largestRHat }
    return Assessment(
      alignment: diagnostics, agreements: agreements, chainsAgree: agree,
      isCertified: agree && !isUnadjusted)
  }

  /// Split-R̂ of an observable over all chains; 1 where it has one value in all of them.
  func agreement(on name: String) -> Double {
    let values = observable(name)
    if Set(values).count == 1 { return 1 }
    return Diagnostics(chains(values)).rHat
  }

  /// Whether every draw's alignment is a number: a Langevin step beyond the stable ones has none.
  package var isFinite: Bool { alignment.allSatisfy(\.isFinite) }

  /// A per-draw observable as one array a chain.
  package func chains<T: BinaryFloatingPoint>(_ values: [T]) -> [[Double]] {
    let draws = values.count / stepSize.count
    return stepSize.indices.map { values[($0 * draws)..<(($0 + 1) * draws)].map { Double($0) } }
  }
}

/// Numbers that are equal if their bits are: also where they are not a number.
@propertyWrapper
package struct BitwiseEqual<T: BinaryFloatingPoint & Sendable>: Equatable, Sendable {
  package var wrappedValue: [T]

  package init(wrappedValue: [T] = []) { self.wrappedValue = wrappedValue }

  package static func == (a: BitwiseEqual, b: BitwiseEqual) -> Bool {
    a.wrappedValue.withUnsafeBytes { a in b.wrappedValue.withUnsafeBytes { a.elementsEqual($0) } }
  }
}
