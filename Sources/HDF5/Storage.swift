import CHDF5

// Storage of values in the file, which the values themselves do not show.

extension Dataset {
  /// Whether values are stored exactly as this module writes those of `T`.
  ///
  /// - Throws: ``HDF5Error`` if the type cannot be read.
  public func stores<T: Scalar>(_: T.Type) throws(HDF5Error) -> Bool {
    let type = try Handle(H5Dget_type(id), closedBy: H5Tclose, "read the type of \(path)")
    return library { H5Tequal(type.id, T.fileType) > 0 }
  }

  /// Whether each chunk has a Fletcher-32 checksum, which libhdf5 checks whenever it reads the
  /// chunk.
  ///
  /// - Throws: ``HDF5Error`` if the list of filters cannot be read.
  public var isChecksummed: Bool {
    get throws(HDF5Error) {
      let list = try Handle(
        H5Dget_create_plist(id), closedBy: H5Pclose, "read the filters of \(path)")
      let count = try check(H5Pget_nfilters(list.id), "read the filters of \(path)")
      return library {
        (0..<UInt32(count)).contains { index in
          var (flags, values, settings) = (UInt32(0), 0, UInt32(0))
          return H5Pget_filter2(
            list.id, index, &flags, &values, nil, 0, nil, &settings) == H5Z_FILTER_FLETCHER32
        }
      }
    }
  }
}
