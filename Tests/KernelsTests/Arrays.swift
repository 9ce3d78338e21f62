import Kernels

/// The kernels over arrays, padded to whole vectors with zeros.
extension KernelSet {
  /// What `elementaryFunctions` computes, one array a function.
  struct Elementary {
    let erf, exponential, logarithm, sine, cosine: [Float]
  }

  func elementary(of x: [Float]) -> Elementary {
    let input = AlignedBuffer(x)
    let output = AlignedBuffer(count: 5 * 16 * input.vectors)
    elementaryFunctions(input.vectors, input.lanes, output.lanes)
    let all = output.values
    func block(_ i: Int) -> [Float] { Array(all[(16 * i * input.vectors)...].prefix(x.count)) }
    return Elementary(
      erf: block(0), exponential: block(1), logarithm: block(2), sine: block(3), cosine: block(4))
  }

  /// Σ (f − y)² and the gradient at some parameters of a network on some data, both of their own
  /// stream, laid out as `twoLayer` wants them.
  func twoLayer(samples: Int, dimension d: Int, width: Int) -> (squares: Double, gradient: [Float])
  {
    let stream = RandomStream(key: 7)
    let (blocks, rowVectors) = ((samples + 63) / 64, (d + 15) / 16)
    let x = stream.standardNormals(count: samples * d, step: 0)
    let columns = AlignedBuffer(count: blocks * 64 * d)
    let rows = AlignedBuffer(count: blocks * 64 * 16 * rowVectors)
    for sample in 0..<samples {
      for j in 0..<d {
        columns[(sample / 64 * d + j) * 64 + sample % 64] = x[sample * d + j]
        rows[sample * 16 * rowVectors + j] = x[sample * d + j]
      }
    }
    let padding = [Float](repeating: 0, count: 64 * blocks - samples)
    let targets = AlignedBuffer(stream.standardNormals(count: samples, step: 1) + padding)
    let parameters = AlignedBuffer(stream.standardNormals(count: width * (d + 1), step: 2))
    let workspace = AlignedBuffer(count: 16 * ((9 + rowVectors) * width + 8))
    let gradient = AlignedBuffer(count: parameters.count, slack: 64)
    let squares = twoLayer(
      samples, d, width, rowVectors, columns.lanes, rows.lanes, targets.lanes, parameters.floats,
      0.4, 2.5, workspace.lanes, gradient.floats)
    return (squares, gradient.values)
  }

  /// ½|x|², x·y, and the energy and gradient of the standard normal prior at x, added to y.
  func norms(_ x: [Float], _ y: [Float]) -> (
    half: Double, product: Double, prior: Double, sum: [Float]
  ) {
    let x = AlignedBuffer(x)
    let y = AlignedBuffer(y)
    let half = halfSquaredNorm(x.vectors, x.lanes)
    let product = innerProduct(x.vectors, x.lanes, y.lanes)
    let prior = addStandardNormalPrior(x.vectors, x.lanes, y.lanes)
    return (half, product, prior, y.values)
  }

  /// y + c x.
  func sum(_ y: [Float], plus c: Float, times x: [Float]) -> [Float] {
    let x = AlignedBuffer(x)
    let y = AlignedBuffer(y)
    addScaled(x.vectors, c, x.lanes, y.lanes)
    return y.values
  }
}
