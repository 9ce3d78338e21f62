import Foundation
import Kernels

/// Independent normals of variances v: U = Σ θ_i²/(2 v_i).
struct GaussianEnergy: Energy {
  let variances: [Double]
  var dimension: Int { variances.count }

  func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    var energy = 0.0
    for i in 0..<dimension {
      let x = Double(position[i])
      energy += x * x / (2 * variances[i])
      gradient[i] = Float(x / variances[i])
    }
    return energy
  }

  /// Returns variances from 0.02 to 1, evenly on a logarithmic scale.
  static func spread(_ dimension: Int) -> GaussianEnergy {
    GaussianEnergy(
      variances: (0..<dimension).map { 0.02 * pow(50, Double($0) / Double(dimension - 1)) })
  }

  /// Returns an exact draw.
  func draw(from stream: RandomStream) -> [Float] {
    zip(stream.standardNormals(count: dimension, step: .max), variances).map {
      $0 * Float($1.squareRoot())
    }
  }
}

/// An energy that is neither quadratic nor separable: U = |θ|²/2 + (Σ_i θ_i θ_{i+1})²/2 + Σ θ_i⁴/4.
struct QuarticEnergy: Energy {
  let dimension: Int

  func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    let x = position.values.map(Double.init)
    let n = dimension
    let coupling = (0..<n).reduce(0) { $0 + x[$1] * x[($1 + 1) % n] }
    for i in 0..<n {
      gradient[i] = Float(
        x[i] + x[i] * x[i] * x[i] + coupling * (x[(i + 1) % n] + x[(i + n - 1) % n]))
    }
    return x.reduce(coupling * coupling / 2) { $0 + $1 * $1 / 2 + $1 * $1 * $1 * $1 / 4 }
  }
}

/// A standard normal inside the box |θ_i| < `edge`, with the energy `outside` beyond it.
struct BoxedEnergy: Energy {
  let dimension: Int
  let edge: Float
  let outside: Double

  func evaluate(
    _ position: borrowing AlignedBuffer, gradient: borrowing AlignedBuffer
  ) -> Double {
    let x = position.values
    for i in 0..<dimension { gradient[i] = x[i] }
    if x.contains(where: { !(abs($0) < edge) }) { return outside }
    return x.reduce(0) { $0 + Double($1 * $1) / 2 }
  }
}
