import Kernels

/// Gaussian process regression of P samples with modes integrated out: what remains is regression
/// with the kept modes and another ridge (arXiv:2405.06008).
///
/// Kernel and target are Σ_k λ_k φ_k(x) φ_k(x′) and Σ_k y_k φ_k(x) with orthonormal φ_k. A cut is a
/// number of modes that are kept, in the order in which they were given, largest first. The sums
/// below run over the others. Eigenvalues that say Gaussian features give what averages of many
/// data sets have; features of a few dimensions differ.
public struct RidgeRenormalization: Hashable, Sendable {
  /// The eigenvalues λ_k, not negative, largest first.
  public let eigenvalues: [Double]
  /// The ridge κ.
  public let ridge: Double
  /// The number of samples P.
  public let samples: Double

  /// Describes a regression.
  ///
  /// - Throws: ``RidgeRenormalizationError`` unless κ and P are finite and positive, and the
  ///   eigenvalues finite, not negative and in descending order.
  public init(
    eigenvalues: [Double], ridge: Double, samples: Double
  ) throws(RidgeRenormalizationError) {
    guard ridge.isFinite && ridge > 0 else { throw .ridgeNotPositive(ridge) }
    guard samples.isFinite && samples > 0 else { throw .samplesNotPositive(samples) }
    var last = Double.greatestFiniteMagnitude
    for (k, value) in eigenvalues.enumerated() {
      guard value >= 0 && value <= last else { throw .eigenvalue(value, mode: k + 1) }
      last = value
    }
    self.eigenvalues = eigenvalues
    self.ridge = ridge
    self.samples = samples
  }

  /// Returns λ_k = k^{−1−α} for k from 1, by functions whose bits are the same everywhere.
  public static func powerLaw(exponent alpha: Double, modes: Int) -> [Double] {
    (1...modes).map { naturalExponential(-(1 + alpha) * naturalLogarithm(Double($0))) }
  }

  /// A ridge with a bound of its relative error, at most 1e-6.
  public struct Ridge: Hashable, Sendable {
    /// The ridge.
    public let value: Double
    /// A bound of the relative error.
    public let relativeError: Double
  }

  /// Returns Wilson's first step, κ + Σ λ_k: right while the modes beyond the cut are unlearnable.
  public func wilson(cut: Int) throws(RidgeRenormalizationError) -> Ridge {
    let value = ridge + sum(beyond: cut) { $0 }
    guard value.isFinite else { throw .imprecise(.infinity) }
    return Ridge(value: value, relativeError: Self.rounding)
  }

  /// Returns the self-consistent ridge κ_c = κ + Σ λ_k κ_c/(κ_c + P λ_k): each mode adds its
  /// variance, less the share that is learned.
  ///
  /// *Guarantee:* the equation holds to rounding, over the slope of its two sides.
  public func flow(cut: Int) throws(RidgeRenormalizationError) -> Ridge {
    try fixedPoint(from: min(cut, eigenvalues.count), to: eigenvalues.count)
  }

  /// Returns the effective ridge κ₀ of the whole, the flow down to no mode.
  public func effective() throws(RidgeRenormalizationError) -> Ridge { try flow(cut: 0) }

  /// Returns the ridge that leaves learnabilities of kept modes as they are, κ + Σ λ_k κ₀/(κ₀ + P
  /// λ_k).
  public func matched(cut: Int) throws(RidgeRenormalizationError) -> Ridge {
    let whole = try effective()
    let value = ridge + sum(beyond: cut) { $0 * (whole.value / (whole.value + samples * $0)) }
    return Ridge(value: value, relativeError: whole.relativeError + Self.rounding)
  }

  /// Returns where the ridge ends if one mode after the other is integrated out, κ → κ + λκ/(κ +
  /// Pλ), from the last: not the same as the flow, and too low.
  public func shells(cut: Int) -> Double {
    eigenvalues.dropFirst(cut).reversed().reduce(ridge) { $0 + $1 * ($0 / ($0 + samples * $1)) }
  }

  /// Returns the learnability P λ/(κ₀ + P λ) of a mode at an effective ridge.
  public func learnability(of eigenvalue: Double, effective: Double) -> Double {
    samples * eigenvalue / (effective + samples * eigenvalue)
  }

  /// Returns the effective ridge of regression with the modes up to a cut alone, at this ridge.
  public func effective(keeping cut: Int) throws(RidgeRenormalizationError) -> Ridge {
    try fixedPoint(from: 0, to: min(cut, eigenvalues.count))
  }

  /// The mean squared error on new samples.
  public struct TestError: Hashable, Sendable {
    /// The error without noise in the target.
    public let value: Double
    /// The effective ridge of the kept modes.
    public let effective: Double
    /// A bound of the relative error of both.
    public let relativeError: Double
  }

