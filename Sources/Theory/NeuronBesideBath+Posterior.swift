import Kernels

extension NeuronBesideBath {
  /// What one draw of x₁ says.
  struct Posterior {
    /// ln Z₁/Z₀.
    let logRatio: Double
    /// The alignment without a specialist, and with one.
    let alignments: (lazy: Double, specialised: Double)

    /// Z₁/(Z₀ + Z₁).
    var specialist: Double { 1 / (1 + naturalExponential(-logRatio)) }
    /// The alignment of the mixture.
    var alignment: Double {
      (1 - specialist) * alignments.lazy + specialist * alignments.specialised
    }
  }

  /// The result for given values of x₁.
  package struct Specialisation: Hashable, Sendable {
    /// ln Z₁/Z₀.
    package let logRatio: Double
    /// The alignment without a specialist.
    package let lazy: Double
    /// The alignment with one.
    package let specialised: Double
  }

  /// Returns ln Z₁/Z₀ and both alignments for given values of x₁, on the finer grid.
  package func specialisation(of inputs: [Double]) -> Specialisation {
    let found = posterior(of: inputs, on: SpecialistGrid(self, .fine))
    return Specialisation(
      logRatio: found.logRatio, lazy: found.alignments.lazy,
      specialised: found.alignments.specialised)
  }

  /// Integrates over the bath alone and over one specialist beside it.
  func posterior(of inputs: [Double], on grid: SpecialistGrid) -> Posterior {
    let data = TargetSample(inputs, degree: degree, functions: grid.functions)
    let bath = data.likelihood(directions: Double(dimension - 1))

    var without = LogMean()
    for q in grid.normsWithout {
      let value = bath.value(
        tail: ridge + q.value * grid.tail, linear: q.value * grid.linear / Double(dimension),
        norm: q.value, data.target)
      without.add(value.logarithm + q.logWeight, value.alignment)
    }

    var with = LogMean()
    // Where the integrand is by this factor below its peak it is left out: e⁻²⁶ times all nodes is
    // below 1e-6.
    let reach = 26.0
    var points: [Point] = []
    let responses = grid.neurons.map { data.response(argument: $0.argument) }
    func visit(every step: Int) {
      for i in stride(from: 0, to: grid.neurons.count, by: step) {
        let neuron = grid.neurons[i]
        var energy = ReplicaEnergy(model: self, grid: grid, bath: bath, neuron: neuron)
        for j in stride(from: 0, to: grid.readouts.count, by: step) {
          let a = grid.readouts[j]
          energy.start(readout: a.value, responses[i].residual(readout: a.value))
          for k in stride(from: 0, to: grid.norms.count, by: step) {
            let (q, weight) = (
              grid.norms[k].value, neuron.logWeight + a.logWeight + grid.norms[k].logWeight
            )
            let limit = with.largest - reach - weight
            // The annealed integrand is an upper bound.
            guard energy.value(norm: q, overlap: 0).logarithm > limit,
              let least = energy.minimum(norm: q, above: limit)
            else { continue }
            with.raise(weight + least.logarithm)
            guard step == 1 else { continue }
            points.append(
              Point(
                logarithm: weight + least.logarithm,
                alignment: a.value * neuron.coupling + least.alignment))
          }
        }
      }
    }
    // A few nodes say how high the peak is.
    visit(every: 3)
    visit(every: 1)
    for point in points { with.add(point.logarithm, point.alignment) }
    return Posterior(
      logRatio: with.logSum - without.logSum, alignments: (without.mean, with.mean))
  }

  private struct Point {
    let logarithm: Double
    let alignment: Double
  }
}

/// The integrand G of a specialist, as a function of the overlap s of two replicas of w_⊥.
struct ReplicaEnergy {
  let model: NeuronBesideBath
  let grid: SpecialistGrid
  let bath: BathLikelihood
  let neuron: SpecialistGrid.Neuron
  private var square = 0.0
  private var residual = BathLikelihood.Residual(square: 0, projections: (0, 0))
  /// Where the last minimum was, near which the next one is.
  private var last = 0

  init(
    model: NeuronBesideBath, grid: SpecialistGrid, bath: BathLikelihood,
    neuron: SpecialistGrid.Neuron
  ) {
    (self.model, self.grid, self.bath, self.neuron) = (model, grid, bath, neuron)
  }

  /// Takes another readout, with its residual.
  mutating func start(readout a: Double, _ residual: BathLikelihood.Residual) {
    square = a * a
    self.residual = residual
  }

  /// Returns G at one of the overlaps.
  @inline(__always)
  func value(norm q: Double, overlap j: Int) -> BathLikelihood.Value {
    let fixed = neuron.replicas[j]
    let value = bath.value(
      tail: model.ridge + q * grid.tail + square * (neuron.tail - fixed),
      linear: (q * grid.linear + square * neuron.linear) / Double(model.dimension), norm: q,
      residual)
    let logarithm =
      value.logarithm + bath.directions * SpecialistGrid.entropies[j]
      - 0.5 * square * fixed * bath.samples / value.ridge
    return BathLikelihood.Value(
      logarithm: logarithm, ridge: value.ridge, alignment: value.alignment)
  }

