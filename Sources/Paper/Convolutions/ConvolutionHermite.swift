import Figures
import Foundation
import Host
import Studies

extension Figure {
  /// P* of erf convolutions with S = N_w = C on He_1 and He_3 of each patch, and the cubic learning curves.
  static let cnnHermite = Figure(
    name: "cnn-hermite", studies: ["cnn-erf", "cnn-cubic"],
    networks: [NetworkKind.patch.name], axes: ["patch", "samples"], tables: ["-alignment"]
  ) { archives in
    var table = Table(
      "cnn-hermite", "Samples P* at which the alignment reaches a threshold; one row a network",
      columns: [
        .init("degree", "m of the target"), .init("dimension", "d = N_w S"),
        .init("patch", "S = N_w = C"), .init("threshold", "the alignment that defines P*"),
        .init("samples", "P*: mean alignment over data sets interpolated in P"),
        .init("low", "2.5 % of the bootstrap over data sets"), .init("high", "97.5 % of it"),
        .init("lazy", "P* of the Gaussian process of infinite channels, patches on their sphere"),
        .init("certified", "1 if every cell at this size is certified, else 0"),
      ])
    var alignment = Table(
      "cnn-hermite-alignment", "Alignment of sampled networks; one row a point of the grid",
      columns: [
        .init("degree", "m of the target"), .init("patch", "S = N_w = C"),
        .init("load", "P/d^(3/4)"), .init("alignment", "mean over data sets of the posterior mean"),
        .init("standard_error", "over data sets"), .init("datasets", "data sets"),
        .init("certified", "of these, certified"),
      ])
    var numbers = QuotedNumbers(figure: "cnn-hermite")
    for (name, threshold, archive) in [("linear", 0.5, archives[0]), ("cubic", 0.1, archives[1])] {
      let curves = LearningCurve.all(archive.replicates)
      let complexities = SampleComplexities(curves) { Double($0.dimension) }
      let lazy = try curves.map { try $0.points[0].lazySamples(alignment: threshold) }
      for (i, curve) in curves.enumerated() {
        let cell = curve.parameters
        let interval = Bootstrap.interval(datasets: curve.datasets) {
          curve.samples(at: threshold, datasets: $0)
        }
        table.append([
          .integer(cell.degree), .integer(cell.dimension), .integer(cell.patch), .real(threshold),
          .real(curve.samples(at: threshold) ?? .nan), .real(interval.low), .real(interval.high),
          .real(lazy[i]), .integer(curve.isCertified ? 1 : 0),
        ])
        for point in curve.points {
          let (mean, error) = meanAndError(point.alignments)
          alignment.append([
            .integer(cell.degree), .integer(cell.patch),
            .real(Double(point.parameters.samples) / pow(Double(cell.dimension), 0.75)),
            .real(mean), .real(error), .integer(point.results.count), .integer(point.certified),
          ])
        }
      }
      guard let exponent = complexities.exponent(at: threshold) else {
        throw UserError(
          "cnn-\(name == "cubic" ? "cubic" : "erf"): the alignment does not cross \(threshold) inside the grid "
            + "at every size; expected it to: widen data.samples", exitCode: 1)
      }
      numbers.append(
        "\(name)_exponent", exponent, interval: complexities.exponentInterval(at: threshold),
        meaning: "slope of ln P* against ln d")
      numbers.append(
        "\(name)_lazy_exponent", complexities.slope(lazy), meaning: "of the Gaussian process")
      numbers.append(
        "\(name)_lazy_ratio", lazy.last! / (curves.last!.samples(at: threshold) ?? .nan),
        meaning: "P* of the Gaussian process over the sampled one at the largest size")
      numbers.append("\(name)_threshold", threshold, meaning: "the alignment that defines P*")
      if name == "cubic" {
        numbers.append("size_count", Double(curves.count), meaning: "sizes of the cubic study")
        for (i, curve) in curves.enumerated() {
          numbers.append(
            "patch_\(i + 1)", Double(curve.parameters.patch), meaning: "S of curve \(i + 1)")
        }
      }
    }
    return [table, alignment, numbers.table]
  }
}
