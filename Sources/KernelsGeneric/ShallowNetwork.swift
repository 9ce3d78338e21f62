import CVec

// Two layers, f = Σ_i a_i σ(w_i·x) of three inputs, on a few points: a network whose features are
// cheaper to compute anew than to keep.

/// σ and σ′ of a shallow network.
@inline(__always)
private func activated(_ z: Lanes, _ isSmooth: Bool) -> (value: Lanes, slope: Lanes) {
  isSmooth ? hyperbolicTangent(z) : positivePart(z)
}

/// Computes f at points, with σ = tanh if `isSmooth`, and else max(0, z).
///
/// Each f is one chain of multiply-adds over the units in ascending order.
///
/// - Parameters:
///   - units: n.
///   - vectors: vectors of points.
///   - isSmooth: which activation.
///   - inputs: three rows of `vectors` vectors.
///   - weights: w, sixteen numbers a unit of which three are used.
///   - readout: a.
///   - output: room for f.
public func shallowForward(
  _ units: Int, _ vectors: Int, _ isSmooth: Bool, _ inputs: UnsafePointer<SIMD16<Float>>,
  _ weights: UnsafePointer<Float>, _ readout: UnsafePointer<Float>,
  _ output: UnsafeMutablePointer<SIMD16<Float>>
) {
  var v = 0
  while v < vectors {
    // Two calls with constants, so that neither has the other's arithmetic.
    let (x, f) = (inputs + v, output + v)
    if vectors - v >= 4 {
      if isSmooth {
        Points<4>.forward(units, vectors, true, x, weights, readout, f)
      } else {
        Points<4>.forward(units, vectors, false, x, weights, readout, f)
      }
    } else if isSmooth {
      Points<1>.forward(units, vectors, true, x, weights, readout, f)
    } else {
      Points<1>.forward(units, vectors, false, x, weights, readout, f)
    }
    v += vectors - v >= 4 ? 4 : 1
  }
}

private enum Points<let V: Int> {
  @inline(__always)
  static func forward(
    _ units: Int, _ vectors: Int, _ isSmooth: Bool, _ inputs: UnsafePointer<Lanes>,
    _ weights: UnsafePointer<Float>, _ readout: UnsafePointer<Float>,
    _ output: UnsafeMutablePointer<Lanes>
  ) {
    var sums = InlineArray<V, Lanes>(repeating: Lanes(repeating: 0))
    for i in 0..<units {
      let w = weights + 16 * i
      let factor = Lanes(repeating: readout[i])
      for v in 0..<V {
        let z = preactivation(w, inputs + v, vectors)
        sums[v] = cv_fma(factor, activated(z, isSmooth).value, sums[v])
      }
    }
    for v in 0..<V { output[v] = sums[v] }
  }
}

/// w·x at one vector of points.
@inline(__always)
private func preactivation(
  _ w: UnsafePointer<Float>, _ inputs: UnsafePointer<Lanes>, _ vectors: Int
) -> Lanes {
  cv_fma(
    Lanes(repeating: w[2]), inputs[2 * vectors],
    cv_fma(Lanes(repeating: w[1]), inputs[vectors], Lanes(repeating: w[0]) * inputs[0]))
}

/// Adds Σ_j e_j σ(w_i·x_j) to each a_i, and a_i Σ_j e_j σ′(w_i·x_j) x_j to each w_i, both of old
/// values.
///
/// - Parameters:
///   - units: n, an even number.
///   - errors: e.
///   - weights, readout: changed in place; the others are those of `shallowForward`.
public func shallowStep(
  _ units: Int, _ vectors: Int, _ isSmooth: Bool, _ inputs: UnsafePointer<SIMD16<Float>>,
  _ errors: UnsafePointer<SIMD16<Float>>, _ weights: UnsafeMutablePointer<Float>,
  _ readout: UnsafeMutablePointer<Float>
) {
  for i in stride(from: 0, to: units, by: 2) {
    if isSmooth {
      step(vectors, true, inputs, errors, weights + 16 * i, readout + i)
    } else {
      step(vectors, false, inputs, errors, weights + 16 * i, readout + i)
    }
  }
}

/// The step of two neighbouring units.
@inline(__always)
private func step(
  _ vectors: Int, _ isSmooth: Bool, _ inputs: UnsafePointer<Lanes>,
  _ errors: UnsafePointer<Lanes>, _ weights: UnsafeMutablePointer<Float>,
  _ readout: UnsafeMutablePointer<Float>
) {
  let none = InlineArray<2, Lanes>(repeating: Lanes(repeating: 0))
  var (values, first, second, third) = (none, none, none, none)
  for v in 0..<vectors {
    let error = errors[v]
    let x = inputs + v
    for r in 0..<2 {
      let (value, slope) = activated(preactivation(weights + 16 * r, x, vectors), isSmooth)
      let pull = slope * error
      values[r] = cv_fma(value, error, values[r])
      first[r] = cv_fma(pull, x[0], first[r])
      second[r] = cv_fma(pull, x[vectors], second[r])
      third[r] = cv_fma(pull, x[2 * vectors], third[r])
    }
  }
  for r in 0..<2 {
    let factor = readout[r]
    weights[16 * r] += factor * sum(first[r])
    weights[16 * r + 1] += factor * sum(second[r])
    weights[16 * r + 2] += factor * sum(third[r])
    readout[r] += sum(values[r])
  }
}
