import HDF5

/// The arrays of a study file: one list says what each is called, along which axes it runs, where its
/// values come from and what it means. Writing, reading and merging all follow it.
enum Schema {
  /// Raised when a name, an axis or a meaning changes.
  static let version = 3

  enum Axis: Hashable {
    case cell, chain, draw, keptDraw
    /// The neurons of a layer.
    case unit(String)

    /// Those of a kind of network.
    static func all(of kind: NetworkKind) -> [Axis] {
      [.cell, .chain, .draw, .keptDraw] + kind.units.map(\.axis).uniqued.map { .unit($0) }
    }

    var name: String {
      switch self {
      case .cell: "cell"
      case .chain: "chain"
      case .draw: "draw"
      case .keptDraw: "kept_draw"
      case .unit(let name): name
      }
    }

    var description: String {
      switch self {
      case .cell: "index of the cell in grid order"
      case .chain: "index of the chain within its cell"
      case .draw: "index of the draw after warm-up"
      case .keptDraw: "draw of which the neurons are kept"
      case .unit: "index of the neuron; cells of fewer neurons are filled with NaN"
      }
    }
  }

  /// An observable of `CellResult`, by the property that holds it.
  struct Observable {
    let name: String
    let axes: [Axis]
    let longName: String
    let description: String
    let storage: Storage

    enum Storage {
      case double(WritableKeyPath<CellResult, [Double]> & Sendable)
      case float(WritableKeyPath<CellResult, [Float]> & Sendable)
      case integer(WritableKeyPath<CellResult, [Int]> & Sendable)
      /// By name: per draw, in single precision or as whole numbers, and per neuron of kept draws.
      case observable(isInteger: Bool)
      case unit
    }
  }

  /// All arrays of results of a kind of network, in the order of the file.
  static func observables(of kind: NetworkKind) -> [Observable] {
    draws
      + kind.observables.map {
        Observable(
          name: $0.name, axes: [.cell, .chain, .draw], longName: $0.coordinate.longName,
          description: $0.coordinate.description, storage: .observable(isInteger: $0.isInteger))
      }
      + kind.units.map {
        Observable(
          name: $0.name, axes: [.cell, .chain, .keptDraw, .unit($0.axis)],
          longName: $0.coordinate.longName, description: $0.coordinate.description, storage: .unit)
      } + chains
  }

  private static let draws: [Observable] = [
    Observable(
      name: "alignment", axes: [.cell, .chain, .draw], longName: "alignment A",
      description: "A = <f,y>/<y,y> over x ~ N(0, I)", storage: .double(\.alignment)),
    Observable(
      name: "training_loss", axes: [.cell, .chain, .draw], longName: "training loss",
      description: "sum_nu (f(x_nu) - y_nu)^2/P", storage: .float(\.trainingLoss)),
    Observable(
      name: "energy", axes: [.cell, .chain, .draw], longName: "energy U",
      description: "U = sum_nu (f - y)^2/(2 kappa) + |theta|^2/2 at whitened parameters theta",
      storage: .float(\.energy)),
  ]

  private static let chains: [Observable] = [
    Observable(
      name: "step_size", axes: [.cell, .chain], longName: "step size",
      description: "of the integrator or of Langevin dynamics, in whitened coordinates, frozen",
      storage: .double(\.stepSize)),
    Observable(
      name: "trajectory", axes: [.cell, .chain], longName: "mean trajectory length T",
      description:
        "in units in which the prior's frequency is 1, frozen after warm-up; NaN for Langevin dynamics",
      storage: .double(\.trajectory)),
    Observable(
      name: "acceptance", axes: [.cell, .chain], longName: "mean acceptance",
      description: "mean of min(1, exp(-Delta H)) after warm-up", storage: .double(\.acceptance)),
    Observable(
      name: "energy_error", axes: [.cell, .chain], longName: "energy error",
      description: "root mean square of Delta H after warm-up; 0 for Langevin dynamics",
      storage: .double(\.energyError)),
    Observable(
      name: "virial", axes: [.cell, .chain], longName: "virial",
      description: "mean of theta.grad U/n over draws: 1 in the posterior",
      storage: .double(\.virial)),
    Observable(
      name: "gradients", axes: [.cell, .chain], longName: "gradient evaluations",
      description: "number of gradients of U, warm-up included", storage: .integer(\.gradients)),
    Observable(
      name: "spacing", axes: [.cell], longName: "moves from one draw to the next",
      description:
        "trajectories, sweeps of a ladder, or intervals of Langevin steps; doubled while chains disagree",
      storage: .integer(\.spacing)),
    Observable(
      name: "replicas", axes: [.cell], longName: "replicas",
      description:
        "rungs of the ladder of ridges where the cell was sampled by replica exchange, else 0",
      storage: .integer(\.replicas)),
    Observable(
      name: "log_evidence", axes: [.cell, .chain], longName: "log-evidence ln Z",
      description:
        "Z = <exp(-sum_nu (f - y)^2/(2 kappa))> over the prior; NaN where the cell was not tempered",
      storage: .double(\.logEvidence)),
    Observable(
      name: "log_evidence_error", axes: [.cell, .chain], longName: "standard error of ln Z",
      description: "Monte Carlo standard error; NaN where the cell was not tempered",
      storage: .double(\.logEvidenceError)),
  ]
}
