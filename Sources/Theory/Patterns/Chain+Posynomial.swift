/// The energy of a chain in the paper's letters.
struct Posynomial: Sendable {
  /// The names of the sizes, then of the free parameters.
  let names: [String]
  /// The costs, each a monomial of the sizes and the parameters.
  let terms: [Monomial]

  var text: String { terms.map { $0.text(names) }.joined(separator: " + ") }
}

extension Architecture {
  /// Returns M, D, β or ε of a link, with the layer's number if there are several layers.
  func parameterName(_ link: Chain.Link) -> String {
    let number = layers.count > 1 ? "\(link.layer + 1)" : ""
    return switch link.kind {
    case .specialization: "M\(number)"
    case .magnetization: "beta\(number)"
    case .amplification: "D\(number)"
    case .attention: "epsilon"
    }
  }

  /// Returns the sum of costs before any minimisation.
  func posynomial(_ chain: Chain) -> Posynomial {
    let count = sizes.count + chain.links.count
    func wide(_ monomial: Monomial) -> Monomial {
      Monomial(
        monomial.exponents + [Rational](repeating: .zero, count: count - sizes.count))
    }
    func parameter(_ index: Int) -> Monomial {
      Monomial((0..<count).map { $0 == sizes.count + index ? .one : .zero })
    }
    func read(_ reading: Chain.Reading, _ s: Monomial) -> Monomial {
      reading.power * s + wide(reading.offset)
    }
    var s = wide(chain.source)
    var terms: [Monomial] = []
    for (index, link) in chain.links.enumerated() {
      let (width, incoming) = (wide(link.width), read(link.reading, s))
      switch link.kind {
      case .specialization, .magnetization: s = parameter(index) - width
      case .amplification: s = parameter(index) + incoming
      case .attention:
        // The number of specialists is M = d²ε².
        s = Rational(2) * (parameter(index) + wide(monomial(0))) - width
      }
      terms.append(width + s - incoming)
    }
    terms.append(wide(chain.readoutCost) - read(chain.readout, s))
    return Posynomial(names: sizes.map(\.name) + chain.links.map(parameterName), terms: terms)
  }

  /// Returns the free parameters as monomials of the sizes, from the logarithms of the eigenvalues
  /// that the links leave.
  func parameters(
    _ chain: Chain, _ eigenvalues: [Monomial]
  ) -> [(name: String, value: Monomial)] {
    var previous = chain.source
    var result: [(name: String, value: Monomial)] = []
    for (link, s) in zip(chain.links, eigenvalues) {
      switch link.kind {
      case .specialization, .magnetization:
        result.append((parameterName(link), s + link.width))
      case .amplification:
        result.append((parameterName(link), s - link.reading(previous)))
      case .attention:
        guard case .attention(let tokens) = layers[0] else { break }
        let half = Rational(1, 2)
        let epsilon = half * (s + link.width) - monomial(0)
        // An alignment of one has ε w = √L.
        result.append((parameterName(link), epsilon))
        result.append(("w", half * monomial(tokens) - epsilon))
      }
      previous = s
    }
    return result
  }
}
