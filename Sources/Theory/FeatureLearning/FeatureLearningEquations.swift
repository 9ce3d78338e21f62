import Kernels

/// F of Gaussian feature learning and the right-hand sides of its stationary points, in the
/// variables (M, Σ): K = UᵀMU with the upper Cholesky factor U of Q(Σ) = UᵀU.
///
/// In these the divergences decouple, F = loss(UᵀMU) + N₂ KL(M‖1) + N₁ KL(Σ‖σ_w²/d), and M⁻¹ = 1 −
/// U g Uᵀ/N₂, Σ⁻¹ = d/σ_w² + (2/N₁) ∂loss/∂Σ with g = Tr A ∂Q_f/∂K. The factor is differentiated
/// backwards. For linear networks Ω = UᵀMU stands in the place of K, with Q = σ_v² Σ.
final class FeatureLearningEquations {
  let model: GaussianFeatureLearning
  let level: GaussianFeatureLearning.Level
  let ridge: Double
  let kernels: KernelSet
  let data: ReducedInputs
  let dimension: Int
  /// Rows of M: those of the data for erf, d for linear networks.
  let size: Int
  /// Xᵀ, and room for products.
  private let transposed: DenseMatrix
  private let half, features: DenseMatrix
  private let squares: [DenseMatrix]
  private let loss: DenseMatrix
  private let lossFactor: DenseMatrix
  private let lossInverse: DenseMatrix
  private let lossScratch: DenseMatrix
  private let constant: Double

  /// A state and what was computed there.
  final class State {
    /// The unknowns, and the right-hand sides that they are equal to at a stationary point.
    let inverseM, inverseSigma, rightM, rightSigma: DenseMatrix
    /// Σ, M, U and K (or Ω).
    let sigma, m, factor, kernel: DenseMatrix
    /// Q_f, r × r, and (Q_f + κ/m)⁻¹.
    let output, resolvent: DenseMatrix
    /// t = (Q_f + κ/m)⁻¹ y.
    var discrepancy: [Double] = []
    var freeEnergy = Double.infinity

    init(_ size: Int, _ dimension: Int, samples: Int) {
      func square(_ n: Int) -> DenseMatrix { DenseMatrix(n, n) }
      (inverseM, rightM, m) = (square(size), square(size), square(size))
      (factor, kernel) = (square(size), square(size))
      (inverseSigma, rightSigma, sigma) = (square(dimension), square(dimension), square(dimension))
      (output, resolvent) = (square(samples), square(samples))
    }

    /// The largest difference between the two sides of an equation over its largest entry.
    var residual: Double {
      func residual(_ left: DenseMatrix, _ right: DenseMatrix) -> Double {
        var largest = 0.0
        for i in 0..<left.rows {
          for j in 0..<left.columns { largest = max(largest, abs(left[i, j] - right[i, j])) }
        }
        return largest / left.largest
      }
      return max(residual(inverseM, rightM), residual(inverseSigma, rightSigma))
    }
  }

  init(
    _ model: GaussianFeatureLearning, _ data: LabelledInputs, ridge: Double,
    level: GaussianFeatureLearning.Level, kernels: KernelSet
  ) {
    self.model = model
    self.level = level
    self.ridge = ridge
    self.kernels = kernels
    self.data =
      model.activation == .linear ? ReducedInputs(rotating: data) : ReducedInputs(merging: data)
    dimension = data.dimension
    let (r, d) = (self.data.count, dimension)
    size = model.activation == .linear ? d : r
    transposed = DenseMatrix(d, r)
    transposed.setTranspose(of: self.data.inputs)
    half = DenseMatrix(r, d)
    features = DenseMatrix(r, r)
    let size = size
    squares = (0..<4).map { _ in DenseMatrix(size, size) }
    loss = DenseMatrix(r, r)
    lossFactor = DenseMatrix(r, r)
    lossInverse = DenseMatrix(r, r)
    lossScratch = DenseMatrix(r, r)
    constant = self.data.constant(ridge: ridge, level)
  }

  func makeState() -> State { State(size, dimension, samples: data.count) }

  /// The lazy state, M = 1 and Σ = σ_w²/d.
  func lazyState() -> State? {
    let state = makeState()
    for i in 0..<size { state.inverseM[i, i] = 1 }
    for i in 0..<dimension {
      state.inverseSigma[i, i] = Double(dimension) / model.weightVariance
    }
    return evaluate(state) ? state : nil
  }

  /// Computes all of a state from its `inverseM` and `inverseSigma`.
  ///
  /// - Returns: whether all matrices are positive definite there.
  func evaluate(_ state: State) -> Bool {
    guard let kl = divergences(state), factorKernel(state) else { return false }
    // K = Uᵀ (M U).
    let (u, product) = (state.factor, squares[0])
    product.setProduct(state.m, times: u, right: .upper, kernels)
    state.kernel.setProduct(
      u, transposed: true, left: .lower, times: product, upperOnly: true, kernels)
    state.kernel.mirrorUpper()
    guard let value = evaluateLoss(state) else { return false }
    state.freeEnergy = value + kl
    guard state.freeEnergy.isFinite else { return false }
    return pullBack(state)
  }

