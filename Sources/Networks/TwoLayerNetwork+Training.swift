import Kernels

/// What a state of training is reduced to, in the order in which
/// `TwoLayerNetwork.trainingObservables` gives the values.
package enum TrainingObservable: Int, CaseIterable, Sendable {
  /// The alignment ⟨f, y⟩/⟨y, y⟩, exact.
  case alignment
  /// The mean of (f − y)² over the training set.
  case trainingError
  /// The mean ⟨(f − y)²⟩ over x ~ N(0, I), exact.
  case testError
  /// The largest |w·w*| of a neuron.
  case largestOverlap
  /// The number of neurons with |w·w*| beyond `SpecialistThreshold.overlap`.
  case specialists
}

extension TwoLayerNetwork {
  /// Returns the values of all of `TrainingObservable` at one state.
  ///
  /// *Complexity:* N² (d + 20) flops or so, for the exact test error.
  ///
  /// - Parameters:
  ///   - target: y, of unit variance.
  ///   - trainingError: the training error, which the state's energy gives for nothing
  ///     (`Posterior.trainingLoss`).
  ///   - parameters: the whitened parameters.
  package func trainingObservables(
    target: HermiteTarget, trainingError: Double, _ parameters: borrowing AlignedBuffer
  ) -> [Double] {
    var (overlaps, squaredNorms): ([Double], [Double]) = ([], [])
    for i in 0..<width {
      overlaps.append(overlap(ofNeuron: i, parameters))
      squaredNorms.append(squaredNorm(ofNeuron: i, parameters))
    }
    let alignment = alignment(
      with: target, overlaps: overlaps, squaredNorms: squaredNorms, parameters)
    let square = meanSquare(squaredNorms: squaredNorms, parameters)
    return TrainingObservable.allCases.map {
      switch $0 {
      case .alignment: alignment
      case .trainingError: trainingError
      case .testError: square - 2 * alignment + 1
      case .largestOverlap: overlaps.reduce(0) { max($0, abs($1)) }
      case .specialists: Double(overlaps.count { abs($0) > SpecialistThreshold.overlap })
      }
    }
  }

  /// Returns ⟨f²⟩ = Σ_ij a_i a_j ⟨σ(w_i·x) σ(w_j·x)⟩ over x ~ N(0, I), exact.
  package func meanSquare(_ parameters: borrowing AlignedBuffer) -> Double {
    var squaredNorms: [Double] = []
    for i in 0..<width { squaredNorms.append(squaredNorm(ofNeuron: i, parameters)) }
    return meanSquare(squaredNorms: squaredNorms, parameters)
  }

  private func meanSquare(
    squaredNorms: [Double], _ parameters: borrowing AlignedBuffer
  ) -> Double {
    let scale = weightScale * weightScale
    let (weights, readout) = (parameters.floats, parameters.floats + hiddenCount)
    var sum = 0.0
    for i in 0..<width {
      let row = weights + i * dimension
      for j in 0...i {
        let other = weights + j * dimension
        var product = 0.0
        for k in 0..<dimension { product += Double(row[k]) * Double(other[k]) }
        let covariance = activation.covariance(
          variance: squaredNorms[i], otherVariance: squaredNorms[j], covariance: scale * product)
        sum += (i == j ? 1 : 2) * Double(readout[i]) * Double(readout[j]) * covariance
      }
    }
    return readoutScale * readoutScale * sum
  }
}
