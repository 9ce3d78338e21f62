import Experiments
import Figures
import Foundation
import Studies
import Theory

extension Figure {
  /// P* of linear convolutions in the proportions N_w = 10 α, S = 50 α, C = 1000 α: sampled where
  /// they fit, and by the equation of state far beyond.
  static let cnnProportions = Figure(
    name: "cnn-proportions", studies: ["cnn-proportions"],
    networks: [NetworkKind.convolution.name], axes: ["patch", "samples"], tables: ["-theory"]
  ) { archives in
    let curves = LearningCurve.all(archives[0].replicates)
    let sampled = try curves.map(ProportionalNetwork.init)
    // In units of a tenth, N_w, which is a whole number.
    let scales = [1, 2, 3, 4, 6, 10, 14, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000]
    let predicted = try scales.map { try ProportionalTheory(scale: $0, like: curves[0].parameters) }

    var numbers = QuotedNumbers(figure: "cnn-proportions")
    let largest = sampled.last!
    if let samples = largest.samples.value {
      numbers.append(
        "state_ratio", largest.state / samples,
        meaning: "P* predicted over sampled at the largest scale")
      numbers.append("lazy_ratio", largest.lazy / samples, meaning: "P* lazy over sampled there")
    }
    numbers.append(
      "finite_deviation",
      sampled.compactMap { network in
        network.samples.value.map { 100 * abs(network.finiteSize / $0 - 1) }
      }.max() ?? .nan,
      meaning: "percent between P* of the posterior at these sizes and the sampled one, the largest"
    )
    numbers.append("scale", largest.scale, meaning: "the largest scale sampled")
    numbers.append("alignment_threshold", half, meaning: "the alignment that defines P*")
    let (one, two) = (
      try ProportionalTheory(scale: 10, like: curves[0].parameters),
      try ProportionalTheory(scale: 20, like: curves[0].parameters)
    )
    numbers.append(
      "lazy_slope", log(two.lazy / one.lazy) / log(2),
      meaning: "d ln P*/d ln alpha of the Gaussian process")
    return [
      ProportionalNetwork.table(of: sampled), ProportionalTheory.table(of: predicted),
      numbers.table,
    ]
  }
}

/// The alignment that defines P*.
private let half = 0.5

/// A sampled network.
private struct ProportionalNetwork {
  let curve: LearningCurve
  let samples: Crossed
  /// P* by the equation of state, of the posterior at this size, and of the Gaussian process.
  let state, finiteSize, lazy: Double
  /// α.
  var scale: Double { Double(curve.parameters.patch) / 50 }

  init(_ curve: LearningCurve) throws {
    let model = curve.points[0].equationOfState
    self.curve = curve
    samples = curve.crossed(half)
    state = try model.samples(alignment: half).samples
    finiteSize = try curve.points[0].finiteSize.samples(alignment: half).samples
    lazy = model.lazySamples(alignment: half)
  }

  static func table(of networks: [ProportionalNetwork]) -> Table {
    Table(
      "cnn-proportions", "Samples P* at which the alignment reaches \(half); one row a network",
      of: networks,
      columns: [
        TypedColumn("scale", "alpha = S/50") { $0.scale },
        TypedColumn("dimension", "d = N_w S") { $0.curve.parameters.dimension },
        TypedColumn("channels", "C") { $0.curve.parameters.channels },
      ] + TypedColumn.samples(\.samples) + [
        TypedColumn("equation_of_state", "P* by the equation of state, nothing fitted") {
          $0.state
        },
        TypedColumn("finite_size", "P* by the posterior at these sizes, nothing fitted") {
          $0.finiteSize
        },
        TypedColumn("lazy", "P* of the Gaussian process of infinite channels") { $0.lazy },
        .isCertified("every cell of the curve") { $0.curve.isCertified },
      ])
  }
}

/// What is predicted of a network in these proportions.
private struct ProportionalTheory {
  let scale, lazy, asymptote, finiteSize: Double
  let state: ConvolutionEquationOfState.State

  /// - Parameters:
  ///   - scale: N_w, ten times α. - cell: where the variances and the ridge are from.
  init(scale: Int, like cell: Parameters) throws {
    let model = ConvolutionEquationOfState(
      patch: 5 * scale, patches: scale, channels: 100 * scale,
      outputVariance: cell.weightVariance * cell.readoutVariance, ridge: cell.ridge)
    self.scale = Double(scale) / 10
    lazy = model.lazySamples(alignment: half)
    asymptote = model.asymptote(alignment: half)
    state = try model.samples(alignment: half)
    finiteSize = try ConvolutionPosterior(model).samples(alignment: half).samples
  }

  static func table(of predictions: [ProportionalTheory]) -> Table {
    Table(
      "cnn-proportions-theory", "Predicted P*; one row a scale", of: predictions,
      columns: [
        TypedColumn("scale", "alpha") { $0.scale },
        TypedColumn("equation_of_state", "P* by the equation of state") { $0.state.samples },
        TypedColumn("finite_size", "P* by the posterior at these sizes") { $0.finiteSize },
        TypedColumn("lazy", "P* of the Gaussian process of infinite channels") { $0.lazy },
        TypedColumn("asymptote", "its limit, (kappa + s) sqrt(N_w S C/s)/(1 - A), s = sigma_a^2") {
          $0.asymptote
        },
        TypedColumn("amplification", "D of the filters along w*") { $0.state.amplification },
      ])
  }
}
