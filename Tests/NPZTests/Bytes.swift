import CZlib
import Foundation

/// Bytes of files, made by hand.
extension Data {
  /// A little-endian number.
  static func number(_ value: Int, _ size: Int) -> Data {
    Data((0..<size).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) })
  }

  /// An `.npy` file: a head of the given text and these bytes of numbers.
  static func npy(_ head: String, _ body: Data, version: UInt8 = 1) -> Data {
    Data([0x93]) + Data("NUMPY".utf8) + Data([version, 0])
      + number(head.utf8.count, version == 1 ? 2 : 4) + Data(head.utf8) + body
  }

  /// The numbers' bytes, little-endian or big-endian.
  static func numbers<T>(_ values: [T], bigEndian: Bool = false) -> Data {
    values.reduce(into: Data()) { data, value in
      let bytes = Swift.withUnsafeBytes(of: value) { [UInt8]($0) }
      data += bigEndian ? bytes.reversed() : bytes
    }
  }

  /// A zip file.
  static func zip(_ members: [Member], comment: String = "") -> Data {
    var (body, directory) = (Data(), Data())
    for member in members {
      let packed = member.isDeflated ? deflated(member.contents) : member.contents
      let method = member.method ?? (member.isDeflated ? 8 : 0)
      let sum = member.checksum ?? Int(crc32_z(0, [UInt8](member.contents), member.contents.count))
      // What stands in the head of 64 bits is full in that of 32.
      let wide = number(member.contents.count, 8) + number(packed.count, 8)
      let extra = member.isWide ? number(1, 2) + number(16, 2) + wide : Data()
      let sizes =
        member.isWide
        ? number(0xffff_ffff, 4) + number(0xffff_ffff, 4)
        : number(packed.count, 4) + number(member.size ?? member.contents.count, 4)
      let shared =
        number(20, 2) + number(member.flags, 2) + number(method, 2) + number(0, 4) + number(sum, 4)
        + sizes + number(member.name.utf8.count, 2) + number(extra.count, 2)
      let header = body.count
      body += number(0x0403_4b50, 4) + shared + Data(member.name.utf8) + extra + packed
      directory +=
        number(0x0201_4b50, 4) + number(20, 2) + shared + number(0, 2 + 2 + 2 + 4)
        + number(header, 4) + Data(member.name.utf8) + extra
    }
    return body + directory + number(0x0605_4b50, 4) + number(0, 4) + number(members.count, 2)
      + number(members.count, 2) + number(directory.count, 4) + number(body.count, 4)
      + number(comment.utf8.count, 2) + Data(comment.utf8)
  }

  /// What a zip file says of a member: all of it true unless told otherwise.
  struct Member {
    let name: String
    let contents: Data
    var isDeflated = false
    var isWide = false
    var flags = 0
    var method: Int?
    var checksum: Int?
    var size: Int?
  }

  /// The bytes deflated, without the two bytes before and the four after that zlib adds.
  private static func deflated(_ bytes: Data) -> Data {
    var length = compressBound(UInt(bytes.count))
    var buffer = [UInt8](repeating: 0, count: Int(length))
    precondition(compress(&buffer, &length, [UInt8](bytes), UInt(bytes.count)) == Z_OK)
    return Data(buffer[2..<Int(length) - 4])
  }
}

extension String {
  /// The head of an `.npy` file.
  static func head(_ type: String, _ shape: String, fortran: Bool = false) -> String {
    "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), 'shape': \(shape), }\n"
  }
}
