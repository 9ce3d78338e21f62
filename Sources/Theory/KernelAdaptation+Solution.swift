import Foundation

extension KernelAdaptation {
  /// The dual's maximum, and the distribution of one neuron in the field δ:
  /// p(w) ∝ prior(w) exp((σ_a²/2N) (Σ_k δ_k φ_k(w))²).
  public struct Solution: Sendable {
    public let model: KernelAdaptation
    /// Q.
    public let load: Double
    /// δ_k = Q (y_k − f_k).
    public let field: [Double]
    /// f_k, the mean overlaps of the network with He_k(x₁)/√k!.
    public let overlaps: [Double]
    /// D(δ).
    public let dual: Double
    /// ln E_w exp(T)
    private let logarithm: Double
    private let transverse: RadialRule

    init(model: KernelAdaptation, load: Double, field: [Double], moments: AdaptationDual.Moments) {
      self.model = model
      self.load = load
      self.field = field
      overlaps = moments.overlaps
      dual = moments.dual
      logarithm = moments.logarithm
      transverse = model.transverseRule(order: 24, refinement: 1)
    }
  }
}

extension KernelAdaptation.Solution {
  /// ⟨f̄, y⟩/⟨y, y⟩.
  public var alignment: Double {
    let (product, square) = zip(overlaps, model.target).reduce((0, 0)) {
      ($0.0 + $1.0 * $1.1, $0.1 + $1.1 * $1.1)
    }
    return product / square
  }

  /// The effective action S(w₁) = −ln p(w₁) of one neuron's overlap w₁ = w·w*, even in w₁; p has
  /// integral one over the whole line.
  ///
  /// *Complexity*: one exponential for each node of |w_⊥|², some hundreds.
  public func action(at overlap: Double) -> Double {
    let u = overlap * overlap
    let variance = model.componentVariance
    var exponents = transverse.logWeights
    var largest = -Double.infinity
    for (j, r) in transverse.squares.enumerated() {
      exponents[j] += tilt(at: abs(overlap) / (1 + 2 * u + 2 * r).squareRoot()).value
      largest = max(largest, exponents[j])
    }
    let sum = exponents.reduce(0) { $0 + exp($1 - largest) }
    return (u / variance + log(2 * .pi * variance)) / 2 - largest - log(sum) + logarithm
  }

  /// p(w₁).
  public func density(at overlap: Double) -> Double { exp(-action(at: overlap)) }

  /// N Pr[|w₁| > threshold]; N at a threshold below zero.
  public func specialists(beyond threshold: Double) -> Double {
    let start = max(0, threshold)
    let (end, panel) = (max(cutoff, start + panelLength), panelLength)
    let rule = GaussLegendre(
      count: 24, on: start...end, panels: Int(((end - start) / panel).rounded(.up)))
    return 2 * Double(model.width) * rule.integral { density(at: $0) }
  }

  /// The w₁ ≥ 0 at which S has a minimum, ascending, and the maxima between them.
  ///
  /// The slope's sign is scanned at a sixteenth of a prior standard deviation, then bisected.
  public var stationaryPoints: (minima: [Double], maxima: [Double]) {
    let step = panelLength / 48
    let scan = (1...Int(cutoff / step)).map { step * Double($0) }
    let rises = scan.map { relativeSlope(at: $0) > 0 }
    // S is even: w₁ = 0 is stationary.
    var (minima, maxima) = rises[0] ? ([0.0], []) : ([], [0.0])
    for i in 1..<scan.count where rises[i] != rises[i - 1] {
      var (left, right) = (scan[i - 1], scan[i])
      while true {
        let middle = (left + right) / 2
        guard left < middle && middle < right else { break }
        if (relativeSlope(at: middle) > 0) == rises[i] { right = middle } else { left = middle }
      }
      if rises[i] { minima.append(left) } else { maxima.append(left) }
    }
    return (minima, maxima)
  }

  /// T = h²σ_a²/(2N) with h = Σ_k δ_k C_k s^k, and s dT/ds.
  private func tilt(at s: Double) -> (value: Double, slope: Double) {
    var (h, slope) = (0.0, 0.0)
    for (delta, coupling) in zip(field, model.couplings) {
      let term = delta * coupling.coefficient * pow(s, Double(coupling.degree))
      h += term
      slope += Double(coupling.degree) * term
    }
    let factor = model.readoutVariance / Double(model.width)
    return (factor / 2 * h * h, factor * h * slope)
  }

  /// (dS/dw₁)/w₁ = d/σ_w² − ⟨(s dT/ds)(1 + 2r)/(w₁² (1 + 2w₁² + 2r))⟩, the mean over r at this w₁.
  private func relativeSlope(at overlap: Double) -> Double {
    let u = overlap * overlap
    let tilts = transverse.squares.map { tilt(at: overlap / (1 + 2 * u + 2 * $0).squareRoot()) }
    let exponents = zip(transverse.logWeights, tilts).map { $0 + $1.value }
    let largest = exponents.max()!
    var (sum, mean) = (0.0, 0.0)
    for (j, r) in transverse.squares.enumerated() {
      let p = exp(exponents[j] - largest)
      sum += p
      mean += p * tilts[j].slope * (1 + 2 * r) / (u * (1 + 2 * u + 2 * r))
    }
    return 1 / model.componentVariance - mean / sum
  }

  /// Where p has fallen by e^−60.
  private var cutoff: Double {
    let h = zip(field, model.couplings).reduce(0) {
      $0 + abs($1.0) * $1.1.supremumOfSquare.squareRoot()
    }
    let exponent = model.readoutVariance / Double(2 * model.width) * h * h
    return (2 * model.componentVariance * (exponent + 60)).squareRoot()
  }

  /// Three prior standard deviations, and at most 1.
  private var panelLength: Double { min(3 * model.componentVariance.squareRoot(), 1) }
}
