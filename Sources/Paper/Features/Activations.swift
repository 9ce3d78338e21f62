import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies

extension Figure {
  /// P* against d for other activations: erf and tanh on a cubic feature, relu on a quadratic one.
  static let activations = Figure(
    name: "activations", studies: ["two-layer-samples", "activation-tanh", "activation-relu"],
    networks: [NetworkKind.twoLayer.name, NetworkKind.twoLayerFeatures.name],
    axes: ["dimension", "samples"], tables: ["-alignment"]
  ) { archives in
    let families = archives.map { archive in
      ActivationFamily(
        name: archive.cells[0].word(Parameters.Name.activation),
        curves: LearningCurve.all(archive.replicates))
    }
    var numbers = QuotedNumbers(figure: "activations")
    for family in families {
      let complexities = SampleComplexities(family.curves, reaching: threshold) {
        Double($0.dimension)
      }
      numbers.append(
        "exponent_\(family.name)", complexities.exponent(at: threshold) ?? .nan,
        interval: complexities.exponentInterval(at: threshold),
        meaning: "slope of ln P* against ln d")
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
      family.curves.map { (family: family, curve: $0) }
    }
    return Table(
      "activations", "Samples P* at which the alignment reaches \(threshold); one row a dimension",
      of: rows,
      columns: [
        TypedColumn("activation", "sigma") { $0.family.name },
        TypedColumn("degree", "m of He_m") { $0.curve.parameters.degree },
        TypedColumn("dimension", "d = N") { $0.curve.parameters.dimension },
      ] + TypedColumn.samples { $0.curve.crossed(threshold) } + [
        .isCertified("every cell between which P* is interpolated") {
          $0.curve.isCertified(at: threshold)
        }
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
}
