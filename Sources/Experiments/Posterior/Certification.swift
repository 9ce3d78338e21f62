import Sampling
import Studies

/// What chains must show before their cell may be quoted as an equilibrium.
package enum Certification {
  /// The criterion for a kind of network: everything that is asked of a cell.
  static func words(for kind: NetworkKind) -> String {
    let others = kind.certifying
    let of = others.isEmpty ? "" : " of alignment, \(others.joined(separator: ", "))"
    return "Metropolis-adjusted chains, cold and planted, all of which moved, with "
      + "R-hat < \(Diagnostics.largestRHat.spelt)\(of) and ESS > \(Diagnostics.leastESS.spelt)"
  }

  /// The criterion in names of arrays.
  static func arrays(for kind: NetworkKind) -> String {
    "1 where chains are Metropolis-adjusted, cold and planted ones all moved, "
      + "alignment_ess > \(Diagnostics.leastESS.spelt) and "
      + (["alignment"] + kind.certifying)
      .map { "\(Layout.agreement(on: $0)) < \(Diagnostics.largestRHat.spelt)" }
      .joined(separator: " and ") + ", else 0"
  }
}
