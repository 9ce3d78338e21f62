import Kernels

extension DescentFlow {
  /// Steps in τ: `perBlock` of length `first`, then half as many of twice the length, and so on up
  /// to `longest`.
  struct Grid {
    let first: Double
    let longest: Double
    let perBlock = 48
  }

  /// Where a run stops: at times, which only the run itself knows, or at clock times.
  enum Stops {
    case times([Double])
    case clockTimes([Double])

    var count: Int {
      switch self {
      case .times(let times), .clockTimes(let times): times.count
      }
    }

    /// The part of a step from one state to another after which the i-th stop comes, or `nil` if it
    /// comes later.
    fileprivate func part(
      _ i: Int, of length: Double, _ start: Motion, _ end: Motion
    ) -> Double? {
      switch self {
      case .times(let times):
        times[i] <= end.time ? start.part(of: length, to: end, at: times[i]) : nil
      case .clockTimes(let times):
        times[i] <= end.clockTime ? max(0, times[i] - start.clockTime) : nil
      }
    }
  }

  /// The grid for times from t on: its first block ends long before t, the fastest mode and the
  /// rise of the clock.
  func grid(from time: Double) -> Grid {
    var drive = 0.0
    for i in 0..<spectrum.count {
      let pull = spectrum.eigenvalues[i] * spectrum.targets[i]
      drive += spectrum.multiplicities[i] * pull * pull
    }
    // c = 1 + γ Σ (d b*)² τ² at first.
    let scale = min(time, 1 / spectrum.largest, 1 / (richness * drive).squareRoot())
    let slowest = spectrum.eigenvalues.min()!
    return Grid(first: 1e-4 * scale, longest: max(1e-4 * scale, 0.1 / slowest))
  }

  /// Runs with every step of the grid divided into `parts`.
  ///
  /// - Returns: the states where it stops.
  func run(_ grid: Grid, _ stops: Stops, _ parts: Int) throws(SpectralError) -> [Stop] {
    let count = stops.count
    var motion = Motion(spectrum: spectrum, richness: richness)
    var found: [Stop] = []
    var length = grid.first
    var decays = Decays(spectrum, step: length / Double(parts))
    var taken = 0
    var isFirstBlock = true
    while found.count < count {
      let before = motion
      for _ in 0..<parts { try motion.step(length / Double(parts), decays) }
      // Stops within this step start again from its beginning.
      while found.count < count, let part = stops.part(found.count, of: length, before, motion) {
        var partial = before
        if part > 0 {
          let steps = Decays(spectrum, step: part / Double(parts))
          for _ in 0..<parts { try partial.step(part / Double(parts), steps) }
        }
        found.append(partial.stop(at: before.clockTime + part))
      }
      if motion.excess < 1e-290 {
        // All is learned but the floor, and the clock stands still.
        guard spectrum.floor > 0 else {
          throw .beyondPrecision(name: "loss", value: motion.excess)
        }
        for i in found.count..<count { found.append(motion.rest(until: stops, i)) }
      }
      taken += 1
      if taken == (isFirstBlock ? grid.perBlock : grid.perBlock / 2) && 2 * length <= grid.longest {
        (taken, isFirstBlock) = (0, false)
        length *= 2
        decays.double()
      }
    }
    return found
  }
}

/// What remains of each mode over a step, as arrays.
private struct Decays {
  private(set) var remainder: [Double]
  private(set) var share: [Double]
  private(set) var mean: [Double]
  private(set) var lag: [Double]
  /// ω/z.
  private(set) var bend: [Double]

  init(_ spectrum: DescentSpectrum, step: Double) {
    let decays = spectrum.eigenvalues.map { Decay($0 * step) }
    remainder = decays.map(\.remainder)
    share = decays.map(\.share)
    mean = decays.map(\.mean)
    lag = decays.map(\.lag)
    bend = zip(decays, spectrum.eigenvalues).map { $0.bend / ($1 * step) }
  }

  /// Goes over to steps of twice the length. All terms are positive, so nothing cancels.
  mutating func double() {
    for i in share.indices {
      let (e, d, m) = (remainder[i], share[i], mean[i])
      // z = D/φ, and ω(2z) = ω + D (D/2 − ω)/2.
      let z = d / m
      bend[i] = (bend[i] * z + d * (d / 2 - bend[i] * z) / 2) / (2 * z)
      let next = d * (2 - d)
      share[i] = next
      remainder[i] = next < 0.5 ? 1 - next : e * e
      mean[i] = m * (1 + e) / 2
      lag[i] += m * d / 2
    }
  }
}

/// The modes in motion. x_i is kept beside y_i = b*_i p − x_i, what is not learned yet, so that
/// neither loses digits where it is small.
private struct Motion {
  let spectrum: DescentSpectrum
  let richness: Double
  var clockTime = 0.0
  var time = 0.0
  /// p = 1/√c.
  var p = 1.0
  /// p′ in the middle of the last step, whose length is `last`.
  var slope = 0.0
  var last = 0.0
  var x: [Double]
  var y: [Double]

  init(spectrum: DescentSpectrum, richness: Double) {
    self.spectrum = spectrum
    self.richness = richness
    x = Array(repeating: 0, count: spectrum.count)
    y = spectrum.targets
  }

