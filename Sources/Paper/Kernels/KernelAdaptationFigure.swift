import Archives
import Experiments
import Figures
import Foundation
import Host
import Kernels
import Sampling
import Studies
import Theory

extension Figure {
  /// Amplification of both kernels of three layers against their width: erf networks sampled,
  /// linear ones exact, and the equations for Gaussian feature learning.
  static let kernelAdaptation = Figure(
    name: "kernel-adaptation", studies: ["kernel-adaptation"],
    networks: [NetworkKind.threeLayer.name], axes: ["first_width", "readout_variance"],
    tables: ["-linear"]
  ) { archives in
    // A line of the picture is of neighbouring rows.
    let points = try FeatureLearningPoint.all(of: archives[0], withTree: true).sorted {
      ($0.parameters.readoutVariance, $0.ratio) < ($1.parameters.readoutVariance, $1.ratio)
    }
    let linear = try LinearPoint.all(of: archives[0])
    var numbers = QuotedNumbers(figure: "kernel-adaptation")
    append(sampled: points, to: &numbers)
    append(exact: linear, to: &numbers)
    let cells = points.reduce(0) { $0 + $1.datasets }
    numbers.append("cells", Double(cells), meaning: "how many cells there are")
    numbers.append(
      "certified", Double(points.reduce(0) { $0 + $1.replicates.certified }),
      meaning: "how many of them are certified")
    return [
      Table(
        "kernel-adaptation",
        "Amplification of erf networks along the target; one row a width and readout variance",
        of: points,
        columns: [
          TypedColumn("ratio", "N1/d = N2/d") { $0.ratio },
          TypedColumn("readout_variance", "sigma_a^2") { $0.parameters.readoutVariance },
          TypedColumn("first", "D1 = d E w_1^2/sigma_w^2 sampled, mean over data sets") {
            meanAndError($0.first).mean
          },
          TypedColumn("first_error", "standard error over data sets") {
            meanAndError($0.first).error
          },
          TypedColumn("first_equations", "of the equations on the same data sets") {
            $0.mean($0.full, \.first)
          },
          TypedColumn("first_tree", "of the equations at tree level") {
            $0.mean($0.tree, \.first)
          },
          TypedColumn("second", "D2 = y^T K y over its lazy value sampled, mean over data sets") {
            meanAndError($0.second).mean
          },
          TypedColumn("second_error", "standard error over data sets") {
            meanAndError($0.second).error
          },
          TypedColumn("second_equations", "of the equations on the same data sets") {
            $0.mean($0.full, \.second)
          },
          TypedColumn("second_tree", "of the equations at tree level") {
            $0.mean($0.tree, \.second)
          },
          TypedColumn("alignment", "A sampled, mean over data sets") {
            $0.replicates.alignment.mean
          },
          TypedColumn("alignment_equations", "of the equations") {
            $0.mean($0.full, \.alignment)
          },
          TypedColumn("alignment_lazy", "of infinitely wide layers") {
            $0.mean($0.lazy, \.alignment)
          },
          .isCertified("every data set") { $0.replicates.isCertified },
        ]),
      Table(
        "kernel-adaptation-linear",
        "Amplification of linear networks along the target and across it; one row a width and readout variance",
        of: linear,
        columns: [
          TypedColumn("ratio", "N1/d = N2/d") { $0.ratio },
          TypedColumn("readout_variance", "sigma_a^2") { $0.readoutVariance },
          TypedColumn("exact", "D2 = d Omega_11/(sigma_v^2 sigma_w^2), mean over data sets") {
            $0.mean(\.exact)
          },
          TypedColumn("equations", "of the equations") { $0.mean(\.full) },
          TypedColumn("tree", "of the equations at tree level") { $0.mean(\.tree) },
          TypedColumn("exact_across", "the mean of the other diagonal entries, exact") {
            $0.mean(\.exactAcross)
          },
          TypedColumn("equations_across", "of the equations") { $0.mean(\.fullAcross) },
          TypedColumn("tree_across", "of the equations at tree level") { $0.mean(\.treeAcross) },
        ]),
      numbers.table,
    ]
  }

