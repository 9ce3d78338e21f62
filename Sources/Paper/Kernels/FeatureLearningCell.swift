import Archives
import Experiments
import Figures
import Host
import Kernels
import Sampling
import Studies
import Theory

/// What Gaussian feature learning predicts of a sampled three-layer network, on its own training
/// and test set.
struct FeatureLearningCell: Sendable {
  /// Amplification of the first layer along the target's feature: D₁ = E w₁² over its prior mean.
  let first: Double
  /// Amplification of the second layer along the targets: D₂ = yᵀKy over its lazy value.
  let second: Double
  /// The alignment of the mean predictor with the targets of the test set.
  let alignment: Double
  /// yᵀKy of the lazy network.
  let lazyKernel: Double

  enum Level: CaseIterable {
    case full, tree, lazy
  }

  /// - Throws: `UserError` where the equations have no solution.
  init(_ instance: ProblemInstance, _ level: Level, file: String) throws {
    let cell = instance.parameters
    let network = GaussianFeatureLearning(
      firstWidth: cell.firstWidth, secondWidth: cell.secondWidth, activation: .erf,
      weightVariance: cell.weightVariance,
      hiddenVariance: cell.real(Parameters.Name.hiddenVariance),
      readoutVariance: cell.readoutVariance)
    let training = instance.trainingSet(kernels: .best)
    let test = instance.testSet(kernels: .best)!
    let targets = training.targets.map { Double($0) }
    do {
      let data = try LabelledInputs(
        inputs: training.inputs.map { Double($0) }, dimension: training.dimension,
        targets: targets)
      let lazy = try network.lazy(data, ridge: instance.ridge)
      let found =
        switch level {
        case .full: try network.solve(data, ridge: instance.ridge)
        case .tree: try network.solve(data, ridge: instance.ridge, level: .tree)
        case .lazy: lazy
        }
      let n = targets.count
      func along(_ kernel: [Double]) -> Double {
        var sum = 0.0
        for i in 0..<n {
          for j in 0..<n { sum += targets[i] * kernel[i * n + j] * targets[j] }
        }
        return sum
      }
      lazyKernel = along(lazy.kernel)
      first = found.sigma[0] / lazy.sigma[0]
      second = along(found.kernel) / lazyKernel
      var (product, square) = (0.0, 0.0)
      for (f, y) in zip(found.predict(test.inputs.map { Double($0) }), test.targets) {
        product += f.mean * Double(y)
        square += Double(y) * Double(y)
      }
      alignment = product / square
    } catch {
      throw UserError(
        "\(file): at \(cell.text(Parameters.Name.samples)) samples: \(error)", exitCode: 1)
    }
  }

  /// The predictions for every cell of a study, in its order.
  static func all(of archive: Archive, _ level: Level) throws -> [FeatureLearningCell] {
    let file = archive.file
    return try parallelMap(archive.cells, together: 1) { cell in
      Result {
        try FeatureLearningCell(
          ProblemInstance(kind: .threeLayer, parameters: cell), level, file: file)
      }
    }.map { try $0.get() }
  }
}

/// A point of the grid, sampled and predicted, data set by data set.
struct FeatureLearningPoint {
  let parameters: Parameters
  let replicates: Replicates
  /// Sampled amplifications D₁ and D₂, of each data set.
  let first, second: [Double]
  /// Predictions for each data set.
  let full, tree, lazy: [FeatureLearningCell]

  /// The points of a study's grid, in ascending order.
  ///
  /// - Parameter withTree: whether the tree level is asked for; else the full equations stand
  ///   there.
  static func all(of archive: Archive, withTree: Bool) throws -> [FeatureLearningPoint] {
    let full = try FeatureLearningCell.all(of: archive, .full)
    let lazy = try FeatureLearningCell.all(of: archive, .lazy)
    let tree = withTree ? try FeatureLearningCell.all(of: archive, .tree) : full
    return zip(archive.points, archive.replicates).map { point, replicates in
      let cells = point.cells
      let parameters = point.parameters
      let scale = Double(parameters.dimension) / parameters.weightVariance
      return FeatureLearningPoint(
        parameters: parameters, replicates: replicates,
        first: replicates.means("squared_overlap").map { scale * $0 },
        second: zip(replicates.means("target_kernel"), cells).map { $0 / lazy[$1].lazyKernel },
        full: cells.map { full[$0] }, tree: cells.map { tree[$0] }, lazy: cells.map { lazy[$0] })
    }
  }

  var datasets: Int { replicates.results.count }

  /// The ratio of two means over data sets, with its interval by the bootstrap.
  func ratio(
    _ a: [Double], _ b: [Double]
  ) -> (value: Double, interval: (low: Double, high: Double)) {
    let value = { (chosen: [Int]?) in mean(a, over: chosen) / mean(b, over: chosen) }
    return (value(nil), Bootstrap.interval(datasets: datasets) { value($0) })
  }
}
