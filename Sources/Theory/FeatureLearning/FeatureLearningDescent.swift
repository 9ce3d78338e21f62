/// Descent of F from the lazy state to a stationary point.
///
/// Far from it, mirror descent: M⁻¹ ← (1 − ρ) M⁻¹ + ρ times its right-hand side, the same for Σ⁻¹,
/// with ρ halved until F falls. As printed, with ρ = 1, the equations lose positivity in the first
/// steps where features are strong. Nearer, where F no longer resolves a step, Anderson's mixing
/// of the last iterates (1965, Journal of the ACM 12) takes the residual to rounding.
struct FeatureLearningDescent {
  let state: FeatureLearningEquations.State
  /// The relative residual of the equations, 0 of the lazy state.
  let residual: Double
  /// The largest change of the mean predictor in the last step.
  let change: Double
  /// How often F and its derivatives were computed.
  let evaluations: Int

  /// The residual at which the iteration ends.
  private static let goal = 1e-11
  /// The residual that is accepted where rounding allows no smaller one.
  private static let limit = 1e-9
  private static let largestCount = 600

  /// The lazy state itself.
  init(lazy equations: FeatureLearningEquations) throws(GaussianFeatureLearningError) {
    guard let state = equations.lazyState() else { throw .kernelSingular }
    self.state = state
    (residual, change, evaluations) = (0, 0, 1)
  }

  /// - Throws: ``GaussianFeatureLearningError`` if the lazy kernel is singular, or the residual
  ///   stays above 1e-9.
  init(_ equations: FeatureLearningEquations) throws(GaussianFeatureLearningError) {
    guard let start = equations.lazyState() else { throw .kernelSingular }
    var current = start
    var residual = start.residual
    // Layers may be so wide that no step is left to make.
    var best = (state: start, residual: residual, change: 0.0, iteration: 0)
    var (step, count) = (1.0, 1)
    var history: [Iterate] = []
    for iteration in 1... {
      guard count < Self.largestCount else { break }
      history.append(Iterate(current, equations))
      if history.count > 7 { history.removeFirst() }
      let previous = current
      var next: FeatureLearningEquations.State?
      if residual < 0.1 && history.count > 2 {
        let mixed = Iterate.mixed(history, damping: max(step, 0.1), equations)
        count += 1
        let slack = 1e-6 * (1 + abs(current.freeEnergy)) + equations.rounding
        if equations.evaluate(mixed), mixed.residual < 2 * residual,
          mixed.freeEnergy <= current.freeEnergy + slack
        {
          next = mixed
        } else {
          history = []
        }
      }
      while next == nil && step > 1e-10 && count < Self.largestCount {
        let trial = Self.trial(from: current, step: step, equations)
        count += 1
        if equations.evaluate(trial), equations.improves(trial, current, residual) {
          next = trial
          step = min(1, 1.1 * step)
        } else {
          step /= 2
        }
      }
      guard let next else { break }
      current = next
      residual = current.residual
      if residual < best.residual {
        let hasGained = residual < best.residual / 2
        best = (
          current, residual, equations.change(previous, current),
          hasGained ? iteration : best.iteration
        )
      }
      if residual <= Self.goal || (best.residual <= Self.limit && iteration - best.iteration > 30) {
        break
      }
    }
    guard best.residual <= Self.limit,
      best.state.freeEnergy
        <= start.freeEnergy + 1e-9 * (1 + abs(start.freeEnergy)) + equations.rounding
    else { throw .notConverged(residual: best.residual) }
    (state, self.residual, change) = (best.state, best.residual, best.change)
    evaluations = count
  }

  private static func trial(
    from state: FeatureLearningEquations.State, step: Double,
    _ equations: FeatureLearningEquations
  ) -> FeatureLearningEquations.State {
    let trial = equations.makeState()
    for (target, left, right) in [
      (trial.inverseM, state.inverseM, state.rightM),
      (trial.inverseSigma, state.inverseSigma, state.rightSigma),
    ] {
      for i in 0..<target.rows {
        for j in 0..<target.columns {
          target[i, j] = (1 - step) * left[i, j] + step * right[i, j]
        }
      }
    }
    return trial
  }
}

extension FeatureLearningEquations {
  /// What rounding leaves of the divergences, which widths multiply.
  fileprivate var rounding: Double {
    4e-15
      * (Double(model.secondWidth) * Double(size) + Double(model.firstWidth) * Double(dimension))
  }

