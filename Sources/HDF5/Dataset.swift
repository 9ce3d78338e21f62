import CHDF5
import Host

/// An array of numbers or strings with a shape.
public struct Dataset: ~Copyable, AttributeOwner {
  let handle: Handle
  /// File and place of the dataset, as error messages show them.
  public let path: String
  /// The identifier of the dataset in libhdf5, for calls that this module does not wrap.
  public var id: hid_t { handle.id }

  init(in parent: hid_t, named name: String, path: String) throws(HDF5Error) {
    try requireHardLinks(parent, name, path)
    let opened = try Handle(
      H5Dopen2(parent, name, ch5_default()), closedBy: H5Dclose, "open \(path)")
    try requireOwnValues(opened.id, path)
    handle = opened
    self.path = path
  }

  fileprivate init(_ handle: consuming Handle, path: String) {
    self.handle = handle
    self.path = path
  }

  /// Extents along each dimension, slowest first.
  ///
  /// - Throws: ``HDF5Error`` if they cannot be read, or an extent is beyond `Int`.
  public var shape: [Int] {
    get throws(HDF5Error) {
      let space = try Handle(H5Dget_space(id), closedBy: H5Sclose, "read the shape of \(path)")
      let rank = try check(H5Sget_simple_extent_ndims(space.id), "read the shape of \(path)")
      var extents = [hsize_t](repeating: 0, count: Int(rank))
      try check(
        H5Sget_simple_extent_dims(space.id, &extents, nil), "read the shape of \(path)")
      return try extents.map { extent throws(HDF5Error) in
        guard let extent = Int(exactly: extent) else {
          throw HDF5Error("read the shape of \(path)", message: "it declares \(extent) values")
        }
        return extent
      }
    }
  }

  /// Returns all values, in row-major order.
  ///
  /// - Throws: ``HDF5Error`` if a read fails or a chunk's checksum does. Also if the stored type is
  ///   not a number, if it is floating-point and `T` is an integer, or if the size is beyond
  ///   ``ReadLimit``.
  public func read<T: Scalar>(_: T.Type = T.self) throws(HDF5Error) -> [T] {
    try requireNumbers(T.self)
    var values = [T](repeating: .zero, count: try count(MemoryLayout<T>.stride))
    try check(
      H5Dread(id, T.memoryType, ch5_all(), ch5_all(), ch5_default(), &values), "read \(path)")
    return values
  }

