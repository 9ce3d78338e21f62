import Archives
import Experiments
import Figures
import Foundation
import Networks
import Sampling
import Studies
import Theory

/// A width of the first layer in a study of three layers, with its specialists counted.
struct TransitionPoint {
  let replicates: Replicates

  var parameters: Parameters { replicates.parameters }
  var ratio: Double { Double(parameters.firstWidth) / Double(parameters.dimension) }
  var isCertified: Bool { replicates.certified == replicates.results.count }
  var network: ThreeLayerNetwork { ThreeLayerProblem(parameters).network }

  /// First-layer neurons with |w·w*| beyond the threshold beyond what the prior has of them, of
  /// each data set.
  ///
  /// - Parameter threshold: counted in all draws at 0.8, elsewhere in the kept ones.
  func firstSpecialists(beyond threshold: Double = SpecialistThreshold.overlap) -> [Double] {
    let prior = network.priorFirstLayerSpecialists(beyond: threshold)
    let counts =
      threshold == SpecialistThreshold.overlap
      ? replicates.means("first_specialists")
      : counts("first_overlap", parameters.firstWidth, beyond: threshold)
    return counts.map { $0 - prior }
  }

  /// Second-layer neurons with |⟨h, x₁⟩| beyond the threshold, of each data set.
  func secondSpecialists(beyond threshold: Double = SpecialistThreshold.secondLayer) -> [Double] {
    threshold == SpecialistThreshold.secondLayer
      ? replicates.means("second_specialists")
      : counts("second_overlap", parameters.secondWidth, beyond: threshold)
  }

  /// Mean number of neurons beyond a threshold in the kept draws, of each data set.
  private func counts(_ name: String, _ width: Int, beyond threshold: Double) -> [Double] {
    replicates.results.map { result in
      let overlaps = result.unit(name)
      return SpecialistThreshold.count(overlaps, beyond: threshold)
        / Double(overlaps.count / width)
    }
  }

  /// Beyond this a neuron of the second layer is in the mode of its own at 1.3, whatever the
  /// widths: narrow first layers with specialists drag the second layer's overlaps beyond 0.6,
  /// without such a mode.
  static let mode = 0.9

  /// Whether a data set's network is on the branch where the first layer has the specialists:
  /// hardly a neuron of the second layer is in a mode of its own.
  var isOnFirstLayerBranch: [Bool] { secondSpecialists(beyond: Self.mode).map { $0 < 0.5 } }

  /// Whether that is so of most data sets.
  var isFirstLayerBranch: Bool {
    let onBranch = isOnFirstLayerBranch
    return 2 * onBranch.count { $0 } > onBranch.count
  }
}

