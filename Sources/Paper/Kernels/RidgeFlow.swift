import Archives
import Experiments
import Figures
import Foundation
import Sampling
import Studies
import Theory

extension Figure {
  /// The ridge that integrated modes leave behind, and what is learned of the modes that are kept.
  static let ridgeFlow = Figure(
    name: "ridge-flow",
    studies: ["ridge-gaussian", "ridge-circle", "ridge-digits", "kept-modes"],
    experiments: [ModeRegression.name], networks: ModeRegression.models,
    axes: [Parameters.Name.samples], tables: ["-kept"]
  ) { archives in
    let flows = archives[0..<3].map { MeasuredFlow($0.results[0]) }
    let kept = archives[3].points.map { KeptModes(archives[3].results[$0.cells[0]]) }
    let names = ["gaussian", "circle", "digits"]
    let rows = zip(names, flows).flatMap { name, flow in
      flow.cuts.indices.map { (name: name, flow: flow, cut: $0) }
    }
    let table = Table(
      "ridge-flow",
      "Ridge after modes beyond a cut are integrated out; one row a kind of features and a cut",
      of: rows,
      columns: [
        TypedColumn("series", "gaussian, circle or digits: the features") { $0.name },
        TypedColumn("kept", "modes that are kept") { $0.flow.cuts[$0.cut] },
        TypedColumn("measured", "P/tr(kappa + K)^-1, mean over data sets") {
          meanAndError($0.flow.measured[$0.cut]).mean
        },
        TypedColumn("standard_error", "over data sets") {
          meanAndError($0.flow.measured[$0.cut]).error
        },
        TypedColumn("flow", "self-consistent ridge") { $0.flow.flow[$0.cut] },
        TypedColumn("wilson", "Wilson's ridge") { $0.flow.wilson[$0.cut] },
      ])
    let keptTable = Table(
      "ridge-flow-kept", "What is learned of the kept modes; one row a number of samples",
      of: kept,
      columns: [
        TypedColumn("samples", "P") { $0.samples },
        TypedColumn("theory", "mean of P lambda/(kappa_0 + P lambda) over kept modes") {
          $0.theory
        },
      ]
        + KeptModes.names.flatMap { name in
          [
            TypedColumn<KeptModes>(name, KeptModes.meaning(of: name)) {
              meanAndError($0.learned[name]!).mean
            },
            TypedColumn<KeptModes>("\(name)_error", "standard error over data sets") {
              meanAndError($0.learned[name]!).error
            },
          ]
        })

    var numbers = QuotedNumbers(figure: "ridge-flow")
    for (name, flow) in zip(names, flows) {
      numbers.append(
        "\(name)_deviation", flow.deviation(flow.flow)(flow.all),
        interval: flow.interval(flow.deviation(flow.flow)),
        meaning:
          "largest |self-consistent/measured - 1| over cuts to a third of the modes, \(name)"
      )
      numbers.append(
        "\(name)_ratio", flow.ratio(flow.flow)(flow.all),
        interval: flow.interval(flow.ratio(flow.flow)),
        meaning: "self-consistent over measured ridge at the lowest cut, \(name)")
      numbers.append(
        "\(name)_wilson", flow.ratio(flow.wilson)(flow.all),
        interval: flow.interval(flow.ratio(flow.wilson)),
        meaning: "Wilson's over measured ridge at the lowest cut, \(name)")
    }
    let gaussian = flows[0]
    numbers.append(
      "wilson_far", gaussian.unlearnableDeviation(gaussian.all),
      interval: gaussian.interval(gaussian.unlearnableDeviation),
      meaning: "largest |Wilson's/measured - 1| where P lambda_cut < kappa_c/5, gaussian")
    for name in ["bare", "wilson", "flow", "matched"] {
      numbers.append(
        "\(name)_shift", KeptModes.shift(kept, name)(KeptModes.all(kept)),
        interval: Bootstrap.interval(
          datasets: KeptModes.all(kept).count, KeptModes.shift(kept, name)),
        meaning:
          "largest over P of |learned share at the ridge '\(name)' - with all modes|, kept modes")
    }
    numbers.append(
      "theory_shift", KeptModes.theoryShift(kept)(KeptModes.all(kept)),
      interval: Bootstrap.interval(
        datasets: KeptModes.all(kept).count, KeptModes.theoryShift(kept)),
      meaning: "largest over P of |theory - learned share with all modes|")
    numbers.append("samples", Double(gaussian.samples), meaning: "P of the flow")
    numbers.append("cut", Double(kept[0].cut), meaning: "modes that are kept in the second panel")
    numbers.append(
      "datasets", Double(gaussian.all.count), meaning: "data sets of each kind of features")
    return [table, keptTable, numbers.table]
  }
}

