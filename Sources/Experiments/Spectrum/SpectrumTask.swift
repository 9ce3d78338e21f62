import Kernels
import Studies
import Theory

/// One spectrum: of the whole, or of a repetition.
struct SpectrumTask: UndividedTask {
  let experiment: Spectrum
  let parameters: Parameters
  var layout: Layout { experiment.layout }
  private var repetition: Int { parameters.integer("repetition") }

  init(_ experiment: Spectrum, ranks: Int?, repetition: Int) {
    self.experiment = experiment
    var cell = Parameters()
    switch experiment.source {
    case .counts:
      cell["ranks"] = .integer(ranks!)
      cell["places"] = .integer(Spectrum.keptRanks(ranks!).count)
    case .covariance(let inputs):
      cell["rows"] = .integer(Self.rows(of: inputs, repetition))
      cell["places"] = .integer(inputs.dimension)
    case .arcsine(let inputs, _, _):
      cell["rows"] = .integer(Self.rows(of: inputs, repetition))
      cell["places"] = .integer(Self.rows(of: inputs, repetition))
    }
    cell["repetition"] = .integer(repetition)
    parameters = cell
  }

  private static func rows(of inputs: PreparedInputs, _ repetition: Int) -> Int {
    repetition == 0 ? inputs.count : inputs.count / 2
  }

  var canonical: String {
    let source =
      switch experiment.source {
      case .counts(_, _, .file(let digest, let column)): "counts of \(digest) column \(column)"
      case .counts(let counts, _, .spec): "counts of \(counts)"
      case .covariance(let inputs): "covariance of \(inputs.canonical)"
      case .arcsine(let inputs, let weightVariance, let biasVariance):
        "arcsine weight_variance \(weightVariance) bias_variance \(biasVariance) of "
          + inputs.canonical
      }
    return "numerics \(numericsVersion)\nspectrum \(source)\n"
      + layout.coordinates.map { "\($0.name) \(parameters.text($0.name))" }.joined(separator: " ")
  }

  func extent(along axis: Layout.Axis) -> Int { parameters.integer("places") }

  func compute(_ streams: CellStreams) throws -> CellResult {
    var result = CellResult(layout, parameters)
    switch experiment.source {
    case .counts(let counts, _, _):
      let ranks = parameters.integer("ranks")
      let drawn =
        repetition == 0
        ? counts
        : Self.resampled(counts, streams.stream(chain: repetition, purpose: "words"))
      let chosen = drawn.prefix(ranks).map(Double.init)
      let fit = try ZipfMandelbrot(fitting: chosen)
      result.numbers = [
        "value": .single(Spectrum.keptRanks(ranks).map { Float(chosen[$0 - 1]) }),
        "exponent": .double([fit.exponent]), "shift": .double([fit.shift]),
        "exponent_error": .double([fit.exponentError]), "shift_error": .double([fit.shiftError]),
        "normalisation": .double([fit.normalisation]),
        "total": .double([chosen.reduce(0, +)]),
      ]
    case .covariance(let inputs):
      let rows = rows(of: inputs, streams)
      result.numbers["value"] = .single(
        try values(of: rows.covariance, streams).map { Float(max(0, $0)) })
    case .arcsine(let inputs, let weightVariance, let biasVariance):
      let rows = rows(of: inputs, streams)
      let matrix = arcsineMatrix(
        rows.values, dimension: inputs.dimension, weightVariance: weightVariance,
        biasVariance: biasVariance, kernels: streams.kernels)
      let n = Double(parameters.integer("rows"))
      result.numbers["value"] = .single(
        try values(of: matrix, streams).map { Float(max(0, $0) / n) })
    }
    return result
  }

  private func values(of matrix: [Double], _ streams: CellStreams) throws -> [Double] {
    try SymmetricEigenproblem(matrix, withVectors: false, kernels: streams.kernels).values
  }

  private func rows(of inputs: PreparedInputs, _ streams: CellStreams) -> Rows {
    let chosen =
      repetition == 0
      ? Array(0..<inputs.count)
      : inputs.split(
        samples: inputs.count / 2, dataset: repetition - 1, kernels: streams.kernels
      ).training
    return Rows(values: chosen.flatMap { inputs.row($0) }, dimension: inputs.dimension)
  }

  /// As many draws with replacement as there are, sorted by how often each was drawn.
  private static func resampled(_ counts: [Int], _ stream: RandomStream) -> [Int] {
    var kinds: [Int32] = []
    for (kind, count) in counts.enumerated() {
      kinds += repeatElement(Int32(kind), count: count)
    }
    var drawn = [Int](repeating: 0, count: counts.count)
    for i in kinds.indices {
      let place = stream.integer(
        below: kinds.count, step: UInt64(i >> 20), index: UInt32(i & 0xF_FFFF))
      drawn[Int(kinds[place])] += 1
    }
    return drawn.sorted(by: >)
  }

  var expectedSteps: [Double] { [1] }
  func steps(of result: CellResult) -> [Double] { expectedSteps }
  var stepWork: Double {
    switch experiment.source {
    case .counts(let counts, _, _): 100 * Double(counts.reduce(0, +))
    case .covariance(let inputs):
      Double(inputs.dimension * inputs.dimension) * Double(inputs.count + 4 * inputs.dimension)
    case .arcsine(let inputs, _, _):
      Double(inputs.count * inputs.count) * Double(inputs.dimension + 4 * inputs.count)
    }
  }
  /// A nanosecond or less an operation.
  func secondsPerStep(_ streams: CellStreams) -> [Double] { [3e-10 * stepWork] }
  var workingBytes: Double {
    switch experiment.source {
    case .counts(let counts, _, _): 4 * Double(counts.reduce(0, +))
    case .covariance(let inputs): 40 * Double(inputs.dimension * inputs.dimension)
    case .arcsine(let inputs, _, _): 60 * Double(inputs.count * inputs.count)
    }
  }
}

extension Spectrum {
  /// The ranks whose counts are archived: all up to 32, then 32 for each doubling.
  package static func keptRanks(_ ranks: Int) -> [Int] {
    var kept: [Int] = []
    var (rank, step) = (1, 1)
    while rank <= ranks {
      kept.append(rank)
      if rank >= 64 * step { step *= 2 }
      rank += step
    }
    return kept
  }
}

/// Chosen rows of inputs.
private struct Rows {
  /// Row-major.
  let values: [Double]
  let dimension: Int

  /// The covariance, with 1/n.
  var covariance: [Double] {
    let (d, n) = (dimension, values.count / dimension)
    var means = [Double](repeating: 0, count: d)
    for (i, x) in values.enumerated() { means[i % d] += x }
    for i in 0..<d { means[i] /= Double(n) }
    var matrix = [Double](repeating: 0, count: d * d)
    for row in 0..<n {
      for i in 0..<d {
        let x = values[row * d + i] - means[i]
        for j in 0...i { matrix[i * d + j] += x * (values[row * d + j] - means[j]) }
      }
    }
    for i in 0..<d {
      for j in 0...i {
        matrix[i * d + j] /= Double(n)
        matrix[j * d + i] = matrix[i * d + j]
      }
    }
    return matrix
  }
}
