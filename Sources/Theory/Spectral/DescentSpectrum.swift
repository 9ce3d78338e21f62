import Kernels

/// What descent on a linear model sees of a task: N modes, each with the curvature d_i of the loss
/// and the coefficient b*_i to be learned, and a rest that is never learned.
///
/// The loss is L = floor + Σ_i n_i d_i (b*_i − b_i)², where mode i stands for n_i modes. At
/// infinite width d_i = λ_i and b*_i = w*_i. At width N these are the eigenvalues of F Λ Fᵀ with F
/// = A(0)/√N, and the coordinates of (F Λ Fᵀ)⁻¹ F Λ w*.
public struct DescentSpectrum: Hashable, Sendable {
  /// d_i, positive, in any order.
  public let eigenvalues: [Double]
  /// b*_i.
  public let targets: [Double]
  /// n_i: how many modes a mode stands for.
  public let multiplicities: [Double]
  /// The loss that remains when all modes are learned.
  public let floor: Double
  /// The trace of the modes whose target is part of the floor, because they learn nothing in the
  /// time that the spectrum is made for.
  public let unresolvedTrace: Double
  /// The largest d_i.
  public let largest: Double

  /// Creates a spectrum from its modes.
  ///
  /// - Parameters:
  ///   - eigenvalues: d_i.
  ///   - targets: b*_i, one for each.
  ///   - multiplicities: n_i, one for each; 1 if they are left out.
  ///   - floor: the loss that remains.
  ///   - unresolvedTrace: the trace of modes that are part of the floor.
  /// - Throws: ``SpectralError`` unless there are as many of each, d_i > 0 and the floor ≥ 0, and
  ///   all are finite.
  public init(
    eigenvalues: [Double], targets: [Double], multiplicities: [Double]? = nil, floor: Double = 0,
    unresolvedTrace: Double = 0
  ) throws(SpectralError) {
    guard let largest = eigenvalues.max() else {
      throw .lengths(name: "eigenvalues", count: 0, expected: 1)
    }
    guard targets.count == eigenvalues.count else {
      throw .lengths(name: "targets", count: targets.count, expected: eigenvalues.count)
    }
    let multiplicities = multiplicities ?? Array(repeating: 1, count: eigenvalues.count)
    guard multiplicities.count == eigenvalues.count else {
      throw .lengths(
        name: "multiplicities", count: multiplicities.count, expected: eigenvalues.count)
    }
    if let bad = eigenvalues.first(where: { !($0 > 0 && $0.isFinite) }) {
      throw .outOfRange(name: "eigenvalue", value: bad, expected: "a finite number above 0")
    }
    if let bad = (targets + multiplicities).first(where: { !$0.isFinite }) {
      throw .outOfRange(name: "target", value: bad, expected: "a finite number")
    }
    if let bad = [floor, unresolvedTrace].first(where: { !($0 >= 0 && $0.isFinite) }) {
      throw .outOfRange(name: "floor", value: bad, expected: "a finite number, at least 0")
    }
    self.eigenvalues = eigenvalues
    self.targets = targets
    self.multiplicities = multiplicities
    self.floor = floor
    self.unresolvedTrace = unresolvedTrace
    self.largest = largest
  }

  /// The number of modes that are stored.
  public var count: Int { eigenvalues.count }

  /// The trace of all modes.
  public var trace: Double {
    var sum = unresolvedTrace
    for (n, d) in zip(multiplicities, eigenvalues) { sum += n * d }
    return sum
  }

  /// The loss before the first step.
  public var initialLoss: Double {
    var sum = floor
    for i in 0..<count { sum += multiplicities[i] * eigenvalues[i] * targets[i] * targets[i] }
    return sum
  }
}

// MARK: - The spectrum of a task

extension PowerLawTask {
  /// Modes that are summed one by one before the rest is integrated, in flows.
  static let explicitModes = 256

  /// Returns the spectrum at infinite width, for times up to `reach` in units in which the largest
  /// eigenvalue is 1.
  ///
  /// The first modes stand for themselves, and so do all of up to 2048. The rest is an integral
  /// over ln k by Gauss–Legendre panels, Σ_{k>K} f(k) = ∫_{K+1/2} f dk + f′(K + 1/2)/24 − …, with
  /// the derivative as f(K + 1) − f(K). Of infinitely many modes those with λ · reach < 1e-8 are
  /// part of the floor.
  ///
  /// *Guarantee:* sums over modes are good to a relative 1e-9.
  ///
  /// - Parameters:
  ///   - reach: the longest time, finite and positive.
  ///   - refinement: 1, or more to make the panels shorter and the part that is summed longer.
  public func spectrum(
    reach: Double, refinement: Int = 1
  ) throws(SpectralError) -> DescentSpectrum {
    try spectrum(reach: reach, explicit: Self.explicitModes * refinement, refinement: refinement)
  }

  /// The same, with a given number of modes that are summed one by one.
  func spectrum(
    reach: Double, explicit: Int, refinement: Int
  ) throws(SpectralError) -> DescentSpectrum {
    guard reach > 0 && reach <= 1e200 else {
      throw .outOfRange(name: "times", value: reach, expected: "a number above 0, at most 1e200")
    }
    var eigenvalues: [Double] = []
    var targets: [Double] = []
    var multiplicities: [Double] = []
    func append(logarithm: Double, multiplicity: Double) {
      let (eigenvalue, power) = mode(logarithm: logarithm)
      // What is beyond double precision adds nothing to any sum.
      guard eigenvalue > 1e-290 && power > 1e-290 else { return }
      eigenvalues.append(eigenvalue)
      targets.append((power / eigenvalue).squareRoot())
      multiplicities.append(multiplicity)
    }
    if let modes, isSummed {
      for k in 1...modes { append(logarithm: naturalLogarithm(Double(k)), multiplicity: 1) }
      return try DescentSpectrum(
        eigenvalues: eigenvalues, targets: targets, multiplicities: multiplicities)
    }
    for k in 1...explicit {
      append(
        logarithm: naturalLogarithm(Double(k)), multiplicity: k < explicit ? 1 : 1 - 1.0 / 24)
    }
    append(logarithm: naturalLogarithm(Double(explicit + 1)), multiplicity: 1.0 / 24)
    let start = naturalLogarithm(Double(explicit) + 0.5)
    let horizon = max(start + 2 / alpha, naturalLogarithm(1e8 * max(1, reach)) / alpha)
    let end = modes.map { naturalLogarithm(Double($0) + 0.5) } ?? horizon
    // Functions of λ t vary over 1/α in ln k.
    let panels = max(1, Int((alpha * (end - start) / 2).rounded(.up))) * refinement
    let rule = GaussLegendre(count: 16, on: start...end, panels: panels)
    for (logarithm, weight) in zip(rule.nodes, rule.weights) {
      append(logarithm: logarithm, multiplicity: weight * naturalExponential(logarithm))
    }
    if let modes {
      append(logarithm: naturalLogarithm(Double(modes)), multiplicity: 1.0 / 24)
      append(logarithm: naturalLogarithm(Double(modes) + 1), multiplicity: -1.0 / 24)
    }
    let rest = modes == nil ? naturalExponential(-alpha * beta * end) / (alpha * beta) : 0
    let trace =
      modes == nil && alpha > 1 ? naturalExponential((1 - alpha) * end) / (alpha - 1) : 0
    return try DescentSpectrum(
      eigenvalues: eigenvalues, targets: targets, multiplicities: multiplicities, floor: rest,
      unresolvedTrace: trace)
  }
}