  /// Inverts M⁻¹ and Σ⁻¹, and returns N₂ KL(M‖1) + N₁ KL(Σ‖σ_w²/d).
  private func divergences(_ state: State) -> Double? {
    func invert(_ inverse: DenseMatrix, into matrix: DenseMatrix) -> Double? {
      let n = inverse.rows
      let (factor, other, scratch) = (DenseMatrix(n, n), DenseMatrix(n, n), DenseMatrix(n, n))
      factor.copy(from: inverse)
      guard let logarithm = factor.factorize(kernels) else { return nil }
      other.setInverse(ofUpper: factor, kernels)
      matrix.setGram(ofUpper: other, scratch: scratch, kernels)
      return -logarithm
    }
    guard let logM = invert(state.inverseM, into: state.m),
      let logSigma = invert(state.inverseSigma, into: state.sigma)
    else { return nil }
    let precision = Double(dimension) / model.weightVariance
    func divergence(_ matrix: DenseMatrix, _ logarithm: Double, times c: Double) -> Double {
      var trace = 0.0
      for i in 0..<matrix.rows { trace += c * matrix[i, i] - 1 }
      return (trace - logarithm - Double(matrix.rows) * naturalLogarithm(c)) / 2
    }
    return Double(model.secondWidth) * divergence(state.m, logM, times: 1)
      + Double(model.firstWidth) * divergence(state.sigma, logSigma, times: precision)
  }

  /// Q(Σ) = UᵀU, with XΣXᵀ left in `features`.
  private func factorKernel(_ state: State) -> Bool {
    let u = state.factor
    if model.activation == .linear {
      for i in 0..<size {
        for j in 0..<size { u[i, j] = model.hiddenVariance * state.sigma[i, j] }
      }
    } else {
      half.setProduct(data.inputs, times: state.sigma, kernels)
      features.setProduct(half, times: transposed, upperOnly: true, kernels)
      features.mirrorUpper()
      guard u.setArcsineKernel(of: features, times: model.hiddenVariance) else { return false }
    }
    return u.factorize(kernels) != nil
  }

  /// The loss at K, with A in `loss`, and t, Q_f and the resolvent in the state.
  private func evaluateLoss(_ state: State) -> Double? {
    let r = data.count
    let output = state.output
    if model.activation == .linear {
      half.setProduct(data.inputs, times: state.kernel, kernels)
      output.setProduct(half, times: transposed, upperOnly: true, kernels)
      output.mirrorUpper()
      for i in 0..<r { for j in 0..<r { output[i, j] *= model.readoutVariance } }
    } else {
      guard output.setArcsineKernel(of: state.kernel, times: model.readoutVariance) else {
        return nil
      }
    }
    lossFactor.copy(from: output)
    for i in 0..<r { lossFactor[i, i] += ridge / data.multiplicities[i] }
    guard let logarithm = lossFactor.factorize(kernels) else { return nil }
    lossInverse.setInverse(ofUpper: lossFactor, kernels)
    state.resolvent.setGram(ofUpper: lossInverse, scratch: lossScratch, kernels)
    // t = V Vᵀ y, V = U⁻¹: by way of |Vᵀy|² the quadratic form is positive.
    var middle = [Double](repeating: 0, count: r)
    for i in 0..<r {
      for j in i..<r { middle[j] += lossInverse[i, j] * data.targets[i] }
    }
    var t = [Double](repeating: 0, count: r)
    for i in 0..<r { for j in i..<r { t[i] += lossInverse[i, j] * middle[j] } }
    state.discrepancy = t
    let quadratic = middle.reduce(0) { $0 + $1 * $1 } / 2
    let isFull = level == .full
    for i in 0..<r {
      for j in 0..<r { loss[i, j] = t[i] * t[j] - (isFull ? state.resolvent[i, j] : 0) }
    }
    return quadratic + (isFull ? logarithm / 2 : 0) + constant
  }

