import Kernels

/// A fixed set of fresh samples on which a network's alignment is estimated if it has no closed
/// form.
///
/// Evaluations share one workspace, so use one value per thread.
package struct TestSet<Model: Network>: ~Copyable {
  /// The network that is evaluated.
  package let network: Model
  /// Number of samples.
  package let count: Int
  private let targets: [Float]
  private let map: any FeatureMap
  private let kernels: KernelSet
  private let features: AlignedBuffer
  private let tape: AlignedBuffer
  private let outputs: AlignedBuffer

  /// Creates a test set.
  ///
  /// - Parameters:
  ///   - network: the network to evaluate.
  ///   - data: samples that were not trained on.
  ///   - kernels: the instruction set; all of them give the same bits.
  package init(network: Model, data: TrainingSet, kernels: KernelSet = .best) {
    precondition(data.dimension == network.inputDimension)
    self.network = network
    self.kernels = kernels
    count = data.count
    targets = data.targets
    map = network.featureMap(data, kernels: kernels)
    let block = 16 * map.blockVectors
    features = AlignedBuffer(count: map.featureCount * block)
    tape = AlignedBuffer(count: 16 * map.tapeVectors)
    outputs = AlignedBuffer(count: map.blocks * block)
  }

  /// Returns f(x_ν) of every sample.
  package func outputs(_ parameters: borrowing AlignedBuffer) -> [Float] {
    let (stride, hidden) = (map.blockVectors, KernelSet.Floats(parameters.floats))
    map.begin(hidden)
    for block in 0..<map.blocks {
      map.forward(block, hidden, features: features.lanes, tape: tape.lanes)
      kernels.product(
        1, map.featureCount, map.vectors(in: block), hidden + map.hiddenCount, map.featureCount, 1,
        features.lanes, stride, outputs.lanes + block * stride, stride, false)
    }
    let scale = Float(network.readoutScale)
    return (0..<count).map { scale * outputs[$0] }
  }

  /// Returns the alignment ⟨f, y⟩/⟨y, y⟩ over the samples, with its standard error from drawing
  /// them.
  ///
  /// The error is that of a ratio of means to first order, √(Σ (f y − A y²)²)/Σ y². Targets of high
  /// degree have heavy tails: with 2000 samples of He₃ this error is a fifth too small.
  package func alignment(
    _ parameters: borrowing AlignedBuffer
  ) -> (value: Double, standardError: Double) {
    alignment(ofOutputs: outputs(parameters))
  }

  /// Returns the same alignment of given outputs.
  package func alignment(ofOutputs outputs: [Float]) -> (value: Double, standardError: Double) {
    var (products, squares) = (0.0, 0.0)
    for (f, y) in zip(outputs, targets) {
      products += Double(f) * Double(y)
      squares += Double(y) * Double(y)
    }
    let alignment = products / squares
    let scatter = zip(outputs, targets).reduce(0.0) { sum, pair in
      let y = Double(pair.1)
      let deviation = (Double(pair.0) - alignment * y) * y
      return sum + deviation * deviation
    }
    return (alignment, scatter.squareRoot() / squares)
  }

  /// Returns ⟨Φ_k, y⟩ over the samples, for every feature k.
  package func featureOverlaps(_ parameters: borrowing AlignedBuffer) -> [Double] {
    let (stride, hidden) = (map.blockVectors, KernelSet.Floats(parameters.floats))
    var overlaps = [Double](repeating: 0, count: map.featureCount)
    map.begin(hidden)
    for block in 0..<map.blocks {
      map.forward(block, hidden, features: features.lanes, tape: tape.lanes)
      let first = block * 16 * stride
      for k in 0..<map.featureCount {
        let row = features.floats + k * 16 * stride
        for sample in first..<min(count, first + 16 * stride) {
          overlaps[k] += Double(row[sample - first]) * Double(targets[sample])
        }
      }
    }
    return overlaps.map { $0 / Double(count) }
  }
}

extension Network {
  /// Changes the readout by the least whitened norm that makes its alignment one. The alignment is
  /// s Σ_k b_k ⟨Φ_k, y⟩/⟨y, y⟩, with a target of unit variance.
  ///
  /// - Parameters:
  ///   - parameters: all parameters, of which the readout changes.
  ///   - overlaps: ⟨Φ_k, y⟩ for every feature, at least one of them nonzero.
  func alignReadout(_ parameters: inout [Float], overlaps: [Double]) {
    var (alignment, squares) = (0.0, 0.0)
    for (k, overlap) in overlaps.enumerated() {
      alignment += readoutScale * Double(parameters[hiddenCount + k]) * overlap
      squares += overlap * overlap
    }
    precondition(squares > 0, "no feature sees the target")
    let factor = (1 - alignment) / (readoutScale * squares)
    for (k, overlap) in overlaps.enumerated() {
      parameters[hiddenCount + k] += Float(factor * overlap)
    }
  }
}
