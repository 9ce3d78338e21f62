import Kernels
import Studies
import Theory

/// The regressions of one cell: all data sets and cuts.
struct ModeRegressionTask: UndividedTask {
  let experiment: ModeRegression
  let parameters: Parameters
  var layout: Layout { experiment.layout }
  private var samples: Int { parameters.samples }
  private var ridge: Double { parameters.ridge }
  private let exponent: Double

  init(_ experiment: ModeRegression, _ exponent: Double, samples: Int, ridge: Double) {
    self.experiment = experiment
    self.exponent = exponent
    var cell = Parameters()
    switch experiment.features {
    case .gaussian, .circle: cell["exponent"] = .real(exponent)
    case .arcsine(_, let weightVariance, let biasVariance):
      cell[Parameters.Name.weightVariance] = .real(weightVariance)
      cell["bias_variance"] = .real(biasVariance)
    }
    cell["modes"] = .integer(experiment.modes)
    cell[Parameters.Name.samples] = .integer(samples)
    cell[Parameters.Name.ridge] = .real(ridge)
    parameters = cell
  }

  var canonical: String {
    let features =
      switch experiment.features {
      case .gaussian, .circle: "\(experiment.features.kind.rawValue) exponent \(exponent)"
      case .arcsine(let inputs, let weightVariance, let biasVariance):
        "arcsine weight_variance \(weightVariance) bias_variance \(biasVariance) of "
          + inputs.canonical
      }
    return "numerics \(numericsVersion)\nmode-regression \(features) modes \(experiment.modes)\n"
      + "samples \(samples) datasets \(experiment.datasets) ridge \(ridge) cuts "
      + experiment.cuts.map { "\($0)" }.joined(separator: " ")
  }

  func extent(along axis: Layout.Axis) -> Int {
    axis == .cut ? experiment.cuts.count : experiment.datasets
  }

  func compute(_ streams: CellStreams) throws -> CellResult {
    let modes = try Modes(
      experiment.features, exponent: exponent, count: experiment.modes, kernels: streams.kernels)
    let theory = try RidgeRenormalization(
      eigenvalues: modes.variances, ridge: ridge, samples: Double(samples))
    let cuts = experiment.cuts
    let wilson = try cuts.map { try theory.wilson(cut: $0).value }
    let flow = try cuts.map { try theory.flow(cut: $0).value }
    let matched = try cuts.map { try theory.matched(cut: $0).value }
    // Of each data set, the numbers of all cuts.
    let sets = try (0..<experiment.datasets).map { set in
      let data = ModeSample(modes, samples: samples, set: set, streams)
      return try data.regressions(
        cuts: cuts, ridges: cuts.indices.map { [ridge, wilson[$0], flow[$0], matched[$0]] },
        ridge: ridge, streams.kernels)
    }
    func numbers(_ value: (ModeSample.Regression) -> Double) -> CellResult.Numbers {
      .double(cuts.indices.flatMap { cut in sets.map { value($0[cut]) } })
    }
    var result = CellResult(layout, parameters)
    result.numbers = [
      "kept": .integer(cuts), "wilson_ridge": .double(wilson), "flow_ridge": .double(flow),
      "matched_ridge": .double(matched), "measured_ridge": numbers(\.ridge),
      "learned_full": numbers(\.full),
    ]
    for (i, name) in ["bare", "wilson", "flow", "matched"].enumerated() {
      result.numbers["learned_\(name)"] = numbers { $0.kept[i] }
    }
    return result
  }

  // A data set of one cut is a step.
  var expectedSteps: [Double] { [Double(experiment.cuts.count * experiment.datasets)] }
  func steps(of result: CellResult) -> [Double] { expectedSteps }
  var stepWork: Double {
    let (p, m) = (Double(samples), Double(experiment.modes))
    return 20 * p * p * p + 2 * m * p * p
  }
  /// Some flops a nanosecond, and the eigenvectors of the data.
  func secondsPerStep(_ streams: CellStreams) -> [Double] {
    let n = Double(experiment.modes)
    let whole = experiment.features.kind == .arcsine ? 13 * n * n * n : 0
    return [2e-10 * (stepWork + whole / expectedSteps[0])]
  }
  var workingBytes: Double {
    let (p, m) = (Double(samples), Double(experiment.modes))
    let whole = experiment.features.kind == .arcsine ? 40 * m * m : 0
    return 24 * p * m + 80 * p * p + whole
  }
}

