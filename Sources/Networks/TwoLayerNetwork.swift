import Kernels

/// f(x) = Σ_{i ≤ N} a_i erf(w_i·x) with w_i ~ N(0, σ_w² I/d) and a_i ~ N(0, σ_a²/N).
///
/// A network's parameters are kept whitened, θ ~ N(0, I): first u_i = w_i √d/σ_w, row by row, then
/// b_i = a_i √N/σ_a.
public struct TwoLayerNetwork: Hashable, Sendable {
  /// d, the dimension of the inputs.
  public let dimension: Int
  /// N, the number of hidden neurons.
  public let width: Int
  /// σ_w².
  public let weightVariance: Double
  /// σ_a².
  public let readoutVariance: Double

  public init(
    dimension: Int, width: Int, weightVariance: Double = 1, readoutVariance: Double = 1
  ) {
    precondition(dimension > 0 && width > 0 && weightVariance > 0 && readoutVariance > 0)
    self.dimension = dimension
    self.width = width
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
  }

  /// Number of parameters, N d + N.
  public var parameterCount: Int { width * dimension + width }
  /// Prior standard deviation of a first-layer weight, σ_w/√d.
  public var weightScale: Double { (weightVariance / Double(dimension)).squareRoot() }
  /// Prior standard deviation of a readout weight, σ_a/√N.
  public var readoutScale: Double { (readoutVariance / Double(width)).squareRoot() }

  /// The neuron's overlap w·w* = w₁ with the target's feature.
  public func overlap(ofNeuron i: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    weightScale * Double(parameters[i * dimension])
  }

  /// The neuron's |w|².
  public func squaredNorm(ofNeuron i: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    var sum = 0.0
    for j in i * dimension..<(i + 1) * dimension {
      sum += Double(parameters[j]) * Double(parameters[j])
    }
    return weightScale * weightScale * sum
  }

  /// The alignment ⟨f, y⟩/⟨y, y⟩ = Σ a_i ⟨erf(w_i·x), y⟩ over x ~ N(0, I), exact.
  public func alignment(
    with target: HermiteTarget, _ parameters: borrowing AlignedBuffer
  ) -> Double {
    var sum = 0.0
    for i in 0..<width {
      let coupling = target.coupling.value(
        overlap: overlap(ofNeuron: i, parameters), squaredNorm: squaredNorm(ofNeuron: i, parameters)
      )
      sum += readoutScale * Double(parameters[dimension * width + i]) * coupling
    }
    return sum
  }

  /// Whitened parameters drawn from the prior: a cold start.
  public func coldStart(from stream: RandomStream) -> [Float] {
    stream.standardNormals(count: parameterCount, step: 0)
  }

  /// A start at the pattern, with alignment 1: a few neurons carry the target, w₁ = 1.47 σ_w and
  /// |w_⊥|² shrunk to 0.26 of its draw, and everything else is drawn from the prior.
  ///
  /// Shape and number of the specialists, 2.90 √(N/d)/σ_a but at least one, are the large-deviation
  /// optimum for degree 3 and σ_w = 1 at infinite dimension; elsewhere it is a start like any other.
  public func plantedStart(target: HermiteTarget, from stream: RandomStream) -> [Float] {
    var theta = stream.standardNormals(count: parameterCount, step: 0)
    let optimum = 2.90 * (Double(width) / Double(dimension) / readoutVariance).squareRoot()
    let count = Int(min(Double(width), max(1, optimum.rounded())))
    // What the other neurons leave to them.
    let others = AlignedBuffer(theta)
    for i in 0..<count { others[dimension * width + i] = 0 }
    let share = 1 - alignment(with: target, others)
    let root = Double(dimension).squareRoot()
    for i in 0..<count {
      let row = i * dimension
      theta[row] = Float(1.47 * root)
      for j in row + 1..<row + dimension { theta[j] *= 0.51 }  // √0.26
      let norm = theta[row..<row + dimension].reduce(0.0) { $0 + Double($1) * Double($1) }
      let coupling = target.coupling.value(
        overlap: weightScale * Double(theta[row]), squaredNorm: weightScale * weightScale * norm)
      theta[dimension * width + i] = Float(share / (Double(count) * coupling * readoutScale))
    }
    return theta
  }
}
