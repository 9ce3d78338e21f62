/// What files of this project say of whose they are.
package enum Project {
  /// The Swift package's name.
  package static let name = "CurseOfDetail"
  /// The version of the project, that of `CITATION.cff`.
  package static let version = "1.0.0"
  /// SPDX identifier of the licence of data and figures.
  package static let license = "CC-BY-4.0"
  /// SPDX identifier of the licence of the code.
  package static let codeLicense = "MIT"
  /// The number of the paper that the project is the companion of, at arXiv.
  private static let paper = "2512.04165"
  /// The paper as it is cited.
  package static let references = "arXiv:\(paper)"

  /// Where the paper can be read.
  package static let paperAddress = "https://arxiv.org/abs/\(paper)"

  /// Where the licence of data and figures can be read, ".../by/4.0/" of CC-BY-4.0.
  package static let licenseAddress: String = {
    let parts = license.lowercased().split(separator: "-")
    let (terms, version) = (parts.dropFirst().dropLast().joined(separator: "-"), parts.last!)
    return "https://creativecommons.org/licenses/\(terms)/\(version)/"
  }()
}

/// The version of everything that decides a bit of the simulated arrays: kernels, random numbers,
/// samplers, observables. It is part of every key; raising it makes every archive stale.
///
/// Where the arithmetic of some models alone changes, their layout has a higher number than this,
/// and only their archives become stale (`Layout.numericsVersion`).
package let numericsVersion = 2

/// The version of the drawn training sets, which stay what they are when samplers change. It is
/// raised only if the bits of the normals change.
package let dataVersion = 1

/// The version of the bytes in which the state of a part of a cell is kept until its cell is done.
/// It is raised when a state has other variables, or the same in another order.
package let stateVersion = 1
