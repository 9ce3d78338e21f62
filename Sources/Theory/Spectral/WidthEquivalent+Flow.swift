import Kernels

/// Flow and noise at finite width see the random layer by Φ and tr S e^−Sx alone. Sums of few
/// exponentials that have these are spectra of few modes, on which ``DescentFlow`` and
/// ``NoisyDescent`` run.
extension WidthEquivalent {
  /// A spectrum whose lazy loss is Φ(2t).
  public struct Fit: Hashable, Sendable {
    public let spectrum: DescentSpectrum
    /// The largest relative misfit of Φ, at the places of the fit.
    public let misfit: Double
  }

  /// Φ on a logarithmic grid of places, at which all exponentials of the spectrum of S vary.
  func curve(reach: Double, perDecade: Int) throws(SpectralError) -> [CurvePoint] {
    let (low, high) = edges
    let last = min(40 / low, max(4 * reach, 20 / high))
    let first = min(0.05 / high, last / 10)
    let count = Int((naturalLogarithm(last / first) / Self.decade * Double(perDecade)).rounded(.up))
    var places: [Double] = []
    for i in 0...count {
      places.append(first * naturalExponential(Double(i) * Self.decade / Double(perDecade)))
    }
    return try curve(at: places)
  }

  /// ln 10.
  private static let decade = 2.302585092994045684

  /// The fit Φ = floor + Σ_j ρ_j e^(−d_j x) with ρ_j ≥ 0, by least squares of relative errors, with
  /// d_j on a logarithmic grid over the spectrum of S.
  ///
  /// - Parameters:
  ///   - curve: Φ on a grid that is no coarser.
  ///   - perDecade: how many d_j there are in a decade.
  ///   - hasTrace: whether the modes have the multiplicities of the network's, which noise needs:
  ///     those of a like fit of tr S e^−Sx.
  func fit(
    _ curve: [CurvePoint], perDecade: Int, hasTrace: Bool = false
  ) throws(SpectralError) -> Fit {
    let (edge, high) = edges
    // What does not decay by the last place is as good as constant.
    let low = max(edge, 0.02 / curve.last!.place)
    let count = max(
      1, Int((naturalLogarithm(high / low) / Self.decade * Double(perDecade)).rounded(.up)))
    var rates: [Double] = []
    for j in 0...count {
      let share = Double(j) / Double(count)
      rates.append(low * naturalExponential(share * naturalLogarithm(high / low)))
    }
    rates = (rates + bands).filter { $0 >= low }.sorted()
    func fit(_ values: [Double], above floor: Double, within scale: Double) -> NonNegativeFit {
      let columns = rates.map { rate in
        zip(curve, values).map { naturalExponential(-rate * $0.place) / ($1 + scale) }
      }
      return NonNegativeFit(
        columns: columns, target: values.map { ($0 - floor) / ($0 + scale) })
    }
    let loss = fit(curve.map(\.value), above: floor, within: 0)
    guard loss.misfit <= 1e-3 else {
      throw .unresolved(name: "fit of the lazy loss", error: loss.misfit, limit: 1e-3)
    }
    var multiplicities = rates.map { _ in 1.0 }
    var misfit = loss.misfit
    if hasTrace {
      // N modes of κ have this trace; below it only the last modes are left.
      let trace = fit(curve.map(\.trace), above: 0, within: 0.1 * Double(width) * kappa)
      misfit = max(misfit, trace.misfit)
      guard misfit <= 1e-3 else {
        throw .unresolved(name: "fit of the trace", error: misfit, limit: 1e-3)
      }
      multiplicities = zip(rates, trace.coefficients).map { max($1 / $0, 1e-12) }
    }
    let kept = rates.indices.filter {
      loss.coefficients[$0] > 0 || hasTrace && multiplicities[$0] > 1e-11
    }
    let spectrum = try DescentSpectrum(
      eigenvalues: kept.map { rates[$0] },
      targets: kept.map { (loss.coefficients[$0] / (rates[$0] * multiplicities[$0])).squareRoot() },
      multiplicities: kept.map { multiplicities[$0] }, floor: floor)
    return Fit(spectrum: spectrum, misfit: misfit)
  }

