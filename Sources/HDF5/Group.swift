import CHDF5

/// A named collection of datasets and groups.
public struct Group: ~Copyable, AttributeOwner {
  let handle: Handle
  /// File and place of the group, as error messages show them.
  public let path: String
  /// The identifier of the group in libhdf5, for calls that this module does not wrap.
  public var id: hid_t { handle.id }

  init(in parent: hid_t, named name: String, path: String) throws(HDF5Error) {
    try requireHardLinks(parent, name, path)
    let opened = try Handle(
      H5Gopen2(parent, name, ch5_default()), closedBy: H5Gclose, "open \(path)")
    handle = opened
    self.path = path
  }

  private init(_ handle: consuming Handle, path: String) {
    self.handle = handle
    self.path = path
  }

  /// Opens the group of this name. No soft or external link is followed.
  ///
  /// - Throws: ``HDF5Error`` if it is missing or damaged, or stands elsewhere.
  public func group(_ name: String) throws(HDF5Error) -> Group {
    try Group(in: id, named: name, path: "\(path):\(name)")
  }

  /// Creates a group, whose members keep the order in which they are made. For users of the
  /// library; the pipeline does not call it.
  ///
  /// - Throws: ``HDF5Error``, also if the name is taken.
  public func createGroup(_ name: String) throws(HDF5Error) -> Group {
    let place = "\(path):\(name)"
    let create = try Handle(H5Pcreate(ch5_group_create()), closedBy: H5Pclose, "create \(place)")
    try keepOrderWithoutTimes(groups: create.id, "create \(place)")
    let made = try Handle(
      H5Gcreate2(id, name, ch5_default(), create.id, ch5_default()), closedBy: H5Gclose,
      "create \(place)")
    return Group(made, path: place)
  }

  /// Names of the members: in order of creation where the file tells it, as files that are written
  /// here do, else sorted.
  ///
  /// - Throws: ``HDF5Error``, also if there are more than ``ReadLimit/members``.
  public var names: [String] {
    get throws(HDF5Error) {
      var info = H5G_info_t()
      try check(H5Gget_info(id, &info), "list \(path)")
      guard info.nlinks <= ReadLimit.members else {
        throw HDF5Error("list \(path)", message: "it declares \(info.nlinks) members")
      }
      var names: [String] = []
      // Files of other programs need not keep the order.
      let order = try isOrderKept ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME
      for index in 0..<info.nlinks {
        let length = try check(
          H5Lget_name_by_idx(
            id, ".", order, H5_ITER_INC, index, nil, 0, ch5_default()),
          "list \(path)")
        var buffer = [CChar](repeating: 0, count: length + 1)
        try check(
          H5Lget_name_by_idx(
            id, ".", order, H5_ITER_INC, index, &buffer, length + 1, ch5_default()),
          "list \(path)")
        let bytes = buffer.prefix(length).map(UInt8.init(bitPattern:))
        names.append(String(decoding: bytes, as: UTF8.self))
      }
      return names
    }
  }

  /// Whether the file tells in which order members were made.
  private var isOrderKept: Bool {
    get throws(HDF5Error) {
      let create = try Handle(H5Gget_create_plist(id), closedBy: H5Pclose, "list \(path)")
      var flags: UInt32 = 0
      try check(H5Pget_link_creation_order(create.id, &flags), "list \(path)")
      return flags != 0
    }
  }

  /// Whether the group has a member of this name.
  public func contains(_ name: String) -> Bool {
    library { H5Lexists(id, name, ch5_default()) > 0 }
  }

  /// Opens the dataset of this name. No soft or external link is followed.
  ///
  /// - Throws: ``HDF5Error`` if it is missing or damaged, or if its values stand elsewhere: behind
  ///   a link, in an external file, or in the sources of a virtual dataset.
  public func dataset(_ name: String) throws(HDF5Error) -> Dataset {
    try Dataset(in: id, named: name, path: "\(path):\(name)")
  }
}

/// Sets up the creation of a group, or of a file's root. Members and attributes keep the order in
/// which they are made, and no times are stored.
func keepOrderWithoutTimes(groups create: hid_t, _ action: String) throws(HDF5Error) {
  try check(H5Pset_link_creation_order(create, ch5_creation_order()), action)
  try keepOrderWithoutTimes(create, action)
}

/// Sets up the creation of an object. Its attributes keep the order in which they are made, and no
/// times are stored.
func keepOrderWithoutTimes(_ create: hid_t, _ action: String) throws(HDF5Error) {
  try check(H5Pset_attr_creation_order(create, ch5_creation_order()), action)
  try check(H5Pset_obj_track_times(create, false), action)
}
