/// The least-squares solution of A z = y with z ≥ 0, by the active-set method of Lawson and Hanson
/// (Solving Least Squares Problems, 1974, chapter 23).
struct NonNegativeFit {
  /// z_j, of which most are zero.
  let coefficients: [Double]
  /// The largest |A z − y|.
  let misfit: Double

  /// - Parameters:
  ///   - columns: of A, all of the length of `target`.
  ///   - target: y.
  init(columns: [[Double]], target: [Double]) {
    let count = columns.count
    let norms = columns.map { (Self.dot($0, $0)).squareRoot() }
    var z = Array(repeating: 0.0, count: count)
    var free: [Int] = []
    var residual = target
    let scale = Self.dot(target, target).squareRoot()
    // Columns whose sign comes out wrong by rounding, until another has joined.
    var isRejected = Array(repeating: false, count: count)
    for _ in 0..<6 * count {
      // The column that falls fastest joins those that are free.
      let isFree = Set(free)
      var best: (index: Int, gain: Double)?
      for j in 0..<count where !isFree.contains(j) && !isRejected[j] && norms[j] > 0 {
        let gain = Self.dot(columns[j], residual) / norms[j]
        if gain > (best?.gain ?? 0) { best = (j, gain) }
      }
      guard let best, best.gain > 1e-14 * scale else { break }
      free.append(best.index)
      var solution = Self.solve(free.map { columns[$0] }, target)
      guard let newest = solution.last, newest > 0, newest.isFinite else {
        isRejected[free.removeLast()] = true
        continue
      }
      while let step = Self.step(free.map { z[$0] }, solution) {
        for (i, j) in free.enumerated() { z[j] += step * (solution[i] - z[j]) }
        free.removeAll { j in
          if z[j] > 1e-15 * scale / norms[j] { return false }
          z[j] = 0
          return true
        }
        solution = Self.solve(free.map { columns[$0] }, target)
      }
      for (i, j) in free.enumerated() { z[j] = solution[i] }
      var next = target
      for j in free {
        for i in next.indices { next[i] -= z[j] * columns[j][i] }
      }
      // A fit that does not improve is as good as rounding lets it be.
      if Self.dot(next, next) < Self.dot(residual, residual) {
        isRejected = Array(repeating: false, count: count)
      }
      isRejected[best.index] = true
      residual = next
    }
    coefficients = z
    misfit = residual.map(abs).max() ?? 0
  }

  /// The part of the way from z to the solution at which the first coefficient vanishes; `nil` if
  /// all stay positive.
  private static func step(_ z: [Double], _ solution: [Double]) -> Double? {
    var least: Double?
    for (from, to) in zip(z, solution) where to <= 0 {
      least = min(least ?? 1, from / (from - to))
    }
    return least
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double {
    var sum = 0.0
    for i in a.indices { sum += a[i] * b[i] }
    return sum
  }

  /// The least-squares solution without a sign, by Gram and Schmidt's method, twice for each
  /// column.
  private static func solve(_ columns: [[Double]], _ target: [Double]) -> [Double] {
    var basis: [[Double]] = []
    var upper: [[Double]] = []
    for column in columns {
      var rest = column
      var weights = Array(repeating: 0.0, count: basis.count)
      for _ in 0..<2 {
        for (i, q) in basis.enumerated() {
          let weight = dot(q, rest)
          weights[i] += weight
          for j in rest.indices { rest[j] -= weight * q[j] }
        }
      }
      let norm = dot(rest, rest).squareRoot()
      weights.append(norm)
      for j in rest.indices { rest[j] /= norm }
      basis.append(rest)
      upper.append(weights)
    }
    var left = target
    var result = basis.map { q in
      let weight = dot(q, left)
      for j in left.indices { left[j] -= weight * q[j] }
      return weight
    }
    for i in result.indices.reversed() {
      result[i] /= upper[i][i]
      for j in 0..<i { result[j] -= upper[i][j] * result[i] }
    }
    return result
  }
}
