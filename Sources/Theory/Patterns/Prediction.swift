import Foundation

/// The pattern calculator's prediction for an architecture.
///
/// It lists every pattern, its energy before and after minimisation, and which one wins as d grows
/// (arXiv:2512.04165; rules of kernel propagation, patterns GP, GFL, Sp and Mag).
///
/// By the rules an eigenvalue after a layer is the largest of what the layer's own pattern and the
/// lazy propagation leave, λ′ = max(λ, λ₁^m, M/N). A pattern here is a chain: every link that
/// learns carries the target. Its eigenvalue is what the next one reads, even if the maximum would
/// be the lazy one's.
///
/// The least energy over all patterns is the same. A link that does not attain the maximum is paid
/// for without use, and the chain without it is a cheaper pattern of its own. So a pattern's own
/// minimum is that of networks in which all the layers it names take part. It also tells patterns
/// apart to which the maximum would give one energy.
public struct Prediction: Sendable {
  /// The network of the prediction.
  public let architecture: Architecture
  /// The patterns, best first.
  public let patterns: [Pattern]
  /// The pattern that wins as d grows; the samples needed grow with its energy.
  public var winner: Pattern { patterns[0] }
  /// The best pattern whose energy differs from the winner's at other sizes, if there is one.
  public let runnerUp: Pattern?
  /// The crossing of runner-up and winner, if there is one.
  public let crossing: Crossing?

  /// A pattern at its minimum.
  public struct Pattern: Sendable {
    let chain: Chain
    /// The chains of this name; which is best depends on the sizes.
    var variants: [Chain]
    /// The name, as in "Sp–Mag", with one word for each layer.
    public let name: String
    /// The energy before minimisation, as in "M1 d + beta2 N1/M1 + N2/beta2".
    public let energy: String
    /// The minimum as a monomial of the sizes.
    public let minimum: Monomial
    /// The exponent of the minimum in d, which is that of P*.
    public let exponent: Rational
    /// The free parameters at the minimum.
    public let parameters: [Parameter]
    /// The bounds that hold with equality there, as in "M1 >= 1".
    public let activeConstraints: [String]
    /// The layers, counted from one, that learn a feature.
    public let featureLayers: [Int]
  }

  /// A free parameter of a pattern at its minimum.
  public struct Parameter: Sendable {
    /// The name, as in "M1".
    public let name: String
    /// The value as a monomial of the sizes.
    public let value: Monomial
    /// The exponent of the value in d.
    public let exponent: Rational
  }

  /// The point where the winner's energy meets the runner-up's as one size changes.
  public struct Crossing: Sendable {
    /// The name of the size that changes; the others are fixed.
    public let size: String
    /// The exponent of this size in d at the crossing.
    public let exponent: Rational
  }

  /// Computes the prediction.
  ///
  /// *Complexity:* exponential in the depth up to five layers, thousands of chains. Deeper networks
  /// are enumerated up to three layers that learn, beyond eight layers up to two. Their winner over
  /// any number of learning layers is found by a search that does not enumerate.
  public init(_ architecture: Architecture) {
    self.architecture = architecture
    let scales = architecture.scales
    var chains = architecture.chains(
      limit: architecture.layers.count <= 5 ? 5 : architecture.layers.count <= 8 ? 3 : 2)
    if architecture.layers.count > 5 { chains.append(architecture.best) }
    var byName: [[Chain.Word]: Pattern] = [:]
    for chain in chains {
      let pattern = architecture.pattern(chain, at: scales)
      let known = byName[chain.name]
      if let known, !pattern.isBetter(than: known) {
        byName[chain.name]!.variants.append(chain)
      } else {
        byName[chain.name] = pattern
        byName[chain.name]!.variants += known?.variants ?? []
      }
    }
    let sorted = byName.values.sorted { $0.isBetter(than: $1) }
    patterns = sorted
    let first = TropicalProgram(chain: sorted[0].chain)
    runnerUp = sorted.dropFirst().first { pattern in
      pattern.exponent > sorted[0].exponent
        || Set(TropicalProgram(chain: pattern.chain).candidates.map(\.exponent))
          != Set(first.candidates.map(\.exponent)) && pattern.minimum != sorted[0].minimum
    }
    crossing = runnerUp.flatMap {
      architecture.crossing(of: sorted[0].chain, and: $0.chain, at: scales)
    }
  }
}

