import Foundation
import Kernels
import Testing

/// The matrix kernels against the same in double precision.
///
/// A chain of n fused multiply-adds in single precision is off by at most n/2 units in the last
/// place, 6e-8, of the sum of magnitudes.
@Suite struct MatrixTests {
  static let shapes = MatrixCase.shapes
  let kernels = KernelSet.best

  func expect(
    _ got: [Float], near expected: [Double], within bound: [Double], _ what: String,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(got.count == expected.count, sourceLocation: location)
    for i in got.indices where !(abs(Double(got[i]) - expected[i]) <= bound[i]) {
      Issue.record(
        "\(what), entry \(i): got \(got[i]), expected \(expected[i]) within \(bound[i])",
        sourceLocation: location)
      return
    }
  }

  /// Returns Σ_k x_k y_k and the bound of its chain.
  func chain(_ terms: [(Float, Float)]) -> (sum: Double, bound: Double) {
    let products = terms.map { Double($0.0) * Double($0.1) }
    return (
      products.reduce(0, +),
      6e-8 * Double(terms.count + 4) * products.reduce(0) { $0 + abs($1) }
    )
  }

  @Test(arguments: shapes.indices)
  func products(shape: Int) {
    let (rows, columns, depth) = Self.shapes[shape]
    let got = kernels.product(rows: rows, columns: columns, depth: depth)
    let exact = (0..<rows * columns).map { i in
      chain(
        (0..<depth).map { (got.a[i / columns * depth + $0], got.b[$0 * columns + i % columns]) })
    }
    expect(got.c, near: exact.map(\.sum), within: exact.map(\.bound), "A B")
    expect(
      got.twice, near: exact.map { 2 * $0.sum }, within: exact.map { 3 * $0.bound }, "A B twice")
  }

  @Test(arguments: shapes.indices)
  func laneProducts(shape: Int) {
    let (rows, columns, depth) = Self.shapes[shape]
    let got = kernels.laneProduct(rows: rows, columns: columns, depth: depth)
    let exact = (0..<16 * rows * columns).map { i in
      let (row, column, lane) = (i / 16 / columns, i / 16 % columns, i % 16)
      return chain(
        (0..<depth).map {
          (got.a[16 * (row * depth + $0) + lane], got.b[16 * (column * depth + $0) + lane])
        })
    }
    expect(got.c, near: exact.map(\.sum), within: exact.map(\.bound), "lane by lane")
  }

  @Test(arguments: shapes.indices)
  func outerProducts(shape: Int) {
    let (rows, columns, samples) = Self.shapes[shape]
    let got = kernels.outerProduct(rows: rows, columns: columns, samples: samples)
    let exact = (0..<rows * columns).map { i in
      chain(
        (0..<samples).map {
          (got.a[i / columns * samples + $0], got.b[i % columns * samples + $0])
        })
    }
    expect(got.c, near: exact.map(\.sum), within: exact.map(\.bound), "A Bᵀ")
  }

