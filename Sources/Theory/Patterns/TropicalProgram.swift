/// A linear program over the rationals, whose solution is the least energy of a chain at the level
/// of scales. It minimises the largest exponent among the costs, then the next largest, and so on,
/// over the logarithms of the free parameters. The chain's form gives a solution in closed form.
///
/// With a budget e for every cost, it is best for each link to leave the largest eigenvalue that e
/// affords: s(e) = min(0, e − ν + s′(e)), a minimum of functions p + q e. The readout and the lower
/// bounds M ≥ 1 and D ≥ 1 then give e ≥ a ratio for every such function, and the least e is the
/// largest of these ratios.
///
/// Each ratio is a monomial of the sizes. So the energy is a maximum of monomials known once for
/// all sizes: the dual vertices of the program.
struct TropicalProgram: Sendable {
  let chain: Chain

  /// A lower bound on e, and the costs that equal it where it is attained.
  struct Candidate: Hashable, Sendable {
    let exponent: Monomial
    /// The first of these costs, where the eigenvalue is known or at its upper bound.
    let origin: Int
    /// The last of these costs: the readout, or a link at its lower bound.
    let end: Int
    /// Whether the last is a lower bound; for an amplification it is D = 1 alone.
    let isBound: Bool
  }

  /// The candidates, the largest of which is the chain's energy exponent at any sizes.
  var candidates: [Candidate] {
    candidates(from: 0, known: chain.source, to: chain.links.count, cost: chain.readoutCost)
  }

  /// Returns the candidates for the links after `start`, whose s is known, up to a final cost − s′.
  private func candidates(
    from start: Int, known: Monomial, to end: Int, cost: Monomial
  ) -> [Candidate] {
    var found: [Candidate] = []
    // The eigenvalue is s(e) = min over pieces of p + q e.
    var pieces = [(origin: start, p: known, q: Rational.zero)]
    for index in start..<end {
      let link = chain.links[index]
      if link.kind == .amplification {
        found.append(
          Candidate(exponent: link.width, origin: index, end: index, isBound: true))
      }
      pieces = pieces.map {
        ($0.origin, link.reading($0.p) - link.width, .one + link.reading.power * $0.q)
      }
      if link.kind == .specialization || link.kind == .attention {
        // The bound M ≥ 1 is p + q e ≥ −ν.
        for piece in pieces {
          let exponent = (.one / piece.q) * (-link.width - piece.p)
          found.append(
            Candidate(exponent: exponent, origin: piece.origin, end: index, isBound: true))
        }
      }
      pieces.append((index + 1, Monomial.one(cost.exponents.count), .zero))
    }
    let reading = end == chain.links.count ? chain.readout : chain.links[end].reading
    for piece in pieces {
      let ratio = .one / (.one + reading.power * piece.q)
      found.append(
        Candidate(
          exponent: ratio * (cost - reading(piece.p)), origin: piece.origin, end: end,
          isBound: false))
    }
    return found
  }
}

extension TropicalProgram {
  /// The minimum at given sizes.
  struct Optimum: Sendable {
    /// The energy as a monomial.
    let energy: Monomial
    /// The exponent of the energy in d.
    let exponent: Rational
    /// The value s of each link, the logarithm of the eigenvalue that it leaves.
    let eigenvalues: [Monomial]
    /// The bounds that hold with equality: the link, and whether it is the upper one.
    let active: [(link: Int, isUpper: Bool)]
  }

  /// Returns the minimum at given sizes.
  ///
  /// - Parameter scales: the exponents ν of the sizes.
  func minimum(at scales: [Rational]) -> Optimum {
    var eigenvalues = [Monomial?](repeating: nil, count: chain.links.count)
    let energy = settle(
      from: 0, known: chain.source, to: chain.links.count, cost: chain.readoutCost, at: scales,
      &eigenvalues)
    let settled = eigenvalues.map { $0! }
    var active: [(link: Int, isUpper: Bool)] = []
    for (index, link) in chain.links.enumerated() {
      let s = settled[index].exponent(at: scales)
      let read = link.reading(index == 0 ? chain.source : settled[index - 1])
      switch link.kind {
      case .specialization, .attention:
        if s + link.width.exponent(at: scales) == .zero { active.append((index, false)) }
      case .amplification:
        if s == read.exponent(at: scales) { active.append((index, false)) }
      case .magnetization: break
      }
      if s == .zero && link.width.exponent(at: scales) > .zero { active.append((index, true)) }
    }
    return Optimum(
      energy: energy, exponent: energy.exponent(at: scales), eigenvalues: settled,
      active: active)
  }

  /// Fills in the eigenvalues after link `start` and returns the largest cost. It settles first
  /// what that cost forces, then the links before and after by themselves.
  @discardableResult
  private func settle(
    from start: Int, known: Monomial, to end: Int, cost: Monomial, at scales: [Rational],
    _ eigenvalues: inout [Monomial?]
  ) -> Monomial {
    let candidates = candidates(from: start, known: known, to: end, cost: cost)
    // Among equal candidates, the one that balances most costs is binding.
    let binding = candidates.map { ($0, $0.exponent.exponent(at: scales)) }.max {
      if $0.1 != $1.1 { return $0.1 < $1.1 }
      let lengths = [$0.0, $1.0].map { $0.end - $0.origin + ($0.isBound ? 0 : 1) }
      if lengths[0] != lengths[1] { return lengths[0] < lengths[1] }
      return $0.0.isBound && !$1.0.isBound
    }!.0
    if binding.isBound && chain.links[binding.end].kind == .amplification
      && binding.origin == binding.end
    {
      // D = 1 costs N and leaves the eigenvalue as it is, so the rest is a chain without this link.
      let index = binding.end
      let shorter = TropicalProgram(chain: chain.removing(index))
      var others = eigenvalues
      others.remove(at: index)
      shorter.settle(
        from: start, known: known, to: end - 1, cost: cost, at: scales, &others)
      let before = index == start ? known : others[index - 1]!
      others.insert(chain.links[index].reading(before), at: index)
      eigenvalues = others
      return binding.exponent
    }
    let zero = Monomial.one(cost.exponents.count)
    var s = binding.origin == start ? known : zero
    if binding.origin > start { eigenvalues[binding.origin - 1] = zero }
    let last = binding.isBound ? binding.end + 1 : binding.end
    for index in binding.origin..<last {
      let link = chain.links[index]
      s = binding.exponent - link.width + link.reading(s)
      eigenvalues[index] = s
    }
    if binding.origin > start {
      // The links before the one at its upper bound have to pay for it.
      let index = binding.origin - 1
      settle(
        from: start, known: known, to: index, cost: chain.links[index].width, at: scales,
        &eigenvalues)
    }
    if binding.isBound {
      settle(
        from: last, known: s, to: end, cost: cost, at: scales, &eigenvalues)
    }
    return binding.exponent
  }
}

extension Chain {
  /// Returns the chain without a link, where what follows reads through it.
  func removing(_ index: Int) -> Chain {
    let gone = links[index]
    func through(_ reading: Reading) -> Reading {
      Reading(
        power: reading.power * gone.reading.power,
        offset: reading.power * gone.reading.offset + reading.offset)
    }
    var rest = links
    rest.remove(at: index)
    var last = readout
    if index < rest.count {
      let next = rest[index]
      rest[index] = Link(
        kind: next.kind, layer: next.layer, width: next.width, reading: through(next.reading))
    } else {
      last = through(readout)
    }
    return Chain(name: name, links: rest, source: source, readout: last, readoutCost: readoutCost)
  }
}
