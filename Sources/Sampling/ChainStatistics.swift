import Kernels

/// Sums over the draws of a chain and the Metropolis tests that led to them.
struct ChainStatistics {
  private(set) var draws = 0
  private(set) var divergences = 0
  private var tests = 0
  private var acceptanceSum = 0.0
  private var errorSquares = 0.0
  private var virialSum = 0.0
  private var proposals = 0
  private var proposalSum = 0.0

  mutating func record(_ transition: Transition) {
    tests += 1
    acceptanceSum += transition.acceptance
    if transition.diverged {
      divergences += 1
    } else {
      errorSquares += transition.energyError * transition.energyError
    }
  }

  /// Counts proposals of involutions.
  mutating func record(proposals acceptances: [Double]) {
    proposals += acceptances.count
    for acceptance in acceptances { proposalSum += acceptance }
  }

  /// Counts a draw.
  mutating func record(virial: Double) {
    draws += 1
    virialSum += virial
  }

  /// Writes or reads all of them.
  mutating func code(_ coder: inout StateCoder) throws(DamagedState) {
    try coder.code(&draws)
    try coder.code(&divergences)
    try coder.code(&tests)
    try coder.code(&acceptanceSum)
    try coder.code(&errorSquares)
    try coder.code(&virialSum)
    try coder.code(&proposals)
    try coder.code(&proposalSum)
  }

  var acceptance: Double { acceptanceSum / Double(tests) }
  /// Mean acceptance probability of involutions; not a number if none was proposed.
  var involutionAcceptance: Double { proposalSum / Double(proposals) }
  var virial: Double { virialSum / Double(draws) }
  /// Root mean square of ΔH; not a number if all trajectories diverged.
  var energyError: Double { (errorSquares / Double(tests - divergences)).squareRoot() }
}
