import Kernels

/// The kernels over arrays, padded to whole vectors with zeros.
extension KernelSet {
  /// The outputs of `elementaryFunctions`, one array a function.
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

  /// Returns ½|x|², x·y, and the energy and gradient of the standard normal prior at x, added to y.
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

  /// Returns y + c x.
  func sum(_ y: [Float], plus c: Float, times x: [Float]) -> [Float] {
    let x = AlignedBuffer(x)
    let y = AlignedBuffer(y)
    addScaled(x.vectors, c, x.lanes, y.lanes)
    return y.values
  }
}
