import CVec

// Descent of a linear model whose features rotate, and the symmetric matrices that it begins with,
// in double precision. Rows have whole vectors of eight, padded with zeros.

/// Writes the force r = d (b* − b), entry by entry.
///
/// - Parameters:
///   - vectors: vectors of eight.
///   - curvatures: d.
///   - solution: b*.
///   - predictor: b.
///   - force: room for r.
/// - Returns: Σ d (b* − b)².
public func descentForce(
  _ vectors: Int, _ curvatures: UnsafePointer<SIMD8<Double>>,
  _ solution: UnsafePointer<SIMD8<Double>>, _ predictor: UnsafePointer<SIMD8<Double>>,
  _ force: UnsafeMutablePointer<SIMD8<Double>>
) -> Double {
  var squares = SIMD8<Double>(repeating: 0)
  for v in 0..<vectors {
    let error = solution[v] - predictor[v]
    let pull = curvatures[v] * error
    force[v] = pull
    squares = cv_fma_d(pull, error, squares)
  }
  return sum(squares)
}

/// Writes the force of a batch of samples, r = √d (1/B) Σ_μ z_μ (z_μ·p + σ ξ_μ) with
/// p = √d (b* − b).
///
/// - Parameters:
///   - samples: B.
///   - vectors: vectors of sixteen floats of a sample, whose features are the entries of r.
///   - normals: z, a row a sample, and after all rows the ξ, one number a sample.
///   - deviation: σ.
///   - roots: √d, zero beyond the features.
///   - errors: p.
///   - force: room for r, as long as a sample.
public func batchForce(
  _ samples: Int, _ vectors: Int, _ normals: UnsafePointer<SIMD16<Float>>, _ deviation: Double,
  _ roots: UnsafePointer<SIMD8<Double>>, _ errors: UnsafePointer<SIMD8<Double>>,
  _ force: UnsafeMutablePointer<SIMD8<Double>>
) {
  for v in 0..<2 * vectors { force[v] = SIMD8(repeating: 0) }
  let label = UnsafeRawPointer(normals + samples * vectors).assumingMemoryBound(to: Float.self)
  for sample in 0..<samples {
    let z = normals + sample * vectors
    var low = SIMD8<Double>(repeating: 0)
    var high = SIMD8<Double>(repeating: 0)
    for v in 0..<vectors {
      low = cv_fma_d(cv_double_low(z[v]), errors[2 * v], low)
      high = cv_fma_d(cv_double_high(z[v]), errors[2 * v + 1], high)
    }
    let residual = SIMD8<Double>(
      repeating: (sum(low + high) + deviation * Double(label[sample])) / Double(samples))
    for v in 0..<vectors {
      force[2 * v] = cv_fma_d(cv_double_low(z[v]), residual, force[2 * v])
      force[2 * v + 1] = cv_fma_d(cv_double_high(z[v]), residual, force[2 * v + 1])
    }
  }
  for v in 0..<2 * vectors { force[v] *= roots[v] }
}

/// Makes a step of descent: ω ← ω + η G r and G ← G + ηγ ω rᵀ, of which both take the old values
/// on their right sides, and b = Gᵀω.
///
/// - Parameters:
///   - rows: N, the length of ω and the number of rows of G.
///   - vectors: vectors of eight of r, b and each row of G.
///   - step: η.
///   - rate: ηγ.
///   - force: r.
///   - readout: ω, N numbers with room for whole vectors.
///   - matrix: G, or `nil` where γ = 0, so that G stays the identity and b is ω.
///   - predictor: room for b.
/// - Returns: |ω|² after the step.
///
/// *Complexity:* 6 N² flops; a row is read from memory once.
public func descentStep(
  _ rows: Int, _ vectors: Int, _ step: Double, _ rate: Double,
  _ force: UnsafePointer<SIMD8<Double>>, _ readout: UnsafeMutablePointer<Double>,
  _ matrix: UnsafeMutablePointer<SIMD8<Double>>?,
  _ predictor: UnsafeMutablePointer<SIMD8<Double>>
) -> Double {
  if let matrix {
    for v in 0..<vectors { predictor[v] = SIMD8(repeating: 0) }
    var i = 0
    while i + 8 <= rows {
      DescentTile<8>.step(
        vectors, step, rate, force, readout + i, matrix + i * vectors, predictor)
      i += 8
    }
    while i < rows {
      DescentTile<1>.step(
        vectors, step, rate, force, readout + i, matrix + i * vectors, predictor)
      i += 1
    }
  } else {
    let omega = UnsafeMutableRawPointer(readout).assumingMemoryBound(to: SIMD8<Double>.self)
    let step = SIMD8<Double>(repeating: step)
    for v in 0..<vectors {
      omega[v] = cv_fma_d(step, force[v], omega[v])
      predictor[v] = omega[v]
    }
  }
  var squares = 0.0
  for i in 0..<rows { squares += readout[i] * readout[i] }
  return squares
}

