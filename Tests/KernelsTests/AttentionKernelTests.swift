import Foundation
import Kernels
import Testing

/// Products and softmax in the lanes against double precision, and their bits on every instruction
/// set.
@Suite struct AttentionKernelTests {
  static let sets = InstructionSet.available.compactMap(KernelSet.init)

  static func normals(_ vectors: Int, key: UInt64) -> [Float] {
    RandomStream(key: key).standardNormals(count: 16 * vectors, step: 0)
  }

  /// Shapes (rows, columns, depth) on all sides of a tile.
  static let shapes = [
    (1, 1, 1), (2, 3, 5), (6, 4, 3), (7, 5, 9), (8, 8, 2), (9, 2, 4), (13, 11, 16), (12, 1, 7),
    (3, 6, 0),
  ]

  /// A chain of k multiply-adds for Σ_k a_rk b_ck is right to k times 6e-8 of Σ |a b|.
  @Test(arguments: shapes, [false, true])
  func laneProduct(shape: (Int, Int, Int), accumulate: Bool) {
    let (rows, columns, depth) = shape
    let a = Self.normals(rows * depth, key: 1)
    let b = Self.normals(columns * depth, key: 2)
    let before = Self.normals(rows * (columns + 1), key: 3)
    func multiply(_ kernels: KernelSet) -> [Float] {
      let p = AlignedBuffer(a)
      let q = AlignedBuffer(b)
      let out = AlignedBuffer(before)
      // B is given transposed, and rows of C have a gap, so that the strides matter.
      kernels.laneProduct(
        rows, columns, depth, p.lanes, depth, 1, q.lanes, 1, columns, out.lanes, columns + 1,
        accumulate)
      return out.values
    }
    let got = multiply(.best)
    for kernels in Self.sets {
      #expect(multiply(kernels) == got, "\(shape): bits on \(kernels.instructionSet)")
    }
    for r in 0..<rows {
      for c in 0...columns {
        for lane in 0..<16 {
          let place = 16 * (r * (columns + 1) + c) + lane
          guard c < columns else {
            #expect(got[place] == before[place], "\(shape): wrote beyond the columns")
            continue
          }
          var sum = accumulate ? Double(before[place]) : 0
          var size = abs(sum)
          for k in 0..<depth {
            let term =
              Double(a[16 * (r * depth + k) + lane]) * Double(b[16 * (k * columns + c) + lane])
            sum += term
            size += abs(term)
          }
          let bound = 6e-8 * Double(depth + 1) * size
          #expect(
            abs(Double(got[place]) - sum) <= bound,
            "C[\(r), \(c)] of \(shape): got \(got[place]), expected \(sum) to \(bound)")
        }
      }
    }
  }

  @Test func scaledLanes() {
    let (x, y) = (Self.normals(5, key: 9), Self.normals(1, key: 10))
    for kernels in Self.sets {
      let values = AlignedBuffer(x)
      let factor = AlignedBuffer(y)
      kernels.scaleLanes(4, factor.lanes, values.lanes)
      let expected = x.indices.map { $0 < 64 ? x[$0] * y[$0 % 16] : x[$0] }
      #expect(values.values == expected, "bits on \(kernels.instructionSet)")
    }
  }

  struct Softmax: Equatable { var numerators, inverses, sums: [Float] }

  func softmax(
    _ kernels: KernelSet, _ rows: Int, _ columns: Int, negated: Bool, _ scores: [Float]
  ) -> Softmax {
    let t = AlignedBuffer(scores)
    let e = AlignedBuffer(count: 16 * rows * columns)
    let inverses = AlignedBuffer(count: 16 * rows)
    let sums = AlignedBuffer([Float](repeating: 1, count: 16 * columns))
    kernels.softmax(
      rows, columns, negated, 0.25, t.lanes, e.lanes, inverses.lanes, sums.lanes)
    kernels.softmax(
      rows, columns, negated, 0, t.lanes, t.lanes, inverses.lanes, sums.lanes)
    #expect(t.values == e.values, "in place and beside")
    return Softmax(numerators: e.values, inverses: inverses.values, sums: sums.values)
  }

  /// Returns p in double precision, row by row, for one lane.
  func exact(_ rows: Int, _ columns: Int, negated: Bool, _ scores: [Float], lane: Int) -> [[Double]]
  {
    (0..<rows).map { r in
      let t = (0..<columns).map { b in
        (negated ? -1 : 1) * Double(scores[16 * (r * columns + b) + lane])
      }
      let e = t.map { exp($0 - t.max()!) }
      let total = e.reduce(0, +)
      return e.map { $0 / total }
    }
  }

  static let softmaxShapes = [(1, 1), (1, 7), (4, 3), (5, 16), (8, 9), (13, 5)]

  /// An exponential is right to 3e-7. A score's difference from the largest is right to 6e-8 of
  /// itself, 2e-6 at 30. Totals average over these errors.
  @Test(arguments: softmaxShapes, [false, true])
  func softmaxOfRows(shape: (Int, Int), negated: Bool) {
    let (rows, columns) = shape
    let scores = Self.normals(rows * columns, key: 4).map { 6 * $0 }
    let got = softmax(.best, rows, columns, negated: negated, scores)
    for kernels in Self.sets {
      #expect(
        softmax(kernels, rows, columns, negated: negated, scores) == got,
        "\(shape): bits on \(kernels.instructionSet)")
    }
    for lane in 0..<16 {
      let p = exact(rows, columns, negated: negated, scores, lane: lane)
      for b in 0..<columns {
        var sum = 1.0
        for r in 0..<rows {
          sum += 0.25 * p[r][b]
          let value =
            Double(got.numerators[16 * (r * columns + b) + lane])
            * Double(got.inverses[16 * r + lane])
          #expect(
            abs(value - p[r][b]) <= 4e-6 * p[r][b],
            "p[\(r), \(b)] of \(shape): got \(value), expected \(p[r][b]) to 4e-6")
        }
        let value = Double(got.sums[16 * b + lane])
        #expect(abs(value - sum) <= 2e-6 * sum, "sum \(b) of \(shape): \(value), expected \(sum)")
      }
    }
  }

  /// The kernel for softmax(−t) equals softmax of −t, to the bit.
  @Test func negatedSoftmax() {
    let scores = Self.normals(35, key: 5)
    #expect(
      softmax(.best, 5, 7, negated: true, scores)
        == softmax(.best, 5, 7, negated: false, scores.map { -$0 }))
  }

  @Test(arguments: softmaxShapes, [false, true])
  func softmaxDerivativeOfRows(shape: (Int, Int), accumulate: Bool) {
    let (rows, columns) = shape
    let scores = Self.normals(rows * columns, key: 6).map { 2 * $0 }
    let values = Self.normals(columns, key: 7)
    let before = Self.normals(rows * columns, key: 8)
    func differentiate(_ kernels: KernelSet) -> [Float] {
      let p = softmax(kernels, rows, columns, negated: false, scores)
      let e = AlignedBuffer(p.numerators)
      let inverses = AlignedBuffer(p.inverses)
      let v = AlignedBuffer(values)
      let out = AlignedBuffer(before)
      kernels.softmaxDerivative(
        rows, columns, 0.5, e.lanes, inverses.lanes, v.lanes, out.lanes, accumulate)
      return out.values
    }
    let got = differentiate(.best)
    for kernels in Self.sets {
      #expect(differentiate(kernels) == got, "\(shape): bits on \(kernels.instructionSet)")
    }
    for lane in 0..<16 {
      let p = exact(rows, columns, negated: false, scores, lane: lane)
      let v = (0..<columns).map { Double(values[16 * $0 + lane]) }
      for r in 0..<rows {
        let mean = zip(p[r], v).reduce(0) { $0 + $1.0 * $1.1 }
        for b in 0..<columns {
          let place = 16 * (r * columns + b) + lane
          let start = accumulate ? Double(before[place]) : 0
          let expected = start + 0.5 * p[r][b] * (v[b] - mean)
          let size = abs(start) + p[r][b] * (abs(v[b]) + abs(mean))
          #expect(
            abs(Double(got[place]) - expected) <= 2e-6 * size,
            "∂t[\(r), \(b)] of \(shape): got \(got[place]), expected \(expected)")
        }
      }
    }
  }

  struct Bounded: Equatable { var derivative, sums: [Float] }

  func boundedSoftmax(
    _ kernels: KernelSet, _ rows: Int, _ columns: Int, isOdd: Bool, _ scores: [Float],
    _ values: [Float]
  ) -> Bounded {
    let t = AlignedBuffer(scores)
    let v = AlignedBuffer(values)
    let scratch = AlignedBuffer(count: 16 * 4 * columns)
    let sums = AlignedBuffer([Float](repeating: 1, count: 32 * columns))
    kernels.boundedSoftmax(
      rows, columns, isOdd, 0.25, v.lanes, t.lanes, scratch.lanes, sums.lanes)
    return Bounded(derivative: t.values, sums: sums.values)
  }

  /// Scores up to 64, the largest that are allowed.
  @Test(arguments: softmaxShapes, [(false, Float(2)), (true, 2), (false, 64), (true, 64)])
  func boundedSoftmaxOfRows(shape: (Int, Int), of kind: (isOdd: Bool, size: Float)) {
    let (rows, columns) = shape
    let scores = Self.normals(rows * columns, key: 4).map {
      max(-kind.size, min(kind.size, 0.5 * kind.size * $0))
    }
    let values = Self.normals(columns, key: 7)
    let got = boundedSoftmax(.best, rows, columns, isOdd: kind.isOdd, scores, values)
    for kernels in Self.sets {
      #expect(
        boundedSoftmax(kernels, rows, columns, isOdd: kind.isOdd, scores, values) == got,
        "\(shape): bits on \(kernels.instructionSet)")
    }
    for lane in 0..<16 {
      let v = (0..<columns).map { Double(values[16 * $0 + lane]) }
      var expected = [Double](repeating: 0, count: rows * columns)
      var size = expected
      for negated in [false, true] where kind.isOdd || !negated {
        let p = exact(rows, columns, negated: negated, scores, lane: lane)
        for b in 0..<columns {
          let sum = p.reduce(1) { $0 + 0.25 * $1[b] }
          let value = Double(got.sums[16 * (b + (negated ? columns : 0)) + lane])
          #expect(abs(value - sum) <= 4e-6 * sum, "sum \(b) of \(shape): \(value), expected \(sum)")
        }
        for r in 0..<rows {
          let mean = zip(p[r], v).reduce(0) { $0 + $1.0 * $1.1 }
          for b in 0..<columns {
            // The mean under softmax(−t) is subtracted, and its derivative has the other sign.
            expected[r * columns + b] += 0.25 * p[r][b] * (v[b] - mean)
            size[r * columns + b] += p[r][b] * (abs(v[b]) + abs(mean))
          }
        }
      }
      for i in expected.indices {
        let value = Double(got.derivative[16 * i + lane])
        #expect(
          abs(value - expected[i]) <= 4e-6 * size[i] + 1e-30,
          "entry \(i) of \(shape), \(kind): got \(value), expected \(expected[i])")
      }
      if !kind.isOdd {
        let rest = (columns..<2 * columns).map { got.sums[16 * $0 + lane] }
        #expect(rest.allSatisfy { $0 == 1 }, "wrote sums of the other sign")
      }
    }
  }

  @Test func largestSquares() {
    let x = Self.normals(15, key: 11)
    var broken = x
    broken[16 * 4 + 3] = .nan
    for kernels in Self.sets {
      func largest(_ values: [Float]) -> [Float] {
        let rows = AlignedBuffer(values)
        let out = AlignedBuffer(count: 16)
        kernels.largestSquare(5, 3, rows.lanes, out.lanes)
        return out.values
      }
      let got = largest(x)
      for lane in 0..<16 {
        let squares = (0..<5).map { a in
          (0..<3).reduce(0.0) { $0 + pow(Double(x[16 * (3 * a + $1) + lane]), 2) }
        }
        #expect(abs(Double(got[lane]) / squares.max()! - 1) < 3e-7, "lane \(lane)")
      }
      #expect(largest(broken).map(\.isNaN) == (0..<16).map { $0 == 3 })
    }
  }
}
