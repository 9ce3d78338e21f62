import Kernels

/// Draws of what the second moments of a readout's feature average over, sixteen at a time.
///
/// Φ = L^{−1/2} Σ_a m_a is the feature of w₃, m_a = Σ_c p_ac x₃^c with p the half difference of the
/// softmax of both heads. So ⟨Φ²⟩ = ⟨m_a²⟩ + (L − 1)⟨m_a m_b⟩. Two queries a and b are drawn, and
/// what two independent bulks of A make of them. The other tokens enter by their four scores, which
/// are Gaussian, and their x₃ is averaged over: column 3 of A is zero here. The first order in A
/// has a known mean, and is the control. Both signs of the first query are averaged.
final class MomentDraws {
  private let length: Int
  private let dimension: Int
  /// L − 2.
  private let others: Int
  private let kernels: KernelSet
  private let stream: RandomStream
  /// The components j of both queries, and then of four fields.
  private let vectors: AlignedBuffer
  /// Four numbers of each of the other tokens.
  private let tokens: AlignedBuffer
  private let ones: AlignedBuffer
  /// The factor of the other tokens' scores.
  private let mixing = AlignedBuffer(count: 16 * 16)
  /// Rows of scores: queries a, b in the first bulk, and then in the second.
  private let scores: AlignedBuffer
  private let rising: AlignedBuffer
  private let falling: AlignedBuffer
  private let inverses = AlignedBuffer(count: 16 * 8)
  private let unused: AlignedBuffer
  private let rowSums = AlignedBuffer(count: 16 * 4)
  private let scoreProducts = AlignedBuffer(count: 16 * 16)
  private let products = AlignedBuffer(count: 16 * 16)
  private let minusOne = AlignedBuffer([Float](repeating: -1, count: 16))
  private var pairs: [Pair] = []

  /// Two queries, and the fields H_i of i = 0 … 3 that bulks of unit variance make of them.
  private struct Pair {
    /// x₁, x₂ and x₃ of both.
    var first = SIMD2<Double>.zero
    var second = SIMD2<Double>.zero
    var third = SIMD2<Double>.zero
    /// H_i·H_j.
    var gram = InlineArray<16, Double>(repeating: 0)
    /// H_i·q_b at 2i + b.
    var own = InlineArray<8, Double>(repeating: 0)
    /// Component 2 of H_i.
    var pattern = InlineArray<4, Double>(repeating: 0)
  }

  /// ⟨Φ²⟩ and ⟨⟨Φ⟩²⟩, the inner mean over bulks, and the same of first order less its mean.
  struct Value {
    var square = 0.0
    var squareControl = 0.0
    var mean = 0.0
    var meanControl = 0.0
  }

  init(length: Int, dimension: Int) {
    self.length = length
    self.dimension = dimension
    others = length - 2
    kernels = .best
    stream = RandomStream(key: 0x6174_746E_0002)
    vectors = RandomStream.normalBuffer(count: 16 * 6 * dimension)
    tokens = RandomStream.normalBuffer(count: 16 * 4 * others)
    ones = AlignedBuffer([Float](repeating: 1, count: 16 * others))
    scores = AlignedBuffer(count: 16 * 4 * length)
    rising = AlignedBuffer(count: 16 * 4 * length)
    falling = AlignedBuffer(count: 16 * 4 * length)
    unused = AlignedBuffer(count: 16 * length)
  }

  /// Returns the mean of ⟨Φ²⟩ to first order in A.
  static func square(length: Int, dimension: Int, _ node: PatternSurface.Node) -> Double {
    let (l, d) = (Double(length), Double(dimension))
    return (node.epsilon * node.epsilon + node.variance * (d * d - d - 1) / (d * d))
      * (1 - 1 / l) / l
  }

  /// Returns the mean of ⟨⟨Φ⟩²⟩ to first order in A.
  static func mean(length: Int, _ node: PatternSurface.Node) -> Double {
    node.epsilon * node.epsilon * (1 - 1 / Double(length)) / Double(length)
  }

