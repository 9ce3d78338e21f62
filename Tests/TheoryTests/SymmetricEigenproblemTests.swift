import Foundation
import Kernels
import Testing
import Theory

@Suite struct SymmetricEigenproblemTests {
  /// Numbers of a fixed stream, N(0, 1).
  static func normals(_ count: Int, _ key: UInt64) -> [Double] {
    RandomStream(key: key).standardNormals(count: count, step: 0).map(Double.init)
  }

  /// The matrix H D H with an orthogonal H = 1 − 2uuᵀ/|u|², whose spectrum is D.
  static func matrix(spectrum: [Double], key: UInt64) -> [Double] {
    let n = spectrum.count
    let u = normals(n, key)
    let square = u.reduce(0) { $0 + $1 * $1 }
    let mean = zip(u, spectrum).reduce(0) { $0 + $1.0 * $1.0 * $1.1 } / square
    return (0..<n * n).map { i in
      let (r, c) = (i / n, i % n)
      let diagonal = r == c ? spectrum[r] : 0
      let factor = u[r] * u[c] / square
      return diagonal - 2 * factor * ((spectrum[r] - mean) + (spectrum[c] - mean))
    }
  }

  static func secondDifference(_ n: Int, scale: Double = 1) -> [Double] {
    (0..<n * n).map { i in
      let distance = abs(i / n - i % n)
      return distance == 0 ? 2 * scale : distance == 1 ? -scale : 0
    }
  }

  /// λ_k = 4 sin²(πk/2(n + 1)) with eigenvectors √(2/(n + 1)) sin(πkj/(n + 1)).
  @Test(arguments: [1, 2, 3, 7, 8, 9, 16, 17, 33, 100, 257])
  func secondDifferences(n: Int) throws {
    let solution = try SymmetricEigenproblem(Self.secondDifference(n))
    #expect(solution.count == n)
    for k in 0..<n {
      let half = Double.pi * Double(n - k) / Double(2 * (n + 1))
      let exact = 4 * sin(half) * sin(half)
      #expect(abs(solution.values[k] - exact) < 1e-14, "n = \(n), λ_\(k)")
      #expect(abs(solution.values[k] - exact) <= solution.valueError + 1e-15)
      var overlap = 0.0
      for (j, x) in solution.vector(k).enumerated() { overlap += x * sin(2 * half * Double(j + 1)) }
      overlap *= (2 / Double(n + 1)).squareRoot()
      #expect(abs(abs(overlap) - 1) < 1e-13, "n = \(n), v_\(k)")
    }
    #expect(solution.residual < 1e-14 && solution.orthogonality < 1e-14)
  }

  /// Spectra that are known: spread, degenerate, of low rank, of both signs, over many decades.
  @Test(arguments: ["spread", "degenerate", "low rank", "both signs", "decades", "zero"])
  func knownSpectra(kind: String) throws {
    let n = 120
    let spectrum = (0..<n).map { k -> Double in
      switch kind {
      case "spread": 1 / Double(k + 1)
      case "degenerate": Double(3 - k / 40)
      case "low rank": k < 5 ? Double(5 - k) : 0
      case "both signs": k % 2 == 0 ? Double(k) : -Double(k)
      case "decades": pow(10, -Double(k) / 6)
      default: 0
      }
    }
    let matrix = Self.matrix(spectrum: spectrum, key: 3)
    let sorted = spectrum.sorted(by: >)
    let norm = spectrum.map(abs).max()!
    let full = try SymmetricEigenproblem(matrix)
    let alone = try SymmetricEigenproblem(matrix, withVectors: false)
    for solution in [full, alone] {
      for k in 0..<n {
        #expect(abs(solution.values[k] - sorted[k]) <= 2e-14 * norm, "\(kind), λ_\(k)")
      }
      #expect(solution.residual <= 1e-14 * norm)
    }
    #expect(full.values == alone.values && alone.vectors.isEmpty)
    // The vectors make the matrix anew.
    for i in stride(from: 0, to: n * n, by: 97) {
      var sum = 0.0
      for k in 0..<n {
        let (a, b) = (full.vectors[k * n + i / n], full.vectors[k * n + i % n])
        sum += full.values[k] * a * b
      }
      #expect(abs(sum - matrix[i]) <= 2e-14 * norm, "\(kind), entry \(i)")
    }
    for k in 0..<n {
      let most = full.vector(k).max { abs($0) < abs($1) }!
      #expect(most > 0, "\(kind): the largest entry of v_\(k) is positive")
    }
  }

  @Test(arguments: [0x1p-1060, 1e-300, 1e-12, 1e12, 1e300])
  func scales(scale: Double) throws {
    let unit = try SymmetricEigenproblem(Self.secondDifference(20))
    let solution = try SymmetricEigenproblem(Self.secondDifference(20, scale: scale))
    // A subnormal number has few digits.
    let tolerance = scale < 1e-300 ? 1e-3 : 1e-13
    for (a, b) in zip(solution.values, unit.values) {
      #expect(abs(a / scale - b) < tolerance, "\(scale)")
    }
  }

  /// Rows that are graded over the whole range of double precision.
  @Test func gradedRows() throws {
    let n = 30
    let matrix = (0..<n * n).map { i -> Double in pow(10, -10 * Double(max(i / n, i % n))) }
    for matrix in [matrix, matrix.reversed()] {
      let solution = try SymmetricEigenproblem(matrix)
      let trace = (0..<n).reduce(0.0) { $0 + matrix[$1 * (n + 1)] }
      let sum = solution.values.reduce(0, +)
      #expect(abs(sum - trace) < 1e-14)
    }
  }

  @Test func theSameBitsOnEveryInstructionSet() throws {
    let matrix = Self.matrix(spectrum: Self.normals(75, 4), key: 5)
    let solutions = try InstructionSet.available.compactMap(KernelSet.init).map {
      try SymmetricEigenproblem(matrix, kernels: $0)
    }
    for solution in solutions.dropFirst() {
      #expect(solution.values == solutions[0].values && solution.vectors == solutions[0].vectors)
    }
  }

  @Test func whatIsRefused() {
    func message(_ matrix: [Double]) -> String? {
      do { _ = try SymmetricEigenproblem(matrix) } catch { return "\(error)" }
      return nil
    }
    #expect(message([]) == "matrix: got 0 numbers; expected n² of them, n at least 1")
    #expect(message([1, 2, 3]) == "matrix: got 3 numbers; expected n² of them, n at least 1")
    #expect(
      message([1, .nan, .nan, 1]) == "matrix: row 0, column 1: got nan; expected a finite number")
    #expect(
      message([1, 2, 3, 4])
        == "matrix: row 1, column 0: got 3.0, and 2.0 across the diagonal; expected a symmetric matrix"
    )
    let most = Double.greatestFiniteMagnitude
    #expect(
      message([most, most, most, most])
        == "matrix: an eigenvalue is beyond double precision; expected smaller entries")
    #expect(message([-7]) == nil)
  }
}
