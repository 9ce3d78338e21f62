import Kernels
import Networks

/// The even functions of two layers: f(x) = s Σ_k b_k erf(w_k·x)² with w_k ~ N(0, I/d) and s =
/// 1/√N.
struct EvenNetwork: Network {
  /// The dimension d of the inputs.
  let inputDimension: Int
  /// The number N of neurons.
  let featureCount: Int

  init(inputDimension: Int, featureCount: Int) {
    self.inputDimension = inputDimension
    self.featureCount = featureCount
  }

  /// The number of hidden parameters: θ holds w_k √d, row by row.
  var hiddenCount: Int { featureCount * inputDimension }
  var readoutScale: Double { 1 / Double(featureCount).squareRoot() }
  /// Prior standard deviation of a weight.
  var weightScale: Double { 1 / Double(inputDimension).squareRoot() }

  func features(_ hidden: [Double], _ input: [Double]) -> [Double] {
    neurons(hidden, input).map { $0.value * $0.value }
  }

  func pullBack(_ cotangent: [Double], _ hidden: [Double], _ input: [Double]) -> [Double] {
    zip(cotangent, neurons(hidden, input)).flatMap { g, neuron in
      input.map { g * 2 * neuron.value * neuron.slope * weightScale * $0 }
    }
  }

  func featureMap(_ data: TrainingSet, kernels: KernelSet) -> any FeatureMap {
    EvenFeatures(self, data, kernels)
  }

  /// Returns erf(w_k·x) and its slope for every neuron.
  private func neurons(
    _ hidden: [Double], _ input: [Double]
  ) -> [(value: Double, slope: Double)] {
    (0..<featureCount).map { k in
      let row = hidden[k * inputDimension..<(k + 1) * inputDimension]
      return Activation.erf(weightScale * zip(row, input).reduce(0) { $0 + $1.0 * $1.1 })
    }
  }
}

/// The features of the network on blocks of 64 samples.
final class EvenFeatures: FeatureMap {
  let blockVectors = 4
  let network: EvenNetwork
  let kernels: KernelSet
  /// The inputs, scaled so that products with θ are w·x, and products of errors with them are
  /// derivatives by θ.
  let inputs: InputBlocks
  /// The sum over samples of the outer products of errors and inputs.
  let sums: AlignedBuffer

  init(_ network: EvenNetwork, _ data: TrainingSet, _ kernels: KernelSet) {
    self.network = network
    self.kernels = kernels
    inputs = InputBlocks(data, scale: network.weightScale, blockVectors: blockVectors)
    sums = AlignedBuffer(
      count: 16 * kernels.outerProductSize(network.featureCount, network.inputDimension))
  }

  var hiddenCount: Int { network.hiddenCount }
  var featureCount: Int { network.featureCount }
  var sampleCount: Int { inputs.samples }
  /// The slope dΦ/dz of every neuron.
  var tapeVectors: Int { featureCount * blockVectors }

  func begin(_ hidden: KernelSet.Floats) {
    sums.lanes.update(repeating: SIMD16(repeating: 0), count: sums.vectors)
  }

  func forward(
    _ block: Int, _ hidden: KernelSet.Floats, features: KernelSet.MutableVectors,
    tape: KernelSet.MutableVectors
  ) {
    let (n, d, take) = (featureCount, network.inputDimension, vectors(in: block))
    kernels.product(
      n, d, take, hidden, d, 1, inputs.columns(block), blockVectors, features, blockVectors, false)
    kernels.activateErf(n, take, blockVectors, features, tape)
    kernels.multiply(n * blockVectors, features, tape)  // the slope of erf²/2 …
    kernels.addScaled(n * blockVectors, 1, tape, tape)  // … and of erf²
    kernels.multiply(n * blockVectors, features, features)
  }

  func pullBack(
    _ block: Int, _ hidden: KernelSet.Floats, cotangent: Cotangent, features: KernelSet.Vectors,
    tape: KernelSet.MutableVectors
  ) {
    let (n, d, take) = (featureCount, network.inputDimension, vectors(in: block))
    kernels.multiplySlopes(
      n, take, blockVectors, cotangent.readout, cotangent.error, cotangent.matrix, tape)
    kernels.addOuterProduct(
      n, d, samples(in: block), blockVectors, tape, inputs.columns(block), inputs.rows(block),
      inputs.rowVectors, sums.lanes)
  }

  func end(_ gradient: KernelSet.MutableFloats) {
    kernels.finishOuterProduct(featureCount, network.inputDimension, sums.lanes, gradient)
  }
}
