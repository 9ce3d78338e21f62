import CHDF5

/// An object that can carry attributes: a ``Group`` or a ``Dataset``.
public protocol AttributeOwner: ~Copyable {
  /// The identifier of the object in libhdf5, for calls that this module does not wrap.
  var id: hid_t { get }
  /// File and place of the object, as error messages show them.
  var path: String { get }
}

extension AttributeOwner where Self: ~Copyable {
  /// Sets an attribute to one number.
  ///
  /// - Throws: ``HDF5Error``, also if the object already has an attribute of this name.
  public func setAttribute<T: Scalar>(_ name: String, _ value: T) throws(HDF5Error) {
    let space = try Handle(H5Screate(H5S_SCALAR), closedBy: H5Sclose, setting(name))
    try write(name, T.fileType, space.id) { H5Awrite($0, T.memoryType, [value]) }
  }

  /// Sets an attribute to a one-dimensional array of numbers.
  ///
  /// - Throws: ``HDF5Error``, also if the object already has an attribute of this name.
  public func setAttribute<T: Scalar>(_ name: String, _ values: [T]) throws(HDF5Error) {
    let space = try Handle(
      H5Screate_simple(1, [hsize_t(values.count)], nil), closedBy: H5Sclose, setting(name))
    try write(name, T.fileType, space.id) { H5Awrite($0, T.memoryType, values) }
  }

  /// Sets an attribute to a variable-length UTF-8 string.
  ///
  /// - Throws: ``HDF5Error``, also if the text contains a NUL or the object already has an
  ///   attribute of this name.
  public func setAttribute(_ name: String, _ text: String) throws(HDF5Error) {
    try requireNoNUL([text], setting(name))
    let space = try Handle(H5Screate(H5S_SCALAR), closedBy: H5Sclose, setting(name))
    let type = try stringType()
    let id = type.id
    try write(name, id, space.id) { attribute in
      withCStrings([text]) { H5Awrite(attribute, id, $0) }
    }
  }

  /// Whether the object has an attribute of this name.
  public func hasAttribute(_ name: String) -> Bool { library { H5Aexists(id, name) > 0 } }

  /// Returns the values of a numeric attribute; a scalar gives one value.
  ///
  /// - Throws: ``HDF5Error`` if the attribute is missing, does not hold numbers, holds
  ///   floating-point numbers where `T` is an integer, or is larger than ``ReadLimit/attribute``.
  public func attribute<T: Scalar>(_ name: String, as _: T.Type = T.self) throws(HDF5Error) -> [T] {
    let attribute = try open(name)
    let type = try Handle(H5Aget_type(attribute.id), closedBy: H5Tclose, reading(name))
    try require(type.id, readableAs: T.self, reading(name))
    let count = try count(of: attribute.id, name)
    _ = try HDF5.count(
      of: [count], bytesEach: MemoryLayout<T>.stride, limit: ReadLimit.attribute, reading(name))
    var values = [T](repeating: .zero, count: count)
    try check(H5Aread(attribute.id, T.memoryType, &values), reading(name))
    return values
  }

  /// Returns the text of an attribute that holds one variable-length string.
  ///
  /// - Throws: ``HDF5Error`` if the attribute is missing, or holds anything else.
  public func attribute(_ name: String) throws(HDF5Error) -> String {
    let attribute = try open(name)
    let stored = try Handle(H5Aget_type(attribute.id), closedBy: H5Tclose, reading(name))
    guard library({ H5Tis_variable_str(stored.id) > 0 }) else {
      throw HDF5Error(reading(name), message: "it is not a variable-length string")
    }
    let count = try count(of: attribute.id, name)
    guard count == 1 else {
      throw HDF5Error(reading(name), message: "it holds \(count) strings, not one")
    }
    let type = try stringType()
    let space = try Handle(H5Aget_space(attribute.id), closedBy: H5Sclose, reading(name))
    var pointer: [UnsafeMutablePointer<CChar>?] = [nil]
    defer { _ = library { H5Dvlen_reclaim(type.id, space.id, ch5_default(), &pointer) } }
    try check(H5Aread(attribute.id, type.id, &pointer), reading(name))
    return pointer[0].map { String(cString: $0) } ?? ""
  }

  private func setting(_ name: String) -> String { "set attribute \(name) of \(path)" }
  private func reading(_ name: String) -> String { "read attribute \(name) of \(path)" }

  private func open(_ name: String) throws(HDF5Error) -> Handle {
    try Handle(H5Aopen(id, name, ch5_default()), closedBy: H5Aclose, reading(name))
  }

  private func count(of attribute: hid_t, _ name: String) throws(HDF5Error) -> Int {
    let space = try Handle(H5Aget_space(attribute), closedBy: H5Sclose, reading(name))
    return Int(try check(H5Sget_simple_extent_npoints(space.id), reading(name)))
  }

  private func write(
    _ name: String, _ type: @autoclosure () -> hid_t, _ space: hid_t, _ body: (hid_t) -> herr_t
  ) throws(HDF5Error) {
    let attribute = try Handle(
      H5Acreate2(id, name, type(), space, ch5_default(), ch5_default()), closedBy: H5Aclose,
      setting(name))
    try check(body(attribute.id), setting(name))
  }
}
