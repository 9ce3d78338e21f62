import Foundation

/// Returns 2 Φ(−t), the probability that a standard normal exceeds t > 0 in magnitude.
func normalMass(beyond t: Double) -> Double { erfc(t / 2.0.squareRoot()) }
