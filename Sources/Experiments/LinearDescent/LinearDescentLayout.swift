import Foundation
import Studies

// The results of descent of linear networks.

extension Layout.Axis {
  package static let net = Self("net", "index of the archived network within its cell")
}

extension LinearDescent {
  /// Names of coordinates that no other experiment has.
  package enum Name {
    package static let capacity = "alpha"
    package static let source = "beta"
    package static let modes = "modes"
    package static let richness = "richness"
    package static let nets = "nets"
  }

  private static let shared = Parameters.Name.self
  private static let unstable = "unstable_at"
  private static let diverged = "diverged"
  private static let stable = "stable"

  static let linear = Layout(
    experiment: name, model: "linear",
    summary: "Projected descent of two-layer linear networks, one row a cell of the study's grid",
    coordinates: [
      .init(Coordinate(Name.capacity, "alpha", "features have variances k^-alpha"), .real, .axis),
      .init(
        Coordinate(Name.source, "beta", "mode k of the target has variance k^-(alpha beta + 1)"),
        .real, .axis),
      .init(Coordinate(Name.modes, "modes M", "k = 1 … M"), .integer, .axis),
      .init(
        Coordinate(shared.width, "width N", "random features; N = M stands for infinite width"),
        .integer, .axis),
      .init(
        Coordinate(shared.batch, "samples of a batch B", "fresh each step; 0 for all data"),
        .integer, .axis),
      .init(Coordinate(shared.step, "step eta", "w <- w + eta A g; t = eta x steps"), .real, .axis),
      .init(
        Coordinate(Name.richness, "richness gamma", "A <- A + eta gamma w (g^T P)"), .real, .axis),
      .init(
        Coordinate(Name.nets, "networks of a cell", "independent of each other"), .integer, .fixed),
      .init(
        Coordinate(shared.dataset, "data set", "repetitions differ in networks and samples"),
        .integer, .replicate),
    ],
    shown: [
      Name.capacity, Name.source, shared.width, shared.batch, shared.step, Name.richness,
      shared.dataset,
    ],
    axes: [.net, .record],
    columns: [
      Layout.Column("time", [.record], .double, "time t", "eta x steps at the record"),
      record("loss", "loss L", "sum_k lambda_k v_k^2 on the population, no factor 1/2"),
      record("growth", "growth of the kernel c", "1 + gamma |w|^2/N"),
      record(
        "frontier", "learned modes k*",
        "where b_k is half of its solution, ln k interpolated; 0 before the first mode, N after "
          + "the last"),
      record("squared_norm", "squared norm |b|^2", "of the predictor by random features"),
      Layout.Column(
        "mean_network_loss", [.record], .double, "loss of the mean network",
        "unbiased for the mean over infinitely many networks: sum_k lambda_k v_k v'_k over pairs "
          + "of different networks",
        gaps: [Layout.Gap(anywhere: "NaN of a single network, or where one of them diverged")]),
      Layout.Column(
        "floor", [.net], .double, "floor of the loss",
        "the least loss of the network's random features, to which descent comes"),
      Layout.Column(
        "mean_network_floor", [], .double, "floor of the mean network",
        "the same of the mean over infinitely many networks, estimated by pairs",
        gaps: [Layout.Gap("NaN of a single network", where: Name.nets) { $0 == 1 }]),
      Layout.Column(
        "curvature", [.net], .double, "largest curvature d_1",
        "of the loss by the predictor at the beginning"),
      Layout.Column(
        unstable, [.net], .double, "time of divergence",
        "t at which the loss was not finite or a thousand times its beginning; NaN for networks "
          + "that stayed stable",
        gaps: [Layout.Gap(anywhere: "NaN for networks that stayed stable")]),
      Layout.Column(
        diverged, [], .integer, "networks that diverged", "of all networks of the cell"),
      Layout.Column(
        stable, [], .integer, "stable", "1 where no network diverged, else 0", isDerived: true),
    ],
    soundness: .init(column: stable, adjective: "stable", criterion: "no network diverged"),
    digest: .init(heads: [stable, "t", "loss", "floor", "c"], row: row),
    derive: { [$0.integers(diverged)[0] == 0 ? 1 : 0] },
    quantities: [.init("loss", isDecisive: true) { .runs($0.runs("loss")) }])

  private static func record(
    _ name: String, _ longName: String, _ description: String
  ) -> Layout.Column {
    Layout.Column(
      name, [.net, .record], .double, longName, description,
      gaps: [Layout.Gap("NaN of networks that diverged", where: unstable) { !$0.isNaN }])
  }

  private static func row(of result: CellResult) -> Layout.Digest.Row {
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    func end(_ name: String) -> Double { mean(result.runs(name).map { $0.last! }) }
    let time = result.doubles("time").last!
    let (loss, floor, growth) = (end("loss"), mean(result.doubles("floor")), end("growth"))
    return Layout.Digest.Row(
      texts: [
        result.isSound ? "yes" : "no", String(format: "%.4g", time),
        String(format: "%.4g", loss), String(format: "%.4g", floor),
        String(format: "%.4g", growth),
      ],
      fields: [
        (stable, .flag(result.isSound)), ("time", .number(time)), ("loss", .number(loss)),
        ("floor", .number(floor)), ("growth", .number(growth)),
      ])
  }
}
