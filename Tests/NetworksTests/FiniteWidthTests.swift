import Foundation
import Kernels
import Networks
import TestSupport
import Testing

/// Networks drawn from the prior have the kernel of infinite width on average, and at infinite
/// width.
@Suite struct FiniteWidthTests {
  let x = [0.8, -1.1, 0.3, 1.9]
  let y = [-0.2, -0.7, 1.4, 0.6]

  func kernel(_ network: TwoLayerNetwork) -> Double { network.kernel(x, y) }

  /// The mean ⟨f(x) f(x′)⟩ over the prior is σ_a² K(x, x′) at any width.
  @Test(arguments: [1, 3, 16], Activation.allCases)
  func outputsHaveTheKernelAsCovariance(width: Int, activation: Activation) {
    let network = TwoLayerNetwork(
      dimension: 4, width: width, weightVariance: 2, readoutVariance: 1.5, activation: activation)
    let networks = 40_000
    var (sum, squares) = (0.0, 0.0)
    for key in 0..<networks {
      let theta = network.coldStart(from: RandomStream(key: UInt64(key))).map(Double.init)
      let product = network.output(theta, x) * network.output(theta, y)
      sum += product
      squares += product * product
    }
    let mean = sum / Double(networks)
    let error = ((squares / Double(networks) - mean * mean) / Double(networks)).squareRoot()
    #expect(abs(kernel(network)) > 8 * error, "the test has no power")
    #expect(
      abs(mean - kernel(network)) <= 4 * error,
      "⟨f f′⟩ at N = \(width), \(activation): got \(mean), expected \(kernel(network)) within 4 × \(error)"
    )
  }

  /// The kernel of one network of width N scatters about K with a variance that falls as 1/N.
  @Test func oneNetworksKernelConverges() {
    let networks = 2000
    var scaled: [Double] = []
    for width in [8, 64, 512] {
      let network = TwoLayerNetwork(dimension: 4, width: width)
      var (sum, squares) = (0.0, 0.0)
      for key in 0..<networks {
        let w = network.coldStart(from: RandomStream(key: UInt64(1000 + key))).map(Double.init)
        let overlap =
          (0..<width).reduce(0.0) { total, i in
            var (a, b) = (0.0, 0.0)
            for j in 0..<4 {
              a += network.weightScale * w[4 * i + j] * x[j]
              b += network.weightScale * w[4 * i + j] * y[j]
            }
            return total + erf(a) * erf(b)
          } / Double(width)
        sum += overlap
        squares += (overlap - kernel(network)) * (overlap - kernel(network))
      }
      let variance = squares / Double(networks)
      let error = (variance / Double(networks)).squareRoot()
      let mean = sum / Double(networks)
      #expect(
        abs(mean - kernel(network)) <= 4 * error,
        "mean kernel at N = \(width): got \(mean), expected \(kernel(network)) within 4 × \(error)")
      scaled.append(variance * Double(width))
    }
    // A variance of n near-normal terms has relative error √(2/n).
    let tolerance = 4 * 2.0.squareRoot() * (2 / Double(networks)).squareRoot()
    for value in scaled.dropFirst() {
      expect(value, near: scaled[0], within: tolerance, "N · variance of the kernel")
    }
  }
}
