import CZlib
import Foundation
import Host

/// A zip file whose members are stored or deflated, read from its directory at the end.
///
/// Everything that the file says of itself is compared with its bytes before memory is allocated:
/// it may be cut, damaged or made to harm.
///
/// Source: PKWARE, "APPNOTE.TXT, .ZIP file format specification", 6.3.10, sections 4.3 and 4.5.
struct ZipArchive {
  /// Where the bytes are from, for messages.
  let path: String
  private let bytes: Data
  /// The members, in the order of the directory.
  let members: [Member]

  struct Member {
    let name: String
    fileprivate let method, flags: Int
    fileprivate let checksum: UInt32
    fileprivate let packed, size, header: Int
  }

  /// The most members.
  static let largestCount = 1 << 16
  /// The most bytes of a member.
  static let largestMember = 1 << 30
  /// The most bytes of a member for each of its bytes in the file, which deflate may reach.
  static let expansion = 1032

  /// Reads the directory.
  ///
  /// - Throws: `UserError` if the file is of another format, or damaged.
  init(_ bytes: Data, from path: String) throws {
    self.path = path
    self.bytes = bytes
    guard bytes.prefix(2).elementsEqual("PK".utf8) else {
      throw UserError("\(path): got a file in another format; expected one written by numpy.savez")
    }
    guard let end = Self.end(of: bytes) else {
      throw Self.damage(path, "no directory at its end")
    }
    guard end.count <= Self.largestCount else {
      throw Self.damage(path, "a directory of \(end.count) members")
    }
    var members: [Member] = []
    var place = end.start
    for index in 0..<end.count {
      guard let (member, next) = Self.member(of: bytes, at: place) else {
        throw Self.damage(path, "entry \(index + 1) of its directory")
      }
      members.append(member)
      place = next
    }
    guard Set(members.map(\.name)).count == members.count else {
      throw Self.damage(path, "two members of one name")
    }
    self.members = members
  }

  /// The bytes of a member.
  ///
  /// - Throws: `UserError` if they are damaged, encrypted, or packed by another method.
  func contents(of member: Member) throws -> Data {
    func damage(_ what: String) -> UserError {
      Self.damage(path, "\(what) of \(shown(member.name))")
    }
    guard member.flags & 1 == 0 else {
      throw UserError(
        "\(path): \(shown(member.name)) is encrypted; expected members without a password")
    }
    // The names and extra fields of the two heads may differ.
    guard bytes.number(4, at: member.header) == 0x0403_4b50,
      let name = bytes.number(2, at: member.header + 26),
      let extra = bytes.number(2, at: member.header + 28)
    else { throw damage("the head") }
    let first = member.header + 30 + name + extra
    guard member.size <= Self.largestMember, first <= bytes.count - member.packed else {
      throw damage("the size")
    }
    let packed = bytes[bytes.startIndex + first..<bytes.startIndex + first + member.packed]
    let contents: Data
    switch member.method {
    case 0:
      guard member.size == member.packed else { throw damage("the size") }
      contents = packed
    case 8:
      guard member.size <= Self.expansion * member.packed + 64 else { throw damage("the size") }
      guard let inflated = inflated(packed, to: member.size) else { throw damage("the data") }
      contents = inflated
    default:
      throw UserError(
        "\(path): \(shown(member.name)) is packed by method \(member.method); expected stored or deflated"
      )
    }
    guard checksum(of: contents) == member.checksum else { throw damage("the checksum") }
    return contents
  }

  private static func damage(_ path: String, _ what: String) -> UserError {
    UserError("\(path): damaged: \(what); expected an intact file written by numpy.savez")
  }
}

// MARK: - The directory

