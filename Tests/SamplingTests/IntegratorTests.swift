import Kernels
import Sampling
import TestSupport
import Testing

/// Every integrator, with and without masses, is reversible, keeps phase-space volume, and keeps H
/// to second order.
@Suite struct IntegratorTests {
  /// An integrator, and the masses that it is used with.
  struct Case: CustomStringConvertible, Sendable {
    let integrator: Integrator
    let massive: Bool
    var description: String { integrator.name + (massive ? " with masses" : "") }

    /// Returns inverse masses from 0.5 to 1.5, of mean one.
    func inverseMass(_ dimension: Int) -> [Float]? {
      massive ? (0..<dimension).map { 0.5 + (Float($0) + 0.5) / Float(dimension) } : nil
    }
  }

  static let cases = [Integrator.leapfrog, .twoStage, .threeStage].flatMap { integrator in
    [false, true].map { Case(integrator: integrator, massive: $0) }
  }

  /// Returns (θ, p) after `count` steps.
  func flow<E: Energy>(
    _ target: E, _ theta: [Float], _ p: [Float], step: Double, count: Int,
    by scheme: Case = Case(integrator: .leapfrog, massive: false)
  ) -> (position: [Float], momentum: [Float], energy: Double) {
    let position = AlignedBuffer(theta)
    let momentum = AlignedBuffer(p)
    let gradient = target.makeGradient()
    _ = target.evaluate(position, gradient: gradient)
    let energy = integrate(
      target, position: position, momentum: momentum, gradient: gradient, step: step,
      count: count, integrator: scheme.integrator,
      metric: Metric(inverseMass: scheme.inverseMass(target.dimension)))
    return (position.values, momentum.values, energy)
  }

  func start(_ dimension: Int, _ step: UInt64) -> [Float] {
    RandomStream(key: 61).standardNormals(count: dimension, step: step)
  }

  @Test(arguments: cases, [1, 2, 25])
  func momentumReversalLeadsBack(scheme: Case, count: Int) {
    let target = QuarticEnergy(dimension: 7)
    let (theta, p) = (start(7, 0), start(7, 1))
    let there = flow(target, theta, p, step: 0.1, count: count, by: scheme)
    let back = flow(
      target, there.position, there.momentum.map { -$0 }, step: 0.1, count: count, by: scheme)
    let moved = zip(there.position, theta).map { abs($0 - $1) }.max()!
    #expect(moved > 0.05, "the trajectory goes nowhere")
    for (got, expected) in zip(back.position + back.momentum.map { -$0 }, theta + p) {
      // Each step rounds numbers up to 3 by 6e-8, hardly amplified in a time of 2.5.
      #expect(abs(got - expected) <= 2e-5, "\(scheme): got \(got), expected \(expected) to 2e-5")
    }
  }

