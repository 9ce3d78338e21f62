import Archives
import Experiments
import Foundation
import Host
import Kernels
import Studies

/// Networks that were trained elsewhere, beside the posterior of the cells that they belong to.
package struct Evaluation: Encodable, Sendable {
  package let weights, study, scaling: String
  package let networks: [Network]
  /// What keeps the posterior from being shown, one line a reason.
  package let gaps: [String]
  /// Names of the coordinates in which cells of the study differ.
  let axes: [String]

  private enum CodingKeys: String, CodingKey { case weights, study, scaling, networks, gaps }

  /// One network.
  package struct Network: Encodable, Sendable {
    package let name: String
    /// The numbers and words of its cell.
    package let cell: Parameters
    /// Whether the chains of the cell agree, and the number of their draws; `nil` if the cell is
    /// not archived.
    package let certified: Bool?
    package let draws: Int?
    package let quantities: [Value]
    /// The observables of single neurons, by name.
    package let neurons: [String: [Float]]
    package let kernel: Kernel
    /// Names of the quantities that are outside the posterior's 5–95 % range.
    package let outside: [String]
    /// What looks wrong with the weights.
    package let notes: [String]
  }

  /// A quantity of a network and its distribution in the posterior.
  package struct Value: Encodable, Sendable {
    package let name: String
    package let value: Double
    package let posterior: Posterior?
  }

  /// The distribution of a quantity over draws, and where a network's value is in it.
  package struct Posterior: Encodable, Sendable {
    package let mean, deviation, low, high: Double
    /// The share of draws below the value in percent, equal ones counted half.
    package let percentile: Double
  }

  /// The target's eigenvalue λ_y in the kernel of the network's features.
  package struct Kernel: Encodable, Sendable {
    package let eigenvalue, prior, priorError: Double
    /// λ_y over its mean in the prior; `nil` where the samples do not tell that mean from zero, as
    /// in deep networks.
    package let spike: Double?
  }
}

extension Evaluation {
  /// Evaluates a file's networks.
  ///
  /// - Parameters:
  ///   - file: a file of weights, HDF5 or `.npz`.
  ///   - spec: the study; its archived draws stand beside its file.
  ///   - at: what else is known of the cells, "samples=400,dataset=3".
  ///   - scaling: how f is made of the weights.
  /// - Throws: `UserError` or `HDF5Error` naming what is wrong with the file or the choice of the
  ///   cell.
  package init(
    of file: String, in spec: StudySpec, at text: String?, scaling: WeightScaling,
    kernels: KernelSet
  ) throws {
    let networks = try TrainedNetwork.all(
      of: WeightFile(reading: file), in: spec, at: CellChoice(in: spec, at: text))
    let draws = try ArchivedDraws(of: spec)
    var gaps: [String] = []
    // Cells come in the order of their first network, and all networks in that of the file.
    var results = [Network?](repeating: nil, count: networks.count)
    for key in networks.map(\.cell.key).uniqued {
      let own = networks.indices.filter { networks[$0].cell.key == key }
      let cell = networks[own[0]].cell
      let measurement = try Measurement(
        own.map { networks[$0] }, in: cell, scaling: scaling, from: file, kernels: kernels)
      let archived = draws.result(of: cell)
      if archived == nil { gaps.append(draws.gap) }
      let posterior = archived.map {
        Quantity.all(of: $0, in: cell).map { Distribution($0.values) }
      }
      let quantities = Quantity.all(of: measurement.draws, in: cell)
      for (i, index) in own.enumerated() {
        let values = quantities.indices.map { q in
          let value = quantities[q].values[i]
          return (quantities[q].name, value, posterior.flatMap { $0[q] })
        }
        let prior = measurement.priorEigenvalue
        results[index] = Network(
          name: networks[index].name, cell: cell.parameters, certified: archived?.isCertified,
          draws: archived?.alignment.count,
          quantities: values.map { name, value, distribution in
            Value(name: name, value: value, posterior: distribution.map { Posterior($0, value) })
          },
          neurons: Self.neurons(measurement.draws, i, in: cell),
          kernel: Kernel(
            eigenvalue: measurement.eigenvalues[i], prior: prior.mean, priorError: prior.error,
            spike: prior.mean > 3 * prior.error ? measurement.eigenvalues[i] / prior.mean : nil),
          outside: values.filter { !($0.2?.holds($0.1) ?? true) }.map(\.0),
          notes: measurement.notes[i])
      }
    }
    weights = file
    study = spec.file
    self.scaling = scaling.rawValue
    self.networks = results.map { $0! }
    self.gaps = gaps.uniqued
    let cells = spec.cells().map(\.parameters)
    axes = spec.layout.coordinates.map(\.name).filter { name in
      Set(cells.map { $0[name] }).count > 1
    }
  }

  /// What single neurons of a network are, by observable.
  private static func neurons(
    _ draws: CellResult, _ index: Int, in cell: Cell
  ) -> [String: [Float]] {
    Dictionary(
      uniqueKeysWithValues: cell.kind.units.map { unit in
        let size = cell.parameters.integer(unit.size)
        return (unit.name, Array(draws.unit(unit.name)[index * size..<(index + 1) * size]))
      })
  }
}

extension Evaluation.Posterior {
  fileprivate init(_ distribution: Distribution, _ value: Double) {
    mean = distribution.mean
    deviation = distribution.deviation
    low = distribution.low
    high = distribution.high
    percentile = distribution.percentile(of: value)
  }
}

/// The archived draws of a study, where there are any.
private struct ArchivedDraws {
  private let archive: Archive?
  private let places: [String: Int]
  /// Why a cell has no draws.
  let gap: String

  /// - Throws: `UserError` or `HDF5Error` if the study file is damaged.
  init(of spec: StudySpec) throws {
    let file = (spec.file as NSString).deletingPathExtension + ".h5"
    let isThere = FileManager.default.fileExists(atPath: file)
    let isSampled = spec.layout.experiment == PosteriorExperiment.name
    archive = isThere && isSampled ? try Archive(reading: file) : nil
    places = Dictionary(
      uniqueKeysWithValues: (archive?.keys ?? []).enumerated().map { ($1, $0) })
    guard isSampled else {
      gap = "\(spec.file) asks for \(spec.layout.experiment): the posterior is not shown"
      return
    }
    gap =
      "\(file) \(isThere ? "has no draws of such a cell" : "is missing"): the posterior is not "
      + "shown; cod simulate \(spec.file) draws it"
  }

  func result(of cell: Cell) -> CellResult? { places[cell.key].map { archive!.results[$0] } }
}
