import Foundation
import Networks

/// The attention cases of `Reference/deep.json`: energies and gradients by an independent implementation,
/// at weights that are not whitened.
struct AttentionReference: Decodable {
  struct Case: Decodable {
    struct Size: Decodable { let L, d: Int }
    struct Weights: Decodable {
      let A: [[Double]]
      let w: [Double]
    }
    let config: Size
    let kappa, energy: Double
    let X: [[[Double]]]
    let y, f: [Double]
    let weights, gradient: Weights

    var inputs: [[Double]] { X.map { Array($0.joined()) } }

    func network(_ head: AttentionNetwork.Head) -> AttentionNetwork {
      AttentionNetwork(length: config.L, dimension: config.d, head: head)
    }

    /// The weights whitened.
    func parameters(_ network: AttentionNetwork) -> [Double] {
      weights.A.joined().map { $0 / network.interactionScale }
        + weights.w.map { $0 / network.readoutScale }
    }

    /// The gradient by the whitened weights.
    func whitenedGradient(_ network: AttentionNetwork) -> [Double] {
      gradient.A.joined().map { $0 * network.interactionScale }
        + gradient.w.map { $0 * network.readoutScale }
    }
  }
  private struct File: Decodable { let energy_gradient: AttentionReference }
  private let att_one, att_odd: Case

  subscript(head: AttentionNetwork.Head) -> Case { head == .odd ? att_odd : att_one }

  static func read() throws -> AttentionReference {
    let file = Bundle.module.url(
      forResource: "deep", withExtension: "json", subdirectory: "Reference")!
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).energy_gradient
  }
}
