/// A fixed number of floats on a 64-byte boundary, zero at first.
///
/// Zeros pad it to whole vectors of sixteen, so that kernels need no scalar remainder.
public struct AlignedBuffer: ~Copyable {
  /// Number of floats, without the padding.
  public let count: Int
  /// Number of vectors of sixteen floats, with the padding.
  public let vectors: Int
  private let base: UnsafeMutableRawPointer

  /// Allocates a buffer of zeros.
  ///
  /// - Parameters:
  ///   - count: number of floats.
  ///   - slack: floats of room after the padding, for kernels that store whole vectors at unaligned
  ///     places.
  public init(count: Int, slack: Int = 0) {
    self.count = count
    vectors = (count + 15) / 16
    let floats = 16 * vectors + slack
    base = .allocate(byteCount: max(64, 4 * floats), alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: max(64, 4 * floats))
  }

  /// Allocates a buffer with the given values.
  public init(_ values: [Float], slack: Int = 0) {
    self.init(count: values.count, slack: slack)
    for (i, value) in values.enumerated() { floats[i] = value }
  }

  deinit { base.deallocate() }

  /// The storage as floats.
  public var floats: UnsafeMutablePointer<Float> { base.assumingMemoryBound(to: Float.self) }
  /// The storage as vectors.
  public var lanes: UnsafeMutablePointer<SIMD16<Float>> {
    base.assumingMemoryBound(to: SIMD16<Float>.self)
  }

  /// The float at an index, which is not checked.
  public subscript(i: Int) -> Float {
    get { floats[i] }
    nonmutating set { floats[i] = newValue }
  }

  /// The values, without the padding.
  public var values: [Float] { Array(UnsafeBufferPointer(start: floats, count: count)) }

  /// Copies the other buffer's values, of which there must be as many.
  public func copy(from other: borrowing AlignedBuffer) {
    precondition(other.count == count)
    lanes.update(from: other.lanes, count: vectors)
  }
}
