import Kernels
import Networks
import Studies

/// The eigenvalue of the target in the kernel of a network's features, and what it is in the prior.
///
/// The kernel is K(x, x′) = (1/K) Σ_k Φ_k(x) Φ_k(x′), of the features that the readout sees, and
/// λ_y = ⟨y, K y⟩ over x ~ N(0, I). By the paper's claims a spike of M among K neurons raises it by
/// about M/K (i), an amplification D of a feature by D^m (ii), and a lazy layer by its gain alone
/// (iii). The least cost of a readout with alignment 1 is 1/(2 σ_a² λ_y).
struct KernelSpike<Model: Network>: ~Copyable {
  private let network: Model
  private let first, second: TestSet<Model>
  /// λ_y of networks that are drawn from the prior: mean and its standard error.
  let prior: (mean: Double, error: Double)

  /// Samples of either half, on which features are integrated.
  static var samples: Int { 2048 }
  /// Networks that are drawn from the prior.
  static var priorNetworks: Int { 16 }

  /// - Parameter target: y of an input.
  init(_ network: Model, target: (ArraySlice<Float>) -> Double, kernels: KernelSet) {
    self.network = network
    let stream = RandomStream(key: 0x5B1CE, kernels: kernels)
    func half(_ index: Int) -> TrainingSet {
      let size = Self.samples * network.inputDimension
      let inputs = stream.standardNormals(count: size, step: UInt64(index))
      return TrainingSet(inputs: inputs, dimension: network.inputDimension, target: target)
    }
    first = TestSet(network: network, data: half(0), kernels: kernels)
    second = TestSet(network: network, data: half(1), kernels: kernels)
    var values: [Double] = []
    for index in 0..<Self.priorNetworks {
      let weights = RandomStream(key: 0x5B1CE + 1 + UInt64(index), kernels: kernels)
      values.append(
        Self.eigenvalue(AlignedBuffer(network.coldStart(from: weights)), first, second))
    }
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    prior = (mean, (squares / (count * (count - 1))).squareRoot())
  }

  /// λ_y of a network.
  func eigenvalue(_ parameters: borrowing AlignedBuffer) -> Double {
    Self.eigenvalue(parameters, first, second)
  }

  /// The mean over features of ⟨Φ_k, y⟩², as the product of two, over two sets of samples, so that
  /// chance overlaps average out.
  private static func eigenvalue(
    _ parameters: borrowing AlignedBuffer, _ first: borrowing TestSet<Model>,
    _ second: borrowing TestSet<Model>
  ) -> Double {
    let products = zip(first.featureOverlaps(parameters), second.featureOverlaps(parameters))
      .map { $0 * $1 }
    return products.reduce(0, +) / Double(products.count)
  }
}
