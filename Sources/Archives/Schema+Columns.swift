import Studies

// The list of arrays.

extension Schema {
  /// All arrays with a row a cell, in the order of the file, but for the cells' parameters.
  package static func columns(of kind: NetworkKind) -> [Column] {
    draws
      + kind.observables.map {
        Column(
          name: $0.name, axes: [.cell, .chain, .draw], longName: $0.coordinate.longName,
          description: $0.coordinate.description, storage: .observable(isInteger: $0.isInteger),
          gaps: [.unstable])
      }
      + kind.units.map {
        Column(
          name: $0.name, axes: [.cell, .chain, .keptDraw, .unit($0.axis)],
          longName: $0.coordinate.longName, description: $0.coordinate.description, storage: .unit,
          gaps: [.unstable])
      } + chains + derived(of: kind)
  }

  private static let draws: [Column] = [
    Column(
      name: "alignment", axes: [.cell, .chain, .draw], longName: "alignment A",
      description: "A = <f,y>/<y,y> over x ~ N(0, I)", storage: .double(\.alignment),
      gaps: [.unstable]),
    Column(
      name: "training_loss", axes: [.cell, .chain, .draw], longName: "training loss",
      description: "sum_nu (f(x_nu) - y_nu)^2/P", storage: .float(\.trainingLoss),
      gaps: [.unstable]),
    Column(
      name: "energy", axes: [.cell, .chain, .draw], longName: "energy U",
      description: "U = sum_nu (f - y)^2/(2 kappa) + |theta|^2/2 at whitened parameters theta",
      storage: .float(\.energy), gaps: [.unstable]),
  ]

  private static let chains: [Column] = [
    Column(
      name: "step_size", axes: [.cell, .chain], longName: "step size",
      description: "of the integrator or of Langevin dynamics, in whitened coordinates, frozen",
      storage: .double(\.stepSize)),
    Column(
      name: "trajectory", axes: [.cell, .chain], longName: "mean trajectory length T",
      description:
        "in units in which the prior's frequency is 1, frozen after warm-up; \(Gap.langevin.reason)",
      storage: .double(\.trajectory), gaps: [.langevin]),
    Column(
      name: "acceptance", axes: [.cell, .chain], longName: "mean acceptance",
      description: "mean of min(1, exp(-Delta H)) after warm-up", storage: .double(\.acceptance)),
    Column(
      name: "energy_error", axes: [.cell, .chain], longName: "energy error",
      description: "root mean square of Delta H after warm-up; 0 for Langevin dynamics",
      storage: .double(\.energyError), gaps: [.allDiverged]),
    Column(
      name: "virial", axes: [.cell, .chain], longName: "virial",
      description: "mean of theta.grad U/n over draws: 1 in the posterior",
      storage: .double(\.virial), gaps: [.unstable]),
    Column(
      name: "gradients", axes: [.cell, .chain], longName: "gradient evaluations",
      description: "number of gradients of U, warm-up included", storage: .integer(\.gradients)),
    Column(
      name: "spacing", axes: [.cell], longName: "moves from one draw to the next",
      description:
        "trajectories, sweeps of a ladder, or intervals of Langevin steps; doubled while chains disagree",
      storage: .integer(\.spacing)),
    Column(
      name: "replicas", axes: [.cell], longName: "replicas",
      description:
        "rungs of the ladder of ridges where the cell was sampled by replica exchange, else 0",
      storage: .integer(\.replicas)),
    Column(
      name: "log_evidence", axes: [.cell, .chain], longName: "log-evidence ln Z",
      description:
        "Z = <exp(-sum_nu (f - y)^2/(2 kappa))> over the prior; \(Gap.notTempered.reason)",
      storage: .double(\.logEvidence), gaps: [.notTempered]),
    Column(
      name: "log_evidence_error", axes: [.cell, .chain], longName: "standard error of ln Z",
      description: "Monte Carlo standard error; \(Gap.notTempered.reason)",
      storage: .double(\.logEvidenceError), gaps: [.notTempered]),
  ]

  /// The name of the array of split-R̂ of an observable.
  static func agreement(on name: String) -> String { "\(name)_rhat" }
  /// The name of the array that says which cells are certified.
  static let certified = "certified"

  /// What the file says of each cell's convergence, as its draws give it.
  package static func derived(of kind: NetworkKind) -> [Column] {
    func column(
      _ name: String, _ longName: String, _ description: String, gaps: [Gap] = [],
      isInteger: Bool = false, _ value: @escaping @Sendable (CellResult.Assessment) -> Double
    ) -> Column {
      Column(
        name: name, axes: [.cell], longName: longName, description: description,
        storage: .derived(isInteger: isInteger, value), gaps: gaps)
    }
    return [
      column(
        agreement(on: "alignment"), "split-R-hat of the alignment",
        "rank-normalised, over all chains, cold and planted (Vehtari et al. 2021)",
        gaps: [.unmoved]
      ) { $0.alignment.rHat }
    ]
      + kind.certifying.enumerated().map { i, name in
        column(
          agreement(on: name), "split-R-hat of \(name)",
          "rank-normalised, over all chains, cold and planted", gaps: [.unmoved]
        ) { $0.agreements[i] }
      } + [
        column(
          "alignment_ess", "bulk effective sample size of the alignment",
          "over all chains (Vehtari et al. 2021)"
        ) { $0.alignment.bulkESS },
        column(
          "alignment_tail_ess", "tail effective sample size of the alignment",
          "the smaller of those of the 5 % and 95 % quantiles (Vehtari et al. 2021)"
        ) { $0.alignment.tailESS },
        column(
          certified, "certified equilibrium", Certification.arrays(for: kind), isInteger: true
        ) { $0.isCertified ? 1 : 0 },
      ]
  }
}
