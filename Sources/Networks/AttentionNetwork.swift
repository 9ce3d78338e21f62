import Foundation
import Kernels

/// One softmax attention head on L tokens x^a ∈ R^d.
///
/// It computes f(x) = L^{−1/2} Σ_ab p_ab w·x^b with p_ab = softmax_b(−x^a·A x^b). The prior is A_ij
/// ~ N(0, σ_A²/d²) and w ~ N(0, σ_w² I/d). Keys and queries enter only by their product A.
///
/// Parameters are whitened, θ ~ N(0, I): first A_ij d/σ_A, row by row, then w_j √d/σ_w. An input is
/// its tokens one after another, and the features are Φ_j = L^{−1/2} Σ_ab p_ab x_j^b.
package struct AttentionNetwork: Network {
  /// The function of A that stands before the readout.
  package enum Head: String, CaseIterable, Hashable, Sendable {
    /// The paper's head f(A, w).
    case printed
    /// Two opposed heads with tied weights, [f(A, w) − f(−A, w)]/2, a modification of the paper's
    /// head. It keeps what is odd in A, including the first order. It loses √L w·x̄, which the
    /// printed head has at A = 0.
    case odd
  }

  /// The number of tokens L.
  package let length: Int
  /// The dimension d of a token.
  package let dimension: Int
  /// The paper's head, or its odd modification.
  package let head: Head
  /// The prior variance σ_A² of A, in units of 1/d².
  package let interactionVariance: Double
  /// The prior variance σ_w² of w, in units of 1/d.
  package let readoutVariance: Double

  /// Creates a head; sizes and variances must be positive.
  package init(
    length: Int, dimension: Int, head: Head, interactionVariance: Double = 1,
    readoutVariance: Double = 1
  ) {
    precondition(length > 0 && dimension > 0 && interactionVariance > 0 && readoutVariance > 0)
    self.length = length
    self.dimension = dimension
    self.head = head
    self.interactionVariance = interactionVariance
    self.readoutVariance = readoutVariance
  }

  package var inputDimension: Int { length * dimension }
  package var hiddenCount: Int { dimension * dimension }
  package var featureCount: Int { dimension }
  /// Prior standard deviation of an entry of A, σ_A/d.
  package var interactionScale: Double { interactionVariance.squareRoot() / Double(dimension) }
  /// Prior standard deviation of a readout weight, σ_w/√d.
  package var readoutScale: Double { (readoutVariance / Double(dimension)).squareRoot() }

  /// Returns A_ij, with indices from zero.
  package func interaction(_ i: Int, _ j: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    interactionScale * Double(parameters[i * dimension + j])
  }

  /// Returns w_j, with the index from zero.
  package func readout(_ j: Int, _ parameters: borrowing AlignedBuffer) -> Double {
    readoutScale * Double(parameters[hiddenCount + j])
  }

  /// Returns |A|² = Σ A_ij².
  package func squaredInteraction(_ parameters: borrowing AlignedBuffer) -> Double {
    var sum = 0.0
    for i in 0..<hiddenCount { sum += Double(parameters[i]) * Double(parameters[i]) }
    return interactionScale * interactionScale * sum
  }

  /// Returns |w|² = Σ w_j².
  package func squaredReadout(_ parameters: borrowing AlignedBuffer) -> Double {
    var sum = 0.0
    for j in hiddenCount..<parameterCount {
      sum += Double(parameters[j]) * Double(parameters[j])
    }
    return readoutScale * readoutScale * sum
  }
}

// MARK: - Features, in double precision

extension AttentionNetwork {
  /// The signs of A in the head and their weights, including L^{−1/2}.
  private var terms: [(sign: Double, weight: Double)] {
    let weight = 1 / Double(length).squareRoot()
    return switch head {
    case .printed: [(1, weight)]
    case .odd: [(1, weight / 2), (-1, -weight / 2)]
    }
  }

  package func features(_ hidden: [Double], _ input: [Double]) -> [Double] {
    var features = [Double](repeating: 0, count: dimension)
    for (sign, weight) in terms {
      // Each sign is summed by itself, so that the odd head is odd to the last bit.
      var part = [Double](repeating: 0, count: dimension)
      for p in attention(sign, hidden, input) {
        for b in 0..<length {
          for j in 0..<dimension { part[j] += weight * p[b] * input[b * dimension + j] }
        }
      }
      for j in 0..<dimension { features[j] += part[j] }
    }
    return features
  }

  package func pullBack(_ cotangent: [Double], _ hidden: [Double], _ input: [Double]) -> [Double] {
    let d = dimension
    var gradient = [Double](repeating: 0, count: hiddenCount)
    let values = (0..<length).map { b in
      (0..<d).reduce(0) { $0 + cotangent[$1] * input[b * d + $1] }
    }
    for (sign, weight) in terms {
      for (a, p) in attention(sign, hidden, input).enumerated() {
        let mean = zip(p, values).reduce(0) { $0 + $1.0 * $1.1 }
        for b in 0..<length {
          let error = -sign * weight * interactionScale * p[b] * (values[b] - mean)
          for i in 0..<d {
            for j in 0..<d { gradient[i * d + j] += error * input[a * d + i] * input[b * d + j] }
          }
        }
      }
    }
    return gradient
  }

  /// Returns p_ab for sign · A, row by row.
  private func attention(_ sign: Double, _ hidden: [Double], _ input: [Double]) -> [[Double]] {
    let d = dimension
    return (0..<length).map { a in
      let u = (0..<d).map { j in
        (0..<d).reduce(0) { $0 - sign * interactionScale * hidden[$1 * d + j] * input[a * d + $1] }
      }
      let scores = (0..<length).map { b in
        (0..<d).reduce(0) { $0 + u[$1] * input[b * d + $1] }
      }
      let largest = scores.max()!
      let numerators = scores.map { exp($0 - largest) }
      let total = numerators.reduce(0, +)
      return numerators.map { $0 / total }
    }
  }

  package func featureMap(_ data: TrainingSet, kernels: KernelSet) -> any FeatureMap {
    AttentionFeatures(self, data, kernels)
  }

  package func dataTerm(_ data: TrainingSet, kernels: KernelSet) -> any DataTerm {
    AttentionDataTerm(AttentionFeatures(self, data, kernels), data.targets)
  }
}
