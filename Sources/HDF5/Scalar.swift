import CHDF5

/// A number that HDF5 stores: little-endian in the file whatever the processor, native in memory.
public protocol Scalar: BitwiseCopyable, Equatable, Sendable {
  static var zero: Self { get }
  static var fileType: hid_t { get }
  static var memoryType: hid_t { get }
}

extension Float: Scalar {
  public static var fileType: hid_t { ch5_ieee_f32le() }
  public static var memoryType: hid_t { ch5_native_float() }
}

extension Double: Scalar {
  public static var fileType: hid_t { ch5_ieee_f64le() }
  public static var memoryType: hid_t { ch5_native_double() }
}

extension Int: Scalar {
  public static var fileType: hid_t { ch5_std_i64le() }
  public static var memoryType: hid_t { ch5_native_int64() }
}

/// Throws unless a stored type is a number, and one without a fraction if `T` is.
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
