import Host
import Sampling
import Studies

/// The arrays of a study file: one list says what each is called, along which axes it runs, where its
/// values come from and what it means. Writing, reading and merging all follow it.
package enum Schema {
  /// Raised when a name, an axis or a meaning changes.
  static let version = 3

  package enum Axis: Hashable {
    case cell, chain, draw, keptDraw
    /// The neurons of a layer.
    case unit(String)

    /// Those of a kind of network.
    package static func all(of kind: NetworkKind) -> [Axis] {
      [.cell, .chain, .draw, .keptDraw] + kind.units.map(\.axis).uniqued.map { .unit($0) }
    }

    package var name: String {
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
    /// Where values may be lacking; elsewhere every one is a finite number.
    var gaps: [Gap] = []

    enum Storage {
      case double(WritableKeyPath<CellResult, [Double]> & Sendable)
      case float(WritableKeyPath<CellResult, [Float]> & Sendable)
      case integer(WritableKeyPath<CellResult, [Int]> & Sendable)
      /// By name: per draw, in single precision or as whole numbers, and per neuron of kept draws.
      case observable(isInteger: Bool)
      case unit
    }
  }

  /// Where values that are not finite are no damage, and why.
  package struct Gap: Sendable {
    let reason: String
    package let isAllowed: @Sendable (Chain) -> Bool

    /// What decides it.
    package struct Chain {
      /// η of Langevin dynamics, else 0.
      package let langevinStep: Double
      /// Rungs of the ladder where the cell was tempered, else 0.
      package let replicas: Int
      /// Mean acceptance.
      package let acceptance: Double

      package init(langevinStep: Double, replicas: Int, acceptance: Double) {
        self.langevinStep = langevinStep
        self.replicas = replicas
        self.acceptance = acceptance
      }
    }

    static let langevin = Gap(reason: "NaN for Langevin dynamics") { $0.langevinStep > 0 }
    static let unstable = Gap(
      reason: "not finite where a Langevin step beyond the stable ones has diverged"
    ) { $0.langevinStep > 0 }
    static let notTempered = Gap(reason: "NaN where the cell was not tempered") {
      $0.replicas == 0
    }
    static let allDiverged = Gap(reason: "NaN where every trajectory diverged") {
      $0.acceptance == 0
    }
  }

  /// Whether a place of an array of neurons is filling: cells have as many neurons as the widest one has in
  /// the file, and those that they lack are NaN.
  package static func isFilling(_ index: Int, width: Int, widest: Int) -> Bool {
    index % widest >= width
  }

  /// All arrays of results of a kind of network, in the order of the file.
  static func observables(of kind: NetworkKind) -> [Observable] {
    draws
      + kind.observables.map {
        Observable(
          name: $0.name, axes: [.cell, .chain, .draw], longName: $0.coordinate.longName,
          description: $0.coordinate.description, storage: .observable(isInteger: $0.isInteger),
          gaps: $0.isInteger ? [] : [.unstable])
      }
      + kind.units.map {
        Observable(
          name: $0.name, axes: [.cell, .chain, .keptDraw, .unit($0.axis)],
          longName: $0.coordinate.longName, description: $0.coordinate.description, storage: .unit,
          gaps: [.unstable])
      } + chains
  }

  private static let draws: [Observable] = [
    Observable(
      name: "alignment", axes: [.cell, .chain, .draw], longName: "alignment A",
      description: "A = <f,y>/<y,y> over x ~ N(0, I)", storage: .double(\.alignment),
      gaps: [.unstable]),
    Observable(
      name: "training_loss", axes: [.cell, .chain, .draw], longName: "training loss",
      description: "sum_nu (f(x_nu) - y_nu)^2/P", storage: .float(\.trainingLoss),
      gaps: [.unstable]),
    Observable(
      name: "energy", axes: [.cell, .chain, .draw], longName: "energy U",
      description: "U = sum_nu (f - y)^2/(2 kappa) + |theta|^2/2 at whitened parameters theta",
      storage: .float(\.energy), gaps: [.unstable]),
  ]

  private static let chains: [Observable] = [
    Observable(
      name: "step_size", axes: [.cell, .chain], longName: "step size",
      description: "of the integrator or of Langevin dynamics, in whitened coordinates, frozen",
      storage: .double(\.stepSize)),
    Observable(
      name: "trajectory", axes: [.cell, .chain], longName: "mean trajectory length T",
      description:
        "in units in which the prior's frequency is 1, frozen after warm-up; \(Gap.langevin.reason)",
      storage: .double(\.trajectory), gaps: [.langevin]),
    Observable(
      name: "acceptance", axes: [.cell, .chain], longName: "mean acceptance",
      description: "mean of min(1, exp(-Delta H)) after warm-up", storage: .double(\.acceptance)),
    Observable(
      name: "energy_error", axes: [.cell, .chain], longName: "energy error",
      description: "root mean square of Delta H after warm-up; 0 for Langevin dynamics",
      storage: .double(\.energyError), gaps: [.allDiverged]),
    Observable(
      name: "virial", axes: [.cell, .chain], longName: "virial",
      description: "mean of theta.grad U/n over draws: 1 in the posterior",
      storage: .double(\.virial), gaps: [.unstable]),
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
        "Z = <exp(-sum_nu (f - y)^2/(2 kappa))> over the prior; \(Gap.notTempered.reason)",
      storage: .double(\.logEvidence), gaps: [.notTempered]),
    Observable(
      name: "log_evidence_error", axes: [.cell, .chain], longName: "standard error of ln Z",
      description: "Monte Carlo standard error; \(Gap.notTempered.reason)",
      storage: .double(\.logEvidenceError), gaps: [.notTempered]),
  ]
}

