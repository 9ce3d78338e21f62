import CHDF5

// Dimension scales say which dataset labels which dimension, as netCDF-4 and xarray expect.

extension Dataset {
  /// Makes this dataset the scale of a dimension called `name`.
  public func makeScale(_ name: String) throws(HDF5Error) {
    try check(H5DSset_scale(id, name), "make \(path) a dimension scale")
  }

  /// Attaches scales to the dimensions in order, and labels each with the scale's name.
  public func attach(scales names: [String], of group: borrowing Group) throws(HDF5Error) {
    for (i, name) in names.enumerated() {
      let scale = try group.dataset(name)
      try check(H5DSattach_scale(id, scale.id, UInt32(i)), "attach scale \(name) to \(path)")
      try check(H5DSset_label(id, UInt32(i), name), "label dimension \(i) of \(path)")
    }
  }
}
