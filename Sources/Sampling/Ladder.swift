import Kernels

/// The inverse ridges 0 = β₀ < … < β_R = 1 of a replica exchange, spaced so that all neighbours
/// swap equally often.
struct Ladder {
  private(set) var inverseRidges: [Double]

  /// Starts at β_k = (k/R)⁴, since data energies fall by orders of magnitude between prior and
  /// posterior.
  init(replicas: Int) {
    precondition(replicas >= 2)
    inverseRidges = (0..<replicas).map {
      let x = Double($0) / Double(replicas - 1)
      return x * x * x * x
    }
  }

  /// Writes or reads the rungs.
  mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.require(inverseRidges.count)
    try coder.code(&inverseRidges)
  }

  /// Moves the rungs to equal steps of the communication barrier Λ, which is the running sum of
  /// rejection rates. Between rungs Λ is taken as linear in β^{1/4} (Syed, Bouchard-Côté,
  /// Deligiannidis and Doucet 2022, "Non-reversible parallel tempering", JRSS B 84, algorithm 2).
  ///
  /// - Parameter rejections: rejection rate of each pair of neighbours, hottest pair first.
  mutating func space(byRejections rejections: [Double]) {
    let roots = inverseRidges.map { $0.squareRoot().squareRoot() }
    var barrier = [0.0]
    // A floor keeps Λ increasing, and rungs apart, where all swaps are accepted.
    for rejection in rejections { barrier.append(barrier.last! + max(rejection, 0.01)) }
    let last = rejections.count
    var k = 0
    for i in 1..<last {
      let level = barrier[last] * Double(i) / Double(last)
      while barrier[k + 1] < level { k += 1 }
      let share = (level - barrier[k]) / (barrier[k + 1] - barrier[k])
      let x = roots[k] + share * (roots[k + 1] - roots[k])
      inverseRidges[i] = x * x * x * x
    }
  }
}
