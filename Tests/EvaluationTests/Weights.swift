import Archives
import Evaluation
import Experiments
import Foundation
import HDF5
import Kernels
import NPZ
import Networks
import Studies
import TestSupport

/// Writes arrays of double precision as another program may.
func write(_ arrays: [(name: String, shape: [Int], values: [Double])], to path: String) throws {
  let file = try File()
  let root = try file.root()
  for (name, shape, values) in arrays { try root.write(values, shape: shape, to: name) }
  try file.write(to: path)
}

extension Cell {
  /// The weights of whitened parameters, by array, row-major.
  func weights(_ parameters: [Float]) -> [[Double]] {
    var place = 0
    return kind.weights.map { array in
      let size = array.shape(in: self.parameters).reduce(1, *)
      defer { place += size }
      return array.weights(parameters[place..<place + size], in: self.parameters)
    }
  }

  /// The arrays of a file with these networks along the first axis.
  func arrays(_ networks: [[Float]]) -> [(name: String, shape: [Int], values: [Double])] {
    let all = networks.map(weights)
    return kind.weights.enumerated().map { i, array in
      let shape = array.shape(in: parameters)
      return (array.name, [networks.count] + shape, all.flatMap { $0[i] })
    }
  }

  /// Whitened parameters of one network from the prior.
  func priorNetwork(_ index: Int = 0) -> [Float] {
    problem.network.coldStart(from: RandomStream(key: UInt64(77 + index)))
  }
}

extension Evaluation.Network {
  func value(_ name: String) -> Double { quantities.first { $0.name == name }!.value }
  func posterior(_ name: String) -> Evaluation.Posterior? {
    quantities.first { $0.name == name }!.posterior
  }
}

/// Evaluates a file in a study of this text.
func evaluate(
  _ file: String, in folder: String, _ text: String, at: String? = nil,
  scaling: WeightScaling = .standard
) throws -> Evaluation {
  try Data(text.utf8).write(to: URL(filePath: "\(folder)/study.yml"))
  return try Evaluation(
    of: file, in: try StudySpec(reading: "\(folder)/study.yml"), at: at, scaling: scaling,
    kernels: .best)
}

/// A file with nested groups.
struct HDF5File: ~Copyable {
  private let file: File
  init() throws { file = try File() }

  /// The group of this name in another, both made where they are missing.
  func group(_ outer: String, _ inner: String) throws -> Group {
    let root = try file.root()
    let group = try root.contains(outer) ? root.group(outer) : root.createGroup(outer)
    return try group.createGroup(inner)
  }

  func write(to path: String) throws { try file.write(to: path) }
}

extension Cell {
  /// f on the training set.
  func outputs(_ theta: [Float]) -> [Double] { outputs(problem, theta) }

  private func outputs(_ problem: some Problem, _ theta: [Float]) -> [Double] {
    let data = trainingSet(kernels: .best)
    return (0..<data.count).map { row in
      let x = data.inputs[row * data.dimension..<(row + 1) * data.dimension]
      return problem.network.output(theta.map { Double($0) }, x.map { Double($0) })
    }
  }

  /// Whitened parameters after gradient descent of the energy from the prior.
  func descended(_ problem: some Problem, steps: Int, step: Float) -> [Float] {
    let posterior = Posterior(
      network: problem.network, data: trainingSet(kernels: .best), ridge: ridge)
    let theta = AlignedBuffer(priorNetwork())
    let gradient = posterior.makeGradient()
    for _ in 0..<steps {
      _ = posterior.evaluate(theta, gradient: gradient)
      for i in 0..<theta.count { theta[i] -= step * gradient[i] }
    }
    return theta.values
  }
}