  /// Returns the test error [Σ_kept (1 − q_k)² y_k² + Σ_dropped y_k²]/(1 − Σ_kept q_k²/P) with q_k
  /// = Pλ_k/(κ₀ + Pλ_k), where κ₀ is of the kept modes at this ridge.
  ///
  /// - Parameters:
  ///   - squares: y_k², one for each eigenvalue.
  ///   - cut: the number of modes that are kept, `nil` for all.
  public func testError(
    squares: [Double], keeping cut: Int? = nil
  ) throws(RidgeRenormalizationError) -> TestError {
    precondition(squares.count == eigenvalues.count, "one y_k² for each eigenvalue")
    let kept = min(cut ?? eigenvalues.count, eigenvalues.count)
    let effective = try effective(keeping: kept)
    var (bias, learned) = (CompensatedSum(), CompensatedSum())
    for (k, (value, square)) in zip(eigenvalues, squares).enumerated().reversed() {
      guard k < kept else {
        bias.add(square)
        continue
      }
      let unlearned = effective.value / (effective.value + samples * value)
      bias.add(unlearned * unlearned * square)
      learned.add((1 - unlearned) * (1 - unlearned))
    }
    // The denominator is positive: Σ q² ≤ Σ q = P (1 − κ/κ₀).
    let left = 1 - learned.value / samples
    let error = (2 * effective.relativeError + Self.rounding) * (1 + 1 / left)
    guard left > 0, error <= 1e-6 else { throw .imprecise(error) }
    return TestError(
      value: bias.value / left, effective: effective.value, relativeError: error)
  }
}

extension RidgeRenormalization {
  /// Relative rounding of a compensated sum and of what it is a sum of.
  private static let rounding = 1e-15

  /// Returns the sum of a function of the eigenvalues beyond a cut, the smallest first.
  private func sum(beyond cut: Int, to end: Int? = nil, _ term: (Double) -> Double) -> Double {
    var sum = CompensatedSum()
    for k in (min(cut, eigenvalues.count)..<(end ?? eigenvalues.count)).reversed() {
      sum.add(term(eigenvalues[k]))
    }
    return sum.value
  }

  /// Solves κ′ = κ + Σ λ κ′/(κ′ + Pλ) over a range of modes by bisection to the last bit.
  private func fixedPoint(from first: Int, to end: Int) throws(RidgeRenormalizationError) -> Ridge {
    // The share κ/κ′ + Σ λ/(κ′ + Pλ) falls with κ′ and is one at the solution.
    func share(_ x: Double) -> Double {
      ridge / x + sum(beyond: first, to: end) { $0 / (x + samples * $0) }
    }
    var low = ridge
    var high = ridge + sum(beyond: first, to: end) { $0 }
    guard high.isFinite else { throw .imprecise(.infinity) }
    // The middle is geometric while the ends are far apart, so that decades cost few steps.
    while true {
      let middle = high > 4 * low ? (low.squareRoot() * high.squareRoot()) : low + (high - low) / 2
      guard low < middle && middle < high else { break }
      if share(middle) > 1 { low = middle } else { high = middle }
    }
    // The slope −dln(share)/dln κ′ says what rounding of the share means for κ′.
    let slope =
      ridge / low
      + sum(beyond: first, to: end) {
        $0 * (low / (low + samples * $0)) / (low + samples * $0)
      }
    let error = (abs(share(low) - 1) + Self.rounding) / slope
    guard low.isNormal, error <= 1e-6 else { throw .imprecise(error) }
    return Ridge(value: low, relativeError: error)
  }
}

/// A sum with the rounding of its steps added at the end (Neumaier 1974, ZAMM 54).
struct CompensatedSum {
  private var sum = 0.0
  private var lost = 0.0
  var value: Double { sum + lost }

  mutating func add(_ x: Double) {
    let next = sum + x
    lost += abs(sum) >= abs(x) ? (sum - next) + x : (x - next) + sum
    sum = next
  }
}

/// The reason why a renormalised ridge could not be computed.
public enum RidgeRenormalizationError: Error, Hashable, CustomStringConvertible {
  /// The ridge κ is zero, negative or not finite.
  case ridgeNotPositive(Double)
  /// The number of samples P is zero, negative or not finite.
  case samplesNotPositive(Double)
  /// An eigenvalue is negative, not finite or above the one before it.
  case eigenvalue(Double, mode: Int)
  /// The quartic coupling u is negative or not finite.
  case quarticNegative(Double)
  /// This relative error is left, above 1e-6, or a number is beyond double precision.
  case imprecise(Double)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .ridgeNotPositive(let ridge): "ridge: got \(ridge); expected a finite number above 0"
    case .samplesNotPositive(let p): "samples: got \(p); expected a finite number above 0"
    case .eigenvalue(let value, let mode):
      "eigenvalue \(mode): got \(value); expected finite numbers from 0 in descending order"
    case .quarticNegative(let u): "quartic: got \(u); expected a finite number from 0"
    case .imprecise(let error):
      "the renormalised ridge: a number is beyond double precision, or its relative error of "
        + "\(oneDigit(error)) is above 1e-06; expected sizes and a ridge nearer to 1"
    }
  }
}
