import Kernels

/// The logarithm G of a training set's likelihood for given overlaps, lengths and readouts of all
/// neurons, averaged over the inputs' other coordinates.
///
/// It has the least over the overlaps s_i of two replicas of w_⊥. At that least all of them answer
/// to one number, Γ = −2 ∂ℓ/∂C for C = Σ a_i² k_i(s_i): each s_i minimises ½(d − 1)[s/(1 − s) +
/// ln(1 − s)] − ½ a_i² k_i(s) Γ. Hence C and the entropies are sums over neurons at each Γ, and G
/// is the least over Γ.
struct ReplicaLikelihood {
  /// Overlaps s = 1 − (1 − u)², for u from 0 in equal steps.
  static let overlaps: [Double] = (0...30).map {
    let u = 0.985 * Double($0) / 30
    return 1 - (1 - u) * (1 - u)
  }
  /// ½[s/(1 − s) + ln(1 − s)].
  static let entropies = overlaps.map { s in 0.5 * (s / (1 - s) + naturalLogarithm(1 - s)) }
  /// The number of values of Γ.
  static let count = 15

  /// The number P of samples.
  let samples: Double
  let ridge: Double
  /// The number d − 1 of coordinates beside the target's.
  let directions: Double
  /// The values of Γ, ascending in equal ratios about P/κ_t of the prior.
  let pressures: [Double]

  init(samples: Int, ridge: Double, dimension: Int, priorTail: Double) {
    self.samples = Double(samples)
    self.ridge = ridge
    directions = Double(dimension - 1)
    let middle = Double(samples) / (ridge + priorTail)
    pressures = (0..<Self.count).map { middle * naturalExponential(-1.6 + 0.3 * Double($0)) }
  }

  /// What neurons add to C and to the entropies, at each Γ.
  struct Shares {
    private(set) var covered: [Double]
    private(set) var entropies: [Double]

    init(neurons: Int) {
      covered = [Double](repeating: 0, count: neurons * ReplicaLikelihood.count)
      entropies = covered
    }

    /// Sets what a neuron adds at one Γ.
    fileprivate mutating func set(_ covered: Double, _ entropy: Double, at place: Int) {
      self.covered[place] = covered
      entropies[place] = entropy
    }

    /// Copies the shares of one neuron.
    mutating func set(_ other: Shares, from: Int = 0, at place: Int = 0) {
      let (source, target) = (from * ReplicaLikelihood.count, place * ReplicaLikelihood.count)
      for g in 0..<ReplicaLikelihood.count {
        covered[target + g] = other.covered[source + g]
        entropies[target + g] = other.entropies[source + g]
      }
    }

    /// Adds the shares of one neuron to a sum.
    mutating func add(_ other: Shares, at place: Int) {
      for g in 0..<ReplicaLikelihood.count {
        covered[g] += other.covered[place * ReplicaLikelihood.count + g]
        entropies[g] += other.entropies[place * ReplicaLikelihood.count + g]
      }
    }

    /// Subtracts the shares of one neuron from a sum.
    mutating func subtract(_ other: Shares, at place: Int) {
      for g in 0..<ReplicaLikelihood.count {
        covered[g] -= other.covered[place * ReplicaLikelihood.count + g]
        entropies[g] -= other.entropies[place * ReplicaLikelihood.count + g]
      }
    }
  }

  /// Returns ℓ(|r|²; κ_t, λ) − ½ P C/κ̃ for κ_t = κ + T − C.
  ///
  /// - Parameters:
  ///   - sums: with T = Σ a_i² t_i and Σ a_i² l_i = (d − 1)λ.
  ///   - square: |r|², over the samples.
  ///   - covered: C, what replicas share of T.
  @inline(__always)
  func value(_ sums: NeuronChain.Sums, square: Double, covered: Double) -> Double {
    let variance = sums.linear / directions
    let effective = selfConsistentRidge(
      tail: ridge + sums.tail - covered, linear: variance, directions: directions,
      samples: samples)
    let x = samples * variance / effective
    return -0.5
      * (samples * naturalLogarithm(effective)
        + directions * (naturalLogarithm(1 + x) - x / (1 + x))
        + (square + samples * covered) / effective)
  }

  /// Returns the least G over Γ and its place, −1 for s = 0; `nil` once G is not above a limit.
  func least(
    _ sums: NeuronChain.Sums, square: Double, above limit: Double
  ) -> (value: Double, index: Int)? {
    var best = (value: value(sums, square: square, covered: 0), index: -1)
    guard best.value > limit else { return nil }
    var last = 0.0
    for g in 0..<Self.count {
      let covered = sums.shares.covered[g]
      // Rounding leaves next to nothing of shares that came and went.
      guard covered > 1e-12 && covered != last else { continue }
      last = covered
      let next = sums.shares.entropies[g] + value(sums, square: square, covered: covered)
      guard next > limit else { return nil }
      if next < best.value { best = (next, g) }
    }
    return best
  }

  /// Finds what a neuron adds at each Γ.
  func share(of neuron: NeuronChain.Neuron, in shares: inout Shares, at place: Int) {
    let square = neuron.readout * neuron.readout
    // k(s) ≤ t s² and the entropy is at least s²/4, so s = 0 up to here.
    let first = directions / (2 * square * neuron.tail)
    guard pressures[Self.count - 1] > first else {
      for g in 0..<Self.count { shares.set(0, 0, at: place * Self.count + g) }
      return
    }
    let width = 1 + 2 * neuron.squaredNorm
    let (along, across) = (2 * neuron.overlap * neuron.overlap / width, 2 * neuron.length / width)
    let mean = arcsine(along)
    let tails = Self.overlaps.map { s in
      square * (2 / .pi * (arcsine(along + across * s) - mean) - neuron.linear * s)
    }
    for g in 0..<Self.count {
      var (least, index) = (0.0, 0)
      if pressures[g] > first {
        for j in 1..<tails.count {
          let value = directions * Self.entropies[j] - 0.5 * tails[j] * pressures[g]
          if value < least { (least, index) = (value, j) }
        }
      }
      shares.set(
        index > 0 ? tails[index] : 0, directions * Self.entropies[index],
        at: place * Self.count + g)
    }
  }
}
