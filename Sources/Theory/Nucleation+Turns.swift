import Foundation

// Minima and saddles of the free energy.
extension Nucleation {
  /// Returns the overlaps between which turns of F are sought, ascending. F rises with w₁ below the
  /// first and beyond the last, at every ρ that is a minimum.
  ///
  /// They are 0.02 σ_w apart up to 6 σ_w, and in a ratio below and beyond that, where the load
  /// moves the barrier or the specialist there: v at the barrier falls as q^{−1/2}.
  func overlaps(_ q: Double) -> [Double] {
    let (unit, ratio) = (weightVariance.squareRoot(), exp(0.05))
    // The pull towards larger v is at most this, as it falls with ρ.
    func pull(_ w: Double) -> Double {
      let v = w * w
      return Double(degree) / v * gain(v, 0, q).value
    }
    var below: [Double] = []
    var w = 0.02 * unit
    while weightVariance * pull(w) > 0.5 {
      w /= ratio
      below.append(w)
    }
    // q c²/(1/g + k̃) is at most q, by Parseval, and multiplied by m (1 + 2ρ)/(v (1 + 2S)).
    let last =
      (weightVariance * q * Double(degree) * (1 + 3 * weightVariance)).squareRoot().squareRoot()
    var beyond: [Double] = []
    w = 6 * unit
    while w < last {
      w *= ratio
      beyond.append(w)
    }
    return below.reversed() + (1...300).map { 0.02 * unit * Double($0) } + beyond
  }

  /// Returns a ρ below which F falls with ρ at an overlap: −ρ ∂F/∂ρ is above ½ − ρ/(2σ_w²) − ρ Γ/2,
  /// with Γ at least the slope of the gain.
  private func leastTransverse(overlap: Double, _ q: Double) -> Double {
    // The gain falls with S, and no faster than at ρ = 0 in each of its factors.
    let (v, m) = (overlap * overlap, Double(degree))
    let slope = gain(v, 0, q).value * (2 * m + 4 / .pi / (rest(v, q).value + weakness(q)))
    return 0.5 / (1 / weightVariance + slope)
  }

  /// Returns the neurons of a given overlap at which F is at a minimum by ρ, in ascending order of
  /// ρ. F falls with ρ as ρ → 0 and rises at σ_w², so there is one, or two.
  func neurons(overlap: Double, _ q: Double) -> [Neuron] {
    minima(from: leastTransverse(overlap: overlap, q)) {
      Neuron(overlap: overlap, $0, self, q)
    } falls: {
      slopes($0, q).1 < 0
    }
  }

  /// Returns the top of F along those minima of largest ρ, which continue the prior's neuron; `nil`
  /// if they end below it.
  func saddleAlongOverlap(_ overlaps: [Double], _ q: Double) -> Neuron? {
    func lazy(_ overlap: Double) -> Neuron { neurons(overlap: overlap, q).last! }
    func rises(_ overlap: Double) -> Bool { slopes(lazy(overlap), q).0 > 0 }
    guard let down = overlaps.firstIndex(where: { !rises($0) }), down > 0 else { return nil }
    let saddle = lazy(bisect(overlaps[down - 1], overlaps[down], below: rises))
    return residual(saddle, q) < Self.tolerance ? saddle : nil
  }

  /// Returns the least top of F along w₁, over all ρ at which there is one; `nil` if no least one
  /// exists. Where the minima by ρ end below the top, the way to the specialist shortens w_⊥ first.
  func saddleAlongTransverse(_ overlaps: [Double], _ q: Double) -> Neuron? {
    func top(_ rho: Double) -> Neuron? {
      func rises(_ overlap: Double) -> Bool {
        slopes(Neuron(overlap: overlap, rho, self, q), q).0 > 0
      }
      guard let down = overlaps.firstIndex(where: { !rises($0) }), down > 0 else { return nil }
      let overlap = bisect(overlaps[down - 1], overlaps[down], below: rises)
      return Neuron(overlap: overlap, rho, self, q)
    }
    let least = overlaps.map { leastTransverse(overlap: $0, q) }.min()!
    return minima(from: least, top) { slopes($0, q).1 < 0 }
      .filter { residual($0, q) < Self.tolerance }
      .min { $0.freeEnergy < $1.freeEnergy }
  }

