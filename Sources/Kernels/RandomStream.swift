import KernelsGeneric

/// Random numbers that depend on a key and a step alone: Philox4x32-10 (Salmon et al. 2011) counted
/// by (index, step, purpose), never by what was drawn before or by whom.
public struct RandomStream: Sendable {
  public let key: UInt64
  private let normals: @Sendable (Int, UInt64, UInt64, KernelSet.MutableVectors) -> Void

  public init(key: UInt64, kernels: KernelSet = .best) {
    self.key = key
    normals = kernels.standardNormals
  }

  /// Fills the buffer with independent standard normals of 32-bit resolution; the padding is zero.
  ///
  /// - Parameter buffer: made with `normalBuffer(count:)`.
  public func fill(_ buffer: borrowing AlignedBuffer, step: UInt64) {
    normals((buffer.count + 63) / 64, key, step, buffer.lanes)
    for i in buffer.count..<(16 * buffer.vectors) { buffer.floats[i] = 0 }
  }

  /// A buffer with the room that `fill` needs: normals come in blocks of 64.
  public static func normalBuffer(count: Int) -> AlignedBuffer {
    AlignedBuffer(count: count, slack: 64)
  }

  /// `count` independent standard normals.
  public func standardNormals(count: Int, step: UInt64) -> [Float] {
    let buffer = Self.normalBuffer(count: count)
    fill(buffer, step: step)
    return buffer.values
  }

  /// The four 32-bit words of counter (index, step, `purpose`): purpose 0 belongs to the normals.
  public func words(index: UInt32, step: UInt64, purpose: UInt32) -> (
    UInt32, UInt32, UInt32, UInt32
  ) {
    var c = (
      index, UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step >> 32), purpose
    )
    var k = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    for _ in 0..<10 {
      let p0 = UInt64(0xD251_1F53) * UInt64(c.0)
      let p1 = UInt64(0xCD9E_8D57) * UInt64(c.2)
      c = (
        UInt32(p1 >> 32) ^ c.1 ^ k.0, UInt32(truncatingIfNeeded: p1),
        UInt32(p0 >> 32) ^ c.3 ^ k.1, UInt32(truncatingIfNeeded: p0)
      )
      k.0 &+= 0x9E37_79B9
      k.1 &+= 0xBB67_AE85
    }
    return c
  }

  /// Uniform in (0, 1), 53 bits.
  public func uniform(step: UInt64, index: UInt32 = 0) -> Double {
    let w = words(index: index, step: step, purpose: 1)
    let bits = (UInt64(w.0) << 32 | UInt64(w.1)) >> 11
    return (Double(bits) + 0.5) * 0x1p-53
  }

  /// Uniform in 0 ..< bound, for bounds far below 2³².
  public func integer(below bound: Int, step: UInt64, index: UInt32 = 0) -> Int {
    let w = words(index: index, step: step, purpose: 2)
    return Int((UInt64(w.0) &* UInt64(bound)) >> 32)
  }
}
