import Kernels

/// Gradient flow of the linear model, at any width: all modes follow one clock.
///
/// The literal model f = w·Aψ/N learns by ẇ ∝ A g and Ȧ ∝ γ w (gᵀP). In the eigenbasis of a
/// ``DescentSpectrum`` and with b(0) = 0 it is
///
///     db/dt = c r + (γ/c) b (b·r),   r_i = d_i (b*_i − b_i),   c = (1 + √(1 + 4 γ |b|²))/2,
///
/// and GGᵀ − γ ωωᵀ is conserved. In the variables x = b/√c and dτ = c dt the modes decouple but for
/// the clock c itself, dx_i/dτ = d_i (b*_i/√c − x_i) with c = 1 + γ |x|².
///
/// A step is exact in each mode for p = 1/√c that is quadratic within the step, with the curvature
/// that the step before tells; one scalar equation gives the new p. Steps grow with τ. Three runs,
/// whose steps are h, h/2 and h/4, are extrapolated.
///
/// *Guarantee:* a state's numbers are good to its `relativeError` and `slopeError`, which are at
/// most ``errorLimit`` and a hundred times that: a quarter of what the last extrapolation changes,
/// and rounding.
public struct DescentFlow: Sendable {
  public let spectrum: DescentSpectrum
  /// γ.
  public let richness: Double

  /// The largest error of a number that is given.
  public static let errorLimit = 1e-6

  /// Describes a flow.
  ///
  /// - Throws: ``SpectralError`` unless γ ≥ 0 is at most 1e12.
  public init(spectrum: DescentSpectrum, richness: Double) throws(SpectralError) {
    guard (0...1e12).contains(richness) else {
      throw .outOfRange(name: "richness", value: richness, expected: "a number from 0 to 1e12")
    }
    self.spectrum = spectrum
    self.richness = richness
  }

  /// The flow at a time.
  public struct State: Hashable, Sendable {
    /// t, in units of 1/η steps.
    public let time: Double
    /// τ = ∫ c dt.
    public let clockTime: Double
    /// L.
    public let loss: Double
    /// −d ln L/d ln t.
    public let slope: Double
    /// c, by which the kernel has grown.
    public let clock: Double
    /// b_i, to an absolute 1e-6 of b*_i.
    public let learned: [Double]
    /// A bound of the relative error of loss and clock.
    public let relativeError: Double
    /// A bound of the error of the slope.
    public let slopeError: Double
  }

  /// Returns the states at some times.
  ///
  /// *Complexity:* O(modes) operations for each of some 110 steps per octave of time, besides as
  /// many exponentials for each state.
  ///
  /// - Parameter times: positive, at most 1e100, in ascending order.
  /// - Throws: ``SpectralError`` if a time is not, or a number is not good to ``errorLimit``, or
  ///   the loss is below 1e-280.
  public func states(at times: [Double]) throws(SpectralError) -> [State] {
    var earlier = 0.0
    for time in times {
      guard time > 0 && time <= 1e100 && time >= earlier else {
        throw .outOfRange(
          name: "times", value: time, expected: "numbers above 0, at most 1e100, in ascending order"
        )
      }
      earlier = time
    }
    guard let first = times.first else { return [] }
    if richness == 0 { return try times.map { time throws(SpectralError) in try lazy(time) } }
    let grid = grid(from: first)
    let stops = try run(grid, .times(times), 1).map(\.clockTime)
    let coarse = try run(grid, .clockTimes(stops), 1)
    let middle = try run(grid, .clockTimes(stops), 2)
    let fine = try run(grid, .clockTimes(stops), 4)
    var states: [State] = []
    for i in times.indices {
      states.append(try extrapolated(coarse[i], middle[i], fine[i], to: times[i]))
    }
    return states
  }
}

// MARK: - Extrapolation

extension DescentFlow {
  /// What a run knows where it stops.
  struct Stop {
    var clockTime = 0.0
    var time = 0.0
    var excess = 0.0
    var descent = 0.0
    var clock = 1.0
    var growth = 0.0
    var learned: [Double] = []
    var velocity: [Double] = []
  }

