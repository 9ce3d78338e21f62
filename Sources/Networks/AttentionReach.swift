import Kernels

/// The largest R² = 1 − ⟨(f − y)²⟩/⟨y²⟩ that an attention head can reach on a target, over all A
/// and w.
///
/// It is maximised on drawn sequences and judged on fresh ones, which brackets it up to their
/// fluctuations. Weights fitted to a sample do better on it than the best do on the population. On
/// fresh sequences they do no better than the best. The descent is local, from several starts, so
/// the upper end holds for the optima found.
///
/// It bounds the alignment A = ⟨f, y⟩/⟨y²⟩ that is useful for learning: ⟨f²⟩ ≥ A² ⟨y²⟩/R², since
/// otherwise f, scaled to its best, would do better than the best. So a head with A > 2 R² has a
/// larger loss than f = 0.
package struct AttentionReach: Sendable {
  /// R² on the sequences of the fit.
  package let fitted: Double
  /// R² of the same weights on as many fresh sequences.
  package let fresh: Double
  /// The weights, whitened as all parameters are.
  package let parameters: [Float]

  /// Maximises R² for a head and a target.
  ///
  /// - Parameters:
  ///   - network: the head.
  ///   - target: y.
  ///   - samples: number of sequences to fit, and of fresh ones to judge by.
  ///   - starts: number of descents, in turn from the pattern and from the prior, at growing sizes
  ///     of A.
  ///   - stream: the random numbers of the sequences.
  ///   - kernels: the instruction set; all of them give the same bits.
  package init(
    _ network: AttentionNetwork, target: AttentionTarget, samples: Int, starts: Int = 6,
    from stream: RandomStream, kernels: KernelSet = .best
  ) {
    // Both sets come from one stream, so that they differ.
    let all = TrainingSet(
      drawing: 2 * samples, length: network.length, dimension: network.dimension, target: target,
      from: stream)
    let size = network.inputDimension
    func part(_ range: Range<Int>) -> TrainingSet {
      TrainingSet(
        inputs: Array(all.inputs[range.lowerBound * size..<range.upperBound * size]),
        targets: Array(all.targets[range]), dimension: size)
    }
    let loss = ProjectedLoss(network, part(0..<samples), kernels)
    var best: (value: Double, point: [Double])?
    for start in 0..<starts {
      let origin = RandomStream(key: 0x5265_6163 + UInt64(start))
      let scale = [0.5, 1, 2][start / 2 % 3]
      let theta =
        start % 2 == 0
        ? network.plantedStart(target: target, from: origin) : network.coldStart(from: origin)
      let found = descend(from: theta.prefix(network.hiddenCount).map { scale * Double($0) }) {
        loss.evaluate($0)
      }
      if found.value < best?.value ?? .infinity { best = found }
    }
    let point = best!.point
    fitted = 1 - best!.value
    let readout = (loss.evaluate(point), loss.readout).1
    parameters = (point + readout).map { Float($0) }
    let judge = ProjectedLoss(network, part(samples..<2 * samples), kernels)
    fresh = 1 - judge.loss(AlignedBuffer(parameters))
  }
}

/// The loss ⟨(f − y)²⟩/⟨y²⟩ over a sample as a function of A alone, at the best w for each A.
private final class ProjectedLoss {
  let network: AttentionNetwork
  private let kernels: KernelSet
  private let map: any FeatureMap
  private let term: any DataTerm
  private let targets: [Float]
  private let squares: Double
  private let features: AlignedBuffer
  private let tape: AlignedBuffer
  private let gradient: AlignedBuffer
  /// The best w of the last evaluation, whitened.
  private(set) var readout: [Double] = []

  init(_ network: AttentionNetwork, _ data: TrainingSet, _ kernels: KernelSet) {
    self.network = network
    self.kernels = kernels
    map = network.featureMap(data, kernels: kernels)
    term = network.dataTerm(data, kernels: kernels)
    targets = data.targets
    squares = data.targets.reduce(0) { $0 + Double($1) * Double($1) }
    features = AlignedBuffer(count: 16 * network.featureCount)
    tape = AlignedBuffer(count: 16 * map.tapeVectors)
    gradient = AlignedBuffer(count: network.parameterCount, slack: 64)
  }

  /// Returns the loss of given weights.
  func loss(_ parameters: borrowing AlignedBuffer) -> Double {
    term.evaluate(parameters.floats, inverseRidge: 1, gradient: gradient.floats) / squares
  }

