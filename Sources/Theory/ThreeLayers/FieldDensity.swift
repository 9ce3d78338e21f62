import Kernels

/// The density of a neuron of the first layer in a field, on the grid.
struct FieldDensity {
  private let owner: FirstLayerField
  /// A at the nodes.
  private let readouts: [Double]
  /// ln of the density in no field.
  private let logBase: [Double]
  /// k(s) and (d − 1)S(s) at the overlap s of replicas.
  private let shared: [Double]
  private let entropies: [Double]
  private let variance: Double

  /// - Parameters:
  ///   - variance: ⟨A²⟩ of the prior.
  ///   - tail: τ.
  ///   - linear: λ̂.
  ///   - pressure: Γ.
  init(
    _ owner: FirstLayerField, variance: Double, tail: Double, linear: Double, pressure: Double
  ) {
    self.owner = owner
    self.variance = variance
    let grid = owner.grid
    let scale = variance.squareRoot()
    let readouts = grid.readouts.map { scale * $0.value }
    let directions = Double(owner.model.dimension - 1)
    let known = ReplicaLikelihood.entropies.map { directions * $0 }
    let count = ReplicaLikelihood.overlaps.count
    var (logBase, shared, entropies): ([Double], [Double], [Double]) = ([], [], [])
    logBase.reserveCapacity(grid.places.count * readouts.count)
    shared.reserveCapacity(logBase.capacity)
    entropies.reserveCapacity(logBase.capacity)
    for (g, place) in grid.places.enumerated() {
      let cost = tail * place.tail + linear * place.linear
      for (i, a) in readouts.enumerated() {
        let half = 0.5 * a * a
        var (index, best) = (0, 0.0)
        let strength = half * pressure
        func value(_ j: Int) -> Double { known[j] - strength * grid.replicas[g * count + j] }
        // k(s) ≤ t s² and the entropy is at least (d − 1)s²/4, so s = 0 up to here.
        if strength * place.tail > directions / 4 {
          for j in 1..<count {
            let next = value(j)
            if next < best { (best, index) = (next, j) }
          }
        }
        var (k, entropy) = (grid.replicas[g * count + index], known[index])
        if index > 0 && index + 1 < count {
          // The least of the parabola through three overlaps, with k and S there.
          let (before, after) = (value(index - 1), value(index + 1))
          let shift = 0.5 * (before - after) / (before + after - 2 * best)
          func between(_ x: (Int) -> Double) -> Double {
            let (low, middle, high) = (x(index - 1), x(index), x(index + 1))
            return middle + 0.5 * shift * (high - low + shift * (high + low - 2 * middle))
          }
          k = between { grid.replicas[g * count + $0] }
          entropy = between { known[$0] }
        }
        logBase.append(
          place.logWeight + grid.readouts[i].logWeight - half * cost + entropy - strength * k)
        shared.append(k)
        entropies.append(entropy)
      }
    }
    (self.readouts, self.logBase) = (readouts, logBase)
    (self.shared, self.entropies) = (shared, entropies)
  }

  /// The concave function h·y − ½ Σ_k κ̃h_k²/weight_k − N₁ ln⟨e^{A h·φ̄}⟩, with means that follow.
  struct Point: ConcavePoint {
    let value: Double
    let gradient: [Double]
    let curvature: [Double]
    let rounding: Double
    /// ln of the mean.
    let logMean: Double
    /// N₁⟨Aφ̄⟩ at the nodes.
    let mean: [Double]
  }

  func point(field: [Double], residual: [Double], ridge: Double) -> Point {
    let (grid, nodes) = (owner.grid, owner.nodes)
    let (count, n) = (field.count, Double(owner.model.firstWidth))
    let weighted = means(field)
    var mean = [Double](repeating: 0, count: count)
    var curvature = [Double](repeating: 0, count: count * count)
    mean.withUnsafeMutableBufferPointer { mean in
      curvature.withUnsafeMutableBufferPointer { curvature in
        grid.responses.withUnsafeBufferPointer { phi in
          for g in grid.places.indices {
            let (first, second) = (n * weighted.first[g], n * weighted.second[g])
            if second == 0 { continue }
            let own = UnsafeBufferPointer(rebasing: phi[g * count..<(g + 1) * count])
            for k in 0..<count {
              mean[k] += first * own[k]
              let factor = second * own[k]
              let row = UnsafeMutableBufferPointer(
                rebasing: curvature[k * count..<k * count + k + 1])
              for j in 0...k { row[j] += factor * own[j] }
            }
          }
        }
      }
    }
    var (value, gradient) = (-n * weighted.logMean, [Double](repeating: 0, count: count))
    for k in 0..<count {
      for j in 0...k {
        curvature[k * count + j] -= mean[k] * mean[j] / n
        curvature[j * count + k] = curvature[k * count + j]
      }
      let stiffness = ridge / nodes.weights[k]
      curvature[k * count + k] += stiffness
      value += field[k] * residual[k] - 0.5 * stiffness * field[k] * field[k]
      gradient[k] = residual[k] - stiffness * field[k] - mean[k]
    }
    return Point(
      value: value, gradient: gradient, curvature: curvature, rounding: 1e-12 * abs(value) + 1e-10,
      logMean: weighted.logMean, mean: mean)
  }