/// The measured flow of one kind of features.
private struct MeasuredFlow {
  let cuts: [Int]
  /// Of each cut, the ridge in every data set.
  let measured: [[Double]]
  let flow, wilson: [Double]
  let samples: Int
  private let modes: Int
  /// λ of the last kept mode, where the modes are drawn.
  private let lastKept: [Double]

  init(_ result: CellResult) {
    cuts = result.integers("kept")
    flow = result.doubles("flow_ridge")
    wilson = result.doubles("wilson_ridge")
    measured = blocks(result.doubles("measured_ridge"), cuts.count)
    samples = result.parameters.samples
    modes = result.parameters.integer("modes")
    let exponent = result.parameters.has("exponent") ? result.parameters.real("exponent") : 0
    lastKept = cuts.map { $0 == 0 ? 1 : pow(Double($0), -1 - exponent) }
  }

  /// The data sets, by index.
  var all: [Int] { Array(measured[0].indices) }

  func interval(_ statistic: ([Int]) -> Double?) -> (low: Double, high: Double) {
    Bootstrap.interval(datasets: all.count, statistic)
  }

  private func mean(_ cut: Int, _ chosen: [Int]) -> Double {
    chosen.reduce(0) { $0 + measured[cut][$1] } / Double(chosen.count)
  }

  /// The largest relative deviation of a prediction, up to a third of the modes: beyond these the
  /// population of data is itself finite.
  func deviation(_ prediction: [Double]) -> ([Int]) -> Double {
    { chosen in
      cuts.indices.filter { 3 * cuts[$0] <= modes }
        .map { abs(prediction[$0] / mean($0, chosen) - 1) }.max()!
    }
  }

  /// A prediction over what is measured at the lowest cut.
  func ratio(_ prediction: [Double]) -> ([Int]) -> Double {
    { prediction[0] / mean(0, $0) }
  }

  /// The largest relative deviation of Wilson's ridge where the last kept mode is unlearnable.
  func unlearnableDeviation(_ chosen: [Int]) -> Double {
    cuts.indices.filter { Double(samples) * lastKept[$0] < flow[$0] / 5 }
      .map { abs(wilson[$0] / mean($0, chosen) - 1) }.max() ?? .nan
  }
}

/// What is learned of kept modes at one number of samples.
private struct KeptModes {
  static let names = ["full", "bare", "wilson", "flow", "matched"]
  let samples, cut: Int
  /// The learned share in every data set.
  let learned: [String: [Double]]
  /// The mean learnability of the kept modes in theory.
  let theory: Double

  init(_ result: CellResult) {
    samples = result.parameters.samples
    cut = result.integers("kept")[0]
    learned = Dictionary(
      uniqueKeysWithValues: Self.names.map { ($0, result.doubles("learned_\($0)")) })
    let eigenvalues = RidgeRenormalization.powerLaw(
      exponent: result.parameters.real("exponent"), modes: result.parameters.integer("modes"))
    let model = try? RidgeRenormalization(
      eigenvalues: eigenvalues, ridge: result.parameters.ridge, samples: Double(samples))
    let effective = (try? model?.effective().value) ?? .nan
    theory =
      eigenvalues.prefix(cut).reduce(0) {
        $0 + (model?.learnability(of: $1, effective: effective) ?? .nan)
      } / Double(cut)
  }

  static func meaning(of name: String) -> String {
    let ridges = [
      "full": "with all modes", "bare": "with the kept modes at kappa",
      "wilson": "with the kept modes at Wilson's ridge",
      "flow": "with the kept modes at the self-consistent ridge",
      "matched": "with the kept modes at the matched ridge",
    ]
    return "mean of f_k/y_k over kept modes, \(ridges[name]!), mean over data sets"
  }

  static func all(_ points: [KeptModes]) -> [Int] { Array(points[0].learned["full"]!.indices) }

  /// The largest |mean of differences| to regression with all modes.
  static func shift(_ points: [KeptModes], _ name: String) -> ([Int]) -> Double {
    let differences = points.map { point in
      zip(point.learned[name]!, point.learned["full"]!).map { $0 - $1 }
    }
    return { largestMean(differences, $0) }
  }

  static func theoryShift(_ points: [KeptModes]) -> ([Int]) -> Double {
    let differences = points.map { point in point.learned["full"]!.map { $0 - point.theory } }
    return { largestMean(differences, $0) }
  }

  private static func largestMean(_ values: [[Double]], _ chosen: [Int]) -> Double {
    var most = 0.0
    for values in values {
      var sum = 0.0
      for i in chosen { sum += values[i] }
      most = max(most, abs(sum / Double(chosen.count)))
    }
    return most
  }
}

/// An array in so many equal parts.
private func blocks(_ values: [Double], _ count: Int) -> [[Double]] {
  let size = values.count / count
  return (0..<count).map { Array(values[$0 * size..<($0 + 1) * size]) }
}
