import Kernels

/// The neurons of the first layer in the field that the samples and all others make, a saddle
/// point.
///
/// A neuron has the density ∝ prior × exp[A h·φ̄ + min_s {(d − 1) S(s) − ½A²Γk(s)} − ½A²(τt +
/// λ̂l)], S(s) = ½[s/(1 − s) + ln(1 − s)]. With ρ = |w_⊥|², φ̄ is erf(w₁x₁/√(1 + 2ρ|x_⊥|²/(d −
/// 1))), and l, t and k(s) are those of ``NeuronBesideBath``. The field is h_k = weight_k r_k/κ̃ at
/// a node, for the residual r = y − N₁⟨Aφ̄⟩ − the specialist's. τ and λ̂ are twice what ln of the
/// likelihood loses with A²t and A²l, and Γ = P/κ̃ − τ. At given κ̃, τ, λ̂ and Γ, h is the maximum
/// of a concave function. These in turn follow from the density, by iteration.
struct FirstLayerField {
  let model: ThreeLayerPatterns
  let prior: LayerKernels
  let nodes: PatternNodes
  let grid: FirstLayerGrid

  init(
    _ model: ThreeLayerPatterns, prior: LayerKernels, sample: [Double]
  ) throws(SymmetricEigenproblemError) {
    self.model = model
    self.prior = prior
    nodes = try PatternNodes(sample, dimension: model.dimension)
    grid = FirstLayerGrid(dimension: model.dimension, nodes: nodes)
  }

  /// Sums over neurons, and the field.
  struct State {
    var field: [Double]
    /// N₁⟨A²(t − k)⟩, N₁⟨A²l⟩/(d − 1) and N₁⟨A²k⟩.
    var tail: Double
    var linear: Double
    var shared: Double
    /// The overlap s of replicas of the second layer's specialist.
    var overlap = 0.5
  }

  /// The network as in the prior, in a field.
  func start(field: [Double], readout s: Double) -> State {
    let variance = s * prior.squaredSlope
    return State(
      field: field, tail: variance * prior.nonlinear, linear: variance * prior.linear, shared: 0)
  }

  /// A field that points to the target.
  var targetField: [Double] {
    zip(nodes.weights, nodes.target).map { 0.3 * $0 * $1 / model.ridge }
  }

  /// The saddle point at a given s = |a|² of the second layer and a given specialist.
  struct Solution {
    let state: State
    /// ln of the evidence there, without fluctuations.
    let logEvidence: Double
    /// Its derivatives by ln s and the specialist's parameters.
    let gradient: [Double]
    let alignment: Double
    /// The number of neurons with |w₁| beyond the threshold.
    let specialists: Double
  }

  /// Iterates to the saddle point.
  ///
  /// - Throws: ``ThreeLayerPatternsError/unsolved`` if no step settles.
  func solve(
    readout s: Double, specialist: SecondLayerSpecialist?, from start: State
  ) throws(ThreeLayerPatternsError) -> Solution {
    let samples = nodes.weights.reduce(0, +)
    let (d, n) = (Double(model.dimension), Double(model.firstWidth))
    let response = specialist?.response(model, prior, nodes)
    let variance = s * prior.squaredSlope / n
    var state = start
    var share = 1.1
    for iteration in 0..<60 {
      let current = likelihood(samples, readout: s, state, response)
      let ridge = current.functions.effectiveRidge(current.ridge)
      let square = zip(state.field, nodes.weights).reduce(0) {
        $0 + $1.0 * $1.0 * ridge * ridge / $1.1
      }
      let slopes = current.slopes(square + samples * current.shared, samples: samples)
      let pressure = samples / ridge - slopes.tail
      let density = FieldDensity(
        self, variance: variance, tail: slopes.tail, linear: slopes.linear / (d - 1),
        pressure: pressure)
      var residual = nodes.target
      if let response { for k in residual.indices { residual[k] -= response.values[k] } }
      guard
        let found = try concaveMaximum(
          from: state.field, size: 1e5,
          evaluate: { (field) throws(ThreeLayerPatternsError) in
            density.point(field: field, residual: residual, ridge: ridge)
          })
      else { throw .unsolved }
      state.field = found.place
      let sums = density.sums(found.point, field: found.place)
      let next = (
        tail: n * (sums.tail - sums.shared), linear: n * sums.linear / (d - 1),
        shared: n * sums.shared
      )
      let change =
        abs(next.tail - state.tail) / (abs(state.tail) + 0.01)
        + abs(next.linear - state.linear) / state.linear
        + abs(next.shared - state.shared) / (state.shared + 0.01)
      // Steps a little longer than the whole one settle soonest. Where the overlap of a neuron's
      // replicas is about to jump, the sums do too, and steps shrink between both sides: the
      // evidence is stationary there, so that what is left of the sums' change hardly matters.
      if iteration > 12 { share *= 0.7 }
      state.tail += share * (next.tail - state.tail)
      state.linear += share * (next.linear - state.linear)
      state.shared += share * (next.shared - state.shared)
      var isSettled = share * change < 3e-5 && change < (iteration < 59 ? 0.03 : 0.2)
      if let response {
        let last = state.overlap
        state.overlap = leastOverlap { overlap in
          var trial = state
          trial.overlap = overlap
          return entropy(overlap)
            + likelihood(samples, readout: s, trial, response)
            .value(square: square, samples: samples)
        }
        isSettled = isSettled && abs(state.overlap - last) < 1e-4
      }
      guard isSettled else { continue }
      return solution(
        state, found.point, sums, residual, s, samples, specialist: specialist, response)
    }
    throw .unsolved
  }

