import Kernels

/// A network f(x) = s Σ_k b_k Φ_k(x; θ) that is linear in its readout b, as all of the paper's
/// networks are.
///
/// Parameters are whitened: every coordinate of θ and of b is N(0, 1) in the prior. They stand in
/// one array, first θ and then b. A network states its features twice: in double precision as the
/// definition, and as a fast `FeatureMap`. Posteriors, energies and gradients follow from these
/// (`Posterior`, `CollapsedPosterior`).
package protocol Network: Hashable, Sendable {
  /// Number of coordinates of one input x.
  var inputDimension: Int { get }
  /// Number of coordinates of θ.
  var hiddenCount: Int { get }
  /// Number of features K.
  var featureCount: Int { get }
  /// Prior standard deviation s of a readout weight.
  var readoutScale: Double { get }

  /// Returns the K features Φ_k(x; θ).
  func features(_ hidden: [Double], _ input: [Double]) -> [Double]

  /// Returns Σ_k g_k ∂Φ_k/∂θ for a cotangent g of K numbers.
  func pullBack(_ cotangent: [Double], _ hidden: [Double], _ input: [Double]) -> [Double]

  /// Returns the features on a set of inputs, by the given kernels.
  func featureMap(_ data: TrainingSet, kernels: KernelSet) -> any FeatureMap

  /// Returns Σ (f − y)² and its gradient by all parameters, by the given kernels. It goes by way of
  /// the feature map unless the network has a shorter way.
  func dataTerm(_ data: TrainingSet, kernels: KernelSet) -> any DataTerm
}

extension Network {
  /// Number of all parameters.
  package var parameterCount: Int { hiddenCount + featureCount }

  package func dataTerm(_ data: TrainingSet, kernels: KernelSet) -> any DataTerm {
    FeatureDataTerm(
      map: featureMap(data, kernels: kernels), targets: data.targets, readoutScale: readoutScale,
      kernels: kernels)
  }

  /// Draws whitened parameters from the prior: a cold start.
  package func coldStart(from stream: RandomStream) -> [Float] {
    stream.standardNormals(count: parameterCount, step: 0)
  }
}

// MARK: - The definition, in double precision

extension Network {
  /// Returns f(x) for whitened parameters, first θ and then b.
  package func output(_ parameters: [Double], _ input: [Double]) -> Double {
    precondition(parameters.count == parameterCount && input.count == inputDimension)
    let features = features(Array(parameters.prefix(hiddenCount)), input)
    let readout = parameters.suffix(featureCount)
    return readoutScale * zip(readout, features).reduce(0) { $0 + $1.0 * $1.1 }
  }

  /// Returns U = Σ_ν (f(x_ν) − y_ν)²/2κ + |θ|²/2 + |b|²/2 and its gradient. It follows the formula
  /// sample by sample, and is the reference for every faster path.
  package func energyAndGradient(
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
