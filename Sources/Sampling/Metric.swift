import Kernels

/// A diagonal mass matrix M as a change of coordinates.
///
/// Momenta stay N(0, I), and kicks and drifts are both scaled by s = M^{−1/2}. This is leapfrog in
/// ϑ = M^{1/2} θ (Neal 2011, section 4.1).
public struct Metric: ~Copyable {
  /// The scales s; `nil` for unit mass.
  private let scales: AlignedBuffer?

  /// Creates a metric.
  ///
  /// - Parameter inverseMass: the diagonal of M⁻¹ = s², positive and finite; `nil` for unit mass.
  public init(inverseMass: [Float]? = nil) {
    guard let inverseMass else {
      scales = nil
      return
    }
    precondition(inverseMass.allSatisfy { $0 > 0 && $0.isFinite })
    scales = AlignedBuffer(inverseMass.map { $0.squareRoot() })
  }

  /// Adds to y: y ← y + c s x.
  func add(
    _ factor: Float, _ x: borrowing AlignedBuffer, to y: borrowing AlignedBuffer,
    kernels: KernelSet
  ) {
    switch scales {
    case nil: kernels.addScaled(y.vectors, factor, x.lanes, y.lanes)
    case .some(let scales):
      // Each operation is rounded by itself, which gives the same bits at every vector width.
      let (s, x, y, vectors) = (scales.lanes, x.lanes, y.lanes, y.vectors)
      for i in 0..<vectors { y[i] += factor * (s[i] * x[i]) }
    }
  }
}

/// Mean and variance of every coordinate over a stretch of warm-up, and the masses that follow from
/// them.
struct CoordinateMoments {
  private var count = 0.0
  private var origin: [Float] = []
  private var sums: [Double] = []
  private var squares: [Double] = []

  mutating func record(_ position: borrowing AlignedBuffer) {
    if count == 0 {
      origin = position.values
      sums = [Double](repeating: 0, count: position.count)
      squares = sums
    }
    count += 1
    for i in origin.indices {
      let x = Double(position[i] - origin[i])
      sums[i] += x
      squares[i] += x * x
    }
  }

  /// Writes or reads what has been recorded.
  mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(&count)
    try coder.code(&origin)
    try coder.code(&sums)
    try coder.code(&squares)
  }

  /// The diagonal of M⁻¹: variances in units of their mean, shrunk at least half-way to it. It is
  /// `nil` unless two recorded positions differ.
  ///
  /// Unshrunk variances lost a fifth to a third of the effective samples of two-layer posteriors.
  /// Few draws estimate them badly, and a network's neurons exchange their roles, so one stretch of
  /// a chain says little about the next. With weight n/(2(n + 100)) nothing was lost or gained. The
  /// mean stays one, so that T keeps its meaning.
  var inverseMass: [Float]? {
    guard count >= 2 else { return nil }
    let variances = sums.indices.map {
      max(0, squares[$0] / count - (sums[$0] / count) * (sums[$0] / count))
    }
    let mean = variances.reduce(0, +) / Double(variances.count)
    guard mean > 0, mean.isFinite else { return nil }
    let weight = 0.5 * count / (count + 100)
    return variances.map { Float(1 + weight * ($0 / mean - 1)) }
  }
}