  @Test func returnsTheEnergyAtTheEnd() {
    let target = QuarticEnergy(dimension: 5)
    let end = flow(target, start(5, 0), start(5, 1), step: 0.1, count: 6)
    #expect(
      end.energy == target.evaluate(AlignedBuffer(end.position), gradient: target.makeGradient()))
  }

  /// One step is ½ε of momentum, ε of position, ½ε of momentum, by hand.
  @Test func oneStepIsTheTextbooks() {
    let target = GaussianEnergy(variances: [0.5, 1])
    let got = flow(target, [0.3, -1], [0.2, 0.7], step: 0.1, count: 1)
    var (x, p) = ([0.3, -1.0], [0.2, 0.7])
    for i in 0..<2 {
      p[i] -= 0.05 * x[i] / target.variances[i]
      x[i] += 0.1 * p[i]
      p[i] -= 0.05 * x[i] / target.variances[i]
      expect(Double(got.position[i]), near: x[i], within: 1e-6, "θ\(i)")
      expect(Double(got.momentum[i]), near: p[i], within: 1e-6, "p\(i)")
    }
  }

  /// The volume factor |det ∂(θ′, p′)/∂(θ, p)| is 1, by central differences with h = 0.01. Their
  /// errors are h² times third derivatives, and 1e-7/h of rounding. Both are 1e-3 at most in a
  /// determinant of six columns.
  @Test(arguments: cases)
  func volumeIsKept(scheme: Case) {
    let target = QuarticEnergy(dimension: 3)
    let origin = (start(3, 4) + start(3, 5)).map { 0.5 * $0 }
    let h: Float = 0.01
    func image(_ z: [Float]) -> [Double] {
      let end = flow(target, Array(z[0..<3]), Array(z[3..<6]), step: 0.2, count: 5, by: scheme)
      return (end.position + end.momentum).map(Double.init)
    }
    let jacobian = (0..<6).map { i in
      var (up, down) = (origin, origin)
      up[i] += h
      down[i] -= h
      let width = Double(up[i] - down[i])
      return zip(image(up), image(down)).map { ($0 - $1) / width }
    }
    let got = abs(determinant(jacobian))
    #expect(abs(got - 1) <= 5e-3, "\(scheme): Jacobian determinant: got \(got), expected 1 to 5e-3")
    #expect(zip(image(origin), origin).contains { abs($0 - Double($1)) > 0.1 })
  }

  /// The energy error at fixed length is of order ε², and acceptance goes to one.
  @Test(arguments: cases)
  func energyErrorIsOfSecondOrder(scheme: Case) {
    let target = GaussianEnergy.spread(100)
    let stream = RandomStream(key: 62)
    let metric = Metric(inverseMass: scheme.inverseMass(100))
    let stages = scheme.integrator.stages
    let steps = [0.08, 0.04, 0.02, 0.01].map { $0 * Double(stages) }
    let runs = steps.map { step -> (error: Double, acceptance: Double) in
      var (squares, acceptance) = (0.0, 0.0)
      var state = Hamiltonian(target, start: target.draw(from: stream))
      for i in 0..<300 {
        let transition = state.advance(
          target, step: step, count: Int((0.96 / step).rounded()), integrator: scheme.integrator,
          metric: metric, stream: stream, iteration: UInt64(i))
        squares += transition.energyError * transition.energyError
        acceptance += transition.acceptance
      }
      return ((squares / 300).squareRoot(), acceptance / 300)
    }
    for (coarse, fine) in zip(runs, runs.dropFirst()) {
      let ratio = coarse.error / fine.error
      // Root mean squares over 300 trajectories scatter by 1/√600 each, their ratio by 6 %. The
      // first halving of the two- and three-stage schemes still shows their next order.
      #expect(
        (3...5.5).contains(ratio),
        "\(scheme): |ΔH| falls by \(ratio) when ε is halved; expected 4, from 3 to 5.5")
      #expect(coarse.acceptance < fine.acceptance)
    }
    #expect(runs[3].acceptance > 0.98, "acceptance at the least ε: \(runs[3].acceptance)")
  }

  /// Coefficients are palindromes of sum one. At the b of least error the scheme beats leapfrog's
  /// energy error at the same number of gradients.
  @Test(arguments: [Integrator.twoStage, .threeStage])
  func moreStagesErrLess(integrator: Integrator) {
    let target = GaussianEnergy.spread(100)
    func error(_ integrator: Integrator) -> Double {
      var state = Hamiltonian(target, start: target.draw(from: RandomStream(key: 63)))
      var squares = 0.0
      for i in 0..<300 as Range<UInt64> {
        let transition = state.advance(
          target, step: 0.04 * Double(integrator.stages), count: 24 / integrator.stages,
          integrator: integrator, metric: Metric(), stream: RandomStream(key: 63), iteration: i)
        squares += transition.energyError * transition.energyError
      }
      return (squares / 300).squareRoot()
    }
    let (got, leapfrog) = (error(integrator), error(.leapfrog))
    #expect(got < 0.5 * leapfrog, "\(integrator.name): |ΔH| \(got), leapfrog \(leapfrog)")
  }
}

/// Returns the determinant by Gaussian elimination with row exchanges.
private func determinant(_ matrix: [[Double]]) -> Double {
  var a = matrix
  var result = 1.0
  for k in a.indices {
    let pivot = (k..<a.count).max { abs(a[$0][k]) < abs(a[$1][k]) }!
    if pivot != k {
      a.swapAt(pivot, k)
      result = -result
    }
    result *= a[k][k]
    for i in k + 1..<a.count {
      let factor = a[i][k] / a[k][k]
      for j in k..<a.count { a[i][j] -= factor * a[k][j] }
    }
  }
  return result
}
