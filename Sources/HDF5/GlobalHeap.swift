import CHDF5
import Foundation

// Variable-length strings stand in collections of a global heap, which have no checksum. libhdf5
// 1.10 trusts what it finds there. A wrong size makes it loop for ever, a wrong index read beyond
// its memory. So this file walks the collections before libhdf5 sees them. Their layout is that of
// the HDF5 File Format Specification, section III.E.

/// A collection of strings: the number of bytes of each, by its index.
struct HeapCollection {
  private(set) var sizes: [Int: Int] = [:]
  /// Whether indices ascend and free space stands at the end, as libhdf5 writes them. Gaps appear
  /// where it has deleted strings, as newer versions do when scales are attached.
  private(set) var isInOrder = true

  /// Reads the collection at an address; `nil` if it is missing or could make libhdf5 stumble.
  init?(in file: UnsafeRawBufferPointer, at address: Int) {
    guard address >= 0, address <= file.count - 16,
      file[address..<address + 8].elementsEqual(Self.signature)
    else { return nil }
    let size = file.integer(8, at: address + 8)
    guard (16...file.count - address).contains(size) else { return nil }
    var (place, last) = (address + 16, 0)
    let end = address + size
    // A rest that is too small for a head is free space.
    while place + 16 <= end {
      let (index, size) = (file.integer(2, at: place), file.integer(8, at: place + 8))
      // Index 0 marks free space, whose size includes its head.
      let need = index == 0 ? size : size < end ? 16 + (size + 7) / 8 * 8 : end
      guard need >= 16, need <= end - place else { return nil }
      if index > 0 {
        isInOrder = isInOrder && index > last
        last = index
        guard sizes.updateValue(size, forKey: index) == nil else { return nil }
      } else if place + need != end {
        isInOrder = false
      }
      place += need
    }
  }

  /// The first eight bytes of a collection: "GCOL", version 1, three zeros.
  static let signature: [UInt8] = [0x47, 0x43, 0x4f, 0x4c, 1, 0, 0, 0]
}

extension UnsafeRawBufferPointer {
  /// Returns a little-endian number of `count` bytes, or `Int.max` if it is larger.
  fileprivate func integer(_ count: Int, at place: Int) -> Int {
    let value = self[place..<place + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value) ?? .max
  }

  /// Whether addresses and sizes in this file have the form that `HeapCollection` reads: eight
  /// bytes each, counted from the file's first byte.
  fileprivate var isPlain: Bool {
    count >= 48 && self[0] == 0x89 && self[8] >= 2 && self[9] == 8 && self[10] == 8
      && integer(8, at: 12) == 0
  }
}

/// Throws unless every collection among a file's bytes is whole and in order.
func requireHeapsInOrder(_ bytes: Data, _ path: String) throws(HDF5Error) {
  guard bytes.withUnsafeBytes(\.isPlain) else {
    throw HDF5Error("open \(path)", message: "its form is not the one that is written here")
  }
  let broken: Int? = bytes.withUnsafeBytes { file in
    var place = 0
    while let found = file.firstIndex(of: HeapCollection.signature, from: place) {
      guard let heap = HeapCollection(in: file, at: found), heap.isInOrder else { return found }
      place = found + 16
    }
    return nil
  }
  if let broken {
    throw HDF5Error(
      "open \(path)", message: "the strings at byte \(broken) are damaged")
  }
}

extension Dataset {
  /// Throws unless every string that this dataset refers to is present, with the length that the
  /// reference states.
  func requireStrings(count: Int) throws(HDF5Error) {
    let action = "read \(path)"
    let offset = library { H5Dget_offset(id) }
    // Strings that this module writes are never chunked.
    guard let first = Int(exactly: offset) else { return }
    guard let bytes = try bytesOfFile() else { return }
    let broken: Int? = bytes.withUnsafeBytes { file in
      guard file.isPlain else { return nil }
      guard first <= file.count, count <= (file.count - first) / 16 else { return 0 }
      var heaps: [Int: HeapCollection] = [:]
      for i in 0..<count {
        // A reference is a length, the address of the collection, and the index in it.
        let place = first + 16 * i
        let (length, address) = (file.integer(4, at: place), file.integer(8, at: place + 4))
        if length == 0 { continue }
        if heaps[address] == nil { heaps[address] = HeapCollection(in: file, at: address) }
        guard heaps[address]?.sizes[file.integer(4, at: place + 12)] == length else { return i }
      }
      return nil
    }
    if let broken { throw HDF5Error(action, message: "string \(broken) is damaged") }
  }

  /// The bytes of the file that this dataset is in, which have to be used while it is open; `nil`
  /// if there is none to be read.
  private func bytesOfFile() throws(HDF5Error) -> Data? {
    var size: hsize_t = 0
    let image = library { ch5_image(id, &size).map { UInt(bitPattern: $0) } }
    if let place = image.flatMap({ UnsafeMutableRawPointer(bitPattern: $0) }) {
      return Data(bytesNoCopy: place, count: Int(size), deallocator: .none)
    }
    var name = [CChar](repeating: 0, count: 4097)
    try check(H5Fget_name(id, &name, name.count), "read \(path)")
    let file = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return try? Data(
      contentsOf: URL(fileURLWithPath: String(decoding: file, as: UTF8.self)),
      options: .alwaysMapped)
  }
}

extension UnsafeRawBufferPointer {
  /// Returns the first place at or after `place` where the pattern stands, or `nil`.
  fileprivate func firstIndex(of pattern: [UInt8], from place: Int) -> Int? {
    guard let base = baseAddress else { return nil }
    var place = place
    while place + pattern.count <= count,
      let found = memchr(base + place, Int32(pattern[0]), count - place - pattern.count + 1)
    {
      place = UnsafeRawPointer(found) - base
      if memcmp(base + place, pattern, pattern.count) == 0 { return place }
      place += 1
    }
    return nil
  }
}