  /// The right-hand sides of both equations.
  private func pullBack(_ state: State) -> Bool {
    let (n, d) = (size, dimension)
    let (g, transpose, product, p) = (squares[0], squares[1], squares[2], squares[3])
    let u = state.factor
    if model.activation == .linear {
      half.setProduct(loss, times: data.inputs, kernels)
      g.setProduct(transposed, times: half, kernels)
      for i in 0..<n { for j in 0..<n { g[i, j] *= model.readoutVariance } }
    } else {
      g.setArcsineDerivative(of: state.kernel, loss, times: model.readoutVariance)
    }
    // P = U g Uᵀ.
    transpose.setTranspose(of: u)
    product.setProduct(g, times: transpose, right: .lower, kernels)
    p.setProduct(u, left: .upper, times: product, upperOnly: true, kernels)
    p.mirrorUpper()
    let width = Double(model.secondWidth)
    for i in 0..<n {
      for j in 0..<n { state.rightM[i, j] = (i == j ? 1 : 0) - p[i, j] / width }
    }
    // Uᵀ is the lower factor R. R ∂loss/∂R is −P M, of which the lower triangle with half of its
    // diagonal counts: Q̄ = sym(V Φ Vᵀ), V = U⁻¹.
    let phi = g
    product.setProduct(p, times: state.m, kernels)
    for i in 0..<n {
      for j in 0..<n { phi[i, j] = j < i ? -product[i, j] : j == i ? -product[i, i] / 2 : 0 }
    }
    let inverse = p
    inverse.setInverse(ofUpper: u, kernels)
    transpose.setTranspose(of: inverse)
    product.setProduct(inverse, left: .upper, times: phi, right: .lower, kernels)
    phi.setProduct(product, times: transpose, right: .lower, kernels)
    for i in 0..<n {
      for j in 0..<i {
        let mean = (phi[i, j] + phi[j, i]) / 2
        (phi[i, j], phi[j, i]) = (mean, mean)
      }
    }
    let derivative = state.rightSigma
    if model.activation == .linear {
      for i in 0..<d { for j in 0..<d { derivative[i, j] = model.hiddenVariance * phi[i, j] } }
    } else {
      product.setArcsineDerivative(of: features, phi, times: model.hiddenVariance)
      half.setProduct(product, times: data.inputs, kernels)
      derivative.setProduct(transposed, times: half, upperOnly: true, kernels)
      derivative.mirrorUpper()
    }
    let factor = 2 / Double(model.firstWidth)
    for i in 0..<d {
      for j in 0..<d {
        derivative[i, j] =
          (i == j ? Double(d) / model.weightVariance : 0) + factor * derivative[i, j]
      }
    }
    return state.rightM.largest.isFinite && derivative.largest.isFinite
  }
}

extension GaussianFeatureLearning {
  /// Returns F and its derivatives by M and Σ at any state, with K = UᵀMU and Q(Σ) = UᵀU; `nil`
  /// where a matrix is not positive definite.
  ///
  /// - Parameters:
  ///   - inverseM: M⁻¹, of n rows (d for linear networks), row by row.
  ///   - inverseSigma: Σ⁻¹, of d rows.
  package func derivatives(
    inverseM: [Double], inverseSigma: [Double], _ data: LabelledInputs, ridge: Double,
    level: Level = .full, kernels: KernelSet = .best
  ) -> (freeEnergy: Double, byM: [Double], bySigma: [Double])? {
    let equations = FeatureLearningEquations(
      self, data, ridge: ridge, level: level, kernels: kernels)
    let state = equations.makeState()
    for (target, values) in [(state.inverseM, inverseM), (state.inverseSigma, inverseSigma)] {
      let n = target.rows
      precondition(values.count == n * n)
      for (i, x) in values.enumerated() { target[i / n, i % n] = x }
    }
    guard equations.evaluate(state) else { return nil }
    func difference(_ left: DenseMatrix, _ right: DenseMatrix, _ width: Int) -> [Double] {
      zip(left.values, right.values).map { Double(width) / 2 * ($1 - $0) }
    }
    return (
      state.freeEnergy, difference(state.inverseM, state.rightM, secondWidth),
      difference(state.inverseSigma, state.rightSigma, firstWidth)
    )
  }
}

// MARK: - The arcsine kernel

extension DenseMatrix {
  /// Writes c G(S) with G_μν = (2/π) arcsin(2 S_μν/√((1 + 2 S_μμ)(1 + 2 S_νν))).
  ///
  /// - Returns: whether all cosines are below one.
  func setArcsineKernel(of s: DenseMatrix, times c: Double) -> Bool {
    let n = rows
    let scales = s.cosineScales
    for i in 0..<n {
      for j in i..<n {
        let cosine = 2 * s[i, j] * scales[i] * scales[j]
        guard abs(cosine) < 1 else { return false }
        let value = c * 2 / .pi * arcsine(cosine)
        self[i, j] = value
        self[j, i] = value
      }
    }
    return true
  }

  /// Writes Σ_μν C_μν ∂(c G_μν)/∂S for a symmetric C: with D = 1 + 2 diag S, B = 2S/√(DDᵀ) and E =
  /// C ∘ (2c/π)/√(1 − B²), it is 2E/√(DDᵀ) − 2 diag(Σ_ν E_μν B_μν/D_μ).
  func setArcsineDerivative(of s: DenseMatrix, _ cotangent: DenseMatrix, times c: Double) {
    let n = rows
    let scales = s.cosineScales
    for i in 0..<n {
      var sum = 0.0
      for j in 0..<n {
        let cosine = 2 * s[i, j] * scales[i] * scales[j]
        // On the diagonal 1 − B = 1/D without cancellation.
        let gap = i == j ? scales[i] * scales[i] : 1 - cosine
        let e = cotangent[i, j] * c * 2 / .pi / (gap * (1 + cosine)).squareRoot()
        self[i, j] = 2 * e * scales[i] * scales[j]
        sum += e * cosine
      }
      self[i, i] -= 2 * sum * scales[i] * scales[i]
    }
  }

  /// 1/√(1 + 2 S_μμ).
  private var cosineScales: [Double] { (0..<rows).map { 1 / (1 + 2 * self[$0, $0]).squareRoot() } }
}
