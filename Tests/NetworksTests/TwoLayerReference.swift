import Foundation
import Networks

/// The posterior of `Posterior<TwoLayerNetwork>` written out in double precision.
struct TwoLayerReference {
  let network: TwoLayerNetwork
  let data: TrainingSet
  let ridge: Double

  /// Returns f(x) at whitened parameters.
  static func output(_ network: TwoLayerNetwork, _ theta: [Double], _ x: [Double]) -> Double {
    let (d, n) = (network.dimension, network.width)
    return (0..<n).reduce(0) { sum, i in
      let z = (0..<d).reduce(0) { $0 + network.weightScale * theta[i * d + $1] * x[$1] }
      return sum + network.readoutScale * theta[n * d + i] * erf(z)
    }
  }

  func input(_ sample: Int) -> [Double] {
    let d = network.dimension
    return data.inputs[sample * d..<(sample + 1) * d].map(Double.init)
  }

  func sumOfSquares(_ theta: [Double]) -> Double {
    (0..<data.count).reduce(0) {
      let residual = Self.output(network, theta, input($1)) - Double(data.targets[$1])
      return $0 + residual * residual
    }
  }

  func energy(_ theta: [Double]) -> Double {
    sumOfSquares(theta) / (2 * ridge) + theta.reduce(0) { $0 + $1 * $1 } / 2
  }

  func gradient(_ theta: [Double]) -> [Double] {
    let (d, n) = (network.dimension, network.width)
    let (s, t) = (network.weightScale, network.readoutScale)
    var gradient = theta
    for sample in 0..<data.count {
      let x = input(sample)
      let e = (Self.output(network, theta, x) - Double(data.targets[sample])) / ridge
      for i in 0..<n {
        let z = (0..<d).reduce(0) { $0 + s * theta[i * d + $1] * x[$1] }
        gradient[n * d + i] += e * t * erf(z)
        let slope = 2 / Double.pi.squareRoot() * exp(-z * z)
        for j in 0..<d { gradient[i * d + j] += e * t * theta[n * d + i] * slope * s * x[j] }
      }
    }
    return gradient
  }
}

/// Returns |x| in double precision.
func norm(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 }.squareRoot() }
