import CHDF5

/// Creates the type of variable-length UTF-8 strings.
func stringType() throws(HDF5Error) -> Handle {
  let type = try Handle(H5Tcopy(ch5_c_s1()), closedBy: H5Tclose, "make a string type")
  try check(H5Tset_size(type.id, ch5_variable()), "make a string type")
  try check(H5Tset_cset(type.id, H5T_CSET_UTF8), "make a string type")
  return type
}

/// Throws if a string contains a NUL, at which libhdf5 would silently cut it.
func requireNoNUL(_ strings: [String], _ action: @autoclosure () -> String) throws(HDF5Error) {
  guard let i = strings.firstIndex(where: { $0.utf8.contains(0) }) else { return }
  throw HDF5Error(action(), message: "string \(i) contains a NUL")
}

/// Calls `body` with pointers to the strings' bytes, which are valid during the call only.
func withCStrings<R>(_ strings: [String], _ body: ([UnsafePointer<CChar>]) -> R) -> R {
  var bytes: [CChar] = []
  var offsets: [Int] = []
  for string in strings {
    offsets.append(bytes.count)
    bytes.append(contentsOf: string.utf8CString)
  }
  return bytes.withUnsafeBufferPointer { buffer in body(offsets.map { buffer.baseAddress! + $0 }) }
}