  /// Returns the minimum to which F falls beyond a saddle. It falls towards larger w₁ along the
  /// minima by ρ that continue the prior's, as far as they go, then along those of least ρ.
  func specialist(beyond barrier: Neuron, _ overlaps: [Double], _ q: Double) -> Neuron {
    func turn(
      _ path: some Sequence<Double>, from start: Double, _ branch: (Double) -> Neuron,
      upwards: Bool
    ) -> Neuron {
      func falls(_ overlap: Double) -> Bool { (slopes(branch(overlap), q).0 > 0) != upwards }
      var last = start
      for overlap in path {
        guard falls(overlap) else {
          return branch(bisect(last, overlap, below: falls))
        }
        last = overlap
      }
      return branch(last)
    }
    let upper = overlaps.lazy.filter { $0 > barrier.overlap }
    let lazy = turn(
      upper, from: barrier.overlap, { neurons(overlap: $0, q).last! }, upwards: true)
    if residual(lazy, q) < Self.tolerance { return lazy }
    // The prior's minima end here, or the saddle is beside them, near the end of the others.
    func short(_ overlap: Double) -> Neuron { neurons(overlap: overlap, q).first! }
    let further = overlaps.lazy.filter { $0 > lazy.overlap }
    let start = further.prefix(3).first { slopes(short($0), q).0 < 0 }
    return start.map { start in
      turn(further.filter { $0 > start }, from: start, short, upwards: true)
    }
      ?? turn(
        overlaps.lazy.reversed().filter { $0 < lazy.overlap }, from: lazy.overlap, short,
        upwards: false)
  }

  /// Returns the minima of F on a curve of at most one neuron for each ρ, in ascending order. They
  /// are sought on a logarithmic scale of ρ, and found by bisection to the last bit.
  private func minima(
    from least: Double, _ curve: (Double) -> Neuron?, falls: (Neuron) -> Bool
  ) -> [Neuron] {
    // The last trial is a little beyond σ_w², where F rises.
    // The gain is a power m of 1/(1 + 2S), so that turns are closer at a large degree.
    let perUnit = max(4, Double(degree) / 2)
    let count = max(48, Int((perUnit * log(weightVariance / least)).rounded(.up)) + 1)
    let trials = (0...count).map { weightVariance * exp(0.01 - Double(count - $0) / perUnit) }
    func falling(_ rho: Double) -> Bool { curve(rho).map(falls) ?? false }
    let before = trials.map(falling)
    return trials.indices.dropLast().filter { before[$0] && !before[$0 + 1] }.compactMap {
      // Where the curve ends instead, there is no minimum.
      curve(bisect(trials[$0], trials[$0 + 1], below: falling))
    }
  }

  private func slopes(_ neuron: Neuron, _ q: Double) -> (Double, Double) {
    slopes(neuron.overlap * neuron.overlap, neuron.squaredTransverse, q)
  }

  /// Returns the larger slope of F by v and by ρ, relative to the largest of its terms.
  func residual(_ neuron: Neuron, _ q: Double) -> Double {
    let (v, rho) = (neuron.overlap * neuron.overlap, neuron.squaredTransverse)
    let (overlap, transverse) = slopes(v, rho, q)
    let gain = gain(v, rho, q)
    let common = max(1 / weightVariance, abs(gain.slope))
    return 2
      * max(
        abs(overlap) / max(common, gain.value * Double(degree) / v),
        abs(transverse) / max(common, 1 / rho))
  }
}

/// Returns the end of the interval up to which a condition holds, to the last bit. It leads from
/// `low`, where the condition holds, to `high`, which may be below it.
private func bisect(_ low: Double, _ high: Double, below: (Double) -> Bool) -> Double {
  var (low, high) = (low, high)
  while true {
    let middle = (low + high) / 2
    guard middle != low && middle != high else { return high }
    if below(middle) { low = middle } else { high = middle }
  }
}
