import Kernels
import Networks
import Studies
import Theory

/// The modes of a kernel: their variances λ_k, largest first, and their features φ_k at the samples
/// of a data set, orthonormal over all inputs.
enum ModeFeatures: Sendable {
  /// Independent normals, φ_k(x) ~ N(0, 1), with λ_k = k^{−1−α}.
  case gaussian
  /// Cosine and sine of k times an angle, with λ = k^{−1−α} for both.
  case circle
  /// The eigenvectors of the kernel of an infinitely wide erf network with biases on all rows of a
  /// data set. Samples are rows.
  case arcsine(PreparedInputs, weightVariance: Double, biasVariance: Double)

  /// The kinds of features, by the words of a spec.
  enum Kind: String, CaseIterable, Sendable {
    case gaussian, circle, arcsine
  }

  var kind: Kind {
    switch self {
    case .gaussian: .gaussian
    case .circle: .circle
    case .arcsine: .arcsine
    }
  }
}

/// The modes of a cell, ready for one data set after the other.
struct Modes {
  /// λ_k, largest first, not negative.
  let variances: [Double]
  private let features: ModeFeatures
  /// Of the arcsine kernel, φ_k in row k, one number an input.
  private let onRows: [Double]

  /// - Parameters:
  ///   - exponent: α; of no account for the modes of data.
  ///   - count: the number of modes; of no account for the modes of data.
  init(_ features: ModeFeatures, exponent: Double, count: Int, kernels: KernelSet) throws {
    self.features = features
    switch features {
    case .gaussian:
      variances = RidgeRenormalization.powerLaw(exponent: exponent, modes: count)
      onRows = []
    case .circle:
      let frequencies = RidgeRenormalization.powerLaw(exponent: exponent, modes: (count + 1) / 2)
      variances = (0..<count).map { frequencies[$0 / 2] }
      onRows = []
    case .arcsine(let inputs, let weightVariance, let biasVariance):
      let n = inputs.count
      let problem = try SymmetricEigenproblem(
        arcsineMatrix(
          inputs.values, dimension: inputs.dimension, weightVariance: weightVariance,
          biasVariance: biasVariance, kernels: kernels),
        kernels: kernels)
      variances = problem.values.map { max(0, $0) / Double(n) }
      let scale = Double(n).squareRoot()
      onRows = problem.vectors.map { scale * $0 }
    }
  }

  /// The features φ_k of a data set of P samples, in rows of `stride` numbers, scaled by √λ_k.
  func scaled(samples: Int, set: Int, stride: Int, _ streams: CellStreams) -> [Double] {
    var rows = [Double](repeating: 0, count: variances.count * stride)
    switch features {
    case .gaussian:
      let stream = streams.stream(chain: set, purpose: "features")
      for (k, variance) in variances.enumerated() {
        let scale = variance.squareRoot()
        for (i, x) in stream.standardNormals(count: samples, step: UInt64(k)).enumerated() {
          rows[k * stride + i] = scale * Double(x)
        }
      }
    case .circle:
      let normals = streams.stream(chain: set, purpose: "angles")
        .standardNormals(count: 2 * samples, step: 0).map(Double.init)
      for i in 0..<samples {
        // The direction of two normals is uniform. Its powers have cosine and sine of multiples.
        let (x, y) = (normals[2 * i], normals[2 * i + 1])
        let length = (x * x + y * y).squareRoot()
        let (c, s) = length > 0 ? (x / length, y / length) : (1, 0)
        var (cosine, sine) = (c, s)
        for k in 0..<variances.count {
          let scale = (2 * variances[k]).squareRoot()
          rows[k * stride + i] = scale * (k % 2 == 0 ? cosine : sine)
          if k % 2 == 1 { (cosine, sine) = (cosine * c - sine * s, sine * c + cosine * s) }
        }
      }
    case .arcsine(let inputs, _, _):
      let chosen = inputs.split(samples: samples, dataset: set, kernels: streams.kernels).training
      for (k, variance) in variances.enumerated() {
        let scale = variance.squareRoot()
        for (i, row) in chosen.enumerated() {
          rows[k * stride + i] = scale * onRows[k * inputs.count + row]
        }
      }
    }
    return rows
  }
}

/// Returns the kernel (2/π) arcsin(2(σ_b² + σ_w² t)/(1 + 2(σ_b² + σ_w²))) of the cosines t of all
/// pairs of rows on the sphere |x|² = D, of an infinitely wide erf network with biases.
///
/// - Parameter rows: n rows of D numbers.
func arcsineMatrix(
  _ rows: [Double], dimension d: Int, weightVariance: Double, biasVariance: Double,
  kernels: KernelSet
) -> [Double] {
  let n = rows.count / d
  // Coordinates in rows, one vector of eight samples after the other.
  let stride = (n + 7) / 8
  var columns = [Double](repeating: 0, count: d * 8 * stride)
  for row in 0..<n {
    for i in 0..<d { columns[i * 8 * stride + row] = rows[row * d + i] }
  }
  let square = weightVariance + biasVariance
  return sumOfOuterProducts(columns, count: d, samples: n, stride: stride, kernels).map {
    arcsineKernel(
      innerProduct: biasVariance + weightVariance * max(-1, min(1, $0 / Double(d))),
      squaredNorm: square, otherSquaredNorm: square)
  }
}

/// Returns Σ_k g_k g_kᵀ of vectors in rows of 8 · `stride` numbers, as a matrix of P rows.
func sumOfOuterProducts(
  _ rows: [Double], first: Int = 0, count: Int, samples: Int, stride: Int, _ kernels: KernelSet
) -> [Double] {
  let vectors = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: max(1, count * stride))
  let product = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: samples * stride)
  defer {
    vectors.deallocate()
    product.deallocate()
  }
  rows.withUnsafeBytes { bytes in
    UnsafeMutableRawPointer(vectors).copyMemory(
      from: bytes.baseAddress! + 64 * stride * first, byteCount: 64 * stride * count)
  }
  let numbers = UnsafeRawPointer(vectors).assumingMemoryBound(to: Double.self)
  kernels.doubleProduct(
    samples, count, stride, numbers, 1, 8 * stride, vectors, stride, product, stride)
  let entries = UnsafeRawPointer(product).assumingMemoryBound(to: Double.self)
  return (0..<samples).flatMap {
    UnsafeBufferPointer(start: entries + $0 * 8 * stride, count: samples)
  }
}
