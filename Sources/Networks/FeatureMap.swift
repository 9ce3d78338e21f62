import Kernels

/// The features Φ_k(x_ν; θ) of a network on a set of inputs, block of samples by block of samples, and the
/// derivative of any function of them by θ.
///
/// The last block is filled up with inputs of zero, at which features have to vanish, so that they add
/// nothing to any sum.
///
/// A block is `blockVectors` vectors of sixteen samples; feature k of its samples stands at
/// k · `blockVectors`. Blocks are independent of each other between `begin` and `end`, so what a block
/// makes may stay in the cache. A map owns scratch space: one thread at a time.
public protocol FeatureMap: AnyObject {
  /// Number of coordinates of θ.
  var hiddenCount: Int { get }
  /// K.
  var featureCount: Int { get }
  /// P.
  var sampleCount: Int { get }
  /// Vectors of samples in a block.
  var blockVectors: Int { get }
  /// Vectors that `forward` leaves of a block for `pullBack`.
  var tapeVectors: Int { get }

  /// Called before the blocks: θ has changed, and the gradient starts from zero.
  func begin(_ hidden: KernelSet.Floats)

  /// Writes a block's features, and its tape.
  func forward(
    _ block: Int, _ hidden: KernelSet.Floats, features: KernelSet.MutableVectors,
    tape: KernelSet.MutableVectors)

  /// Adds what a block contributes to the gradient by θ; uses the tape up.
  func pullBack(
    _ block: Int, _ hidden: KernelSet.Floats, cotangent: Cotangent,
    features: KernelSet.Vectors, tape: KernelSet.MutableVectors)

  /// Writes the gradient by θ. Up to 63 floats after it may be overwritten.
  func end(_ gradient: KernelSet.MutableFloats)
}

/// The derivative of a function by the features of one block: b_k e_ν, plus M_kν if that is there.
public struct Cotangent {
  /// b, one float a feature.
  public let readout: KernelSet.Floats
  /// e, one lane a sample.
  public let error: KernelSet.Vectors
  /// M, laid out as the features.
  public let matrix: KernelSet.Vectors?

  public init(
    readout: KernelSet.Floats, error: KernelSet.Vectors, matrix: KernelSet.Vectors? = nil
  ) {
    self.readout = readout
    self.error = error
    self.matrix = matrix
  }
}

extension FeatureMap {
  /// Number of blocks.
  public var blocks: Int { (sampleVectors + blockVectors - 1) / blockVectors }
  /// Vectors of samples in all blocks.
  public var sampleVectors: Int { (sampleCount + 15) / 16 }

  /// Vectors of samples in one block: all but the last are full.
  public func vectors(in block: Int) -> Int {
    min(blockVectors, sampleVectors - block * blockVectors)
  }

  /// Samples in one block; the rest of its vectors is padding.
  public func samples(in block: Int) -> Int {
    min(16 * blockVectors, sampleCount - 16 * block * blockVectors)
  }
}

/// Σ_ν (f(x_ν) − y_ν)² and the gradient of it over 2κ.
public protocol DataTerm: AnyObject {
  /// - Parameters:
  ///   - parameters: all of a network's. - gradient: room for as many and 64 floats more.
  /// - Returns: Σ (f − y)², accumulated in double precision.
  func evaluate(
    _ parameters: KernelSet.Floats, inverseRidge: Float, gradient: KernelSet.MutableFloats
  ) -> Double
}

/// The data term of any network by way of its features. A block passes through all stages while its
/// activations are in cache.
final class FeatureDataTerm: DataTerm {
  private let map: any FeatureMap
  private let kernels: KernelSet
  private let readoutScale: Float
  private let targets: AlignedBuffer
  private let features: AlignedBuffer
  private let tape: AlignedBuffer
  private let output: AlignedBuffer
  private let readoutGradient: AlignedBuffer

  init(map: any FeatureMap, targets: [Float], readoutScale: Double, kernels: KernelSet) {
    self.map = map
    self.kernels = kernels
    self.readoutScale = Float(readoutScale)
    let block = 16 * map.blockVectors
    let padding = [Float](repeating: 0, count: map.blocks * block - targets.count)
    self.targets = AlignedBuffer(targets + padding)
    features = AlignedBuffer(count: map.featureCount * block)
    tape = AlignedBuffer(count: 16 * map.tapeVectors)
    output = AlignedBuffer(count: block)
    readoutGradient = AlignedBuffer(count: 16 * map.featureCount)
  }

  func evaluate(
    _ parameters: KernelSet.Floats, inverseRidge: Float, gradient: KernelSet.MutableFloats
  ) -> Double {
    let (count, stride) = (map.featureCount, map.blockVectors)
    let readout = parameters + map.hiddenCount
    readoutGradient.lanes.update(repeating: SIMD16(repeating: 0), count: count)
    map.begin(parameters)
    var squares = 0.0
    for block in 0..<map.blocks {
      let take = map.vectors(in: block)
      map.forward(block, parameters, features: features.lanes, tape: tape.lanes)
      kernels.product(
        1, count, take, readout, count, 1, features.lanes, stride, output.lanes, stride, false)
      squares += kernels.residuals(
        take, readoutScale, inverseRidge, targets.lanes + block * stride, output.lanes)
      kernels.addReadoutGradient(
        count, take, stride, output.lanes, features.lanes, readoutGradient.lanes)
      map.pullBack(
        block, parameters, cotangent: Cotangent(readout: readout, error: output.lanes),
        features: features.lanes, tape: tape.lanes)
    }
    map.end(gradient)
    kernels.laneSums(count, readoutGradient.lanes, gradient + map.hiddenCount)
    return squares
  }
}
