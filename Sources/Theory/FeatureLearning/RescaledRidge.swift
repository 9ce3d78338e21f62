import Kernels

/// Ridge regression with the kernel of a linear network times one scale g₁g₂, at the scalar saddle
/// point: the minimum over g of ½ yᵀ(sXXᵀ + κ)⁻¹y + ½ ln det(sXXᵀ + κ) + Σ_l (N_l/2)(g_l − ln g_l),
/// s = σ_w²σ_v²σ_a² g₁g₂/d.
///
/// With the determinant it is the limit of the exact posterior for wide layers. Without it the mean
/// is that of the tree level of ``GaussianFeatureLearning``.
public struct RescaledRidge: Hashable, Sendable {
  /// g₁ and g₂.
  public let scales: [Double]
  /// The mean weights β = s Xᵀ(sXXᵀ + κ)⁻¹y.
  public let weights: [Double]
  /// How far the equation N₁ (g₁ − 1) = −2 ∂E/∂ln s is from holding, relative to its terms.
  public let residual: Double

  /// Finds the saddle point.
  ///
  /// - Parameters:
  ///   - network: a linear network.
  ///   - data: X and y.
  ///   - ridge: κ.
  ///   - level: whether the determinant counts.
  /// - Throws: ``GaussianFeatureLearningError`` if κ is not finite and positive, or a number is
  ///   beyond double precision.
  public init(
    _ network: GaussianFeatureLearning, _ data: LabelledInputs, ridge: Double,
    level: GaussianFeatureLearning.Level = .full
  ) throws(GaussianFeatureLearningError) {
    precondition(network.activation == .linear, "the network is linear")
    guard ridge.isFinite && ridge > 0 else { throw .ridgeNotPositive(ridge) }
    let spectrum = LinearSpectrum(data)
    let unit = network.linearScale(dimension: data.dimension)
    let (a, b) = (Double(network.firstWidth), Double(network.secondWidth))
    /// −2 ∂E/∂ln s, with the sum of magnitudes.
    func force(_ v: Double) -> (value: Double, size: Double) {
      let s = unit * naturalExponential(v)
      var (value, size) = (0.0, 0.0)
      for (square, y) in zip(spectrum.squares, spectrum.targets) {
        let total = s * square + ridge
        let pull = y * y * s * square / (total * total)
        let push = level == .full ? s * square / total : 0
        value += pull - push
        size += pull + push
      }
      return (value, size)
    }
    func pair(_ v: Double) -> ScalePair {
      ScalePair(logProduct: v, firstWidth: a, secondWidth: b)
    }
    func gap(_ v: Double) -> Double { pair(v).excess - force(v).value }
    func energy(_ v: Double) -> Double {
      let g = pair(v)
      let energies = spectrum.energies(scale: unit * naturalExponential(v), ridge: ridge)
      return
        (energies.quadratic + (level == .full ? energies.logDeterminant : 0)
        + a * (g.first - naturalLogarithm(g.first)) + b * (g.second - naturalLogarithm(g.second)))
        / 2
    }
    // A minimum is where the gap rises through zero. There may be several.
    let range = ScaleRange(spectrum, unit: unit, ridge: ridge, firstWidth: a, secondWidth: b)
    guard range.low.isFinite && range.high.isFinite, range.high < 600, range.low > -600 else {
      throw .unresolved(1)
    }
    var best: (v: Double, energy: Double)?
    let count = Int(((range.high - range.low) / 0.05).rounded(.up))
    var left = range.low
    for i in 1...count {
      let right = range.low + Double(i) * 0.05
      if gap(left) < 0 && gap(right) >= 0 {
        var (low, high) = (left, right)
        while true {
          let middle = (low + high) / 2
          guard low < middle && middle < high else { break }
          if gap(middle) < 0 { low = middle } else { high = middle }
        }
        let e = energy(high)
        if e < best?.energy ?? .infinity { best = (high, e) }
      }
      left = right
    }
    guard let v = best?.v else { throw .unresolved(1) }
    let g = pair(v)
    scales = [g.first, g.second]
    weights = spectrum.weights(scale: unit * naturalExponential(v), ridge: ridge)
    let there = force(v)
    residual = abs(gap(v)) / (abs(g.excess) + there.size + min(a, b))
    guard residual <= 1e-9, weights.allSatisfy(\.isFinite) else { throw .unresolved(residual) }
  }
}

extension GaussianFeatureLearning {
  /// σ_w²σ_v²σ_a²/d, the variance of a linear network's weights β in the prior.
  func linearScale(dimension d: Int) -> Double {
    weightVariance * hiddenVariance * readoutVariance / Double(d)
  }

  /// The mean weights β = s Xᵀ(sXXᵀ + κ)⁻¹y of a linear network of infinite widths.
  ///
  /// - Precondition: the network is linear.
  public func lazyWeights(_ data: LabelledInputs, ridge: Double) -> [Double] {
    precondition(activation == .linear, "the network is linear")
    return LinearSpectrum(data).weights(
      scale: linearScale(dimension: data.dimension), ridge: ridge)
  }
}
