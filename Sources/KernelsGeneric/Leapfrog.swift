import CVec

// The elementwise parts of Hamiltonian dynamics, over padded vectors whose padding stays zero.

/// Adds y ← y + c x. Momenta add −ε times the gradient, positions ε times the momentum.
public func addScaled(
  _ vectors: Int, _ factor: Float, _ x: UnsafePointer<SIMD16<Float>>,
  _ y: UnsafeMutablePointer<SIMD16<Float>>
) {
  let factor = Lanes(repeating: factor)
  for i in 0..<vectors { y[i] = cv_fma(factor, x[i], y[i]) }
}

/// Returns ½ |x|², with each square and the sum in double precision.
public func halfSquaredNorm(_ vectors: Int, _ x: UnsafePointer<SIMD16<Float>>) -> Double {
  var low = SIMD8<Double>(repeating: 0)
  var high = SIMD8<Double>(repeating: 0)
  for i in 0..<vectors {
    let a = cv_double_low(x[i])
    let b = cv_double_high(x[i])
    low = cv_fma_d(a, a, low)
    high = cv_fma_d(b, b, high)
  }
  return 0.5 * sum(low + high)
}

/// Returns Σ x y in double precision.
public func innerProduct(
  _ vectors: Int, _ x: UnsafePointer<SIMD16<Float>>, _ y: UnsafePointer<SIMD16<Float>>
) -> Double {
  var low = SIMD8<Double>(repeating: 0)
  var high = SIMD8<Double>(repeating: 0)
  for i in 0..<vectors {
    low = cv_fma_d(cv_double_low(x[i]), cv_double_low(y[i]), low)
    high = cv_fma_d(cv_double_high(x[i]), cv_double_high(y[i]), high)
  }
  return sum(low + high)
}

/// Adds the gradient of the standard normal prior, g ← g + θ, and returns its energy ½ |θ|².
public func addStandardNormalPrior(
  _ vectors: Int, _ position: UnsafePointer<SIMD16<Float>>,
  _ gradient: UnsafeMutablePointer<SIMD16<Float>>
) -> Double {
  for i in 0..<vectors { gradient[i] += position[i] }
  return halfSquaredNorm(vectors, position)
}
