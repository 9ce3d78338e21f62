import CHDF5

// A dimension scale is a dataset that labels a dimension of others, as netCDF-4 and xarray expect.

extension Dataset {
  /// Makes this dataset the scale of a dimension called `name`.
  ///
  /// - Throws: ``HDF5Error``, also if the dataset already has scales of its own.
  public func makeScale(_ name: String) throws(HDF5Error) {
    try check(H5DSset_scale(id, name), "make \(path) a dimension scale")
  }

  /// Attaches one scale to each dimension, in order, and labels the dimension with the scale's
  /// name.
  ///
  /// - Parameters:
  ///   - names: names of datasets that are scales, one for each dimension, slowest first.
  ///   - group: the group in which the scales stand.
  /// - Throws: ``HDF5Error``, also if a scale is missing.
  public func attach(scales names: [String], of group: borrowing Group) throws(HDF5Error) {
    for (i, name) in names.enumerated() {
      let scale = try group.dataset(name)
      try check(H5DSattach_scale(id, scale.id, UInt32(i)), "attach scale \(name) to \(path)")
      try check(H5DSset_label(id, UInt32(i), name), "label dimension \(i) of \(path)")
    }
  }
}
