import Kernels

/// The posterior of a two-layer network on a training set:
/// U(θ) = Σ_ν (f(x_ν) − y_ν)²/(2κ) + |θ|²/2 at whitened θ.
///
/// Evaluations share one workspace: use one value per thread.
public struct TwoLayerPosterior: ~Copyable, Energy {
  public let network: TwoLayerNetwork
  /// P.
  public let samples: Int
  /// κ.
  public let ridge: Double

  private let kernels: KernelSet
  private let rowVectors: Int
  private let columns: AlignedBuffer
  private let rows: AlignedBuffer
  private let targets: AlignedBuffer
  private let workspace: AlignedBuffer

  public init(
    network: TwoLayerNetwork, data: TrainingSet, ridge: Double, kernels: KernelSet = .best
  ) {
    precondition(data.dimension == network.dimension && ridge > 0)
    self.network = network
    self.ridge = ridge
    self.kernels = kernels
    samples = data.count
    let (d, blocks) = (network.dimension, (data.count + 63) / 64)
    rowVectors = (d + 15) / 16
    // The inputs twice: transposed in blocks of 64 samples for the forward pass, by rows for the
    // backward pass; both scaled by σ_w/√d, so that products with the whitened u give w·x.
    columns = AlignedBuffer(count: blocks * 64 * d)
    rows = AlignedBuffer(count: blocks * 64 * 16 * rowVectors)
    targets = AlignedBuffer(count: blocks * 64)
    let scale = Float(network.weightScale)
    for sample in 0..<data.count {
      for j in 0..<d {
        let x = scale * data.inputs[sample * d + j]
        columns[(sample / 64 * d + j) * 64 + sample % 64] = x
        rows[sample * 16 * rowVectors + j] = x
      }
      targets[sample] = data.targets[sample]
    }
    workspace = AlignedBuffer(count: 16 * ((9 + rowVectors) * network.width + 8))
  }

  public var dimension: Int { network.parameterCount }

  public func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    let squares = kernels.twoLayer(
      samples, network.dimension, network.width, rowVectors, columns.lanes, rows.lanes,
      targets.lanes, position.floats, Float(network.readoutScale), Float(1 / ridge),
      workspace.lanes, gradient.floats)
    let prior = kernels.addStandardNormalPrior(position.vectors, position.lanes, gradient.lanes)
    return squares / (2 * ridge) + prior
  }

  /// The training loss Σ_ν (f(x_ν) − y_ν)²/P of a point with energy U(θ).
  public func trainingLoss(_ position: borrowing AlignedBuffer, energy: Double) -> Double {
    let prior = kernels.halfSquaredNorm(position.vectors, position.lanes)
    return 2 * ridge * (energy - prior) / Double(samples)
  }
}
