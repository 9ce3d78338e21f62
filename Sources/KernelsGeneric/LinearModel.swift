import CVec

/// Returns the number of samples that `linearModel` reads together, of inputs of `vectors` vectors.
///
/// It reads them once more when their residuals are known. From then till now it has read as many
/// others, u and the derivative. All of that stays in a first-level cache of 32 KiB.
public func linearModelGroup(_ vectors: Int) -> Int { vectors <= 32 ? 4 : 2 }

/// Evaluates the model f(x) = s u·x on inputs of `vectors` vectors. With the residuals r = f − y,
/// it writes the derivative of Σ r²/2κ by u, which is s/κ Σ r x.
///
/// Each f is two chains of fused multiply-adds a lane, over the even and the odd vectors. The lanes
/// are summed by the tree of `sum`. Derivatives are chains over samples in ascending order,
/// whatever the size of a group.
///
/// - Parameters:
///   - samples: a multiple of the group; those beyond the data have zero inputs and targets.
///   - vectors: vectors of one input.
///   - inputs: samples in groups of `linearModelGroup`, each group vector after vector, so that
///     they are read in one stream.
///   - weights: u.
///   - scale: s.
///   - inverseRidge: 1/κ.
///   - targets: y.
///   - derivative: room for `vectors` vectors.
/// - Returns: Σ r², in double precision.
///
/// *Complexity:* 64 · samples · vectors flops; inputs are read once. Reading takes most of the
/// time, so the loop that reads a group also adds to the derivative. It adds what the group before
/// gives, which is still in the first-level cache.
public func linearModel(
  _ samples: Int, _ vectors: Int, _ inputs: UnsafePointer<SIMD16<Float>>,
  _ weights: UnsafePointer<SIMD16<Float>>, _ scale: Float, _ inverseRidge: Float,
  _ targets: UnsafePointer<Float>, _ derivative: UnsafeMutablePointer<SIMD16<Float>>
) -> Double {
  if linearModelGroup(vectors) == 4 {
    SampleGroup<4>.evaluate(
      samples, vectors, inputs, weights, scale, inverseRidge, targets, derivative)
  } else {
    SampleGroup<2>.evaluate(
      samples, vectors, inputs, weights, scale, inverseRidge, targets, derivative)
  }
}

/// Samples that are read together.
private enum SampleGroup<let G: Int> {
  @inline(__always)
  static func evaluate(
    _ samples: Int, _ vectors: Int, _ inputs: UnsafePointer<Lanes>,
    _ weights: UnsafePointer<Lanes>, _ scale: Float, _ inverseRidge: Float,
    _ targets: UnsafePointer<Float>, _ derivative: UnsafeMutablePointer<Lanes>
  ) -> Double {
    let zero = Lanes(repeating: 0)
    for v in 0..<vectors { derivative[v] = zero }
    var squares = 0.0
    // Derivatives by f of the group before, zero at first.
    var errors = InlineArray<G, Lanes>(repeating: zero)
    var before = inputs
    for group in 0..<samples / G {
      let x = inputs + group * G * vectors
      var even = InlineArray<G, Lanes>(repeating: zero)
      var odd = InlineArray<G, Lanes>(repeating: zero)
      for pair in 0..<vectors / 2 {
        let v = 2 * pair
        let (u, w) = (weights[v], weights[v + 1])
        var (first, second) = (derivative[v], derivative[v + 1])
        for r in 0..<G {
          even[r] = cv_fma(u, x[G * v + r], even[r])
          odd[r] = cv_fma(w, x[G * v + G + r], odd[r])
          first = cv_fma(errors[r], before[G * v + r], first)
          second = cv_fma(errors[r], before[G * v + G + r], second)
        }
        (derivative[v], derivative[v + 1]) = (first, second)
      }
      if vectors % 2 == 1 {
        let v = vectors - 1
        for r in 0..<G {
          even[r] = cv_fma(weights[v], x[G * v + r], even[r])
          derivative[v] = cv_fma(errors[r], before[G * v + r], derivative[v])
        }
      }
      for r in 0..<G {
        let residual = scale * sum(even[r] + odd[r]) - targets[G * group + r]
        squares += Double(residual) * Double(residual)
        errors[r] = Lanes(repeating: residual * (inverseRidge * scale))
      }
      before = x
    }
    for v in 0..<vectors {
      var sum = derivative[v]
      for r in 0..<G { sum = cv_fma(errors[r], before[G * v + r], sum) }
      derivative[v] = sum
    }
    return squares
  }
}
