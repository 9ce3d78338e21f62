import Kernels

// What a two-layer network has learned of several features.

extension TwoLayerNetwork {
  /// What its neurons are in a target's directions, in units in which these have unit variance.
  package struct FeatureOverlaps {
    /// (Σ^{1/2} w_i)·v_k, neuron by neuron.
    package let features: [Double]
    /// (Σ^{1/2} w_i)·u.
    package let linear: [Double]
    /// |Σ^{1/2} w_i|².
    package let squaredNorms: [Double]
    /// b_i, 0 where neurons have none.
    package let biases: [Double]
  }

  /// Returns the overlaps of all neurons with a target's directions.
  package func overlaps(
    with target: FeatureTarget, _ parameters: borrowing AlignedBuffer
  ) -> FeatureOverlaps {
    let covariance = target.law.covariance
    let reach = min(dimension, max(target.count + 1, covariance.count))
    var (features, linear, squaredNorms): ([Double], [Double], [Double]) = ([], [], [])
    var biases: [Double] = []
    for i in 0..<width {
      var w: [Double] = []
      for j in 0..<reach { w.append(weightScale * Double(parameters[i * dimension + j])) }
      squaredNorms.append(squaredNorm(ofNeuron: i, parameters) + covariance.excess(w))
      w = covariance.coloured(w)
      func product(_ direction: [Double]) -> Double {
        zip(direction, w).reduce(0) { $0 + $1.0 * $1.1 }
      }
      features += target.directions.map(product)
      linear.append(product(target.linearDirection))
      biases.append(bias(ofNeuron: i, parameters))
    }
    return FeatureOverlaps(
      features: features, linear: linear, squaredNorms: squaredNorms, biases: biases)
  }

  /// Returns ⟨f, h_k⟩ of every feature and ⟨f, u·x⟩ over Gaussian inputs, exact.
  package func projections(
    on target: FeatureTarget, _ overlaps: FeatureOverlaps, _ parameters: borrowing AlignedBuffer
  ) -> (features: [Double], linear: Double) {
    var features = [Double](repeating: 0, count: target.count)
    var linear = 0.0
    for i in 0..<width {
      let readout = readoutScale * Double(parameters[hiddenCount + i])
      let (norm, bias) = (overlaps.squaredNorms[i], overlaps.biases[i])
      for k in 0..<target.count {
        features[k] +=
          readout
          * activation.overlap(
            with: target.hermite, overlap: overlaps.features[i * target.count + k],
            squaredNorm: norm, bias: bias)
      }
      linear +=
        readout
        * activation.overlap(
          with: .linear, overlap: overlaps.linear[i], squaredNorm: norm, bias: bias)
    }
    return (features, linear)
  }

  /// Returns a start at which some features are learned: a few neurons carry each, with w·v_k =
  /// 1.47, |w_⊥|² shrunk to 0.26 of its draw, and the bias within two standard deviations that
  /// gives them the largest overlap. Everything else is drawn from the prior.
  ///
  /// A feature with coefficient c_k has 2.90 c_k √(N/d)/σ_a neurons, but at least one, as in
  /// `plantedStart(target:multiple:from:)`. Readouts give f the target's part along these
  /// features together.
  ///
  /// - Parameters:
  ///   - target: the target.
  ///   - planted: indices of the features.
  ///   - multiple: factor of the numbers of neurons.
  ///   - stream: the random numbers of the draw.
  package func plantedStart(
    target: FeatureTarget, features planted: [Int], multiple: Double,
    from stream: RandomStream
  ) -> [Float] {
    var theta = stream.standardNormals(count: parameterCount, step: 0)
    let optimum = 2.90 * (Double(width) / Double(dimension) / readoutVariance).squareRoot()
    var carriers: [(neuron: Int, feature: Int, count: Int)] = []
    for k in planted where target.coefficients[k] != 0 {
      let wanted = (multiple * optimum * abs(target.coefficients[k])).rounded()
      let count = Int(min(Double(width - carriers.count), max(1, wanted)))
      for _ in 0..<count { carriers.append((carriers.count, k, count)) }
    }
    let covariance = target.law.covariance
    let (reach, unit) = (target.count, weightScale)
    for (neuron, feature, _) in carriers {
      let row = neuron * dimension
      let direction = target.directions[feature]
      for j in row..<row + dimension { theta[j] *= 0.51 }  // √0.26
      // Of Σ^{1/2} w the first coordinates are set, and the others of w stay as they are.
      var first = theta[row..<row + max(reach, covariance.count)].map(Double.init)
      let others = first.indices.map { $0 < reach ? 0 : first[$0] }
      let cross = covariance.coloured(others)
      let along = (0..<reach).reduce(0.0) { $0 + direction[$1] * (first[$1] + cross[$1]) }
      for j in 0..<reach {
        first[j] = Double(Float(first[j]) + Float(direction[j] * (1.47 / unit - along)))
      }
      let own = first.indices.map { $0 < reach ? first[$0] : 0 }
      for (j, value) in covariance.whitened(own).enumerated() {
        theta[row + j] = Float(value + others[j])
      }
    }
    if hasBiases {
      let bias = strongestBias(for: target.hermite)
      for (neuron, _, _) in carriers { theta[weightCount + neuron] = bias }
    }
    // What the carriers give the features together, for readouts of c_k over the neuron's overlap,
    // and what all others give.
    let overlaps = overlaps(with: target, AlignedBuffer(theta))
    for (neuron, feature, count) in carriers {
      let coupling = activation.overlap(
        with: target.hermite, overlap: overlaps.features[neuron * target.count + feature],
        squaredNorm: overlaps.squaredNorms[neuron], bias: overlaps.biases[neuron])
      precondition(coupling != 0, "neurons of this activation have no overlap with the target")
      theta[hiddenCount + neuron] = Float(
        target.coefficients[feature] / (Double(count) * coupling * readoutScale))
    }
    func share(_ theta: [Float]) -> Double {
      let found = projections(on: target, overlaps, AlignedBuffer(theta)).features
      return planted.reduce(0) { $0 + target.coefficients[$1] * found[$1] }
    }
    var others = theta
    for (neuron, _, _) in carriers { others[hiddenCount + neuron] = 0 }
    let rest = share(others)
    let own = share(theta) - rest
    let wanted = planted.reduce(0) { $0 + target.coefficients[$1] * target.overlaps[$1] }
    // Carriers of features that oppose each other may cancel: then they stay as they are.
    let factor = own > 0.1 * wanted ? (wanted - rest) / own : 1
    for (neuron, _, _) in carriers { theta[hiddenCount + neuron] *= Float(factor) }
    return theta
  }

  /// The bias in units of σ_b, up to two, that gives a carrier the largest overlap; the smallest of
  /// several.
  private func strongestBias(for target: HermiteTarget) -> Float {
    func overlap(_ step: Double) -> Double {
      abs(
        activation.overlap(
          with: target, overlap: 1.47, squaredNorm: 1.47 * 1.47 + 0.26, bias: biasScale * step))
    }
    var (best, largest) = (0.0, overlap(0))
    for index in 1...20 {
      for step in [0.1 * Double(index), -0.1 * Double(index)] {
        let size = overlap(step)
        // Rounding apart, overlaps of opposite biases may be equal in size.
        if size > (1 + 1e-9) * largest { (best, largest) = (step, size) }
      }
    }
    return Float(best)
  }
}

extension HermiteTarget {
  /// y(x) = x₁.
  package static let linear = HermiteTarget(degree: 1)
}
