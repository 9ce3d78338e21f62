import HDF5

/// The arrays of a study file: one list says what each is called, along which axes it runs, where its
/// values come from and what it means. Writing, reading and merging all follow it.
enum Schema {
  /// Raised when a name, an axis or a meaning changes.
  static let version = 2

  enum Axis: String, CaseIterable {
    case cell, chain, draw
    case keptDraw = "kept_draw"
    case neuron

    var description: String {
      switch self {
      case .cell: "index of the cell in grid order"
      case .chain: "index of the chain within its cell"
      case .draw: "index of the draw after warm-up"
      case .keptDraw: "draw of which the neurons are kept"
      case .neuron: "index of the hidden neuron; cells of fewer neurons are filled with NaN"
      }
    }
  }

  /// Per-cell numbers, the coordinates of the grid.
  struct Parameter {
    let name: String
    let longName: String
    let description: String
    let value: Value

    enum Value {
      case integer(@Sendable (Cell) -> Int)
      case real(@Sendable (Cell) -> Double)
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
    }
  }

  static let parameters: [Parameter] = [
    Parameter(
      name: "dimension", longName: "input dimension d", description: "x ~ N(0, I_d)",
      value: .integer { $0.network.dimension }),
    Parameter(
      name: "width", longName: "hidden width N", description: "f(x) = sum_i^N a_i erf(w_i.x)",
      value: .integer { $0.network.width }),
    Parameter(
      name: "samples", longName: "training samples P", description: "size of the training set",
      value: .integer(\.samples)),
    Parameter(
      name: "degree", longName: "degree m of the target", description: "y(x) = He_m(x_1)/sqrt(m!)",
      value: .integer { $0.target.degree }),
    Parameter(
      name: "ridge", longName: "ridge kappa",
      description: "-ln likelihood = sum_nu (f(x_nu) - y_nu)^2/(2 kappa)", value: .real(\.ridge)),
    Parameter(
      name: "weight_variance", longName: "first-layer prior variance sigma_w^2",
      description: "w_i ~ N(0, sigma_w^2 I/d)", value: .real { $0.network.weightVariance }),
    Parameter(
      name: "readout_variance", longName: "readout prior variance sigma_a^2",
      description: "a_i ~ N(0, sigma_a^2/N)", value: .real { $0.network.readoutVariance }),
    Parameter(
      name: "dataset", longName: "index of the data set",
      description: "cells of equal dimension and data set share their samples",
      value: .integer(\.dataset)),
    Parameter(
      name: "langevin_step", longName: "step eta of unadjusted Langevin dynamics",
      description: "theta <- theta - eta grad U + sqrt(2 eta) xi; 0 for Metropolis-adjusted chains",
      value: .real { $0.sampler.langevinStep }),
    Parameter(
      name: "readout_integrated", longName: "readout integrated out",
      description:
        "1 where chains move in the hidden weights alone and the readout is drawn given them",
      value: .integer { $0.sampler.isIntegrated ? 1 : 0 }),
  ]

  static let observables: [Observable] = [
    Observable(
      name: "alignment", axes: [.cell, .chain, .draw], longName: "alignment A",
      description: "A = <f,y>/<y,y> over x ~ N(0, I_d), exact", storage: .double(\.alignment)),
    Observable(
      name: "training_loss", axes: [.cell, .chain, .draw], longName: "training loss",
      description: "sum_nu (f(x_nu) - y_nu)^2/P", storage: .float(\.trainingLoss)),
    Observable(
      name: "energy", axes: [.cell, .chain, .draw], longName: "energy U",
      description: "U = sum_nu (f - y)^2/(2 kappa) + |theta|^2/2 at whitened parameters theta",
      storage: .float(\.energy)),
    Observable(
      name: "specialists", axes: [.cell, .chain, .draw], longName: "specialised neurons",
      description: "number of neurons with |w_i.w*| > \(CellResult.specialistThreshold)",
      storage: .integer(\.specialists)),
    Observable(
      name: "squared_overlap", axes: [.cell, .chain, .draw], longName: "mean squared overlap",
      description: "mean over neurons of (w_i.w*)^2", storage: .float(\.squaredOverlap)),
    Observable(
      name: "squared_norm", axes: [.cell, .chain, .draw], longName: "mean squared norm",
      description: "mean over neurons of |w_i|^2", storage: .float(\.squaredNorm)),
    Observable(
      name: "overlap", axes: [.cell, .chain, .keptDraw, .neuron], longName: "overlap w.w*",
      description: "overlap of each neuron's weights with the target's direction",
      storage: .float(\.overlap)),
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
