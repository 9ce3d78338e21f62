import Archives
import Experiments
import Figures
import Foundation
import Host
import Sampling
import Studies

extension Figure {
  /// P* for other laws of inputs, and against the variance along the feature.
  static let inputs = Figure(
    name: "inputs",
    studies: ["two-layer-samples", "input-laws", "input-coordinates", "input-spike"],
    networks: [NetworkKind.twoLayer.name, NetworkKind.twoLayerFeatures.name],
    axes: ["dimension", "law", "freedom", "spike", "samples"], tables: ["-spike"]
  ) { archives in
    let others = archives[1...2].flatMap { LearningCurve.all($0.replicates) }
    guard let dimension = others.first?.parameters.dimension,
      let gaussian = LearningCurve.all(archives[0].replicates).min(by: {
        abs($0.parameters.dimension - dimension) < abs($1.parameters.dimension - dimension)
      })
    else { preconditionFailure("an archive has cells") }
    let laws = [NamedLaw("gaussian", gaussian)] + others.map { NamedLaw($0) }
    let spikes = LearningCurve.all(archives[3].replicates).sorted {
      $0.parameters.real(Parameters.Name.spike) < $1.parameters.real(Parameters.Name.spike)
    }
    var numbers = QuotedNumbers(figure: "inputs")
    let base = gaussian.crossed(threshold)
    for law in laws {
      let d = Double(law.curve.parameters.dimension)
      let crossed = law.curve.crossed(threshold)
      numbers.append(
        "samples_\(law.name)", crossed.value.map { $0 / d } ?? .nan,
        interval: (crossed.interval.low / d, crossed.interval.high / d),
        meaning: "P*/d, NaN where the alignment stays below the threshold")
    }
    // Data sets of other laws are other data sets, whatever random numbers they share.
    for law in laws.dropFirst() {
      func ratio(_ sets: [[Int]]?) -> Double? {
        guard let a = law.curve.samples(at: threshold, datasets: sets?[0]),
          let b = gaussian.samples(at: threshold, datasets: sets?[1])
        else { return nil }
        return a * Double(gaussian.parameters.dimension)
          / (b * Double(law.curve.parameters.dimension))
      }
      numbers.append(
        "ratio_\(law.name)", ratio(nil) ?? .nan,
        interval: base.value == nil
          ? (.nan, .nan)
          : Bootstrap(groups: [law.curve.datasets, gaussian.datasets]).interval { ratio($0) },
        meaning: "P*/d over that of Gaussian inputs")
    }
    appendSpikes(spikes, to: &numbers)
    numbers.append("dimension", Double(dimension), meaning: "d of the laws")
    numbers.append("threshold", threshold, meaning: "the alignment that defines P*")
    return [table(of: laws), table(ofSpikes: spikes), numbers.table]
  }

  /// The slope of ln P* against ln λ.
  private static func appendSpikes(_ curves: [LearningCurve], to numbers: inout QuotedNumbers) {
    let complexities = SampleComplexities(curves, reaching: threshold) {
      $0.real(Parameters.Name.spike)
    }
    numbers.append(
      "spike_exponent", complexities.exponent(at: threshold) ?? .nan,
      interval: complexities.exponentInterval(at: threshold),
      meaning: "slope of ln P* against ln lambda, the variance along the feature")
    numbers.append(
      "spike_dimension", Double(curves[0].parameters.dimension), meaning: "d of the spikes")
  }

  private static func table(of laws: [NamedLaw]) -> Table {
    let rows = laws.enumerated().flatMap { i, law in law.curve.points.map { (i, law, $0) } }
    return Table(
      "inputs", "Alignment against samples; one row a law and P", of: rows,
      columns: [
        TypedColumn("index", "of the law, from 1") { $0.0 + 1 },
        TypedColumn("law", "of inputs") { $0.1.name },
        TypedColumn("samples_per_dimension", "P/d") {
          Double($0.2.parameters.samples) / Double($0.2.parameters.dimension)
        },
        TypedColumn("alignment", "mean over data sets of the posterior mean") {
          $0.2.alignment.mean
        },
        TypedColumn("standard_error", "over data sets") { $0.2.alignment.error },
        TypedColumn("test_error", "standard error of a data set's alignment from its test set") {
          let errors = $0.2.results.map { result in
            result.numbers["alignment_error"] == nil
              ? 0 : mean(result.observable("alignment_error"), over: nil)
          }
          return mean(errors, over: nil)
        },
        TypedColumn("datasets", "data sets") { $0.2.results.count },
        TypedColumn("certified", "of these, certified") { $0.2.certified },
      ])
  }

  private static func table(ofSpikes curves: [LearningCurve]) -> Table {
    Table(
      "inputs-spike", "Samples P* against the variance along the feature; one row a variance",
      of: curves,
      columns: [
        TypedColumn("spike", "lambda") { $0.parameters.real(Parameters.Name.spike) },
        TypedColumn("dimension", "d") { $0.parameters.dimension },
      ] + TypedColumn.samples { $0.crossed(threshold) } + [
        .isCertified("every cell between which P* is interpolated") {
          $0.isCertified(at: threshold)
        }
      ])
  }
}

/// The alignment that defines P*.
private let threshold = 0.1

/// A learning curve under a law of inputs.
private struct NamedLaw {
  let name: String
  let curve: LearningCurve

  init(_ name: String, _ curve: LearningCurve) {
    self.name = name
    self.curve = curve
  }

  init(_ curve: LearningCurve) {
    self.init(curve.parameters.word(Parameters.Name.law), curve)
  }
}
