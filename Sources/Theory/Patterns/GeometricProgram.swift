import Foundation

/// The least energy of a chain at given finite sizes: a geometric program, convex in the logarithms
/// v of M, β and D, with whole numbers of specialised neurons by branch and bound.
struct GeometricProgram: Hashable {
  /// a·v + b.
  private struct Affine: Hashable {
    var slopes: [Double]
    var offset: Double

    func callAsFunction(_ v: [Double]) -> Double {
      zip(slopes, v).reduce(offset) { $0 + $1.0 * $1.1 }
    }
  }

  private let kinds: [Chain.Kind]
  /// ν of each link.
  private let widths: [Double]
  /// Logarithms of the costs.
  private let costs: [Affine]
  /// ln of the eigenvalues that the links leave.
  private let eigenvalues: [Affine]

  /// The minimum.
  struct Minimum: Sendable {
    /// ln M, ln β or ln D of each link.
    var parameters: [Double]
    var energy: Double
  }

  /// - Parameter logarithms: of the sizes.
  init(_ chain: Chain, logarithms: [Double]) {
    func value(_ monomial: Monomial) -> Double { monomial.exponent(at: logarithms) }
    let count = chain.links.count
    kinds = chain.links.map(\.kind)
    widths = chain.links.map { value($0.width) }
    var s = Affine(slopes: .init(repeating: 0, count: count), offset: value(chain.source))
    func read(_ reading: Chain.Reading) -> Affine {
      let power = reading.power.double
      return Affine(
        slopes: s.slopes.map { power * $0 }, offset: power * s.offset + value(reading.offset))
    }
    var (costs, eigenvalues): ([Affine], [Affine]) = ([], [])
    for (index, link) in chain.links.enumerated() {
      let incoming = read(link.reading)
      var own = Affine(slopes: .init(repeating: 0, count: count), offset: widths[index])
      own.slopes[index] = 1
      if link.kind == .amplification {
        costs.append(own)
        s = incoming
        s.slopes[index] += 1
      } else {
        costs.append(
          Affine(
            slopes: zip(own.slopes, incoming.slopes).map { $0 - $1 }, offset: -incoming.offset))
        s = Affine(slopes: own.slopes, offset: -widths[index])
      }
      eigenvalues.append(s)
    }
    let last = read(chain.readout)
    costs.append(
      Affine(slopes: last.slopes.map { -$0 }, offset: value(chain.readoutCost) - last.offset))
    self.costs = costs
    self.eigenvalues = eigenvalues
  }

  /// The minimum with integer M ≥ 1, to 1e-9 relative: the barrier method ends with a duality gap of
  /// 1e-10, and branches that cannot be better are cut.
  ///
  /// - Throws: `GeometricProgramError` if the chain has no parameters within the bounds, as an
  ///   amplification of an eigenvalue above one, or Newton's method fails.
  func minimum() throws(GeometricProgramError) -> Minimum {
    var best: Minimum?
    var stack = [
      kinds.indices.map { i -> ClosedRange<Double> in
        switch kinds[i] {
        case .specialization, .attention: 0...max(0, widths[i])
        // D λ ≤ 1 bounds D; energies diverge long before β ends.
        case .amplification: 0...1e4
        case .magnetization: -1e4...widths[i]
        }
      }
    ]
    while let bounds = stack.popLast() {
      let relaxed: Minimum
      do { relaxed = try continuous(bounds) } catch {
        if error == .infeasible { continue }
        throw error
      }
      if let best, relaxed.energy >= best.energy * (1 - 1e-10) { continue }
      let fractional = kinds.indices.first { i in
        guard kinds[i] == .specialization && bounds[i].lowerBound < bounds[i].upperBound else {
          return false
        }
        let count = exp(relaxed.parameters[i])
        // Of more than 50 000, rounding one changes the energy by less than 1e-9.
        return abs(count - count.rounded()) > max(1e-6, 1e-5 * count)
      }
      guard let i = fractional else {
        best = relaxed
        continue
      }
      let count = exp(relaxed.parameters[i])
      let (below, above) = (log(count.rounded(.down)), log(count.rounded(.up)))
      var (low, high) = (bounds, bounds)
      if below >= bounds[i].lowerBound { low[i] = bounds[i].lowerBound...below }
      if above <= bounds[i].upperBound { high[i] = above...bounds[i].upperBound }
      if low != bounds { stack.append(low) }
      if high != bounds { stack.append(high) }
    }
    guard let best else { throw .infeasible }
    return best
  }