/// `R` rows of a step of descent. Every entry is the same chain of multiply-adds whatever `R` is.
private enum DescentTile<let R: Int> {
  @inline(__always)
  static func step(
    _ vectors: Int, _ step: Double, _ rate: Double, _ force: UnsafePointer<SIMD8<Double>>,
    _ readout: UnsafeMutablePointer<Double>, _ matrix: UnsafeMutablePointer<SIMD8<Double>>,
    _ predictor: UnsafeMutablePointer<SIMD8<Double>>
  ) {
    var sums = InlineArray<R, SIMD8<Double>>(repeating: SIMD8(repeating: 0))
    for v in 0..<vectors {
      let pull = force[v]
      for r in 0..<R { sums[r] = cv_fma_d(matrix[r * vectors + v], pull, sums[r]) }
    }
    var before = InlineArray<R, SIMD8<Double>>(repeating: SIMD8(repeating: 0))
    var after = before
    for r in 0..<R {
      before[r] = SIMD8(repeating: rate * readout[r])
      readout[r] += step * sum(sums[r])
      after[r] = SIMD8(repeating: readout[r])
    }
    for v in 0..<vectors {
      let pull = force[v]
      var total = predictor[v]
      for r in 0..<R {
        let entry = cv_fma_d(before[r], pull, matrix[r * vectors + v])
        matrix[r * vectors + v] = entry
        total = cv_fma_d(after[r], entry, total)
      }
      predictor[v] = total
    }
  }
}

/// Writes the inner products of rows, X Xᵀ, into the lower triangle of a matrix.
///
/// - Parameters:
///   - rows: n.
///   - vectors: vectors of eight of a row of X.
///   - matrix: X.
///   - stride: numbers from one row of the result to the next.
///   - products: the result, n rows.
///
/// *Complexity:* n² · 8 · vectors flops, in slices of X that stay in the cache.
public func innerProducts(
  _ rows: Int, _ vectors: Int, _ matrix: UnsafePointer<SIMD8<Double>>, _ stride: Int,
  _ products: UnsafeMutablePointer<Double>
) {
  for i in 0..<rows { for j in 0...i { products[i * stride + j] = 0 } }
  var first = 0
  while first < vectors {
    let depth = min(32, vectors - first)
    for i in 0..<rows {
      let x = matrix + i * vectors + first
      var j = 0
      while j + 8 <= i + 1 {
        InnerTile<8>.add(
          depth, x, matrix + j * vectors + first, vectors, products + i * stride + j)
        j += 8
      }
      while j <= i {
        InnerTile<1>.add(
          depth, x, matrix + j * vectors + first, vectors, products + i * stride + j)
        j += 1
      }
    }
    first += depth
  }
}

private enum InnerTile<let C: Int> {
  @inline(__always)
  static func add(
    _ depth: Int, _ x: UnsafePointer<SIMD8<Double>>, _ y: UnsafePointer<SIMD8<Double>>,
    _ stride: Int, _ out: UnsafeMutablePointer<Double>
  ) {
    var sums = InlineArray<C, SIMD8<Double>>(repeating: SIMD8(repeating: 0))
    for v in 0..<depth {
      let factor = x[v]
      for c in 0..<C { sums[c] = cv_fma_d(factor, y[c * stride + v], sums[c]) }
    }
    for c in 0..<C { out[c] += sum(sums[c]) }
  }
}

/// Rotates the rows of a matrix until they are orthogonal (one-sided Jacobi; Hestenes 1958). Of the
/// upper Cholesky factor R of C = RᵀR the rows become √d_i v_i, with the eigenvalues d and the
/// eigenvectors v of C.
///
/// - Parameters:
///   - rows: n.
///   - vectors: vectors of eight of a row.
///   - matrix: the matrix.
/// - Returns: whether forty sweeps bring the cosines of all pairs of rows to 1e-14 or below.
///
/// *Complexity:* some eight sweeps of 6 n³ flops.
public func orthogonalizeRows(
  _ rows: Int, _ vectors: Int, _ matrix: UnsafeMutablePointer<SIMD8<Double>>
) -> Bool {
  for _ in 0..<40 {
    var isOrthogonal = true
    for p in 0..<max(0, rows - 1) {
      let x = matrix + p * vectors
      for q in p + 1..<rows {
        let y = matrix + q * vectors
        var (xx, yy, xy) = (
          SIMD8<Double>(repeating: 0), SIMD8<Double>(repeating: 0), SIMD8<Double>(repeating: 0)
        )
        for v in 0..<vectors {
          xx = cv_fma_d(x[v], x[v], xx)
          yy = cv_fma_d(y[v], y[v], yy)
          xy = cv_fma_d(x[v], y[v], xy)
        }
        let (a, b, c) = (sum(xx), sum(yy), sum(xy))
        let cosine = abs(c) / (a * b).squareRoot()
        // The negation is true of a NaN too.
        guard !(cosine <= 1e-14) else { continue }
        guard cosine.isFinite else { return false }
        isOrthogonal = false
        // The smaller root t of t² + 2 ζ t − 1 turns the pair by at most 45 degrees.
        let zeta = (b - a) / (2 * c)
        let root = (1 + zeta * zeta).squareRoot()
        let t = zeta >= 0 ? 1 / (zeta + root) : 1 / (zeta - root)
        let inverse = 1 / (1 + t * t).squareRoot()
        let (cos, sin) = (SIMD8<Double>(repeating: inverse), SIMD8<Double>(repeating: inverse * t))
        for v in 0..<vectors {
          let (u, w) = (x[v], y[v])
          x[v] = cv_fma_d(cos, u, -(sin * w))
          y[v] = cv_fma_d(sin, u, cos * w)
        }
      }
    }
    if isOrthogonal { return true }
  }
  return false
}
