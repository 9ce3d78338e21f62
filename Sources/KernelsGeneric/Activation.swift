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
  let zero = Lanes(repeating: 0)
  for i in 0..<rows {
    for v in i * stride..<i * stride + vectors {
      let z = activation[v]
      slope[v] = zero.replacing(with: Lanes(repeating: 1), where: z .> zero)
      // A NaN stays a NaN.
      activation[v] = z.replacing(with: zero, where: z .< zero)
    }
  }
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
