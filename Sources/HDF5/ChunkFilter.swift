import CZlib

/// A chunk's bytes as they stand in a file: shuffled, deflated, with a Fletcher-32 checksum at the
/// end. They equal what libhdf5's own filters make. Unlike libhdf5, this runs on several threads at
/// once.
///
/// Source: the HDF5 file format's filters 2, 1 and 3.
package struct FilteredChunk: Sendable {
  let bytes: [UInt8]

  static let deflateLevel: UInt32 = 6

  /// Filters the values of one chunk.
  ///
  /// - Parameters:
  ///   - values: bytes of the values, in row-major order.
  ///   - size: bytes of one value.
  init(_ values: UnsafeRawBufferPointer, bytesEach size: Int) {
    let shuffled = [UInt8](unsafeUninitializedCapacity: values.count) { buffer, filled in
      let count = values.count / size
      for byte in 0..<size {
        for i in 0..<count { buffer[byte * count + i] = values[i * size + byte] }
      }
      filled = values.count
    }
    var bytes = Self.deflated(shuffled)
    let sum = Self.fletcher32(bytes)
    for shift in stride(from: 0, to: 32, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: sum >> shift))
    }
    self.bytes = bytes
  }

  private static func deflated(_ bytes: [UInt8]) -> [UInt8] {
    let room = compressBound(uLong(bytes.count))
    return [UInt8](unsafeUninitializedCapacity: Int(room) + 4) { buffer, filled in
      var length = room
      let status = compress2(
        buffer.baseAddress, &length, bytes, uLong(bytes.count), Int32(deflateLevel))
      precondition(status == Z_OK, "zlib has no memory")
      filled = Int(length)
    }
  }

  /// Returns the Fletcher-32 checksum: sums of big-endian two-byte words modulo 2¹⁶ − 1. A sum is
  /// written as 2¹⁶ − 1 rather than 0, unless all words are 0.
  package static func fletcher32(_ bytes: [UInt8]) -> UInt32 {
    var (a, b) = (UInt64(0), UInt64(0))
    bytes.withUnsafeBufferPointer { bytes in
      var i = 0
      while i < bytes.count {
        // This many words cannot overflow the sums.
        let end = min(bytes.count, i + 1 << 20)
        while i + 1 < end {
          a &+= UInt64(bytes[i]) << 8 | UInt64(bytes[i + 1])
          b &+= a
          i += 2
        }
        if i < end {
          a &+= UInt64(bytes[i]) << 8
          b &+= a
          i += 1
        }
        (a, b) = (folded(a), folded(b))
      }
    }
    return UInt32(b) << 16 | UInt32(a)

    func folded(_ sum: UInt64) -> UInt64 { sum == 0 ? 0 : (sum - 1) % 0xFFFF + 1 }
  }
}
