import Kernels

extension ConvolutionChannel {
  /// Averages over the density, and what follows for the channel.
  struct Averages {
    /// ⟨u⟩.
    var alignment = 0.0
    /// ⟨β₀⟩ and ⟨ω₀⟩.
    var (readout, filter) = (0.0, 0.0)
    /// The trace of the covariance of U.
    var thermal = 0.0
    /// |⟨U⟩ − U*|², the test error.
    var error = 0.0
    /// The saddle point's derivatives by ln β and ln ω, per C/2 and mode.
    var (readoutForce, filterForce) = (0.0, 0.0)
    /// The share of the weight in the outermost unit of the radius.
    var edge = 0.0
  }

  /// Returns averages over a lattice, in units of standard deviations at the mode.
  ///
  /// The error of a normal density is exponentially small in the spacing h, 2 exp(−2π²/h²), which
  /// is 6e-6 at h = 1.25.
  ///
  /// *Complexity:* 4 (radius/spacing)³ points, each of 7 exponentials and logarithms.
  ///
  /// - Parameters:
  ///   - mode: the density's maximum.
  ///   - radius: how far the lattice reaches.
  ///   - spacing: h.
  ///   - isShifted: whether it is shifted by half a spacing along each axis.
  /// - Returns: `nil` if the second derivatives at the mode are not those of a maximum.
  func averages(
    about mode: Point, radius: Double, spacing: Double, isShifted: Bool
  ) -> Averages? {
    guard let root = derivatives(mode).curvature.root else { return nil }
    let highest = logDensity(mode)
    var sums = SpikeSums()
    let reach = Int(radius / spacing) + 1
    let shift = isShifted ? 0.5 : 0
    for k in -reach...reach {
      for j in -reach...reach {
        for i in -reach...reach {
          let offset = spacing * (Point(Double(i), Double(j), Double(k)) + shift)
          let square = (offset * offset).sum()
          guard square <= radius * radius else { continue }
          let at = mode + root.unwhitened(offset)
          let spike = Spike(at, gain: gain)
          let weight = naturalExponential(max(-700, logDensity(at, spike) - highest))
          let filterLoad = load * readoutVariance * spike.filter
          let readoutLoad = load * filterVariance * spike.readout
          sums.add(
            weight, isEdge: square > (radius - 1) * (radius - 1), alignment: spike.alignment,
            readout: spike.readout, filter: spike.filter,
            learned: SIMD2(filterLoad / (1 + filterLoad), readoutLoad / (1 + readoutLoad)),
            forces: SIMD2(force(filterLoad), force(readoutLoad)))
        }
      }
    }
    return averages(sums.normalised)
  }

  private func averages(_ mean: SpikeSums) -> Averages {
    let bulk = load * readoutVariance * filterVariance
    let bulkShare = bulk / (1 + bulk)
    let bulkCount = otherPatches * otherFilters
    // Of modes with the learned share l, the variance is (l + (ε/k) (⟨l²⟩ − ⟨l⟩²))/(P/k), and the
    // mean is l R.
    func variance(_ learned: Double, _ square: Double) -> Double {
      (learned + noise * (square - learned * learned)) / precision
    }
    var result = Averages()
    result.alignment = mean.alignment
    result.readout = mean.readout
    result.filter = mean.filter
    result.edge = mean.edge
    result.thermal =
      mean.squareAlignment - mean.alignment * mean.alignment
      + otherPatches * variance(mean.learned.x, mean.squareLearned.x)
      + otherFilters * variance(mean.learned.y, mean.squareLearned.y)
      + bulkCount * bulkShare / precision
    let lost = 1 - mean.alignment
    result.error =
      lost * lost + noise / precision
      * (otherPatches * mean.learned.x * mean.learned.x
        + otherFilters * mean.learned.y * mean.learned.y + bulkCount * bulkShare * bulkShare)
    result.readoutForce =
      readoutVariance - 1 + (otherFilters * force(bulk) + mean.forces.x) / channels
    result.filterForce =
      filterVariance - 1 + (otherPatches * force(bulk) + mean.forces.y) / channels
    return result
  }
}

/// Weighted sums over points of the spike. Pairs are of the cross modes along f and of those along
/// e.
private struct SpikeSums {
  var (weight, edge) = (0.0, 0.0)
  var (alignment, squareAlignment) = (0.0, 0.0)
  var (readout, filter) = (0.0, 0.0)
  var learned = SIMD2<Double>()
  var squareLearned = SIMD2<Double>()
  var forces = SIMD2<Double>()

  mutating func add(
    _ weight: Double, isEdge: Bool, alignment: Double, readout: Double, filter: Double,
    learned: SIMD2<Double>, forces: SIMD2<Double>
  ) {
    self.weight += weight
    if isEdge { edge += weight }
    self.alignment += weight * alignment
    squareAlignment += weight * alignment * alignment
    self.readout += weight * readout
    self.filter += weight * filter
    self.learned += weight * learned
    squareLearned += weight * learned * learned
    self.forces += weight * forces
  }

  /// The sums over that of the weights.
  var normalised: SpikeSums {
    var mean = self
    mean.weight = 1
    mean.edge /= weight
    mean.alignment /= weight
    mean.squareAlignment /= weight
    mean.readout /= weight
    mean.filter /= weight
    mean.learned /= weight
    mean.squareLearned /= weight
    mean.forces /= weight
    return mean
  }
}
