import Figures
import Foundation
import Host
import Kernels
import Sampling
import Theory

extension Figure {
  /// The mean predictor of linear three-layer networks: exact, by the equations for Gaussian
  /// feature learning, by a kernel with one scale, and lazy. No sampling.
  static let kernelRescaling = Figure(
    name: "kernel-rescaling", studies: [], axes: [], tables: ["-scales"]
  ) { _ in
    let points = try RescalingPoint.all()
    var numbers = QuotedNumbers(figure: "kernel-rescaling")
    numbers.append(
      "identity_gap", points.flatMap(\.gaps).max()!,
      meaning: "largest |f̄ of tree level − f̄ of the rescaled kernel| over the largest |f̄|")
    typealias Value = (LinearPredictors) -> Double
    let weights: [(String, String, Value)] = [
      ("equations", "the equations", { $0.full }), ("tree", "tree level", { $0.tree }),
      ("saddle", "the scalar saddle with determinant", { $0.saddle }),
      ("lazy", "the lazy network", { $0.lazy }),
    ]
    for (name, meaning, weight) in weights {
      let worst = points.max { abs($0.deviation(weight)) < abs($1.deviation(weight)) }!
      numbers.append(
        "\(name)_deviation", abs(worst.deviation(weight)),
        interval: worst.interval { abs(worst.deviation(weight, $0)) },
        meaning: "|β₁ of \(meaning)/exact − 1|, mean over data sets, where it is largest")
    }
    let standard = points.first { $0.readoutVariance == 1 && $0.ratio == 4 }!
    let changes: [(String, Value)] = [
      ("exact", { $0.exact }), ("equations", { $0.full }), ("saddle", { $0.saddle }),
    ]
    for (name, weight) in changes {
      numbers.append(
        "\(name)_change", standard.change(weight),
        interval: standard.interval { standard.change(weight, $0) },
        meaning: "β₁ less its lazy value at sigma_a^2 = 1 and N = 4 d, \(name)")
    }
    numbers.append(
      "sign", standard.change(\.full) / standard.change(\.exact),
      interval: standard.interval {
        standard.change(\.full, $0) / standard.change(\.exact, $0)
      }, meaning: "the equations' change of β₁ over the exact one at sigma_a^2 = 1 and N = 4 d")
    let scales: [(String, Value)] = [
      ("exact", { $0.exactScale }), ("saddle", { $0.saddleScale }), ("tree", { $0.treeScale }),
    ]
    for (name, scale) in scales {
      numbers.append(
        "\(name)_scale", standard.mean(scale),
        interval: standard.interval { standard.mean(scale, $0) },
        meaning: "scale g₁g₂ of the kernel there, \(name)")
    }
    return [
      Table(
        "kernel-rescaling",
        "Weight β₁ of linear networks along the target; one row a width and readout variance",
        of: points,
        columns: [
          TypedColumn("ratio", "N1/d = N2/d") { $0.ratio },
          TypedColumn("readout_variance", "sigma_a^2") { $0.readoutVariance },
          TypedColumn("exact", "of the exact posterior, mean over data sets") { $0.mean(\.exact) },
          TypedColumn("exact_error", "standard error over data sets") {
            meanAndError($0.predictors.map(\.exact)).error
          },
          TypedColumn("equations", "of the equations") { $0.mean(\.full) },
          TypedColumn("tree", "of the equations at tree level") { $0.mean(\.tree) },
          TypedColumn("saddle", "of the scalar saddle with determinant") { $0.mean(\.saddle) },
          TypedColumn("lazy", "of infinitely wide layers") { $0.mean(\.lazy) },
          TypedColumn("equations_deviation", "equations/exact − 1, mean over data sets") {
            $0.deviation(\.full)
          },
          TypedColumn("tree_deviation", "the same of tree level") { $0.deviation(\.tree) },
          TypedColumn("saddle_deviation", "the same of the scalar saddle") {
            $0.deviation(\.saddle)
          },
          TypedColumn("lazy_deviation", "the same of infinitely wide layers") {
            $0.deviation(\.lazy)
          },
        ]),
      Table(
        "kernel-rescaling-scales", "The scale of the kernel; one row a width and readout variance",
        of: points,
        columns: [
          TypedColumn("ratio", "N1/d = N2/d") { $0.ratio },
          TypedColumn("readout_variance", "sigma_a^2") { $0.readoutVariance },
          TypedColumn("exact", "E g1 g2 of the exact posterior") { $0.mean(\.exactScale) },
          TypedColumn("saddle", "g1 g2 of the scalar saddle with determinant") {
            $0.mean(\.saddleScale)
          },
          TypedColumn("tree", "the same without determinant") { $0.mean(\.treeScale) },
        ]),
      numbers.table,
    ]
  }
}

