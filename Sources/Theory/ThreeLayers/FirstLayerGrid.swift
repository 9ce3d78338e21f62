import Kernels
import Networks

/// The quadrature over a neuron (w, ρ, A) of the first layer: its overlap w = w₁, squared length ρ
/// = |w_⊥|² and readout A = Σ_i a_i V_ij through the second layer, with what no field changes.
struct FirstLayerGrid {
  /// Nodes in w on either side of `boundary`, in ln ρ, and in A/√⟨A²⟩ of either sign.
  private static let counts = (overlap: 11, length: 11, readout: 20)
  /// Where a neuron begins to be a specialist, a panel's end.
  static let boundary = SpecialistThreshold.overlap
  private static let largest = 2.6
  private static let logLengths = -5.5...1.5
  /// The largest A in standard deviations of the prior.
  private static let reach = 13.0

  /// A node (w, ρ).
  struct Place {
    let overlap: Double
    let logWeight: Double
    /// The coupling c to the target.
    let coupling: Double
    /// The variances l and t at given x₁ that are linear in x_⊥ and not.
    let linear: Double
    let tail: Double
  }

  let places: [Place]
  /// φ̄ of each place at the sample's nodes.
  let responses: [Double]
  /// k(s) of each place at the overlaps of replicas.
  let replicas: [Double]
  /// Positive A/√⟨A²⟩, and ln of the prior times the quadrature's weight; −A is as probable.
  let readouts: [(value: Double, logWeight: Double)]

  init(dimension d: Int, nodes: PatternNodes) {
    let size = Double(d)
    var overlaps: [(Double, Double)] = []
    for interval in [0...Self.boundary, Self.boundary...Self.largest] {
      let rule = GaussLegendre(count: Self.counts.overlap, on: interval)
      overlaps += zip(rule.nodes, rule.weights)
    }
    let lengths = GaussLegendre(count: Self.counts.length, on: Self.logLengths)
    let coupling = ErfCoupling(degree: 3)
    var (places, responses, replicas): ([Place], [Double], [Double]) = ([], [], [])
    for (w, ofOverlap) in overlaps {
      for (logLength, ofLength) in zip(lengths.nodes, lengths.weights) {
        let rho = naturalExponential(logLength)
        // Both signs of w, as f is odd.
        let logWeight =
          -size * w * w / 2 + 0.5 * naturalLogarithm(size / (2 * .pi))
          + logDensity(ofSum: size * rho, components: d - 1)
          + naturalLogarithm(2 * ofOverlap * ofLength)
        // No field brings such a neuron back.
        guard logWeight > -60 else { continue }
        let width = 1 + 2 * (w * w + rho)
        let linear = 4 / .pi * rho / width
        let mean = arcsine(2 * w * w / width)
        func shared(_ s: Double) -> Double {
          2 / .pi * (arcsine((2 * w * w + 2 * rho * s) / width) - mean) - linear * s
        }
        places.append(
          Place(
            overlap: w, logWeight: logWeight,
            coupling: coupling.value(overlap: w, squaredNorm: w * w + rho), linear: linear,
            tail: shared(1)))
        for k in nodes.inputs.indices {
          let argument = w / (1 + 2 * rho * nodes.squares[k]).squareRoot()
          responses.append(argument * nodes.inputs[k])
        }
        replicas += ReplicaLikelihood.overlaps.map(shared)
      }
    }
    replaceByErrorFunctions(&responses)
    for i in responses.indices {
      responses[i] = nodes.slope[i % nodes.inputs.count] * responses[i]
    }
    (self.places, self.responses, self.replicas) = (places, responses, replicas)
    let rule = GaussLegendre(count: Self.counts.readout, on: 0...Self.reach)
    let density = zip(rule.nodes, rule.weights).map { x, weight in
      -x * x / 2 + naturalLogarithm(weight)
    }
    // The rule's sum is made one, of both signs and of all places.
    func logSum(_ x: [Double]) -> Double {
      let top = x.max()!
      return top + naturalLogarithm(x.reduce(0) { $0 + naturalExponential($1 - top) })
    }
    let norm =
      logSum(density) + naturalLogarithm(2) + logSum(places.map(\.logWeight))
    readouts = zip(rule.nodes, density).map { ($0, $1 - norm) }
  }
}
