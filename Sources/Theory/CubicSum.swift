import Foundation
import Kernels

/// Large deviations in their simplest form: the sum A = N^{−1/2} Σ_i a_i³/√15 of N standard
/// normals, of variance one.
///
/// Small values come from all a_i together, large ones from a single one. In the same way a
/// network's alignment comes from lazy or from specialised neurons.
public struct CubicSum: Sendable {
  /// The number N of normals.
  public let count: Int
  /// The powers φ(ω)^N at the multiples of the step, until they are below 1e-15.
  private let spectrum: [(frequency: Double, power: Double)]

  /// Computes the characteristic function of a sum of at least 16 normals.
  ///
  /// *Complexity:* a tenth of a second at N = 32. The function decays like ω^{−N/3}, so a small N
  /// takes longer.
  public init(count: Int) {
    precondition(count >= 16, "the characteristic function must decay fast")
    self.count = count
    var spectrum: [(frequency: Double, power: Double)] = []
    let rule = GaussLegendre(count: 20, on: 0...13, panels: 26)
    repeat {
      let frequency = Self.step * Double(spectrum.count + 1)
      let cosine = Self.characteristic(frequency / (15 * Double(count)).squareRoot(), rule)
      spectrum.append((frequency, pow(cosine, Double(count))))
    } while spectrum.last!.power > 1e-15
    self.spectrum = spectrum
  }

  /// The scale √(15N), so that A = Σ a_i³/scale.
  private var scale: Double { (15 * Double(count)).squareRoot() }

  /// Returns Pr[A ≥ α] = 1/2 − (1/π) ∫₀^∞ φ(ω)^N sin(ωα)/ω dω, to 1e-12 absolute.
  ///
  /// The trapezoidal rule repeats A's distribution with the period 2π/step = 80. For α up to 10 and
  /// N ≥ 16 the next copy contributes less than e^−50.
  public func exactTail(_ alpha: Double) -> Double {
    var sum = alpha / 2
    for (frequency, power) in spectrum { sum += power * sin(frequency * alpha) / frequency }
    return 0.5 - sum * Self.step / .pi
  }

  private static let step = 2 * Double.pi / 80

  /// Returns E cos(s a³) over a standard normal, along a = b e^{iπ/6}, where e^{i s a³} = e^{−s b³}
  /// decays.
  private static func characteristic(_ s: Double, _ rule: GaussLegendre) -> Double {
    let root3 = 3.0.squareRoot()
    let integral = rule.integral { b in
      let angle = .pi / 6 - b * b * root3 / 4
      return exp(-s * b * b * b - b * b / 4) * cos(angle)
    }
    return 2 / (2 * Double.pi).squareRoot() * integral
  }

  /// Returns the large-deviation estimate E(α) = min_a [a²/2 + (α − a³/√(15N))²/2]. One large a
  /// costs a²/2, and the others, a Gaussian sum, have to reach the rest.
  ///
  /// - Returns: the energy E(α), and the large a as `specialist`, which is 0 if all a_i take part.
  public func largeDeviation(_ alpha: Double) -> (energy: Double, specialist: Double) {
    let lazy = (energy: alpha * alpha / 2, specialist: 0.0)
    guard alpha > 0 else { return lazy }
    // The condition is 3αa/scale − 3a⁴/scale² = 1; its largest root is the minimum.
    func excess(_ a: Double) -> Double {
      3 * alpha * a / scale - 3 * a * a * a * a / (scale * scale) - 1
    }
    var low = cbrt(alpha * scale / 4)
    var high = cbrt(alpha * scale)
    guard excess(low) > 0 else { return lazy }
    while true {
      let middle = (low + high) / 2
      guard low < middle && middle < high else { break }
      if excess(middle) > 0 { low = middle } else { high = middle }
    }
    let rest = alpha - low * low * low / scale
    let energy = (low * low + rest * rest) / 2
    return energy < lazy.energy ? (energy, low) : lazy
  }

  /// Counts of samples of A above thresholds.
  public struct Sample: Sendable {
    /// The number of draws of A.
    public let draws: Int
    /// The number of draws with A ≥ each threshold.
    public let counts: [Int]
    /// Mean and standard deviation of the largest a_i over these draws; not a number if there are
    /// none.
    public let largest: [(mean: Double, deviation: Double)]
  }

  /// Draws A, with the same result for the same stream everywhere.
  ///
  /// - Parameters:
  ///   - draws: number of draws, rounded down to a multiple of 4096.
  ///   - thresholds: values of A to count beyond.
  ///   - stream: the random numbers.
  public func sample(draws: Int, thresholds: [Double], stream: RandomStream) -> Sample {
    var counts = [Int](repeating: 0, count: thresholds.count)
    var sums = [(first: Double, second: Double)](repeating: (0, 0), count: thresholds.count)
    let block = 4096
    let buffer = RandomStream.normalBuffer(count: block * count)
    let least = thresholds.min() ?? 0
    for step in 0..<(draws / block) {
      stream.fill(buffer, step: UInt64(step))
      let normals = buffer.floats
      for draw in 0..<block {
        let a = normals + draw * count
        var cubes = 0.0
        for i in 0..<count {
          let x = Double(a[i])
          cubes += x * x * x
        }
        let value = cubes / scale
        guard value >= least else { continue }
        var largest = 0.0
        for i in 0..<count { largest = max(largest, Double(a[i])) }
        for (i, threshold) in thresholds.enumerated() where value >= threshold {
          counts[i] += 1
          sums[i].first += largest
          sums[i].second += largest * largest
        }
      }
    }
    let largest = zip(counts, sums).map { count, sum -> (mean: Double, deviation: Double) in
      guard count > 0 else { return (.nan, .nan) }
      let mean = sum.first / Double(count)
      return (mean, max(0, sum.second / Double(count) - mean * mean).squareRoot())
    }
    return Sample(draws: draws / block * block, counts: counts, largest: largest)
  }
}