  /// What is quoted of sampled erf networks.
  private static func append(
    sampled points: [FeatureLearningPoint], to numbers: inout QuotedNumbers
  ) {
    let wide = points.filter { $0.ratio >= 4 }
    /// The ratio farthest from one, with its interval.
    func worst(
      _ name: String, _ meaning: String, _ points: [FeatureLearningPoint],
      _ a: (FeatureLearningPoint) -> [Double], _ b: (FeatureLearningPoint) -> [Double]
    ) {
      let ratios = points.map { $0.ratio(a($0), b($0)) }
      guard let worst = ratios.max(by: { abs(log($0.value)) < abs(log($1.value)) }) else {
        return numbers.append(name, .nan, meaning: meaning)
      }
      numbers.append(name, worst.value, interval: worst.interval, meaning: meaning)
    }
    let cells = { (value: @escaping (FeatureLearningCell) -> Double) in
      { (point: FeatureLearningPoint) in point.full.map(value) }
    }
    let less = { (values: [Double]) in values.map { $0 - 1 } }
    worst(
      "second_ratio", "D2 sampled over the equations', N >= 4 d, farthest from 1", wide,
      \.second, cells(\.second))
    worst(
      "first_ratio", "D1 sampled over the equations', N >= 4 d, farthest from 1", wide, \.first,
      cells(\.first))
    worst(
      "second_growth", "D2 − 1 sampled over the equations', N >= 4 d, farthest from 1", wide,
      { less($0.second) }, { less($0.full.map(\.second)) })
    worst(
      "narrow_ratio", "D2 sampled over the equations', N = d, farthest from 1",
      points.filter { $0.ratio == 1 }, \.second, cells(\.second))
    for (name, variance) in [("mean_field", 0.01), ("standard", 1)] {
      let chosen = points.filter { $0.parameters.readoutVariance == variance }
      let gaps = chosen.map { $0.ratio($0.tree.map(\.second), $0.full.map(\.second)) }
      let worst = gaps.max { abs($0.value - 1) < abs($1.value - 1) }
      numbers.append(
        "tree_\(name)", worst?.value ?? .nan, interval: worst?.interval ?? (.nan, .nan),
        meaning:
          "D2 of tree level over that of all terms, sigma_a^2 = \(variance), farthest from 1"
      )
    }
  }

  /// What is quoted of exact linear networks.
  private static func append(exact points: [LinearPoint], to numbers: inout QuotedNumbers) {
    let standard = points.filter { $0.readoutVariance == points.map(\.readoutVariance).max() }
    let last = standard.suffix(2)
    let slope = { (chosen: [Int]?) -> Double? in
      let gaps = last.map { abs($0.mean({ $0.exact - $0.full }, chosen)) }
      guard last.count == 2, let first = gaps.first, first > 0, gaps[1] > 0 else { return nil }
      return log(gaps[1] / first) / log(last.last!.ratio / last.first!.ratio)
    }
    numbers.append(
      "gap_slope", slope(nil) ?? .nan,
      interval: Bootstrap.interval(datasets: points[0].cells.count) { slope($0) },
      meaning:
        "slope of ln |D2 exact − equations'| against ln N, two largest N, largest sigma_a^2")
    for ratio in [1.0, 4] {
      guard let point = standard.first(where: { $0.ratio == ratio }) else { continue }
      let predictions: [(String, (LinearCell) -> Double)] = [
        ("equations", { $0.fullAcross }), ("tree", { $0.treeAcross }),
      ]
      for (name, across) in predictions {
        let share = { (chosen: [Int]?) in
          (1 - point.mean(across, chosen)) / (1 - point.mean(\.exactAcross, chosen))
        }
        numbers.append(
          "\(name)_shrinkage_\(Int(ratio))", share(nil),
          interval: Bootstrap.interval(datasets: point.cells.count) { share($0) },
          meaning:
            "1 − amplification across the target over the exact one, linear, N = \(Int(ratio)) d"
        )
      }
      let growth = { (chosen: [Int]?) in
        point.mean({ $0.full - 1 }, chosen) / point.mean({ $0.exact - 1 }, chosen)
      }
      numbers.append(
        "linear_growth_\(Int(ratio))", growth(nil),
        interval: Bootstrap.interval(datasets: point.cells.count) { growth($0) },
        meaning:
          "D2 − 1 of the equations over the exact one, linear, N = \(Int(ratio)) d")
    }
  }
}

