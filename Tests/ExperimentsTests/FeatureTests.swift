import Archives
import Experiments
import Foundation
import Kernels
import Networks
import Studies
import TestSupport
import Testing

/// Studies of several features, other activations and other laws of inputs.
@Suite struct FeatureTests {
  static let text = """
    question: What is learned of several features?
    source: a test
    network: {kind: two-layer, dimension: 6, width: 5}
    target: {kind: features, degree: 3, coefficients: [[2, 1], [1]]}
    data: {samples: 20, datasets: 1}
    ridge: 0.5
    sampler: {kind: hmc, chains: {cold: 1, planted: 2}, warmup: 12, draws: 12, thin: 1}
    """

  /// Every draw has what it has learned of each feature, and cells of fewer features are padded.
  @Test func everyFeatureIsArchived() async throws {
    let spec = try await StudySpec.of(Self.text)
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/study.h5")
      let archive = try Archive(reading: "\(folder)/study.h5")
      for (cell, result) in zip(spec.cells(), archive.results) {
        #expect(try result == cell.compute())
        let count = cell.parameters.integer("features")
        let target = FeatureTarget(of: cell.parameters)
        let overlaps = result.unit("overlap")
        let specialists = result.singles("feature_specialists")
        let projections = result.singles("projection")
        #expect(projections.count == 36 * count && overlaps.count == 36 * 5 * count)
        for draw in 0..<36 {
          let alignment = (0..<count).reduce(0.0) {
            $0 + target.coefficients[$1] * Double(projections[draw * count + $1])
          }
          #expect(abs(alignment - result.alignment[draw]) < 1e-6, "A = Σ c B")
          let neurons = (0..<5).map { neuron in
            (0..<count).map { abs(overlaps[(draw * 5 + neuron) * count + $0]) }
          }
          for k in 0..<count {
            #expect(
              specialists[draw * count + k] == Float(neurons.count { $0[k] > 0.8 }), "M_\(k)")
          }
          let special = neurons.filter { $0.contains { $0 > 0.8 } }
          #expect(result.observable("specialists")[draw] == Double(special.count))
          let shared = special.count { $0.count { $0 > 0.6 } > 1 }
          #expect(result.observable("shared")[draw] == Double(shared))
        }
      }
    }
  }

  /// One feature of an erf network with Gaussian inputs is the older kind's target: equal data
  /// sets, and equal alignments of equal parameters.
  @Test func oneFeatureIsTheHermiteTarget() async throws {
    let text = Self.text.with(
      "features, degree: 3, coefficients: [[2, 1], [1]]", as: "hermite, degree: 3")
    let plain = try #require(try await StudySpec.of(text).cells().first)
    let other = try #require(
      try await StudySpec.of(text.with("width: 5", as: "width: 5, activation: [erf, tanh]"))
        .cells().first)
    #expect(plain.posterior.kind.name == "two-layer")
    #expect(other.posterior.kind.name == "two-layer-features")
    let data = [plain, other].map { $0.posterior.instance.trainingSet(kernels: .best) }
    #expect(data[0].inputs == data[1].inputs && data[0].targets == data[1].targets)
    let draw = AlignedBuffer(plain.posterior.instance.problem.plantedStart(0, from: .init(key: 3)))
    let alignments = [plain, other].map { cell in
      cell.posterior.instance.problem.observer(
        training: data[0], test: nil, kernels: .best
      ).alignment(draw)
    }
    expect(alignments[0], near: alignments[1], within: 1e-14, "A")
  }

  /// A spec asks for biases by the variance of their prior, beside a target of one feature or more.
  @Test(arguments: [
    "features, degree: 2, coefficients: [2, 1]", "hermite, degree: 2", "hermite, degree: 3",
  ])
  func biases(target: String) async throws {
    let text = Self.text.with("features, degree: 3, coefficients: [[2, 1], [1]]", as: target)
      .with(
        "ridge: 0.5", as: "prior: {bias_variance: [0.5, 2]}\nridge: 0.5\nobserve: [squared_bias]")
    for activation in ["erf", "tanh", "relu", "gelu"] {
      let spec = try await StudySpec.of(
        text.with("width: 5", as: "width: 5, activation: \(activation)"))
      let cells = spec.cells()
      #expect(cells.map { $0.parameters.real("bias_variance") } == [0.5, 2])
      #expect(Set(cells.map(\.key)).count == 2)
      for cell in cells {
        #expect(cell.posterior.kind.name == "two-layer-biased")
        #expect(cell.posterior.instance.problem.network.parameterCount == 5 * (6 + 2))
        let result = try cell.compute()
        let squares = result.observable("squared_bias")
        #expect(squares.count == 36 && squares.allSatisfy { $0 > 0 })
      }
    }
  }

  /// Mean squared biases in the posterior of one sample, which is nearly the prior.
  @Test func biasesHaveTheirPrior() async throws {
    let text = Self.text.with("[[2, 1], [1]]", as: "[2, 1]").with("samples: 20", as: "samples: 1")
      .with("planted: 2", as: "planted: 0").with(
        "warmup: 12, draws: 12", as: "warmup: 50, draws: 400"
      )
      .with(
        "ridge: 0.5",
        as: "prior: {bias_variance: 3}\nridge: 100\nobserve: [squared_bias]")
    let cell = try #require(try await StudySpec.of(text).cells().first)
    let squares = try cell.compute().observable("squared_bias")
    let mean = squares.reduce(0, +) / Double(squares.count)
    // Of five neurons and some hundred independent draws: 3 within 15 %.
    #expect(abs(mean - 3) < 0.45, "\(mean)")
  }

  /// Chains are planted at all features, then at each alone, then at other numbers of neurons.
  @Test func plantedChainsTakeTurns() async throws {
    let cell = try await StudySpec.of(Self.text.with("width: 5", as: "width: 60")).cells()[0]
    let problem = cell.posterior.instance.problem
    let observer = problem.observer(
      training: cell.posterior.instance.trainingSet(kernels: .best), test: nil, kernels: .best)
    var learned: [[Bool]] = []
    for index in 0..<4 {
      let start = AlignedBuffer(problem.plantedStart(index, from: RandomStream(key: 7)))
      let parts = observer.observe(start, keepingUnits: false).parts
      learned.append(parts[0].map { $0 > 0.2 })
    }
    #expect(learned == [[true, true], [true, false], [false, true], [true, true]])
  }

  /// Where inputs are not Gaussian, alignments are means over test samples, and say so.
  @Test(arguments: ["sphere", "uniform", "rademacher, direction: dense", "student, freedom: 12"])
  func otherLawsAreMeasured(law: String) async throws {
    let text = Self.text.with("coefficients: [[2, 1], [1]]", as: "linear: {coefficient: 0.5}")
      .with("samples: 20", as: "samples: 20, law: \(law), test: 5000")
    let cell = try #require(try await StudySpec.of(text).cells().first)
    let instance = cell.posterior.instance
    let test = try #require(instance.testSet(kernels: .best))
    #expect(test.count == 5000 && cell.parameters.testSamples == 5000)
    let squares = test.targets.map { Double($0) * Double($0) }
    let mean = squares.reduce(0, +) / 5000
    let fourth = squares.reduce(0) { $0 + $1 * $1 } / 5000
    #expect(abs(mean - 1) < 5 * ((fourth - mean * mean) / 5000).squareRoot(), "⟨y²⟩ = \(mean)")
    let training = instance.trainingSet(kernels: .best)
    #expect(training.inputs.prefix(30) != test.inputs.prefix(30))
    let observer = instance.problem.observer(training: training, test: test, kernels: .best)
    let draw = AlignedBuffer(instance.problem.plantedStart(0, from: RandomStream(key: 4)))
    let seen = observer.observe(draw, keepingUnits: false)
    #expect(seen.alignment == observer.alignment(draw))
    let error = seen.observables[4]
    #expect(error > 0.001 && error < 0.2, "\(error)")
    // A = c B + l B_lin, each a mean over the same samples, but for ⟨y²⟩ of the samples.
    let target = FeatureTarget(of: cell.parameters)
    let outputs = TestSet(network: TwoLayerNetwork(dimension: 6, width: 5), data: test)
      .outputs(draw)
    let expected = zip(outputs, test.targets).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    expect(seen.alignment, near: expected / (5000 * mean), within: 1e-6, "A")
    let line = observer.observe(draw, keepingUnits: false, further: ["linear_projection"]).further
    let sum = target.coefficients[0] * Double(seen.parts[0][0]) + target.linear * line[0]
    expect(sum, near: expected / 5000, within: 1e-5, "c B + l B_lin")
  }

  @Test func keysTellTargetsAndLawsApart() async throws {
    let one = Self.text.with("[[2, 1], [1]]", as: "[2, 1]")
    let variants = [
      one, one.with("[2, 1]", as: "[1, 2]"), one.with("[2, 1]", as: "[2, 1], cosine: 0.2"),
      one.with("[2, 1]", as: "[2, 1], linear: {coefficient: 0.3}"),
      one.with("[2, 1]", as: "[2, 1], linear: {coefficient: 0.3, along: 1}"),
      one.with("samples: 20", as: "samples: 20, spike: 2"),
      one.with("width: 5", as: "width: 5, activation: tanh"),
      one.with("samples: 20", as: "samples: 20, power_law: 0.5"),
      one.with("samples: 20", as: "samples: 20, power_law: 1"),
      one.with("samples: 20", as: "samples: 20, covariance: [[2]]"),
      one.with("samples: 20", as: "samples: 20, covariance: [[2, 0.1], [0.1, 1]]"),
      one.with("samples: 20", as: "samples: 20, covariance: [[2, 0.2], [0.2, 1]]"),
      one.with("ridge: 0.5", as: "ridge: 0.5\nprior: {bias_variance: 1}"),
      one.with("ridge: 0.5", as: "ridge: 0.5\nprior: {bias_variance: 2}"),
      one.with("[2, 1]", as: "1").with("samples: 20", as: "samples: 20, law: sphere"),
      one.with("[2, 1]", as: "1").with("samples: 20", as: "samples: 20, law: sphere, test: 100"),
      one.with("[2, 1]", as: "1").with("samples: 20", as: "samples: 20, law: uniform"),
      one.with("[2, 1]", as: "1").with(
        "samples: 20", as: "samples: 20, law: uniform, direction: dense"),
    ]
    var keys: [String] = []
    for text in variants { keys += try await StudySpec.of(text).cells().map(\.key) }
    #expect(Set(keys).count == variants.count)
    // Test samples of Gaussian inputs, and the place of no linear part, decide nothing.
    let same = try await StudySpec.of(
      one.with("[2, 1]", as: "[2, 1], linear: {coefficient: 0, along: 1}")
    ).cells().map(\.key)
    #expect(same == [keys[0]])
  }

  @Test(arguments: [
    ("width: 5", "width: 5, activation: relu", "no component of odd degree above 1"),
    ("width: 5", "width: 5, activation: gelu", "no component of odd degree above 1"),
    (
      "width: 5", "width: 5, activation: cube",
      "network.activation: got 'cube'; expected one of erf, tanh, relu, gelu"
    ),
    ("degree: 3", "degree: 2", "erf is odd, so without a bias it has no component of even degree"),
    ("degree: 3", "degree: 16", "target.degree: got '16'; expected an integer from 1 to 15"),
    ("degree: 3", "degree: 14", "erf is odd, so without a bias it has no component of even degree"),
    (
      "[[2, 1], [1]]", "[]",
      "target.coefficients: got an empty list; expected at least one coefficient"
    ),
    ("[[2, 1], [1]]", "[2, x]", "got 'x'; expected a number from -1e6 to 1e6"),
    ("[[2, 1], [1]]", "[0, 0]", "it has none"),
    (
      "[[2, 1], [1]]", "[1, 1, 1, 1, 1, 1, 1]",
      "target.coefficients: got [1, 1, 1, 1, 1, 1, …]; expected directions that fit in dimension "
        + "6, but there are 7"
    ),
    (
      "[[2, 1], [1]]", "[1, 1, 1, 1, 1, 1], linear: {coefficient: 1}",
      "fit in dimension 6, but there are 7: 6 features, and the linear part across them"
    ),
    (
      "[[2, 1], [1]]", "1, cosine: [0, [0.1, 0.2]]",
      "target.cosine: got [0.1, 0.2]; expected a number between -1 and 1"
    ),
    (
      "[[2, 1], [1]]", "[1, 1, 1], cosine: -0.5",
      "target.cosine: got '-0.5'; expected a cosine above -1/2"
    ),
    ("[[2, 1], [1]]", "[1, 1], cosine: 1", "expected a number between -1 and 1"),
    (
      "[[2, 1], [1]]", "[1, 1], linear: {coefficient: 1, along: 2}",
      "target.linear.along: got '2'; expected the index of a feature, below 2"
    ),
    (
      "[[2, 1], [1]]", "[1, 1], linear: {along: 1}",
      "missing key 'target.linear.coefficient'"
    ),
    ("samples: 20", "samples: 20, law: sphere", "sphere inputs allow one feature"),
    (
      "samples: 20", "samples: 20, law: cube",
      "expected one of gaussian, sphere, rademacher, uniform, student"
    ),
    ("samples: 20", "samples: 20, law: student", "expected data.freedom beside student"),
    (
      "samples: 20", "samples: 20, spike: 2, power_law: 1",
      "data.power_law: got '1'; expected no such key beside data.spike"
    ),
    (
      "samples: 20", "samples: 20, power_law: 1, covariance: [[2]]",
      "data.covariance: got [[2]]; expected no such key beside data.power_law"
    ),
    (
      "samples: 20", "samples: 20, law: sphere, power_law: 1",
      "data.power_law: got '1'; expected no such key without data.law: gaussian"
    ),
    (
      "samples: 20", "samples: 20, power_law: 11",
      "data.power_law: got '11'; expected a positive number, from 1e-12 to 10"
    ),
    (
      "samples: 20", "samples: 20, power_law: -1",
      "data.power_law: got '-1'; expected a positive number, from 1e-12 to 10"
    ),
    (
      "samples: 20", "samples: 20, covariance: [2, 1]",
      "expected a list of up to 32 rows, of as many numbers each as there are rows"
    ),
    (
      "samples: 20", "samples: 20, covariance: [[2, 1], [1]]",
      "expected a list of up to 32 rows, of as many numbers each as there are rows"
    ),
    ("samples: 20", "samples: 20, covariance: []", "expected a list of up to 32 rows"),
    (
      "samples: 20", "samples: 20, covariance: [[1, 2], [2, 1]]",
      "expected a symmetric positive definite matrix, whose eigenvalues have a ratio up to 100000000"
    ),
    ("samples: 20", "samples: 20, covariance: [[1, x], [2, 1]]", "got 'x'; expected a number"),
    (
      "ridge: 0.5", "ridge: 0.5\nprior: {bias_variance: 0}",
      "prior.bias_variance: got '0'; expected a positive number, from 1e-12 to 1e12"
    ),
    (
      "ridge: 0.5", "ridge: 0.5\nobserve: [squared_bias]", "got 'squared_bias'"
    ),
    ("samples: 20", "samples: 20, freedom: 9", "expected no such key without data.law: student"),
    (
      "samples: 20", "samples: 20, law: sphere, spike: 2",
      "expected no such key without data.law: gaussian"
    ),
    (
      "samples: 20", "samples: 20, direction: dense",
      "expected no such key without data.law: rademacher or uniform"
    ),
    ("samples: 20", "samples: 20, test: 100", "whose alignments are exact"),
    ("kind: features", "kind: hermite", "unknown key"),
  ])
  func aMistake(part: String, replacement: String, message: String) async {
    let line = await errorLine {
      _ = try await StudySpec.of(Self.text.with(part, as: replacement))
    }
    #expect(line.contains(message), "got \(line)")
  }

  /// A covariance of more coordinates than inputs have, and biases of targets that know none.
  @Test func furtherMistakes() async {
    let wide = Self.text.with("[[2, 1], [1]]", as: "1").with(
      "dimension: 6", as: "dimension: [3, 2]"
    )
    .with("samples: 20", as: "samples: 20, covariance: [[2, 0, 0], [0, 1, 0], [0, 0, 3]]")
    var line = await errorLine { _ = try await StudySpec.of(wide) }
    #expect(
      line.hasSuffix(
        "data.covariance: got [[2, 0, 0], [0, 1, 0], [0, 0, 3]]; expected at most 2 rows, the "
          + "network's dimension"),
      "got \(line)")
    let zonal = Self.text.with(
      "features, degree: 3, coefficients: [[2, 1], [1]]", as: "zonal, degree: 3"
    )
    .with("ridge: 0.5", as: "ridge: 0.5\nprior: {bias_variance: 1}")
    line = await errorLine { _ = try await StudySpec.of(zonal) }
    #expect(
      line.contains(
        "unknown key 'prior.bias_variance'; expected one of weight_variance, readout_variance"),
      "got \(line)")
    let high = Self.text.with("degree: 3", as: "degree: 13")
      .with("ridge: 0.5", as: "ridge: 0.5\nprior: {bias_variance: 1}")
    line = await errorLine { _ = try await StudySpec.of(high) }
    #expect(line.contains("components of erf with a bias are computed up to degree 12"), "\(line)")
    for (law, test) in [("law: sphere, test: 1", "1"), ("law: uniform, test: 0", "0")] {
      let text = Self.text.with("[[2, 1], [1]]", as: "1").with(
        "samples: 20", as: "samples: 20, \(law)")
      line = await errorLine { _ = try await StudySpec.of(text) }
      #expect(
        line.contains("data.test: got '\(test)'; expected an integer from 2 to"), "got \(line)")
    }
  }

  /// Cells of other covariances have their law, and the training set that follows from it.
  @Test func covariancesOfCells() async throws {
    let plain = Self.text.with("[[2, 1], [1]]", as: "[2, 1]").with(
      "samples: 20", as: "samples: 20, DATA")
    func first(_ data: String) async throws -> Cell {
      try #require(try await StudySpec.of(plain.with("DATA", as: data)).cells().first)
    }
    let matrix = [[2, 0.25], [0.25, 0.5]]
    for (data, word, covariance) in [
      ("spike: 3", "gaussian", InputCovariance(variances: [3])),
      (
        "power_law: 1.5", "gaussian power_law 1.5", InputCovariance(powerLaw: 1.5, dimension: 6)
      ),
      (
        "covariance: [[2, 0.25], [0.25, 0.5]]", "gaussian covariance 2; 0.25 0.5",
        InputCovariance(block: matrix)!
      ),
    ] {
      let cell = try await first(data)
      #expect(cell.parameters.word("law") == word && cell.parameters.testSamples == 0)
      let target = FeatureTarget(of: cell.parameters)
      #expect(target.law == .gaussian(covariance), "\(data)")
      let training = cell.posterior.instance.trainingSet(kernels: .best)
      let standard = try await first("spike: 1").posterior.instance.trainingSet(kernels: .best)
      let first = covariance.coloured(standard.inputs[6..<12].map(Double.init))
      #expect(training.inputs[6..<12].elementsEqual(first.map { Float($0) }), "\(data)")
      let result = try cell.compute()
      #expect(result.observable("alignment_error").allSatisfy { $0 == 0 }, "\(data)")
    }
  }

  /// erf has couplings of any degree, other activations components up to twelve.
  @Test func highDegrees() async throws {
    for degree in [13, 15] {
      let text = Self.text.with("degree: 3", as: "degree: \(degree)")
      for kind in ["features", "hermite"] {
        let own = kind == "hermite" ? text.with(", coefficients: [[2, 1], [1]]", as: "") : text
        _ = try await StudySpec.of(own.with("kind: features", as: "kind: \(kind)"))
      }
      let line = await errorLine {
        _ = try await StudySpec.of(text.with("width: 5", as: "width: 5, activation: tanh"))
      }
      #expect(line.contains("components of tanh are computed up to degree 12"), "got \(line)")
    }
    let cell = try await StudySpec.of(Self.text.with("degree: 3", as: "degree: 13")).cells()[0]
    _ = try cell.compute()
  }

  /// Laws that have no target of the degree.
  @Test(arguments: [
    ("3", "rademacher", "data.law: got 'rademacher'; expected a law"),
    ("3", "rademacher", "it has no variance"), ("5", "sphere", "known up to degree 3"),
    ("5", "student, freedom: 99", "data.law: got 'student'; expected a law"),
    (
      "3", "student, freedom: 5",
      "data.freedom: got '5'; expected another one with a target of degree 3: the variance of the "
        + "target needs a moment of order 6, so freedom above 6"
    ), ("3", "student, freedom: [7, 6]", "data.freedom: got '6'; expected another one"),
  ])
  func aLawWithoutTarget(degree: String, law: String, message: String) async {
    let text = Self.text.with(", coefficients: [[2, 1], [1]]", as: "")
      .with("degree: 3", as: "degree: \(degree)")
      .with("samples: 20", as: "samples: 20, law: \(law)")
    let line = await errorLine { _ = try await StudySpec.of(text) }
    #expect(line.contains(message), "got \(line)")
  }
}
