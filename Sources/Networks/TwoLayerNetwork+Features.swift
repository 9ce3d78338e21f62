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
  }

  /// Returns the overlaps of all neurons with a target's directions.
  package func overlaps(
    with target: FeatureTarget, _ parameters: borrowing AlignedBuffer
  ) -> FeatureOverlaps {
    let reach = min(dimension, target.count + 1)
    let (spike, root) = (target.law.spike, target.law.spike.squareRoot())
    var (features, linear, squaredNorms): ([Double], [Double], [Double]) = ([], [], [])
    for i in 0..<width {
      var w: [Double] = []
      for j in 0..<reach { w.append(weightScale * Double(parameters[i * dimension + j])) }
      let first = w[0]
      w[0] *= root
      func product(_ direction: [Double]) -> Double {
        zip(direction, w).reduce(0) { $0 + $1.0 * $1.1 }
      }
      features += target.directions.map(product)
      linear.append(product(target.linearDirection))
      squaredNorms.append(squaredNorm(ofNeuron: i, parameters) + (spike - 1) * first * first)
    }
    return FeatureOverlaps(features: features, linear: linear, squaredNorms: squaredNorms)
  }

  /// Returns ⟨f, h_k⟩ of every feature and ⟨f, u·x⟩ over Gaussian inputs, exact.
  package func projections(
    on target: FeatureTarget, _ overlaps: FeatureOverlaps, _ parameters: borrowing AlignedBuffer
  ) -> (features: [Double], linear: Double) {
    var features = [Double](repeating: 0, count: target.count)
    var linear = 0.0
    for i in 0..<width {
      let readout = readoutScale * Double(parameters[hiddenCount + i])
      let norm = overlaps.squaredNorms[i]
      for k in 0..<target.count {
        features[k] +=
          readout
          * activation.overlap(
            with: target.hermite, overlap: overlaps.features[i * target.count + k],
            squaredNorm: norm)
      }
      linear +=
        readout
        * activation.overlap(with: .linear, overlap: overlaps.linear[i], squaredNorm: norm)
    }
    return (features, linear)
  }

  /// Returns a start at which some features are learned: a few neurons carry each, with w·v_k =
  /// 1.47 and |w_⊥|² shrunk to 0.26 of its draw. Everything else is drawn from the prior.
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
    let reach = target.count
    let unit = weightScale
    for (neuron, feature, _) in carriers {
      let row = neuron * dimension
      let direction = target.directions[feature]
      for j in row..<row + dimension { theta[j] *= 0.51 }  // √0.26
      let along = (0..<reach).reduce(0.0) { $0 + direction[$1] * Double(theta[row + $1]) }
      for j in 0..<reach {
        theta[row + j] += Float(direction[j] * (1.47 / unit - along))
      }
      theta[row] = Float(Double(theta[row]) / target.law.spike.squareRoot())
    }
    // What the carriers give the features together, for readouts of c_k over the neuron's overlap,
    // and what all others give.
    let overlaps = overlaps(with: target, AlignedBuffer(theta))
    for (neuron, feature, count) in carriers {
      let coupling = activation.overlap(
        with: target.hermite, overlap: overlaps.features[neuron * target.count + feature],
        squaredNorm: overlaps.squaredNorms[neuron])
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
}

extension HermiteTarget {
  /// y(x) = x₁.
  package static let linear = HermiteTarget(degree: 1)
}