  /// ⟨A⟩ and ⟨A²⟩ at each place, times its probability.
  private func means(_ field: [Double]) -> (logMean: Double, first: [Double], second: [Double]) {
    let (places, count) = (owner.grid.places.count, readouts.count)
    let (along, top) = fields(field)
    let weights = weights(along: along, less: top)
    var first = [Double](repeating: 0, count: places)
    var second = first
    var total = 0.0
    for g in 0..<places {
      for i in 0..<count {
        let index = 2 * (g * count + i)
        let (plus, minus) = (weights[index], weights[index + 1])
        total += plus + minus
        first[g] += readouts[i] * (plus - minus)
        second[g] += readouts[i] * readouts[i] * (plus + minus)
      }
    }
    for g in 0..<places {
      first[g] /= total
      second[g] /= total
    }
    return (top + naturalLogarithm(total), first, second)
  }

  /// Returns the density of readouts A and −A, place by place.
  ///
  /// - Parameters:
  ///   - along: h·φ̄ of each place.
  ///   - logScale: ln of what the density is divided by.
  private func weights(along: [Double], less logScale: Double) -> [Double] {
    let count = readouts.count
    var weights = [Double](repeating: 0, count: 2 * logBase.count)
    // Exponentials only of what counts, one after the other.
    var exponents = [Double](repeating: 0, count: weights.count)
    var indices = [Int](repeating: 0, count: weights.count)
    var counted = 0
    exponents.withUnsafeMutableBufferPointer { exponents in
      indices.withUnsafeMutableBufferPointer { indices in
        for g in along.indices {
          for i in 0..<count {
            let index = g * count + i
            let base = logBase[index] - logScale
            let odd = readouts[i] * along[g]
            (exponents[counted], indices[counted]) = (base + odd, 2 * index)
            if base + odd > Self.negligible { counted += 1 }
            (exponents[counted], indices[counted]) = (base - odd, 2 * index + 1)
            if base - odd > Self.negligible { counted += 1 }
          }
        }
      }
    }
    exponents.removeLast(exponents.count - counted)
    replaceByExponentials(&exponents)
    for (index, weight) in zip(indices, exponents) { weights[index] = weight }
    return weights
  }

  /// ln of a weight below the rounding of sums that are about 1.
  private static let negligible = -50.0

  /// Returns h·φ̄ of each place, and the largest exponent.
  private func fields(_ field: [Double]) -> (along: [Double], top: Double) {
    let grid = owner.grid
    var along = [Double](repeating: 0, count: grid.places.count)
    var top = -Double.infinity
    for g in along.indices {
      var sum = 0.0
      for k in field.indices { sum += grid.responses[g * field.count + k] * field[k] }
      along[g] = sum
      for i in readouts.indices {
        top = max(top, logBase[g * readouts.count + i] + readouts[i] * abs(sum))
      }
    }
    return (along, top)
  }

  /// Means over the density.
  struct Sums {
    /// ⟨A²⟩, ⟨A²t⟩, ⟨A²l⟩ and ⟨A²k⟩.
    var (square, tail, linear, shared) = (0.0, 0.0, 0.0, 0.0)
    /// (d − 1)⟨S(s)⟩, and the divergence from the prior.
    var (entropy, divergence) = (0.0, 0.0)
    /// ⟨Ac⟩, and the probability of |w₁| beyond the threshold.
    var (alignment, specialists) = (0.0, 0.0)
  }

  func sums(_ point: Point, field: [Double]) -> Sums {
    let grid = owner.grid
    let along = fields(field).along
    let weights = weights(along: along, less: point.logMean)
    var sums = Sums()
    for (g, place) in grid.places.enumerated() {
      for i in readouts.indices {
        let index = g * readouts.count + i
        let base = logBase[index] - point.logMean
        let odd = readouts[i] * along[g]
        let (plus, minus) = (weights[2 * index], weights[2 * index + 1])
        let both = plus + minus
        let square = readouts[i] * readouts[i] * both
        sums.square += square
        sums.tail += square * place.tail
        sums.linear += square * place.linear
        sums.shared += square * shared[index]
        sums.entropy += both * entropies[index]
        sums.alignment += readouts[i] * (plus - minus) * place.coupling
        if place.overlap > FirstLayerGrid.boundary { sums.specialists += both }
        let prior = place.logWeight + grid.readouts[i].logWeight
        sums.divergence += both * (base - prior) + (plus - minus) * odd
      }
    }
    return sums
  }
}
