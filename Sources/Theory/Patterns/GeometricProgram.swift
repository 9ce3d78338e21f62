import Foundation

/// The least energy of a chain at given finite sizes: a geometric program, convex in the logarithms
/// v of M, β and D. Branch and bound makes the numbers of specialised neurons whole.
struct GeometricProgram: Hashable {
  /// An affine function a·v + b.
  private struct Affine: Hashable {
    var slopes: [Double]
    var offset: Double

    func callAsFunction(_ v: [Double]) -> Double {
      zip(slopes, v).reduce(offset) { $0 + $1.0 * $1.1 }
    }
  }

  private let kinds: [Chain.Kind]
  /// The widths ν of the links.
  private let widths: [Double]
  /// The logarithms of the costs.
  private let costs: [Affine]
  /// The logarithms of the eigenvalues that the links leave.
  private let eigenvalues: [Affine]

  /// The minimum and where it is attained.
  struct Minimum: Sendable {
    /// The value ln M, ln β or ln D of each link.
    var parameters: [Double]
    var energy: Double
    /// A bound of the relative distance of the energy from the least one.
    var error: Double
  }

  /// Creates the program of a chain.
  ///
  /// - Parameters:
  ///   - chain: the chain.
  ///   - logarithms: logarithms of the sizes.
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

  /// Returns the minimum with integer M ≥ 1, to 1e-9 relative. The barrier method ends with a
  /// duality gap of 1e-10, and branches that cannot be better are cut. Every minimum carries the
  /// gap that its own slopes leave. Where many whole numbers are almost as good, the search ends
  /// after 256 branches, and the error is what the others might gain.
  ///
  /// - Throws: `GeometricProgramError` if no parameters of the chain are within the bounds, as for
  ///   an amplification of an eigenvalue above one, or if Newton's method fails.
  func minimum() throws(GeometricProgramError) -> Minimum {
    var best: Minimum?
    let whole =
      kinds.indices.map { i -> ClosedRange<Double> in
        switch kinds[i] {
        case .specialization, .attention: 0...max(0, widths[i])
        // D λ ≤ 1 bounds D, and energies diverge long before β ends.
        case .amplification: 0...1e4
        case .magnetization: -1e4...widths[i]
        }
      }
    // Each branch with the least energy of the one that it is a part of.
    var stack = [(bounds: whole, least: 0.0)]
    var (branches, rest) = (0, Double.infinity)
    while let (bounds, least) = stack.popLast() {
      if let best, least >= best.energy * (1 - 1e-10) { continue }
      branches += 1
      if best != nil && branches > 256 {
        rest = min(rest, least)
        continue
      }
      guard branches < 4096 else { throw .notConverged }
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
        // Beyond 50 000, rounding M changes the energy by less than 1e-9.
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
      if low != bounds { stack.append((low, relaxed.energy)) }
      if high != bounds { stack.append((high, relaxed.energy)) }
    }
    guard var best else { throw .infeasible }
    // Branches that gain less than 1e-10 are cut, and large M need not be whole.
    best.error += 1.1e-9 + max(0, 1 - rest / best.energy)
    return best
  }

  /// Returns the continuous minimum within bounds. It minimises ln Σ cost plus a logarithmic
  /// barrier, by damped Newton steps while the barrier's weight falls.
  private func continuous(
    _ bounds: [ClosedRange<Double>]
  ) throws(GeometricProgramError) -> Minimum {
    // The start lies inside; the coordinates that are not free stay fixed.
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
    let energy = { (v: [Double]) in exp(logarithm(costs.map { $0(v) })) }
    var gap = 0.0
    if !free.isEmpty {
      var objective = Barrier(costs: costs, inequalities: inequalities, free: free, at: v)
      // At first the barrier outweighs ln E, whose slopes are of order one, over the whole range.
      var weight = max(1, widths.max() ?? 1)
      let goal = 1e-10 / Double(max(1, inequalities.count))
      while true {
        guard objective.settle(weight) else { throw .notConverged }
        if weight <= goal { break }
        weight = max(goal, weight / 30)
      }
      for (j, i) in free.enumerated() { v[i] = objective.point[j] }
      gap = objective.gap(weight)
    }
    let found = energy(v)
    guard found.isFinite else { throw .beyondRange }
    guard gap <= 1e-8 else { throw .notConverged }
    // The logarithms of sizes and costs are rounded.
    let largest = costs.reduce(0) { max($0, abs($1.offset)) }
    return Minimum(parameters: v, energy: found, error: gap + 1e-15 * (4 + largest))
  }

  /// The function ln Σ cost − weight Σ ln slack in the free coordinates, in rows of numbers that
  /// are reused.
  private struct Barrier {
    private let count: Int
    /// Slopes, row by row, and the value of each row at the coordinates that are not free.
    private var costSlopes: [Double] = []
    private var costOffsets: [Double] = []
    private var slackSlopes: [Double] = []
    private var slackOffsets: [Double] = []
    private(set) var point: [Double]
    private var trial: [Double]
    private var terms: [Double]
    private var gradient: [Double]
    private var curvature: [Double]

    init(costs: [Affine], inequalities: [Affine], free: [Int], at v: [Double]) {
      count = free.count
      var rest = v
      for i in free { rest[i] = 0 }
      for row in costs {
        costSlopes += free.map { row.slopes[$0] }
        costOffsets.append(row(rest))
      }
      for row in inequalities {
        slackSlopes += free.map { row.slopes[$0] }
        slackOffsets.append(row(rest))
      }
      point = free.map { v[$0] }
      trial = point
      terms = costOffsets
      gradient = point
      curvature = .init(repeating: 0, count: count * count)
    }

