import Experiments
import Host
import Studies
import Theory

/// What theories of finite size say of a point's data sets, which they tell apart by their values
/// of w*·x.
extension NetworkKind {
  /// The values of w*·x of a cell's training samples.
  func targetCoordinates(of cell: Parameters) -> [Double] {
    let training = ProblemInstance(kind: self, parameters: cell).trainingSet(kernels: .best)
    return stride(from: 0, to: training.inputs.count, by: training.dimension).map {
      Double(training.inputs[$0])
    }
  }
}

extension Replicates {
  /// The same point with alignments that a theory predicts, of each data set.
  func predicted(_ alignments: [Double]) -> Replicates {
    Replicates(
      parameters: parameters, results: results, alignments: alignments, certified: certified)
  }

  /// The posterior of a two-layer network's neurons at finite size, on these data sets.
  ///
  /// - Parameter sweeps: those of each chain; they are doubled until chains that begin with and
  ///   without specialists agree.
  /// - Throws: `FiniteWidthPosteriorError`.
  func finiteWidth(
    sweeps: Int, binWidth: Double = 0.1, bins: Int = 30
  ) throws -> FiniteWidthPosterior.Estimate {
    let model = try FiniteWidthPosterior(
      dimension: parameters.dimension, width: parameters.width, ridge: parameters.ridge,
      degree: parameters.degree, weightVariance: parameters.weightVariance,
      readoutVariance: parameters.readoutVariance)
    var sweeps = sweeps
    while true {
      let pairs = parallelMap(results.map(\.parameters), together: 1) { [sweeps] cell in
        Result {
          try model.pair(
            of: NetworkKind.twoLayer.targetCoordinates(of: cell), number: cell.dataset,
            sweeps: sweeps, binWidth: binWidth, bins: bins)
        }
      }
      do {
        return try FiniteWidthPosterior.Estimate(
          try pairs.map { try $0.get() }, binWidth: binWidth)
      } catch FiniteWidthPosteriorError.notMixed where sweeps < 10_000 {
        sweeps *= 2
      }
    }
  }

  /// The patterns of three layers on these data sets; an error of one that is not found.
  ///
  /// - Parameter secondLayer: whether specialists of the second layer are searched for.
  func patterns(
    secondLayer: Bool = true
  ) -> [Result<ThreeLayerPatterns.Patterns, any Error>] {
    parallelMap(results.map(\.parameters), together: 1) { cell in
      Result {
        try ThreeLayerPatterns(
          dimension: cell.dimension, firstWidth: cell.firstWidth, secondWidth: cell.secondWidth,
          ridge: cell.ridge
        ).patterns(
          of: NetworkKind.threeLayer.targetCoordinates(of: cell), secondLayer: secondLayer)
      }
    }
  }
}
