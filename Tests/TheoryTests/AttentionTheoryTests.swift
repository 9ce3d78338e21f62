import Kernels
import Networks
import Testing
import Theory

/// The theory of two opposed attention heads at finite size: its averages against sequences that
/// are simulated by definition, its free energy against differences, and its results against
/// another implementation.
@Suite struct AttentionTheoryTests {
  static let small = try! AttentionPosterior(length: 8, dimension: 6, ridge: 1, draws: 4096)

  /// g, ⟨Φ²⟩ and ⟨⟨Φ⟩²⟩ of sequences, with two bulks of A each. Their first orders, whose means are
  /// known, take out most of the noise.
  @Test(arguments: [(0.6, 1.0), (0.9, 0.3)])
  func simulatedSequences(epsilon: Double, variance: Double) throws {
    let (l, d, count) = (8, 6, 20000)
    let stream = RandomStream(key: 12345)
    var (gain, square, mean) = (Ratio(), Ratio(), Ratio())
    for i in 0..<count {
      let z = stream.standardNormals(count: l * d + 2 * d * d, step: UInt64(i)).map(Double.init)
      let x = (0..<l).map { a in (0..<d).map { z[a * d + $0] } }
      let first = x.reduce(0) { $0 + $1[0] }
      let y = first * x.reduce(0) { $0 + $1[1] * $1[2] } / Double(l)
      func bulk(_ b: Int, column: Bool) -> [[Double]] {
        var matrix = (0..<d).map { j in
          (0..<d).map { k in
            k == 2 && !column
              ? 0 : variance.squareRoot() * z[l * d + b * d * d + j * d + k] / Double(d)
          }
        }
        matrix[0][1] = -epsilon
        return matrix
      }
      let (whole, one, two) = (
        bulk(0, column: true), bulk(0, column: false), bulk(1, column: false)
      )
      let root = Double(l).squareRoot()
      let share = 1 - 1 / Double(l)
      gain.add(feature(x, whole) * y * root, firstOrder(x, whole) * y * root - epsilon * share)
      let (a, b) = (feature(x, one), feature(x, two))
      let (p, q) = (firstOrder(x, one), firstOrder(x, two))
      let bulkSquare = variance * Double(d * d - d - 1) / Double(d * d)
      square.add(
        (a * a + b * b) / 2,
        (p * p + q * q) / 2 - (epsilon * epsilon + bulkSquare) * share / Double(l))
      mean.add(a * b, p * q - epsilon * epsilon * share / Double(l))
    }
    let found = try Self.small.alignment.gain(epsilon: epsilon, variance: variance)
    let moments = Self.small.secondMoments(epsilon: epsilon, variance: variance)
    for (name, expected, got, error, largest) in [
      ("g", gain, found.value, found.drawError, 0.03),
      ("⟨Φ²⟩", square, moments.square.value, moments.square.drawError, 0.03),
      ("⟨⟨Φ⟩²⟩", mean, moments.mean.value, moments.mean.drawError, 0.1),
    ] {
      let errors = (expected.error * expected.error + error * error).squareRoot()
      #expect(errors < largest * expected.value, "\(name): \(errors) of \(expected.value)")
      #expect(
        abs(got - expected.value) < 4 * errors, "\(name): \(got), not \(expected.value) ± \(errors)"
      )
    }
  }

  /// A mean with a control of mean zero.
  private struct Ratio {
    private var points: [(Double, Double)] = []

    mutating func add(_ value: Double, _ control: Double) { points.append((value, control)) }

    private var rest: [Double] {
      let n = Double(points.count)
      let (x, c) = (points.reduce(0) { $0 + $1.0 } / n, points.reduce(0) { $0 + $1.1 } / n)
      let product = points.reduce(0) { $0 + ($1.0 - x) * ($1.1 - c) }
      let factor = product / points.reduce(0) { $0 + ($1.1 - c) * ($1.1 - c) }
      return points.map { $0.0 - factor * $0.1 }
    }
    var value: Double { rest.reduce(0, +) / Double(points.count) }
    var error: Double {
      let (rest, mean) = (rest, value)
      let n = Double(points.count)
      return (rest.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n * (n - 1))).squareRoot()
    }
  }

  /// The feature of w₃ by definition.
  private func feature(_ x: [[Double]], _ a: [[Double]]) -> Double {
    var sum = 0.0
    for query in x {
      let u = a[0].indices.map { k in query.indices.reduce(0) { $0 - query[$1] * a[$1][k] } }
      let scores = x.map { token in zip(u, token).reduce(0) { $0 + $1.0 * $1.1 } }
      for sign in [1.0, -1.0] {
        let weights = scores.map { naturalExponential(sign * $0) }
        let mean = zip(weights, x).reduce(0) { $0 + $1.0 * $1.1[2] } / weights.reduce(0, +)
        sum += sign * mean / 2
      }
    }
    return sum / Double(x.count).squareRoot()
  }

  /// −√L x̄ᵀA C e₃.
  private func firstOrder(_ x: [[Double]], _ a: [[Double]]) -> Double {
    let l = Double(x.count)
    let mean = x[0].indices.map { j in x.reduce(0) { $0 + $1[j] } / l }
    let column = mean.indices.map { k in
      x.reduce(0) { $0 + ($1[k] - mean[k]) * $1[2] } / l
    }
    var sum = 0.0
    for j in mean.indices { for k in mean.indices { sum -= mean[j] * a[j][k] * column[k] } }
    return l.squareRoot() * sum
  }

  /// Many tokens, a small pattern and a small bulk: g = ε. Then E = α√(Ld³).
  @Test func longSequences() throws {
    let long = try AttentionAlignment(length: 2048, dimension: 32, draws: 1024)
    for epsilon in [0.02, 0.1] {
      let g = try long.gain(epsilon: epsilon, variance: 0.05)
      #expect(abs(g.value / epsilon - 1) < 0.004, "ε = \(epsilon): \(g)")
    }
    let cost = try AttentionAlignment(length: 512, dimension: 256, draws: 1024)
      .leastCost(alignment: 0.01)
    #expect(cost.value / cost.leading > 1 && cost.value / cost.leading < 1.02, "\(cost)")
    #expect(abs(cost.leading - 0.01 * (512.0 * 256 * 256 * 256).squareRoot()) < 1e-9 * cost.leading)
    #expect(abs(cost.epsilon - 0.1 * 2.0.squareRoot().squareRoot()) < 0.02 * cost.epsilon)
  }

  /// g/ε falls with ε, with the bulk, and from the first order 1 − 1/L.
  @Test func theSoftmaxSaturates() throws {
    var last = 1 - 1.0 / 8
    for epsilon in [0.05, 0.4, 0.8, 1.2, 1.6] {
      let ratio = try Self.small.alignment.gain(epsilon: epsilon, variance: 0.2).value / epsilon
      #expect(ratio < last, "ε = \(epsilon)")
      last = ratio
    }
    let gains = try [0.05, 0.5, 1, 1.2].map {
      try Self.small.alignment.gain(epsilon: 0.5, variance: $0).value
    }
    #expect(gains == gains.sorted(by: >), "\(gains)")
  }

  /// The pattern of least cost has both slopes of [d²ε² + dω²]/2 at ωg = √L α in balance, and the
  /// cost is as in the reference, 1.28 times its leading order.
  @Test func leastCost() throws {
    let alignment = try AttentionAlignment(length: 16, dimension: 8)
    let cost = try alignment.leastCost(alignment: 0.1)
    func total(_ epsilon: Double) throws -> Double {
      let omega = 4 * 0.1 / (try alignment.gain(epsilon: epsilon).value)
      return (64 * epsilon * epsilon + 8 * omega * omega) / 2
    }
    #expect(abs(try total(cost.epsilon) - cost.value) < 1e-12 * cost.value)
    for factor in [0.99, 1.01] { #expect(try total(factor * cost.epsilon) > cost.value) }
    #expect(abs(cost.value / cost.leading - 1.28) < 0.02, "\(cost)")
    #expect(try alignment.leastCost(alignment: 0.2).value > 2 * cost.value)
  }

  /// First and second derivatives of the free energy by ε and ln v.
  @Test func derivatives() throws {
    let (p, omega, epsilon, variance, h) = (150.0, 1.4, 0.55, 0.6, 1e-4)
    func at(_ x: Double, _ y: Double) -> AttentionPosterior.Slopes {
      Self.small.slopes(
        samples: p, omega: omega, epsilon: epsilon + x, variance: variance * naturalExponential(y),
        ridge: 1.1)
    }
    let here = at(0, 0)
    for (name, got, high, low) in [
      ("F_x", here.first.x, at(h, 0).value, at(-h, 0).value),
      ("F_y", here.first.y, at(0, h).value, at(0, -h).value),
      ("F_xx", here.second.xx, at(h, 0).first.x, at(-h, 0).first.x),
      ("F_xy", here.second.xy, at(0, h).first.x, at(0, -h).first.x),
      ("F_yx", here.second.xy, at(h, 0).first.y, at(-h, 0).first.y),
      ("F_yy", here.second.yy, at(0, h).first.y, at(0, -h).first.y),
    ] {
      let difference = (high - low) / (2 * h)
      #expect(abs(got - difference) < 1e-5 * (1 + abs(got)), "\(name): \(got), \(difference)")
    }
  }

  /// At every ω the slopes vanish, and κ̃ is κ with the noise that is made there.
  @Test func minimaAreMinima() throws {
    for omega in [0.5, 1, 2] {
      let found = try Self.small.minimum(samples: 150, omega: omega)
      let slopes = Self.small.slopes(
        samples: 150, omega: omega, epsilon: found.epsilon, variance: found.variance,
        ridge: found.ridge)
      #expect(abs(slopes.first.x) + abs(slopes.first.y) < 1e-5, "ω = \(omega): \(slopes)")
      #expect(slopes.second.xx > 0 && slopes.second.yy > 0)
      #expect(found.ridge > 1.02 && found.ridge < 1.3, "ω = \(omega): \(found)")
    }
  }

  /// Alignment, ε, ω and v of an independent implementation, whose second moments are of sequences
  /// with an error of 1 to 3 %.
  @Test func reference() throws {
    let large = try AttentionPosterior(length: 16, dimension: 12, ridge: 1, draws: 4096)
    for (model, p, expected) in [
      (Self.small, 118.0, [0.1106, 0.4838, 0.9579, 0.6966]),
      (Self.small, 220, [0.3725, 0.8324, 1.9239, 0.2912]),
      (large, 457, [0.1935, 0.5913, 1.6393, 0.6436]),
      (large, 873, [0.4151, 0.8309, 2.5883, 0.3017]),
    ] {
      let got = try model.state(samples: p)
      for (name, value, reference) in [
        ("A", got.alignment, expected[0]), ("ε", got.epsilon, expected[1]),
        ("ω", got.omega, expected[2]), ("v", got.variance, expected[3]),
      ] { #expect(abs(value / reference - 1) < 0.06, "\(name) at P = \(p): \(got)") }
    }
  }

  /// Without data the prior is left, and more data or a smaller ridge teach more.
  @Test func limitsOfSamples() throws {
    let none = try Self.small.state(samples: 1)
    #expect(none.alignment < 0.002 && abs(none.variance - 1) < 0.02, "\(none)")
    var last = none.alignment
    for p in [40.0, 80, 160, 320] {
      let alignment = try Self.small.state(samples: p).alignment
      #expect(alignment > last, "P = \(p)")
      last = alignment
    }
    let other = try AttentionPosterior(length: 8, dimension: 6, ridge: 0.5, draws: 1024)
    #expect(try other.state(samples: 100).alignment > Self.small.state(samples: 100).alignment)
  }

  /// P* has the alignment that defines it, its batches scatter as its error says, and a second
  /// calculation has the same bits.
  @Test func samplesHaveTheAlignment() throws {
    let found = try Self.small.samples(alignment: 0.2)
    #expect(abs(try Self.small.state(samples: found.value).alignment - 0.2) < 1e-7)
    #expect(found.drawError > 0 && found.drawError < 0.03 * found.value, "\(found)")
    let mean = found.batches.reduce(0, +) / Double(found.batches.count)
    #expect(abs(mean - found.value) < 2 * found.drawError, "\(found)")
    #expect(found.gridError < 1e-3 * found.value)
    let again = try AttentionPosterior(length: 8, dimension: 6, ridge: 1, draws: 4096)
    #expect(try again.samples(alignment: 0.2) == found)
  }

  @Test func badInputIsAnError() throws {
    typealias E = AttentionTheoryError
    #expect(throws: E.length(2)) { try AttentionAlignment(length: 2, dimension: 6) }
    #expect(throws: E.dimension(2)) { try AttentionAlignment(length: 8, dimension: 2) }
    for draws in [512, 1025] {
      #expect(throws: E.draws(draws)) {
        try AttentionAlignment(length: 8, dimension: 6, draws: draws)
      }
    }
    for ridge in [0, -1, .infinity, .nan] {
      #expect(throws: E.self) { try AttentionPosterior(length: 8, dimension: 6, ridge: ridge) }
    }
    let model = Self.small
    for alignment in [0, -0.1, 0.7, .nan] {
      #expect(throws: E.self) { try model.samples(alignment: alignment) }
      #expect(throws: E.self) { try model.alignment.leastCost(alignment: alignment) }
    }
    #expect(throws: E.samples(0.5)) { try model.state(samples: 0.5) }
    #expect(throws: E.epsilon(1.7)) { try model.alignment.gain(epsilon: 1.7) }
    #expect(throws: E.variance(0.01)) { try model.alignment.gain(epsilon: 1, variance: 0.01) }
    // The data leave less of the bulk than the surfaces hold.
    do {
      let found = try model.state(samples: 1e6)
      Issue.record("P = 10⁶ has \(found)")
    } catch {
      #expect(error == .patternTooLarge("samples", 1e6))
    }
    let short = try AttentionPosterior(length: 3, dimension: 3, ridge: 1)
    #expect(throws: E.patternTooLarge("alignment", 0.6)) { try short.samples(alignment: 0.6) }
    let few = try AttentionAlignment(length: 1024, dimension: 3, draws: 1024)
    #expect(throws: E.patternTooLarge("alignment", 0.6)) { try few.leastCost(alignment: 0.6) }
  }

  /// Where draws leave too large an error, none of the numbers is given.
  @Test func noiseIsAnError() throws {
    do {
      let found = try AttentionPosterior(length: 64, dimension: 6, ridge: 1, draws: 1024)
        .samples(alignment: 0.35)
      Issue.record("\(found)")
    } catch {
      guard case .error(let error, let limit) = error else { throw error }
      #expect(error > limit)
    }
  }
}
