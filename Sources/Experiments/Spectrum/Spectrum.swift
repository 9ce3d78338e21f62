import Host
import Kernels
import Studies
import YAML

/// Spectra of data: how often each rank of a list of counts occurs, with the law of Zipf and
/// Mandelbrot, and the eigenvalues of covariances and kernels of rows.
package struct Spectrum: Experiment {
  let source: Source
  /// Repetitions besides the whole: resampled counts, or random halves of the rows.
  let repetitions: Int
  package let layout: Layout

  enum Source: Sendable {
    /// Counts in descending order, and the numbers of ranks to which the law is fitted.
    case counts([Int], ranks: [Int], origin: Origin)
    /// Eigenvalues of the covariance of rows.
    case covariance(PreparedInputs)
    /// Eigenvalues of the arcsine kernel of rows, over their number.
    case arcsine(PreparedInputs, weightVariance: Double, biasVariance: Double)
  }

  /// Where counts come from.
  enum Origin: Sendable {
    /// A column, counted from one, of a file.
    case file(digest: String, column: Int)
    /// The spec itself.
    case spec
  }

  package var inputsDigest: String? {
    switch source {
    case .counts(_, _, let origin):
      if case .file(let digest, _) = origin { digest } else { nil }
    case .covariance(let inputs), .arcsine(let inputs, _, _): inputs.digest
    }
  }
}

// MARK: - Keys

extension Spectrum {
  package static let name = "spectrum"
  package static let title = "Spectra of data"
  package static let models = ["counts", "covariance", "arcsine"]

  package static let keys = [
    Setting("spectrum", "a mapping", "what the spectrum is of"),
    Setting("data", "a mapping", "the data"),
  ]

  private static let ranks = Setting(
    "spectrum.ranks", "an integer from 3" + Setting.Words.axis, standard: "all",
    "of counts: how many ranks the law is fitted to, largest counts first")
  private static let variances = [
    Setting(
      "spectrum.weight_variance", Setting.Words.positive, standard: "1",
      "sigma_w^2 of the arcsine kernel of the rows' cosines"),
    Setting(
      "spectrum.bias_variance", "0, or a positive number, from 1e-12 to 1e12", standard: "0",
      "sigma_b^2 of the arcsine kernel"),
  ]
  private static let ofCounts = [
    Setting(
      "data.counts", "a list of integers from 0", standard: "no such key",
      "the counts, instead of a file"),
    Setting(
      "data.inputs", "the path of a file of \(CSVTable.columns)", standard: "no such key",
      "the file of counts"),
    Setting(
      "data.column", "a column: its name in the header, or its number from 1",
      standard: "no such key", "the column of counts"),
    Setting(
      "data.resamples", Setting.Words.countOrZero, standard: "0",
      "repetitions in which what was counted is drawn anew, with replacement"),
  ]
  private static let halves = Setting(
    "data.halves", Setting.Words.countOrZero, standard: "0",
    "repetitions with a random half of the rows")

  package static let reference = [
    SpecReference.Section(
      title: "Spectra", condition: "experiment: \(name)",
      rows: [
        Setting(
          "spectrum.of", Setting.Words.words(models),
          "counts: ranks and their counts; covariance: eigenvalues of the covariance of rows; "
            + "arcsine: those of the arcsine kernel of rows over their number"), ranks,
      ] + variances),
    SpecReference.Section(
      title: "Counts", condition: "spectrum: {of: counts}", rows: ofCounts),
    SpecReference.Section(
      title: "Rows", condition: "spectrum: {of: covariance} or {of: arcsine}", rows: [halves]),
  ]

  package static func layout(of model: String, observing names: [String]) -> Layout? {
    models.contains(model) && names.isEmpty ? .spectrum(of: model) : nil
  }

