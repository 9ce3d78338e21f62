import Sampling
import Studies

/// What chains must show before their cell may be quoted as an equilibrium: the words of
/// `sampler.certificate`.
///
/// Both ask for Metropolis-adjusted chains, cold and planted, all of which moved. What each part of
/// the rules catches was measured on attention heads: `docs/guide/certificates.md`.
package enum Certification: String, CaseIterable, Hashable, Sendable {
  /// Limits on the alignment, and on R̂ of what else the kind of network has to agree on.
  case usual
  /// The same limits on every observable that the kind of network archives, in bulk and tail, of
  /// two chains of each kind of start.
  case strict

  /// The least split-R̂ that is too large.
  package var largestRHat: Double { Diagnostics.largestRHat }

  /// The effective sample size that has to be exceeded: bulk for `usual`, bulk and tail for
  /// `strict`.
  package var leastESS: Double { Diagnostics.leastESS }

  /// The least number of chains of each kind of start.
  package var leastChains: Int { self == .strict ? 2 : 1 }

  /// Names of the arrays that are archived besides the usual ones.
  var archived: [String] { self == .strict ? [Layout.largestRHat, Layout.leastESS] : [] }

  /// The rule of results that have some arrays besides the usual ones.
  init(archiving names: [String]) {
    self = names.contains(Layout.largestRHat) ? .strict : .usual
  }
}

extension Certification {
  /// The criterion for a kind of network: everything that is asked of a cell.
  func words(for kind: NetworkKind) -> String {
    let limits = "R-hat < \(largestRHat.spelt)"
    let rest =
      switch self {
      case .usual:
        (kind.certifying.isEmpty
          ? "" : " of alignment, \(kind.certifying.joined(separator: ", "))")
          + " and ESS > \(leastESS.spelt)"
      case .strict:
        ", bulk and tail ESS > \(leastESS.spelt) of all of \(names(kind).joined(separator: ", "))"
      }
    return "Metropolis-adjusted chains, cold and planted, all of which moved, with " + limits + rest
  }

  /// The criterion in names of arrays.
  func arrays(for kind: NetworkKind) -> String {
    let limits: [String]
    switch self {
    case .usual:
      limits =
        ["alignment_ess > \(leastESS.spelt)"]
        + (["alignment"] + kind.certifying).map {
          "\(Layout.agreement(on: $0)) < \(largestRHat.spelt)"
        }
    case .strict:
      limits = [
        "\(Layout.largestRHat) < \(largestRHat.spelt)", "\(Layout.leastESS) > \(leastESS.spelt)",
      ]
    }
    return "1 where chains are Metropolis-adjusted, cold and planted ones all moved, "
      + limits.joined(separator: " and ") + ", else 0"
  }

  /// The observables that `strict` looks at.
  func names(_ kind: NetworkKind) -> [String] {
    ["alignment", "training_loss"] + kind.observables.map(\.name)
  }
}
