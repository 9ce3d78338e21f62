import Foundation
import Sampling
import TestSupport
import Testing

/// Quantiles of Student's t, against tables and by integration of its density.
@Suite struct StudentQuantileTests {
  /// Quantiles of tables of Student's t, at 97.5 %. Wallace's bound is 2.5e-3 too wide at 5 degrees
  /// of freedom, and 1e-4 or less from 24 on.
  @Test(arguments: [
    (5.0, 2.5706, 3e-3), (10, 2.2281, 5e-4), (24, 2.0639, 1e-4), (100, 1.9840, 5e-5),
  ])
  func quantilesOfTables(nu: Double, expected: Double, tolerance: Double) {
    let got = studentQuantile(normal: 1.959964, nu)
    #expect(abs(got / expected - 1) < tolerance, "t of \(nu): got \(got), expected \(expected)")
    // Tables have four decimals.
    expect(studentTail(expected, nu), near: 0.025, within: 2e-4, "the tail of \(nu)")
  }

  /// At the quantiles that ten thousand means need, t has the tail of the normal distribution. An
  /// error of 2e-3 in t is one of t² times as much in the tail.
  @Test(arguments: [3.0, 4, 5], [24.0, 50, 400])
  func tailsFarOut(z: Double, nu: Double) {
    let (got, expected) = (
      studentTail(studentQuantile(normal: z, nu), nu), erfc(z / 2.0.squareRoot()) / 2
    )
    #expect(
      abs(got / expected - 1) < 2e-3 * z * z, "tail of \(nu) at \(z): \(got), not \(expected)")
    #expect(studentQuantile(normal: z, 1e7) == z)
  }
}
