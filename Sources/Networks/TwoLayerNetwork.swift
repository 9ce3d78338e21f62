import Kernels

/// A network with one hidden layer: f(x) = Σ_{i ≤ N} a_i σ(w_i·x + b_i), where neurons may have
/// biases b_i or not.
///
/// The prior is w_i ~ N(0, σ_w² I/d), b_i ~ N(0, σ_b²) and a_i ~ N(0, σ_a²/N). Parameters are
/// whitened, θ ~ N(0, I), in this order:
/// - w_i √d/σ_w, row by row;
/// - b_i/σ_b, if there are biases;
/// - a_i √N/σ_a.
package struct TwoLayerNetwork: Network {
  /// The dimension d of the inputs.
  package let dimension: Int
  /// The number N of hidden neurons.
  package let width: Int
  /// The prior variance σ_w² of the hidden layer.
  package let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  package let readoutVariance: Double
  /// The prior variance σ_b² of the biases; 0 where neurons have none.
  package let biasVariance: Double
  /// The activation σ.
  package let activation: Activation

  /// Creates a network; sizes and variances must be positive, but for that of biases.
  package init(
    dimension: Int, width: Int, weightVariance: Double = 1, readoutVariance: Double = 1,
    biasVariance: Double = 0, activation: Activation = .erf
  ) {
    precondition(dimension > 0 && width > 0 && weightVariance > 0 && readoutVariance > 0)
    precondition(biasVariance >= 0)
    self.dimension = dimension
    self.width = width
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
    self.biasVariance = biasVariance
    self.activation = activation
  }

  package var inputDimension: Int { dimension }
  package var hiddenCount: Int { weightCount + (hasBiases ? width : 0) }
  package var featureCount: Int { width }
  /// Prior standard deviation of a first-layer weight, σ_w/√d.
  package var weightScale: Double { (weightVariance / Double(dimension)).squareRoot() }
  /// Prior standard deviation of a readout weight, σ_a/√N.
  package var readoutScale: Double { (readoutVariance / Double(width)).squareRoot() }
  /// Whether neurons have biases.
  package var hasBiases: Bool { biasVariance > 0 }
  /// Prior standard deviation of a bias, σ_b.
  var biasScale: Double { biasVariance.squareRoot() }
  /// The number of first-layer weights, after which biases stand in θ.
  var weightCount: Int { width * dimension }

  /// Returns the neuron's overlap w·w* = w₁ with the target's feature.
  package func overlap(ofNeuron i: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    weightScale * Double(parameters[i * dimension])
  }

  /// Returns the neuron's |w|².
  package func squaredNorm(ofNeuron i: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    var sum = 0.0
    for j in i * dimension..<(i + 1) * dimension {
      sum += Double(parameters[j]) * Double(parameters[j])
    }
    return weightScale * weightScale * sum
  }

  /// Returns the neuron's bias b, 0 where there are none.
  package func bias(ofNeuron i: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    hasBiases ? biasScale * Double(parameters[weightCount + i]) : 0
  }

  /// Returns the alignment ⟨f, y⟩/⟨y, y⟩ = Σ a_i ⟨σ(w_i·x + b_i), y⟩ over x ~ N(0, I), exact.
  package func alignment(
    with target: HermiteTarget, _ parameters: borrowing AlignedBuffer
  ) -> Double {
    var (overlaps, squaredNorms): ([Double], [Double]) = ([], [])
    for i in 0..<width {
      overlaps.append(overlap(ofNeuron: i, parameters))
      squaredNorms.append(squaredNorm(ofNeuron: i, parameters))
    }
    return alignment(with: target, overlaps: overlaps, squaredNorms: squaredNorms, parameters)
  }

  /// Returns the same alignment from given w·w* and |w|² of every neuron.
  package func alignment(
    with target: HermiteTarget, overlaps: [Double], squaredNorms: [Double],
    _ parameters: borrowing AlignedBuffer
  ) -> Double {
    var sum = 0.0
    for i in 0..<width {
      let coupling = activation.overlap(
        with: target, overlap: overlaps[i], squaredNorm: squaredNorms[i],
        bias: bias(ofNeuron: i, parameters))
      sum += readoutScale * Double(parameters[hiddenCount + i]) * coupling
    }
    return sum
  }

  /// Returns σ_a² ⟨σ(w·x + b) σ(w·x′ + b)⟩ over the prior of w and b, which is the kernel of the
  /// infinitely wide network.
  package func kernel(_ x: [Double], _ other: [Double]) -> Double {
    let scale = weightScale * weightScale
    func product(_ a: [Double], _ b: [Double]) -> Double {
      scale * zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } + biasVariance
    }
    return readoutVariance
      * activation.covariance(
        variance: product(x, x), otherVariance: product(other, other), covariance: product(x, other)
      )
  }
}