  /// (d − 1) S(s).
  private func entropy(_ s: Double) -> Double {
    Double(model.dimension - 1) * 0.5 * (s / (1 - s) + naturalLogarithm(1 - s))
  }

  /// Returns the overlap s = 1 − (1 − u)² at which a function is least, by golden sections in u.
  private func leastOverlap(_ f: (Double) -> Double) -> Double {
    func overlap(_ u: Double) -> Double { 1 - (1 - u) * (1 - u) }
    let share = (5.0.squareRoot() - 1) / 2
    var (a, b) = (0.0, 0.985)
    var (c, d) = (b - share * b, share * b)
    var (fc, fd) = (f(overlap(c)), f(overlap(d)))
    while b - a > 1e-5 {
      if fc < fd {
        (b, d, fd) = (d, c, fc)
        c = b - share * (b - a)
        fc = f(overlap(c))
      } else {
        (a, c, fc) = (c, d, fd)
        d = a + share * (b - a)
        fd = f(overlap(d))
      }
    }
    return overlap((a + b) / 2)
  }

  /// The likelihood with the sums of a state.
  private func likelihood(
    _ samples: Double, readout s: Double, _ state: State,
    _ response: SecondLayerSpecialist.Response?
  ) -> Likelihood {
    let (d, n, m) = (
      Double(model.dimension), Double(model.firstWidth), Double(model.secondWidth)
    )
    let covered = response.map { $0.shared(state.overlap) } ?? 0
    let linear = state.linear + (response.map { $0.linear } ?? 0) / (d - 1)
    return Likelihood(
      ridge: model.ridge + (response.map { $0.shared(1) } ?? 0) - covered,
      shared: state.shared + covered,
      functions: RandomFunctions(
        samples: samples,
        sets: [
          (d - 1, linear), (n, max(state.tail, 1e-12) / n), (m, s * prior.second / m),
        ]))
  }

  private func solution(
    _ state: State, _ point: FieldDensity.Point, _ sums: FieldDensity.Sums, _ residual: [Double],
    _ s: Double, _ samples: Double, specialist: SecondLayerSpecialist?,
    _ response: SecondLayerSpecialist.Response?
  ) -> Solution {
    let n = Double(model.firstWidth)
    let m = model.secondWidth - (specialist == nil ? 0 : 1)
    /// What depends on s and the specialist at a given density of the first layer.
    func explicit(_ s: Double, _ response: SecondLayerSpecialist.Response?) -> Double {
      var square = 0.0
      for k in nodes.target.indices {
        let r = nodes.target[k] - point.mean[k] - (response?.values[k] ?? 0)
        square += nodes.weights[k] * r * r
      }
      let variance = s * prior.squaredSlope / n
      return likelihood(samples, readout: s, state, response)
        .value(square: square, samples: samples)
        + (response?.logPrior ?? 0)
        + logDensity(ofSum: Double(model.secondWidth) * s, components: m)
        - 0.5 * n * (sums.square / variance + naturalLogarithm(variance))
    }
    let step = 1e-4
    var gradient = [
      (explicit(s * naturalExponential(step), response)
        - explicit(s * naturalExponential(-step), response)) / (2 * step)
    ]
    if let specialist {
      for i in specialist.parameters.indices {
        let values = [step, -step].map { shift -> Double in
          var moved = specialist
          moved.parameters[i] += shift
          return explicit(s, moved.response(model, prior, nodes))
        }
        gradient.append((values[0] - values[1]) / (2 * step))
      }
    }
    let variance = s * prior.squaredSlope / n
    let entropy = specialist == nil ? 0 : entropy(state.overlap)
    return Solution(
      state: state,
      logEvidence: explicit(s, response) + 0.5 * n * (sums.square / variance)
        + 0.5 * n * naturalLogarithm(variance) + entropy + n * (sums.entropy - sums.divergence),
      gradient: gradient, alignment: n * sums.alignment + (response?.alignment ?? 0),
      specialists: n * sums.specialists)
  }
}

/// The likelihood of the samples, as a function of sums over neurons.
private struct Likelihood {
  /// κ with the variance of what no set of functions covers.
  var ridge: Double
  /// C, the variance that replicas share.
  let shared: Double
  /// The linear functions, and the others of the first and of the second layer.
  var functions: RandomFunctions

  func value(square: Double, samples: Double) -> Double {
    functions.logLikelihood(ridge: ridge, deviations: square + samples * shared)
  }

  /// Returns −2 times the derivatives by N₁⟨A²t⟩ and N₁⟨A²l⟩/(d − 1).
  func slopes(_ deviations: Double, samples: Double) -> (tail: Double, linear: Double) {
    func slope(_ set: Int) -> Double {
      let (count, variance) = functions.sets[set]
      let step = 1e-4 * variance
      let values = [step, -step].map { shift -> Double in
        var moved = functions
        moved.sets[set].variance += shift
        return moved.logLikelihood(ridge: ridge, deviations: deviations)
      }
      // Of all functions of a set together.
      return -2 * (values[0] - values[1]) / (2 * step) / (set == 1 ? count : 1)
    }
    return (slope(1), slope(0))
  }
}
