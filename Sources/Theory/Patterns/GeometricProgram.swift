import Foundation

/// The least energy of a chain at given finite sizes: a geometric program, convex in the logarithms
/// s of the eigenvalues, with whole numbers of specialised neurons by branch and bound.
struct GeometricProgram {
  /// ν, power and offset of each link and of the readout, as numbers.
  private let widths: [Double]
  private let kinds: [Chain.Kind]
  private let readings: [(power: Double, offset: Double)]
  private let source: Double
  private let readoutCost: Double

  /// The minimum: ln of the eigenvalues that the links leave, and the energy.
  struct Minimum {
    var eigenvalues: [Double]
    var energy: Double
  }

  /// Bounds of s for each link; of an amplification, whose lower bound is what it reads, the upper one.
  private typealias Bounds = [ClosedRange<Double>]

  /// - Parameter logarithms: of the sizes.
  init(_ chain: Chain, logarithms: [Double]) {
    func value(_ monomial: Monomial) -> Double { monomial.exponent(at: logarithms) }
    widths = chain.links.map { value($0.width) }
    kinds = chain.links.map(\.kind)
    readings = (chain.links.map(\.reading) + [chain.readout]).map {
      ($0.power.double, value($0.offset))
    }
    source = value(chain.source)
    readoutCost = value(chain.readoutCost)
  }

  /// The minimum with integer M ≥ 1, to 1e-9 relative: the barrier method ends with a duality gap of
  /// 1e-10, and branches that cannot be better are cut.
  ///
  /// - Throws: `GeometricProgramError` if the chain has no parameters within the bounds, as an
  ///   amplification of an eigenvalue above one, or Newton's method fails.
  func minimum() throws(GeometricProgramError) -> Minimum {
    let open = kinds.indices.map { i -> ClosedRange<Double> in
      switch kinds[i] {
      case .specialization, .attention: -max(0, widths[i])...0
      case .magnetization, .amplification: -1e3...0
      }
    }
    var best: Minimum?
    var stack: [Bounds] = [open]
    while let bounds = stack.popLast() {
      let relaxed: Minimum
      do { relaxed = try continuous(bounds) } catch {
        if error == .infeasible { continue }
        throw error
      }
      if let best, relaxed.energy >= best.energy * (1 - 1e-10) { continue }
      let fractional = kinds.indices.first { i in
        guard kinds[i] == .specialization else { return false }
        let count = exp(relaxed.eigenvalues[i] + widths[i])
        return abs(count - count.rounded()) > 1e-6 * count
          && bounds[i].lowerBound < bounds[i].upperBound
      }
      guard let i = fractional else {
        best = relaxed
        continue
      }
      let count = exp(relaxed.eigenvalues[i] + widths[i])
      let (below, above) = (log(count.rounded(.down)), log(count.rounded(.up)))
      var (low, high) = (bounds, bounds)
      let (floor, ceiling) = (bounds[i].lowerBound, bounds[i].upperBound)
      if below - widths[i] >= floor - 1e-12 {
        low[i] = floor...max(floor, below - widths[i])
        stack.append(low)
      }
      if above - widths[i] <= ceiling + 1e-12 {
        high[i] = min(ceiling, above - widths[i])...ceiling
        stack.append(high)
      }
    }
    guard let best else { throw .infeasible }
    return best
  }