/// A data set: the features of all modes at its samples, and a target of random signs, y_k = ±√λ_k.
struct ModeSample {
  private let samples, stride: Int
  /// √λ_k φ_k(x_ν), in rows of 8 · stride numbers.
  private let rows: [Double]
  /// The signs of y_k.
  private let signs: [Double]
  /// The target at the samples.
  private let target: [Double]

  /// What a cut has on this data set.
  struct Regression {
    /// P/tr(κ + K_>)⁻¹.
    let ridge: Double
    /// The mean of f_k/y_k over the kept modes: with all modes, and with the kept ones at each of
    /// the ridges asked for.
    let full: Double
    let kept: [Double]
  }

  init(_ modes: Modes, samples: Int, set: Int, _ streams: CellStreams) {
    self.samples = samples
    stride = (samples + 7) / 8
    rows = modes.scaled(samples: samples, set: set, stride: 8 * stride, streams)
    signs = streams.stream(chain: set, purpose: "signs")
      .standardNormals(count: modes.variances.count, step: 0).map { $0 < 0 ? -1 : 1 }
    var target = [Double](repeating: 0, count: samples)
    for k in signs.indices {
      for i in 0..<samples { target[i] += signs[k] * rows[k * 8 * stride + i] }
    }
    self.target = target
  }

  /// - Parameters:
  ///   - cuts: numbers of kept modes, ascending.
  ///   - ridges: of each cut, the ridges at which the kept modes are learned alone.
  ///   - ridge: κ.
  func regressions(
    cuts: [Int], ridges: [[Double]], ridge: Double, _ kernels: KernelSet
  ) throws -> [Regression] {
    // The kernel matrix of the modes between neighbouring cuts, and beyond the last.
    let ends = cuts + [signs.count]
    let shells = zip([0] + cuts, ends).map { first, end in
      sumOfOuterProducts(
        rows, first: first, count: end - first, samples: samples, stride: stride, kernels)
    }
    func sum(_ matrices: ArraySlice<[Double]>) -> [Double] {
      matrices.dropFirst().reduce(into: matrices.first!) { total, shell in
        for i in total.indices { total[i] += shell[i] }
      }
    }
    let whole = try SymmetricEigenproblem(sum(shells[...]), kernels: kernels)
    let weights = solve(whole, ridge)
    return try cuts.indices.map { cut in
      let beyond = try SymmetricEigenproblem(
        sum(shells[(cut + 1)...]), withVectors: false, kernels: kernels)
      let trace = beyond.values.reversed().reduce(0) { $0 + 1 / (ridge + max(0, $1)) }
      let effective = Double(samples) / trace
      guard cuts[cut] > 0 else {
        return Regression(
          ridge: effective, full: .nan, kept: ridges[cut].map { _ in .nan })
      }
      let kept = try SymmetricEigenproblem(sum(shells[...cut]), kernels: kernels)
      return Regression(
        ridge: effective, full: share(weights, cuts[cut]),
        kept: ridges[cut].map { share(solve(kept, $0), cuts[cut]) })
    }
  }

  /// Returns (K + κ)⁻¹ y.
  private func solve(_ problem: SymmetricEigenproblem, _ ridge: Double) -> [Double] {
    var result = [Double](repeating: 0, count: samples)
    for (k, value) in problem.values.enumerated() {
      let vector = problem.vector(k)
      let factor = zip(vector, target).reduce(0) { $0 + $1.0 * $1.1 } / (ridge + max(0, value))
      for (i, x) in vector.enumerated() { result[i] += factor * x }
    }
    return result
  }

  /// Returns the mean over the kept modes of f_k/y_k, f_k = λ_k Σ_ν φ_k(x_ν) α_ν.
  private func share(_ weights: [Double], _ cut: Int) -> Double {
    var sum = 0.0
    for k in 0..<cut {
      var coefficient = 0.0
      for i in 0..<samples { coefficient += rows[k * 8 * stride + i] * weights[i] }
      sum += signs[k] * coefficient
    }
    return sum / Double(cut)
  }
}
