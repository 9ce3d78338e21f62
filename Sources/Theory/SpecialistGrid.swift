import Kernels
import Networks

/// The quadrature over one specialist (w, ρ, a) and the bath's q, with what no draw of x₁ changes.
///
/// The box is so large that the integrand vanishes at its faces, but for w at the cut.
struct SpecialistGrid {
  /// How fine a grid is.
  enum Size {
    case coarse, fine

    /// Nodes of w, ln ρ, a and ln q for d and N up to 60.
    fileprivate var nodes: (Double, Double, Double, Double) {
      self == .fine ? (16, 14, 26, 14) : (12, 11, 20, 11)
    }
  }

  /// A node (w, ρ).
  struct Neuron {
    /// ln of the prior density times the weight of the quadrature.
    let logWeight: Double
    /// The argument w/√(1 + 2ρ) of φ̄ = erf(argument · x₁).
    let argument: Double
    /// The coupling c to the target.
    let coupling: Double
    /// The variance l.
    let linear: Double
    /// The variances k(s) at the overlaps, and t = k(1).
    let replicas: [Double]
    let tail: Double
  }

  /// A node of a or ln q.
  struct Node {
    let value: Double
    let logWeight: Double
  }

  let neurons: [Neuron]
  let readouts: [Node]
  /// q of a bath beside a specialist, and of one without.
  let norms: [Node]
  let normsWithout: [Node]
  /// The variances l₀ and t₀ of the bath's neurons.
  let linear: Double
  let tail: Double
  let functions: BathLikelihood.Functions

  /// Overlaps s = 1 − (1 − u)², for u from 0 in equal steps, and their entropies.
  static let overlaps: [Double] = (0...20).map {
    let u = 0.985 * Double($0) / 20
    return 1 - (1 - u) * (1 - u)
  }
  /// ½[s/(1 − s) + ln(1 − s)].
  static let entropies = overlaps.map { s in 0.5 * (s / (1 - s) + naturalLogarithm(1 - s)) }

  init(_ model: NeuronBesideBath, _ size: Size) {
    let (d, n) = (Double(model.dimension), Double(model.width))
    let (s, sa) = (model.weightVariance, model.readoutVariance)
    let (forW, forRho, forA, forQ) = size.nodes
    // Peaks narrow as 1/√d and 1/√N.
    func count(_ nodes: Double, _ size: Double) -> Int {
      Int((nodes * max(1, (size / 60).squareRoot())).rounded(.up))
    }
    let cut = model.cut * s.squareRoot()
    let overlap = GaussLegendre(count: count(forW, d), on: cut...cut + 2.6 * s.squareRoot())
    let logRho = GaussLegendre(count: count(forRho, d), on: -3...2)
    let coupling = ErfCoupling(degree: model.degree)
    neurons = zip(overlap.nodes, overlap.weights).flatMap { w, ofW in
      zip(logRho.nodes, logRho.weights).map { u, ofRho in
        let rho = s * naturalExponential(u)
        let density =
          -d * w * w / (2 * s) + 0.5 * naturalLogarithm(d / (2 * .pi * s))
          + logDensity(ofSum: d * rho / s, components: model.dimension - 1)
        return Neuron(
          overlap: w, rho, coupling, logWeight: density + naturalLogarithm(ofW * ofRho))
      }
    }
    // The readout has the sign of the coupling, and its prior is even: hence 2N.
    let top = sa.squareRoot() * 3.2
    let sign = coupling.coefficient > 0 ? 1.0 : -1.0
    let readout = GaussLegendre(count: count(forA, n), on: -top / 4...top)
    readouts = zip(readout.nodes, readout.weights).map { a, weight in
      Node(
        value: sign * a,
        logWeight: -n * a * a / (2 * sa) + 0.5 * naturalLogarithm(n / (2 * .pi * sa))
          + naturalLogarithm(weight * 2 * n))
    }
    let least = -min(3, 5 / (n / 2).squareRoot())
    let logNorm = GaussLegendre(count: count(forQ, n), on: least...3.2)
    func norms(_ components: Int) -> [Node] {
      zip(logNorm.nodes, logNorm.weights).map { u, weight in
        let q = naturalExponential(u)
        return Node(
          value: sa * q,
          logWeight: logDensity(ofSum: n * q, components: components) + naturalLogarithm(weight))
      }
    }
    self.norms = norms(model.width - 1)
    normsWithout = norms(model.width)
    let lazy = Neuron(overlap: 0, s, coupling, logWeight: 0)
    (linear, tail) = (lazy.linear, lazy.tail)
    functions = BathLikelihood.Functions(
      dimension: model.dimension, degree: model.degree, weightVariance: s, cut: cut)
  }
}

extension SpecialistGrid.Neuron {
  /// The variances of a neuron with w₁ = w and |w_⊥|² = ρ.
  init(overlap w: Double, _ rho: Double, _ coupling: ErfCoupling, logWeight: Double) {
    let width = 1 + 2 * (w * w + rho)
    let linear = 4 / .pi * rho / width
    let mean = arcsine(2 * w * w / width)
    func replicas(_ s: Double) -> Double {
      2 / .pi * (arcsine((2 * w * w + 2 * rho * s) / width) - mean) - linear * s
    }
    self.init(
      logWeight: logWeight, argument: w / (1 + 2 * rho).squareRoot(),
      coupling: coupling.value(overlap: w, squaredNorm: w * w + rho), linear: linear,
      replicas: SpecialistGrid.overlaps.map(replicas), tail: replicas(1))
  }
}

/// Returns ln of the density of ln z where z = χ²_n.
func logDensity(ofSum z: Double, components n: Int) -> Double {
  // ln Γ(n/2) from Γ(1) = 1 or Γ(½) = √π on.
  var gamma = n % 2 == 0 ? 0 : 0.5 * naturalLogarithm(.pi)
  for k in stride(from: n % 2 == 0 ? 2 : 1, to: n, by: 2) {
    gamma += naturalLogarithm(Double(k) / 2)
  }
  return -z / 2 + Double(n) / 2 * naturalLogarithm(z / 2) - gamma
}