  package init(_ top: [String: YAMLNode], of root: YAMLNode) throws {
    let node = try root.required("spectrum", in: top)
    let any = try node.members(["of", Self.ranks.name] + Self.variances.map(\.name))
    let word = try node.required("of", in: any).word(Self.models)
    layout = .spectrum(of: word)
    let dataNode = try root.required("data", in: top)
    guard word != "counts" else {
      let own = try node.members(["of", Self.ranks.name])
      (source, repetitions) = try Self.counts(own, dataNode)
      return
    }
    let data = try dataNode.members(
      PreparedInputs.reference.map(\.name) + [Self.halves.name])
    let inputs = try PreparedInputs(data, of: dataNode)
    repetitions = try data[Self.halves.name]?.integerOrZero() ?? 0
    let size = word == "covariance" ? inputs.dimension : inputs.count
    try Limits.require(
      Double(size) * Double(size), Limits.array, root.file, "the matrix, of data.inputs")
    guard word == "arcsine" else {
      _ = try node.members(["of"])
      source = .covariance(inputs)
      return
    }
    let own = try node.members(["of"] + Self.variances.map(\.name))
    guard inputs.isOnSphere else {
      throw dataNode.error(expected: "inputs on the sphere, as sphere: true makes them")
    }
    source = .arcsine(
      inputs, weightVariance: try own["weight_variance"]?.number() ?? 1,
      biasVariance: try own["bias_variance"].map {
        $0.node.scalar?.string == "0" ? 0 : try $0.number(or: ", or 0")
      } ?? 0)
  }

  /// Reads a file of counts.
  private static func counts(
    _ own: [String: YAMLNode], _ node: YAMLNode
  ) throws -> (Source, Int) {
    let data = try node.members(ofCounts.map(\.name))
    let (values, origin) =
      try data["counts"].map { try listed($0, beside: data) }
      ?? tabled(data, node)
    let counts = values.filter { $0 > 0 }.sorted(by: >)
    guard counts.count >= 3 else {
      throw (data["counts"] ?? data["column"]!).error(
        expected: "at least three counts above 0")
    }
    try Limits.require(
      values.reduce(0) { $0 + Double($1) }, Limits.array, node.file, "the sum of the counts")
    let ranks =
      try own["ranks"]?.axis {
        try $0.integer(
          in: 3...counts.count, "an integer from 3 to \(counts.count), the counts above 0")
      } ?? [counts.count]
    let source = Source.counts(counts, ranks: ranks, origin: origin)
    return (source, try data["resamples"]?.integerOrZero() ?? 0)
  }

  /// The counts that stand in the spec.
  private static func listed(
    _ list: YAMLNode, beside data: [String: YAMLNode]
  ) throws -> ([Int], Origin) {
    for name in ["inputs", "column"] {
      if let other = data[name] { throw other.error(expected: "no such key beside data.counts") }
    }
    return (try list.items().map { try $0.integerOrZero() }, .spec)
  }

  /// The counts that stand in a column of a file.
  private static func tabled(
    _ data: [String: YAMLNode], _ node: YAMLNode
  ) throws -> ([Int], Origin) {
    let path = try node.required("inputs", in: data).text()
    let table = try CSVTable(
      reading: path.hasPrefix("/") ? path : "\(parentFolder(of: node.file))/\(path)")
    let columnNode = try node.required("column", in: data)
    guard let column = table.column(try columnNode.text()) else {
      throw columnNode.error(expected: table.columnWords)
    }
    let values: [Double] = try table.values(of: [column])
    for (row, value) in values.enumerated() where !(value >= 0 && Int(exactly: value) != nil) {
      throw UserError(
        "\(table.file):\(table.lines[row]): column \(column + 1): got \(value.spelt); expected a "
          + "count, an integer from 0")
    }
    return (values.map { Int($0) }, .file(digest: table.digest, column: column + 1))
  }

  package func cells() -> [Cell] {
    let axis: [Int?] =
      if case .counts(_, let ranks, _) = source { ranks } else { [nil] }
    return axis.flatMap { ranks in
      (0...repetitions).map { Cell(SpectrumTask(self, ranks: ranks, repetition: $0)) }
    }
  }

  package var settings: [(name: String, values: [String])] {
    var all: [(name: String, values: [String])] = [("spectrum.of", [layout.model])]
    switch source {
    case .counts(let counts, let ranks, let origin):
      all.append(("spectrum.ranks", ranks.map { "\($0)" }))
      switch origin {
      case .file(_, let column): all.append(("data.column", ["\(column)"]))
      case .spec: all.append(("data.counts", counts.map { "\($0)" }))
      }
      all.append(("data.resamples", ["\(repetitions)"]))
    case .covariance(let inputs):
      all += inputs.settings + [("data.halves", ["\(repetitions)"])]
    case .arcsine(let inputs, let weightVariance, let biasVariance):
      all += [
        ("spectrum.weight_variance", [weightVariance.spelt]),
        ("spectrum.bias_variance", [biasVariance.spelt]),
      ]
      all += inputs.settings + [("data.halves", ["\(repetitions)"])]
    }
    return all
  }
}
