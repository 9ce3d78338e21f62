extension Architecture {
  /// The chain of least energy over any number of layers that learn, at any depth.
  ///
  /// With a budget e for every cost, what a layer can leave of the linear feature and of the target
  /// grows with what it reads. So the best of each is found layer by layer. From a known chain, the
  /// budget is lowered by a hair until no chain affords it. Each step gives the exact energy of
  /// another chain, so the last one is the best.
  var best: Chain {
    let scales = scales
    if case .attention = layers[0] {
      return chains(limit: 1).min {
        pattern($0, at: scales).exponent < pattern($1, at: scales).exponent
      }!
    }
    var chain = chains(limit: 0)[0]
    var energy = pattern(chain, at: scales).exponent
    // Energies are ratios of small numbers; two that differ do so by more than this.
    let hair = Rational(1, 1_000_000_000)
    while let better = affordable(energy - hair) {
      let found = pattern(better, at: scales).exponent
      guard found < energy else { break }
      (chain, energy) = (better, found)
    }
    return chain
  }

  /// Returns the chain that leaves the largest eigenvalue of the target at a budget for every cost;
  /// `nil` if the readout is too expensive.
  private func affordable(_ budget: Rational) -> Chain? {
    let scales = scales
    /// A feature, followed up to some layer.
    struct State {
      var s: Rational
      var source: Chain
      var reading: Chain.Reading
    }
    let none = Monomial.one(sizes.count)
    let plain = Chain.Reading(power: .one, offset: none)
    let template = chains(limit: 0)[0]
    let start = State(
      s: template.source.exponent(at: scales),
      source: Chain(
        name: [], links: [], source: template.source, readout: plain,
        readoutCost: template.readoutCost), reading: plain)
    var linear: State? = degree == 1 ? nil : start
    var target: State? = degree == 1 ? start : nil
    for (index, layer) in layers.enumerated() {
      let (width, dilution): (Monomial, Monomial)
      switch layer {
      case .dense(let size): (width, dilution) = (monomial(size), none)
      case .convolution(let channels, _, let patches):
        (width, dilution) = (monomial(channels), monomial(patches))
      case .attention: return nil
      }
      let nu = width.exponent(at: scales)
      let loss = dilution.exponent(at: scales)
      /// Returns what a state may become, before a power or a dilution.
      func moves(_ state: State, magnetizes: Bool) -> [(state: State, canRise: Bool)] {
        func lazy() -> State {
          var next = state
          next.source = next.source.extended(.gp, nil)
          return next
        }
        func linked(_ kind: Chain.Kind, _ word: Chain.Word, _ s: Rational) -> State {
          let link = Chain.Link(kind: kind, layer: index, width: width, reading: state.reading)
          return State(s: s, source: state.source.extended(word, link), reading: plain)
        }
        var result = [(state: lazy(), canRise: true)]
        let raised = min(.zero, budget - nu + state.s)
        if raised >= -nu {
          result.append((linked(.specialization, .specialization, raised), false))
        }
        if magnetizes { result.append((linked(.magnetization, .magnetization, raised), false)) }
        if budget >= nu { result.append((linked(.amplification, .amplification, raised), true)) }
        return result
      }
      func diluted(_ state: State, power: Rational) -> State {
        State(
          s: power * state.s - loss, source: state.source,
          reading: Chain.Reading(
            power: power * state.reading.power,
            offset: power * state.reading.offset - dilution))
      }
      var (nextLinear, nextTarget): ([State], [State]) = ([], [])
      if let state = linear {
        for move in moves(state, magnetizes: false) {
          nextLinear.append(diluted(move.state, power: .one))
          let power = move.canRise ? Rational(Int128(degree)) : .one
          nextTarget.append(diluted(move.state, power: power))
        }
      }
      if let state = target {
        for move in moves(state, magnetizes: index > 0) {
          nextTarget.append(diluted(move.state, power: .one))
        }
      }
      linear = nextLinear.max { $0.s < $1.s }
      target = nextTarget.max { $0.s < $1.s }
    }
    guard let target,
      template.readoutCost.exponent(at: scales) - target.s <= budget
    else { return nil }
    return Chain(
      name: target.source.name, links: target.source.links, source: target.source.source,
      readout: target.reading, readoutCost: template.readoutCost)
  }
}

extension Chain {
  /// Returns the chain with one more layer, and its link if it learns.
  fileprivate func extended(_ word: Word, _ link: Link?) -> Chain {
    Chain(
      name: name + [word], links: links + (link.map { [$0] } ?? []), source: source,
      readout: readout, readoutCost: readoutCost)
  }
}

extension Architecture {
  /// The exponent of the least energy over any number of layers that learn. It is found by the
  /// search that serves networks too deep to enumerate. For users of the library; the pipeline does
  /// not call it.
  public var leastExponent: Rational { pattern(best, at: scales).exponent }
}