  @Test func activations() {
    let erf = kernels.activation(kernels.activateErf, count: 4000)
    expect(
      erf.value, near: erf.z.map { Foundation.erf(Double($0)) },
      within: erf.z.map { _ in 4e-7 }, "erf")
    expect(
      erf.slope, near: erf.z.map { 2 / Double.pi.squareRoot() * exp(-pow(Double($0), 2)) },
      within: erf.z.map { 2.4e-7 + 7e-7 * exp(-pow(Double($0), 2)) }, "erf′")
    let relu = kernels.activation(kernels.activateReLU, count: 4000)
    #expect(relu.value == relu.z.map { max(0, $0) } && relu.slope == relu.z.map { $0 > 0 ? 1 : 0 })
    for set in InstructionSet.available {
      let edges = AlignedBuffer([.nan, .infinity, -.infinity, 0])
      let slopes = AlignedBuffer(count: 4)
      KernelSet(set)!.activateReLU(1, 1, 1, edges.lanes, slopes.lanes)
      #expect(edges[0].isNaN && edges.values.dropFirst() == [.infinity, 0, 0], "relu on \(set)")
      #expect(slopes.values == [0, 1, 0, 0], "relu′ on \(set)")
    }
    let tanh = kernels.activation(kernels.activateTanh, count: 4000)
    expect(
      tanh.value, near: tanh.z.map { Foundation.tanh(Double($0)) },
      within: tanh.z.map { _ in 3e-7 }, "tanh")
    expect(
      tanh.slope, near: tanh.z.map { 1 / pow(cosh(Double($0)), 2) },
      within: tanh.z.map { _ in 6e-7 }, "tanh′")
    func distribution(_ z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }
    let gelu = kernels.activation(kernels.activateGELU, count: 4000)
    expect(
      gelu.value, near: gelu.z.map { Double($0) * distribution(Double($0)) },
      within: gelu.z.map { 3e-7 * max(1, abs(Double($0))) }, "gelu")
    expect(
      gelu.slope,
      near: gelu.z.map {
        let z = Double($0)
        return distribution(z) + z * exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      }, within: gelu.z.map { _ in 1e-6 }, "gelu′")
    let linear = kernels.activation(kernels.activateLinear, count: 4000)
    #expect(linear.value == linear.z && linear.slope.allSatisfy { $0 == 1 })
  }

  @Test(arguments: [(1, 1), (3, 16), (15, 40), (17, 65), (40, 200)])
  func gramMatrixAndItsInverse(n: Int, samples: Int) {
    let got = kernels.gram(features: n, samples: samples)
    for i in 0..<n {
      for j in 0...i {
        let exact = chain(
          (0..<samples).map { (got.features[i * samples + $0], got.features[j * samples + $0]) })
        #expect(
          abs(got.gram[i * n + j] - exact.sum - (i == j ? 1 : 0)) <= exact.bound, "G(\(i), \(j))")
      }
    }
    func multiply(_ a: [Double], _ b: [Double]) -> [Double] {
      (0..<n * n).map { i in
        (0..<n).reduce(0) { $0 + a[i / n * n + $1] * b[$1 * n + i % n] }
      }
    }
    let transposed = (0..<n * n).map { got.factor[$0 % n * n + $0 / n] }
    let size = got.gram.map(abs).max()! * Double(n)
    for (what, product, expected, bound) in [
      (
        "B B⁻¹", multiply(got.gram, got.inverse.map(Double.init)),
        (0..<n * n).map { $0 / n == $0 % n ? 1 : 0 }, 1e-7
      ),
      ("Rᵀ R", multiply(transposed, got.factor), got.gram, 1e-14),
    ] {
      let error = zip(product, expected).map { abs($0 - $1) }.max()!
      #expect(error <= bound * size * Double(n), "\(what): off by \(error)")
    }
    let determinants = (
      got.pivots.reduce(0) { $0 + log($1) },
      (0..<n).reduce(0) { $0 + 2 * log(got.factor[$1 * n + $1]) }
    )
    #expect(abs(determinants.0 - determinants.1) <= 1e-12 * Double(n), "ln det: \(determinants)")
  }

  @Test func indefiniteMatricesAreRefused() {
    let entries = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: 10)
    let inverse = AlignedBuffer(count: 4)
    let pivots = UnsafeMutablePointer<Double>.allocate(capacity: 2)
    defer {
      entries.deallocate()
      pivots.deallocate()
    }
    for bad in [-3, 0, .nan] as [Double] {
      func fill() {
        entries[0] = SIMD8(1, 2, 0, 0, 0, 0, 0, 0)
        entries[1] = SIMD8(2, 4 + bad, 0, 0, 0, 0, 0, 0)
      }
      fill()
      #expect(!kernels.sweep(2, 2, 1, entries, pivots, entries + 2, inverse.floats), "pivot \(bad)")
      fill()
      #expect(!kernels.cholesky(2, 1, entries), "pivot \(bad)")
    }
  }
}
