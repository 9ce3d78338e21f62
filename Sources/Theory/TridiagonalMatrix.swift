import Kernels

/// A symmetric tridiagonal matrix T = Qᵀ A Q with the halves h_m of the reflections that make Q.
struct TridiagonalMatrix {
  private(set) var diagonal: [Double]
  /// The entries beside the diagonal, (k, k + 1) at k; the last is zero.
  private(set) var offDiagonal: [Double]
  let halves: [Double]
  var count: Int { diagonal.count }

  /// Reduces a matrix, whose rows then hold the reflections' vectors.
  init(reducing matrix: borrowing SquareRows, _ kernels: KernelSet) {
    let n = matrix.count
    let scratch = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: 4 * matrix.stride)
    let numbers = UnsafeMutablePointer<Double>.allocate(capacity: 3 * n)
    defer {
      scratch.deallocate()
      numbers.deallocate()
    }
    kernels.tridiagonalize(
      n, matrix.stride, matrix.vectors, scratch, numbers, numbers + n, numbers + 2 * n)
    func array(_ k: Int) -> [Double] {
      Array(UnsafeBufferPointer(start: numbers + k * n, count: n))
    }
    (diagonal, offDiagonal, halves) = (array(0), array(1), array(2))
  }

  /// Sweeps of plane rotations, in the order in which they were applied.
  struct Sweeps {
    /// Of each sweep, the first plane (t, t + 1); the others follow downwards.
    fileprivate(set) var tops: [Int] = []
    /// Of each sweep, the number of rotations.
    fileprivate(set) var lengths: [Int] = []
    /// Cosine and sine of each rotation.
    fileprivate(set) var rotations: [SIMD2<Double>] = []
  }

  /// Makes the matrix diagonal by the implicit QL method with Wilkinson's shifts (Dubrulle, Martin,
  /// Wilkinson 1968, Numerische Mathematik 12).
  ///
  /// - Throws: ``SymmetricEigenproblemError/notConverged(_:)`` after sixty sweeps of one
  ///   eigenvalue.
  mutating func diagonalize() throws(SymmetricEigenproblemError) -> Sweeps {
    var (d, e) = (diagonal, offDiagonal)
    var result = Sweeps()
    // Where diagonal numbers are far below the others, the rounding of these is all that is left.
    let floor = 0.5 * zip(d, e).reduce(0) { max($0, abs($1.0) + abs($1.1)) }
    for first in 0..<count {
      var trials = 0
      while true {
        var last = first
        while last < count - 1 {
          let beside = abs(d[last]) + abs(d[last + 1])
          if abs(e[last]) <= 0x1p-53 * max(beside, floor) { break }
          last += 1
        }
        if last == first { break }
        trials += 1
        guard trials <= 60 else { throw .notConverged(60) }
        let slope = (d[first + 1] - d[first]) / (2 * e[first])
        let root = Self.length(slope, 1)
        var g = d[last] - d[first] + e[first] / (slope + (slope < 0 ? -root : root))
        var (sine, cosine, shift) = (1.0, 1.0, 0.0)
        var i = last - 1
        result.tops.append(i)
        var isCut = false
        while i >= first {
          let (f, b) = (sine * e[i], cosine * e[i])
          let r = Self.length(f, g)
          e[i + 1] = r
          if r == 0 {
            // The matrix falls apart here.
            d[i + 1] -= shift
            e[last] = 0
            isCut = true
            break
          }
          (sine, cosine) = (f / r, g / r)
          g = d[i + 1] - shift
          let t = (d[i] - g) * sine + 2 * cosine * b
          shift = sine * t
          d[i + 1] = g + shift
          g = cosine * t - b
          result.rotations.append(SIMD2(cosine, sine))
          i -= 1
        }
        result.lengths.append(last - 1 - i)
        if isCut { continue }
        d[first] -= shift
        e[first] = g
        e[last] = 0
      }
    }
    (diagonal, offDiagonal) = (d, e)
    return result
  }

  /// Returns √(x² + y²) without overflow.
  private static func length(_ x: Double, _ y: Double) -> Double {
    let (large, small) = (max(abs(x), abs(y)), min(abs(x), abs(y)))
    guard large > 0 else { return 0 }
    let ratio = small / large
    return large * (1 + ratio * ratio).squareRoot()
  }
}

