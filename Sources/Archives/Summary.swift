import Sampling
import Studies

/// A study file in numbers: one row a cell.
package struct Summary: Encodable, Sendable {
  package let cells: [Row]
  /// Names of the network's sizes, and of the observable that tells most of how it learns.
  package let sizes: [String]
  package let observable: String
  /// When a cell is certified, in words.
  package let criterion: String

  private enum CodingKeys: String, CodingKey { case cells }

  package init(_ archive: Archive) {
    sizes = archive.kind.givenSizes.map(\.name)
    observable = archive.kind.tellingMost.name
    criterion = Certification.words(for: archive.kind)
    cells = zip(archive.cells, archive.results).map { Row(parameters: $0, result: $1) }
  }

  package struct Row: Encodable, Sendable {
    package let parameters: Parameters
    package let certified: Bool
    package let alignment: Quantity
    package let trainingLoss: Quantity
    /// The observables of the kind of network, by name.
    package let observables: [String: Quantity]
    /// Means over chains.
    package let virial: Double
    package let acceptance: Double
    package let energyError: Double
    package let trajectory: Double
    /// Rungs of the ladder where the cell was tempered, else 0.
    package let replicas: Int
    /// Sum over chains.
    package let gradients: Int

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
    package func encode(to encoder: any Encoder) throws {
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

  /// A posterior mean, its Monte Carlo standard error, bulk and tail effective sample size and
  /// split-R̂.
  package struct Quantity: Encodable, Sendable {
    package let mean: Double
    package let mcse: Double
    package let ess: Double
    package let tailESS: Double
    package let rhat: Double

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

    /// JSON has no infinities: a number that is not finite, as R̂ of chains that never moved, is
    /// null.
    package func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      for (key, value) in [
        (CodingKeys.mean, mean), (.mcse, mcse), (.ess, ess), (.tailESS, tailESS),
        (.rhat, rhat),
      ] { try container.encode(value.isFinite ? value : nil, forKey: key) }
    }
  }
}
