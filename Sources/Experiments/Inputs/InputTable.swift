import Host
import Kernels
import Studies
import Theory
import YAML

/// Inputs on the way to those of a study. Sums are in the order of rows and columns, so that bits
/// are the same everywhere.
struct InputTable {
  /// The file; `nil` of inputs that are drawn.
  let file: String?
  /// n × D, row-major.
  private(set) var values: [Double]
  private(set) var dimension: Int
  /// The line of each row.
  private let lines: [Int]

  private var count: Int { values.count / dimension }

  init(file: String, values: [Double], dimension: Int, lines: [Int]) {
    self.file = file
    self.values = values
    self.dimension = dimension
    self.lines = lines
  }

  /// Draws rows that are uniform on the sphere |x|² = D.
  init(uniform rows: Int, dimension: Int) {
    let stream = CellStreams.stream(
      "numerics \(dataVersion) uniform \(dimension)", kernels: .best)
    file = nil
    lines = []
    self.dimension = dimension
    values = []
    values.reserveCapacity(rows * dimension)
    for row in 0..<rows {
      var normals = stream.standardNormals(count: dimension, step: UInt64(row)).map(Double.init)
      let square = normals.reduce(0) { $0 + $1 * $1 }
      if square == 0 { normals[0] = 1 }
      let scale = (Double(dimension) / (square == 0 ? 1 : square)).squareRoot()
      values += normals.map { scale * $0 }
    }
  }

  // MARK: - Steps

  /// The mean of every column.
  ///
  /// - Throws: `UserError` if the squares of a row are beyond double precision.
  func means() throws -> [Double] {
    var sums = [Double](repeating: 0, count: dimension)
    for row in 0..<count {
      var square = 0.0
      for column in 0..<dimension {
        let x = values[row * dimension + column]
        sums[column] += x
        square += x * x
      }
      guard square * Double(count) < 1e280 else {
        let column = (0..<dimension).max {
          abs(values[row * dimension + $0]) < abs(values[row * dimension + $1])
        }!
        throw UserError(
          "\(file!):\(lines[row]): column \(column + 1) of the inputs: got "
            + "\(values[row * dimension + column]); expected numbers whose squares have double "
            + "precision")
      }
    }
    return sums.map { $0 / Double(count) }
  }

  mutating func subtract(_ means: [Double]) {
    for row in 0..<count {
      for column in 0..<dimension { values[row * dimension + column] -= means[column] }
    }
  }

  /// Replaces the columns by the first principal coordinates.
  ///
  /// - Parameters:
  ///   - centres: whether the mean is subtracted.
  ///   - asked: the key of `components`.
  /// - Throws: `UserError` if the inputs have fewer coordinates of positive variance, or if two of
  ///   those asked for have equal variances and so no directions of their own.
  mutating func project(
    to components: Int, around means: [Double], centres: Bool, asked: YAMLNode
  ) throws {
    let (n, d) = (count, dimension)
    guard components <= d else {
      throw asked.error(expected: "an integer from 1 to \(d), the columns of inputs")
    }
    var covariance = [Double](repeating: 0, count: d * d)
    var centred = [Double](repeating: 0, count: d)
    for row in 0..<n {
      for i in 0..<d { centred[i] = values[row * d + i] - means[i] }
      covariance.withUnsafeMutableBufferPointer { sums in
        centred.withUnsafeBufferPointer { x in
          for i in 0..<d where x[i] != 0 {
            for j in 0...i { sums[i * d + j] += x[i] * x[j] }
          }
        }
      }
    }
    for i in 0..<d {
      for j in 0...i {
        covariance[i * d + j] /= Double(n)
        covariance[j * d + i] = covariance[i * d + j]
      }
    }
    let problem: SymmetricEigenproblem
    do { problem = try SymmetricEigenproblem(covariance) } catch {
      throw UserError("\(file!): principal coordinates: \(error)", exitCode: 1)
    }
    let variances = problem.values
    let least = Self.smallestGap * variances[0]
    let rank = variances.count { $0 > max(least, 0) }
    guard components <= rank else {
      throw asked.error(
        expected: rank == 0
          ? "inputs that vary, but all rows of \(file!) are equal"
          : "at most \(rank), the number of directions in which the rows of \(file!) vary")
    }
    for k in 0..<components where k + 1 < d && variances[k] - variances[k + 1] < least {
      throw asked.error(
        expected: "principal coordinates with variances of their own, but numbers \(k + 1) and "
          + "\(k + 2) of \(file!) have equal ones")
    }
    var projected: [Double] = []
    projected.reserveCapacity(n * components)
    for row in 0..<n {
      for i in 0..<d { centred[i] = values[row * d + i] - (centres ? means[i] : 0) }
      for k in 0..<components {
        projected.append(zip(problem.vector(k), centred).reduce(0) { $0 + $1.0 * $1.1 })
      }
    }
    values = projected
    dimension = components
  }

  /// The least variance, and the least difference of two, in units of the largest: below it
  /// rounding decides directions.
  private static let smallestGap = 1e-9

  /// Reflects all rows so that a direction becomes the first coordinate.
  mutating func reflect(_ direction: [Double]) {
    let length = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
    var mirror = direction.map { $0 / length }
    mirror[0] -= 1
    let square = mirror.reduce(0) { $0 + $1 * $1 }
    guard square > 0 else { return }
    for row in 0..<count {
      let start = row * dimension
      var product = 0.0
      for i in 0..<dimension { product += mirror[i] * values[start + i] }
      for i in 0..<dimension { values[start + i] -= 2 * product / square * mirror[i] }
    }
  }

  /// Scales every row to |x|² = D.
  ///
  /// - Throws: `UserError` naming the line of a row at the origin.
  mutating func scaleToSphere() throws {
    let squares = (0..<count).map { row in
      values[row * dimension..<(row + 1) * dimension].reduce(0) { $0 + $1 * $1 }
    }
    let mean = squares.reduce(0, +) / Double(count)
    for (row, square) in squares.enumerated() {
      guard square > 1e-24 * mean else {
        throw UserError(
          "\(file!):\(lines[row]): got a row at the origin; expected one that has a direction, as "
            + "sphere: true scales it")
      }
      let scale = (Double(dimension) / square).squareRoot()
      for i in row * dimension..<(row + 1) * dimension { values[i] *= scale }
    }
  }
}
