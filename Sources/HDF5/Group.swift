import CHDF5

/// A named collection of datasets and groups.
public struct Group: ~Copyable, AttributeOwner {
  let handle: Handle
  /// File and place, for messages.
  public let path: String
  public var id: hid_t { handle.id }

  init(in parent: hid_t, named name: String, path: String) throws(HDF5Error) {
    self.path = path
    handle = try Handle(H5Gopen2(parent, name, ch5_default()), closedBy: H5Gclose, "open \(path)")
  }

  private init(_ handle: consuming Handle, path: String) {
    self.handle = handle
    self.path = path
  }

  /// The group of this name.
  public func group(_ name: String) throws(HDF5Error) -> Group {
    try Group(in: id, named: name, path: "\(path):\(name)")
  }

  /// Makes a group, whose members keep the order in which they are made.
  public func createGroup(_ name: String) throws(HDF5Error) -> Group {
    let place = "\(path):\(name)"
    let create = try Handle(H5Pcreate(ch5_group_create()), closedBy: H5Pclose, "create \(place)")
    try keepOrderWithoutTimes(groups: create.id, "create \(place)")
    let made = try Handle(
      H5Gcreate2(id, name, ch5_default(), create.id, ch5_default()), closedBy: H5Gclose,
      "create \(place)")
    return Group(made, path: place)
  }

  /// Names of the members, in order of creation.
  public var names: [String] {
    get throws(HDF5Error) {
      var info = H5G_info_t()
      try check(H5Gget_info(id, &info), "list \(path)")
      guard info.nlinks <= ReadLimit.members else {
        throw HDF5Error("list \(path)", message: "it declares \(info.nlinks) members")
      }
      var names: [String] = []
      for index in 0..<info.nlinks {
        let length = try check(
          H5Lget_name_by_idx(
            id, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, index, nil, 0, ch5_default()),
          "list \(path)")
        var buffer = [CChar](repeating: 0, count: length + 1)
        try check(
          H5Lget_name_by_idx(
            id, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, index, &buffer, length + 1, ch5_default()),
          "list \(path)")
        let bytes = buffer.prefix(length).map(UInt8.init(bitPattern:))
        names.append(String(decoding: bytes, as: UTF8.self))
      }
      return names
    }
  }

  /// Whether there is a member of this name.
  public func contains(_ name: String) -> Bool {
    library { H5Lexists(id, name, ch5_default()) > 0 }
  }

  /// The dataset of this name.
  public func dataset(_ name: String) throws(HDF5Error) -> Dataset {
    try Dataset(in: id, named: name, path: "\(path):\(name)")
  }
}

/// Sets up a group that is to be created, or a file's root: members and attributes keep the order in
/// which they are made, and no times are stored.
func keepOrderWithoutTimes(groups create: hid_t, _ action: String) throws(HDF5Error) {
  try check(H5Pset_link_creation_order(create, ch5_creation_order()), action)
  try keepOrderWithoutTimes(create, action)
}

/// Sets up an object that is to be created: its attributes keep the order in which they are made,
/// and no times are stored.
func keepOrderWithoutTimes(_ create: hid_t, _ action: String) throws(HDF5Error) {
  try check(H5Pset_attr_creation_order(create, ch5_creation_order()), action)
  try check(H5Pset_obj_track_times(create, false), action)
}
