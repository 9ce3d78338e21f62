import Kernels

extension GaussianFeatureLearning {
  /// A state of the two Gaussian layers, and what the network then predicts.
  public struct Solution: Sendable {
    /// F, the part of the log-evidence that depends on κ included: −F − ½ n ln 2π is it.
    public let freeEnergy: Double
    /// Σ = E w wᵀ, d × d, row by row.
    public let sigma: [Double]
    /// K = E h hᵀ at the training inputs, n × n; of a linear network Ω, d × d, with K = XΩXᵀ.
    public let kernel: [Double]
    /// f̄ at the training inputs.
    public let mean: [Double]
    /// The variance of f at the training inputs, without the noise κ.
    public let variance: [Double]
    /// The largest difference between the sides of the equations of stationarity, relative to their
    /// largest entry; 0 of the lazy state.
    public let residual: Double
    /// How much f̄ changed in the last step of the iteration, which is an estimate of its error
    /// from above; 0 of the lazy state.
    public let meanError: Double
    /// How often F and its derivatives were computed.
    public let evaluations: Int
    private let predictor: FeatureLearningPredictor

    init(
      _ descent: FeatureLearningDescent, _ equations: FeatureLearningEquations,
      _ data: LabelledInputs
    ) throws(GaussianFeatureLearningError) {
      let state = descent.state
      let predictor = FeatureLearningPredictor(state, equations)
      freeEnergy = state.freeEnergy
      sigma = state.sigma.values
      let points =
        equations.model.activation == .linear
        ? predictor.predict(data.inputs)
        : equations.data.places.map { predictor.predict(at: $0) }
      mean = points.map(\.mean)
      variance = points.map(\.variance)
      if equations.model.activation == .linear {
        kernel = state.kernel.values
      } else {
        let places = equations.data.places
        kernel = places.flatMap { a in
          places.map { b in
            guard let a, let b else { return 0 }
            return a.sign * b.sign * state.kernel[a.index, b.index]
          }
        }
      }
      residual = descent.residual
      meanError = descent.change
      evaluations = descent.evaluations
      self.predictor = predictor
      guard freeEnergy.isFinite, (sigma + kernel + mean + variance).allSatisfy(\.isFinite)
      else { throw .kernelSingular }
    }

    /// Returns mean and variance of f at inputs, row by row. K at new inputs follows Q(Σ) given K
    /// at the training inputs, where the divergence is least.
    ///
    /// - Parameter inputs: numbers of whole inputs, each of d coordinates.
    public func predict(_ inputs: [Double]) -> [(mean: Double, variance: Double)] {
      precondition(inputs.count % predictor.dimension == 0)
      return predictor.predict(inputs)
    }
  }
}

/// f at inputs, given a state. Unchecked, because nothing changes its matrices any more.
final class FeatureLearningPredictor: @unchecked Sendable {
  let dimension: Int
  private let state: FeatureLearningEquations.State
  private let model: GaussianFeatureLearning
  private let data: ReducedInputs
  private let kernels: KernelSet
  /// X Σ (X Ω of linear networks), U⁻¹, and the diagonal of XΣXᵀ.
  private let projected: DenseMatrix
  private let inverse: DenseMatrix
  private let squares: [Double]
  /// Inputs that are treated together.
  private static let block = 256

  init(_ state: FeatureLearningEquations.State, _ equations: FeatureLearningEquations) {
    self.state = state
    model = equations.model
    data = equations.data
    kernels = equations.kernels
    let (r, d) = (data.count, equations.dimension)
    dimension = d
    let isLinear = model.activation == .linear
    let projected = DenseMatrix(r, d)
    projected.setProduct(data.inputs, times: isLinear ? state.kernel : state.sigma, kernels)
    let inputs = data.inputs
    squares = (0..<r).map { i in (0..<d).reduce(0) { $0 + projected[i, $1] * inputs[i, $1] } }
    self.projected = projected
    inverse = DenseMatrix(isLinear ? 0 : r, isLinear ? 0 : r)
    if !isLinear { inverse.setInverse(ofUpper: state.factor, kernels) }
  }