  /// The limit of small steps of three runs that stop at the same τ, moved to the time t.
  private func extrapolated(
    _ coarse: Stop, _ middle: Stop, _ fine: Stop, to time: Double
  ) throws(SpectralError) -> State {
    /// The limit where errors are of this order in h, then of the next.
    func limit(
      order: Int = 3, _ value: (Stop) -> Double
    ) -> (value: Double, error: Double) {
      let (p, q) = (Double(1 << order), Double(2 << order))
      let (a, b, c) = (value(coarse), value(middle), value(fine))
      let (first, second) = ((p * b - a) / (p - 1), (p * c - b) / (p - 1))
      // Of the difference, one part in q − 1 is expected to remain.
      return ((q * second - first) / (q - 1), abs(second - first) / 4)
    }
    let arrival = limit { $0.time }
    let excess = limit { $0.excess }
    let clock = limit { $0.clock }
    // Modes that have long been learned follow p′, which the end of a step has to second order.
    let descent = limit(order: 2) { $0.descent }
    let growth = limit(order: 2) { $0.growth }
    // From where the runs stopped to t, along the tangent of ln(L − floor).
    let late = time - arrival.value
    let drop = excess.value > 0 ? descent.value / excess.value * late : 0
    let loss = spectrum.floor + excess.value * naturalExponential(-drop)
    let square = (late / time) * (late / time)
    let error =
      1e-13 + (excess.error + excess.value * (drop * drop + square)) / loss
      + abs(descent.value) / loss * arrival.error + clock.error / clock.value
      + abs(growth.value) / clock.value * (arrival.error + late * late / time)
    guard loss > 1e-280 else { throw .beyondPrecision(name: "loss", value: loss) }
    let slope = time * descent.value * naturalExponential(-drop) / loss
    let slopeError =
      1e-12 + time * descent.error / loss + abs(slope) * (error + abs(late) / time)
    guard error <= Self.errorLimit && slopeError <= 100 * Self.errorLimit * max(1, abs(slope))
    else {
      throw .unresolved(
        name: "loss at time \(time)", error: max(error, slopeError), limit: Self.errorLimit)
    }
    let learned = fine.learned.indices.map { i in
      limit(order: 2) { $0.learned[i] }.value + fine.velocity[i] * late
    }
    return State(
      time: time, clockTime: fine.clockTime, loss: loss,
      slope: slope, clock: clock.value + growth.value * late, learned: learned,
      relativeError: error, slopeError: slopeError)
  }

  /// The state of a flow at γ = 0, in closed form.
  private func lazy(_ time: Double) throws(SpectralError) -> State {
    var (loss, descent) = (spectrum.floor, 0.0)
    var learned: [Double] = []
    for i in 0..<spectrum.count {
      let (n, d, b) = (spectrum.multiplicities[i], spectrum.eigenvalues[i], spectrum.targets[i])
      let left = naturalExponential(-d * time)
      loss += n * d * b * b * left * left
      descent += 2 * n * d * d * b * b * left * left
      learned.append(b * Decay(d * time).share)
    }
    guard loss > 1e-280 else { throw .beyondPrecision(name: "loss", value: loss) }
    // d t has a relative rounding error, which the exponential makes an absolute one.
    let slope = time * descent / loss
    return State(
      time: time, clockTime: time, loss: loss, slope: slope, clock: 1, learned: learned,
      relativeError: 1e-13 + 1e-15 * slope, slopeError: (1e-13 + 1e-15 * slope) * (1 + slope))
  }
}

/// What remains of a mode over a step of z = d h: E = e^−z, D = 1 − E, φ = D/z, ψ = 1 − φ and
/// ω = ψ − D/2, each to full relative precision.
struct Decay {
  let remainder: Double
  let share: Double
  let mean: Double
  let lag: Double
  let bend: Double

  init(_ z: Double) {
    if z < 0.5 {
      // ψ = z/2! − z²/3! + z³/4! − …, and ω = Σ (−1)^m (m − 1) z^m/(2 (m + 1)!) over m ≥ 2.
      var (lag, bend) = (0.0, 0.0)
      for m in stride(from: 15, through: 1, by: -1) {
        lag = z / Double(m + 1) * (1 - lag)
        bend = z / Double(m + 1) * (Double(m - 1) / 2 - bend)
      }
      self.lag = lag
      self.bend = -bend
      mean = 1 - lag
      share = z * mean
      remainder = 1 - share
    } else {
      remainder = naturalExponential(-z)
      share = 1 - remainder
      mean = share / z
      lag = 1 - mean
      bend = lag - share / 2
    }
  }
}
