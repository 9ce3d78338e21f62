import Foundation
import Studies

// The results of networks on a circle.

extension CircleNetworks {
  /// Names of coordinates that few other experiments have.
  package enum Name {
    package static let depth = "depth"
    package static let richness = "richness"
    package static let exponent = "exponent"
    package static let phases = "phases"
    package static let modes = "modes"
    package static let points = "points"
  }

  private static let shared = Parameters.Name.self
  private static let unstable = "unstable_at"
  private static let stable = "stable"

  static let circle = Layout(
    experiment: name, model: "circle",
    summary: "Descent of networks on functions of a circle, one row a cell of the study's grid",
    coordinates: [
      .init(Coordinate(Name.depth, "depth", "layers of weights"), .integer, .axis),
      .init(Coordinate(shared.width, "width n", "units of each hidden layer"), .integer, .axis),
      .init(Coordinate(shared.activation, "activation", "of the hidden units"), .word, .fixed),
      .init(Coordinate(Name.richness, "richness gamma_0", "f = a.sigma/(gamma_0 n)"), .real, .axis),
      .init(
        Coordinate(Name.exponent, "exponent q", "y = sum_k k^-q cos(k theta + phi_k)"), .real,
        .axis),
      .init(
        Coordinate(Name.phases, "phases phi_k", "cosine: all 0; random: uniform"), .word, .axis),
      .init(Coordinate(Name.modes, "modes K", "k = 1 … K"), .integer, .fixed),
      .init(Coordinate(Name.points, "points P", "evenly spaced inputs"), .integer, .fixed),
      .init(Coordinate(shared.step, "step eta", "t = eta x steps"), .real, .axis),
      .init(
        Coordinate(shared.dataset, "data set", "repetitions differ in weights and phases"),
        .integer, .replicate),
    ],
    shown: [
      Name.depth, shared.width, Name.richness, Name.exponent, Name.phases, shared.step,
      shared.dataset,
    ],
    axes: [.record],
    columns: [
      Layout.Column("time", [.record], .double, "time t", "eta x steps at the record"),
      record("loss", "loss L", "mean of (y - f)^2 over the points"),
      Layout.Column(
        "kernel_loss", [.record], .double, "loss of the kernel",
        "the same of descent with the tangent kernel of infinite width, sum_k k^-2q "
          + "exp(-2 lambda_k t)/2, exact"),
      record(
        "kernel_diagonal", "diagonal of the tangent kernel",
        "mean over the points, in units in which it is of order one"),
      record(
        "frontier", "first mode that is not learned",
        "the first k whose amplitude is learned by less than half; K + 1 after the last"),
      Layout.Column(
        unstable, [], .double, "time of divergence",
        "t at which the loss was not finite or a thousand times its beginning; NaN for networks "
          + "that stayed stable",
        gaps: [Layout.Gap(anywhere: "NaN for networks that stayed stable")]),
      Layout.Column(
        stable, [], .integer, "stable", "1 where the network did not diverge, else 0",
        isDerived: true),
    ],
    soundness: .init(
      column: stable, adjective: "stable", criterion: "the network did not diverge"),
    digest: .init(heads: [stable, "t", "loss", "kernel"]) { result in
      let (time, loss) = (result.doubles("time").last!, result.doubles("loss").last!)
      let kernel = result.doubles("kernel_loss").last!
      return Layout.Digest.Row(
        texts: [result.isSound ? "yes" : "no"]
          + [time, loss, kernel].map { String(format: "%.4g", $0) },
        fields: [
          (stable, .flag(result.isSound)), ("time", .number(time)), ("loss", .number(loss)),
          ("kernel_loss", .number(kernel)),
        ])
    },
    derive: { [$0.doubles(unstable)[0].isNaN ? 1 : 0] },
    quantities: [.init("loss", isDecisive: true) { .runs($0.runs("loss")) }])

  private static func record(
    _ name: String, _ longName: String, _ description: String
  ) -> Layout.Column {
    Layout.Column(
      name, [.record], .double, longName, description,
      gaps: [Layout.Gap("NaN of a network that diverged", where: unstable) { !$0.isNaN }])
  }
}
