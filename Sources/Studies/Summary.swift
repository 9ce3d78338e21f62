import Sampling

/// A study file in numbers: one row a cell.
public struct Summary: Encodable, Sendable {
  public let cells: [Row]

  public struct Row: Encodable, Sendable {
    public let dimension: Int
    public let width: Int
    public let samples: Int
    public let degree: Int
    public let ridge: Double
    public let weightVariance: Double
    public let readoutVariance: Double
    public let dataset: Int
    public let certified: Bool
    public let alignment: Quantity
    public let trainingLoss: Quantity
    public let specialists: Quantity
    /// Mean over neurons of (w·w*)² and of |w|².
    public let squaredOverlap: Quantity
    public let squaredNorm: Quantity
    public let virial: Double
    public let acceptance: Double
    public let gradients: Int

    enum CodingKeys: String, CodingKey {
      case dimension, width, samples, degree, ridge, dataset, certified, alignment, specialists
      case virial, acceptance, gradients
      case weightVariance = "weight_variance"
      case readoutVariance = "readout_variance"
      case trainingLoss = "training_loss"
      case squaredOverlap = "squared_overlap"
      case squaredNorm = "squared_norm"
    }
  }

  /// A posterior mean, its Monte Carlo standard error, bulk effective sample size and split-R̂.
  public struct Quantity: Encodable, Sendable {
    public let mean: Double
    public let mcse: Double
    public let ess: Double
    public let rhat: Double

    init(_ chains: [[Double]]) {
      let diagnostics = Diagnostics(chains)
      mean = diagnostics.mean
      mcse = diagnostics.standardError
      ess = diagnostics.bulkESS
      rhat = diagnostics.rHat
    }
  }

  public init(_ archive: Archive) {
    cells = zip(archive.cells, archive.results).map { cell, result in
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
      return Row(
        dimension: cell.dimension, width: cell.width, samples: cell.samples, degree: cell.degree,
        ridge: cell.ridge, weightVariance: cell.weightVariance,
        readoutVariance: cell.readoutVariance, dataset: cell.dataset,
        certified: result.isCertified,
        alignment: Quantity(result.chains(result.alignment)),
        trainingLoss: Quantity(result.chains(result.trainingLoss)),
        specialists: Quantity(result.chains(result.specialists.map(Double.init))),
        squaredOverlap: Quantity(result.chains(result.squaredOverlap)),
        squaredNorm: Quantity(result.chains(result.squaredNorm)),
        virial: mean(result.virial), acceptance: mean(result.acceptance),
        gradients: result.gradients.reduce(0, +))
    }
  }
}