  /// A step of length h, with p″ h² = r (δ − p′₋ h), where δ is the change of p, p′₋ the slope of
  /// the last step, and r = 2h/(h + last). Then x changes by A + Bδ with A = D y + b* r p′₋ h ω/z
  /// and B = b* (ψ − r ω/z), and δ solves γ Σ (x + A + Bδ)² − γ Σ x² = 1/(p + δ)² − 1/p².
  mutating func step(_ h: Double, _ decays: Decays) throws(SpectralError) {
    let n = spectrum.multiplicities
    let b = spectrum.targets
    let r = 2 * h / (h + last)
    let drift = r * slope * h
    var (s0, s1, s2) = (0.0, 0.0, 0.0)
    for i in x.indices {
      let change = decays.share[i] * y[i] + b[i] * drift * decays.bend[i]
      let answer = b[i] * (decays.lag[i] - r * decays.bend[i])
      s0 += n[i] * change * (2 * x[i] + change)
      s1 += n[i] * answer * (x[i] + change)
      s2 += n[i] * answer * answer
    }
    let delta = try root(richness * s0, richness * 2 * s1, richness * s2)
    let curvature = r * delta - drift
    for i in x.indices {
      let bend = b[i] * curvature * decays.bend[i]
      x[i] += decays.share[i] * y[i] + b[i] * decays.lag[i] * delta - bend
      y[i] = decays.remainder[i] * y[i] + b[i] * decays.mean[i] * delta + bend
    }
    // t = ∫ p² dτ with p = p₀ + δ s + (p″h²/2) s (s − 1) at s = 0 … 1.
    let next = p + delta
    time +=
      h
      * ((p * p + p * next + next * next) / 3 - curvature * (p / 6 + delta / 12)
        + curvature * curvature / 120)
    clockTime += h
    p = next
    slope = delta / h
    last = h
  }

  /// δ by Newton's method. Terms are differences of what is small already, so δ is good to
  /// rounding.
  private func root(_ s0: Double, _ s1: Double, _ s2: Double) throws(SpectralError) -> Double {
    var delta = 0.0
    for _ in 0..<60 {
      let next = p + delta
      let value =
        s0 + delta * (s1 + s2 * delta) + delta * (2 * p + delta) / (p * p * next * next)
      let derivative = s1 + 2 * s2 * delta + 2 / (next * next * next)
      let change = -value / derivative
      // The root is above −p.
      delta = max(delta + change, (delta - p) / 2)
      if abs(change) <= 1e-15 * abs(delta) || delta == 0 { return delta }
      guard delta.isFinite && derivative > 0 else { break }
    }
    // Newton's method ends in rounding, which has to be small beside the step.
    let next = p + delta
    let value = s0 + delta * (s1 + s2 * delta) + delta * (2 * p + delta) / (p * p * next * next)
    let limit = 1e-12 * (abs(s0) + abs(delta) / (p * p * p)) + 1e-300
    guard delta.isFinite && abs(value) <= limit else {
      throw .unresolved(name: "clock at time \(time)", error: abs(value), limit: 1e-12)
    }
    return delta
  }

  /// The part of a step from here to another state at which a time is reached, with p linear.
  func part(of length: Double, to end: Motion, at time: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    while true {
      let middle = (low + high) / 2
      guard low < middle && middle < high else { return low * length }
      let there = p + middle * (end.p - p)
      let reached = self.time + middle * length * (p * p + p * there + there * there) / 3
      if reached < time { low = middle } else { high = middle }
    }
  }

  /// Σ d (b* − b)², the loss above the floor.
  var excess: Double {
    var sum = 0.0
    for i in y.indices {
      sum += spectrum.multiplicities[i] * spectrum.eigenvalues[i] * y[i] * y[i]
    }
    return sum / (p * p)
  }

  /// The state at the i-th stop, if nothing moves any more.
  func rest(until stops: DescentFlow.Stops, _ i: Int) -> DescentFlow.Stop {
    var end = self
    switch stops {
    case .times(let times):
      end.clockTime += (times[i] - time) / (p * p)
      end.time = times[i]
    case .clockTimes(let times):
      end.time += (times[i] - clockTime) * p * p
      end.clockTime = times[i]
    }
    return end.stop(at: end.clockTime)
  }

  /// What is told of this state.
  func stop(at clockTime: Double) -> DescentFlow.Stop {
    var stop = DescentFlow.Stop()
    stop.clockTime = clockTime
    stop.time = time
    let c = 1 / (p * p)
    stop.clock = c
    var (excess, square, overlap) = (0.0, 0.0, 0.0)
    for i in x.indices {
      let (n, d) = (spectrum.multiplicities[i], spectrum.eigenvalues[i])
      let (b, left) = (x[i] / p, y[i] / p)
      excess += n * d * left * left
      square += n * d * d * left * left
      overlap += n * b * d * left
    }
    stop.excess = excess
    stop.descent = 2 * (c * square + richness / c * overlap * overlap)
    stop.growth = 2 * richness * overlap
    stop.learned = x.map { $0 / p }
    stop.velocity = x.indices.map {
      c * spectrum.eigenvalues[$0] * y[$0] / p + richness / c * x[$0] / p * overlap
    }
    return stop
  }
}
