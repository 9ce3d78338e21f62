import Kernels
import Networks
import Sampling
import Studies

/// A network and the target that it learns, at one point of a study's grid.
package protocol Problem: Sendable {
  associatedtype Model: Network

  var network: Model { get }

  /// y of an input.
  func target(_ input: ArraySlice<Float>) -> Double

  /// Parameters at which a network has learned the target, everything else as in the prior.
  ///
  /// - Parameter index: counts the planted chains of a cell. They should differ in how they solve
  ///   the task: chains that all began alike may agree in a state that none of them leaves.
  func plantedStart(_ index: Int, from stream: RandomStream) -> [Float]

  /// Involutions of the parameters that lead from one mode of the posterior near another. Any of
  /// them leaves the prior as it is; the data need not be invariant.
  var involutions: [Involution] { get }

  /// What reduces draws to observables.
  ///
  /// - Parameters:
  ///   - training: the samples that the network learns from.
  ///   - test: fresh samples, if the kind of network needs them.
  func observer(
    training: TrainingSet, test: TrainingSet?, kernels: KernelSet
  ) -> any Observer
}

extension Problem {
  package var involutions: [Involution] { [] }
}

/// Numbers of specialists at which planted chains begin, where the kind of network has specialists.
enum PlantedSpecialists {
  /// The multiples of the best number: that number itself, then fewer and more.
  static let multiples = [1, 0.4, 1.6]

  /// The multiple of a planted chain.
  static func multiple(_ index: Int) -> Double { multiples[index % multiples.count] }

  /// "1, 0.4 and 1.6".
  static let words =
    multiples.dropLast().map(\.spelt).joined(separator: ", ") + " and \(multiples.last!.spelt)"
}
