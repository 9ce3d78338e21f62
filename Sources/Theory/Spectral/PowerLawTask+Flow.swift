import Kernels

extension PowerLawTask {
  /// The flow at a time.
  public struct FlowPoint: Hashable, Sendable {
    /// t, in units of 1/η steps.
    public let time: Double
    /// L.
    public let loss: Double
    /// −d ln L/d ln t.
    public let slope: Double
    /// c, by which the kernel has grown.
    public let clock: Double
    /// k*, the mode of which half is learned; `nil` where no mode or every mode is.
    ///
    /// ln k is interpolated linearly between the modes that are summed one by one. It is good to
    /// 1e-5.
    public let frontier: Double?
    /// A bound of the relative error of loss and clock.
    public let relativeError: Double
    /// A bound of the error of the slope.
    public let slopeError: Double
  }

  /// Returns the gradient flow at infinite width, of all modes, at some times.
  ///
  /// - Parameters:
  ///   - richness: γ, from 0 to 1e12.
  ///   - times: in ascending order.
  /// - Throws: ``SpectralError`` as ``DescentFlow`` does.
  public func flow(
    richness: Double, times: [Double]
  ) throws(SpectralError) -> [FlowPoint] {
    guard let last = times.last else { return [] }
    let reach = try clockReach(richness: richness, time: last)
    let spectrum = try spectrum(reach: reach)
    let finer = try self.spectrum(reach: reach, refinement: 2)
    let flow = try DescentFlow(spectrum: spectrum, richness: richness)
    var points: [FlowPoint] = []
    for state in try flow.states(at: times) {
      let error = state.relativeError + quadratureError(spectrum, finer, at: state.clockTime)
      guard error <= DescentFlow.errorLimit else {
        throw .unresolved(
          name: "loss at time \(state.time)", error: error, limit: DescentFlow.errorLimit)
      }
      points.append(
        FlowPoint(
          time: state.time, loss: state.loss, slope: state.slope, clock: state.clock,
          frontier: frontier(spectrum, state.learned), relativeError: error,
          slopeError: state.slopeError))
    }
    return points
  }

  /// A clock time that the flow has not reached at t: modes up to the frontier raise the clock, and
  /// τ = ∫ c dt ≤ c t.
  func clockReach(richness: Double, time: Double) throws(SpectralError) -> Double {
    guard time > 0 && time <= 1e100 else {
      throw .outOfRange(
        name: "times", value: time, expected: "numbers above 0, at most 1e100, in ascending order")
    }
    let p = alpha * (1 - beta)
    let most = modes.map { naturalLogarithm(Double($0)) } ?? .infinity
    var reach = time
    for _ in 0..<200 {
      // |w*|² up to the frontier is at most 1 + ∫ k^(p − 1) dk; twice that leaves room for modes
      // that overshoot.
      let front = min(most, max(0, naturalLogarithm(max(reach, 1)) / alpha))
      let square = 1 + (abs(p) < 1e-9 ? front : (naturalExponential(p * front) - 1) / p)
      let clock = (1 + (1 + 8 * richness * square).squareRoot()) / 2
      let next = time * clock
      guard next > reach * 1.01 else { break }
      reach = next
    }
    guard reach <= 1e200 else {
      throw .outOfRange(
        name: "times", value: time, expected: "a time whose clock time is at most 1e200")
    }
    return 2 * reach
  }

  /// What a finer rule changes in the lazy loss and in |b|², relative, at a time at which these are
  /// as far as the flow's.
  private func quadratureError(
    _ rule: DescentSpectrum, _ finer: DescentSpectrum, at clockTime: Double
  ) -> Double {
    guard rule.count > Self.explicitModes else { return 0 }
    func sums(_ spectrum: DescentSpectrum) -> (loss: Double, square: Double) {
      var (loss, square) = (spectrum.floor, 0.0)
      for i in 0..<spectrum.count {
        let (n, d, b) = (
          spectrum.multiplicities[i], spectrum.eigenvalues[i], spectrum.targets[i]
        )
        let decay = Decay(d * clockTime)
        loss += n * d * b * b * decay.remainder * decay.remainder
        square += n * b * b * decay.share * decay.share
      }
      return (loss, square)
    }
    let (a, b) = (sums(rule), sums(finer))
    return abs(a.loss - b.loss) / b.loss + abs(a.square - b.square) / b.square
  }

  /// The mode at which half of the target is learned, of a spectrum that this task made.
  func frontier(_ spectrum: DescentSpectrum, _ learned: [Double]) -> Double? {
    func excess(_ i: Int) -> Double { learned[i] / spectrum.targets[i] - 0.5 }
    func logarithm(_ i: Int) -> Double { -naturalLogarithm(spectrum.eigenvalues[i]) / alpha }
    let explicit = isSummed ? spectrum.count : min(spectrum.count, Self.explicitModes)
    if let i = (0..<explicit).first(where: { excess($0) < 0 }) {
      guard i > 0 else { return nil }
      let (left, right) = (excess(i - 1), excess(i))
      let share = left / (left - right)
      return naturalExponential(
        logarithm(i - 1) + share * (logarithm(i) - logarithm(i - 1)))
    }
    // Between nodes of the integral, by the polynomial through eight of them.
    let end = spectrum.count - (modes == nil ? 0 : 2)
    guard !isSummed && explicit + 8 < end else { return nil }
    let nodes = Array(explicit + 1..<end)
    guard let crossing = nodes.firstIndex(where: { excess($0) < 0 }) else { return nil }
    let first = max(0, min(crossing - 4, nodes.count - 8))
    let window = nodes[first..<first + 8]
    let (x, y) = (window.map(logarithm), window.map(excess))
    func value(_ at: Double) -> Double {
      var sum = 0.0
      for i in x.indices {
        var factor = y[i]
        for j in x.indices where j != i { factor *= (at - x[j]) / (x[i] - x[j]) }
        sum += factor
      }
      return sum
    }
    var (low, high) = (
      logarithm(crossing > 0 ? nodes[crossing - 1] : explicit - 1), logarithm(nodes[crossing])
    )
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if value(middle) > 0 { low = middle } else { high = middle }
    }
    return naturalExponential(low)
  }

  /// Whether all modes are summed one by one, instead of by an integral.
  public var isSummed: Bool { modes.map { $0 <= 2048 } ?? false }
}
