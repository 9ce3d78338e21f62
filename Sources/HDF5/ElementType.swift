import CHDF5

/// The type of a dataset's elements, among those that this module writes.
public enum ElementType: String, Sendable {
  /// Numbers, or variable-length UTF-8 strings.
  case float32, float64, int64, string
}

extension Dataset {
  /// The type of the elements; `nil` if this module does not write it.
  ///
  /// - Throws: ``HDF5Error`` if the type cannot be read.
  public var elementType: ElementType? {
    get throws(HDF5Error) {
      let type = try Handle(H5Dget_type(id), closedBy: H5Tclose, "read the type of \(path)")
      return library {
        if H5Tis_variable_str(type.id) > 0 { return .string }
        // The first use of a type sets libhdf5 up, which is not for two threads at once.
        let types: [(hid_t, ElementType)] = [
          (Float.fileType, .float32), (Double.fileType, .float64), (Int.fileType, .int64),
        ]
        return types.first { H5Tequal(type.id, $0.0) > 0 }?.1
      }
    }
  }

  /// The label of each dimension, slowest first; a dimension scale has its own name as the only
  /// one.
  ///
  /// - Throws: ``HDF5Error`` if a label cannot be read.
  public var dimensionLabels: [String] {
    get throws(HDF5Error) {
      if library({ H5DSis_scale(id) > 0 }) {
        return [try text { H5DSget_scale_name(id, $0, $1) }]
      }
      var labels: [String] = []
      for dimension in try shape.indices {
        labels.append(try text { H5DSget_label(id, UInt32(dimension), $0, $1) })
      }
      return labels
    }
  }

  /// Returns a text that libhdf5 copies into a buffer, after asking it for the length.
  private func text(_ read: (UnsafeMutablePointer<CChar>?, Int) -> Int) throws(HDF5Error) -> String
  {
    let length = try check(read(nil, 0), "read a label of \(path)")
    var buffer = [CChar](repeating: 0, count: length + 1)
    try check(read(&buffer, length + 1), "read a label of \(path)")
    return String(decoding: buffer.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}
