import Kernels

/// The features of an attention head on a set of inputs, sixteen sequences at a time, one a lane.
///
/// Scores are factored, t = (X A) Xᵀ, and so is their derivative, ∂A = Xᵀ (∂t X). So nothing larger
/// than L × L is ever formed. Rows of t go through product and softmax a few at a time, in L1. The
/// way back needs only the numerators of p, which wait for it in L2.
///
/// *Complexity:* P (4 L d² + 4 L² d) flops a gradient, and P L² exponentials, or 2 P L² for the odd
/// head.
final class AttentionFeatures: FeatureMap {
  let blockVectors = 1
  let network: AttentionNetwork
  let kernels: KernelSet
  let sampleCount: Int
  /// The tokens of every block, L × d vectors.
  private let inputs: AlignedBuffer
  /// The matrix −A, with every entry in all lanes of a vector.
  let interaction: AlignedBuffer
  /// X A on the way there and ∂t X on the way back, L × d vectors.
  let rows: AlignedBuffer
  /// A few rows of ∂t.
  private let derivative: AlignedBuffer
  /// Σ_a p_ab of either sign, two rows of L vectors; x^b·g on the way back.
  let columns: AlignedBuffer
  /// The cotangent g of a block, d vectors.
  private let cotangent: AlignedBuffer
  /// Σ over blocks of ∂A, d × d vectors.
  let sums: AlignedBuffer
  /// The number of rows of t that are made and used together.
  let chunk = 8

  init(_ network: AttentionNetwork, _ data: TrainingSet, _ kernels: KernelSet) {
    self.network = network
    self.kernels = kernels
    sampleCount = data.count
    let (size, length, d) = (data.dimension, network.length, network.dimension)
    inputs = AlignedBuffer(count: (data.count + 15) / 16 * 16 * size)
    for sample in 0..<data.count {
      let block = inputs.floats + sample / 16 * 16 * size + sample % 16
      for i in 0..<size { block[16 * i] = data.inputs[sample * size + i] }
    }
    interaction = AlignedBuffer(count: 16 * d * d)
    rows = AlignedBuffer(count: 16 * size)
    derivative = AlignedBuffer(count: 16 * chunk * length)
    columns = AlignedBuffer(count: 16 * 2 * length)
    cotangent = AlignedBuffer(count: 16 * d)
    sums = AlignedBuffer(count: 16 * d * d)
  }

  var hiddenCount: Int { network.hiddenCount }
  var featureCount: Int { network.featureCount }
  /// Numerators and inverse denominators of p, for each sign of A.
  var tapeVectors: Int { signs * network.length * (network.length + 1) }

  var signs: Int { network.head == .odd ? 2 : 1 }
  /// The factor of each sign's part: L^{−1/2}, or half of it for the odd head.
  var weight: Float { Float(1 / (Double(signs) * Double(network.length).squareRoot())) }

  func tokens(_ block: Int) -> KernelSet.Vectors {
    KernelSet.Vectors(inputs.lanes) + block * network.inputDimension
  }

  func begin(_ hidden: KernelSet.Floats) {
    let scale = Float(-network.interactionScale)
    for i in 0..<hiddenCount { interaction.lanes[i] = SIMD16(repeating: scale * hidden[i]) }
    sums.lanes.update(repeating: SIMD16(repeating: 0), count: hiddenCount)
  }

  func forward(
    _ block: Int, _ hidden: KernelSet.Floats, features: KernelSet.MutableVectors,
    tape: KernelSet.MutableVectors
  ) {
    let (length, d, x) = (network.length, network.dimension, tokens(block))
    let size = length * length
    let inverses = tape + signs * size
    startScores(x)
    for a in stride(from: 0, to: length, by: chunk) {
      let (take, scores) = (min(chunk, length - a), tape + a * length)
      kernels.laneProduct(
        take, length, d, rows.lanes + a * d, d, 1, x, d, 1, scores, length, false)
      if signs == 2 {
        kernels.softmax(
          take, length, true, weight, scores, scores + size, inverses + length + a,
          columns.lanes + length)
      }
      kernels.softmax(
        take, length, false, weight, scores, scores, inverses + a, columns.lanes)
    }
    finishFeatures(x, features)
  }

  func pullBack(
    _ block: Int, _ hidden: KernelSet.Floats, cotangent: Cotangent, features: KernelSet.Vectors,
    tape: KernelSet.MutableVectors
  ) {
    let (length, d, x) = (network.length, network.dimension, tokens(block))
    let size = length * length
    let inverses = tape + signs * size
    for j in 0..<d {
      let linear = cotangent.readout[j] * cotangent.error[0]
      self.cotangent.lanes[j] = cotangent.matrix.map { $0[j] + linear } ?? linear
    }
    let values = columns.lanes
    kernels.laneProduct(length, 1, d, x, d, 1, self.cotangent.lanes, d, 1, values, 1, false)
    for a in stride(from: 0, to: length, by: chunk) {
      let take = min(chunk, length - a)
      for s in 0..<signs {
        kernels.softmaxDerivative(
          take, length, weight, tape + s * size + a * length, inverses + s * length + a,
          values, derivative.lanes, s == 1)
      }
      kernels.laneProduct(
        take, d, length, derivative.lanes, length, 1, x, 1, d, rows.lanes + a * d, d, false)
    }
    addInteractionGradient(x)
  }

  func end(_ gradient: KernelSet.MutableFloats) {
    kernels.laneSums(hiddenCount, sums.lanes, gradient)
    let scale = Float(-network.interactionScale)
    for i in 0..<hiddenCount { gradient[i] *= scale }
  }

  // MARK: - Parts without the scores

  /// Writes X A into the rows, and zero into the columns.
  func startScores(_ x: KernelSet.Vectors) {
    let (length, d) = (network.length, network.dimension)
    columns.lanes.update(repeating: SIMD16(repeating: 0), count: 2 * length)
    kernels.laneProduct(length, d, d, x, d, 1, interaction.lanes, 1, d, rows.lanes, d, false)
  }

  /// Computes the features from the columns, Σ_a p_ab.
  func finishFeatures(_ x: KernelSet.Vectors, _ features: KernelSet.MutableVectors) {
    let (length, d) = (network.length, network.dimension)
    if signs == 2 { kernels.addScaled(length, -1, columns.lanes + length, columns.lanes) }
    kernels.laneProduct(d, 1, length, x, 1, d, columns.lanes, length, 1, features, 1, false)
  }

  /// Adds to ∂A what follows from the rows, ∂t X.
  func addInteractionGradient(_ x: KernelSet.Vectors) {
    let (length, d) = (network.length, network.dimension)
    kernels.laneProduct(d, d, length, x, 1, d, rows.lanes, 1, d, sums.lanes, d, true)
  }
}