// MARK: - Features

extension TwoLayerNetwork {
  package func features(_ hidden: [Double], _ input: [Double]) -> [Double] {
    (0..<width).map { activation(preActivation($0, hidden, input)).value }
  }

  package func pullBack(_ cotangent: [Double], _ hidden: [Double], _ input: [Double]) -> [Double] {
    var gradient: [Double] = []
    gradient.reserveCapacity(hiddenCount)
    for i in 0..<width {
      let error = weightScale * cotangent[i] * activation(preActivation(i, hidden, input)).slope
      gradient += input.map { error * $0 }
    }
    guard hasBiases else { return gradient }
    return gradient
      + (0..<width).map {
        biasScale * cotangent[$0] * activation(preActivation($0, hidden, input)).slope
      }
  }

  private func preActivation(_ i: Int, _ hidden: [Double], _ input: [Double]) -> Double {
    let row = hidden[i * dimension..<(i + 1) * dimension]
    let product = weightScale * zip(row, input).reduce(0) { $0 + $1.0 * $1.1 }
    return hasBiases ? product + biasScale * hidden[weightCount + i] : product
  }

  package func featureMap(_ data: TrainingSet, kernels: KernelSet) -> any FeatureMap {
    TwoLayerFeatureMap(self, data, kernels)
  }
}

// MARK: - Starts

extension TwoLayerNetwork {
  /// Returns a start at the pattern, with alignment 1. A few neurons carry the target, with w₁ =
  /// 1.47 σ_w and |w_⊥|² shrunk to 0.26 of its draw. Everything else is drawn from the prior.
  ///
  /// The number of specialists is 2.90 √(N/d)/σ_a, but at least one. Shape and number are the
  /// large-deviation optimum for degree 3 and σ_w = 1 at infinite dimension. Elsewhere the start is
  /// one among many.
  ///
  /// - Parameters:
  ///   - target: the target to align with.
  ///   - multiple: factor of that number. Starts on either side of 1 show whether chains change the
  ///     number.
  ///   - stream: the random numbers of the draw.
  package func plantedStart(
    target: HermiteTarget, multiple: Double = 1, from stream: RandomStream
  ) -> [Float] {
    plantedStart(multiple: multiple, from: stream) {
      activation.overlap(with: target, overlap: $0, squaredNorm: $1)
    }
  }

  /// Returns such a start for a target with which neurons have an overlap of their own, of a
  /// network without biases.
  ///
  /// - Parameter coupling: the overlap of a neuron with the target, of w·w* and |w|².
  package func plantedStart(
    multiple: Double, from stream: RandomStream,
    coupling overlapWithTarget: (Double, Double) -> Double
  ) -> [Float] {
    precondition(!hasBiases, "targets of several features plant neurons with biases")
    var theta = stream.standardNormals(count: parameterCount, step: 0)
    let optimum = 2.90 * (Double(width) / Double(dimension) / readoutVariance).squareRoot()
    let count = Int(min(Double(width), max(1, (multiple * optimum).rounded())))
    // The specialists' share is what the other neurons leave to them.
    let others = AlignedBuffer(theta)
    for i in 0..<count { others[hiddenCount + i] = 0 }
    var share = 0.0
    for i in 0..<width {
      let coupling = overlapWithTarget(
        overlap(ofNeuron: i, others), squaredNorm(ofNeuron: i, others))
      share += readoutScale * Double(others[hiddenCount + i]) * coupling
    }
    share = 1 - share
    let root = Double(dimension).squareRoot()
    for i in 0..<count {
      let row = i * dimension
      theta[row] = Float(1.47 * root)
      for j in row + 1..<row + dimension { theta[j] *= 0.51 }  // √0.26
      let norm = theta[row..<row + dimension].reduce(0.0) { $0 + Double($1) * Double($1) }
      let coupling = overlapWithTarget(
        weightScale * Double(theta[row]), weightScale * weightScale * norm)
      precondition(coupling != 0, "neurons of this activation have no overlap with the target")
      theta[hiddenCount + i] = Float(share / (Double(count) * coupling * readoutScale))
    }
    return theta
  }
}
