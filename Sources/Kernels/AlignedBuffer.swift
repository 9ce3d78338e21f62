/// A fixed number of floats, zero at first, on a 64-byte boundary and padded with zeros to whole
/// vectors of sixteen, so that kernels need no scalar remainder.
public struct AlignedBuffer: ~Copyable {
  /// Number of floats, padding excluded.
  public let count: Int
  /// Number of vectors of sixteen floats, padding included.
  public let vectors: Int
  private let base: UnsafeMutableRawPointer

  /// - Parameters:
  ///   - count: number of floats. - slack: floats of room after the padding, for kernels that store
  ///     whole vectors at unaligned places.
  public init(count: Int, slack: Int = 0) {
    self.count = count
    vectors = (count + 15) / 16
    let floats = 16 * vectors + slack
    base = .allocate(byteCount: max(64, 4 * floats), alignment: 64)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: max(64, 4 * floats))
  }

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

  public subscript(i: Int) -> Float {
    get { floats[i] }
    nonmutating set { floats[i] = newValue }
  }

  /// The values, padding excluded.
  public var values: [Float] { Array(UnsafeBufferPointer(start: floats, count: count)) }

  /// Takes over the other buffer's values; both have the same count.
  public func copy(from other: borrowing AlignedBuffer) {
    precondition(other.count == count)
    lanes.update(from: other.lanes, count: vectors)
  }
}
