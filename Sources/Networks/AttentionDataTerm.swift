import Kernels

/// The data term of an attention head, in one pass over the scores.
///
/// The derivative by the features is the readout times one number a sequence, the error. So the
/// derivative of Σ_j b_j Φ_j is taken while a few rows of scores are in L1. It is multiplied by the
/// error once that is known, when it is a matrix of d × d. Nothing of order L² leaves L1.
///
/// By |t_ab| ≤ |x^a·A| |x^b| scores are nearly always known to be bounded before they are computed.
/// Then their softmax needs no largest score. Blocks where the bound is too large take a slower
/// way, which holds for scores of any size.
final class AttentionDataTerm: DataTerm {
  private let map: AttentionFeatures
  private let targets: AlignedBuffer
  /// The largest |x^b|² of every sequence, one vector a block.
  private let squares: AlignedBuffer
  /// The number of rows of t that are made and used together, a multiple of the kernels' four.
  /// Those of both signs take 24 KiB, unless four rows take more.
  private let chunk: Int
  /// A few rows of t for each sign, and then of what is computed from them in place.
  private let scores: AlignedBuffer
  private let inverses: AlignedBuffer
  /// The readout b_j, in all lanes of a vector.
  private let readout: AlignedBuffer
  /// The products x^b·b, L vectors.
  private let values: AlignedBuffer
  private let features: AlignedBuffer
  private let readoutGradient: AlignedBuffer
  /// The derivative of a block's Σ_j b_j Φ_j by A, d × d vectors.
  private let interactionGradient: AlignedBuffer
  /// The outputs of a block, and the largest |x^a·A|², one vector each.
  private let output = AlignedBuffer(count: 16)
  private let reach = AlignedBuffer(count: 16)

  init(_ map: AttentionFeatures, _ targets: [Float]) {
    self.map = map
    let (length, d) = (map.network.length, map.network.dimension)
    let padding = [Float](repeating: 0, count: 16 * map.blocks - targets.count)
    self.targets = AlignedBuffer(targets + padding)
    squares = AlignedBuffer(count: 16 * map.blocks)
    for block in 0..<map.blocks {
      map.kernels.largestSquare(length, d, map.tokens(block), squares.lanes + block)
    }
    chunk = min(12, max(4, (24 << 10) / (64 * map.signs * length) / 4 * 4))
    scores = AlignedBuffer(count: 16 * map.signs * chunk * length)
    inverses = AlignedBuffer(count: 16 * chunk)
    readout = AlignedBuffer(count: 16 * d)
    values = AlignedBuffer(count: 16 * length)
    features = AlignedBuffer(count: 16 * d)
    readoutGradient = AlignedBuffer(count: 16 * d)
    interactionGradient = AlignedBuffer(count: 16 * d * d)
  }

  func evaluate(
    _ parameters: KernelSet.Floats, inverseRidge: Float, gradient: KernelSet.MutableFloats
  ) -> Double {
    let (length, d, kernels) = (map.network.length, map.network.dimension, map.kernels)
    let b = parameters + map.hiddenCount
    map.begin(parameters)
    for j in 0..<d { readout.lanes[j] = SIMD16(repeating: b[j]) }
    readoutGradient.lanes.update(repeating: SIMD16(repeating: 0), count: d)
    var squares = 0.0
    for block in 0..<map.blocks {
      let x = map.tokens(block)
      passRows(block)
      map.finishFeatures(x, features.lanes)
      kernels.product(1, d, 1, b, d, 1, features.lanes, 1, output.lanes, 1, false)
      squares += kernels.residuals(
        1, Float(map.network.readoutScale), inverseRidge, targets.lanes + block, output.lanes)
      kernels.addReadoutGradient(d, 1, 1, output.lanes, features.lanes, readoutGradient.lanes)
      kernels.laneProduct(
        d, d, length, x, 1, d, map.rows.lanes, 1, d, interactionGradient.lanes, d, false)
      kernels.addReadoutGradient(
        d * d, 1, 1, output.lanes, interactionGradient.lanes, map.sums.lanes)
    }
    map.end(gradient)
    kernels.laneSums(d, readoutGradient.lanes, gradient + map.hiddenCount)
    return squares
  }

  /// Writes Σ_a p_ab to the map's columns, and the derivative of Σ_j b_j Φ_j by X A to its rows.
  private func passRows(_ block: Int) {
    let (length, d, kernels) = (map.network.length, map.network.dimension, map.kernels)
    let (x, rows, positive) = (map.tokens(block), map.rows.lanes, scores.lanes)
    map.startScores(x)
    kernels.laneProduct(length, 1, d, x, d, 1, readout.lanes, d, 1, values.lanes, 1, false)
    let isBounded = hasBoundedScores(block)
    for a in stride(from: 0, to: length, by: chunk) {
      let take = min(chunk, length - a)
      kernels.laneProduct(take, length, d, rows + a * d, d, 1, x, d, 1, positive, length, false)
      if isBounded {
        kernels.boundedSoftmax(
          take, length, map.signs == 2, map.weight, values.lanes, positive,
          positive + chunk * length, map.columns.lanes)
      } else {
        differentiate(take)
      }
      kernels.laneProduct(take, d, length, positive, length, 1, x, 1, d, rows + a * d, d, false)
    }
  }

  /// Whether |x^a·A| |x^b| is small enough in every sequence of a block. It is not for a NaN.
  private func hasBoundedScores(_ block: Int) -> Bool {
    map.kernels.largestSquare(
      map.network.length, map.network.dimension, map.rows.lanes, reach.lanes)
    let bound = KernelSet.largestBoundedScore * KernelSet.largestBoundedScore
    return (0..<16).allSatisfy { reach[$0] * squares[16 * block + $0] <= bound }
  }

  /// Does for rows of any scores what the kernel `boundedSoftmax` does.
  private func differentiate(_ rows: Int) {
    let (length, kernels, weight) = (map.network.length, map.kernels, map.weight)
    let (positive, columns) = (scores.lanes, map.columns.lanes)
    let negative = positive + chunk * length
    guard map.signs == 2 else {
      kernels.softmax(rows, length, false, weight, positive, positive, inverses.lanes, columns)
      kernels.softmaxDerivative(
        rows, length, weight, positive, inverses.lanes, values.lanes, positive, false)
      return
    }
    kernels.softmax(
      rows, length, true, weight, positive, negative, inverses.lanes, columns + length)
    kernels.softmaxDerivative(
      rows, length, weight, negative, inverses.lanes, values.lanes, negative, false)
    kernels.softmax(rows, length, false, weight, positive, positive, inverses.lanes, columns)
    kernels.softmaxDerivative(
      rows, length, weight, positive, inverses.lanes, values.lanes, negative, true)
    positive.update(from: negative, count: rows * length)
  }
}