extension FeatureLearningPoint {
  /// N₁/d.
  fileprivate var ratio: Double { Double(parameters.firstWidth) / Double(parameters.dimension) }

  fileprivate func mean(
    _ cells: [FeatureLearningCell], _ value: (FeatureLearningCell) -> Double
  ) -> Double {
    meanAndError(cells.map(value)).mean
  }
}

/// A linear network on one data set of a study, whose target is its first coordinate: Ω along it
/// and across, in units of the prior.
private struct LinearCell: Sendable {
  let exact, full, tree: Double
  let exactAcross, fullAcross, treeAcross: Double

  init(_ network: GaussianFeatureLearning, _ data: LabelledInputs, ridge: Double)
    throws(GaussianFeatureLearningError)
  {
    let d = data.dimension
    func parts(_ omega: [Double]) -> (Double, Double) {
      let unit = network.hiddenVariance * network.weightVariance / Double(d)
      let rest = (1..<max(2, d)).reduce(0) { $0 + omega[$1 * d + $1] }
      return (omega[0] / unit, rest / unit / Double(max(1, d - 1)))
    }
    (exact, exactAcross) = parts(try LinearPosterior(network, data, ridge: ridge).omega)
    (full, fullAcross) = parts(try network.solve(data, ridge: ridge).kernel)
    (tree, treeAcross) = parts(try network.solve(data, ridge: ridge, level: .tree).kernel)
  }
}

/// A width and a readout variance, over the data sets of a study.
private struct LinearPoint {
  let ratio, readoutVariance: Double
  let cells: [LinearCell]

  func mean(_ value: (LinearCell) -> Double, _ chosen: [Int]? = nil) -> Double {
    meanOf(cells.map(value), chosen)
  }

  /// Widths beyond those that are sampled, on the same data sets.
  static func all(of archive: Archive) throws -> [LinearPoint] {
    let first = archive.cells.filter { cell in
      cell.readoutVariance == archive.cells[0].readoutVariance
        && cell.firstWidth == archive.cells[0].firstWidth
    }
    let sets = try first.map { cell in
      let training = ProblemInstance(kind: .threeLayer, parameters: cell)
        .trainingSet(kernels: .best)
      let x = training.inputs.map { Double($0) }
      let d = training.dimension
      return try LabelledInputs(
        inputs: x, dimension: d,
        targets: Swift.stride(from: 0, to: x.count, by: d).map { x[$0] })
    }
    let prior = archive.cells[0]
    let variances = Set(archive.cells.map(\.readoutVariance)).sorted()
    let grid = variances.flatMap { variance in
      [1, 2, 4, 8, 16, 32, 64, 128].map { (variance: variance, ratio: $0) }
    }
    return try parallelMap(grid, together: 1) { point in
      Result {
        let width = point.ratio * prior.dimension
        let network = GaussianFeatureLearning(
          firstWidth: width, secondWidth: width, activation: .linear,
          weightVariance: prior.weightVariance,
          hiddenVariance: prior.real(Parameters.Name.hiddenVariance),
          readoutVariance: point.variance)
        return LinearPoint(
          ratio: Double(point.ratio), readoutVariance: point.variance,
          cells: try sets.map { try LinearCell(network, $0, ridge: prior.ridge) })
      }
    }.map { try $0.get() }
  }
}

/// The mean over some data sets, under a name that a method `mean` does not hide.
private func meanOf(_ values: [Double], _ chosen: [Int]?) -> Double { mean(values, over: chosen) }
