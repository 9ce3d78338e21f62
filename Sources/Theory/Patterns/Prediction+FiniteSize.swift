import Foundation

extension Prediction {
  /// The minima at given sizes.
  public struct FiniteSize: Sendable {
    /// The sizes in the order of the architecture's.
    public let sizes: [Double]
    /// In the order of the prediction's patterns; `nil` where no parameters satisfy the bounds.
    public let minima: [Minimum?]
    /// Index of the pattern with the least energy.
    public let winner: Int
  }

  /// A pattern's least energy and where it is attained.
  public struct Minimum: Sendable {
    public let energy: Double
    public let parameters: [(name: String, value: Double)]
  }

  /// The least energy of every pattern at given sizes, with whole numbers of specialised neurons, to
  /// 1e-9. Prefactors of order one are left out, as in the energies themselves.
  ///
  /// - Parameter values: in the order of the architecture's sizes, each at least 1.
  public func minima(at values: [Double]) throws(GeometricProgramError) -> FiniteSize {
    precondition(values.count == architecture.sizes.count && values.allSatisfy { $0 >= 1 })
    let logarithms = values.map { log($0) }
    var minima: [Minimum?] = []
    for pattern in patterns {
      var best: Minimum?
      for chain in pattern.variants {
        do {
          let minimum = try architecture.minimum(chain, logarithms: logarithms)
          if best == nil || minimum.energy < best!.energy { best = minimum }
        } catch {
          guard error == .infeasible else { throw error }
        }
      }
      minima.append(best)
    }
    let energies = minima.map { $0?.energy ?? .infinity }
    let least = energies.min()!
    // Of equal ones the simplest, which the order of the patterns at least puts together.
    let winner = energies.firstIndex { $0 <= least * (1 + 1e-9) }!
    return FiniteSize(sizes: values, minima: minima, winner: winner)
  }
}

extension Architecture {
  fileprivate func minimum(
    _ chain: Chain, logarithms: [Double]
  ) throws(GeometricProgramError) -> Prediction.Minimum {
    let found = try GeometricProgram(chain, logarithms: logarithms).minimum()
    var parameters: [(name: String, value: Double)] = []
    for (link, v) in zip(chain.links, found.parameters) {
      switch link.kind {
      case .specialization: parameters.append((parameterName(link), exp(v).rounded()))
      case .magnetization, .amplification: parameters.append((parameterName(link), exp(v)))
      case .attention:
        guard case .attention(let tokens) = layers[0] else { break }
        // M = d²ε².
        let epsilon = exp(v / 2 - logarithms[0])
        parameters.append((parameterName(link), epsilon))
        parameters.append(("w", exp(logarithms[tokens] / 2) / epsilon))
      }
    }
    return Prediction.Minimum(energy: found.energy, parameters: parameters)
  }
}