// MARK: - The whole file

extension Schema {
  /// What the root of every study file says of it.
  package static let attributes = [
    "title", "summary", "network", "license", "references", "source", "study_key", "spec_yaml",
    "grid", "schema_version", "numerics_version", "content_sha256", "complete",
  ]

  /// A dataset of a study file.
  package struct Field {
    package let name: String
    /// Along which axes it runs: itself, for the index of an axis.
    package let axes: [Axis]
    package let type: Element
    package var gaps: [Gap] = []
    /// Whether it holds neurons, of as many as the cell's size of this name.
    package var unitSize: String?

    package enum Element: String { case integer, single, double, text }
  }

  /// Every dataset of a study file, in its order: indices, names, coordinates of cells, results, and what is
  /// derived of them.
  package static func fields(of kind: NetworkKind) -> [Field] {
    let indices = Axis.all(of: kind).map { Field(name: $0.name, axes: [$0], type: .integer) }
    let names = [
      Field(name: "cell_key", axes: [.cell], type: .text),
      Field(name: "start", axes: [.chain], type: .text),
    ]
    let coordinates = kind.coordinates.map { coordinate in
      let type: Field.Element =
        switch kind.type(of: coordinate) {
        case .integer: .integer
        case .real: .double
        case .word: .text
        }
      return Field(name: coordinate.name, axes: [.cell], type: type)
    }
    let results = observables(of: kind).map { observable in
      let type: Field.Element =
        switch observable.storage {
        case .double: .double
        case .integer, .observable(isInteger: true): .integer
        case .float, .observable(isInteger: false), .unit: .single
        }
      let unit = kind.units.first { $0.name == observable.name }
      return Field(
        name: observable.name, axes: observable.axes, type: type, gaps: observable.gaps,
        unitSize: unit?.size)
    }
    let derived = derived(of: kind).map {
      Field(name: $0.name, axes: [.cell], type: $0.isInteger ? .integer : .double)
    }
    return indices + names + coordinates + results + derived
  }

  /// What the file says of each cell's convergence, as its draws and the diagnostics of their alignment give
  /// it. R̂ is infinite where chains that never moved differ.
  package static func derived(
    of kind: NetworkKind
  ) -> [(name: String, isInteger: Bool, value: (CellResult, Diagnostics) -> Double)] {
    [("alignment_rhat", false, { $1.rHat })]
      + kind.certifying.map { name in
        ("\(name)_rhat", false, { result, _ in result.agreement(on: name) })
      }
      + [
        ("alignment_ess", false, { $1.bulkESS }),
        ("alignment_tail_ess", false, { $1.tailESS }),
        ("certified", true, { result, _ in result.isCertified ? 1 : 0 }),
      ]
  }
}
