import Kernels

/// The posterior of the hidden parameters θ alone, with the Gaussian readout integrated out.
///
/// With the features Φ (K × P) at θ, λ = κ/s², B = ΦΦᵀ + λ I and â = B⁻¹Φy,
/// U(θ) = (y·y − â·Φy)/2κ + ½ ln det(B/λ) + |θ|²/2.
/// This is −ln ∫ e^{−U(θ, b)} db up to the constant (K/2) ln 2π of the readout's prior (Rasmussen
/// and Williams 2006, "Gaussian processes for machine learning", section 2.1, in weight space). Its
/// derivative by the features is ∂U/∂Φ = −(1/κ) â (y − Φᵀâ)ᵀ + B⁻¹Φ. The readout is drawn on
/// request from its conditional a | θ ~ N(â, κ B⁻¹), a = s b.
///
/// Products run in single precision along blocks of samples; B, its inverse and U are in double.
/// Use one value per thread.
///
/// *Complexity:* a gradient of the features, 3 P K² flops of products, and K³ in double precision.
package final class CollapsedPosterior<Model: Network>: Energy {
  /// The network whose readout is integrated out.
  package let network: Model
  /// The number of samples P.
  package let samples: Int
  /// The ridge κ.
  package let ridge: Double
  private let kernels: KernelSet
  private let map: any FeatureMap
  private let targets: AlignedBuffer
  /// Blocks of K rows of features and one row of targets.
  private let features: AlignedBuffer
  private let tapes: AlignedBuffer
  private let transposed: AlignedBuffer
  private let block: AlignedBuffer
  private let matrix: AlignedBuffer
  private let mean: AlignedBuffer
  private let error: AlignedBuffer
  private let regression: RidgeRegression

  /// Conditions a network on a training set.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - data: inputs of the network's dimension, and targets.
  ///   - ridge: κ, positive.
  ///   - kernels: the instruction set; all of them give the same bits.
  package init(network: Model, data: TrainingSet, ridge: Double, kernels: KernelSet = .best) {
    precondition(data.dimension == network.inputDimension && ridge > 0)
    self.network = network
    self.ridge = ridge
    self.kernels = kernels
    samples = data.count
    map = network.featureMap(data, kernels: kernels)
    let (count, size) = (network.featureCount, 16 * map.blockVectors)
    let padding = [Float](repeating: 0, count: map.blocks * size - samples)
    targets = AlignedBuffer(data.targets + padding)
    features = AlignedBuffer(count: map.blocks * (count + 1) * size)
    for b in 0..<map.blocks {
      (features.floats + (b * (count + 1) + count) * size).update(
        from: targets.floats + b * size, count: size)
    }
    tapes = AlignedBuffer(count: map.blocks * 16 * map.tapeVectors)
    let width = (count + 16) / 16
    transposed = AlignedBuffer(count: size * 16 * width)
    block = AlignedBuffer(count: 16 * 16 * width)
    matrix = AlignedBuffer(count: count * size)
    mean = AlignedBuffer(count: count)
    error = AlignedBuffer(count: size)
    regression = RidgeRegression(
      count: count, shift: ridge / (network.readoutScale * network.readoutScale), kernels: kernels)
  }

  /// The number of hidden parameters, which are all that is sampled.
  package var dimension: Int { network.hiddenCount }

  package func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    let fit = fit(position.floats)
    pullBack(position.floats, gradient.floats)
    for i in position.count..<16 * position.vectors { gradient.floats[i] = 0 }
    let prior = kernels.addStandardNormalPrior(position.vectors, position.lanes, gradient.lanes)
    return fit + prior
  }

  /// Draws the readout from its conditional and returns all of the network's parameters, whitened.
  ///
  /// - Parameters:
  ///   - position: θ.
  ///   - normals: K independent standard normals.
  package func parameters(_ position: borrowing AlignedBuffer, normals: [Float]) -> [Float] {
    _ = fit(position.floats)
    let noise = regression.solveFactor(normals.map(Double.init))
    let drawn = noise.indices.map { k in
      Float((regression.readout(k) + ridge.squareRoot() * noise[k]) / network.readoutScale)
    }
    return position.values + drawn
  }

  /// Computes the features of every block and the regression on them, and returns U without the
  /// prior of θ.
  private func fit(_ hidden: KernelSet.Floats) -> Double {
    let (count, stride) = (map.featureCount, map.blockVectors)
    let width = (count + 16) / 16
    regression.clear()
    map.begin(hidden)
    for b in 0..<map.blocks {
      let take = map.vectors(in: b)
      let phi = features.lanes + b * (count + 1) * stride
      map.forward(b, hidden, features: phi, tape: tapes.lanes + b * map.tapeVectors)
      kernels.transpose(count + 1, take, phi, stride, transposed.lanes, width)
      kernels.addGram(
        count + 1, take, stride, phi, transposed.lanes, block.lanes, regression.sums)
    }
    let loss = regression.solve()
    let ratio = regression.logDeterminant - Double(count) * naturalLogarithm(regression.shift)
    return loss / (2 * ridge) + 0.5 * ratio
  }

  /// Computes the derivative of U by θ, without the prior.
  private func pullBack(_ hidden: KernelSet.Floats, _ gradient: KernelSet.MutableFloats) {
    let (count, stride) = (map.featureCount, map.blockVectors)
    for k in 0..<count { mean[k] = Float(regression.readout(k)) }
    for b in 0..<map.blocks {
      let take = map.vectors(in: b)
      let phi = features.lanes + b * (count + 1) * stride
      // These are (Φᵀâ − y)/κ and B⁻¹Φ.
      kernels.product(
        1, count, take, mean.floats, count, 1, phi, stride, error.lanes, stride, false)
      _ = kernels.residuals(
        take, 1, Float(1 / ridge), targets.lanes + b * stride, error.lanes)
      kernels.product(
        count, count, take, regression.inverse.floats, count, 1, phi, stride, matrix.lanes, stride,
        false)
      map.pullBack(
        b, hidden,
        cotangent: Cotangent(readout: mean.floats, error: error.lanes, matrix: matrix.lanes),
        features: phi, tape: tapes.lanes + b * map.tapeVectors)
    }
    map.end(gradient)
  }
}
