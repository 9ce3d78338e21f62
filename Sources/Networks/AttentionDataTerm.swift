import Kernels

/// The data term of an attention head, in one pass over the scores.
///
/// The derivative by the features is the readout times one number a sequence, the error. So the
/// derivative of Σ_j b_j Φ_j is taken while a few rows of p are still in L1. It is multiplied by
/// the error once that is known. Nothing of order L² leaves the first or second cache level. At (L,
/// d) = (64, 12) this takes 0.92 of the time that it takes by way of the features.
final class AttentionDataTerm: DataTerm {
  private let map: AttentionFeatures
  private let targets: AlignedBuffer
  /// A few rows of t for each sign, and then of what is computed from them in place.
  private let scores: AlignedBuffer
  private let inverses: AlignedBuffer
  /// The readout b_j, in all lanes of a vector.
  private let readout: AlignedBuffer
  /// The products x^b·b, L vectors.
  private let values: AlignedBuffer
  private let features: AlignedBuffer
  private let readoutGradient: AlignedBuffer
  /// The outputs of a block, one vector.
  private let output = AlignedBuffer(count: 16)

  init(_ map: AttentionFeatures, _ targets: [Float]) {
    self.map = map
    let (length, d) = (map.network.length, map.network.dimension)
    let padding = [Float](repeating: 0, count: 16 * map.blocks - targets.count)
    self.targets = AlignedBuffer(targets + padding)
    scores = AlignedBuffer(count: 16 * map.signs * map.chunk * length)
    inverses = AlignedBuffer(count: 16 * map.chunk)
    readout = AlignedBuffer(count: 16 * d)
    values = AlignedBuffer(count: 16 * length)
    features = AlignedBuffer(count: 16 * d)
    readoutGradient = AlignedBuffer(count: 16 * d)
  }

  func evaluate(
    _ parameters: KernelSet.Floats, inverseRidge: Float, gradient: KernelSet.MutableFloats
  ) -> Double {
    let (d, kernels) = (map.network.dimension, map.kernels)
    let b = parameters + map.hiddenCount
    map.begin(parameters)
    for j in 0..<d { readout.lanes[j] = SIMD16(repeating: b[j]) }
    readoutGradient.lanes.update(repeating: SIMD16(repeating: 0), count: d)
    var squares = 0.0
    for block in 0..<map.blocks {
      let x = map.tokens(block)
      passRows(x)
      map.finishFeatures(x, features.lanes)
      kernels.product(1, d, 1, b, d, 1, features.lanes, 1, output.lanes, 1, false)
      squares += kernels.residuals(
        1, Float(map.network.readoutScale), inverseRidge, targets.lanes + block, output.lanes)
      kernels.addReadoutGradient(d, 1, 1, output.lanes, features.lanes, readoutGradient.lanes)
      kernels.scaleLanes(map.network.inputDimension, output.lanes, map.rows.lanes)
      map.addInteractionGradient(x)
    }
    map.end(gradient)
    kernels.laneSums(d, readoutGradient.lanes, gradient + map.hiddenCount)
    return squares
  }

  /// Writes Σ_a p_ab to the map's columns, and the derivative of Σ_j b_j Φ_j by X A to its rows.
  private func passRows(_ x: KernelSet.Vectors) {
    let (length, d, kernels) = (map.network.length, map.network.dimension, map.kernels)
    let (rows, columns, weight) = (map.rows.lanes, map.columns.lanes, map.weight)
    map.startScores(x)
    kernels.laneProduct(length, 1, d, x, d, 1, readout.lanes, d, 1, values.lanes, 1, false)
    for a in stride(from: 0, to: length, by: map.chunk) {
      let take = min(map.chunk, length - a)
      let (positive, negative) = (scores.lanes, scores.lanes + map.chunk * length)
      kernels.laneProduct(take, length, d, rows + a * d, d, 1, x, d, 1, positive, length, false)
      if map.signs == 2 {
        kernels.softmax(
          take, length, true, weight, positive, negative, inverses.lanes, columns + length)
        kernels.softmaxDerivative(
          take, length, weight, negative, inverses.lanes, values.lanes, negative, false)
      }
      kernels.softmax(take, length, false, weight, positive, positive, inverses.lanes, columns)
      if map.signs == 2 {
        kernels.softmaxDerivative(
          take, length, weight, positive, inverses.lanes, values.lanes, negative, true)
      } else {
        kernels.softmaxDerivative(
          take, length, weight, positive, inverses.lanes, values.lanes, positive, false)
      }
      let derivative = map.signs == 2 ? negative : positive
      kernels.laneProduct(
        take, d, length, derivative, length, 1, x, 1, d, rows + a * d, d, false)
    }
  }
}
