import Kernels
import Networks

/// A network and the target that it learns, at one point of a study's grid.
package protocol Problem: Sendable {
  associatedtype Model: Network

  var network: Model { get }

  /// y of an input.
  func target(_ input: ArraySlice<Float>) -> Double

  /// Parameters at which a network has learned the target, everything else as in the prior.
  ///
  /// - Parameter index: counts the planted chains of a cell. They should differ in how they solve the task:
  ///   chains that all began alike may agree in a state that none of them leaves.
  func plantedStart(_ index: Int, from stream: RandomStream) -> [Float]

  /// What reduces draws to observables.
  ///
  /// - Parameter test: fresh samples, if the kind of network needs them.
  func observer(test: TrainingSet?, kernels: KernelSet) -> any Observer
}

/// Reduces a draw to what is archived of it. One thread at a time.
package protocol Observer: AnyObject {
  /// ⟨f, y⟩/⟨y, y⟩ over x ~ N(0, I).
  func alignment(_ draw: borrowing AlignedBuffer) -> Double
  /// The kind's observables of a draw, in their order.
  func observables(_ draw: borrowing AlignedBuffer) -> [Double]
  /// Its observables of single neurons, in their order.
  func units(_ draw: borrowing AlignedBuffer) -> [[Float]]
}
