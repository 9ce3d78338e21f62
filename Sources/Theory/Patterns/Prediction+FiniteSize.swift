import Foundation

extension Prediction {
  /// The least energies of all patterns at given sizes.
  public struct FiniteSize: Sendable {
    /// The sizes, in the order of the architecture's.
    public let sizes: [Double]
    /// The minima, in the order of the prediction's patterns; `nil` if no parameters satisfy the
    /// bounds.
    public let minima: [Minimum?]
    /// The index of the pattern with the least energy.
    public let winner: Int
    /// The index of the pattern with the least energy above the winner's, if there is one.
    public let runnerUp: Int?
  }

  /// The least energy of a pattern, and where it is attained.
  public struct Minimum: Sendable {
    /// The least energy, without prefactors of order one.
    public let energy: Double
    /// A bound of the relative error of the energy, as a rule 1e-9. It is larger
    /// where many whole numbers of neurons in several layers are almost as good.
    public let relativeError: Double
    /// The free parameters at the minimum, as in "M1".
    public let parameters: [(name: String, value: Double)]
  }

  /// Returns the least energy of every pattern at given sizes, with whole numbers of specialised
  /// neurons, to ``Minimum/relativeError``. Prefactors of order one are left out, as in the
  /// energies themselves.
  ///
  /// - Parameter values: the sizes, in the order of the architecture's, each at least 1.
  /// - Throws: ``GeometricProgramError`` if a minimum is not reached or beyond double precision.
  public func minima(at values: [Double]) throws(GeometricProgramError) -> FiniteSize {
    precondition(values.count == architecture.sizes.count && values.allSatisfy { $0 >= 1 })
    let logarithms = values.map { log($0) }
    var minima: [Minimum?] = []
    var solved: [GeometricProgram: GeometricProgram.Minimum] = [:]
    for pattern in patterns {
      minima.append(
        try architecture.minimum(pattern.variants, logarithms: logarithms, &solved))
    }
    let energies = minima.map { $0?.energy ?? .infinity }
    let least = energies.min()!
    // Among equal ones the first in the order of the patterns wins.
    let winner = energies.firstIndex { $0 <= least * (1 + 1e-9) }!
    let runnerUp = energies.indices.filter { energies[$0] > least * (1 + 1e-9) }
      .min { energies[$0] < energies[$1] }.flatMap { energies[$0] < .infinity ? $0 : nil }
    return FiniteSize(sizes: values, minima: minima, winner: winner, runnerUp: runnerUp)
  }
}

extension Prediction {
  /// The point where the finite-size winner's energy meets the runner-up's as one size changes.
  public struct FiniteCrossing: Sendable {
    /// The name of the size that changes.
    public let size: String
    /// The size at the crossing.
    public let value: Double
    /// The ratio of the size at the crossing to the given size.
    public let ratio: Double
  }

  /// Returns the nearest crossing of winner and runner-up, as one size changes by up to 2²⁰ either
  /// way, to 1e-6. Among the sizes it takes the one that needs the least change; `nil` if there is
  /// no crossing.
  ///
  /// - Throws: ``GeometricProgramError`` if a minimum is not reached or beyond double precision.
  public func crossing(
    near finite: FiniteSize
  ) throws(GeometricProgramError) -> FiniteCrossing? {
    guard let runnerUp = finite.runnerUp else { return nil }
    let pair = [patterns[finite.winner], patterns[runnerUp]]
    var solved: [GeometricProgram: GeometricProgram.Minimum] = [:]
    /// Returns ln of the runner-up's energy over the winner's with one size times e^x; `nil` below
    /// size 1.
    func lead(_ size: Int, _ x: Double) throws(GeometricProgramError) -> Double? {
      var logarithms = finite.sizes.map { log($0) }
      logarithms[size] += x
      guard logarithms[size] >= 0 else { return nil }
      var energies: [Double] = []
      for pattern in pair {
        guard
          let minimum = try architecture.minimum(pattern.variants, logarithms: logarithms, &solved)
        else { return nil }
        energies.append(minimum.energy)
      }
      return log(energies[1] / energies[0])
    }
    var best: (distance: Double, crossing: FiniteCrossing)?
    for size in finite.sizes.indices.dropFirst() {
      for direction in [1.0, -1] {
        var inside = 0.0
        for step in 1...20 {
          let outside = Double(step) * log(2)
          if let best, inside >= best.distance { break }
          guard let value = try lead(size, direction * outside) else { break }
          guard value < 0 else {
            inside = outside
            continue
          }
          var (low, high) = (inside, outside)
          while high - low > 1e-7 {
            let middle = (low + high) / 2
            if try lead(size, direction * middle) ?? -1 >= 0 { low = middle } else { high = middle }
          }
          if best == nil || low < best!.distance {
            let ratio = exp(direction * low)
            best = (
              low,
              FiniteCrossing(
                size: architecture.sizes[size].name, value: finite.sizes[size] * ratio, ratio: ratio
              )
            )
          }
          break
        }
      }
    }
    return best?.crossing
  }
}

extension Architecture {
  /// Returns the least of several chains' minima; `nil` if no chain has parameters within its
  /// bounds.
  ///
  /// - Parameter solved: minima that are known already. Chains through layers of equal widths are
  ///   one program.
  fileprivate func minimum(
    _ chains: [Chain], logarithms: [Double],
    _ solved: inout [GeometricProgram: GeometricProgram.Minimum]
  ) throws(GeometricProgramError) -> Prediction.Minimum? {
    var best: Prediction.Minimum?
    for chain in chains {
      do {
        let minimum = try minimum(chain, logarithms: logarithms, &solved)
        if best == nil || minimum.energy < best!.energy { best = minimum }
      } catch {
        guard error == .infeasible else { throw error }
      }
    }
    return best
  }

  private func minimum(
    _ chain: Chain, logarithms: [Double],
    _ solved: inout [GeometricProgram: GeometricProgram.Minimum]
  ) throws(GeometricProgramError) -> Prediction.Minimum {
    let program = GeometricProgram(chain, logarithms: logarithms)
    let found: GeometricProgram.Minimum
    if let known = solved[program] {
      found = known
    } else {
      found = try program.minimum()
      solved[program] = found
    }
    var parameters: [(name: String, value: Double)] = []
    for (link, v) in zip(chain.links, found.parameters) {
      switch link.kind {
      case .specialization: parameters.append((parameterName(link), exp(v).rounded()))
      case .magnetization, .amplification: parameters.append((parameterName(link), exp(v)))
      case .attention:
        guard case .attention(let tokens) = layers[0] else { break }
        // The number of specialists is M = d²ε².
        let epsilon = exp(v / 2 - logarithms[0])
        parameters.append((parameterName(link), epsilon))
        parameters.append(("w", exp(logarithms[tokens] / 2) / epsilon))
      }
    }
    return Prediction.Minimum(
      energy: found.energy, relativeError: found.error, parameters: parameters)
  }
}
