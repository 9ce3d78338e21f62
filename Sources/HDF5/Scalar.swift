import CHDF5

/// A number that HDF5 stores: little-endian in the file on every processor, native in memory.
///
/// `Float`, `Double` and `Int` conform; no other type is meant to.
public protocol Scalar: BitwiseCopyable, Equatable, Sendable {
  /// The number zero, with which buffers are filled before a read.
  static var zero: Self { get }
  /// The type in the file, as an identifier of libhdf5.
  static var fileType: hid_t { get }
  /// The type in memory, as an identifier of libhdf5.
  static var memoryType: hid_t { get }
}

extension Float: Scalar {
  /// IEEE binary32, little-endian.
  public static var fileType: hid_t { ch5_ieee_f32le() }
  /// The processor's own `float`.
  public static var memoryType: hid_t { ch5_native_float() }
}

extension Double: Scalar {
  /// IEEE binary64, little-endian.
  public static var fileType: hid_t { ch5_ieee_f64le() }
  /// The processor's own `double`.
  public static var memoryType: hid_t { ch5_native_double() }
}

extension Int: Scalar {
  /// A signed 64-bit integer, little-endian.
  public static var fileType: hid_t { ch5_std_i64le() }
  /// The processor's own 64-bit integer.
  public static var memoryType: hid_t { ch5_native_int64() }
}

/// Throws unless a stored type is a number, and an integer if `T` is one.
func require<T: Scalar>(
  _ stored: hid_t, readableAs _: T.Type, _ action: @autoclosure () -> String
) throws(HDF5Error) {
  let (kind, wanted) = library { (H5Tget_class(stored), H5Tget_class(T.memoryType)) }
  guard kind == H5T_INTEGER || kind == H5T_FLOAT else {
    throw HDF5Error(action(), message: "it does not hold numbers")
  }
  guard kind == wanted || wanted == H5T_FLOAT else {
    throw HDF5Error(action(), message: "it holds floating-point numbers, not integers")
  }
}
