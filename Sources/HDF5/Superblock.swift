import Foundation

/// Bytes of the superblock at the head of a file: signature, four bytes, four addresses of eight
/// bytes each, and the checksum of all these.
let superblockSize = 48

/// Turns the superblock of an open file into that of a closed one. The flag "open for writing" is
/// cleared, and the checksum, which covers it, is computed anew.
///
/// `H5Fget_file_image` clears the flag too, but before libhdf5 2.0 it leaves the old checksum. No
/// library then opens the image (HDFGroup/hdf5#1915).
func closeSuperblock(of bytes: inout Data) {
  let (version, flags, checksum) = (8, 11, 44)
  guard bytes.count >= superblockSize, bytes[version] >= 2 else { return }
  bytes[flags] = 0
  let sum = lookup3(bytes.prefix(checksum))
  for i in 0..<4 { bytes[checksum + i] = UInt8(truncatingIfNeeded: sum >> (8 * UInt32(i))) }
}

/// Returns the size of a file that its own superblock declares; `nil` if the bytes begin otherwise
/// than files that are written here.
package func declaredSize(of bytes: Data) -> Int? {
  let (version, offsetSize, end) = (8, 9, 28)
  let head = Array(bytes.prefix(superblockSize))
  guard head.count == superblockSize, head[0] == 0x89, head[version] >= 2, head[offsetSize] == 8
  else { return nil }
  return Int(exactly: head[end..<end + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
}

/// Returns the checksum of HDF5's metadata: `hashlittle` of Bob Jenkins' lookup3.c (2006), with
/// initial value 0.
func lookup3(_ bytes: some Collection<UInt8>) -> UInt32 {
  func rotate(_ x: UInt32, _ k: UInt32) -> UInt32 { x << k | x >> (32 - k) }

  var a = 0xdead_beef &+ UInt32(truncatingIfNeeded: bytes.count)
  var b = a
  var c = a
  var rest = bytes[...]
  /// Adds the next twelve bytes as little-endian words, with zeros beyond the end.
  func addWords() {
    var words: (UInt32, UInt32, UInt32) = (0, 0, 0)
    for (i, byte) in rest.prefix(12).enumerated() {
      let shifted = UInt32(byte) << (8 * UInt32(i % 4))
      switch i / 4 {
      case 0: words.0 |= shifted
      case 1: words.1 |= shifted
      default: words.2 |= shifted
      }
    }
    rest = rest.dropFirst(12)
    a &+= words.0
    b &+= words.1
    c &+= words.2
  }

  while rest.count > 12 {
    addWords()
    a = (a &- c) ^ rotate(c, 4)
    c &+= b
    b = (b &- a) ^ rotate(a, 6)
    a &+= c
    c = (c &- b) ^ rotate(b, 8)
    b &+= a
    a = (a &- c) ^ rotate(c, 16)
    c &+= b
    b = (b &- a) ^ rotate(a, 19)
    a &+= c
    c = (c &- b) ^ rotate(b, 4)
    b &+= a
  }
  guard !rest.isEmpty else { return c }
  addWords()
  c = (c ^ b) &- rotate(b, 14)
  a = (a ^ c) &- rotate(c, 11)
  b = (b ^ a) &- rotate(a, 25)
  c = (c ^ b) &- rotate(b, 16)
  a = (a ^ c) &- rotate(c, 4)
  b = (b ^ a) &- rotate(a, 14)
  c = (c ^ b) &- rotate(b, 24)
  return c
}