  /// Returns mean and variance of f at a training input of an erf network.
  func predict(at place: (index: Int, sign: Double)?) -> (mean: Double, variance: Double) {
    guard let place else { return (0, 0) }
    var (mean, explained) = (0.0, 0.0)
    for i in 0..<data.count {
      let output = state.output[place.index, i]
      mean += output * state.discrepancy[i]
      var inner = 0.0
      for j in 0..<data.count { inner += state.resolvent[i, j] * state.output[place.index, j] }
      explained += output * inner
    }
    return (place.sign * mean, max(0, state.output[place.index, place.index] - explained))
  }

  /// Returns mean and variance of f at inputs, row by row.
  func predict(_ inputs: [Double]) -> [(mean: Double, variance: Double)] {
    let d = dimension
    return Swift.stride(from: 0, to: inputs.count / d, by: Self.block).flatMap { first in
      let count = min(Self.block, inputs.count / d - first)
      let columns = DenseMatrix(d, count)
      for j in 0..<count {
        for k in 0..<d { columns[k, j] = inputs[(first + j) * d + k] }
      }
      return predict(columns)
    }
  }

  /// Returns the same at inputs that are columns.
  private func predict(_ inputs: DenseMatrix) -> [(mean: Double, variance: Double)] {
    let (r, count) = (data.count, inputs.columns)
    let cross = DenseMatrix(r, count)
    cross.setProduct(projected, times: inputs, kernels)
    let image = DenseMatrix(dimension, count)
    let isLinear = model.activation == .linear
    image.setProduct(isLinear ? state.kernel : state.sigma, times: inputs, kernels)
    var own = Self.columnProducts(inputs, image)
    if isLinear {
      for i in 0..<r { for j in 0..<count { cross[i, j] *= model.readoutVariance } }
      own = own.map { model.readoutVariance * $0 }
    } else {
      own = hiddenKernel(cross, own)
      own = arcsineKernel(
        cross, squares: (0..<r).map { state.kernel[$0, $0] }, own, times: model.readoutVariance)
    }
    let explaining = DenseMatrix(r, count)
    explaining.setProduct(state.resolvent, times: cross, kernels)
    let explained = Self.columnProducts(cross, explaining)
    return (0..<count).map { j in
      let mean = (0..<r).reduce(0.0) { $0 + cross[$1, j] * state.discrepancy[$1] }
      return (mean, max(0, own[j] - explained[j]))
    }
  }

  /// Replaces X Σ X*ᵀ by K between training inputs and others: with w = U⁻ᵀ Q_X*, it is UᵀMw, and
  /// Q_** + wᵀ(M − 1)w at the inputs themselves, which is returned.
  private func hiddenKernel(_ cross: DenseMatrix, _ own: [Double]) -> [Double] {
    let (r, count) = (data.count, cross.columns)
    let prior = arcsineKernel(cross, squares: squares, own, times: model.hiddenVariance)
    let (w, image) = (DenseMatrix(r, count), DenseMatrix(r, count))
    w.setProduct(inverse, transposed: true, left: .lower, times: cross, kernels)
    image.setProduct(state.m, times: w, kernels)
    cross.setProduct(state.factor, transposed: true, left: .lower, times: image, kernels)
    for i in 0..<r { for j in 0..<count { image[i, j] -= w[i, j] } }
    return zip(prior, Self.columnProducts(w, image)).map { max(0, $0 + $1) }
  }

  /// Replaces products of inputs by c times their arcsine kernel, and returns it of the inputs with
  /// themselves.
  private func arcsineKernel(
    _ cross: DenseMatrix, squares: [Double], _ own: [Double], times c: Double
  ) -> [Double] {
    let columns = own.map { 1 / (1 + 2 * $0).squareRoot() }
    for i in 0..<cross.rows {
      let scale = 2 / (1 + 2 * squares[i]).squareRoot()
      for j in 0..<cross.columns {
        let cosine = max(-1, min(1, scale * cross[i, j] * columns[j]))
        cross[i, j] = c * 2 / .pi * arcsine(cosine)
      }
    }
    return own.map { c * 2 / .pi * arcsine(2 * $0 / (1 + 2 * $0)) }
  }

  /// The inner products of the columns of two matrices.
  private static func columnProducts(_ a: DenseMatrix, _ b: DenseMatrix) -> [Double] {
    var sums = [Double](repeating: 0, count: a.columns)
    for i in 0..<a.rows { for j in 0..<a.columns { sums[j] += a[i, j] * b[i, j] } }
    return sums
  }
}
