import Sampling
import Studies

// The results of posterior sampling.

extension Layout {
  /// The results of sampling a kind of network.
  ///
  /// - Parameter names: the further observables that are archived.
  static func posterior(of kind: NetworkKind, observing names: [String]) -> Layout {
    let agreements = kind.certifying
    let rule = Certification(archiving: names)
    let shown =
      kind.givenSizes.map(\.name)
      + [Parameters.Name.samples, Parameters.Name.dataset, Parameters.Name.ridge]
    return Layout(
      experiment: PosteriorExperiment.name, model: kind.name,
      numericsVersion: kind.numericsVersion, observed: names,
      summary:
        "Posterior samples of finite \(kind.plural), one row a cell of the study's grid",
      coordinates: kind.coordinates(SamplerSpec.coordinates.map(\.coordinate)), shown: shown,
      axes: [.chain, .draw, .keptDraw] + (kind.units + kind.parts).map(\.layoutAxis).uniqued,
      labels: [starts(of: kind)], columns: columns(of: kind, observing: names, rule),
      soundness: Soundness(
        column: certified, adjective: "certified", criterion: rule.words(for: kind)),
      digest: PosteriorDigest.digest(of: kind),
      derive: { result in
        let assessment = result.assessment
        return [assessment.alignment.rHat] + assessment.agreements.prefix(agreements.count)
          + [assessment.alignment.bulkESS, assessment.alignment.tailESS]
          + (rule == .strict ? [assessment.largestRHat, assessment.leastESS] : [])
          + [assessment.isCertified ? 1 : 0]
      },
      quantities: quantities(of: kind, observing: names))
  }

  /// The texts that say where each chain begins.
  static let starts = starts(describedAs: "")

  private static func starts(of kind: NetworkKind) -> Label {
    starts(describedAs: "cold: at a draw from the prior; \(kind.planted)")
  }

  private static func starts(describedAs description: String) -> Label {
    Label(
      "start", along: .chain, "where each chain begins", description,
      words: SamplerSpec.Start.allCases.map(\.rawValue))
  }

  /// The name of the array of split-R̂ of an observable.
  static func agreement(on name: String) -> String { "\(name)_rhat" }
  /// What stands in the place of a count that is not defined.
  static let undefinedCount = -1
  /// The name of the array of mean acceptances of involutions.
  static let involutionAcceptance = "involution_acceptance"
  /// The names of the arrays that a strict certificate rests on.
  static let largestRHat = "largest_rhat"
  static let leastESS = "least_ess"
  /// The name of the array that says which cells are certified.
  static let certified = "certified"
}

extension Layout.Axis {
  package static let chain = Self("chain", "index of the chain within its cell")
  package static let draw = Self("draw", "index of the draw after warm-up")
  package static let keptDraw = Self("kept_draw", "draw of which the neurons are kept")
}

extension NetworkKind.Unit {
  /// The axis that its neurons are counted on.
  var layoutAxis: Layout.Axis {
    Layout.Axis(
      axis, "index of the \(counted); cells of fewer \(counted)s are filled with NaN", size: size)
  }
}

extension Layout.Gap {
  static let langevin = Self("NaN for Langevin dynamics", where: Parameters.Name.langevinStep) {
    $0 > 0
  }
  static let unstable = Self(
    "not finite where a Langevin step beyond the stable ones has diverged",
    where: Parameters.Name.langevinStep
  ) { $0 > 0 }
  static let notTempered = Self("NaN where the cell was not tempered", where: "replicas") {
    $0 == 0
  }
  static let allDiverged = Self("NaN where every trajectory diverged", where: "acceptance") {
    $0 == 0
  }
  /// What an R̂ is derived of decides whether it may be infinite.
  static let unmoved = Self(anywhere: "infinite where chains that never moved differ")
}

// MARK: - The list of arrays

extension Layout {
  private static func columns(
    of kind: NetworkKind, observing names: [String], _ rule: Certification
  ) -> [Column] {
    draws(of: kind)
      + (kind.observables + kind.further.filter { names.contains($0.name) }).map {
        Column(
          $0.name, [.chain, .draw], $0.isInteger ? .integer : .single, $0.coordinate.longName,
          $0.coordinate.description, gaps: [.unstable],
          undefined: $0.isInteger ? undefinedCount : nil)
      }
      + kind.units.map {
        Column(
          $0.name, [.chain, .keptDraw, $0.layoutAxis], .single, $0.coordinate.longName,
          $0.coordinate.description, gaps: [.unstable])
      }
      + kind.parts.map {
        Column(
          $0.name, [.chain, .draw, $0.layoutAxis], .single, $0.coordinate.longName,
          $0.coordinate.description, gaps: [.unstable])
      } + chains
      + (names.contains(involutionAcceptance) ? [involutions] : []) + derived(of: kind, rule)
  }

  private static func draws(of kind: NetworkKind) -> [Column] {
    [
      Column(
        "alignment", [.chain, .draw], .double, "alignment A",
        "A = <f,y>/<y,y> over \(kind.alignmentMeasure)", gaps: [.unstable]),
      Column(
        "training_loss", [.chain, .draw], .single, "training loss",
        "sum_nu (f(x_nu) - y_nu)^2/P", gaps: [.unstable]),
      Column(
        "energy", [.chain, .draw], .single, "energy U",
        "U = sum_nu (f - y)^2/(2 kappa) + |theta|^2/2 at whitened parameters theta",
        gaps: [.unstable]),
    ]
  }