/// What predicts a linear network on one data set: weights along the target, and scales.
private struct LinearPredictors: Sendable {
  let exact, full, tree, saddle, lazy: Double
  let exactScale, saddleScale, treeScale: Double
  /// How far f̄ of tree level and of the rescaled kernel are apart, over the largest |f̄|.
  let gap: Double

  init(_ network: GaussianFeatureLearning, _ data: LabelledInputs, ridge: Double)
    throws(GaussianFeatureLearningError)
  {
    let posterior = try LinearPosterior(network, data, ridge: ridge)
    let saddle = try RescaledRidge(network, data, ridge: ridge)
    let rescaled = try RescaledRidge(network, data, ridge: ridge, level: .tree)
    let solution = try network.solve(data, ridge: ridge)
    let tree = try network.solve(data, ridge: ridge, level: .tree)
    let d = data.dimension
    let unit = (0..<d).map { $0 == 0 ? 1.0 : 0 }
    exact = posterior.weights[0]
    exactScale = posterior.scale
    // f is linear, so β₁ is its mean at the first unit vector.
    full = solution.predict(unit)[0].mean
    self.tree = tree.predict(unit)[0].mean
    self.saddle = saddle.weights[0]
    saddleScale = saddle.scales[0] * saddle.scales[1]
    treeScale = rescaled.scales[0] * rescaled.scales[1]
    lazy = network.lazyWeights(data, ridge: ridge)[0]
    let other = (0..<data.count).map { i in
      (0..<d).reduce(0) { $0 + data.inputs[i * d + $1] * rescaled.weights[$1] }
    }
    gap =
      zip(tree.mean, other).reduce(0) { max($0, abs($1.0 - $1.1)) }
      / other.reduce(0) { max($0, abs($1)) }
  }
}

/// A width and a readout variance, over data sets.
private struct RescalingPoint {
  let ratio, readoutVariance: Double
  let predictors: [LinearPredictors]

  static let dimension = 10
  static let samples = 40
  static let datasets = 16
  static let ridge = 0.1

  /// Data sets y = x₁ + 0.3 ξ.
  private static func data(_ dataset: Int) throws -> LabelledInputs {
    let stream = RandomStream(key: 0x7265_7363)
    var inputs: [Double] = []
    var targets: [Double] = []
    for sample in 0..<samples {
      let normals = stream.standardNormals(
        count: dimension + 1, step: UInt64(dataset * samples + sample)
      ).map { Double($0) }
      inputs += normals.dropLast()
      targets.append(normals[0] + 0.3 * normals[dimension])
    }
    return try LabelledInputs(inputs: inputs, dimension: dimension, targets: targets)
  }

  static func all() throws -> [RescalingPoint] {
    let sets = try (0..<datasets).map(data)
    let grid: [(variance: Double, ratio: Int)] = [0.01, 0.1, 1].flatMap { variance in
      [1, 2, 4, 8, 16, 32].map { (variance: variance, ratio: $0) }
    }
    return try parallelMap(grid, together: 1) { point in
      Result {
        let width = point.ratio * dimension
        let network = GaussianFeatureLearning(
          firstWidth: width, secondWidth: width, activation: .linear,
          readoutVariance: point.variance)
        return RescalingPoint(
          ratio: Double(point.ratio), readoutVariance: point.variance,
          predictors: try sets.map { try LinearPredictors(network, $0, ridge: ridge) })
      }
    }.map { try $0.get() }
  }

  var gaps: [Double] { predictors.map(\.gap) }

  func mean(_ value: (LinearPredictors) -> Double, _ chosen: [Int]? = nil) -> Double {
    meanOf(predictors.map(value), chosen)
  }

  /// A weight over the exact one, less one.
  func deviation(_ value: (LinearPredictors) -> Double, _ chosen: [Int]? = nil) -> Double {
    mean({ value($0) / $0.exact - 1 }, chosen)
  }

  /// A weight less the lazy one.
  func change(_ value: (LinearPredictors) -> Double, _ chosen: [Int]? = nil) -> Double {
    mean({ value($0) - $0.lazy }, chosen)
  }

  func interval(_ statistic: ([Int]) -> Double?) -> (low: Double, high: Double) {
    Bootstrap.interval(datasets: predictors.count, statistic)
  }
}

/// The mean over some data sets, under a name that a method `mean` does not hide.
private func meanOf(_ values: [Double], _ chosen: [Int]?) -> Double { mean(values, over: chosen) }
