import Archives
import Experiments
import Figures
import Foundation
import Host
import Studies

extension Figure {
  /// P* of erf convolutions with S = N_w = C on He_1 and He_3 of each patch, and the cubic learning
  /// curves.
  static let cnnHermite = Figure(
    name: "cnn-hermite", studies: ["cnn-erf", "cnn-cubic"],
    networks: [NetworkKind.convolution.name], axes: ["patch", "samples"], tables: ["-alignment"]
  ) { archives in
    let (linear, cubic) = (
      try HermiteStudy("linear", archives[0], threshold: 0.5),
      try HermiteStudy("cubic", archives[1], threshold: 0.1)
    )
    var numbers = QuotedNumbers(figure: "cnn-hermite")
    try linear.append(to: &numbers)
    try cubic.append(to: &numbers)
    let curves = cubic.networks.map(\.curve)
    numbers.append("size_count", Double(curves.count), meaning: "sizes of the cubic study")
    for (i, curve) in curves.enumerated() {
      numbers.append(
        "patch_\(i + 1)", Double(curve.parameters.patch), meaning: "S of curve \(i + 1)")
    }
    let networks = linear.networks + cubic.networks
    return [
      HermiteNetwork.table(of: networks), alignments(at: networks.flatMap(\.curve.points)),
      numbers.table,
    ]
  }

  private static func alignments(at points: [Replicates]) -> Table {
    Table(
      "cnn-hermite-alignment", "Alignment of sampled networks; one row a point of the grid",
      of: points,
      columns: [
        TypedColumn("degree", "m of the target") { $0.parameters.degree },
        TypedColumn("patch", "S = N_w = C") { $0.parameters.patch },
        TypedColumn("load", "P/d^(3/4)") {
          Double($0.parameters.samples) / pow(Double($0.parameters.dimension), 0.75)
        },
      ] + TypedColumn.alignment + TypedColumn.certified)
  }
}

/// Networks of one degree, with the alignment that defines their P*.
private struct HermiteStudy {
  let name: String
  let file: String
  let threshold: Double
  let networks: [HermiteNetwork]

  init(_ name: String, _ archive: Archive, threshold: Double) throws {
    self.name = name
    file = archive.file
    self.threshold = threshold
    networks = try LearningCurve.all(archive.replicates).map {
      try HermiteNetwork($0, threshold: threshold)
    }
  }

  func append(to numbers: inout QuotedNumbers) throws {
    let complexities = SampleComplexities(networks.map(\.curve)) { Double($0.dimension) }
    guard let exponent = complexities.exponent(at: threshold) else {
      throw UserError(
        "\(file): the alignment does not cross \(threshold) inside the grid at every size; "
          + "expected it to: widen data.samples", exitCode: 1)
    }
    let largest = networks.last!
    numbers.append(
      "\(name)_exponent", exponent, interval: complexities.exponentInterval(at: threshold),
      meaning: "slope of ln P* against ln d")
    numbers.append(
      "\(name)_lazy_exponent", complexities.slope(networks.map(\.lazy)),
      meaning: "of the Gaussian process")
    numbers.append(
      "\(name)_lazy_ratio", largest.lazy / (largest.samples.value ?? .nan),
      meaning: "P* of the Gaussian process over the sampled one at the largest size")
    numbers.append("\(name)_threshold", threshold, meaning: "the alignment that defines P*")
  }
}

/// A curve with its P*, and that of its Gaussian process.
private struct HermiteNetwork {
  let curve: LearningCurve
  let threshold: Double
  let samples: Crossed
  let lazy: Double

  init(_ curve: LearningCurve, threshold: Double) throws {
    self.curve = curve
    self.threshold = threshold
    samples = curve.crossed(threshold)
    lazy = try curve.points[0].lazySamples(alignment: threshold)
  }

  static func table(of networks: [HermiteNetwork]) -> Table {
    Table(
      "cnn-hermite", "Samples P* at which the alignment reaches a threshold; one row a network",
      of: networks,
      columns: [
        TypedColumn("degree", "m of the target") { $0.curve.parameters.degree },
        TypedColumn("dimension", "d = N_w S") { $0.curve.parameters.dimension },
        TypedColumn("patch", "S = N_w = C") { $0.curve.parameters.patch },
        TypedColumn("threshold", "the alignment that defines P*") { $0.threshold },
      ] + TypedColumn.samples(\.samples) + [
        TypedColumn(
          "lazy", "P* of the Gaussian process of infinite channels, patches on their sphere"
        ) { $0.lazy },
        .isCertified("every cell at this size") { $0.curve.isCertified },
      ])
  }
}