extension TridiagonalMatrix.Sweeps {
  /// Writes the eigenvectors, the columns of Q times all rotations, into rows in the given order.
  func multiply(
    _ given: TridiagonalMatrix, _ reflections: borrowing SquareRows, _ order: [Int],
    into basis: borrowing SquareRows, _ kernels: KernelSet
  ) {
    let (n, stride) = (basis.count, basis.stride)
    let block = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: 2 * n)
    defer { block.deallocate() }
    let numbers = UnsafeMutableRawPointer(block).assumingMemoryBound(to: Double.self)
    for first in Swift.stride(from: 0, to: n, by: 16) {
      block.initialize(repeating: SIMD8(repeating: 0), count: 2 * n)
      for lane in 0..<min(16, n - first) { numbers[16 * (first + lane) + lane] = 1 }
      kernels.multiplyReflections(
        n, stride, reflections.vectors, given.halves, tops.count, tops, lengths, rotations, block)
      for (k, column) in order.enumerated() {
        let target = basis.vectors + k * stride + first / 8
        target[0] = block[2 * column]
        if first / 8 + 1 < stride { target[1] = block[2 * column + 1] }
      }
    }
    for k in 0..<n {
      let row = basis.entries + k * basis.row
      var most = 0
      for i in 0..<n where abs(row[i]) > abs(row[most]) { most = i }
      if row[most] < 0 {
        for i in k * stride..<(k + 1) * stride { basis.vectors[i] = -basis.vectors[i] }
      }
    }
  }
}

extension TridiagonalMatrix {
  /// Returns |A Q x − Q T x|/|x| at a vector x of random signs, the same in every call.
  func difference(
    from matrix: borrowing SquareRows, _ reflections: borrowing SquareRows
  ) -> Double {
    let n = count
    var state: UInt64 = 1
    let x = (0..<n).map { _ -> Double in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state >> 63 == 0 ? 1 : -1
    }
    func rotated(_ vector: [Double], _ reflections: borrowing SquareRows) -> [Double] {
      var y = vector
      for m in Swift.stride(from: 2, to: n, by: 1) where halves[m] != 0 {
        let u = reflections.entries + m * reflections.row
        var sum = 0.0
        for c in 0..<m { sum += u[c] * y[c] }
        let scale = sum / halves[m]
        for c in 0..<m { y[c] -= scale * u[c] }
      }
      return y
    }
    let y = rotated(x, reflections)
    let product = (0..<n).map { k in
      let below = k > 0 ? offDiagonal[k - 1] * x[k - 1] : 0
      return below + diagonal[k] * x[k] + (k + 1 < n ? offDiagonal[k] * x[k + 1] : 0)
    }
    let z = rotated(product, reflections)
    var square = 0.0
    for r in 0..<n {
      var sum = -z[r]
      for c in 0..<n { sum += matrix.entries[r * matrix.row + c] * y[c] }
      square += sum * sum
    }
    return (square / Double(n)).squareRoot()
  }

  /// Whether the k-th largest eigenvalue is within a distance of the k-th of the values, for all k,
  /// by Sturm's count of the negative pivots of T − x.
  func hasEigenvalues(_ values: [Double], within distance: Double) -> Bool {
    func countBelow(_ x: Double) -> Int {
      var (negative, pivot) = (0, 1.0)
      for k in 0..<count {
        let beside = k == 0 ? 0 : offDiagonal[k - 1]
        pivot = diagonal[k] - x - beside * beside / pivot
        if abs(pivot) < 0x1p-500 { pivot = -0x1p-500 }
        if pivot < 0 { negative += 1 }
      }
      return negative
    }
    return values.enumerated().allSatisfy { k, value in
      let place = count - 1 - k
      return countBelow(value - distance) <= place && countBelow(value + distance) >= place + 1
    }
  }
}