extension Figure {
  /// Specialised neurons of both layers as the first one widens, N₂ = d and P/d fixed.
  static let patternTransition = Figure(
    name: "pattern-transition", studies: ["pattern-transition"],
    overlays: ["pattern-transition-wide", "pattern-transition-32"],
    networks: [NetworkKind.threeLayer.name],
    axes: ["dimension", "first_width", "ridge"], tables: ["-energies"]
  ) { archives in
    let points = archives.flatMap(\.replicates).map(TransitionPoint.init)
    let series = TransitionSeries.all(of: points)

    var table = Table(
      "pattern-transition", "Specialised neurons as the first layer widens; one row a network",
      columns: [
        .init("series", "number of the series: one d and one ridge"), .init("dimension", "d = N2"),
        .init("ridge", "kappa"), .init("ratio", "N1/d"),
        .init(
          "first",
          "mean number of first-layer neurons with |w.w*| > \(SpecialistThreshold.overlap) "
            + "beyond the prior's"),
        .init("first_error", "standard error over data sets"),
        .init("first_at_0.7", "the same beyond 0.7, over kept draws"),
        .init("first_at_0.9", "the same beyond 0.9, over kept draws"),
        .init(
          "second",
          "mean number of second-layer neurons with |<h,x_1>| > \(SpecialistThreshold.secondLayer)"),
        .init("second_error", "standard error over data sets"),
        .init("second_at_0.4", "the same beyond 0.4, over kept draws"),
        .init("second_at_0.9", "the same beyond 0.9, over kept draws"),
        .init("alignment", "mean alignment"), .init("alignment_error", "standard error"),
        .init(
          "branch",
          "data sets of which the first layer has the specialists: less than half a neuron of the second beyond 0.9"
        ),
        .init("datasets", "data sets"), .init("certified", "of these, certified"),
      ])
    for (index, one) in series.enumerated() {
      for point in one.points {
        let first = meanAndError(point.firstSpecialists())
        let second = meanAndError(point.secondSpecialists())
        let alignment = meanAndError(point.replicates.alignments)
        func mean(_ values: [Double]) -> Table.Value { .real(meanAndError(values).mean) }
        table.append([
          .integer(index + 1), .integer(one.dimension), .real(one.ridge), .real(point.ratio),
          .real(first.mean), .real(first.error), mean(point.firstSpecialists(beyond: 0.7)),
          mean(point.firstSpecialists(beyond: 0.9)), .real(second.mean), .real(second.error),
          mean(point.secondSpecialists(beyond: 0.4)),
          mean(point.secondSpecialists(beyond: TransitionPoint.mode)),
          .real(alignment.mean), .real(alignment.error),
          .integer(point.isOnFirstLayerBranch.count { $0 }),
          .integer(point.replicates.results.count),
          .integer(point.replicates.certified),
        ])
      }
    }

    var numbers = QuotedNumbers(figure: "pattern-transition")
    numbers.append("series_count", Double(series.count), meaning: "how many series there are")
    for (index, one) in series.enumerated() {
      let number = index + 1
      let branch = one.branch
      numbers.append("dimension_\(number)", Double(one.dimension), meaning: "d of series \(number)")
      numbers.append("ridge_\(number)", one.ridge, meaning: "kappa of series \(number)")
      numbers.append(
        "branch_end_\(number)", branch.last?.ratio ?? .nan,
        meaning: "largest N1/d of series \(number) up to which the first layer has the specialists")
      numbers.append(
        "branch_datasets_\(number)", Double(one.staying(from: 0).count),
        meaning: "data sets that are on the branch in all of these networks of series \(number)")
      for (suffix, threshold) in [("", SpecialistThreshold.overlap), ("_07", 0.7), ("_09", 0.9)] {
        let counts = branch.map { $0.firstSpecialists(beyond: threshold) }
        func slope(from first: Int) -> SampledNumber {
          SampledNumber(over: one.staying(from: first)) {
            one.slope(of: counts, from: first, over: $0)
          }
        }
        let (whole, late) = (slope(from: 0), slope(from: one.half))
        numbers.append(
          "exponent\(suffix)_\(number)", whole,
          meaning:
            "slope of ln M1 against ln N1 of series \(number) while the first layer has the specialists, beyond \(threshold); the paper's is 1/3"
        )
        numbers.append(
          "late_exponent\(suffix)_\(number)", late,
          meaning: "the same over the three widest of these networks")
      }
      // Where the second layer takes over: half a specialist there, between grid points.
      let takeover = one.takeover(
        of: one.points.map { $0.secondSpecialists(beyond: TransitionPoint.mode) })
      numbers.append(
        "takeover_\(number)", takeover,
        meaning:
          "N1/d of series \(number) at which the second layer has half a neuron beyond \(TransitionPoint.mode), between grid points; NaN where it does not come to that"
      )
    }
    let cells = points.reduce(0) { $0 + $1.replicates.results.count }
    numbers.append("cells", Double(cells), meaning: "how many cells there are")
    numbers.append(
      "certified", Double(points.reduce(0) { $0 + $1.replicates.certified }),
      meaning: "how many of them are certified")

    // Energies of the patterns at N2 = d, prefactors of one: what is predicted to take over.
    var energies = Table(
      "pattern-transition-energies",
      "Minimal energies of patterns at N2 = d, prefactors of one, whole numbers of specialists; one row a width",
      columns: [
        .init("dimension", "d"), .init("ratio", "N1/d"), .init("gp_sp", "of GP-Sp, over d"),
        .init("sp_mag", "of Sp-Mag, over d"), .init("sp_gp", "of Sp-GP, over d"),
      ])
    let prediction = Prediction(try Architecture(dense: [.one, .one]))
    let d = series[0].dimension
    for step in 0...32 {
      let ratio = pow(2, Double(step) / 4)
      let minima = try prediction.minima(at: [Double(d), ratio * Double(d), Double(d)]).minima
      func energy(_ name: String) -> Table.Value {
        let index = prediction.patterns.firstIndex { $0.name.replacing("–", with: "-") == name }
        return .real(index.flatMap { minima[$0]?.energy }.map { $0 / Double(d) } ?? .nan)
      }
      energies.append([
        .integer(d), .real(ratio), energy("GP-Sp"), energy("Sp-Mag"), energy("Sp-GP"),
      ])
    }
    return [table, energies, numbers.table]
  }
}