    /// Runs Newton's method at one weight of the barrier; returns `false` if it does not converge.
    mutating func settle(_ weight: Double) -> Bool {
      for _ in 0..<200 {
        trial = point
        guard let value = value(weight) else { return false }
        differentiate(weight)
        guard let step = newtonStep() else { return false }
        var decrement = 0.0
        for j in 0..<count { decrement -= step[j] * gradient[j] }
        // Half the decrement is what ln E can still fall.
        if decrement < max(1e-6 * weight, 1e-13) { return true }
        var share = 1.0
        while true {
          for j in 0..<count { trial[j] = point[j] + share * step[j] }
          if let next = self.value(weight), next <= value - 0.1 * share * decrement { break }
          share /= 2
          guard share > 1e-14 else { return true }
        }
        point = trial
      }
      return false
    }

    /// Returns how far ln Σ cost at the point may be above its minimum within the bounds.
    ///
    /// With multipliers weight/slack the slopes of ln Σ cost are Σ multiplier · slope of slack but
    /// for a residual r. It is convex, so it can fall by Σ multiplier · slack = weight times the
    /// number of bounds, and by |r| times the way to the minimum. Newton's decrement, which is
    /// about the square of r, bounds the latter.
    mutating func gap(_ weight: Double) -> Double {
      trial = point
      guard value(weight) != nil else { return .infinity }
      differentiate(weight)
      guard let step = newtonStep() else { return .infinity }
      var decrement = 0.0
      for j in 0..<count { decrement -= step[j] * gradient[j] }
      return weight * Double(slackOffsets.count) + 2 * abs(decrement)
    }

    /// Returns the value at the trial point, or `nil` outside the bounds. It leaves the terms'
    /// shares of Σ cost in `terms`.
    private mutating func value(_ weight: Double) -> Double? {
      var barrier = 0.0
      for i in slackOffsets.indices {
        var slack = slackOffsets[i]
        for j in 0..<count { slack += slackSlopes[i * count + j] * trial[j] }
        guard slack > 0 else { return nil }
        barrier += log(slack)
      }
      var largest = -Double.infinity
      for i in costOffsets.indices {
        var term = costOffsets[i]
        for j in 0..<count { term += costSlopes[i * count + j] * trial[j] }
        terms[i] = term
        largest = max(largest, term)
      }
      var sum = 0.0
      for i in terms.indices {
        terms[i] = exp(terms[i] - largest)
        sum += terms[i]
      }
      for i in terms.indices { terms[i] /= sum }
      return largest + log(sum) - weight * barrier
    }

    /// Computes gradient and curvature at the trial point, after its value.
    private mutating func differentiate(_ weight: Double) {
      for j in 0..<count { gradient[j] = 0 }
      for j in curvature.indices { curvature[j] = 0 }
      for i in terms.indices {
        for j in 0..<count { gradient[j] += terms[i] * costSlopes[i * count + j] }
      }
      // A sum of squares stays positive under rounding.
      for i in terms.indices {
        for j in 0..<count {
          let deviation = terms[i] * (costSlopes[i * count + j] - gradient[j])
          for k in 0...j {
            curvature[j * count + k] += deviation * (costSlopes[i * count + k] - gradient[k])
          }
        }
      }
      for i in slackOffsets.indices {
        var slack = slackOffsets[i]
        for j in 0..<count { slack += slackSlopes[i * count + j] * trial[j] }
        for j in 0..<count where slackSlopes[i * count + j] != 0 {
          let a = weight * slackSlopes[i * count + j] / slack
          gradient[j] -= a
          for k in 0...j { curvature[j * count + k] += a * slackSlopes[i * count + k] / slack }
        }
      }
      for j in 0..<count {
        for k in 0..<j { curvature[k * count + j] = curvature[j * count + k] }
      }
    }

    /// Returns −H⁻¹ g, with a small addition to the diagonal if rounding makes H singular.
    private func newtonStep() -> [Double]? {
      let size = (0..<count).reduce(0) { max($0, curvature[$1 * count + $1]) }
      for ridge in [0, 1e-14, 1e-12, 1e-10, 1e-8] {
        var matrix = curvature
        for i in 0..<count { matrix[i * count + i] += ridge * size }
        if let step = solved(matrix, gradient.map { -$0 }) { return step }
      }
      return nil
    }
  }

  /// Returns ln Σ e^x.
  private func logarithm(_ exponents: [Double]) -> Double {
    let largest = exponents.max()!
    return largest + log(exponents.reduce(0) { $0 + exp($1 - largest) })
  }
}

/// The reason why a finite-size minimum could not be found.
public enum GeometricProgramError: Error, Hashable, CustomStringConvertible {
  /// No parameters satisfy the bounds.
  case infeasible
  /// Newton's method did not converge.
  case notConverged
  /// An energy is above 1e308.
  case beyondRange

  /// The error in one line.
  public var description: String {
    switch self {
    case .infeasible: "no numbers of neurons and amplifications within their bounds"
    case .notConverged: "the finite-size minimum was not reached"
    case .beyondRange: "an energy is above 1e308; expected smaller sizes or a lower degree"
    }
  }
}
