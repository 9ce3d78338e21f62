import Foundation

extension TwoFeatureAdaptation {
  /// The maximum of the dual, and the neurons in its field.
  public struct Solution: Sendable {
    /// The network that was solved.
    public let model: TwoFeatureAdaptation
    /// The load Q = P/κ.
    public let load: Double
    /// The field δ by products of Hermite polynomials.
    let field: [Double]
    /// The mean overlaps f̄ = y − δ/Q with these products.
    let overlaps: [Double]
    /// The maximum of the dual.
    public let dual: Double
    /// A bound of the error of a projection, and of the alignment times |y|.
    public let overlapError: Double
    /// A bound of the error of the ``dual``.
    public let dualError: Double
    /// A bound of the relative error of the neurons' distribution.
    public let relativeError: Double
    private let refinement: Double

    init(
      model: TwoFeatureAdaptation, load: Double, field: [Double], point: Dual, refinement: Double,
      change: Double
    ) {
      self.model = model
      self.load = load
      self.field = field
      self.refinement = refinement
      dual = point.value
      overlaps = zip(model.target, field).map { $0 - $1 / load }
      let size = model.targetVariance.squareRoot()
      let gradient = point.gradient.reduce(0) { $0 + $1 * $1 }.squareRoot()
      relativeError = 4e-16 * point.moments.exponent + 1e-12
      // The curvature is at least 1/Q in every direction, so that overlaps err by less than the
      // gradient.
      overlapError = gradient + change / load + relativeError * size + 1e-15 * size
      dualError =
        load * gradient * gradient + change * gradient + point.rounding
        + abs(point.moments.cumulant) * relativeError
    }

    /// Tests what every maximum satisfies: 0 ≤ f̄·y ≤ |y|² and 0 ≤ D ≤ Q|y|²/2.
    func check() throws(KernelAdaptationError) {
      let square = model.targetVariance
      let slack = overlapError / square.squareRoot()
      guard relativeError <= 1e-6 && slack <= 1e-6 else {
        throw .imprecise(load, error: max(relativeError, slack))
      }
      guard
        dual.isFinite, alignment >= -slack, alignment <= 1 + slack,
        dual >= -dualError, dual <= load * square / 2 * (1 + 1e-12) + dualError
      else { throw .notConverged(load) }
    }
  }
}

extension TwoFeatureAdaptation.Solution {
  /// The alignment ⟨f̄, y⟩/⟨y, y⟩.
  public var alignment: Double {
    zip(overlaps, model.target).reduce(0) { $0 + $1.0 * $1.1 } / model.targetVariance
  }

  /// The projections B_k = ⟨f̄, h_k⟩ on the features of the target.
  public var projections: [Double] {
    model.features.map { feature in
      zip(overlaps, feature.components(model.products)).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  /// The square |y − f̄|² of what is not learned, in the followed degrees.
  public var residualSquare: Double {
    field.reduce(0) { $0 + $1 * $1 } / (load * load)
  }

  /// The neurons beyond a threshold.
  public struct Specialists: Sendable {
    /// The expected numbers of neurons with |w·v_k| beyond the threshold, a feature each.
    public let counts: [Double]
    /// The expected number of neurons with |w_∥| beyond the threshold, by angle.
    public let angles: AngularDensity
    /// A bound of the error of the counts.
    public let error: Double
  }

  /// Returns the specialists beyond a threshold above 0.
  ///
  /// Given its v, a neuron has |w_∥|² = v² (1 + 2qχ²) with χ² tilted by 1 + 2qχ², whose tail is a
  /// closed form. So the cut is smooth in v and in the angle.
  ///
  /// - Throws: ``KernelAdaptationError/densityUnresolved(_:)`` if fewer nodes change a number by
  ///   more than 1e-6 of N.
  public func specialists(beyond threshold: Double) throws(KernelAdaptationError) -> Specialists {
    precondition(threshold > 0, "a threshold is above 0")
    guard
      let fine = specialists(beyond: threshold, order: 24),
      let coarse = specialists(beyond: threshold, order: 16)
    else { throw .densityUnresolved(load) }
    let changes = zip(fine.counts, coarse.counts).map { abs($0 - $1) }
    let change = max(changes.max() ?? 0, abs(fine.angles.total - coarse.angles.total))
    let limit = 1e-6 * Double(model.width)
    guard change <= limit else { throw .densityUnresolved(load) }
    return Specialists(
      counts: fine.counts, angles: fine.angles,
      error: change + Double(model.width) * relativeError)
  }

  private func specialists(
    beyond threshold: Double, order: Int
  ) -> (counts: [Double], angles: AngularDensity)? {
    let variance = model.weightVariance / Double(model.dimension)
    let components = Double(model.dimension - 2)
    let (square, n) = (threshold * threshold, Double(model.width))
    /// Returns Pr[cos² |w_∥|² > threshold² | v].
    func share(_ v: Double, _ squaredCosine: Double) -> Double {
      let q = variance / (1 + 2 * v * v)
      let x = (square / (v * v * squaredCosine) - 1) / (2 * q)
      if x <= 0 { return 1 }
      let mean = 2 * q * components
      return
        (chiSquaredTail(components: components, beyond: x)
        + mean * chiSquaredTail(components: components + 2, beyond: x)) / (1 + mean)
    }
    var counts = [Double](repeating: 0, count: model.features.count)
    var (angles, planar): ([Double], [Double]) = ([], [])
    var cumulant = model.cumulant(order: order, refinement: refinement)
    let found = cumulant.visit(at: field) { node in
      if angles.last != node.angle {
        angles.append(node.angle)
        planar.append(0)
      }
      planar[planar.count - 1] += n * node.share * share(node.stretch, 1)
      for (k, feature) in model.features.enumerated() {
        let cosine = cos(node.angle - feature.direction)
        counts[k] += n * node.share * share(node.stretch, cosine * cosine)
      }
    }
    guard found else { return nil }
    return (counts, AngularDensity(sums: planar))
  }
}

/// A density over angles of period π, from its sums at equally spaced angles.
public struct AngularDensity: Sendable {
  /// The coefficients of 1, cos 2φ, cos 4φ, … and sin 2φ, …
  private let cosines: [Double]
  private let sines: [Double]

  init(sums: [Double]) {
    let n = sums.count
    let orders = 0...max(0, (n - 1) / 2)
    func coefficients(_ wave: (Double) -> Double) -> [Double] {
      orders.map { k in
        let factor = k == 0 ? 1 / Double.pi : 2 / Double.pi
        return factor
          * sums.indices.reduce(0) {
            $0 + sums[$1] * wave(2 * .pi * Double(k * $1 % n) / Double(n))
          }
      }
    }
    cosines = coefficients { cos($0) }
    sines = coefficients { sin($0) }
  }

  /// The integral over all angles.
  public var total: Double { .pi * cosines[0] }

  /// Returns the density at an angle.
  public func density(at angle: Double) -> Double {
    cosines.indices.reduce(0) {
      let phase = 2 * Double($1) * angle
      return $0 + cosines[$1] * cos(phase) + sines[$1] * sin(phase)
    }
  }

  /// Returns the integral from one angle to another.
  public func integral(from low: Double, to high: Double) -> Double {
    cosines.indices.dropFirst().reduce(cosines[0] * (high - low)) {
      let k = 2 * Double($1)
      return $0 + cosines[$1] * (sin(k * high) - sin(k * low)) / k
        - sines[$1] * (cos(k * high) - cos(k * low)) / k
    }
  }
}
