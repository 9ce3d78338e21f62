import Kernels

/// The target y(x) = N_w^{−1/2} Σ_i He_m(w*·x_i)/√m! on inputs of N_w patches, of unit variance
/// under x ~ N(0, I).
///
/// Its feature w* is the first coordinate of every patch, without loss of generality.
package struct PatchTarget: Hashable, Sendable {
  /// The number of patches N_w.
  package let patches: Int
  /// The size S of a patch.
  package let patchSize: Int
  /// The target of each patch.
  package let feature: HermiteTarget

  /// Creates the target of an odd positive degree on patches.
  package init(patches: Int, patchSize: Int, degree: Int) {
    precondition(patches > 0 && patchSize > 0)
    self.patches = patches
    self.patchSize = patchSize
    feature = HermiteTarget(degree: degree)
  }

  /// Returns y of an input, patch after patch.
  package func value(_ input: [Double]) -> Double {
    precondition(input.count == patches * patchSize)
    let sum = (0..<patches).reduce(0.0) { $0 + feature.value(input[$1 * patchSize]) }
    return sum / Double(patches).squareRoot()
  }
}

extension TrainingSet {
  /// Draws samples x ~ N(0, I) of patches, and computes the target from them.
  package init(drawing count: Int, target: PatchTarget, from stream: RandomStream) {
    self.init(drawing: count, dimension: target.patches * target.patchSize, from: stream) {
      target.value($0.map(Double.init))
    }
  }
}
