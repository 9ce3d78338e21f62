import Foundation
import Kernels

/// The exact posterior of a linear three-layer network of any widths, f(x) = β·x with β = WᵀVᵀa.
///
/// With independent N_l g_l ~ χ²_{N_l}, β given g is N(0, s I), s = σ_w²σ_v²σ_a² g₁g₂/d. So the
/// posterior is an average of ridge regressions over g, of the weight Π_l g_l^{N_l/2} e^{−N_l
/// g_l/2} d ln g_l times N(y|0, sXXᵀ + κ), whose integral is the evidence.
public struct LinearPosterior: Hashable, Sendable {
  /// E β.
  public let weights: [Double]
  /// Σ = E w wᵀ = (1 − 1/N₁)(σ_w²/d) I + (1/N₁) E[ββᵀ/(σ_v²σ_a² g₁g₂)], d × d.
  public let sigma: [Double]
  /// Ω = (1 − 1/N₂) σ_v² E w wᵀ + (1/N₂) E[ββᵀ/(σ_a² g₂)], d × d: E h hᵀ = XΩXᵀ.
  public let omega: [Double]
  /// E g₁g₂.
  public let scale: Double
  /// ln of the density of y.
  public let logEvidence: Double
  /// How much half as fine a quadrature changes of these, relative to the largest entry of each.
  public let relativeError: Double

  /// Integrates the posterior.
  ///
  /// *Guarantee:* ``relativeError`` is at most 1e-8.
  ///
  /// - Parameters:
  ///   - network: a linear network.
  ///   - data: X and y.
  ///   - ridge: κ.
  /// - Throws: ``GaussianFeatureLearningError`` if κ is not finite and positive, or the quadrature
  ///   does not converge.
  public init(
    _ network: GaussianFeatureLearning, _ data: LabelledInputs, ridge: Double
  ) throws(GaussianFeatureLearningError) {
    precondition(network.activation == .linear, "the network is linear")
    guard ridge.isFinite && ridge > 0 else { throw .ridgeNotPositive(ridge) }
    let integral = try LinearIntegral(network, data, ridge: ridge)
    var error = Double.infinity
    var coarse = integral.moments(refinement: 1)
    for refinement in [2, 4] {
      guard let before = coarse, let fine = integral.moments(refinement: refinement) else {
        throw .unresolved(error)
      }
      error = before.difference(from: fine)
      coarse = fine
      if error <= 1e-12 { break }
    }
    guard let fine = coarse, error <= 1e-8 else { throw .unresolved(error) }
    weights = fine.weights
    sigma = fine.sigma
    omega = fine.omega
    scale = fine.scale
    logEvidence = fine.logEvidence - Double(data.count) / 2 * naturalLogarithm(2 * .pi)
    relativeError = error
  }

  /// Returns E f(x) at inputs, row by row.
  public func mean(_ inputs: [Double]) -> [Double] {
    let d = weights.count
    precondition(inputs.count % d == 0)
    return stride(from: 0, to: inputs.count, by: d).map { first in
      (0..<d).reduce(0) { $0 + inputs[first + $1] * weights[$1] }
    }
  }
}

/// The integral over v = ln g₁g₂ and u = ln g₂.
private struct LinearIntegral {
  let network: GaussianFeatureLearning
  let spectrum: LinearSpectrum
  let ridge: Double
  /// N₁/2 and N₂/2.
  let first, second: Double
  /// s/(g₁g₂).
  let unit: Double
  let range: ScaleRange
  /// Where the posterior in v has local maxima, seen in steps of `coarse`.
  private var peaks: [(place: Double, value: Double)]
  private static let coarse = 0.25
  /// How far below its maximum the logarithm of an integrand is followed.
  private static let depth = 45.0
  private static let largestCount = 200_000

  init(
    _ network: GaussianFeatureLearning, _ data: LabelledInputs, ridge: Double
  ) throws(GaussianFeatureLearningError) {
    self.network = network
    self.ridge = ridge
    spectrum = LinearSpectrum(data)
    unit = network.linearScale(dimension: data.dimension)
    (first, second) = (Double(network.firstWidth) / 2, Double(network.secondWidth) / 2)
    range = ScaleRange(
      spectrum, unit: unit, ridge: ridge, firstWidth: 2 * first, secondWidth: 2 * second)
    guard range.low.isFinite, range.high.isFinite, range.high < 600, range.low > -600 else {
      throw .unresolved(1)
    }
    peaks = []
    peaks = findPeaks()
    guard !peaks.isEmpty else { throw .unresolved(1) }
  }

  /// The largest logarithm of the integrand in u at a given v, and the width of its top.
  private func inner(_ v: Double, _ g: ScalePair) -> (log: Double, width: Double) {
    let log =
      first * (naturalLogarithm(g.first) - (g.first - 1))
      + second * (naturalLogarithm(g.second) - (g.second - 1))
    return (log, 1 / (first * g.first + second * g.second).squareRoot())
  }