  /// The continuous minimum within bounds: ln Σ cost plus a logarithmic barrier, by damped Newton steps
  /// while the barrier's weight falls.
  private func continuous(
    _ bounds: [ClosedRange<Double>]
  ) throws(GeometricProgramError) -> Minimum {
    // A start inside, and the coordinates that are not free.
    var v = [Double](repeating: 0, count: kinds.count)
    var free: [Int] = []
    var inequalities: [Affine] = []
    for i in kinds.indices {
      var range = bounds[i]
      if kinds[i] == .amplification {
        let room = -eigenvalues[i](v)
        guard room > -1e-9 else { throw .infeasible }
        range = 0...max(0, room)
      }
      guard range.upperBound - range.lowerBound > 1e-9 else {
        v[i] = range.lowerBound
        continue
      }
      free.append(i)
      v[i] =
        kinds[i] == .magnetization
        ? range.upperBound - 1 : (range.lowerBound + range.upperBound) / 2
      var own = Affine(slopes: .init(repeating: 0, count: kinds.count), offset: 0)
      own.slopes[i] = 1
      own.offset = -range.lowerBound
      inequalities.append(own)
      if kinds[i] == .amplification {
        inequalities.append(
          Affine(
            slopes: eigenvalues[i].slopes.map { -$0 }, offset: -eigenvalues[i].offset))
      } else {
        own.slopes[i] = -1
        own.offset = range.upperBound
        inequalities.append(own)
      }
    }
    // At first the barrier outweighs ln E, whose slopes are of order one, over the whole range.
    var weight = max(1, widths.max() ?? 1)
    let goal = 1e-10 / Double(max(1, inequalities.count))
    while !free.isEmpty {
      for iteration in 0... {
        guard iteration < 200 else { throw .notConverged }
        let (value, gradient, curvature) = barrier(v, weight, inequalities, free)
        guard let step = newtonStep(curvature, gradient) else { throw .notConverged }
        let decrement = -zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
        // Half the decrement is what ln E can still fall.
        if decrement < max(1e-6 * weight, 1e-13) { break }
        var share = 1.0
        var next: [Double]?
        while next == nil && share > 1e-14 {
          var trial = v
          for (j, i) in free.enumerated() { trial[i] += share * step[j] }
          if inequalities.allSatisfy({ $0(trial) > 0 }),
            barrier(trial, weight, inequalities, free).value <= value - 0.1 * share * decrement
          {
            next = trial
          }
          share /= 2
        }
        guard let next else { break }
        v = next
      }
      if weight <= goal { break }
      weight = max(goal, weight / 8)
    }
    let energy = exp(logEnergy(v).value)
    guard energy.isFinite else { throw .beyondRange }
    return Minimum(parameters: v, energy: energy)
  }

  /// −H⁻¹ g, with a little more on the diagonal where rounding leaves H singular.
  private func newtonStep(_ curvature: [Double], _ gradient: [Double]) -> [Double]? {
    let count = gradient.count
    let size = (0..<count).reduce(0) { max($0, curvature[$1 * count + $1]) }
    for ridge in [0, 1e-14, 1e-12, 1e-10, 1e-8] {
      var matrix = curvature
      for i in 0..<count { matrix[i * count + i] += ridge * size }
      if let step = solved(matrix, gradient.map { -$0 }) { return step }
    }
    return nil
  }

  /// ln Σ cost, its gradient and its second derivatives, row by row.
  private func logEnergy(_ v: [Double]) -> (value: Double, gradient: [Double], hessian: [Double]) {
    let count = v.count
    let logarithms = costs.map { $0(v) }
    let largest = logarithms.max()!
    let terms = logarithms.map { exp($0 - largest) }
    let sum = terms.reduce(0, +)
    var gradient = [Double](repeating: 0, count: count)
    var hessian = [Double](repeating: 0, count: count * count)
    for (term, cost) in zip(terms, costs) {
      for j in 0..<count { gradient[j] += term / sum * cost.slopes[j] }
    }
    // A sum of squares, so that rounding leaves it positive.
    for (term, cost) in zip(terms, costs) {
      let deviation = zip(cost.slopes, gradient).map { $0 - $1 }
      for j in 0..<count {
        for k in 0..<count { hessian[j * count + k] += term / sum * deviation[j] * deviation[k] }
      }
    }
    return (largest + log(sum), gradient, hessian)
  }

  /// ln Σ cost − weight Σ ln slack in the free coordinates.
  private func barrier(
    _ v: [Double], _ weight: Double, _ inequalities: [Affine], _ free: [Int]
  ) -> (value: Double, gradient: [Double], curvature: [Double]) {
    let count = v.count
    var (value, gradient, hessian) = logEnergy(v)
    for inequality in inequalities {
      let slack = inequality(v)
      value -= weight * log(slack)
      for i in free where inequality.slopes[i] != 0 {
        let a = inequality.slopes[i] / slack
        gradient[i] -= weight * a
        for j in free { hessian[i * count + j] += weight * a * inequality.slopes[j] / slack }
      }
    }
    return (
      value, free.map { gradient[$0] },
      free.flatMap { i in free.map { hessian[i * count + $0] } }
    )
  }
}

/// Why a finite-size minimum could not be found.
public enum GeometricProgramError: Error, Hashable, CustomStringConvertible {
  /// No parameters satisfy the bounds.
  case infeasible
  case notConverged
  /// An energy is above 1e308.
  case beyondRange

  public var description: String {
    switch self {
    case .infeasible: "no numbers of neurons and amplifications within their bounds"
    case .notConverged: "the finite-size minimum was not reached"
    case .beyondRange: "an energy is above 1e308; expected smaller sizes or a lower degree"
    }
  }
}