  /// Rates of the largest modes that stand apart: each is a narrow band of S, a semicircle of
  /// variance λ²/N about λ_k + (1/N) Σ_{j≠k} λ_k λ_j/(λ_k − λ_j). Its moments are those of five
  /// nodes.
  private var bands: [Double] {
    let root = Double(width).squareRoot()
    var rates: [Double] = []
    let apart = Int(min(24, task.alpha * root / 8))
    for k in 0..<min(apart, spectrum.count - 1) {
      let d = spectrum.eigenvalues[k]
      var shift = spectrum.unresolvedTrace
      for j in 0..<spectrum.count where j != k {
        shift +=
          spectrum.multiplicities[j] * spectrum.eigenvalues[j] * d
          / (d - spectrum.eigenvalues[j])
      }
      for node in [-3.0.squareRoot(), -1, 0, 1, 3.0.squareRoot()] {
        rates.append(d * (1 + node / root) + shift / Double(width))
      }
    }
    return rates
  }

  /// The spectrum for descent with batches at this width: the modes of the network and the floor,
  /// which is noise of the labels. It is good to the fit's misfit for times up to `reach`.
  public func noisySpectrum(reach: Double, perDecade: Int = 10) throws(SpectralError) -> Fit {
    try fit(curve(reach: reach, perDecade: perDecade), perDecade: perDecade, hasTrace: true)
  }

  /// Returns the flow at this width at some times, in the mean over random layers.
  ///
  /// The lazy loss is Φ(2t). A rich flow runs on two fits of different size.
  ///
  /// *Guarantee:* loss and clock solve the equations of large N to `relativeError`, which is at
  /// most 1e-4.
  ///
  /// - Returns: the points, without the frontier.
  public func flow(
    richness: Double, times: [Double]
  ) throws(SpectralError) -> [PowerLawTask.FlowPoint] {
    guard let last = times.last else { return [] }
    let reach = try task.clockReach(richness: richness, time: last)
    if richness == 0 { return try lazyFlow(times) }
    let curve = try curve(reach: reach, perDecade: 10)
    let coarse = try fit(curve, perDecade: 8)
    let fine = try fit(curve, perDecade: 10)
    let first = try DescentFlow(spectrum: coarse.spectrum, richness: richness).states(at: times)
    let second = try DescentFlow(spectrum: fine.spectrum, richness: richness).states(at: times)
    var points: [PowerLawTask.FlowPoint] = []
    for (a, b) in zip(first, second) {
      let error =
        b.relativeError + abs(a.loss / b.loss - 1) + abs(a.clock / b.clock - 1) + fine.misfit
        + relativeError
      guard error <= 1e-4 else {
        throw .unresolved(name: "loss at time \(b.time)", error: error, limit: 1e-4)
      }
      points.append(
        PowerLawTask.FlowPoint(
          time: b.time, loss: b.loss, slope: b.slope, clock: b.clock, frontier: nil,
          relativeError: error, slopeError: b.slopeError + abs(a.slope - b.slope)))
    }
    return points
  }

  /// The flow at γ = 0 by two contours.
  private func lazyFlow(_ times: [Double]) throws(SpectralError) -> [PowerLawTask.FlowPoint] {
    let places = times.map { 2 * $0 }
    let (points, check) = (try curve(at: places), try curve(at: places, nodes: 11))
    var result: [PowerLawTask.FlowPoint] = []
    for (i, time) in times.enumerated() {
      let (a, b) = (points[i], check[i])
      let error = abs(a.value - b.value) / abs(a.value) + relativeError
      guard error <= 1e-4 && a.value > 0 else {
        throw .unresolved(name: "loss at time \(time)", error: error, limit: 1e-4)
      }
      result.append(
        PowerLawTask.FlowPoint(
          time: time, loss: a.value, slope: -a.place * a.derivative / a.value, clock: 1,
          frontier: nil, relativeError: error,
          slopeError: a.place * abs(a.derivative - b.derivative) / a.value + error))
    }
    return result
  }
}
