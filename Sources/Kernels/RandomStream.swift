import KernelsGeneric

/// Random numbers that depend on a key and a step alone.
///
/// They are Philox4x32-10 (Salmon et al. 2011), counted by (index, step, purpose). Neither earlier
/// draws nor the thread that draws change them.
public struct RandomStream: Sendable {
  /// The key of the stream; streams of different keys are independent.
  public let key: UInt64
  private let normals: @Sendable (Int, UInt64, UInt64, KernelSet.MutableVectors) -> Void

  /// Creates a stream with a key, whose normals are made by the given kernels; all kernels give the
  /// same bits.
  public init(key: UInt64, kernels: KernelSet = .best) {
    self.key = key
    normals = kernels.standardNormals
  }

  /// Fills the buffer with independent standard normals of 32-bit resolution; the padding is zero.
  ///
  /// - Parameters:
  ///   - buffer: a buffer made by `normalBuffer(count:)`.
  ///   - step: the step of the stream; each gives other numbers.
  public func fill(_ buffer: borrowing AlignedBuffer, step: UInt64) {
    normals((buffer.count + 63) / 64, key, step, buffer.lanes)
    for i in buffer.count..<(16 * buffer.vectors) { buffer.floats[i] = 0 }
  }

  /// Returns a buffer with the room that `fill` needs, since normals come in blocks of 64.
  public static func normalBuffer(count: Int) -> AlignedBuffer {
    AlignedBuffer(count: count, slack: 64)
  }

  /// Returns `count` independent standard normals.
  public func standardNormals(count: Int, step: UInt64) -> [Float] {
    let buffer = Self.normalBuffer(count: count)
    fill(buffer, step: step)
    return buffer.values
  }

  /// Returns the four 32-bit words of the counter (index, step, `purpose`). Purpose 0 belongs to
  /// the normals, 1 to `uniform`, 2 to `integer`.
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

  /// Returns a uniform number of 53 bits in (0, 1]: the least is 2⁻⁵⁴. The greatest is 1, which
  /// comes from rounding, with probability 2⁻⁵³.
  public func uniform(step: UInt64, index: UInt32 = 0) -> Double {
    let w = words(index: index, step: step, purpose: 1)
    let bits = (UInt64(w.0) << 32 | UInt64(w.1)) >> 11
    return (Double(bits) + 0.5) * 0x1p-53
  }

  /// Returns a uniform integer in 0 ..< bound, for bounds far below 2³².
  public func integer(below bound: Int, step: UInt64, index: UInt32 = 0) -> Int {
    let w = words(index: index, step: step, purpose: 2)
    return Int((UInt64(w.0) &* UInt64(bound)) >> 32)
  }
}
