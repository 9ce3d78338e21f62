import Archives
import Experiments
import Figures
import Foundation
import Host
import Networks
import Sampling
import Studies
import Theory

extension Figure {
  /// P* against d for other activations: erf and tanh on a cubic feature, relu on a quadratic one.
  static let activations = Figure(
    name: "activations", studies: ["two-layer-samples", "activation-tanh", "activation-relu"],
    networks: [NetworkKind.twoLayer.name, NetworkKind.twoLayerFeatures.name],
    axes: ["dimension", "samples"], tables: ["-alignment"]
  ) { archives in
    let families = try archives.map { try ActivationFamily($0) }
    var numbers = QuotedNumbers(figure: "activations")
    for family in families {
      let complexities = family.complexities
      numbers.append(
        "exponent_\(family.name)", complexities.exponent(at: threshold) ?? .nan,
        interval: complexities.exponentInterval(at: threshold),
        meaning: "slope of ln P* against ln d")
      numbers.append(
        "energy_exponent_\(family.name)", complexities.slope(family.energies),
        meaning: "slope of ln of the large-deviation energy at the same d")
      let ratios = complexities.curves.map {
        log($0.samples(at: threshold)! / Double($0.parameters.dimension))
      }
      numbers.append(
        "samples_\(family.name)", ratios.isEmpty ? .nan : exp(meanAndError(ratios).mean),
        meaning: "geometric mean of P*/d over d")
      numbers.append(
        "degree_\(family.name)", Double(family.curves[0].parameters.degree),
        meaning: "m of He_m")
    }
    numbers.append("threshold", threshold, meaning: "the alignment that defines P*")
    return [table(of: families), alignments(of: families), numbers.table]
  }

  private static func table(of families: [ActivationFamily]) -> Table {
    let rows = families.flatMap { family in
      zip(family.complexities.curves, family.energies).map {
        (family: family, curve: $0, energy: $1)
      }
    }
    return Table(
      "activations", "Samples P* at which the alignment reaches \(threshold); one row a dimension",
      of: rows,
      columns: [
        TypedColumn("activation", "sigma") { $0.family.name },
        TypedColumn("degree", "m of He_m") { $0.curve.parameters.degree },
        TypedColumn("dimension", "d = N") { $0.curve.parameters.dimension },
      ] + TypedColumn.samples { $0.curve.crossed(threshold) } + [
        TypedColumn("energy", "large-deviation energy E at that alignment") { $0.energy },
        TypedColumn("scaled_energy", "the same times one factor for all d, fitted to P*") {
          $0.family.factor * $0.energy
        },
        .isCertified("every cell between which P* is interpolated") {
          $0.curve.isCertified(at: threshold)
        },
      ])
  }

  private static func alignments(of families: [ActivationFamily]) -> Table {
    let rows = families.flatMap { family in
      family.curves.flatMap { $0.points.map { (family: family, point: $0) } }
    }
    return Table(
      "activations-alignment", "Alignment against samples; one row a point of the grid", of: rows,
      columns: [
        TypedColumn("activation", "sigma") { $0.family.name },
        TypedColumn("dimension", "d") { $0.point.parameters.dimension },
        TypedColumn("samples_per_dimension", "P/d") {
          Double($0.point.parameters.samples) / Double($0.point.parameters.dimension)
        },
        TypedColumn("alignment", "mean over data sets of the posterior mean") {
          $0.point.alignment.mean
        },
        TypedColumn("standard_error", "over data sets") { $0.point.alignment.error },
        TypedColumn("datasets", "data sets") { $0.point.results.count },
        TypedColumn("certified", "of these, certified") { $0.point.certified },
      ])
  }
}

/// The alignment that defines P*.
private let threshold = 0.1

/// The curves of an activation, one a dimension.
private struct ActivationFamily {
  let name: String
  let curves: [LearningCurve]
  /// Of those curves that reach the threshold.
  let complexities: SampleComplexities
  /// Large-deviation energies E at the threshold, of the same networks.
  let energies: [Double]

  init(_ archive: Archive) throws {
    let word = archive.cells[0].word(Parameters.Name.activation)
    name = word
    curves = LearningCurve.all(archive.replicates)
    complexities = SampleComplexities(curves, reaching: threshold) { Double($0.dimension) }
    energies = try complexities.curves.map(\.parameters).map { cell in
      try ActivationLargeDeviation(
        dimension: cell.dimension, width: cell.width,
        activation: HermiteOverlap.Activation(rawValue: word)!, degree: cell.degree,
        weightVariance: cell.weightVariance, readoutVariance: cell.readoutVariance
      ).solve(alignment: threshold).energy
    }
  }

  /// The geometric mean of P*/E.
  var factor: Double {
    guard !energies.isEmpty else { return .nan }
    let logs = zip(complexities.curves, energies).map { log($0.samples(at: threshold)! / $1) }
    return exp(meanAndError(logs).mean)
  }
}
