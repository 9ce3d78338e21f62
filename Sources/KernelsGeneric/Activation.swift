import CVec

// Activations of a block, in place: z → σ(z), with the derivative σ′(z) beside it. A block has
// `rows` rows of `stride` vectors, of which the first `vectors` are used.

/// Activates with σ = erf, σ′ = (2/√π) e^{−z²}.
public func activateErf(
  _ rows: Int, _ vectors: Int, _ stride: Int, _ activation: UnsafeMutablePointer<SIMD16<Float>>,
  _ slope: UnsafeMutablePointer<SIMD16<Float>>
) {
  for i in 0..<rows {
    for v in i * stride..<i * stride + vectors {
      (activation[v], slope[v]) = erfAndSlope(activation[v])
    }
  }
}

/// Activates with σ = max(0, z), σ′ = 1 where z > 0, else 0.
public func activateReLU(
  _ rows: Int, _ vectors: Int, _ stride: Int, _ activation: UnsafeMutablePointer<SIMD16<Float>>,
  _ slope: UnsafeMutablePointer<SIMD16<Float>>
) {
  for i in 0..<rows {
    for v in i * stride..<i * stride + vectors {
      (activation[v], slope[v]) = positivePart(activation[v])
    }
  }
}

/// Returns max(0, z), of which a NaN stays a NaN, and its derivative.
@inline(__always)
func positivePart(_ z: Lanes) -> (value: Lanes, slope: Lanes) {
  let zero = Lanes(repeating: 0)
  return (
    z.replacing(with: zero, where: z .< zero),
    zero.replacing(with: Lanes(repeating: 1), where: z .> zero)
  )
}

/// Activates with σ = tanh, σ′ = 1 − tanh².
public func activateTanh(
  _ rows: Int, _ vectors: Int, _ stride: Int, _ activation: UnsafeMutablePointer<SIMD16<Float>>,
  _ slope: UnsafeMutablePointer<SIMD16<Float>>
) {
  for i in 0..<rows {
    for v in i * stride..<i * stride + vectors {
      (activation[v], slope[v]) = hyperbolicTangent(activation[v])
    }
  }
}

/// Returns tanh z to 3e-7, and its derivative.
@inline(__always)
func hyperbolicTangent(_ z: Lanes) -> (value: Lanes, slope: Lanes) {
  let one = Lanes(repeating: 1)
  let magnitude = cv_max(z, -z)
  let decay = exponential(minus: magnitude + magnitude)
  let value = (one - decay) / (one + decay)
  return (
    value.replacing(with: -value, where: z .< Lanes(repeating: 0)), cv_fma(-value, value, one)
  )
}

/// Activates with σ = z Φ(z), σ′ = Φ(z) + z ϕ(z), Φ and ϕ the standard normal's distribution and
/// density.
public func activateGELU(
  _ rows: Int, _ vectors: Int, _ stride: Int, _ activation: UnsafeMutablePointer<SIMD16<Float>>,
  _ slope: UnsafeMutablePointer<SIMD16<Float>>
) {
  for i in 0..<rows {
    for v in i * stride..<i * stride + vectors {
      (activation[v], slope[v]) = gaussianLinearUnit(activation[v])
    }
  }
}

/// Returns z Φ(z) to 3e-7 max(1, |z|), of which a NaN stays a NaN, and its derivative to 1e-6.
@inline(__always)
func gaussianLinearUnit(_ z: Lanes) -> (value: Lanes, slope: Lanes) {
  let half = Lanes(repeating: 0.5)
  let (erf, slope) = erfAndSlope(z * Lanes(repeating: 0.70710677))
  let distribution = cv_fma(half, erf, half)
  // ϕ is 1/√8 of the slope of erf. Beyond 6 it vanishes, but its fit stays at 1e-7.
  let bound = Lanes(repeating: 6)
  let near = cv_min(cv_max(z, -bound), bound)
  return (z * distribution, cv_fma(near * Lanes(repeating: 0.35355338), slope, distribution))
}

/// Activates with σ = z, σ′ = 1.
public func activateLinear(
  _ rows: Int, _ vectors: Int, _ stride: Int, _ activation: UnsafeMutablePointer<SIMD16<Float>>,
  _ slope: UnsafeMutablePointer<SIMD16<Float>>
) {
  for i in 0..<rows {
    for v in i * stride..<i * stride + vectors { slope[v] = Lanes(repeating: 1) }
  }
}
