import Kernels

/// Eigenvalues and eigenvectors of a real symmetric matrix, A v_k = λ_k v_k, in double precision.
///
/// Householder's reflections make the matrix tridiagonal, and the implicit QL method makes that
/// diagonal. Every sum has one fixed order, so the bits are the same on every processor.
///
/// *Guarantee:* with vectors, |A v_k − λ_k v_k| ≤ ``residual`` and |v_k·v_l − δ_kl| ≤
/// ``orthogonality`` were computed from the matrix that was given. Of values alone, the tridiagonal
/// matrix is compared with A at a vector of random signs, and its eigenvalues are counted by Sturm
/// sequences. Every eigenvalue is within ``valueError``.
///
/// *Complexity:* 4/3 n³ flops for the values, about 13 n³ with vectors and their test.
public struct SymmetricEigenproblem: Sendable {
  /// The number of rows n.
  public let count: Int
  /// The eigenvalues, largest first.
  public let values: [Double]
  /// The eigenvectors, v_k in row k, of unit norm; empty if the values alone were asked for. The
  /// entry of largest modulus is positive, the first one of several.
  public let vectors: [Double]
  /// The largest |A v_k − λ_k v_k|. Of values alone, |A Q x − Q T x|/|x| at a vector x of random
  /// signs, with the tridiagonal matrix T.
  public let residual: Double
  /// The largest |v_k·v_l − δ_kl|; zero of values alone.
  public let orthogonality: Double
  /// A bound of the error of every eigenvalue.
  public let valueError: Double

  /// Solves the eigenproblem of a matrix.
  ///
  /// - Parameters:
  ///   - matrix: A row by row, symmetric to rounding; the lower triangle counts.
  ///   - withVectors: whether eigenvectors are wanted too.
  ///   - kernels: the kernels of an instruction set, which change no bit.
  /// - Throws: ``SymmetricEigenproblemError`` if the matrix is not square, finite and symmetric, or
  ///   the solution fails its test.
  public init(
    _ matrix: [Double], withVectors: Bool = true, kernels: KernelSet = .best
  ) throws(SymmetricEigenproblemError) {
    let n = Int(Double(matrix.count).squareRoot())
    guard n > 0, n * n == matrix.count else { throw .notSquare(matrix.count) }
    let exponent = try Self.exponent(of: matrix, n)
    let original = SquareRows(lowerTriangleOf: matrix, n, exponent: exponent)
    let reduced = SquareRows(copying: original)
    let given = TridiagonalMatrix(reducing: reduced, kernels)
    var diagonal = given
    let sweeps = try diagonal.diagonalize()
    let order = (0..<n).sorted {
      let (a, b) = (diagonal.diagonal[$0], diagonal.diagonal[$1])
      return a > b || (a == b && $0 < $1)
    }
    let scaled = order.map { diagonal.diagonal[$0] }
    // The largest entry is from 1 to 2, but for a matrix of zeros.
    let norm = max(1, abs(scaled[0]), abs(scaled[n - 1]))
    // Rounding leaves a few √n units of the last place: no right solution comes near to this.
    let limit = Double(n + 16) * 0x1p-52 * norm
    let worst: Double
    if withVectors {
      let basis = SquareRows(n)
      sweeps.multiply(given, reduced, order, into: basis, kernels)
      let test = basis.test(against: original, scaled, kernels)
      (worst, orthogonality) = (test.residual, test.orthogonality)
      guard orthogonality <= Double(n + 16) * 0x1p-52 else {
        throw .imprecise(orthogonality, limit: Double(n + 16) * 0x1p-52)
      }
      vectors = basis.numbers
    } else {
      worst = given.difference(from: original, reduced)
      orthogonality = 0
      vectors = []
      guard given.hasEigenvalues(scaled, within: limit) else {
        throw .imprecise(1, limit: limit / norm)
      }
    }
    guard worst <= limit else { throw .imprecise(worst / norm, limit: limit / norm) }
    count = n
    values = scaled.map { timesPowerOfTwo($0, exponent) }
    residual = timesPowerOfTwo(worst, exponent)
    // A Hermitian matrix has an eigenvalue within the residual of each of an orthonormal basis
    // (Weyl); a reduction is as wrong as its rounding, which the probe samples.
    valueError = withVectors ? 2 * residual : timesPowerOfTwo(2 * limit, exponent)
    guard values.allSatisfy(\.isFinite) else { throw .tooLarge }
  }

  /// The eigenvector v_k.
  ///
  /// - Parameter k: its place in ``values``.
  public func vector(_ k: Int) -> ArraySlice<Double> { vectors[k * count..<(k + 1) * count] }

  /// Returns the exponent of the largest entry, 0 of a matrix of zeros.
  ///
  /// - Throws: ``SymmetricEigenproblemError`` unless the matrix is finite and symmetric.
  private static func exponent(
    of matrix: [Double], _ n: Int
  ) throws(SymmetricEigenproblemError) -> Int {
    var most = 0.0
    for (i, x) in matrix.enumerated() {
      guard x.isFinite else { throw .notFinite(x, row: i / n, column: i % n) }
      most = max(most, abs(x))
    }
    for r in 0..<n {
      for c in 0..<r {
        let (a, b) = (matrix[r * n + c], matrix[c * n + r])
        guard a == b || abs(a / most - b / most) <= 1e-12 else {
          throw .notSymmetric(a, b, row: r, column: c)
        }
      }
    }
    return most == 0 ? 0 : Int(most.exponent)
  }
}

/// The reason why an eigenproblem could not be solved.
public enum SymmetricEigenproblemError: Error, Hashable, CustomStringConvertible {
  /// This number of entries is no positive square.
  case notSquare(Int)
  /// An entry is infinite or not a number.
  case notFinite(Double, row: Int, column: Int)
  /// An entry differs from the one across the diagonal.
  case notSymmetric(Double, Double, row: Int, column: Int)
  /// An eigenvalue did not separate from the others in this number of sweeps.
  case notConverged(Int)
  /// The solution fails its test: the relative residual and what is allowed.
  case imprecise(Double, limit: Double)
  /// An eigenvalue is beyond double precision.
  case tooLarge

  /// The error as one line: the quantity, its value and what is expected.
  public var description: String {
    switch self {
    case .notSquare(let count): "matrix: got \(count) numbers; expected n² of them, n at least 1"
    case .notFinite(let x, let r, let c):
      "matrix: row \(r), column \(c): got \(x); expected a finite number"
    case .notSymmetric(let a, let b, let r, let c):
      "matrix: row \(r), column \(c): got \(a), and \(b) across the diagonal; expected a symmetric "
        + "matrix"
    case .notConverged(let sweeps): "matrix: an eigenvalue was not found in \(sweeps) sweeps"
    case .imprecise(let error, let limit):
      "matrix: its eigenvectors have a relative residual of \(oneDigit(error)); expected at most "
        + oneDigit(limit)
    case .tooLarge: "matrix: an eigenvalue is beyond double precision; expected smaller entries"
    }
  }
}

/// Returns 2^k x in two steps, of which neither leaves double precision before the result does.
func timesPowerOfTwo(_ x: Double, _ k: Int) -> Double {
  let half = k / 2
  return x * Double(sign: .plus, exponent: half, significand: 1)
    * Double(sign: .plus, exponent: k - half, significand: 1)
}