  /// Draws sixteen pairs of queries with their fields and tokens.
  func draw(_ block: Int) {
    stream.fill(vectors, step: UInt64(2 * block))
    stream.fill(tokens, step: UInt64(2 * block + 1))
    pairs = (0..<16).map(pair)
  }

  private func pair(_ lane: Int) -> Pair {
    func component(_ j: Int, _ i: Int) -> Double { Double(vectors[16 * (6 * j + i) + lane]) }
    let d = Double(dimension)
    var pair = Pair()
    for b in 0..<2 {
      pair.first[b] = component(0, b)
      pair.second[b] = component(1, b)
      pair.third[b] = component(2, b)
    }
    var (aa, ab, bb) = (0.0, 0.0, 0.0)
    for j in 0..<dimension {
      let (a, b) = (component(j, 0), component(j, 1))
      aa += a * a
      ab += a * b
      bb += b * b
    }
    /// Factors of the fields of both queries in one column of A.
    func factors(_ aa: Double, _ ab: Double, _ bb: Double) -> (Double, Double, Double) {
      let root = aa.squareRoot()
      let common = root > 0 ? ab / root : 0
      return (root / d, common / d, max(0, bb - common * common).squareRoot() / d)
    }
    let whole = factors(aa, ab, bb)
    let (a1, b1) = (pair.first[0], pair.first[1])
    let without = factors(aa - a1 * a1, ab - a1 * b1, bb - b1 * b1)
    for j in 0..<dimension where j != 2 {
      let f = j == 1 ? without : whole
      var h = InlineArray<4, Double>(repeating: 0)
      for bulk in 0..<2 {
        let (z, other) = (component(j, 2 + 2 * bulk), component(j, 3 + 2 * bulk))
        h[2 * bulk] = f.0 * z
        h[2 * bulk + 1] = f.1 * z + f.2 * other
      }
      for i in 0..<4 {
        for k in 0..<4 { pair.gram[4 * i + k] += h[i] * h[k] }
        for b in 0..<2 { pair.own[2 * i + b] += h[i] * component(j, b) }
      }
      if j == 1 { pair.pattern = h }
    }
    return pair
  }

  /// Returns the moments of the sixteen draws.
  func values(at node: PatternSurface.Node) -> [Value] {
    let root = node.variance.squareRoot()
    let own = pairs.map { pair in
      var scores = pair.own
      for i in 0..<8 {
        scores[i] = root * scores[i] + node.epsilon * pair.first[i / 2 % 2] * pair.second[i % 2]
      }
      return scores
    }
    for lane in 0..<16 { mix(lane, node) }
    kernels.laneProduct(
      4, others, 4, mixing.lanes, 4, 1, tokens.lanes, 4, 1, scores.lanes, length, false)
    kernels.laneProduct(
      4, 1, others, scores.lanes, length, 1, ones.lanes, 1, 1, rowSums.lanes, 1, false)
    kernels.laneProduct(
      4, 4, others, scores.lanes, length, 1, scores.lanes, length, 1, scoreProducts.lanes, 4, false)
    var values = Array(repeating: Value(), count: 16)
    for sign in [1.0, -1.0] {
      if sign < 0 {
        for row in [0, 2] {
          kernels.scaleLanes(others, minusOne.lanes, scores.lanes + row * length)
        }
      }
      differences(own, sign)
      for lane in 0..<16 { add(lane, own[lane], sign, to: &values[lane]) }
    }
    let square = Self.square(length: length, dimension: dimension, node)
    let mean = Self.mean(length: length, node)
    return values.map {
      Value(
        square: $0.square / 2, squareControl: $0.squareControl / 2 - square, mean: $0.mean / 2,
        meanControl: $0.meanControl / 2 - mean)
    }
  }