  /// Returns the hyperslab that begins at `start` and has the extents `count`, in row-major order.
  ///
  /// - Parameters:
  ///   - start: first index along each dimension, slowest first.
  ///   - count: extent along each dimension.
  /// - Throws: ``HDF5Error`` as `read(_:)` does, and if the hyperslab reaches outside the shape.
  public func read<T: Scalar>(
    _: T.Type = T.self, start: [Int], count: [Int]
  ) throws(HDF5Error) -> [T] {
    try requireNumbers(T.self)
    let shape = try shape
    guard start.count == shape.count, count.count == shape.count,
      zip(shape, zip(start, count)).allSatisfy({ $1.0 >= 0 && $1.1 >= 0 && $1.1 <= $0 - $1.0 })
    else {
      throw HDF5Error(
        "read \(path)", message: "hyperslab \(start) + \(count) is outside shape \(shape)")
    }
    let size = try HDF5.count(
      of: count, bytesEach: MemoryLayout<T>.stride, limit: arrayLimit(of: id), "read \(path)")
    var values = [T](repeating: .zero, count: size)
    let extents = count.map(hsize_t.init)
    let space = try Handle(H5Dget_space(id), closedBy: H5Sclose, "read \(path)")
    try check(
      H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start.map(hsize_t.init), nil, extents, nil),
      "select from \(path)")
    let memory = try Handle(
      H5Screate_simple(Int32(extents.count), extents, nil), closedBy: H5Sclose, "read \(path)")
    try check(
      H5Dread(id, T.memoryType, memory.id, space.id, ch5_default(), &values), "read \(path)")
    return values
  }

  /// Returns all strings of a dataset of variable-length strings.
  ///
  /// - Throws: ``HDF5Error`` if the dataset holds anything else, if its size is beyond
  ///   ``ReadLimit``, or if a string is damaged.
  public func readStrings() throws(HDF5Error) -> [String] {
    let type = try Handle(H5Dget_type(id), closedBy: H5Tclose, "read \(path)")
    guard library({ H5Tis_variable_str(type.id) > 0 }) else {
      throw HDF5Error("read \(path)", message: "it does not hold variable-length strings")
    }
    let memory = try stringType()
    let space = try Handle(H5Dget_space(id), closedBy: H5Sclose, "read \(path)")
    let count = try count(MemoryLayout<UnsafePointer<CChar>>.stride)
    try requireStrings(count: count)
    var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
    defer { _ = library { H5Dvlen_reclaim(memory.id, space.id, ch5_default(), &pointers) } }
    try check(
      H5Dread(id, memory.id, ch5_all(), ch5_all(), ch5_default(), &pointers), "read \(path)")
    return pointers.map { $0.map { String(cString: $0) } ?? "" }
  }

  /// The number of values, checked against the read limit for values of this many bytes in memory.
  private func count(_ bytes: Int) throws(HDF5Error) -> Int {
    try HDF5.count(
      of: shape, bytesEach: bytes, limit: arrayLimit(of: id), "read \(path)")
  }

  /// Writes rows, a row being the values of one index of the slowest dimension. They must be whole
  /// chunks, or all rows that are left.
  fileprivate func write<T: Scalar>(
    _ values: [T], from first: Int, shape: [Int], chunk: [Int]
  ) throws(HDF5Error) {
    let row = shape.dropFirst().reduce(1, *)
    let count = values.count / row
    let direct = min(count, max(0, shape[0] - first - Self.cachedRows(T.self, shape, chunk)))
    try writeDirectly(values[..<(direct * row)], from: first, shape: shape, rows: chunk[0])
    if direct == count { return }
    let start = [hsize_t(first + direct)] + shape.dropFirst().map { _ in 0 }
    let extents = [hsize_t(count - direct)] + shape.dropFirst().map(hsize_t.init)
    let space = try Handle(H5Dget_space(id), closedBy: H5Sclose, "write \(path)")
    try check(
      H5Sselect_hyperslab(space.id, H5S_SELECT_SET, start, nil, extents, nil), "write \(path)")
    let memory = try Handle(
      H5Screate_simple(Int32(extents.count), extents, nil), closedBy: H5Sclose, "write \(path)")
    try check(
      values.withUnsafeBufferPointer {
        H5Dwrite(
          id, T.memoryType, memory.id, space.id, ch5_default(), $0.baseAddress! + direct * row)
      }, "write \(path)")
  }

  /// Writes whole chunks of `rows` rows each. All are filtered side by side, then written one after
  /// another.
  private func writeDirectly<T: Scalar>(
    _ values: ArraySlice<T>, from first: Int, shape: [Int], rows: Int
  ) throws(HDF5Error) {
    let size = rows * shape.dropFirst().reduce(1, *)
    let begins = Array(stride(from: 0, to: values.count, by: size))
    let chunks = parallelMap(begins, together: 1) { begin in
      values[begin..<(begin + size)].withUnsafeBytes {
        FilteredChunk($0, bytesEach: MemoryLayout<T>.size)
      }
    }
    for (i, chunk) in chunks.enumerated() {
      let offset = [hsize_t(first + i * rows)] + shape.dropFirst().map { _ in 0 }
      try check(
        H5Dwrite_chunk(id, ch5_default(), 0, offset, chunk.bytes.count, chunk.bytes),
        "write \(path)")
    }
  }

  /// Bytes of libhdf5's chunk cache for a dataset that is being written.
  fileprivate static let chunkCache = 1 << 20

  /// The number of rows at the end that are left to libhdf5, which filters on one thread.
  ///
  /// Its cache keeps a mebibyte of chunks until the dataset is closed, so these stand behind the
  /// attributes in the file. All rows are left to it if a row has several chunks, since the cache
  /// then has an order of its own.
  private static func cachedRows<T: Scalar>(_: T.Type, _ shape: [Int], _ chunk: [Int]) -> Int {
    guard shape.dropFirst() == chunk.dropFirst() else { return shape[0] }
    let cached = max(1, chunkCache / (chunk.reduce(1, *) * MemoryLayout<T>.size))
    let chunks = (shape[0] + chunk[0] - 1) / chunk[0]
    return shape[0] - max(0, chunks - cached) * chunk[0]
  }

  private func requireNumbers<T: Scalar>(_: T.Type) throws(HDF5Error) {
    let type = try Handle(H5Dget_type(id), closedBy: H5Tclose, "read the type of \(path)")
    try require(type.id, readableAs: T.self, "read \(path)")
  }
}

extension Group {
  /// Writes numbers as a new dataset.
  ///
  /// Values are stored little-endian, chunked, shuffled and deflated. Each chunk has a Fletcher-32
  /// checksum, and no times are stored.
  ///
  /// - Parameters:
  ///   - values: numbers in row-major order, as many as `shape` says.
  ///   - shape: extents, each positive, slowest first; at least one.
  ///   - chunk: extents of a chunk. By default chunks have at most 2¹⁶ values and split the slowest
  ///     dimensions first.
  ///   - name: name of the dataset in this group, which must be new.
  /// - Returns: the dataset, so that attributes and scales can be added.
  /// - Throws: ``HDF5Error``, also if values or chunk do not fit the shape.
  @discardableResult
  public func write<T: Scalar>(
    _ values: [T], shape: [Int], chunk: [Int]? = nil, to name: String
  ) throws(HDF5Error) -> Dataset {
    let place = "\(path):\(name)"
    guard !shape.isEmpty, shape.allSatisfy({ $0 > 0 }), shape.reduce(1, *) == values.count else {
      throw HDF5Error(
        "write \(place)", message: "\(values.count) values do not fill the shape \(shape)")
    }
    let chunk = chunk ?? defaultChunk(shape)
    let made = try create(T.self, shape: shape, chunk: chunk, name)
    try made.write(values, from: 0, shape: shape, chunk: chunk)
    return made
  }