  /// ln ∫ du of the prior's weight at v, and the mean of 1/g₂ there.
  func prior(_ v: Double, refinement: Int) -> (log: Double, inverse: Double) {
    let g = ScalePair(logProduct: v, firstWidth: 2 * first, secondWidth: 2 * second)
    let (top, width) = inner(v, g)
    // Gaussian of that width at the top, with walls of width one where a scale is of order one.
    let h = min(0.6 * width, 0.25) / Double(refinement)
    var (sum, inverse) = (0.0, 0.0)
    for direction in [1.0, -1] {
      var k = direction > 0 ? 0 : 1
      while true {
        let offset = direction * h * Double(k)
        // Scales are g₁e^{−offset} and g₂e^{offset}. Nothing large cancels at wide layers.
        let fall =
          first * (-offset - g.first * exponentialMinusOne(-offset))
          + second * (offset - g.second * exponentialMinusOne(offset))
        if fall < -Self.depth { break }
        let weight = naturalExponential(fall)
        sum += weight
        inverse += weight / (g.second * naturalExponential(offset))
        k += 1
        if k > Self.largestCount { return (.nan, .nan) }
      }
    }
    return (top + naturalLogarithm(h * sum), inverse / sum)
  }

  /// ln N(y|0, sXXᵀ + κ) + ½ n ln 2π.
  private func likelihood(_ v: Double) -> Double {
    let energies = spectrum.energies(scale: unit * naturalExponential(v), ridge: ridge)
    return -(energies.quadratic + energies.logDeterminant) / 2
  }

  /// The posterior in v with a Gaussian in the place of the integral over u: enough to find its
  /// peaks.
  private func density(_ v: Double) -> Double {
    let pair = ScalePair(logProduct: v, firstWidth: 2 * first, secondWidth: 2 * second)
    let (top, width) = inner(v, pair)
    return top + naturalLogarithm(width) + likelihood(v)
  }

  private func findPeaks() -> [(place: Double, value: Double)] {
    let count = Int(((range.high + 3 - range.low) / Self.coarse).rounded(.up))
    let values = (0...count).map { density(range.low + Self.coarse * Double($0)) }
    guard let top = values.max(), top.isFinite else { return [] }
    var found: [(place: Double, value: Double)] = []
    for i in 1..<count where values[i] >= values[i - 1] && values[i] > values[i + 1] {
      // Golden section.
      let ratio = (5.0.squareRoot() - 1) / 2
      var low = range.low + Self.coarse * Double(i - 1)
      var high = low + 2 * Self.coarse
      var (a, b) = (high - ratio * (high - low), low + ratio * (high - low))
      var (fa, fb) = (density(a), density(b))
      for _ in 0..<60 {
        if fa > fb {
          (high, b, fb) = (b, a, fa)
          a = high - ratio * (high - low)
          fa = density(a)
        } else {
          (low, a, fa) = (a, b, fb)
          b = low + ratio * (high - low)
          fb = density(b)
        }
      }
      found.append((a, fa))
    }
    let best = found.map(\.value).max() ?? 0
    return found.filter { $0.value > best - Self.depth }
  }

  /// The step of the quadrature in v: 0.6 of the width of the narrowest peak, at most 0.25.
  private var step: Double {
    var step = Self.coarse
    for peak in peaks {
      // The width is where the logarithm has fallen by one half.
      for direction in [1.0, -1] {
        var width = 1e-7
        while width < step, density(peak.place + direction * width) > peak.value - 0.5 {
          width *= 1.5
        }
        step = min(step, 0.4 * width)
      }
    }
    return step
  }

  /// Sums over the posterior in steps of `step`/refinement.
  func moments(refinement: Int) -> Moments? {
    let h = step / Double(refinement)
    let top = peaks.map(\.value).max()!
    var nodes: [Int: (weight: Double, inverse: Double)] = [:]
    for peak in peaks {
      let start = Int((peak.place / h).rounded())
      for direction in [1, -1] {
        var k = direction > 0 ? start : start - 1
        while nodes[k] == nil {
          let v = Double(k) * h
          let prior = prior(v, refinement: refinement)
          let fall = prior.log + likelihood(v) - top
          guard fall.isFinite, nodes.count < Self.largestCount else { return nil }
          if fall < -Self.depth { break }
          nodes[k] = (naturalExponential(fall), prior.inverse)
          k += direction
        }
      }
    }
    let sorted = nodes.sorted { $0.key < $1.key }.map { (v: Double($0.key) * h, node: $0.value) }
    return Moments(self, sorted, h, top)
  }

