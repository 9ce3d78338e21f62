import Experiments
import Foundation
import Kernels
import Networks
import Studies
import TestSupport
import Testing

/// Two-layer networks on the sphere: their inputs, their exact learnability, and what is refused.
@Suite struct ZonalTests {
  static let text = """
    question: Is it zonal?
    source: a test
    network: {kind: two-layer, dimension: 5, width: 6}
    target: {kind: zonal, degree: 3}
    data: {samples: 12, datasets: 2}
    ridge: 0.5
    sampler: {kind: hmc, warmup: 12, draws: 12, thin: 4}
    """

  static let digits = text.with(
    "{samples: 12, datasets: 2}",
    as: "{inputs: \(projectFolder)/data/digits.csv, targets: 65, centre: true, components: 5, "
      + "samples: [12, 30], datasets: 2}")

  /// The alignment of a draw is ⟨f, y⟩ over uniform inputs, which Monte Carlo gives too.
  @Test(arguments: [1, 3, 5]) func theAlignmentIsExact(degree: Int) async throws {
    let text = Self.text.with("degree: 3", as: "degree: \(degree)")
    let cell = try await StudySpec.of(text).cells()[0]
    let problem = cell.posterior.instance.problem
    let training = cell.posterior.instance.trainingSet(kernels: .best)
    let network = TwoLayerNetwork(dimension: 5, width: 6)
    let stream = RandomStream(key: 5)
    let start = problem.plantedStart(0, from: stream)
    let found = problem.observer(training: training, test: nil, kernels: .best).alignment(
      AlignedBuffer(start))
    expect(found, near: 1, within: 1e-5, "a planted start has learned the target")
    // Another draw: of the prior, with larger readouts.
    let draw = stream.standardNormals(count: network.parameterCount, step: 9).enumerated().map {
      $0 >= network.hiddenCount ? 3 * $1 : $1
    }
    let exact = problem.observer(training: training, test: nil, kernels: .best).alignment(
      AlignedBuffer(draw))
    let hidden = draw.prefix(network.hiddenCount).map(Double.init)
    let readout = draw.suffix(6).map { network.readoutScale * Double($0) }
    let count = 40_000
    var (sum, squares) = (0.0, 0.0)
    for sample in 0..<count {
      let x = stream.standardNormals(count: 5, step: UInt64(100 + sample)).map(Double.init)
      let scale = (5 / x.reduce(0) { $0 + $1 * $1 }).squareRoot()
      let input = x.map { scale * $0 }
      let f = zip(readout, network.features(hidden, input)).reduce(0) { $0 + $1.0 * $1.1 }
      let value = f * problem.target(input.map { Float($0) }[...])
      sum += value
      squares += value * value
    }
    let mean = sum / Double(count)
    let error = ((squares / Double(count) - mean * mean) / Double(count)).squareRoot()
    #expect(abs(mean - exact) < 4.5 * error, "got \(mean) ± \(error), exact \(exact)")
  }

  @Test func inputsAreOnTheSphere() async throws {
    for text in [Self.text, Self.digits] {
      let cell = try await StudySpec.of(text).cells()[1]
      let data = cell.posterior.instance.trainingSet(kernels: .best)
      #expect(data.count == 12)
      for row in 0..<data.count {
        let x = data.inputs[row * 5..<row * 5 + 5].map(Double.init)
        let square = x.reduce(0) { $0 + $1 * $1 }
        #expect(abs(square - 5) < 1e-5)
        let t = x[0] / 5.0.squareRoot()
        // √N₃ P₃ in five dimensions: N₃ = 30, P₃ = (7 t³ − 3 t)/4.
        let y = 30.0.squareRoot() * (7 * t * t * t - 3 * t) / 4
        #expect(abs(Double(data.targets[row]) - y) < 1e-4, "\(data.targets[row]) \(y)")
      }
    }
  }

  /// Networks and kernel regression see the same random subsets of a file.
  @Test func subsetsAreThoseOfKernelRegression() async throws {
    let regression = KernelRegressionTests.digits("{kind: zonal, degree: 3}", samples: "30")
      .with("components: 10", as: "components: 5")
    let task = try #require(
      try await StudySpec.of(regression).cells()[0].task as? KernelRegressionTask)
    let rows = task.inputs.split(samples: 30, dataset: 0, kernels: .best).training
    let expected = rows.flatMap { task.inputs.row($0).map { Float($0) } }
    let cells = try await StudySpec.of(Self.digits).cells()
    #expect(cells.map(\.parameters.samples) == [12, 12, 30, 30])
    #expect(cells[2].posterior.instance.trainingSet(kernels: .best).inputs == expected)
    #expect(
      cells[0].posterior.instance.trainingSet(kernels: .best).inputs == Array(expected.prefix(60)))
    #expect(Set(cells.map(\.key)).count == 4)
  }

  @Test(arguments: [
    ("degree: 3", "degree: 2", "target.degree: got '2'; expected an odd degree up to 15"),
    (
      "kind: zonal", "kind: cubic",
      "target.kind: got 'cubic'; expected one of hermite, zonal, features"
    ),
    ("dimension: 5", "dimension: 2", "network.dimension: got '2'; expected an integer from 3"),
    (
      "components: 5", "components: 6",
      "expected inputs with 5 coordinates, the network's dimension"
    ),
    (
      "components: 5", "components: 5, sphere: false",
      "data.sphere: got 'false'; expected true: the target is a harmonic on the sphere"
    ),
    ("[12, 30]", "1798", "data.samples: got '1798'; expected at most 1797 samples"),
    ("targets: 65", "targets: 66", "data.targets: got '66'; expected a column from 1 to 65"),
    (
      "inputs: \(projectFolder)/data/digits.csv, ", "",
      "expected no such key without data.inputs"
    ),
  ])
  func aMistake(part: String, replacement: String, message: String) async {
    let line = await errorLine {
      _ = try await StudySpec.of(Self.digits.with(part, as: replacement))
    }
    #expect(line.contains(message), "got \(line)")
  }
}