extension Prediction.Pattern {
  /// Whether this pattern ranks first: by lower energy, then fewer layers that learn, then distance
  /// from bounds, then the order GP, Mag, Sp, GFL.
  func isBetter(than other: Self) -> Bool {
    if exponent != other.exponent { return exponent < other.exponent }
    let (mine, theirs) = (featureLayers.count, other.featureLayers.count)
    if mine != theirs { return mine < theirs }
    let (bounds, otherBounds) = (activeConstraints.count, other.activeConstraints.count)
    if bounds != otherBounds { return bounds < otherBounds }
    func ranks(_ chain: Chain) -> [Int] {
      chain.name.map { Chain.Word.allCases.firstIndex(of: $0)! }
    }
    let (a, b) = (ranks(chain), ranks(other.chain))
    if a.reduce(0, +) != b.reduce(0, +) { return a.reduce(0, +) < b.reduce(0, +) }
    if a != b { return a.lexicographicallyPrecedes(b) }
    return chain.links.count < other.chain.links.count
  }
}

extension Architecture {
  func pattern(_ chain: Chain, at scales: [Rational]) -> Prediction.Pattern {
    let optimum = TropicalProgram(chain: chain).minimum(at: scales)
    let names = sizes.map(\.name)
    let bounds = optimum.active.map { index, isUpper -> String in
      let link = chain.links[index]
      let name = parameterName(link)
      switch link.kind {
      case .specialization, .magnetization:
        return isUpper ? "\(name) <= \(link.width.text(names))" : "\(name) >= 1"
      case .amplification:
        return isUpper ? "\(name) lambda <= 1" : "\(name) >= 1"
      case .attention: return isUpper ? "\(name) <= sqrt(L d)" : "\(name) >= 1/d"
      }
    }
    return Prediction.Pattern(
      chain: chain, variants: [chain], name: chain.name.map(\.rawValue).joined(separator: "–"),
      energy: posynomial(chain).text, minimum: optimum.energy, exponent: optimum.exponent,
      parameters: parameters(chain, optimum.eigenvalues).map {
        Prediction.Parameter(name: $0, value: $1, exponent: $1.exponent(at: scales))
      },
      activeConstraints: bounds,
      featureLayers: chain.name.indices.filter { chain.name[$0] != .gp }.map { $0 + 1 })
  }

  /// Returns the nearest value of one size's exponent, the others fixed, at which two chains have
  /// equal energies. Among the sizes it takes the one that needs the least change.
  func crossing(
    of a: Chain, and b: Chain, at scales: [Rational]
  ) -> Prediction.Crossing? {
    let (mine, theirs) = (
      TropicalProgram(chain: a).candidates, TropicalProgram(chain: b).candidates
    )
    func energy(_ candidates: [TropicalProgram.Candidate], _ scales: [Rational]) -> Rational {
      candidates.map { $0.exponent.exponent(at: scales) }.max()!
    }
    var best: (distance: Rational, crossing: Prediction.Crossing)?
    for size in sizes.indices.dropFirst() where sizes[size].exponent > .zero {
      var seen: Set<Rational> = []
      for f in mine {
        for g in theirs {
          let difference = f.exponent - g.exponent
          let slope = difference.exponents[size]
          guard slope != .zero else { continue }
          let change = -difference.exponent(at: scales) / slope
          let exponent = scales[size] + change
          guard exponent >= .zero, seen.insert(exponent).inserted else { continue }
          var there = scales
          there[size] = exponent
          guard energy(mine, there) == energy(theirs, there) else { continue }
          let distance = change < .zero ? -change : change
          if best == nil || distance < best!.distance {
            best = (
              distance, Prediction.Crossing(size: sizes[size].name, exponent: exponent)
            )
          }
        }
      }
    }
    return best?.crossing
  }
}
