import Kernels

/// The posterior of all N neurons of a two-layer erf network that learns He_m(x₁)/√m! from P
/// samples, at finite size.
///
/// The likelihood is averaged over the inputs' coordinates beside x₁. It then depends on each
/// neuron's overlap w = w₁, squared length ρ = |w_⊥|² and readout a alone, and these are sampled
/// jointly. So neurons share the target as they do in the network: M specialise in each sample,
/// with M as it comes, the readouts carry the alignment together, and the others cancel the linear
/// part that specialists bring along. Data sets differ by their P values of x₁, which are drawn or
/// given.
///
/// With φ̄_i = ⟨φ_i|x₁⟩ and r = y − Σ a_i φ̄_i over the samples, ln p = ln prior + G,
/// G = min_s ½(d − 1) Σ [s_i/(1 − s_i) + ln(1 − s_i)] + ℓ(r; κ_t, λ) − ½P Σ a_i² k_i(s_i)/κ̃,
/// ℓ = −½[P ln κ̃ + (d − 1)(ln(1 + x) − x/(1 + x))] − |r|²/2κ̃, x = Pλ/κ̃,
/// κ_t = κ + Σ a_i² (t_i − k_i(s_i)), λ = Σ a_i² l_i/(d − 1), κ̃ = κ_t + (d − 1)κ̃λ/(κ̃ + Pλ).
/// l, t and k(s) are those of ``NeuronBesideBath``: the parts of the neuron's variance at given x₁
/// that are linear in x_⊥ and not, and t of two replicas of w_⊥ that overlap by s. The solution is
/// replica symmetric, and w_⊥ of different neurons are taken to be unrelated.
public struct FiniteWidthPosterior: Hashable, Sendable {
  /// The dimension d of the inputs.
  public let dimension: Int
  /// The number N of neurons.
  public let width: Int
  /// The ridge κ.
  public let ridge: Double
  /// The degree m of the target.
  public let degree: Int
  /// The prior variance σ_w² of the hidden layer.
  public let weightVariance: Double
  /// The prior variance σ_a² of the readout.
  public let readoutVariance: Double

  /// The largest dimension.
  public static let largestDimension = 1024
  /// The largest width.
  public static let largestWidth = 4096

  /// Describes a network and a target.
  ///
  /// - Throws: ``FiniteWidthPosteriorError`` if a size is outside 2 … 1024 for d or 1 … 4096 for N,
  ///   if m is not odd from 3 to 9, or if a ridge or variance is out of range.
  public init(
    dimension: Int, width: Int, ridge: Double, degree: Int = 3, weightVariance: Double = 1,
    readoutVariance: Double = 1
  ) throws(FiniteWidthPosteriorError) {
    guard (2...Self.largestDimension).contains(dimension) else { throw .dimension(dimension) }
    guard (1...Self.largestWidth).contains(width) else { throw .width(width) }
    guard degree % 2 == 1 && (3...9).contains(degree) else { throw .degree(degree) }
    for (name, value) in [
      ("ridge", ridge), ("weight-variance", weightVariance), ("readout-variance", readoutVariance),
    ] {
      guard (1e-3...1e3).contains(value) else { throw .parameter(name, value) }
    }
    self.dimension = dimension
    self.width = width
    self.ridge = ridge
    self.degree = degree
    self.weightVariance = weightVariance
    self.readoutVariance = readoutVariance
  }
}

/// The reason why the posterior could not be sampled.
public enum FiniteWidthPosteriorError: Error, Hashable, CustomStringConvertible {
  /// The dimension d is out of range.
  case dimension(Int)
  /// The width N is out of range.
  case width(Int)
  /// The degree m is even or out of range.
  case degree(Int)
  /// A ridge or a variance is out of range.
  case parameter(String, Double)
  /// The number P of samples is out of range.
  case samples(Int, most: Int)
  /// The number of draws is out of range.
  case draws(Int)
  /// The number of sweeps is out of range.
  case sweeps(Int)
  /// Chains from other starts have other alignments.
  case notMixed(Double, limit: Double)
  /// Replicas overlap more than is followed.
  case overlapsUnresolved
  /// The nodes of a draw were not found.
  case quadrature(String)

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .dimension(let d):
      "dimension: got \(d); expected from 2 to \(FiniteWidthPosterior.largestDimension)"
    case .width(let n): "width: got \(n); expected from 1 to \(FiniteWidthPosterior.largestWidth)"
    case .degree(let m): "degree: got \(m); expected an odd number from 3 to 9"
    case .parameter(let name, let value): "\(name): got \(value); expected from 0.001 to 1000"
    case .samples(let p, let most): "samples: got \(p); expected from 2 to \(most)"
    case .draws(let draws): "draws: got \(draws); expected from 2 to 1000"
    case .sweeps(let sweeps): "sweeps: got \(sweeps); expected from 10 to 100000"
    case .notMixed(let difference, let limit):
      "alignment: chains that begin with specialists differ by \(oneDigit(difference)) from the "
        + "others; expected at most \(limit): raise the number of sweeps"
    case .overlapsUnresolved:
      "alignment: neurons fit the noise of the samples more closely than is followed; expected a "
        + "larger ridge or a smaller readout variance"
    case .quadrature(let reason): "draws: the nodes of a draw were not found: \(reason)"
    }
  }
}
