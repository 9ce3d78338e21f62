import CHDF5

// A file may name arrays that stand in other files, by links or by the storage of a dataset. No
// checksum of the file covers them, and reading them opens whatever file is named. So neither is
// followed.

/// Throws unless every link on the way to an object is a hard one, which cannot leave the file. A
/// missing object passes: opening it tells that.
func requireHardLinks(
  _ parent: hid_t, _ name: String, _ path: @autoclosure () -> String
) throws(HDF5Error) {
  var way = name.hasPrefix("/") ? "/" : ""
  for part in name.split(separator: "/") where part != "." {
    way += way.isEmpty || way == "/" ? part : "/\(part)"
    let type = library { ch5_link_type(parent, way) }
    if type < 0 { return }
    guard type == Int(H5L_TYPE_HARD.rawValue) else {
      let kind = type == Int(H5L_TYPE_SOFT.rawValue) ? "a soft" : "an external"
      throw HDF5Error(
        "open \(path())", message: "it is \(kind) link; expected an object of this file")
    }
  }
}

/// Throws unless a dataset's values stand in its own file.
func requireOwnValues(_ dataset: hid_t, _ path: @autoclosure () -> String) throws(HDF5Error) {
  let list = try Handle(
    H5Dget_create_plist(dataset), closedBy: H5Pclose, "read the storage of \(path())")
  let (layout, files) = library { (H5Pget_layout(list.id), H5Pget_external_count(list.id)) }
  guard layout != H5D_VIRTUAL, files <= 0 else {
    throw HDF5Error(
      "open \(path())", message: "its values stand in other files; expected them in this one")
  }
}
