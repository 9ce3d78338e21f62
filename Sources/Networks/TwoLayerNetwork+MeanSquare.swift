import Kernels

extension TwoLayerNetwork {
  /// Returns ⟨f²⟩ = Σ_ij a_i a_j ⟨σ(w_i·x) σ(w_j·x)⟩ over x ~ N(0, I), exact, of a network without
  /// biases.
  ///
  /// *Complexity:* N² (d + 20) flops or so.
  package func meanSquare(_ parameters: borrowing AlignedBuffer) -> Double {
    precondition(!hasBiases, "covariances of neurons with biases have no closed form")
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
