import CVec

/// Sum of squared residuals of f(x) = s Σ_i b_i erf(u_i·x) and the gradient of that sum / 2κ.
///
/// - Parameters:
///   - samples: P. - inputs: d. - width: N.
///   - columns: the inputs in blocks of 64 samples, each d × 64 (four vectors a row), zero-padded.
///   - rows: the inputs once more, ⌈P/64⌉·64 rows of `rowVectors` vectors, zero-padded.
///   - targets: y, zero-padded to whole blocks.
///   - parameters: u (N × d), then b (N), contiguous.
///   - readoutScale: s, the prior's standard deviation of a readout weight.
///   - inverseRidge: 1/κ.
///   - workspace: (8 + 1) N + 8 vectors, and N × `rowVectors` more.
///   - gradient: as `parameters`, with at least sixteen floats of room after them.
/// - Returns: Σ_ν (f(x_ν) − y_ν)², accumulated in double precision.
///
/// *Complexity:* 4 P d N flops in products and P N evaluations of erf and of its derivative. A
/// block of 64 samples passes through all stages while its N × 64 activations are in cache.
public func twoLayer(
  _ samples: Int, _ inputs: Int, _ width: Int, _ rowVectors: Int,
  _ columns: UnsafePointer<SIMD16<Float>>, _ rows: UnsafePointer<SIMD16<Float>>,
  _ targets: UnsafePointer<SIMD16<Float>>, _ parameters: UnsafePointer<Float>,
  _ readoutScale: Float, _ inverseRidge: Float,
  _ workspace: UnsafeMutablePointer<SIMD16<Float>>, _ gradient: UnsafeMutablePointer<Float>
) -> Double {
  let activation = workspace
  let slope = activation + 4 * width
  let output = slope + 4 * width
  let readoutGradient = output + 4
  let hiddenGradient = readoutGradient + width
  let readout = parameters + inputs * width
  let vectors = (samples + 15) / 16

  hiddenGradient.update(repeating: Lanes(repeating: 0), count: width * rowVectors)
  readoutGradient.update(repeating: Lanes(repeating: 0), count: width)
  var squares = SIMD8<Double>(repeating: 0)
  var block = 0
  while 4 * block < vectors {
    let take = min(4, vectors - 4 * block)
    product(
      rows: width, depth: inputs, vectors: take, parameters, inputs, columns + 4 * inputs * block,
      4,
      activation, 4, accumulate: false)
    activate(width, take, activation, slope)
    product(
      rows: 1, depth: width, vectors: take, readout, width, activation, 4, output, 4,
      accumulate: false)
    for v in 0..<take {
      let residual = cv_fma(Lanes(repeating: readoutScale), output[v], -targets[4 * block + v])
      let low = cv_double_low(residual)
      let high = cv_double_high(residual)
      squares = cv_fma_d(low, low, squares)
      squares = cv_fma_d(high, high, squares)
      output[v] = residual * Lanes(repeating: inverseRidge * readoutScale)
    }
    propagateBack(width, take, readout, output, activation, slope, readoutGradient)
    product(
      rows: width, depth: 16 * take, vectors: rowVectors,
      UnsafeRawPointer(slope).assumingMemoryBound(to: Float.self),
      64, rows + 64 * rowVectors * block, rowVectors, hiddenGradient, rowVectors, accumulate: true)
    block += 1
  }
  // A row's padding is overwritten by the next row, the last one's by the readout.
  for i in 0..<width {
    let row = UnsafeMutableRawPointer(gradient + i * inputs)
    for v in 0..<rowVectors {
      row.storeBytes(of: hiddenGradient[i * rowVectors + v], toByteOffset: 64 * v, as: Lanes.self)
    }
  }
  for i in 0..<width { gradient[inputs * width + i] = sum(readoutGradient[i]) }
  return sum(squares)
}

/// z → erf z in place, and its derivative (2/√π) e^{−z²} beside it.
@inline(never)
private func activate(
  _ width: Int, _ vectors: Int, _ activation: UnsafeMutablePointer<Lanes>,
  _ slope: UnsafeMutablePointer<Lanes>
) {
  for i in 0..<width {
    for v in 0..<vectors {
      let z = activation[4 * i + v]
      slope[4 * i + v] = Lanes(repeating: 1.1283791670955126) * exponential(ofNegative: -(z * z))
      activation[4 * i + v] = erf(z)
    }
  }
}

/// With e the scaled residual: ∂/∂b_i += Σ e φ_i by lanes, and slope_i ← b_i e slope_i.
@inline(never)
private func propagateBack(
  _ width: Int, _ vectors: Int, _ readout: UnsafePointer<Float>, _ error: UnsafePointer<Lanes>,
  _ activation: UnsafePointer<Lanes>, _ slope: UnsafeMutablePointer<Lanes>,
  _ readoutGradient: UnsafeMutablePointer<Lanes>
) {
  for i in 0..<width {
    let weight = Lanes(repeating: readout[i])
    var sum = readoutGradient[i]
    for v in 0..<vectors {
      sum = cv_fma(error[v], activation[4 * i + v], sum)
      slope[4 * i + v] *= weight * error[v]
    }
    readoutGradient[i] = sum
  }
}
