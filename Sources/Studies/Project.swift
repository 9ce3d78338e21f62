/// What files of this project say of whose they are.
package enum Project {
  /// The Swift package's name.
  package static let name = "CurseOfDetail"
  /// SPDX identifier of the licence of data and figures.
  package static let license = "CC-BY-4.0"
  /// The paper that the project is the companion of.
  package static let references = "arXiv:2512.04165"
}

/// The version of everything that decides a bit of the simulated arrays: kernels, random numbers,
/// samplers, observables. It is part of every key; raising it makes every archive stale.
package let numericsVersion = 2

/// The version of the drawn training sets, which stay what they are when samplers change. It is
/// raised only if the bits of the normals change.
let dataVersion = 1