  /// Writes the Cholesky factor of the covariance of a token's four scores.
  private func mix(_ lane: Int, _ node: PatternSurface.Node) {
    let pair = pairs[lane]
    let epsilon = node.epsilon
    let root = node.variance.squareRoot()
    func covariance(_ i: Int, _ j: Int) -> Double {
      let (a, b) = (pair.first[i % 2], pair.first[j % 2])
      return node.variance * pair.gram[4 * i + j]
        + root * epsilon * (a * pair.pattern[j] + b * pair.pattern[i]) + epsilon * epsilon * a * b
    }
    var factor = InlineArray<16, Double>(repeating: 0)
    for i in 0..<4 {
      for j in 0...i {
        var rest = covariance(i, j)
        for k in 0..<j { rest -= factor[4 * i + k] * factor[4 * j + k] }
        if i == j {
          factor[4 * i + i] = max(0, rest).squareRoot()
        } else {
          // In few dimensions the four fields are dependent.
          let pivot = factor[4 * j + j]
          factor[4 * i + j] = pivot * pivot > 1e-12 * covariance(j, j) ? rest / pivot : 0
        }
        mixing[16 * (4 * i + j) + lane] = Float(factor[4 * i + j])
      }
    }
  }

  /// The score of query b's token under row i, where the first query has a sign.
  private func score(_ own: InlineArray<8, Double>, _ i: Int, _ b: Int, _ sign: Double) -> Double {
    (i % 2 == 0) != (b == 0) ? sign * own[2 * i + b] : own[2 * i + b]
  }

  /// Writes softmax(s) − softmax(−s) of every row into `rising`.
  private func differences(_ own: [InlineArray<8, Double>], _ sign: Double) {
    for lane in 0..<16 {
      for i in 0..<4 {
        for b in 0..<2 {
          scores[16 * (i * length + others + b) + lane] = Float(score(own[lane], i, b, sign))
        }
      }
    }
    kernels.softmax(
      4, length, false, 0, scores.lanes, rising.lanes, inverses.lanes, unused.lanes)
    kernels.softmax(
      4, length, true, 0, scores.lanes, falling.lanes, inverses.lanes + 4, unused.lanes)
    for row in 0..<4 {
      kernels.scaleLanes(length, inverses.lanes + row, rising.lanes + row * length)
      kernels.scaleLanes(length, inverses.lanes + 4 + row, falling.lanes + row * length)
    }
    kernels.addScaled(4 * length, -1, falling.lanes, rising.lanes)
    kernels.laneProduct(
      4, 4, others, rising.lanes, length, 1, rising.lanes, length, 1, products.lanes, 4, false)
  }

  /// Adds a draw's moments, with the softmax and to first order.
  private func add(
    _ lane: Int, _ own: InlineArray<8, Double>, _ sign: Double, to value: inout Value
  ) {
    let l = Double(length)
    let third = SIMD2(sign * pairs[lane].third[0], pairs[lane].third[1])
    let rows: InlineArray<4, Double> = [sign, 1, sign, 1]
    let zero = InlineArray<4, Double>(repeating: 0)
    var (softmax, linear, sums, means) = (zero, zero, zero, zero)
    for i in 0..<4 {
      sums[i] = rows[i] * Double(rowSums[16 * i + lane])
      let scores = SIMD2(score(own, i, 0, sign), score(own, i, 1, sign))
      means[i] = (sums[i] + scores[0] + scores[1]) / l
      for b in 0..<2 {
        softmax[i] += Double(rising[16 * (i * length + others + b) + lane]) * third[b]
        linear[i] += (scores[b] - means[i]) * third[b]
      }
    }
    let scale = 1 / (l * l)
    for i in 0..<4 {
      for j in i..<4 {
        let place = 16 * (4 * i + j) + lane
        let product = (Double(products[place]) + softmax[i] * softmax[j]) / 4
        let scores = rows[i] * rows[j] * Double(scoreProducts[place])
        let rest = Double(others) * means[i] * means[j] + linear[i] * linear[j]
        let first = scale * (scores - means[i] * sums[j] - means[j] * sums[i] + rest)
        // Of four diagonal squares and two others, or of two and two between the bulks.
        let weight = i == j ? 0.25 : i % 2 == j % 2 ? 0.5 : (l - 1) / 2
        if i / 2 == j / 2 {
          value.square += weight * product
          value.squareControl += weight * first
        } else {
          value.mean += weight * product
          value.meanControl += weight * first
        }
      }
    }
  }
}
