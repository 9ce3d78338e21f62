import Foundation
import Studies

// The results of regression with modes integrated out.

extension Layout {
  static func modeRegression(of kind: ModeFeatures.Kind) -> Layout {
    Layout(
      experiment: ModeRegression.name, model: kind.rawValue,
      summary:
        "Gaussian process regression with modes integrated out, one row a cell of the study's grid",
      coordinates: coordinates(of: kind),
      shown: [Parameters.Name.samples, Parameters.Name.ridge], axes: [.cut, .set],
      columns: columns,
      soundness: Soundness(
        column: solved, adjective: solved,
        criterion: "the measured ridge is at least kappa, and falls as more modes are kept"),
      digest: Digest(
        heads: [solved, "cut", "measured", "self-consistent", "Wilson's"],
        row: { result in
          let sets = result.doubles("measured_ridge").count / result.doubles("flow_ridge").count
          let numbers = [
            result.doubles("measured_ridge").prefix(sets).reduce(0, +) / Double(sets),
            result.doubles("flow_ridge")[0], result.doubles("wilson_ridge")[0],
          ]
          let cut = result.integers("kept")[0]
          return .init(
            texts: [result.isSound ? "yes" : "no", "\(cut)"]
              + numbers.map { String(format: "%.4g", $0) },
            fields: [(solved, .flag(result.isSound)), ("kept", .integer(cut))]
              + zip(["measured_ridge", "flow_ridge", "wilson_ridge"], numbers)
              .map { ($0, .number($1)) })
        }),
      derive: { [isOrdered($0) ? 1 : 0] },
      quantities: [
        Quantity("measured_ridge", isDecisive: true, measuredRidge)
      ])
  }

  private static func measuredRidge(_ result: CellResult) -> Estimate? {
    let measured = result.doubles("measured_ridge")
    let cuts = result.doubles("flow_ridge").count
    let sets = measured.count / cuts
    var (means, errors) = ([Double](), [Double]())
    for cut in 0..<cuts {
      let values = measured[cut * sets..<(cut + 1) * sets]
      let mean = values.reduce(0, +) / Double(sets)
      let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      means.append(mean)
      // Of one data set nothing is known; a tenth is beyond any scatter that was seen.
      errors.append(
        sets > 1
          ? max((square / Double(sets - 1) / Double(sets)).squareRoot(), 1e-9 * mean)
          : 0.1 * mean)
    }
    return .values(means, errors: errors)
  }

  private static let solved = "solved"

  private static func coordinates(of kind: ModeFeatures.Kind) -> [TypedCoordinate] {
    let own: [TypedCoordinate] =
      switch kind {
      case .gaussian, .circle:
        [
          .init(
            Coordinate("exponent", "exponent alpha", "variances k^(-1-alpha)"), .real, .axis)
        ]
      case .arcsine:
        [
          .init(
            Coordinate(
              Parameters.Name.weightVariance, "weight variance sigma_w^2", "of the arcsine kernel"),
            .real, .fixed),
          .init(
            Coordinate("bias_variance", "bias variance sigma_b^2", "of the arcsine kernel"), .real,
            .fixed),
        ]
      }
    return own + [
      .init(Coordinate("modes", "modes", "how many the kernel has"), .integer, .fixed),
      .init(.samples, .integer, .axis),
      .init(
        Coordinate(Parameters.Name.ridge, "ridge kappa", "variance of the noise"), .real, .axis),
    ]
  }

  private static let columns: [Column] = [
    Column(
      "kept", [.cut], .integer, "modes that are kept", "largest variances first"),
    Column(
      "measured_ridge", [.cut, .set], .double, "measured ridge",
      "P/trace of (kappa + K)^-1, K the kernel matrix of the modes that are integrated out"),
    Column(
      "wilson_ridge", [.cut], .double, "Wilson's ridge",
      "kappa plus the variances of the modes that are integrated out"),
    Column(
      "flow_ridge", [.cut], .double, "self-consistent ridge",
      "k = kappa + sum of lambda k/(k + P lambda) over the modes that are integrated out"),
    Column(
      "matched_ridge", [.cut], .double, "matched ridge",
      "kappa + sum of lambda k_0/(k_0 + P lambda), k_0 the self-consistent ridge of all modes"),
    learned("full", "regression with all modes at kappa"),
    learned("bare", "regression with the kept modes at kappa"),
    learned("wilson", "regression with the kept modes at Wilson's ridge"),
    learned("flow", "regression with the kept modes at the self-consistent ridge"),
    learned("matched", "regression with the kept modes at the matched ridge"),
    Column(
      solved, [], .integer, "solved",
      "1 where the measured ridge is at least kappa and falls as more modes are kept, else 0",
      isDerived: true),
  ]

  private static func learned(_ name: String, _ description: String) -> Column {
    Column(
      "learned_\(name)", [.cut, .set], .double, "learned share of kept modes",
      "mean of f_k/y_k over the kept modes, of y_k = +-sqrt(lambda_k): \(description)",
      gaps: [Gap("NaN where no mode is kept", where: "kept") { $0 == 0 }])
  }

  private static func isOrdered(_ result: CellResult) -> Bool {
    let (measured, ridge) = (result.doubles("measured_ridge"), result.parameters.ridge)
    let sets = measured.count / result.doubles("flow_ridge").count
    let falls = measured.indices.dropFirst(sets).allSatisfy {
      measured[$0] <= measured[$0 - sets] * (1 + 1e-9)
    }
    return falls && measured.allSatisfy { $0 >= ridge * (1 - 1e-9) }
  }
}

extension Layout.Axis {
  static let cut = Self("cut", "index of the number of modes that are kept")
  static let set = Self("set", "index of the data set within its cell")
}
