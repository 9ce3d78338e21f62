import Experiments
import Figures
import Host
import Studies

extension Figure {
  /// P* of these networks against d, and its exponent against the alignment that defines P*.
  static let cnnExponent = Figure(
    name: "cnn-exponent", studies: ["cnn-learnability"],
    networks: [NetworkKind.convolution.name], axes: ["patch", "samples"], tables: ["-thresholds"]
  ) { archives in
    let curves = LearningCurve.all(archives[0].replicates)
    let networks = try curves.map { try MeasuredNetwork($0, threshold: half) }
    let known = networks.count { $0.samples.value != nil }
    guard known == networks.count else {
      throw UserError(
        "\(archives[0].file): the alignment crosses \(half) inside the grid at "
          + "\(known) of \(curves.count) sizes; expected all: widen data.samples", exitCode: 1)
    }
    let complexities = SampleComplexities(curves) { Double($0.dimension) }
    let exponents = try (1...7).map {
      try Exponents(of: complexities, threshold: Double($0) / 10)
    }
    return [
      table(of: networks), table(of: exponents), numbers(of: networks, complexities, exponents),
    ]
  }

  private static func table(of networks: [MeasuredNetwork]) -> Table {
    Table(
      "cnn-exponent", "Samples P* at which the alignment reaches \(half); one row a size",
      of: networks,
      columns: [
        TypedColumn("dimension", "d = N_w S") { $0.curve.parameters.dimension },
        TypedColumn("patch", "S = N_w = C") { $0.curve.parameters.patch },
      ] + TypedColumn.samples(\.samples) + [
        TypedColumn("equation_of_state", "P* by the equation of state, nothing fitted") {
          $0.state
        },
        TypedColumn("finite_size", "P* by the posterior at these sizes, nothing fitted") {
          $0.finiteSize
        },
        TypedColumn("lazy", "P* of the Gaussian process of infinite channels") { $0.lazy },
        .isCertified("every cell at this size") { $0.curve.isCertified },
      ])
  }

  private static func table(of exponents: [Exponents]) -> Table {
    Table(
      "cnn-exponent-thresholds", "Exponent of P* in d; one row an alignment that defines P*",
      of: exponents,
      columns: [
        TypedColumn("threshold", "the alignment") { $0.threshold },
        TypedColumn(
          "exponent", "of sampled networks; NaN where a curve does not cross the threshold"
        ) { $0.sampled },
      ] + TypedColumn.bootstrap { $0.interval } + [
        TypedColumn("equation_of_state", "of the equation of state at the same sizes") { $0.state },
        TypedColumn("finite_size", "of the posterior at these sizes") { $0.finiteSize },
        TypedColumn("lazy", "of the Gaussian process") { $0.lazy },
      ])
  }

  private static func numbers(
    of networks: [MeasuredNetwork], _ complexities: SampleComplexities, _ exponents: [Exponents]
  ) -> Table {
    var numbers = QuotedNumbers(figure: "cnn-exponent")
    for (name, threshold) in [("exponent", half), ("exponent_01", 0.1), ("exponent_07", 0.7)] {
      let found = exponents.first { $0.threshold == threshold }!
      numbers.append(
        name, found.sampled ?? .nan, interval: found.interval,
        meaning: "slope of ln P* against ln d at alignment \(threshold)")
    }
    numbers.append(
      "state_exponent", complexities.slope(networks.map(\.state)),
      meaning: "of the equation of state at \(half)")
    numbers.append(
      "finite_exponent", complexities.slope(networks.map(\.finiteSize)),
      meaning: "of the posterior at these sizes, at \(half)")
    numbers.append(
      "finite_deviation",
      networks.map { 100 * abs($0.finiteSize / $0.samples.value! - 1) }.max()!,
      meaning: "percent between P* of that posterior and the sampled one, the largest")
    numbers.append(
      "lazy_exponent", complexities.slope(networks.map(\.lazy)),
      meaning: "of the Gaussian process")
    let shortfalls = networks.map { 100 * (1 - $0.state / $0.samples.value!) }
    numbers.append(
      "least_shortfall", shortfalls.min()!,
      meaning: "percent by which P* of the equation of state is below the sampled one, the least")
    numbers.append("largest_shortfall", shortfalls.max()!, meaning: "the same, the largest")
    let largest = networks.last!
    numbers.append(
      "lazy_ratio", largest.lazy / largest.samples.value!,
      meaning: "P* of the Gaussian process over the sampled one at the largest size")
    numbers.append("alignment_threshold", half, meaning: "the alignment that defines P*")
    return numbers.table
  }

  private static let half = 0.5
}

/// A curve with its P*, sampled and predicted.
private struct MeasuredNetwork {
  let curve: LearningCurve
  let samples: Crossed
  /// P* by the equation of state, of the posterior at this size, and of the Gaussian process.
  let state, finiteSize, lazy: Double

  init(_ curve: LearningCurve, threshold: Double) throws {
    self.curve = curve
    samples = curve.crossed(threshold)
    state = try curve.points[0].equationOfState.samples(alignment: threshold).samples
    finiteSize = try curve.points[0].finiteSize.samples(alignment: threshold).samples
    lazy = try curve.points[0].lazySamples(alignment: threshold)
  }
}

/// Exponents of P* in d at one alignment that defines it.
private struct Exponents {
  let threshold: Double
  /// `nil` where a curve does not cross the threshold.
  let sampled: Double?
  let interval: (low: Double, high: Double)
  let state, finiteSize, lazy: Double

  init(of complexities: SampleComplexities, threshold: Double) throws {
    let networks = complexities.curves.map { $0.points[0] }
    self.threshold = threshold
    sampled = complexities.exponent(at: threshold)
    interval = complexities.exponentInterval(at: threshold)
    state = complexities.slope(
      try networks.map { try $0.equationOfState.samples(alignment: threshold).samples })
    finiteSize = complexities.slope(
      try networks.map { try $0.finiteSize.samples(alignment: threshold).samples })
    lazy = complexities.slope(try networks.map { try $0.lazySamples(alignment: threshold) })
  }
}
