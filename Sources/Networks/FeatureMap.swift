import Kernels

/// The features Φ_k(x_ν; θ) of a network on a set of inputs, block of samples by block of samples,
/// and the derivative of any function of them by θ.
///
/// Inputs of zero fill up the last block. Features must vanish there, so that they add nothing to
/// any sum.
///
/// A block is `blockVectors` vectors of sixteen samples; feature k of its samples stands at k ·
/// `blockVectors`. Blocks are independent of each other between `begin` and `end`, so what a block
/// makes may stay in the cache. A map owns scratch space and serves one thread at a time.
package protocol FeatureMap: AnyObject {
  /// Number of coordinates of θ.
  var hiddenCount: Int { get }
  /// Number of features K.
  var featureCount: Int { get }
  /// Number of samples P.
  var sampleCount: Int { get }
  /// Number of vectors of samples in a block.
  var blockVectors: Int { get }
  /// Number of vectors that `forward` leaves of a block for `pullBack`.
  var tapeVectors: Int { get }

  /// Prepares for the blocks: takes a new θ, and sets the gradient to zero.
  func begin(_ hidden: KernelSet.Floats)

  /// Writes a block's features, and its tape.
  func forward(
    _ block: Int, _ hidden: KernelSet.Floats, features: KernelSet.MutableVectors,
    tape: KernelSet.MutableVectors)

  /// Adds what a block contributes to the gradient by θ; the tape serves as scratch.
  func pullBack(
    _ block: Int, _ hidden: KernelSet.Floats, cotangent: Cotangent,
    features: KernelSet.Vectors, tape: KernelSet.MutableVectors)

  /// Writes the gradient by θ. Up to 63 floats after it may be overwritten.
  func end(_ gradient: KernelSet.MutableFloats)
}

/// The derivative of a function by the features of one block: b_k e_ν, plus M_kν if there is a
/// matrix.
package struct Cotangent {
  /// The readout b, one float a feature.
  package let readout: KernelSet.Floats
  /// The errors e, one lane a sample.
  package let error: KernelSet.Vectors
  /// The matrix M, laid out as the features; `nil` for zero.
  package let matrix: KernelSet.Vectors?

  /// Creates a cotangent from its parts.
  package init(
    readout: KernelSet.Floats, error: KernelSet.Vectors, matrix: KernelSet.Vectors? = nil
  ) {
    self.readout = readout
    self.error = error
    self.matrix = matrix
  }
}

extension FeatureMap {
  /// Number of blocks.
  package var blocks: Int { (sampleVectors + blockVectors - 1) / blockVectors }
  /// Number of vectors of samples in all blocks.
  package var sampleVectors: Int { (sampleCount + 15) / 16 }

  /// Returns the number of vectors of samples in one block; only the last block may be partly
  /// filled.
  package func vectors(in block: Int) -> Int {
    min(blockVectors, sampleVectors - block * blockVectors)
  }

  /// Returns the number of samples in one block; the rest of its vectors is padding.
  package func samples(in block: Int) -> Int {
    min(16 * blockVectors, sampleCount - 16 * block * blockVectors)
  }
}

/// The sum Σ_ν (f(x_ν) − y_ν)² of a network, and its gradient over 2κ.
package protocol DataTerm: AnyObject {
  /// Evaluates the sum and its gradient.
  ///
  /// - Parameters:
  ///   - parameters: all parameters of the network, whitened.
  ///   - inverseRidge: 1/κ.
  ///   - gradient: room for as many numbers and 64 floats more.
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
