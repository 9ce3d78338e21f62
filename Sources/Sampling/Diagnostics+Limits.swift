/// What chains must show before their distribution may count as sampled.
extension Diagnostics {
  /// The least split-R̂ that is too large.
  package static let largestRHat = 1.05
  /// The bulk effective sample size that has to be exceeded.
  package static let leastESS = 100.0
}