  /// Returns the least G over s; `nil` once it is known to be below a limit.
  mutating func minimum(norm q: Double, above limit: Double) -> BathLikelihood.Value? {
    guard value(norm: q, overlap: last).logarithm > limit else { return nil }
    let count = SpecialistGrid.overlaps.count
    var best = value(norm: q, overlap: 0)
    // G at the overlap before the least one and at the one after it.
    var (before, after, previous) = (0.0, 0.0, best.logarithm)
    last = 0
    for j in 1..<count {
      let next = value(norm: q, overlap: j)
      guard next.logarithm > limit else {
        last = j
        return nil
      }
      if next.logarithm < best.logarithm {
        (best, before, last) = (next, previous, j)
      } else if j == last + 1 {
        after = next.logarithm
      }
      previous = next.logarithm
    }
    guard last > 0 && last + 1 < count else { return best }
    // The parabola in u through three points; s is quadratic in u, with steps of equal size.
    let curvature = before + after - 2 * best.logarithm
    let slope = after - before
    let least = curvature > 0 ? best.logarithm - slope * slope / (8 * curvature) : best.logarithm
    return BathLikelihood.Value(
      logarithm: least, ridge: best.ridge, alignment: best.alignment)
  }
}

/// The values of x₁ and y of a training set, and sums over its samples.
struct TargetSample {
  private let inputs: [Double]
  private let targets: [Double]
  private let functions: BathLikelihood.Functions
  private let gram: (g00: Double, g01: Double, g11: Double)
  /// The residual of no specialist, y itself.
  let target: BathLikelihood.Residual

  init(_ inputs: [Double], degree: Int, functions: BathLikelihood.Functions) {
    self.inputs = inputs
    self.functions = functions
    // √m! normalises He_m.
    let norm = (1...degree).reduce(1.0) { $0 * Double($1) }.squareRoot()
    let targets = inputs.map { x in
      var (previous, current) = (1.0, x)
      for k in 1..<degree { (previous, current) = (current, x * current - Double(k) * previous) }
      return current / norm
    }
    self.targets = targets
    var (xx, xy, yy) = (0.0, 0.0, 0.0)
    for (x, y) in zip(inputs, targets) {
      xx += x * x
      xy += x * y
      yy += y * y
    }
    let l = functions.factor
    gram = (
      l.l00 * l.l00 * xx + 2 * l.l00 * l.l10 * xy + l.l10 * l.l10 * yy,
      l.l11 * (l.l00 * xy + l.l10 * yy), l.l11 * l.l11 * yy
    )
    target = BathLikelihood.Residual(square: yy, projections: functions.projected(xy, yy))
  }

  func likelihood(directions: Double) -> BathLikelihood {
    BathLikelihood(
      samples: Double(inputs.count), directions: directions, functions: functions, gram: gram)
  }

  /// Sums over the samples of a neuron's φ̄: φ̄², yφ̄ and bᵀφ̄.
  struct Response {
    let square: Double
    let product: Double
    let projections: (Double, Double)
    let target: BathLikelihood.Residual

    /// Returns r = y − aφ̄, as a polynomial in a.
    func residual(readout a: Double) -> BathLikelihood.Residual {
      BathLikelihood.Residual(
        square: target.square - 2 * a * product + a * a * square,
        projections: (
          target.projections.0 - a * projections.0, target.projections.1 - a * projections.1
        ))
    }
  }

  /// Returns the sums of φ̄ = erf(argument · x₁).
  func response(argument: Double) -> Response {
    var (square, product, first) = (0.0, 0.0, 0.0)
    var values = inputs.map { argument * $0 }
    replaceByErrorFunctions(&values)
    for (i, value) in values.enumerated() {
      let (x, y) = (inputs[i], targets[i])
      square += value * value
      product += value * y
      first += value * x
    }
    return Response(
      square: square, product: product, projections: functions.projected(first, product),
      target: target)
  }
}

/// A sum of exponentials, and the mean of a quantity under it.
struct LogMean {
  /// The largest exponent so far.
  private(set) var largest = -Double.infinity
  private var sum = 0.0
  private var first = 0.0

  /// ln of the sum.
  var logSum: Double { largest + naturalLogarithm(sum) }
  /// The mean.
  var mean: Double { first / sum }

  /// Raises the largest exponent, before terms are added.
  mutating func raise(_ exponent: Double) { rescale(exponent) }

  mutating func add(_ exponent: Double, _ value: Double) {
    rescale(exponent)
    let weight = naturalExponential(exponent - largest)
    sum += weight
    first += weight * value
  }

  private mutating func rescale(_ exponent: Double) {
    guard exponent > largest else { return }
    let factor = naturalExponential(largest - exponent)
    sum *= factor
    first *= factor
    largest = exponent
  }
}
