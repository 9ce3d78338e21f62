import Kernels

/// The kernel of a three-layer network's second hidden layer along the targets, yᵀKy with K =
/// (1/N₂) Σ_i h_i h_iᵀ over a training set.
///
/// Lazy learning has K = σ_v² ⟨σ(w·x) σ(w·x′)⟩ with the prior's w, and features show in yᵀKy.
package final class ThreeLayerProjection {
  private let network: ThreeLayerNetwork
  private let kernels: KernelSet
  private let targets: [Float]
  /// σ_w/√d times the inputs, a coordinate a row of whole vectors of samples.
  private let columns: AlignedBuffer
  private let vectors: Int
  private let first, slopes, second: AlignedBuffer

  /// - Parameter data: the training set.
  package init(_ network: ThreeLayerNetwork, _ data: TrainingSet, kernels: KernelSet) {
    precondition(network.activation == .erf && network.dimension == data.dimension)
    self.network = network
    self.kernels = kernels
    targets = data.targets
    vectors = (data.count + 15) / 16
    columns = AlignedBuffer(count: 16 * vectors * data.dimension)
    let scale = Float(network.weightScale)
    for sample in 0..<data.count {
      for k in 0..<data.dimension {
        columns[16 * vectors * k + sample] = scale * data.inputs[sample * data.dimension + k]
      }
    }
    first = AlignedBuffer(count: 16 * vectors * network.firstWidth)
    slopes = AlignedBuffer(count: 16 * vectors * network.firstWidth)
    second = AlignedBuffer(count: 16 * vectors * network.secondWidth)
  }

  /// Returns yᵀKy, with preactivations in single precision and sums in double.
  package func value(_ parameters: borrowing AlignedBuffer) -> Double {
    let (d, n1, n2) = (network.dimension, network.firstWidth, network.secondWidth)
    kernels.product(
      n1, d, vectors, parameters.floats, d, 1, columns.lanes, vectors, first.lanes, vectors, false)
    kernels.activateErf(1, n1 * vectors, n1 * vectors, first.lanes, slopes.lanes)
    kernels.product(
      n2, n1, vectors, parameters.floats + n1 * d, 1, n2, first.lanes, vectors, second.lanes,
      vectors, false)
    var sum = 0.0
    for i in 0..<n2 {
      var projection = 0.0
      for (sample, y) in targets.enumerated() {
        projection += Double(y) * Double(second[16 * vectors * i + sample])
      }
      sum += projection * projection
    }
    return network.hiddenScale * network.hiddenScale * sum / Double(n2)
  }
}
