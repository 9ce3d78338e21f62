import CHDF5

/// Limits of what a reader accepts. A damaged or hostile file may declare any size, so sizes are
/// compared with these limits before memory is allocated.
///
/// Everything that a reader allocates for numbers and for references to strings is limited. The
/// text of a dataset's strings cannot exceed the size of the file. The length of a string attribute
/// is known to libhdf5 alone.
public enum ReadLimit {
  /// The most bytes of a file: 16 GiB.
  public static let file = 1 << 34
  /// The most bytes of an array in memory: 4 GiB.
  public static let array = 1 << 32
  /// The most bytes of an attribute: 16 MiB.
  public static let attribute = 1 << 24
  /// The most members of a group.
  public static let members = 1 << 16
  /// The most bytes of an array for each byte of its file; deflate expands by at most 1032.
  public static let expansion = 1100
}

/// Returns the number of elements of an array of this shape.
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

/// Returns the number of bytes that an array in the file of this object may have.
func arrayLimit(of object: hid_t) -> Int {
  library {
    let file = H5Iget_file_id(object)
    defer { H5Fclose(file) }
    var intent: UInt32 = 0
    var size: hsize_t = 0
    // A file that is being built holds what it declares in memory already.
    guard H5Fget_intent(file, &intent) >= 0, intent == ch5_acc_rdonly(),
      H5Fget_filesize(file, &size) >= 0
    else { return ReadLimit.array }
    return min(ReadLimit.array, ReadLimit.expansion * Int(min(size, 1 << 40)))
  }
}
