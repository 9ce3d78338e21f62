/// One way for the target to become readable: a chain of links, each a layer that raises the
/// eigenvalue of the feature that the next one reads.
///
/// Kernel eigenvalues are followed in logarithms. Let s be the logarithm of the eigenvalue that a
/// link leaves, s′ that of the eigenvalue it reads, and ν = ln N. The link pays ln(cost) = ν + s −
/// s′. This is M/λ for M = Nλ_out specialised neurons or a magnetisation β = Nλ_out, and N D for an
/// amplification D = λ_out/λ.
///
/// Between links s′ = k s + b. Here k = m if a lazy layer forms He_m from the linear feature, and b
/// is a dilution by patches. The readout pays 1/λ. So the energy Σ cost is a posynomial with one
/// more term than there are free parameters.
struct Chain: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    /// M ≥ 1 neurons specialise at the cost M/λ, and leave M/N.
    case specialization
    /// The layer has a mean β along the feature, at the cost β/λ, and leaves β/N.
    case magnetization
    /// Gaussian feature learning with amplification D ≥ 1 costs N D, and leaves Dλ.
    case amplification
    /// An attention head with M = d²ε² costs M, and leaves M/(L d³).
    case attention
  }

  /// The feature that is read: s′ = k s + b.
  struct Reading: Hashable, Sendable {
    var power: Rational
    var offset: Monomial

    func callAsFunction(_ s: Monomial) -> Monomial { power * s + offset }
  }

  struct Link: Hashable, Sendable {
    let kind: Kind
    /// The index of its layer.
    let layer: Int
    /// The width ν.
    let width: Monomial
    /// The feature that it reads of the link before, or of the inputs.
    let reading: Reading
  }

  /// The pattern, with one word for each layer.
  let name: [Word]
  let links: [Link]
  /// The logarithm of the feature's eigenvalue in the inputs.
  let source: Monomial
  /// The feature that the readout reads of the last link, or of the inputs.
  let readout: Reading
  /// The logarithm of what the readout pays for an eigenvalue of one.
  let readoutCost: Monomial

  /// The pattern of one layer.
  enum Word: String, Hashable, Sendable, CaseIterable {
    /// A lazy layer, whose kernel is that of a Gaussian process.
    case gp = "GP"
    case magnetization = "Mag"
    case specialization = "Sp"
    case amplification = "GFL"
  }
}

extension Architecture {
  /// Returns every chain with at most `limit` links.
  func chains(limit: Int) -> [Chain] {
    let none = Monomial.one(sizes.count)
    let d = monomial(0)
    var found: [Chain] = []

    func readoutCost() -> Monomial {
      guard scaling == .meanField else { return none }
      switch layers.last! {
      case .dense(let width), .convolution(let width, _, _): return monomial(width)
      case .attention: return none
      }
    }
    func finish(
      _ words: [Chain.Word], _ links: [Chain.Link], _ source: Monomial, _ reading: Chain.Reading
    ) {
      found.append(
        Chain(
          name: words, links: links, source: source, readout: reading,
          readoutCost: readoutCost()))
    }

    /// Continues at layer `index` with what is read so far; `formed` says whether He_m is present.
    func extend(
      _ index: Int, _ words: [Chain.Word], _ links: [Chain.Link], _ source: Monomial,
      _ reading: Chain.Reading, formed: Bool
    ) {
      guard index < layers.count else {
        if formed { finish(words, links, source, reading) }
        return
      }
      let (width, dilution): (Monomial, Monomial)
      let canMagnetize: Bool
      switch layers[index] {
      case .dense(let size):
        (width, dilution, canMagnetize) = (monomial(size), none, formed && index > 0)
      case .convolution(let channels, _, let patches):
        (width, dilution, canMagnetize) = (monomial(channels), monomial(patches), false)
      case .attention: return
      }
      /// Continues with a reading: as it is and, if only the linear feature is present, also its
      /// m-th power.
      func go(
        _ word: Chain.Word, _ links: [Chain.Link], _ reading: Chain.Reading, power: Rational
      ) {
        let diluted = Chain.Reading(power: reading.power, offset: reading.offset - dilution)
        extend(index + 1, words + [word], links, source, diluted, formed: formed)
        if !formed {
          let raised = Chain.Reading(
            power: power * reading.power, offset: power * reading.offset - dilution)
          extend(index + 1, words + [word], links, source, raised, formed: true)
        }
      }
      let m = Rational(Int128(degree))
      go(.gp, links, reading, power: m)
      guard links.count < limit else { return }
      let fresh = Chain.Reading(power: .one, offset: none)
      func link(_ kind: Chain.Kind) -> [Chain.Link] {
        links + [Chain.Link(kind: kind, layer: index, width: width, reading: reading)]
      }
      // A specialised neuron computes He_m as well as the linear feature, so it takes no power.
      go(.specialization, link(.specialization), fresh, power: .one)
      go(.amplification, link(.amplification), fresh, power: m)
      if canMagnetize { go(.magnetization, link(.magnetization), fresh, power: .one) }
    }

    let plain = Chain.Reading(power: .one, offset: none)
    switch layers[0] {
    case .attention(let tokens):
      let width = Rational(3) * d + monomial(tokens)
      finish([.gp], [], -width, plain)
      let link = Chain.Link(
        kind: .attention, layer: 0, width: width, reading: plain)
      if limit > 0 { finish([.specialization], [link], none, plain) }
    case .convolution(_, let patch, _):
      extend(0, [], [], -monomial(patch), plain, formed: degree == 1)
    case .dense:
      extend(0, [], [], -d, plain, formed: degree == 1)
    }
    return found
  }
}
