import Kernels

/// A network f(x) = s Σ_k b_k Φ_k(x; θ) that is linear in its readout b, as all of the paper's are.
///
/// Parameters are whitened: every coordinate of θ and of b is N(0, 1) in the prior. They stand in one
/// array, θ first and b after it. What a network has to say of itself is its features, once in double
/// precision as the definition, and once as a `FeatureMap` that is fast; posteriors, energies and
/// gradients follow from these (`Posterior`, `CollapsedPosterior`).
public protocol Network: Hashable, Sendable {
  /// Numbers of one input x.
  var inputDimension: Int { get }
  /// Number of coordinates of θ.
  var hiddenCount: Int { get }
  /// K, the number of features.
  var featureCount: Int { get }
  /// s, the prior's standard deviation of a readout weight.
  var readoutScale: Double { get }

  /// Φ_k(x; θ), K of them.
  func features(_ hidden: [Double], _ input: [Double]) -> [Double]

  /// Σ_k g_k ∂Φ_k/∂θ for a cotangent g of K numbers.
  func pullBack(_ cotangent: [Double], _ hidden: [Double], _ input: [Double]) -> [Double]

  /// The features on a set of inputs, by the given kernels.
  func featureMap(_ data: TrainingSet, kernels: KernelSet) -> any FeatureMap

  /// Σ (f − y)² and its gradient by all parameters, by the given kernels: by way of the feature map unless
  /// the network knows a shorter one.
  func dataTerm(_ data: TrainingSet, kernels: KernelSet) -> any DataTerm
}

extension Network {
  /// Number of all parameters.
  public var parameterCount: Int { hiddenCount + featureCount }

  public func dataTerm(_ data: TrainingSet, kernels: KernelSet) -> any DataTerm {
    FeatureDataTerm(
      map: featureMap(data, kernels: kernels), targets: data.targets, readoutScale: readoutScale,
      kernels: kernels)
  }

  /// Whitened parameters drawn from the prior: a cold start.
  public func coldStart(from stream: RandomStream) -> [Float] {
    stream.standardNormals(count: parameterCount, step: 0)
  }
}

// MARK: - The definition, in double precision

extension Network {
  /// f(x).
  public func output(_ parameters: [Double], _ input: [Double]) -> Double {
    precondition(parameters.count == parameterCount && input.count == inputDimension)
    let features = features(Array(parameters.prefix(hiddenCount)), input)
    let readout = parameters.suffix(featureCount)
    return readoutScale * zip(readout, features).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// U = Σ_ν (f(x_ν) − y_ν)²/2κ + |θ|²/2 + |b|²/2 and its gradient, sample by sample as the formula
  /// stands: what every faster path is measured against.
  public func energyAndGradient(
    _ parameters: [Double], inputs: [[Double]], targets: [Double], ridge: Double
  ) -> (energy: Double, gradient: [Double]) {
    let hidden = Array(parameters.prefix(hiddenCount))
    let readout = Array(parameters.suffix(featureCount))
    var energy = parameters.reduce(0) { $0 + $1 * $1 } / 2
    var gradient = parameters
    for (x, y) in zip(inputs, targets) {
      let features = features(hidden, x)
      let residual = readoutScale * zip(readout, features).reduce(0) { $0 + $1.0 * $1.1 } - y
      energy += residual * residual / (2 * ridge)
      let error = residual * readoutScale / ridge
      for (k, feature) in features.enumerated() { gradient[hiddenCount + k] += error * feature }
      let pulled = pullBack(readout.map { error * $0 }, hidden, x)
      for (i, value) in pulled.enumerated() { gradient[i] += value }
    }
    return (energy, gradient)
  }
}
