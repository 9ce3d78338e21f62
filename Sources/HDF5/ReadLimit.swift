import CHDF5

/// What is read at most. A damaged file, or one that is made to harm, may declare any size: it is held
/// against these before memory is taken for it.
///
/// - Everything that a reader allocates for numbers, and for the references to strings, is limited. The bytes
///   of strings are not beyond the size of the file, for datasets; the length of a string attribute is
///   known to libhdf5 alone.
public enum ReadLimit {
  /// Bytes of a file.
  public static let file = 1 << 34
  /// Bytes of an array.
  public static let array = 1 << 32
  /// Bytes of an attribute.
  public static let attribute = 1 << 24
  /// Members of a group.
  public static let members = 1 << 16
  /// Bytes of an array for each byte of its file: deflate makes no more than 1032.
  public static let expansion = 1100
}

/// The number of elements of an array of this shape.
///
/// - Throws: `HDF5Error` if it has more bytes than `limit`.
func count(
  of shape: [Int], bytesEach size: Int, limit: Int, _ action: @autoclosure () -> String
) throws(HDF5Error) -> Int {
  var bytes = size
  for extent in shape where extent != 0 {
    let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
    guard !overflow, product <= limit else {
      throw HDF5Error(
        action(),
        message:
          "it declares \(shape.map(String.init).joined(separator: " × ")) values, more than \(limit) bytes"
      )
    }
    bytes = product
  }
  return shape.contains(0) ? 0 : bytes / size
}

/// Bytes that an array in the file of this object may have.
func arrayLimit(of object: hid_t) -> Int {
  library {
    let file = H5Iget_file_id(object)
    defer { H5Fclose(file) }
    var intent: UInt32 = 0
    var size: hsize_t = 0
    // A file that is being built holds in memory what it declares.
    guard H5Fget_intent(file, &intent) >= 0, intent == ch5_acc_rdonly(),
      H5Fget_filesize(file, &size) >= 0
    else { return ReadLimit.array }
    return min(ReadLimit.array, ReadLimit.expansion * Int(min(size, 1 << 40)))
  }
}
