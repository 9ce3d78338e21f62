import Kernels
import Networks

/// The search of a pattern: the saddle point over s = |a|² and the second layer's specialist, with
/// their Gaussian fluctuations.
struct PatternSearch {
  let field: FirstLayerField
  let hasSpecialist: Bool

  /// The bounds of ln s, u, ln ρ, a and ln v: a neuron with a smaller u is no specialist.
  private static let bounds = [
    -2.5...3, SpecialistThreshold.secondLayer...2.5, -6.0...0.5, -6.0...1, -1.5...1.5,
  ]
  /// How far a first step goes.
  private static let scales = [0.3, 0.15, 0.3, 0.3, 0.2]

  /// A pattern that was found.
  struct Found {
    let solution: FirstLayerField.Solution
    let logReadout: Double
    let specialist: SecondLayerSpecialist?
    /// ln of the evidence, with fluctuations.
    let logEvidence: Double
  }

  /// Returns the pattern that is reached from a start; `nil` where the search leaves the bounds or
  /// ends at a saddle, so that there is no such pattern.
  ///
  /// It ascends along the gradient in the metric of Broyden, Fletcher, Goldfarb and Shanno. The
  /// negative second derivatives at the end have to be positive definite, and what the gradient
  /// still promises has to be below 0.1 nats.
  ///
  /// - Throws: ``ThreeLayerPatternsError/unsolved``.
  func search(
    from place: [Double], _ start: FirstLayerField.State
  ) throws(ThreeLayerPatternsError) -> Found? {
    let n = place.count
    var place = place
    var current = try evaluate(place, start)
    var metric = [Double](repeating: 0, count: n * n)
    for i in 0..<n { metric[i * n + i] = 0.02 * Self.scales[i] * Self.scales[i] }
    for _ in 0..<80 {
      var step = (0..<n).map { i in
        (0..<n).reduce(0) { $0 + metric[i * n + $1] * current.gradient[$1] }
      }
      let gain = zip(step, current.gradient).reduce(0) { $0 + $1.0 * $1.1 }
      if gain < 2e-4 { break }
      let length = step.indices.map { abs(step[$0]) / Self.scales[$0] }.max()!
      if length > 1 { for i in step.indices { step[i] /= length } }
      var share = 1.0
      var next: (place: [Double], solution: FirstLayerField.Solution)?
      var isOutside = false
      while next == nil && share > 1e-3 {
        let trial = zip(place, step).map { $0 + share * $1 }
        share /= 2
        guard zip(trial, Self.bounds).allSatisfy({ $1.contains($0) }) else {
          isOutside = true
          continue
        }
        let found = try evaluate(trial, current.state)
        if found.logEvidence >= current.logEvidence + 1e-6 { next = (trial, found) }
      }
      if next == nil && isOutside { return nil }
      guard let next else { break }
      let moved = zip(next.place, place).map { $0 - $1 }
      let bent = zip(current.gradient, next.solution.gradient).map { $0 - $1 }
      (place, current) = (next.place, next.solution)
      update(&metric, moved, bent)
    }
    return try fluctuations(place, current)
  }

  private func evaluate(
    _ place: [Double], _ start: FirstLayerField.State
  ) throws(ThreeLayerPatternsError) -> FirstLayerField.Solution {
    try field.solve(
      readout: naturalExponential(place[0]),
      specialist: hasSpecialist ? SecondLayerSpecialist(parameters: Array(place[1...])) : nil,
      from: start)
  }

  /// The update of the inverse of the negative second derivatives.
  private func update(_ metric: inout [Double], _ moved: [Double], _ bent: [Double]) {
    let n = moved.count
    let product = zip(moved, bent).reduce(0) { $0 + $1.0 * $1.1 }
    guard product > 1e-12 else { return }
    let image = (0..<n).map { i in (0..<n).reduce(0) { $0 + metric[i * n + $1] * bent[$1] } }
    let factor = (1 + zip(bent, image).reduce(0) { $0 + $1.0 * $1.1 } / product) / product
    for i in 0..<n {
      for j in 0..<n {
        metric[i * n + j] +=
          factor * moved[i] * moved[j] - (image[i] * moved[j] + moved[i] * image[j]) / product
      }
    }
  }

  /// Adds ½ ln det(2π/−H) of the second derivatives H.
  private func fluctuations(
    _ place: [Double], _ solution: FirstLayerField.Solution, attempts: Int = 6
  ) throws(ThreeLayerPatternsError) -> Found? {
    let n = place.count
    var curvature = [Double](repeating: 0, count: n * n)
    for i in 0..<n {
      let step = 0.05 * Self.scales[i]
      let gradients = try [step, -step].map { (shift) throws(ThreeLayerPatternsError) in
        var moved = place
        moved[i] += shift
        return try evaluate(moved, solution.state).gradient
      }
      for j in 0..<n {
        let value = (gradients[1][j] - gradients[0][j]) / (4 * step)
        curvature[i * n + j] += value
        curvature[j * n + i] += value
      }
    }
    // Pivots of Gauss' elimination, all positive if the matrix is positive definite.
    guard let rest = solved(curvature, solution.gradient) else { return nil }
    let promise = zip(rest, solution.gradient).reduce(0) { $0 + 0.5 * $1.0 * $1.1 }
    guard promise < 0.1 else {
      // The line search has met the rounding of the evidence: on by Newton's method.
      guard attempts > 0 else { throw .unsolved }
      let next = zip(place, rest).map { $0 + $1 }
      guard zip(next, Self.bounds).allSatisfy({ $1.contains($0) }) else { return nil }
      return try fluctuations(
        next, try evaluate(next, solution.state), attempts: attempts - 1)
    }
    var logDeterminant = 0.0
    for k in 0..<n {
      let pivot = curvature[k * n + k]
      logDeterminant += naturalLogarithm(pivot)
      for i in k + 1..<n {
        let factor = curvature[i * n + k] / pivot
        for j in k..<n { curvature[i * n + j] -= factor * curvature[k * n + j] }
      }
    }
    return Found(
      solution: solution, logReadout: place[0],
      specialist: hasSpecialist ? SecondLayerSpecialist(parameters: Array(place[1...])) : nil,
      logEvidence: solution.logEvidence + promise
        + 0.5 * (Double(n) * naturalLogarithm(2 * .pi) - logDeterminant))
  }
}