  /// The continuous minimum within bounds: ln Σ cost plus a logarithmic barrier, by damped Newton steps
  /// while the barrier's weight falls.
  private func continuous(_ bounds: Bounds) throws(GeometricProgramError) -> Minimum {
    let count = widths.count
    // A start inside, and the coordinates that are not free.
    var s = [Double](repeating: 0, count: count)
    var free: [Int] = []
    var previous = source
    for i in 0..<count {
      let read = readings[i].power * previous + readings[i].offset
      var range = bounds[i]
      if kinds[i] == .amplification {
        guard read < 1e-12 else { throw .infeasible }
        range = min(read, 0)...0
      }
      if kinds[i] == .magnetization { range = min(-1, read, source)...0 }
      if range.upperBound - range.lowerBound > 1e-9 {
        free.append(i)
        s[i] = (range.lowerBound + range.upperBound) / 2
      } else {
        s[i] = range.upperBound
      }
      previous = s[i]
    }
    let inequalities = inequalities(bounds, free)
    var weight = 1.0
    let goal = 1e-10 / Double(max(1, inequalities.count))
    while !free.isEmpty {
      for iteration in 0... {
        guard iteration < 200 else { throw .notConverged }
        let (value, gradient, curvature) = barrier(s, weight, inequalities, free)
        guard let step = newtonStep(curvature, gradient) else { throw .notConverged }
        let decrement = -zip(step, gradient).reduce(0) { $0 + $1.0 * $1.1 }
        // Half the decrement is what ln E can still fall.
        if decrement < max(1e-9 * weight, 1e-13) { break }
        var share = 1.0
        var moved = false
        while share > 1e-14 {
          var trial = s
          for (j, i) in free.enumerated() { trial[i] += share * step[j] }
          if isInside(trial, inequalities),
            barrier(trial, weight, inequalities, free).value <= value - 0.1 * share * decrement
          {
            s = trial
            moved = true
            break
          }
          share /= 2
        }
        if !moved { break }
      }
      if weight <= goal { break }
      weight = max(goal, weight / 20)
    }
    return Minimum(eigenvalues: s, energy: exp(logEnergy(s).value))
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

  /// a·s + b > 0.
  private struct Inequality {
    var slope: [(index: Int, value: Double)]
    var offset: Double

    func slack(_ s: [Double]) -> Double {
      slope.reduce(offset) { $0 + $1.value * s[$1.index] }
    }
  }

  private func inequalities(_ bounds: Bounds, _ free: [Int]) -> [Inequality] {
    free.flatMap { i -> [Inequality] in
      let upper = Inequality(slope: [(i, -1)], offset: bounds[i].upperBound)
      guard kinds[i] == .amplification else {
        return [upper, Inequality(slope: [(i, 1)], offset: -bounds[i].lowerBound)]
      }
      // s ≥ s′ = k s_{i−1} + b.
      let (power, offset) = readings[i]
      let lower =
        i == 0
        ? Inequality(slope: [(i, 1)], offset: -power * source - offset)
        : Inequality(slope: [(i, 1), (i - 1, -power)], offset: -offset)
      return [upper, lower]
    }
  }

  private func isInside(_ s: [Double], _ inequalities: [Inequality]) -> Bool {
    inequalities.allSatisfy { $0.slack(s) > 0 }
  }

  /// ln Σ cost, its gradient and its second derivatives, row by row.
  private func logEnergy(_ s: [Double]) -> (value: Double, gradient: [Double], hessian: [Double]) {
    let count = s.count
    // Cost i is ν + s_i − k s_{i−1} − b.
    var costs = (0...count).map { i -> Double in
      let before = i == 0 ? source : s[i - 1]
      let own = i == count ? readoutCost : widths[i] + s[i]
      return own - readings[i].power * before - readings[i].offset
    }
    let largest = costs.max()!
    costs = costs.map { exp($0 - largest) }
    let sum = costs.reduce(0, +)
    var gradient = [Double](repeating: 0, count: count)
    var hessian = [Double](repeating: 0, count: count * count)
    // Cost i rises with s_i and falls with s_{i−1}.
    func slopes(_ i: Int) -> [(index: Int, value: Double)] {
      (i < count ? [(i, 1)] : []) + (i > 0 ? [(i - 1, -readings[i].power)] : [])
    }
    for (i, cost) in costs.enumerated() {
      for (j, a) in slopes(i) { gradient[j] += cost / sum * a }
    }
    // A sum of squares, so that rounding leaves it positive.
    for (i, cost) in costs.enumerated() {
      var deviation = gradient.map { -$0 }
      for (j, a) in slopes(i) { deviation[j] += a }
      for j in 0..<count {
        for k in 0..<count { hessian[j * count + k] += cost / sum * deviation[j] * deviation[k] }
      }
    }
    return (largest + log(sum), gradient, hessian)
  }

  /// ln Σ cost − weight Σ ln slack in the free coordinates.
  private func barrier(
    _ s: [Double], _ weight: Double, _ inequalities: [Inequality], _ free: [Int]
  ) -> (value: Double, gradient: [Double], curvature: [Double]) {
    let count = s.count
    var (value, gradient, hessian) = logEnergy(s)
    for inequality in inequalities {
      let slack = inequality.slack(s)
      value -= weight * log(slack)
      for (i, a) in inequality.slope {
        gradient[i] -= weight * a / slack
        for (j, b) in inequality.slope {
          hessian[i * count + j] += weight * a * b / (slack * slack)
        }
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

  public var description: String {
    switch self {
    case .infeasible: "no numbers of neurons and amplifications within their bounds"
    case .notConverged: "the finite-size minimum was not reached"
    }
  }
}