extension ZipArchive {
  /// The number of members and where the directory begins.
  private static func end(of bytes: Data) -> (count: Int, start: Int)? {
    // A comment of up to 65535 bytes may follow the 22 bytes of the record.
    let last = bytes.count - 22
    guard last >= 0 else { return nil }
    for place in stride(from: last, through: max(0, last - 0xffff), by: -1)
    where bytes.number(4, at: place) == 0x0605_4b50 {
      guard bytes.number(2, at: place + 20) == last - place,
        let count = bytes.number(2, at: place + 10), let start = bytes.number(4, at: place + 16)
      else { continue }
      if count < 0xffff, start < 0xffff_ffff { return (count, start) }
      // The numbers stand in the record of 64 bits, which a locator before this one finds.
      guard bytes.number(4, at: place - 20) == 0x0706_4b50,
        let record = bytes.number(8, at: place - 12), bytes.number(4, at: record) == 0x0606_4b50,
        let count = bytes.number(8, at: record + 32), let start = bytes.number(8, at: record + 48)
      else { return nil }
      return (count, start)
    }
    return nil
  }

  /// The entry at a place and where the next begins.
  private static func member(of bytes: Data, at place: Int) -> (Member, next: Int)? {
    guard bytes.number(4, at: place) == 0x0201_4b50, let flags = bytes.number(2, at: place + 8),
      let method = bytes.number(2, at: place + 10), let checksum = bytes.number(4, at: place + 16),
      var packed = bytes.number(4, at: place + 20), var size = bytes.number(4, at: place + 24),
      let name = bytes.number(2, at: place + 28), let extra = bytes.number(2, at: place + 30),
      let comment = bytes.number(2, at: place + 32), var header = bytes.number(4, at: place + 42)
    else { return nil }
    let begin = place + 46
    let next = begin + name + extra + comment
    guard next <= bytes.count else { return nil }
    // Numbers of 64 bits stand in the extra field 1, those alone that are full here.
    var field = begin + name
    while field + 4 <= begin + name + extra, let id = bytes.number(2, at: field),
      let length = bytes.number(2, at: field + 2)
    {
      if id == 1 {
        var value = field + 4
        func wide(_ number: inout Int) -> Bool {
          guard number == 0xffff_ffff else { return true }
          guard value + 8 <= field + 4 + length, let found = bytes.number(8, at: value) else {
            return false
          }
          number = found
          value += 8
          return true
        }
        guard wide(&size), wide(&packed), wide(&header) else { return nil }
      }
      field += 4 + length
    }
    guard packed <= bytes.count, header <= bytes.count else { return nil }
    let text = bytes[bytes.startIndex + begin..<bytes.startIndex + begin + name]
    return (
      Member(
        name: String(decoding: text, as: UTF8.self), method: method, flags: flags,
        checksum: UInt32(checksum), packed: packed, size: size, header: header),
      next
    )
  }
}

extension Data {
  /// A little-endian number of some bytes; `nil` beyond either end, or beyond 2⁴⁸.
  func number(_ size: Int, at place: Int) -> Int? {
    guard place >= 0, place <= count - size else { return nil }
    var number: UInt64 = 0
    for i in (0..<size).reversed() { number = number << 8 | UInt64(self[startIndex + place + i]) }
    return number < 1 << 48 ? Int(number) : nil
  }
}

// MARK: - zlib

/// The bytes that deflated ones unpack to; `nil` if they are damaged, or are not as many.
private func inflated(_ packed: Data, to size: Int) -> Data? {
  guard packed.count <= UInt32.max, size <= UInt32.max else { return nil }
  var stream = z_stream()
  guard cz_begin_inflating(&stream) == Z_OK else { return nil }
  defer { inflateEnd(&stream) }
  // One more, so that an empty result has a place too, and a longer one shows.
  var result = Data(count: size + 1)
  let status = packed.withUnsafeBytes { input in
    result.withUnsafeMutableBytes { output in
      stream.next_in = UnsafeMutablePointer(
        mutating: input.bindMemory(to: UInt8.self).baseAddress)
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.bindMemory(to: UInt8.self).baseAddress
      stream.avail_out = UInt32(output.count)
      return inflate(&stream, Z_FINISH)
    }
  }
  guard status == Z_STREAM_END, stream.avail_in == 0, stream.total_out == size else { return nil }
  return result.prefix(size)
}

/// The CRC-32 of some bytes.
func checksum(of bytes: Data) -> UInt32 {
  bytes.withUnsafeBytes { buffer in
    UInt32(crc32_z(0, buffer.bindMemory(to: UInt8.self).baseAddress, buffer.count))
  }
}