  /// ln ∫ g^{a} e^{−a (g − 1)} d ln g.
  static func normalisation(_ a: Double) -> Double {
    let h = min(0.6 / a.squareRoot(), 0.25) / 2
    var sum = 0.0
    for direction in [1.0, -1] {
      var k = direction > 0 ? 0 : 1
      while true {
        let u = direction * h * Double(k)
        let fall = a * (u - exponentialMinusOne(u))
        if fall < -depth { break }
        sum += naturalExponential(fall)
        k += 1
      }
    }
    return naturalLogarithm(h * sum)
  }
}

/// What the integral gives.
private struct Moments {
  var weights, sigma, omega: [Double]
  var scale, logEvidence: Double

  init(
    _ integral: LinearIntegral,
    _ nodes: [(v: Double, node: (weight: Double, inverse: Double))], _ h: Double, _ top: Double
  ) {
    let (network, spectrum) = (integral.network, integral.spectrum)
    let d = spectrum.dimension
    let r = spectrum.rows.count
    let isComplete = r == d
    var (total, product) = (0.0, 0.0)
    // Means along the singular vectors; their products; variances along and across, of ββᵀ/g₁g₂
    // and of ββᵀ/g₂.
    var mean = [Double](repeating: 0, count: r)
    var squares = [[Double]](repeating: [Double](repeating: 0, count: r * r), count: 2)
    var along = [[Double]](repeating: [Double](repeating: 0, count: r), count: 2)
    var across = [0.0, 0]
    for (v, node) in nodes {
      let g = naturalExponential(v)
      let s = integral.unit * g
      total += node.weight
      product += node.weight * g
      var m = [Double](repeating: 0, count: r)
      for i in 0..<r {
        let denominator = s * spectrum.squares[i] + integral.ridge
        m[i] = s * spectrum.squares[i].squareRoot() * spectrum.targets[i] / denominator
        mean[i] += node.weight * m[i]
        let variance = s * integral.ridge / denominator
        along[0][i] += node.weight / g * variance
        along[1][i] += node.weight * node.inverse * variance
      }
      across[0] += node.weight / g * s
      across[1] += node.weight * node.inverse * s
      for (k, c) in [node.weight / g, node.weight * node.inverse].enumerated() {
        for i in 0..<r {
          let factor = c * m[i]
          for j in 0...i { squares[k][i * r + j] += factor * m[j] }
        }
      }
    }
    /// V (products + variances) Vᵀ + what is across, over the total weight.
    func matrix(_ k: Int) -> [Double] {
      var result = [Double](repeating: 0, count: d * d)
      // The rest of the identity, 1 − V Vᵀ, has the variance across.
      if !isComplete { for i in 0..<d { result[i * d + i] = across[k] } }
      for i in 0..<r {
        var row = [Double](repeating: 0, count: d)
        for j in 0..<r {
          var c = squares[k][max(i, j) * r + min(i, j)]
          if i == j { c += along[k][i] - (isComplete ? 0 : across[k]) }
          for b in 0..<d { row[b] += c * spectrum.directions[j][b] }
        }
        for a in 0..<d {
          for b in 0..<d { result[a * d + b] += spectrum.directions[i][a] * row[b] }
        }
      }
      return result.map { $0 / total }
    }
    weights = [Double](repeating: 0, count: d)
    for i in 0..<r {
      for k in 0..<d { weights[k] += mean[i] / total * spectrum.directions[i][k] }
    }
    let (n1, n2) = (2 * integral.first, 2 * integral.second)
    let (w, v, a) = (network.weightVariance, network.hiddenVariance, network.readoutVariance)
    let identity = (0..<d * d).map { $0 / d == $0 % d ? 1.0 : 0 }
    let firstLayer = zip(identity, matrix(0)).map {
      (1 - 1 / n1) * w / Double(d) * $0.0 + $0.1 / (n1 * v * a)
    }
    sigma = firstLayer
    omega = zip(firstLayer, matrix(1)).map { (1 - 1 / n2) * v * $0.0 + $0.1 / (n2 * a) }
    scale = product / total
    logEvidence =
      top + naturalLogarithm(h * total) - LinearIntegral.normalisation(integral.first)
      - LinearIntegral.normalisation(integral.second)
  }

  /// The largest difference relative to the largest entry of each.
  func difference(from other: Moments) -> Double {
    func relative(_ a: [Double], _ b: [Double]) -> Double {
      let largest = b.reduce(0) { max($0, abs($1)) }
      let difference = zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
      return difference == 0 ? 0 : difference / largest
    }
    let error = [
      relative(weights, other.weights), relative(sigma, other.sigma),
      relative(omega, other.omega), relative([scale], [other.scale]),
      abs(logEvidence - other.logEvidence) / (1 + abs(other.logEvidence)),
    ].max()!
    return error.isNaN ? .infinity : error
  }
}