  private static let chains: [Column] = [
    Column(
      "step_size", [.chain], .double, "step size",
      "of the integrator or of Langevin dynamics, in whitened coordinates, frozen"),
    Column(
      "trajectory", [.chain], .double, "mean trajectory length T",
      "in units in which the prior's frequency is 1, frozen after warm-up; \(Gap.langevin.reason)",
      gaps: [.langevin]),
    Column(
      "acceptance", [.chain], .double, "mean acceptance",
      "mean of min(1, exp(-Delta H)) after warm-up"),
    Column(
      "energy_error", [.chain], .double, "energy error",
      "root mean square of Delta H after warm-up; 0 for Langevin dynamics", gaps: [.allDiverged]),
    Column(
      "virial", [.chain], .double, "virial",
      "mean of theta.grad U/n over draws: 1 in the posterior", gaps: [.unstable]),
    Column(
      "gradients", [.chain], .integer, "gradient evaluations",
      "number of gradients of U, warm-up included"),
    Column(
      "spacing", [], .integer, "moves from one draw to the next",
      "trajectories, sweeps of a ladder, or intervals of Langevin steps; doubled while chains disagree"
    ),
    Column(
      "replicas", [], .integer, "replicas",
      "rungs of the ladder of ridges where the cell was sampled by replica exchange, else 0"),
    Column(
      "log_evidence", [.chain], .double, "log-evidence ln Z",
      "Z = <exp(-sum_nu (f - y)^2/(2 kappa))> over the prior; \(Gap.notTempered.reason)",
      gaps: [.notTempered]),
    Column(
      "log_evidence_error", [.chain], .double, "standard error of ln Z",
      "Monte Carlo standard error; \(Gap.notTempered.reason)", gaps: [.notTempered]),
  ]

  /// What is archived where involutions are proposed.
  private static let involutions = Column(
    involutionAcceptance, [.chain], .double, "mean acceptance of involutions",
    "mean of min(1, exp(-Delta U)) over the involutions proposed after warm-up")

  /// What the file says of each cell's convergence, as its draws give it.
  private static func derived(of kind: NetworkKind, _ rule: Certification) -> [Column] {
    [
      Column(
        agreement(on: "alignment"), [], .double, "split-R-hat of the alignment",
        "rank-normalised, over all chains, cold and planted (Vehtari et al. 2021)",
        gaps: [.unmoved], isDerived: true)
    ]
      + kind.certifying.map {
        Column(
          agreement(on: $0), [], .double, "split-R-hat of \($0)",
          "rank-normalised, over all chains, cold and planted", gaps: [.unmoved],
          isDerived: true)
      } + [
        Column(
          "alignment_ess", [], .double, "bulk effective sample size of the alignment",
          "over all chains (Vehtari et al. 2021)", isDerived: true),
        Column(
          "alignment_tail_ess", [], .double, "tail effective sample size of the alignment",
          "the smaller of those of the 5 % and 95 % quantiles (Vehtari et al. 2021)",
          isDerived: true),
      ] + (rule == .strict ? strict(rule.names(kind)) : []) + [
        Column(
          certified, [], .integer, "certified equilibrium", rule.arrays(for: kind),
          isDerived: true)
      ]
  }

  /// What a strict certificate rests on.
  private static func strict(_ names: [String]) -> [Column] {
    let of = "over " + names.joined(separator: ", ")
    return [
      Column(
        largestRHat, [], .double, "largest split-R-hat of any observable", of, gaps: [.unmoved],
        isDerived: true),
      Column(
        leastESS, [], .double, "smallest bulk or tail effective sample size of any observable",
        of, isDerived: true),
    ]
  }
}

// MARK: - Comparison

extension Layout {
  /// What has a posterior mean and is archived, the alignment first.
  private static func quantities(of kind: NetworkKind, observing names: [String]) -> [Quantity] {
    [
      Quantity("alignment", isDecisive: true) { .chains($0.chains($0.alignment)) },
      Quantity("training_loss", isDecisive: true) { .chains($0.chains($0.trainingLoss)) },
      Quantity("energy", isDecisive: true) { .chains($0.chains($0.energy)) },
    ]
      + (kind.observables + kind.further.filter { names.contains($0.name) }).map(\.name).sorted()
      .map { name in
        Quantity(name, isDecisive: true) { .chains($0.chains($0.observable(name))) }
      }
      // Neurons are alike: what figures take of them are means of functions of one. So are features
      // but for their coefficients.
      + (kind.units + kind.parts).sorted(by: { $0.name < $1.name }).flatMap { unit in
        [
          Quantity("|\(unit.name)|") { .chains($0.neuronMeans(unit, abs)) },
          Quantity("\(unit.name)²") { .chains($0.neuronMeans(unit) { $0 * $0 }) },
        ]
      } + [
        Quantity("log_evidence") { .repeated($0.logEvidence, errors: $0.logEvidenceError) }
      ]
  }
}

extension CellResult {
  /// The mean of a function of the neurons of each kept draw, as one array a chain.
  fileprivate func neuronMeans(
    _ unit: NetworkKind.Unit, _ function: (Double) -> Double
  ) -> [[Double]] {
    let values = self.unit(unit.name)
    let width = parameters.integer(unit.size)
    let draws = stride(from: 0, to: values.count, by: width).map { first in
      values[first..<(first + width)].reduce(0) { $0 + function(Double($1)) } / Double(width)
    }
    return chains(draws)
  }
}
