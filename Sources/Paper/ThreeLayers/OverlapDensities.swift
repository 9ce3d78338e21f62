import Archives
import Experiments
import Figures
import Foundation
import Networks
import Studies
import Theory

extension Figure {
  /// Densities of the linear overlaps of both layers below, at and above the transition.
  static let overlapDensities = Figure(
    name: "overlap-densities", studies: ["pattern-transition"],
    overlays: ["pattern-transition-wide"],
    networks: [NetworkKind.threeLayer.name], axes: ["first_width", "ridge"]
  ) { archives in
    let points = archives.flatMap(\.replicates).map(TransitionPoint.init)
    let ridge = points.map(\.parameters.ridge).max()!
    let series = points.filter { $0.parameters.ridge == ridge }.sorted { $0.ratio < $1.ratio }
    let shown = panels(of: series)

    var table = Table(
      "overlap-densities", "Densities of linear overlaps of neurons; one row a point",
      columns: [
        .init("panel", "number of the panel"), .init("ratio", "N1/d"),
        .init(
          "layer", "1: w.w* of the first layer; 2: <h,x_1> of the second"),
        .init("series", "sampled, or prior: a Gaussian of the prior's variance, nothing fitted"),
        .init("overlap", "its absolute value; the middle of a bin where sampled"),
        .init(
          "neurons",
          "neurons a unit of overlap, both signs together, in one network: the density times the layer's width"
        ),
        .init("standard_error", "over data sets, of what is sampled"),
        .init("certified", "1 if every cell is certified, else 0"),
      ])
    var numbers = QuotedNumbers(figure: "overlap-densities")
    for (index, point) in shown.enumerated() {
      let network = point.network
      for layer in 1...2 {
        let (name, width) =
          layer == 1
          ? ("first_overlap", network.firstWidth) : ("second_overlap", network.secondWidth)
        let spread = layer == 1 ? network.weightScale : priorLinearOverlap(of: network)
        let histograms = point.replicates.results.map { result -> [Double] in
          var counts = [Double](repeating: 0, count: binCount)
          let overlaps = result.unit(name)
          for overlap in overlaps {
            let bin = Int(Double(abs(overlap)) / binWidth)
            if bin < binCount { counts[bin] += 1 }
          }
          return counts.map { $0 * Double(width) / (binWidth * Double(overlaps.count)) }
        }
        func append(_ series: String, _ x: Double, _ density: Double, _ error: Double) {
          table.append([
            .integer(index + 1), .real(point.ratio), .integer(layer), .word(series), .real(x),
            .real(density), .real(error), .integer(point.isCertified ? 1 : 0),
          ])
        }
        for bin in 0..<binCount {
          let (mean, error) = meanAndError(histograms.map { $0[bin] })
          append("sampled", (Double(bin) + 0.5) * binWidth, mean, error)
        }
        for step in 0...300 {
          let x = Double(step) * 0.01
          let density =
            2 * Double(width) * exp(-x * x / (2 * spread * spread))
            / (spread * (2 * Double.pi).squareRoot())
          append("prior", x, density, .nan)
        }
      }
      numbers.append("ratio_\(index + 1)", point.ratio, meaning: "N1/d of panel \(index + 1)")
      numbers.append(
        "second_\(index + 1)", meanAndError(point.secondSpecialists()).mean,
        meaning: "specialised neurons of the second layer of panel \(index + 1)")
      numbers.append(
        "first_\(index + 1)", meanAndError(point.firstSpecialists()).mean,
        meaning: "specialised neurons of the first layer of panel \(index + 1), beyond the prior's")
    }
    numbers.append("panel_count", Double(shown.count), meaning: "how many N1 are shown")
    numbers.append("ridge", ridge, meaning: "kappa")
    numbers.append(
      "dimension", Double(series[0].parameters.dimension), meaning: "d = N2")
    numbers.append(
      "first_mode", ThreeLayerNetwork.specialistOverlap,
      meaning: "w.w* of the first-layer specialist that costs least at infinite dimension")
    numbers.append(
      "second_mode", ThreeLayerNetwork.secondLayerOverlap,
      meaning: "<h,x_1> of a second-layer specialist")
    return [table, numbers.table]
  }

  private static let binWidth = 0.1
  private static let binCount = 30

  /// Prior standard deviation of ⟨h, x₁⟩ = Σ_j V_ij c₁(w_j): σ_v √⟨c₁²⟩ with
  /// ⟨c₁²⟩ = (4/π)(1/2d)(1 − ⟨1/(1 + 2|w|²)⟩) and ⟨1/(1 + 2|w|²)⟩ = ∫ e^{−t} (1 + 4tσ_w²/d)^{−d/2}
  /// dt.
  private static func priorLinearOverlap(of network: ThreeLayerNetwork) -> Double {
    let d = Double(network.dimension)
    let mean = GaussLegendre(count: 64, on: 0...40).integral { t in
      exp(-t) * pow(1 + 4 * t * network.weightVariance / d, -d / 2)
    }
    return (network.hiddenVariance * 2 / (Double.pi * d) * (1 - mean)).squareRoot()
  }

  /// The narrowest network, the one nearest to the takeover by the second layer, and the widest.
  private static func panels(of series: [TransitionPoint]) -> [TransitionPoint] {
    let seconds = series.map {
      meanAndError($0.secondSpecialists(beyond: TransitionPoint.mode)).mean
    }
    let inner = series.indices.dropFirst().dropLast()
    guard let at = inner.min(by: { abs(seconds[$0] - 0.5) < abs(seconds[$1] - 0.5) }) else {
      return series
    }
    return [series[0], series[at], series[series.count - 1]]
  }
}
