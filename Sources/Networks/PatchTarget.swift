import Kernels

/// The target y(x) = N_w^{−1/2} Σ_i He_m(w*·x_i)/√m! on inputs of N_w patches, of unit variance under
/// x ~ N(0, I): w* is the first coordinate of every patch, without loss of generality.
public struct PatchTarget: Hashable, Sendable {
  /// N_w.
  public let patches: Int
  /// S, the size of a patch.
  public let patchSize: Int
  /// What is asked of each patch.
  public let feature: HermiteTarget

  public init(patches: Int, patchSize: Int, degree: Int) {
    precondition(patches > 0 && patchSize > 0)
    self.patches = patches
    self.patchSize = patchSize
    feature = HermiteTarget(degree: degree)
  }

  /// y of an input, patch after patch.
  public func value(_ input: [Double]) -> Double {
    precondition(input.count == patches * patchSize)
    let sum = (0..<patches).reduce(0.0) { $0 + feature.value(input[$1 * patchSize]) }
    return sum / Double(patches).squareRoot()
  }
}

extension TrainingSet {
  /// Drawn samples x ~ N(0, I) of patches.
  public init(drawing count: Int, target: PatchTarget, from stream: RandomStream) {
    self.init(drawing: count, dimension: target.patches * target.patchSize, from: stream) {
      target.value($0.map(Double.init))
    }
  }
}
