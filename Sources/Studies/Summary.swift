import Sampling

/// A study file in numbers: one row a cell.
public struct Summary: Encodable, Sendable {
  public let cells: [Row]
  /// Names of the network's sizes, and of the observable that tells most of how it learns.
  public let sizes: [String]
  public let observable: String
  /// When a cell is certified, in words.
  public let criterion: String

  private enum CodingKeys: String, CodingKey { case cells }

  public init(_ archive: Archive) {
    sizes = archive.kind.givenSizes.map(\.name)
    observable = archive.kind.observables[0].name
    let others = archive.kind.certifying
    criterion =
      "R-hat < 1.05\(others.isEmpty ? "" : " of alignment, \(others.joined(separator: ", "))") and ESS > 100"
    cells = zip(archive.cells, archive.results).map { Row(parameters: $0, result: $1) }
  }

  public struct Row: Encodable, Sendable {
    public let parameters: Parameters
    public let certified: Bool
    public let alignment: Quantity
    public let trainingLoss: Quantity
    /// The observables of the kind of network, by name.
    public let observables: [String: Quantity]
    /// Means over chains.
    public let virial: Double
    public let acceptance: Double
    public let energyError: Double
    public let trajectory: Double
    /// Rungs of the ladder where the cell was tempered, else 0.
    public let replicas: Int
    /// Sum over chains.
    public let gradients: Int

    init(parameters: Parameters, result: CellResult) {
      func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
      self.parameters = parameters
      certified = result.isCertified
      alignment = Quantity(result.chains(result.alignment))
      trainingLoss = Quantity(result.chains(result.trainingLoss))
      observables = result.observables.mapValues { Quantity(result.chains($0.wrappedValue)) }
      virial = mean(result.virial)
      acceptance = mean(result.acceptance)
      energyError = mean(result.energyError)
      trajectory = mean(result.trajectory)
      replicas = result.replicas[0]
      gradients = result.gradients.reduce(0, +)
    }

    enum CodingKeys: String, CodingKey {
      case certified, alignment, virial, acceptance, gradients, trajectory, replicas
      case energyError = "energy_error"
      case trainingLoss = "training_loss"
    }

    /// The cell's parameters and what was found, side by side in one object.
    public func encode(to encoder: any Encoder) throws {
      try parameters.encode(to: encoder)
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(certified, forKey: .certified)
      try container.encode(alignment, forKey: .alignment)
      try container.encode(trainingLoss, forKey: .trainingLoss)
      try observables.encode(to: encoder)
      for (key, value) in [
        (CodingKeys.virial, virial), (.acceptance, acceptance), (.energyError, energyError),
        (.trajectory, trajectory),
      ] { try container.encode(value.isFinite ? value : nil, forKey: key) }
      try container.encode(replicas, forKey: .replicas)
      try container.encode(gradients, forKey: .gradients)
    }
  }

  /// A posterior mean, its Monte Carlo standard error, bulk and tail effective sample size and split-R̂.
  public struct Quantity: Encodable, Sendable {
    public let mean: Double
    public let mcse: Double
    public let ess: Double
    public let tailESS: Double
    public let rhat: Double

    init(_ chains: [[Double]]) {
      let diagnostics = Diagnostics(chains)
      mean = diagnostics.mean
      mcse = diagnostics.standardError
      ess = diagnostics.bulkESS
      tailESS = diagnostics.tailESS
      rhat = diagnostics.rHat
    }

    enum CodingKeys: String, CodingKey {
      case mean, mcse, ess, rhat
      case tailESS = "tail_ess"
    }

    /// JSON has no infinities: a number that is not finite, as R̂ of chains that never moved, is null.
    public func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      for (key, value) in [
        (CodingKeys.mean, mean), (.mcse, mcse), (.ess, ess), (.tailESS, tailESS),
        (.rhat, rhat),
      ] { try container.encode(value.isFinite ? value : nil, forKey: key) }
    }
  }
}