  /// Writes numbers a slab at a time. The file is the same as if all values were written at once.
  ///
  /// - Parameters:
  ///   - shape: extents, each positive, slowest first; at least one.
  ///   - name: name of the dataset in this group, which must be new.
  ///   - rows: a function that returns the values of a range of indices of the slowest dimension,
  ///     in row-major order. It is called in ascending order, for slabs of about a million values.
  /// - Returns: the dataset, so that attributes and scales can be added.
  /// - Throws: ``HDF5Error``, or what `rows` throws.
  @discardableResult
  public func write<T: Scalar>(
    shape: [Int], to name: String, rows: (Range<Int>) throws -> [T]
  ) throws -> Dataset {
    let place = "\(path):\(name)"
    guard !shape.isEmpty, shape.allSatisfy({ $0 > 0 }) else {
      throw HDF5Error("write \(place)", message: "no values fill the shape \(shape)")
    }
    let chunk = defaultChunk(shape)
    let made = try create(T.self, shape: shape, chunk: chunk, name)
    let row = shape.dropFirst().reduce(1, *)
    // Slabs are whole chunks, so that each chunk is written once.
    let slab = chunk[0] * max(1, (1 << 20) / (row * chunk[0]))
    for first in stride(from: 0, to: shape[0], by: slab) {
      let count = min(slab, shape[0] - first)
      let values = try rows(first..<(first + count))
      guard values.count == count * row else {
        throw HDF5Error(
          "write \(place)", message: "\(values.count) values do not fill \(count) rows")
      }
      try made.write(values, from: first, shape: shape, chunk: chunk)
    }
    return made
  }

  /// Creates an empty dataset of numbers.
  private func create<T: Scalar>(
    _: T.Type, shape: [Int], chunk: [Int], _ name: String
  ) throws(HDF5Error) -> Dataset {
    let place = "\(path):\(name)"
    let create = try Handle(H5Pcreate(ch5_dataset_create()), closedBy: H5Pclose, "write \(place)")
    guard chunk.count == shape.count, zip(chunk, shape).allSatisfy({ 0 < $0 && $0 <= $1 }) else {
      throw HDF5Error("write \(place)", message: "no chunk \(chunk) fits the shape \(shape)")
    }
    let extents = chunk.map(hsize_t.init)
    try check(H5Pset_chunk(create.id, Int32(extents.count), extents), "write \(place)")
    try check(H5Pset_shuffle(create.id), "write \(place)")
    try check(H5Pset_deflate(create.id, FilteredChunk.deflateLevel), "write \(place)")
    try check(H5Pset_fletcher32(create.id), "write \(place)")
    try keepOrderWithoutTimes(create.id, "write \(place)")
    let space = try Handle(
      H5Screate_simple(Int32(shape.count), shape.map(hsize_t.init), nil), closedBy: H5Sclose,
      "write \(place)")
    // A set cache makes the bytes independent of the default of libhdf5's version.
    let access = try Handle(H5Pcreate(ch5_dataset_access()), closedBy: H5Pclose, "write \(place)")
    try check(
      H5Pset_chunk_cache(access.id, 521, Dataset.chunkCache, 0.75), "write \(place)")
    let made = try Handle(
      H5Dcreate2(id, name, T.fileType, space.id, ch5_default(), create.id, access.id),
      closedBy: H5Dclose, "write \(place)")
    return Dataset(made, path: place)
  }

  /// Writes a one-dimensional dataset of variable-length UTF-8 strings.
  ///
  /// HDF5 allows no checksum on them: the text stands in the file's global heap, and the dataset
  /// holds references to it.
  ///
  /// - Returns: the dataset, so that attributes and scales can be added.
  /// - Throws: ``HDF5Error``, also if a string contains a NUL.
  @discardableResult
  public func write(_ strings: [String], to name: String) throws(HDF5Error) -> Dataset {
    let place = "\(path):\(name)"
    try requireNoNUL(strings, "write \(place)")
    let type = try stringType()
    let create = try Handle(H5Pcreate(ch5_dataset_create()), closedBy: H5Pclose, "write \(place)")
    try keepOrderWithoutTimes(create.id, "write \(place)")
    let extents = [hsize_t(strings.count)]
    let space = try Handle(
      H5Screate_simple(1, extents, nil), closedBy: H5Sclose, "write \(place)")
    let made = try Handle(
      H5Dcreate2(id, name, type.id, space.id, ch5_default(), create.id, ch5_default()),
      closedBy: H5Dclose, "write \(place)")
    try check(
      withCStrings(strings) {
        H5Dwrite(made.id, type.id, ch5_all(), ch5_all(), ch5_default(), $0)
      }, "write \(place)")
    return Dataset(made, path: place)
  }
}

/// Returns the extents of chunks of at most 2¹⁶ values. They hold whole rows of the fastest
/// dimensions, and split from the slowest on.
private func defaultChunk(_ shape: [Int]) -> [Int] {
  var chunk = shape
  for i in chunk.indices {
    let rest = chunk[(i + 1)...].reduce(1, *)
    chunk[i] = min(chunk[i], max(1, 65536 / rest))
  }
  return chunk
}
