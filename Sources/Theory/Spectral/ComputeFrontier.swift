import Kernels

/// The least loss that a compute C = N t buys, over networks of all widths N.
///
/// At each C a parabola in ln N goes through ln L at the best of the given widths and its
/// neighbours.
public struct ComputeFrontier: Sendable {
  /// How descent is done.
  public enum Descent: Hashable, Sendable {
    /// The flow at a richness γ; t is in units of 1/η steps.
    case flow(richness: Double)
    /// Lazy descent with batches of B samples, t counts steps.
    case batches(batch: Int, step: Double)
  }

  /// The best network for a compute.
  public struct Point: Hashable, Sendable {
    /// C.
    public let compute: Double
    /// L at the parabola's minimum.
    public let loss: Double
    /// N there.
    public let width: Double
    /// The loss of each given width; `nil` where the time is beyond what was asked for.
    public let losses: [Double?]
  }

  public let task: PowerLawTask
  public let descent: Descent
  /// The widths, ascending.
  public let widths: [Int]
  private let equivalents: [WidthEquivalent]

  /// Prepares networks of some widths.
  ///
  /// - Throws: ``SpectralError`` as ``WidthEquivalent`` does.
  public init(
    task: PowerLawTask, descent: Descent, widths: [Int]
  ) throws(SpectralError) {
    self.task = task
    self.descent = descent
    self.widths = widths.sorted()
    var equivalents: [WidthEquivalent] = []
    for width in self.widths { equivalents.append(try WidthEquivalent(task, width: width)) }
    self.equivalents = equivalents
  }

  /// Returns the best network for each compute for which it is among those of the given widths, and
  /// neither the narrowest nor the widest.
  ///
  /// - Parameters:
  ///   - computes: C, ascending.
  ///   - longest: the longest time at which a network is considered.
  /// - Throws: ``SpectralError`` where a loss is not good to a relative 1e-3.
  public func points(
    at computes: [Double], longest: Double = 1e100
  ) throws(SpectralError) -> [Point] {
    var losses: [[Double?]] = []
    for (width, equivalent) in zip(widths, equivalents) {
      let times = computes.map { $0 / Double(width) }.filter { $0 <= longest }
      let values = try self.losses(equivalent, times)
      losses.append(values + Array(repeating: nil, count: computes.count - values.count))
    }
    return computes.indices.compactMap { i in
      let row = losses.map { $0[i] }
      guard let best = row.indices.filter({ row[$0] != nil }).min(by: { row[$0]! < row[$1]! }),
        best > 0, best + 1 < row.count, let left = row[best - 1], let right = row[best + 1]
      else { return nil }
      let x = (best - 1...best + 1).map { naturalLogarithm(Double(widths[$0])) }
      let y = [left, row[best]!, right].map(naturalLogarithm)
      // y = y₁ + a (x − x₁) + b (x − x₁)², least at x₁ − a/(2b).
      let (h, k) = (x[0] - x[1], x[2] - x[1])
      let b = ((y[2] - y[1]) / k - (y[0] - y[1]) / h) / (k - h)
      let a = (y[0] - y[1]) / h - b * h
      guard b > 0 else { return nil }
      return Point(
        compute: computes[i], loss: naturalExponential(y[1] - a * a / (4 * b)),
        width: naturalExponential(x[1] - a / (2 * b)), losses: row)
    }
  }

  /// The loss of a width at some times.
  private func losses(
    _ equivalent: WidthEquivalent, _ times: [Double]
  ) throws(SpectralError) -> [Double] {
    guard let last = times.last else { return [] }
    switch descent {
    case .flow(let richness):
      return try equivalent.flow(richness: richness, times: times).map(\.loss)
    case .batches(let batch, let step):
      let noise = try equivalent.lazyNoise(batch: batch, step: step, steps: last)
      guard noise.relativeError <= 1e-3 else {
        throw .unresolved(name: "mean loss", error: noise.relativeError, limit: 1e-3)
      }
      return times.map { noise.loss(after: $0) }
    }
  }
}
