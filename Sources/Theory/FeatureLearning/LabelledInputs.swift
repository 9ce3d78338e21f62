import Kernels

/// Inputs x_ν ∈ ℝ^d with their targets y_ν, of which a theory of a given data set is asked.
public struct LabelledInputs: Hashable, Sendable {
  /// The inputs, n × d, row by row.
  public let inputs: [Double]
  /// The targets, n of them.
  public let targets: [Double]
  /// The dimension d of an input.
  public let dimension: Int
  /// The number n of samples.
  public var count: Int { targets.count }

  /// The largest n and the largest d: a step costs some n³ and d³ flops.
  public static let largestSize = 600

  /// Takes inputs and targets.
  ///
  /// - Parameters:
  ///   - inputs: x, row by row, n × d numbers.
  ///   - dimension: d.
  ///   - targets: y, n numbers.
  /// - Throws: ``GaussianFeatureLearningError`` if there are no samples or too many, lengths do not
  ///   fit, a number is not finite, or all inputs are zero.
  public init(
    inputs: [Double], dimension: Int, targets: [Double]
  ) throws(GaussianFeatureLearningError) {
    guard (1...Self.largestSize).contains(targets.count) else {
      throw .samplesOutside(targets.count)
    }
    guard (1...Self.largestSize).contains(dimension) else { throw .dimensionOutside(dimension) }
    guard inputs.count == targets.count * dimension else {
      throw .unequalLengths(inputs: inputs.count / dimension, targets: targets.count)
    }
    for (i, x) in inputs.enumerated() where !(abs(x) < 1e100) {
      throw .notFinite("input \(i / dimension + 1), coordinate \(i % dimension + 1)", x)
    }
    for (i, y) in targets.enumerated() where !(abs(y) < 1e100) {
      throw .notFinite("target \(i + 1)", y)
    }
    guard inputs.contains(where: { $0 != 0 }) else { throw .inputsVanish }
    self.inputs = inputs
    self.targets = targets
    self.dimension = dimension
  }

  /// Returns an input.
  func input(_ index: Int) -> ArraySlice<Double> {
    inputs[index * dimension..<(index + 1) * dimension]
  }
}

/// The same likelihood with fewer samples: exp(−|f − y|²/2κ) as a function of f at a few inputs.
///
/// Odd networks have f(−x) = −f(x) and f(0) = 0. So m equal inputs are one, of target ȳ and ridge
/// κ/m, and the kernel of those that differ is regular. For linear networks inputs may be rotated:
/// X = O T gives |Xβ − y|² = |Tβ − Oᵀy|², plus a constant, with at most d rows in T.
struct ReducedInputs {
  /// The inputs, r × d.
  let inputs: DenseMatrix
  let targets: [Double]
  /// How many samples m each stands for.
  let multiplicities: [Double]
  /// Σ (y − ȳ)², or what the rotation leaves: |f − y|² = Σ m (f − ȳ)² + this.
  let residualSquare: Double
  /// n − r.
  let dropped: Int
  /// Where a sample went, with the sign of its input; `nil` for an input of zero, and where inputs
  /// were rotated.
  let places: [(index: Int, sign: Double)?]

  var count: Int { targets.count }

  /// Merges inputs that are equal up to their sign.
  init(merging data: LabelledInputs) {
    var found: [[Double]: Int] = [:]
    var rows: [[Double]] = []
    var members: [[Double]] = []
    var places: [(index: Int, sign: Double)?] = []
    var residual = 0.0
    for (i, y) in data.targets.enumerated() {
      let x = Array(data.input(i))
      guard let first = x.first(where: { $0 != 0 }) else {
        residual += y * y
        places.append(nil)
        continue
      }
      let sign = first > 0 ? 1.0 : -1.0
      // Adding zero makes −0 equal 0.
      let key = x.map { sign * $0 + 0 }
      let index = found[key] ?? rows.count
      if index == rows.count {
        found[key] = index
        rows.append(key)
        members.append([])
      }
      members[index].append(sign * y)
      places.append((index, sign))
    }
    let means = members.map { $0.reduce(0, +) / Double($0.count) }
    for (mean, values) in zip(means, members) {
      residual += values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    }
    inputs = DenseMatrix(rows.count, data.dimension)
    for (i, x) in rows.enumerated() { for (j, value) in x.enumerated() { inputs[i, j] = value } }
    targets = means
    multiplicities = members.map { Double($0.count) }
    residualSquare = residual
    dropped = data.count - rows.count
    self.places = places
  }

  /// Rotates inputs to at most d rows by Householder's reflections.
  init(rotating data: LabelledInputs) {
    let (n, d) = (data.count, data.dimension)
    let rows = min(n, d)
    var x = data.inputs
    var y = data.targets
    if n > d {
      for k in 0..<d {
        let largest = (k..<n).reduce(0.0) { max($0, abs(x[$1 * d + k])) }
        guard largest > 0 else { continue }
        // The reflection 1 − v vᵀ/h takes column k below row k to zero.
        var v = (k..<n).map { x[$0 * d + k] / largest }
        let norm = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
        v[0] += v[0] < 0 ? -norm : norm
        let h = v.reduce(0) { $0 + $1 * $1 } / 2
        for j in k..<d {
          var sum = 0.0
          for i in k..<n { sum += v[i - k] * x[i * d + j] }
          sum /= h
          for i in k..<n { x[i * d + j] -= sum * v[i - k] }
        }
        for i in k + 1..<n { x[i * d + k] = 0 }
        var sum = 0.0
        for i in k..<n { sum += v[i - k] * y[i] }
        sum /= h
        for i in k..<n { y[i] -= sum * v[i - k] }
      }
    }
    inputs = DenseMatrix(rows, d)
    for i in 0..<rows { for j in 0..<d { inputs[i, j] = x[i * d + j] } }
    targets = Array(y.prefix(rows))
    multiplicities = [Double](repeating: 1, count: rows)
    residualSquare = y.dropFirst(rows).reduce(0) { $0 + $1 * $1 }
    dropped = n - rows
    places = [(index: Int, sign: Double)?](repeating: nil, count: n)
  }

  /// The constant of the loss: ½ of the residual square over κ, and ½ ln det where `level` has it.
  func constant(ridge: Double, _ level: GaussianFeatureLearning.Level) -> Double {
    let square = residualSquare / (2 * ridge)
    guard level == .full else { return square }
    let merged = multiplicities.reduce(0) { $0 + naturalLogarithm($1) }
    return square + (Double(dropped) * naturalLogarithm(ridge) + merged) / 2
  }
}