  /// Whether F falls. Where it no longer resolves the step, the residual may double: from there the
  /// mixing goes on, and a residual that has to fall at every step gets stuck.
  fileprivate func improves(_ trial: State, _ state: State, _ residual: Double) -> Bool {
    let fall = state.freeEnergy - trial.freeEnergy
    let isResolved = abs(fall) > 1e-12 * (1 + abs(state.freeEnergy)) + rounding
    return isResolved ? fall > 0 : trial.residual < 2 * residual
  }

  /// The largest change of f̄ = y − (κ/m) t between two states.
  fileprivate func change(_ a: State, _ b: State) -> Double {
    zip(zip(a.discrepancy, b.discrepancy), data.multiplicities).reduce(0) {
      max($0, ridge / $1.1 * abs($1.0.0 - $1.0.1))
    }
  }
}

/// A state's unknowns in one list, and how far they are from their right-hand sides.
private struct Iterate {
  var values, gaps: [Double]

  init(_ state: FeatureLearningEquations.State, _ equations: FeatureLearningEquations) {
    (values, gaps) = ([], [])
    let lists = [
      (state.inverseM, state.rightM, 1.0),
      (state.inverseSigma, state.rightSigma, Self.sigmaScale(equations)),
    ]
    for (left, right, scale) in lists {
      for i in 0..<left.rows {
        for j in i..<left.columns {
          values.append(scale * left[i, j])
          gaps.append(scale * (right[i, j] - left[i, j]))
        }
      }
    }
  }

  /// Σ⁻¹ in the units of M⁻¹, as the divergences weigh them.
  private static func sigmaScale(_ equations: FeatureLearningEquations) -> Double {
    let model = equations.model
    return model.weightVariance / Double(equations.dimension)
      * (Double(model.firstWidth) / Double(model.secondWidth)).squareRoot()
  }

  /// The state at x + βf − Σ γ (Δx + βΔf), with γ that makes |f − Σ γ Δf| least over the
  /// differences of the last iterates.
  static func mixed(
    _ history: [Iterate], damping: Double, _ equations: FeatureLearningEquations
  ) -> FeatureLearningEquations.State {
    let last = history[history.count - 1]
    var rest = last.gaps
    var values = last.values
    var moved = last.gaps
    // By Gram and Schmidt: what is taken from the gaps is taken from the iterates alike.
    var basis: [(gaps: [Double], values: [Double])] = []
    for (earlier, later) in zip(history, history.dropFirst()).reversed() {
      var gaps = difference(later.gaps, earlier.gaps)
      var steps = difference(later.values, earlier.values)
      let norm = dot(gaps, gaps)
      for _ in 0..<2 {
        for other in basis {
          let c = dot(other.gaps, gaps)
          add(-c, other.gaps, to: &gaps)
          add(-c, other.values, to: &steps)
        }
      }
      let left = dot(gaps, gaps)
      guard left > 1e-20 * norm, left > 0 else { continue }
      let scale = 1 / left.squareRoot()
      for i in gaps.indices {
        gaps[i] *= scale
        steps[i] *= scale
      }
      let c = dot(gaps, rest)
      add(-c, gaps, to: &rest)
      add(-c, steps, to: &values)
      add(-c, gaps, to: &moved)
      basis.append((gaps, steps))
    }
    add(damping, moved, to: &values)
    return state(values, equations)
  }

  private static func state(
    _ values: [Double], _ equations: FeatureLearningEquations
  ) -> FeatureLearningEquations.State {
    let state = equations.makeState()
    var next = 0
    for (matrix, scale) in [(state.inverseM, 1.0), (state.inverseSigma, sigmaScale(equations))] {
      for i in 0..<matrix.rows {
        for j in i..<matrix.columns {
          let x = values[next] / scale
          (matrix[i, j], matrix[j, i]) = (x, x)
          next += 1
        }
      }
    }
    return state
  }

  private static func difference(_ a: [Double], _ b: [Double]) -> [Double] {
    var c = a
    for i in c.indices { c[i] -= b[i] }
    return c
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }

  private static func add(_ c: Double, _ a: [Double], to b: inout [Double]) {
    for i in b.indices { b[i] += c * a[i] }
  }
}
