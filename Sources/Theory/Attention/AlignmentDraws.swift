import Kernels

/// Draws of what the alignment of two opposed heads averages over, sixteen at a time.
///
/// A query q ~ N(0, 1) gives other tokens the scores u·x with u = εq₁e₂ + h. Here h ~ N(0,
/// v|q|²/d²) is what the bulk of A makes of it. In coordinate 2, where the pattern stands,
/// |q|² − q₁² replaces |q|². The other L − 1 scores are |u| t with t ~ N(0, 1), the query's own is
/// u·q. With softmax weights p_b, and p_a of the query itself, let x_b = u₃t_b/|u|, F = Σ p_b x_b +
/// p_a q₃, s₁ = Σ p_b, s₂ = Σ p_b², y₁ = −p_a(q₃ − F) and y₂ = Σ p_b²(x_b − F). By Stein's lemma
/// over the other tokens g = ⟨T⟩,
/// T = q₁q₂q₃F + q₁[u₂(s₁ − s₂) + u₂u₃(y₁ − 2y₂)] + q₂q₃u₁p_a(F − q₃)
///   + u₁p_a[u₂(s₁ − 2s₂) + u₂u₃(y₁ − 4y₂ + (s₁ − 2s₂)(q₃ − F))].
///
/// Its part of first order in u has the mean ε(1 − 1/L), and is the control. The four signs of q₁
/// and h are averaged. Draws are the same for all L and d: those of more tokens begin with those of
/// fewer.
final class AlignmentDraws {
  private let length: Int
  private let dimension: Int
  private let kernels: KernelSet
  private let stream: RandomStream
  /// q_j and z_j in turn.
  private let vectors: AlignedBuffer
  /// t_b, and zeros in the place of the query itself.
  private let tokens: AlignedBuffer
  /// Four rows, one for each choice of signs.
  private let scores: AlignedBuffer
  /// Four rows e of numerators, and four of e t.
  private let numerators: AlignedBuffer
  private let inverses = AlignedBuffer(count: 16 * 4)
  private let unused: AlignedBuffer
  private let lengths = AlignedBuffer(count: 16 * 2)
  /// Σ e t of every row, and then Σ e², Σ e² t of every row.
  private let sums = AlignedBuffer(count: 16 * 12)
  private var queries: [Query] = []

  /// What is needed of q and of z = h d/(√v |q|).
  private struct Query {
    var first = 0.0
    var second = 0.0
    var third = 0.0
    /// |q|².
    var square = 0.0
    var z = (0.0, 0.0, 0.0)
    /// Σ z_j q_j and Σ z_j² over the other coordinates.
    var along = 0.0
    var rest = 0.0
  }

  /// T of one draw, and its first order less the mean of that.
  struct Value {
    let value: Double
    let control: Double
  }

  init(length: Int, dimension: Int) {
    self.length = length
    self.dimension = dimension
    kernels = .best
    stream = RandomStream(key: 0x6174_746E_0001)
    vectors = RandomStream.normalBuffer(count: 16 * 2 * dimension)
    tokens = RandomStream.normalBuffer(count: 16 * (length - 1))
    scores = AlignedBuffer(count: 16 * 4 * length)
    numerators = AlignedBuffer(count: 16 * 8 * length)
    unused = AlignedBuffer(count: 16 * length)
  }

  /// Draws sixteen queries with their tokens.
  func draw(_ block: Int) {
    stream.fill(vectors, step: UInt64(2 * block))
    stream.fill(tokens, step: UInt64(2 * block + 1))
    tokens.lanes[length - 1] = SIMD16(repeating: 0)
    queries = (0..<16).map { lane in
      func q(_ j: Int) -> Double { Double(vectors[32 * j + lane]) }
      func z(_ j: Int) -> Double { Double(vectors[32 * j + 16 + lane]) }
      var query = Query(first: q(0), second: q(1), third: q(2), z: (z(0), z(1), z(2)))
      for j in 0..<dimension { query.square += q(j) * q(j) }
      for j in 3..<dimension {
        query.along += z(j) * q(j)
        query.rest += z(j) * z(j)
      }
      return query
    }
  }

  private static let signs = [(1.0, 1.0), (-1.0, -1.0), (-1.0, 1.0), (1.0, -1.0)]

  /// A query's u and its own score, for one choice of signs.
  private struct Field {
    let u: (Double, Double, Double)
    let length: Double
    let own: Double

