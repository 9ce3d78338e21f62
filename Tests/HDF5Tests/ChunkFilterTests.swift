import CHDF5
import Foundation
import HDF5
import TestSupport
import Testing

/// Chunks filtered here equal those that libhdf5 filters itself, and stand where it puts them. The
/// whole file is the same, byte by byte.
@Suite struct ChunkFilterTests {
  /// Layouts of one chunk, of several that fit libhdf5's cache, and of more. Some have padding at
  /// the ends, rows of several chunks, or chunks that are not runs of values.
  static let layouts: [(shape: [Int], chunk: [Int]?)] = [
    ([1], nil), ([70_000], nil), ([400_001], nil), ([700, 4, 157], nil), ([3, 100_001], nil),
    ([5, 2, 70_000], nil), ([300, 700], [64, 99]), ([40, 30, 200], [16, 30, 64]),
    // This is a mebibyte in eight chunks of doubles, and one value more.
    ([131_072], [16_384]), ([131_073], [16_384]),
    // These take two slabs of about a million values.
    ([1_100_001], nil), ([4, 300_001], nil), ([1600, 700], nil),
  ]

  /// The expected sums follow the definition, word by word modulo 2¹⁶ − 1. There libhdf5 writes
  /// 65535 for 0 unless all words are 0.
  @Test func fletcher32() {
    var cases = [[], [0], [7], [0, 0, 0], [UInt8](repeating: 255, count: 1001), [255, 254, 0, 1]]
    cases += (0..<200).map { n in (0..<n).map { UInt8(truncatingIfNeeded: $0 * $0 &* 31 + n) } }
    cases.append((0..<3_000_001).map { UInt8(truncatingIfNeeded: $0 * 2_654_435_761 >> 16) })
    for bytes in cases {
      var sums = (0, 0)
      func added(_ a: Int, _ b: Int) -> Int { a + b > 65535 ? a + b - 65535 : a + b }
      for i in stride(from: 0, to: bytes.count, by: 2) {
        let word = Int(bytes[i]) << 8 + (i + 1 < bytes.count ? Int(bytes[i + 1]) : 0)
        sums.0 = added(sums.0, word)
        sums.1 = added(sums.1, sums.0)
      }
      #expect(FilteredChunk.fletcher32(bytes) == UInt32(sums.1 << 16 | sums.0), "\(bytes.count)")
    }
  }

  @Test(arguments: layouts)
  func filesAreThoseOfLibhdf5(_ shape: [Int], _ chunk: [Int]?) throws {
    try expectSame(samples(Float.self, count: shape.reduce(1, *)), shape, chunk)
    try expectSame(samples(Double.self, count: shape.reduce(1, *)), shape, chunk)
    // These values compress: small integers, and zeros only.
    try expectSame((0..<shape.reduce(1, *)).map { $0 % 1000 }, shape, chunk)
    try expectSame([Int](repeating: 0, count: shape.reduce(1, *)), shape, chunk)
  }

  func expectSame<T: Scalar>(_ values: [T], _ shape: [Int], _ chunk: [Int]?) throws {
    let whole = try image(shape) { root in
      try root.write(values, shape: shape, chunk: chunk, to: "x")
    }
    let dataset = whole.chunk
    let theirs = try image(shape) { root in
      let create = H5Pcreate(ch5_dataset_create())
      defer { H5Pclose(create) }
      H5Pset_chunk(create, Int32(shape.count), dataset)
      H5Pset_shuffle(create)
      H5Pset_deflate(create, 6)
      H5Pset_fletcher32(create)
      H5Pset_attr_creation_order(create, ch5_creation_order())
      H5Pset_obj_track_times(create, false)
      let space = H5Screate_simple(Int32(shape.count), shape.map(hsize_t.init), nil)
      defer { H5Sclose(space) }
      let access = H5Pcreate(ch5_dataset_access())
      defer { H5Pclose(access) }
      H5Pset_chunk_cache(access, 521, 1 << 20, 0.75)
      let id = H5Dcreate2(root.id, "x", T.fileType, space, ch5_default(), create, access)
      // A dataset that is opened a second time keeps its cache until both are closed.
      let made = try root.dataset("x")
      try #require(
        H5Dwrite(id, T.memoryType, ch5_all(), ch5_all(), ch5_default(), values) >= 0)
      H5Dclose(id)
      return made
    }
    // Comparing the bytes in the expectation would print their whole difference.
    let isSame = whole.bytes == theirs.bytes
    #expect(isSame, "\(T.self) \(shape)")
    guard chunk == nil else { return }
    let row = shape.dropFirst().reduce(1, *)
    let slabs = try image(shape) { root in
      try root.write(shape: shape, to: "x") { rows in
        Array(values[rows.lowerBound * row..<rows.upperBound * row])
      }
    }
    let isSameInSlabs = slabs.bytes == theirs.bytes
    #expect(isSameInSlabs, "\(T.self) \(shape) in slabs")
  }

  /// Returns the bytes of a file with one dataset, with attributes like those of study files, and
  /// another dataset behind it.
  func image(
    _ shape: [Int], _ make: (borrowing Group) throws -> Dataset
  ) throws -> (bytes: Data, chunk: [hsize_t]) {
    let file = try File()
    let root = try file.root()
    let scales = try shape.enumerated().map { axis, extent in
      try root.write(Array(0..<extent), shape: [extent], to: "axis \(axis)").makeScale("\(axis)")
      return "axis \(axis)"
    }
    let chunk = try fill()
    try root.write(["behind"], to: "behind")
    return (try file.image(), chunk)

    /// Fills the dataset and closes it.
    func fill() throws -> [hsize_t] {
      let dataset = try make(root)
      try dataset.setAttribute(
        "description", String(repeating: "long enough to matter ", count: 20))
      try dataset.attach(scales: scales, of: root)
      let list = H5Dget_create_plist(dataset.id)
      defer { H5Pclose(list) }
      var chunk = [hsize_t](repeating: 0, count: shape.count)
      try #require(H5Pget_chunk(list, Int32(chunk.count), &chunk) >= 0)
      return chunk
    }
  }
}
