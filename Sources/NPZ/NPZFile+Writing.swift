import Foundation

extension NPZFile {
  /// The bytes of a file with these arrays of single-precision numbers, stored without compression
  /// or time: the same arrays give the same bytes.
  package static func bytes(
    of arrays: [(name: String, shape: [Int], values: [Float])]
  ) -> Data {
    zip(arrays.map { ($0.name + ".npy", npy(shape: $0.shape, $0.values)) })
  }

  /// The bytes of an `.npy` file, of version 1.
  private static func npy(shape: [Int], _ values: [Float]) -> Data {
    precondition(shape.reduce(1, *) == values.count)
    let extents = shape.map { "\($0)" }.joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var head = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(extents)), }"
    // Numbers begin at a multiple of 64 bytes, after a line break.
    head += String(repeating: " ", count: (64 - (10 + head.utf8.count + 1) % 64) % 64) + "\n"
    var bytes = Data([0x93]) + Data("NUMPY".utf8) + Data([1, 0])
    bytes.append(number: head.utf8.count, bytes: 2)
    bytes += Data(head.utf8)
    for value in values { bytes.append(number: Int(value.bitPattern), bytes: 4) }
    return bytes
  }

  /// The bytes of a zip file with stored members, dated 1980-01-01.
  private static func zip(_ members: [(name: String, contents: Data)]) -> Data {
    var (body, directory) = (Data(), Data())
    for (name, contents) in members {
      precondition(body.count + contents.count < 0xffff_ffff)
      let header = body.count
      // What both heads say: version 2.0, no flags, stored, the date, checksum, sizes, the name's
      // length, no extra field.
      var shared = Data()
      for (number, size) in [
        (20, 2), (0, 2), (0, 2), (0, 2), (0x21, 2), (Int(checksum(of: contents)), 4),
        (contents.count, 4), (contents.count, 4), (name.utf8.count, 2), (0, 2),
      ] { shared.append(number: number, bytes: size) }
      body.append(number: 0x0403_4b50, bytes: 4)
      body += shared + Data(name.utf8) + contents
      directory.append(number: 0x0201_4b50, bytes: 4)
      directory.append(number: 20, bytes: 2)
      directory += shared
      // No comment, the first disk, no attributes.
      for size in [2, 2, 2, 4] { directory.append(number: 0, bytes: size) }
      directory.append(number: header, bytes: 4)
      directory += Data(name.utf8)
    }
    var end = Data()
    for (number, size) in [
      (0x0605_4b50, 4), (0, 2), (0, 2), (members.count, 2), (members.count, 2),
      (directory.count, 4), (body.count, 4), (0, 2),
    ] { end.append(number: number, bytes: size) }
    return body + directory + end
  }
}

extension Data {
  /// Appends a number of some bytes, little-endian.
  fileprivate mutating func append(number: Int, bytes: Int) {
    for i in 0..<bytes { append(UInt8(truncatingIfNeeded: number >> (8 * i))) }
  }
}
