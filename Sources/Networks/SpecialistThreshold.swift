/// Overlaps beyond which a neuron counts as specialised. The paper gives no definition.
package enum SpecialistThreshold {
  /// The least |w·w*| of a specialised neuron that sees the inputs: the minimum of the sampled
  /// density between its two modes at d = 20.
  package static let overlap = 0.8
  /// The least overlap with a second feature of a neuron that is specialised on one, and so serves
  /// two.
  package static let second = 0.6
  /// The least |⟨h, x₁⟩| of a specialised neuron of the second layer.
  package static let secondLayer = 0.6
  /// The least |⟨σ(h), x₁⟩| of a specialised neuron of any layer, by its output: that of a neuron
  /// with w·w* = 0.8 whose weights across the feature are as in the prior.
  package static let output = 0.44
  /// The least |w·w*| of a specialised neuron in kernel adaptation: about the minimum of its
  /// density.
  package static let adaptation = 0.85

  /// The number of overlaps beyond a threshold on either side; NaN if one of them is not a number,
  /// which is neither beyond it nor within.
  package static func count(
    _ overlaps: some Sequence<some BinaryFloatingPoint>, beyond threshold: Double
  ) -> Double {
    var count = 0
    for overlap in overlaps {
      if overlap.isNaN { return .nan }
      if Double(abs(overlap)) > threshold { count += 1 }
    }
    return Double(count)
  }
}
