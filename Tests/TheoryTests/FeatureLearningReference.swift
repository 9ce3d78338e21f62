// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are the keys of the file.

import Foundation
import Theory

/// The numbers of an independent implementation: `Reference/gaussian-feature-learning.json`.
struct FeatureLearningReference: Decodable {
  struct State: Decodable, Sendable {
    let K: [[Double]]?
    let Sigma: [[Double]]?
    let F: Double
    let mean: [Double]
    let mean_test: [Double]
    let variance: [Double]?
    let variance_test: [Double]
  }

  struct Exact: Decodable, Sendable {
    let beta: [Double]
    let Sigma: [[Double]]
    let Omega: [[Double]]
    let log_evidence: Double
    let scale: Double
  }

  struct Saddle: Decodable, Sendable {
    let beta: [Double]
    let g: [Double]
  }

  /// A network, a data set, and what the theory makes of them.
  struct Case: Decodable, CustomStringConvertible, Sendable {
    let phi: String
    let n: Int
    let d: Int
    let N1: Int
    let N2: Int
    let kappa: Double
    let weight_variance: Double
    let hidden_variance: Double
    let readout_variance: Double
    let X: [[Double]]
    let y: [Double]
    let X_test: [[Double]]
    let full: State
    let tree: State
    let lazy: State
    let exact: Exact?
    let saddle: Saddle?
    let saddle_tree: Saddle?

    var description: String { "\(phi) n \(n) d \(d) N₁ \(N1) N₂ \(N2) κ \(kappa)" }

    var network: GaussianFeatureLearning {
      GaussianFeatureLearning(
        firstWidth: N1, secondWidth: N2,
        activation: GaussianFeatureLearning.Activation(rawValue: phi)!,
        weightVariance: weight_variance, hiddenVariance: hidden_variance,
        readoutVariance: readout_variance)
    }

    var data: LabelledInputs {
      get throws { try LabelledInputs(inputs: X.flatMap(\.self), dimension: d, targets: y) }
    }
  }

  /// Posterior means of an erf network with their standard errors, y the first column of X.
  struct Sampled: Decodable, CustomStringConvertible, Sendable {
    struct Theory: Decodable, Sendable {
      let Sigma11_times_d: Double
      let yKy: Double
      let F: Double
    }

    let n: Int
    let d: Int
    let N1: Int
    let N2: Int
    let kappa: Double
    let readout_variance: Double
    let X: [[Double]]
    let Sigma11_times_d: [Double]
    let yKy: [Double]
    let mean_squared_training_error: [Double]
    let gfl: Theory

    var description: String { "sampled at σ_a² \(readout_variance)" }

    var network: GaussianFeatureLearning {
      GaussianFeatureLearning(
        firstWidth: N1, secondWidth: N2, activation: .erf, readoutVariance: readout_variance)
    }

    var targets: [Double] { X.map { $0[0] } }

    var data: LabelledInputs {
      get throws { try LabelledInputs(inputs: X.flatMap(\.self), dimension: d, targets: targets) }
    }
  }

  let gfl: [Case]
  let sampled: [Sampled]

  static let shared: FeatureLearningReference = {
    let file = Bundle.module.url(
      forResource: "gaussian-feature-learning", withExtension: "json",
      subdirectory: "Reference")!
    return try! JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }()
}
