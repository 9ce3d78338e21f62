import Studies

/// What chains must show before their cell may be quoted as an equilibrium.
package enum Certification {
  /// The least split-R̂ that is too large, of the alignment and of what else chains must agree on.
  package static let largestRHat = 1.05
  /// The bulk effective sample size of the alignment that has to be exceeded.
  package static let leastESS = 100.0

  /// The criterion for a kind of network.
  static func words(for kind: NetworkKind) -> String {
    let others = kind.certifying
    let of = others.isEmpty ? "" : " of alignment, \(others.joined(separator: ", "))"
    return "R-hat < \(largestRHat.spelt)\(of) and ESS > \(leastESS.spelt)"
  }

  /// The criterion in names of arrays.
  static func arrays(for kind: NetworkKind) -> String {
    "1 where chains are Metropolis-adjusted, cold and planted ones all moved, "
      + "alignment_ess > \(leastESS.spelt) and "
      + (["alignment"] + kind.certifying)
      .map { "\(Schema.agreement(on: $0)) < \(largestRHat.spelt)" }
      .joined(separator: " and ") + ", else 0"
  }
}
