import Foundation
import Host

/// gzip files.
package enum Gzip {
  /// The bytes as a gzip file of stored blocks, without compression, time or name.
  ///
  /// The samples are compressed already, so compressing them again would save a tenth; but what a
  /// compressor makes of the rest depends on its version, and an archive is to be the same bytes on
  /// every machine.
  package static func stored(_ bytes: Data) -> Data {
    var out = Data([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
    out.reserveCapacity(bytes.count + bytes.count / 10_000 + 64)
    var start = bytes.startIndex
    repeat {
      let end = min(start + 0xffff, bytes.endIndex)
      let length = UInt16(end - start)
      out.append(end == bytes.endIndex ? 1 : 0)
      for half in [length, ~length] { out += [UInt8(half & 0xff), UInt8(half >> 8)] }
      out += bytes[start..<end]
      start = end
    } while start < bytes.endIndex
    for word in [checksum(bytes), UInt32(truncatingIfNeeded: bytes.count)] {
      out += (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
    }
    return out
  }

  /// The bytes that a gzip file unpacks to, by gzip itself.
  ///
  /// - Throws: `UserError` if the file is in another format, is damaged, or unpacks to more than
  ///   `limit` bytes. At most that many are read.
  package static func unpacked(_ file: String, limit: Int) throws -> Data {
    guard FileManager.default.isReadableFile(atPath: file) else {
      throw UserError("\(file): cannot be read; expected an archive written by cod archive")
    }
    var gzip = try Program("gzip", ["-dc"], purpose: "expected it, to unpack \(file)")
    gzip.input = file
    gzip.outputLimit = limit
    let run = try gzip.run()
    guard run.output.count <= limit else {
      throw UserError("\(file): unpacks to more than \(limit) bytes; expected less", exitCode: 1)
    }
    guard run.succeeded else {
      throw UserError(
        "\(file): \(run.complaint); expected an archive written by cod archive", exitCode: 1)
    }
    return run.output
  }

  /// CRC-32, as in gzip and zip.
  private static func checksum(_ bytes: Data) -> UInt32 {
    let table: [UInt32] = (0..<256).map { byte in
      var word = UInt32(byte)
      for _ in 0..<8 { word = word & 1 == 1 ? 0xedb8_8320 ^ (word >> 1) : word >> 1 }
      return word
    }
    return bytes.withUnsafeBytes { buffer in
      var sum = ~UInt32(0)
      for byte in buffer { sum = table[Int((sum ^ UInt32(byte)) & 0xff)] ^ (sum >> 8) }
      return ~sum
    }
  }
}
