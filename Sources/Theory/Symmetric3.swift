/// A symmetric matrix of three rows.
struct Symmetric3 {
  var xx, yy, zz, xy, xz, yz: Double

  /// The lower triangle L of A = L Lᵀ; `nil` if the matrix is not positive definite.
  var root: Root3? {
    guard xx > 0 else { return nil }
    let a = xx.squareRoot()
    let (b, c) = (xy / a, xz / a)
    guard yy - b * b > 0 else { return nil }
    let d = (yy - b * b).squareRoot()
    let e = (yz - b * c) / d
    guard zz - c * c - e * e > 0 else { return nil }
    return Root3(xx: a, yx: b, zx: c, yy: d, zy: e, zz: (zz - c * c - e * e).squareRoot())
  }

  /// Returns A⁻¹ g, an ascent along a gradient. A multiple of the unit matrix is added as far as A
  /// needs it to be positive definite; `nil` if the matrix is not finite.
  func ascent(_ gradient: SIMD3<Double>) -> SIMD3<Double>? {
    var shifted = self
    var shift = 1e-3 * max(abs(xx), abs(yy), abs(zz))
    guard shift.isFinite else { return nil }
    for _ in 0..<40 {
      if let root = shifted.root { return root.unwhitened(root.whitened(gradient)) }
      shifted = Symmetric3(
        xx: xx + shift, yy: yy + shift, zz: zz + shift, xy: xy, xz: xz, yz: yz)
      shift *= 2
    }
    return nil
  }
}

/// The lower triangle L of a positive definite matrix A = L Lᵀ of three rows.
struct Root3 {
  let xx, yx, zx, yy, zy, zz: Double

  /// Returns L⁻¹ v.
  func whitened(_ v: SIMD3<Double>) -> SIMD3<Double> {
    let x = v.x / xx
    let y = (v.y - yx * x) / yy
    return SIMD3(x, y, (v.z - zx * x - zy * y) / zz)
  }

  /// Returns L⁻ᵀ v, whose covariance is A⁻¹ if that of v is the unit matrix.
  func unwhitened(_ v: SIMD3<Double>) -> SIMD3<Double> {
    let z = v.z / zz
    let y = (v.y - zy * z) / yy
    return SIMD3((v.x - yx * y - zx * z) / xx, y, z)
  }
}
