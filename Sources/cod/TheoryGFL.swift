import ArgumentParser
import Foundation
import Host
import Studies
import Theory

/// `cod theory gfl`: Gaussian feature learning of a three-layer network on given data.
struct TheoryGFL: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gfl",
    abstract: "Gaussian feature learning: what a three-layer network makes of given data.",
    discussion: """
        cod theory gfl --inputs X.csv --targets y.csv --widths 16,16 --ridge 0.1
        cod theory gfl --inputs X.csv --targets y.csv --widths 16,16 --activation linear --json

      Files are comma-separated numbers without a header: a row of X is an input, a row of y its
      target. JSON has Σ = E w wᵀ as sigma, and E h hᵀ at the inputs as kernel. For linear networks
      kernel is Ω of d rows, with E h hᵀ = XΩXᵀ, and exact is the posterior at these widths.
      """)

  @Option(help: "X, a file of inputs, one row a sample.")
  var inputs: String

  @Option(help: "y, a file of targets, one row a sample.")
  var targets: String

  @Option(parsing: .unconditional, help: "N₁,N₂, the widths of the hidden layers.")
  var widths: String

  @Option(
    parsing: .unconditional,
    help: "φ of both hidden layers: \(GaussianFeatureLearning.Activation.words).")
  var activation = GaussianFeatureLearning.Activation.erf.rawValue

  @Option(parsing: .unconditional, help: "κ, the ridge.")
  var ridge = 1.0

  @Option(parsing: .unconditional, help: "σ_w², the prior variance of the first layer.")
  var weightVariance = 1.0

  @Option(parsing: .unconditional, help: "σ_v², the prior variance of the second layer.")
  var hiddenVariance = 1.0

  @Option(parsing: .unconditional, help: "σ_a², the prior variance of the readout.")
  var readoutVariance = 1.0

  @Flag(help: "Leave out the determinant of the outputs' kernel: the tree level.")
  var tree = false

  @Option(help: "A file of inputs at which the predictor is evaluated too.")
  var testInputs: String?

  @OptionGroup var form: OutputForm

  /// The most rows of a file of test inputs.
  private static let largestTest = 10_000

  struct Exact: Encodable {
    let mean: [Double]
    let testMean: [Double]?
    let logEvidence: Double
    let sigma: [[Double]]
    let omega: [[Double]]
    let scale: Double
    let relativeError: Double
  }

  struct Answer: Encodable {
    let freeEnergy: Double
    let lazyFreeEnergy: Double
    let mean: [Double]
    let variance: [Double]
    let lazyMean: [Double]
    let testMean: [Double]?
    let testVariance: [Double]?
    let lazyTestMean: [Double]?
    let sigma: [[Double]]
    let kernel: [[Double]]
    let residual: Double
    let meanError: Double
    let exact: Exact?
  }

  func run() throws {
    let widths = try list("--widths", widths, expected: "two integers, N₁,N₂") { Int($0) }
    guard widths.count == 2 else {
      throw UserError("--widths: got '\(self.widths)'; expected two integers, N₁,N₂")
    }
    for width in widths { try check("--widths", count: width) }
    guard let activation = GaussianFeatureLearning.Activation(rawValue: activation) else {
      throw UserError(
        "--activation: got '\(self.activation)'; expected \(GaussianFeatureLearning.Activation.words)"
      )
    }
    try check("--ridge", positive: ridge)
    try check("--weight-variance", positive: weightVariance)
    try check("--hidden-variance", positive: hiddenVariance)
    try check("--readout-variance", positive: readoutVariance)
    let network = GaussianFeatureLearning(
      firstWidth: widths[0], secondWidth: widths[1], activation: activation,
      weightVariance: weightVariance, hiddenVariance: hiddenVariance,
      readoutVariance: readoutVariance)
    let (data, test) = try read()
    let answer = try solving { () throws(GaussianFeatureLearningError) in
      try self.answer(network, data, test)
    }
    if form.json { return try printJSON(answer, isSnakeCase: true) }
    func line(_ name: String, _ text: String) {
      print("\(name.padding(toLength: 17, withPad: " ", startingAt: 0)) \(text)")
    }
    func number(_ x: Double) -> String { String(format: "%.10g", x) }
    func most(_ x: [Double]) -> Double { x.reduce(0) { max($0, abs($1)) } }
    line("free energy", "\(number(answer.freeEnergy))   lazy: \(number(answer.lazyFreeEnergy))")
    line("mean predictor", numbers(answer.mean))
    line("lazy", numbers(answer.lazyMean))
    if let mean = answer.testMean { line("at test inputs", numbers(mean)) }
    line("trace of Σ", number(answer.sigma.indices.reduce(0) { $0 + answer.sigma[$1][$1] }))
    if let exact = answer.exact {
      line("exact mean", numbers(exact.mean))
      line(
        "log-evidence",
        number(exact.logEvidence) + String(format: " ± %.0e, exact", exact.relativeError))
    }
    line(
      "residual",
      String(
        format: "%.0e of the equations; the mean moved by %.0e in the last step",
        answer.residual, answer.meanError))
  }

  /// The first few of a list.
  private func numbers(_ list: [Double]) -> String {
    list.prefix(6).map { String(format: "%.6g", $0) }.joined(separator: " ")
      + (list.count > 6 ? " …" : "")
  }

  private func read() throws -> (data: LabelledInputs, test: [Double]?) {
    let x = try CSVTable(reading: inputs, allowsHeader: false)
    let y = try CSVTable(reading: targets, allowsHeader: false)
    let (xs, ys) = (try x.values(), try y.values())
    guard y.columnCount == 1 else {
      throw UserError("\(targets): got \(y.columnCount) columns; expected one, the target")
    }
    guard x.rowCount == y.rowCount else {
      throw UserError(
        "\(targets): got \(y.rowCount) rows; expected \(x.rowCount), as in \(inputs)")
    }
    let data: LabelledInputs
    do {
      data = try LabelledInputs(inputs: xs, dimension: x.columnCount, targets: ys)
    } catch { throw UserError("\(inputs): \(error)") }
    guard let testInputs else { return (data, nil) }
    let test = try CSVTable(reading: testInputs, allowsHeader: false)
    guard test.columnCount == x.columnCount else {
      throw UserError(
        "\(testInputs): got \(test.columnCount) \(test.columnCount == 1 ? "column" : "columns"); "
          + "expected \(x.columnCount), as in \(inputs)")
    }
    guard test.rowCount <= Self.largestTest else {
      throw UserError(
        "\(testInputs): got \(test.rowCount) rows; expected at most \(Self.largestTest)")
    }
    return (data, try test.values())
  }

  private func answer(
    _ network: GaussianFeatureLearning, _ data: LabelledInputs, _ test: [Double]?
  ) throws(GaussianFeatureLearningError) -> Answer {
    let level: GaussianFeatureLearning.Level = tree ? .tree : .full
    let solution = try network.solve(data, ridge: ridge, level: level)
    let lazy = try network.lazy(data, ridge: ridge, level: level)
    func square(_ values: [Double], _ n: Int) -> [[Double]] {
      (0..<n).map { Array(values[$0 * n..<($0 + 1) * n]) }
    }
    let d = data.dimension
    let n = network.activation == .linear ? d : data.count
    var exact: Exact?
    if network.activation == .linear {
      let posterior = try LinearPosterior(network, data, ridge: ridge)
      exact = Exact(
        mean: posterior.mean(data.inputs), testMean: test.map { posterior.mean($0) },
        logEvidence: posterior.logEvidence, sigma: square(posterior.sigma, d),
        omega: square(posterior.omega, d), scale: posterior.scale,
        relativeError: posterior.relativeError)
    }
    let points = test.map { solution.predict($0) }
    return Answer(
      freeEnergy: solution.freeEnergy, lazyFreeEnergy: lazy.freeEnergy, mean: solution.mean,
      variance: solution.variance, lazyMean: lazy.mean, testMean: points?.map(\.mean),
      testVariance: points?.map(\.variance),
      lazyTestMean: test.map { lazy.predict($0).map(\.mean) },
      sigma: square(solution.sigma, d), kernel: square(solution.kernel, n),
      residual: solution.residual, meanError: solution.meanError, exact: exact)
  }
}

extension GaussianFeatureLearning.Activation {
  /// "linear or erf".
  fileprivate static let words = allCases.map(\.rawValue).joined(separator: " or ")
}
