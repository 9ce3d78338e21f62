import Kernels

/// The features σ(w_i·x + b_i) of a two-layer network on a set of inputs, with blocks of 64
/// samples.
///
/// *Complexity:* 4 P d N flops a gradient and P N evaluations of σ and σ′. Biases take as much as
/// one more dimension.
final class TwoLayerFeatureMap: FeatureMap {
  let blockVectors = 4
  private let network: TwoLayerNetwork
  private let kernels: KernelSet
  private let activate:
    @Sendable (Int, Int, Int, KernelSet.MutableVectors, KernelSet.MutableVectors) -> Void
  private let weights: Part
  /// A bias is a weight onto an input that is one.
  private let biases: Part?

  init(_ network: TwoLayerNetwork, _ data: TrainingSet, _ kernels: KernelSet) {
    self.network = network
    self.kernels = kernels
    activate = network.activation.kernel(kernels)
    weights = Part(
      InputBlocks(data, scale: network.weightScale, blockVectors: blockVectors), at: 0,
      width: network.width, kernels)
    guard network.hasBiases else {
      biases = nil
      return
    }
    let ones = TrainingSet(
      inputs: [Float](repeating: 1, count: data.count), targets: data.targets, dimension: 1)
    // Blocks are padded with zeros, so that features vanish there.
    biases = Part(
      InputBlocks(ones, scale: network.biasScale, blockVectors: blockVectors),
      at: network.weightCount, width: network.width, kernels)
  }

  var hiddenCount: Int { network.hiddenCount }
  var featureCount: Int { network.width }
  var sampleCount: Int { weights.inputs.samples }
  /// The slope σ′ of every neuron.
  var tapeVectors: Int { network.width * blockVectors }

  func begin(_ hidden: KernelSet.Floats) {
    weights.begin()
    biases?.begin()
  }

  func forward(
    _ block: Int, _ hidden: KernelSet.Floats, features: KernelSet.MutableVectors,
    tape: KernelSet.MutableVectors
  ) {
    let take = vectors(in: block)
    weights.multiply(block, take, hidden, features, accumulate: false)
    biases?.multiply(block, take, hidden, features, accumulate: true)
    activate(network.width, take, blockVectors, features, tape)
  }

  func pullBack(
    _ block: Int, _ hidden: KernelSet.Floats, cotangent: Cotangent, features: KernelSet.Vectors,
    tape: KernelSet.MutableVectors
  ) {
    kernels.multiplySlopes(
      network.width, vectors(in: block), blockVectors, cotangent.readout, cotangent.error,
      cotangent.matrix, tape)
    weights.addOuterProduct(block, samples(in: block), tape)
    biases?.addOuterProduct(block, samples(in: block), tape)
  }

  func end(_ gradient: KernelSet.MutableFloats) {
    // Each part overwrites the beginning of what follows it.
    weights.end(gradient)
    biases?.end(gradient)
  }
}

/// What neurons multiply some inputs by: a part of θ, `width` rows of as many weights as an input
/// has coordinates.
private final class Part {
  let inputs: InputBlocks
  private let place, width: Int
  private let kernels: KernelSet
  /// The sum over samples of the outer products of derivatives and inputs.
  private let sums: AlignedBuffer

  /// - Parameter place: where the part begins in θ.
  init(_ inputs: consuming InputBlocks, at place: Int, width: Int, _ kernels: KernelSet) {
    (self.place, self.width, self.kernels) = (place, width, kernels)
    sums = AlignedBuffer(count: 16 * kernels.outerProductSize(width, inputs.dimension))
    self.inputs = inputs
  }

  func begin() {
    sums.lanes.update(repeating: SIMD16(repeating: 0), count: sums.vectors)
  }

  func multiply(
    _ block: Int, _ vectors: Int, _ hidden: KernelSet.Floats,
    _ features: KernelSet.MutableVectors, accumulate: Bool
  ) {
    let (d, stride) = (inputs.dimension, inputs.blockVectors)
    kernels.product(
      width, d, vectors, hidden + place, d, 1, inputs.columns(block), stride, features, stride,
      accumulate)
  }

  func addOuterProduct(_ block: Int, _ samples: Int, _ slopes: KernelSet.MutableVectors) {
    kernels.addOuterProduct(
      width, inputs.dimension, samples, inputs.blockVectors, slopes, inputs.columns(block),
      inputs.rows(block), inputs.rowVectors, sums.lanes)
  }

  func end(_ gradient: KernelSet.MutableFloats) {
    kernels.finishOuterProduct(width, inputs.dimension, sums.lanes, gradient + place)
  }
}