  /// Returns the loss at the best w, and its derivative by A. There w may be held fixed because it
  /// is the best.
  func evaluate(_ hidden: [Double]) -> (value: Double, slope: [Double]) {
    readout = bestReadout(hidden)
    let value = loss(AlignedBuffer((hidden + readout).map { Float($0) }))
    return (value, (0..<network.hiddenCount).map { 2 * Double(gradient[$0]) / squares })
  }

  /// Returns w √d/σ_w of the linear regression on the features.
  private func bestReadout(_ hidden: [Double]) -> [Double] {
    let k = network.featureCount
    // The last column holds the products with the targets. Of the rest, only what is right of the
    // diagonal is summed.
    var sums = [Double](repeating: 0, count: k * (k + 1))
    var row = [Double](repeating: 0, count: k + 1)
    let parameters = AlignedBuffer((hidden + [Double](repeating: 0, count: k)).map { Float($0) })
    map.begin(parameters.floats)
    for block in 0..<map.blocks {
      map.forward(block, parameters.floats, features: features.lanes, tape: tape.lanes)
      for lane in 0..<map.samples(in: block) {
        for i in 0..<k { row[i] = Double(features[16 * i + lane]) }
        row[k] = Double(targets[16 * block + lane])
        sums.withUnsafeMutableBufferPointer { sums in
          row.withUnsafeBufferPointer { row in
            for i in 0..<k {
              for j in i...k { sums[i * (k + 1) + j] += row[i] * row[j] }
            }
          }
        }
      }
    }
    var gram = (0..<k).map { i in (0...k).map { sums[min(i, $0) * (k + 1) + max(i, $0)] } }
    // A small ridge gives no weight to features that vanish, as all do at A = 0 of the odd head.
    let trace = (0..<k).reduce(0) { $0 + gram[$1][$1] }
    for i in 0..<k { gram[i][i] += 1e-9 * trace + 1e-30 }
    return solved(gram).map { $0 / network.readoutScale }
  }
}

/// Solves a positive definite system whose last column is the right-hand side.
private func solved(_ system: [[Double]]) -> [Double] {
  var m = system
  let n = m.count
  for k in 0..<n {
    for i in 0..<n where i != k {
      let factor = m[i][k] / m[k][k]
      for j in k...n { m[i][j] -= factor * m[k][j] }
    }
  }
  return (0..<n).map { m[$0][n] / m[$0][$0] }
}

/// Finds a local minimum by the method of Broyden, Fletcher, Goldfarb and Shanno with a line search
/// by halves (Nocedal and Wright, "Numerical Optimization", 2006, section 6.1).
private func descend(
  from start: [Double], _ function: ([Double]) -> (value: Double, slope: [Double])
) -> (value: Double, point: [Double]) {
  let n = start.count
  func inner(_ x: [Double], _ y: [Double]) -> Double {
    zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
  }
  let identity = (0..<n).map { i in (0..<n).map { $0 == i ? 1.0 : 0 } }
  var (x, now) = (start, function(start))
  var inverse = identity
  for _ in 0..<200 {
    var direction = inverse.map { -inner($0, now.slope) }
    if inner(direction, now.slope) >= 0 {
      inverse = identity
      direction = now.slope.map { -$0 }
    }
    let descent = inner(direction, now.slope)
    // A step is at most one prior standard deviation of all entries.
    var step = min(1, (Double(n) / inner(direction, direction)).squareRoot())
    var (next, point) = (now, x)
    repeat {
      point = zip(x, direction).map { $0 + step * $1 }
      next = function(point)
      step /= 2
    } while !(next.value <= now.value + 1e-4 * 2 * step * descent) && step > 1e-6
    guard next.value < now.value else { break }
    let move = zip(point, x).map { $0 - $1 }
    let turn = zip(next.slope, now.slope).map { $0 - $1 }
    let curvature = inner(move, turn)
    if curvature > 1e-12 {
      let turned = inverse.map { inner($0, turn) }
      let factor = (1 + inner(turn, turned) / curvature) / curvature
      for i in 0..<n {
        for j in 0..<n {
          inverse[i][j] +=
            factor * move[i] * move[j] - (turned[i] * move[j] + move[i] * turned[j]) / curvature
        }
      }
    }
    let gain = now.value - next.value
    (x, now) = (point, next)
    if gain < 1e-6 { break }
  }
  return (now.value, x)
}
