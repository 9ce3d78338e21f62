import Kernels

extension DeepNetwork {
  /// Returns a start whose alignment is 1, at the pattern in which one layer has specialists;
  /// everything else is drawn from the prior.
  ///
  /// The layer, of width N, has √(N/d) specialists, at least one. In the first layer they have the
  /// shape of least cost for He₃; in a later one ⟨h_i, x₁⟩ = 1.3, by the least change of weights.
  /// Overlaps of later layers, and the readout that aligns the network, are found on 65536 inputs
  /// drawn from the stream.
  ///
  /// - Precondition: the activation is erf.
  /// - Parameter layer: counted from 0.
  package func plantedStart(
    specialisedLayer layer: Int, target: HermiteTarget, from stream: RandomStream
  ) -> [Float] {
    precondition(activation == .erf && widths.indices.contains(layer))
    var theta = stream.standardNormals(count: parameterCount, step: 0)
    let inputs = stream.standardNormals(
      count: ThreeLayerNetwork.plantedSamples * dimension, step: 1)
    let optimum = (Double(widths[layer]) / Double(dimension)).squareRoot()
    let count = Int(min(Double(widths[layer]), max(1, optimum.rounded())))
    if layer == 0 {
      specialise(count, &theta)
    } else {
      let below = firstLayers(layer)
      let linear = TestSet(
        network: below,
        data: TrainingSet(
          inputs: inputs, dimension: dimension, target: HermiteTarget(degree: 1)))
      // The weights of the layers below are the first of θ.
      let couplings = linear.featureOverlaps(AlignedBuffer(theta))
      for i in 0..<count {
        shift(ofNeuron: i, in: layer, to: ThreeLayerNetwork.secondLayerOverlap, couplings, &theta)
      }
    }
    let fresh = TrainingSet(inputs: inputs, dimension: dimension, target: target)
    let overlaps = TestSet(network: self, data: fresh).featureOverlaps(AlignedBuffer(theta))
    alignReadout(&theta, overlaps: overlaps)
    return theta
  }

  /// Makes the first neurons of the first layer specialists: w₁ = 1.47, |w_⊥|² at 0.26 of its draw.
  private func specialise(_ count: Int, _ theta: inout [Float]) {
    for j in 0..<count {
      let row = j * dimension
      theta[row] = Float(ThreeLayerNetwork.specialistOverlap / scale(ofLayer: 0))
      for k in row + 1..<row + dimension { theta[k] *= 0.51 }  // √0.26
    }
  }

  /// Moves the weights V_ij of a later layer's neuron i by the least that brings its overlap with
  /// x₁ to a value.
  ///
  /// - Parameter couplings: ⟨σ(h_j), x₁⟩ of the layer that it sees.
  private func shift(
    ofNeuron i: Int, in layer: Int, to overlap: Double, _ couplings: [Double],
    _ theta: inout [Float]
  ) {
    let (place, scale, count) = (place(ofLayer: layer), scale(ofLayer: layer), widths[layer])
    var (present, squares) = (0.0, 0.0)
    for (j, coupling) in couplings.enumerated() {
      present += scale * Double(theta[place + j * count + i]) * coupling
      squares += coupling * coupling
    }
    let factor = (overlap - present) / (scale * squares)
    for (j, coupling) in couplings.enumerated() {
      theta[place + j * count + i] += Float(factor * coupling)
    }
  }
}
