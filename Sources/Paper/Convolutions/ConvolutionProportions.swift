import Figures
import Foundation
import Studies
import Theory

extension Figure {
  /// P* of linear convolutions in the proportions N_w = 10 α, S = 50 α, C = 1000 α: sampled where they fit, and
  /// by the equation of state far beyond.
  static let cnnProportions = Figure(
    name: "cnn-proportions", studies: ["cnn-proportions"],
    networks: [NetworkKind.patch.name], axes: ["patch", "samples"], tables: ["-theory"]
  ) { archives in
    let curves = LearningCurve.all(archives[0].replicates)
    var table = Table(
      "cnn-proportions", "Samples P* at which the alignment reaches \(half); one row a network",
      columns: [
        .init("scale", "alpha = S/50"), .init("dimension", "d = N_w S"), .init("channels", "C"),
        .init("samples", "P*: mean alignment over data sets interpolated in P"),
        .init("low", "2.5 % of the bootstrap over data sets"), .init("high", "97.5 % of it"),
        .init("equation_of_state", "P* by the equation of state, nothing fitted"),
        .init("lazy", "P* of the Gaussian process of infinite channels"),
        .init("certified", "1 if every cell of the curve is certified, else 0"),
      ])
    for curve in curves {
      let (cell, model) = (curve.parameters, curve.points[0].equationOfState)
      let interval = Bootstrap.interval(datasets: curve.datasets) {
        curve.samples(at: half, datasets: $0)
      }
      table.append([
        .real(Double(cell.patch) / 50), .integer(cell.dimension), .integer(cell.channels),
        .real(curve.samples(at: half) ?? .nan), .real(interval.low), .real(interval.high),
        .real(try model.samples(alignment: half).samples),
        .real(model.lazySamples(alignment: half)),
        .integer(curve.isCertified ? 1 : 0),
      ])
    }

    let cell = curves[0].parameters
    func model(_ scale: Int) -> ConvolutionEquationOfState {
      ConvolutionEquationOfState(
        patch: 5 * scale, patches: scale, channels: 100 * scale,
        outputVariance: cell.weightVariance * cell.readoutVariance, ridge: cell.ridge)
    }
    var theory = Table(
      "cnn-proportions-theory", "Predicted P*; one row a scale",
      columns: [
        .init("scale", "alpha"), .init("equation_of_state", "P* by the equation of state"),
        .init("lazy", "P* of the Gaussian process of infinite channels"),
        .init("asymptote", "its limit, (kappa + s) sqrt(N_w S C/s)/(1 - A), s = sigma_a^2"),
        .init("amplification", "D of the filters along w*"),
      ])
    // In units of a tenth, N_w, which is a whole number.
    for scale in [1, 2, 3, 4, 6, 10, 14, 20, 30, 50, 100, 200, 300, 500, 1000, 2000, 3000] {
      let state = try model(scale).samples(alignment: half)
      theory.append([
        .real(Double(scale) / 10), .real(state.samples),
        .real(model(scale).lazySamples(alignment: half)),
        .real(model(scale).asymptote(alignment: half)), .real(state.amplification),
      ])
    }
    var numbers = QuotedNumbers(figure: "cnn-proportions")
    let last = table.rows.last!
    if case .real(let sampled) = last[3], case .real(let predicted) = last[6],
      case .real(let lazy) = last[7]
    {
      numbers.append(
        "state_ratio", predicted / sampled,
        meaning: "P* predicted over sampled at the largest scale")
      numbers.append("lazy_ratio", lazy / sampled, meaning: "P* lazy over sampled there")
    }
    numbers.append(
      "scale", Double(curves.last!.parameters.patch) / 50, meaning: "the largest scale sampled")
    numbers.append("alignment_threshold", half, meaning: "the alignment that defines P*")
    numbers.append(
      "lazy_slope",
      log(model(20).lazySamples(alignment: half) / model(10).lazySamples(alignment: half))
        / log(2), meaning: "d ln P*/d ln alpha of the Gaussian process")
    return [table, theory, numbers.table]
  }

  private static let half = 0.5
}
