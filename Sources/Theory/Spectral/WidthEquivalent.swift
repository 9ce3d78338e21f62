import Kernels

/// What a network of finite width N learns of a task, in the mean over its frozen random layer: the
/// deterministic equivalents of the resolvent of Λ^½ Fᵀ F Λ^½ with F = A(0)/√N.
///
/// Directions with λ ≪ κ are lost in the random layer, where Σ_k λ_k/(λ_k + κ) = N. What is never
/// learned is
///
/// - floor = κ Σ λ w*²/(λ + κ) for a network,
/// - κ² Σ λ w*²/(λ + κ)² for the mean of many networks, which has the bias and lacks the variance.
///
/// *Guarantee:* the equation of κ holds to a relative 1e-11, and sums over modes to 1e-9. As
/// statements about networks the formulas have a relative error O(1/N).
public struct WidthEquivalent: Hashable, Sendable {
  public let task: PowerLawTask
  /// N.
  public let width: Int
  /// κ, zero where every mode has a neuron.
  public let kappa: Double
  /// L(t → ∞) of a network.
  public let floor: Double
  /// The same of the mean of many networks.
  public let meanNetworkFloor: Double
  /// A bound of the relative error of these three, as solutions of their equations.
  public let relativeError: Double
  /// The modes, to the precision that κ asks for.
  let spectrum: DescentSpectrum

  /// Solves the equations.
  ///
  /// - Throws: ``SpectralError`` unless 1 ≤ N ≤ modes, and α > 1 where modes are infinitely many.
  public init(_ task: PowerLawTask, width: Int) throws(SpectralError) {
    guard width >= 1 && width <= task.modes ?? 1_000_000_000 else {
      throw .outOfRange(
        name: "width", value: Double(width),
        expected: "an integer from 1 to the number of modes, at most 1000000000")
    }
    if task.modes == nil && task.alpha <= 1 { throw .infiniteTrace(alpha: task.alpha) }
    self.task = task
    self.width = width
    // κ is near N^−α, and below it only where N comes near the number of modes.
    let reach = 100 * power(Double(width) + 1, task.alpha) * max(1, 1 / (task.alpha - 1))
    guard reach <= 1e200 else {
      throw .outOfRange(name: "width", value: Double(width), expected: "a width with N^α < 1e198")
    }
    // Functions of λ/(λ + κ) are smoother than those of a flow.
    spectrum = try task.spectrum(reach: reach, explicit: 64, refinement: 1)
    if width == task.modes {
      (kappa, floor, meanNetworkFloor, relativeError) = (0, 0, 0, 0)
      return
    }
    let finer = try task.spectrum(reach: reach, explicit: 256, refinement: 2)
    let first = try Self.solve(spectrum, width: Double(width))
    let second = try Self.solve(finer, width: Double(width))
    (kappa, floor, meanNetworkFloor) = first
    relativeError =
      1e-11
      + max(
        abs(first.0 / second.0 - 1), abs(first.1 / second.1 - 1), abs(first.2 / second.2 - 1))
    guard relativeError <= 1e-6 else {
      throw .unresolved(name: "kappa", error: relativeError, limit: 1e-6)
    }
    guard meanNetworkFloor > 1e-280 else {
      throw .beyondPrecision(name: "floor of the mean network", value: meanNetworkFloor)
    }
  }

  private static func solve(
    _ spectrum: DescentSpectrum, width: Double
  ) throws(SpectralError) -> (kappa: Double, floor: Double, mean: Double) {
    /// Σ λ/(λ + κ), which falls with κ and is below tr/κ.
    func degrees(_ kappa: Double) -> Double {
      var sum = spectrum.unresolvedTrace / kappa
      for (n, d) in zip(spectrum.multiplicities, spectrum.eigenvalues) {
        sum += n * d / (d + kappa)
      }
      return sum
    }
    var high = naturalLogarithm(spectrum.trace / width)
    var low = high
    repeat { low -= 2 } while degrees(naturalExponential(low)) < width && low > -690
    for _ in 0..<80 {
      let middle = (low + high) / 2
      guard low < middle && middle < high else { break }
      if degrees(naturalExponential(middle)) > width { low = middle } else { high = middle }
    }
    let kappa = naturalExponential((low + high) / 2)
    let residual = abs(degrees(kappa) / width - 1)
    guard residual <= 1e-11 else {
      throw .unresolved(name: "kappa", error: residual, limit: 1e-11)
    }
    var (floor, mean) = (spectrum.floor, spectrum.floor)
    for i in 0..<spectrum.count {
      let (d, b) = (spectrum.eigenvalues[i], spectrum.targets[i])
      let share = kappa / (d + kappa)
      let part = spectrum.multiplicities[i] * d * b * b * share
      floor += part
      mean += part * share
    }
    return (kappa, floor, mean)
  }
}