    init(_ q: Query, _ node: PatternSurface.Node, _ dimension: Int, _ signs: (Double, Double)) {
      let d = Double(dimension)
      let scale = signs.1 * (node.variance * q.square).squareRoot() / d
      let second = signs.1 * (node.variance * (q.square - q.first * q.first)).squareRoot() / d
      let first = signs.0 * q.first
      let h = second * q.z.1
      u = (scale * q.z.0, node.epsilon * first + h, scale * q.z.2)
      length =
        (u.0 * u.0 + u.1 * u.1 + u.2 * u.2 + scale * scale * q.rest).squareRoot()
      own = u.0 * first + u.1 * q.second + u.2 * q.third + scale * q.along
    }
  }

  /// Returns T and the control of the sixteen draws.
  func values(at node: PatternSurface.Node) -> [Value] {
    let n = length - 1
    let fields = queries.map { query in
      Self.signs.map { Field(query, node, dimension, $0) }
    }
    for lane in 0..<16 {
      // Two signs share |u|.
      for pair in 0..<2 { lengths[16 * pair + lane] = Float(fields[lane][2 * pair].length) }
    }
    for row in 0..<4 {
      let start = scores.lanes + row * length
      start.update(from: tokens.lanes, count: n)
      kernels.scaleLanes(n, lengths.lanes + row / 2, start)
      for lane in 0..<16 { scores[16 * (row * length + n) + lane] = Float(fields[lane][row].own) }
    }
    let e = numerators.lanes
    kernels.softmax(4, length, false, 0, scores.lanes, e, inverses.lanes, unused.lanes)
    for row in 0..<4 {
      (e + (4 + row) * length).update(from: tokens.lanes, count: length)
    }
    kernels.multiply(4 * length, e, e + 4 * length)
    kernels.laneProduct(
      4, 1, length, e, length, 1, tokens.lanes, 1, 1, sums.lanes, 1, false)
    for row in 0..<4 {
      let e = e + row * length
      kernels.laneProduct(
        1, 2, length, e, length, 1, e, 4 * length, 1, sums.lanes + 4 + 2 * row, 2, false)
    }
    return (0..<16).map { lane in
      var (value, control) = (0.0, 0.0)
      for row in 0..<4 {
        let inverse = Double(inverses[16 * row + lane])
        let weights = Weights(
          own: Double(numerators[16 * (row * length + n) + lane]) * inverse,
          tokens: Double(sums[16 * row + lane]) * inverse,
          squares: Double(sums[16 * (4 + 2 * row) + lane]) * inverse * inverse,
          squaredTokens: Double(sums[16 * (5 + 2 * row) + lane]) * inverse * inverse)
        let term = term(
          queries[lane], fields[lane][row], weights, first: Self.signs[row].0 * queries[lane].first)
        value += term.value / 4
        control += term.control / 4
      }
      return Value(value: value, control: control - node.epsilon * (1 - 1 / Double(length)))
    }
  }

  /// Sums over the softmax of one row.
  private struct Weights {
    /// p_a.
    let own: Double
    /// Σ p_b t_b.
    let tokens: Double
    /// Σ p_b² with that of the query itself.
    let squares: Double
    /// Σ p_b² t_b.
    let squaredTokens: Double
  }

  /// Returns T and its first order, in the mean over t.
  private func term(_ q: Query, _ field: Field, _ p: Weights, first q1: Double) -> Value {
    let l = Double(length)
    let (q2, q3) = (q.second, q.third)
    let (u1, u2, u3) = field.u
    let pa = p.own
    let slope = field.length > 0 ? u3 / field.length : 0
    let mean = slope * p.tokens + pa * q3
    let s1 = 1 - pa
    let s2 = p.squares - pa * pa
    let y1 = -pa * (q3 - mean)
    let y2 = slope * p.squaredTokens - mean * s2
    let value =
      q1 * q2 * q3 * mean
      + q1 * (u2 * (s1 - s2) + u2 * u3 * (y1 - 2 * y2))
      + q2 * q3 * u1 * pa * (mean - q3)
      + u1 * pa
      * (u2 * (s1 - 2 * s2) + u2 * u3 * (y1 - 4 * y2 + (s1 - 2 * s2) * (q3 - mean)))
    let share = (l - 1) / l
    let control =
      q1 * q2 * q3 * share * (u3 * (l - 1) + q3 * field.own) / l
      + q1 * u2 * share * share + q2 * q3 * u1 * (q3 / l - q3) / l
    return Value(value: value, control: control)
  }
}
