// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are the keys of the file.

import Foundation

/// The numbers of an independent implementation: `Reference/spectral.json`.
struct SpectralReference: Decodable, Sendable {
  /// The flow of M modes, or of infinitely many.
  struct Flow: Decodable, CustomStringConvertible, Sendable {
    let alpha: Double
    let beta: Double
    let gamma: Double
    let M: Int?
    let t: [Double]
    let loss: [Double]
    let c: [Double]
    let b_first4_last: [Double]?

    var description: String { "α \(alpha) β \(beta) γ \(gamma) M \(M.map(String.init) ?? "∞")" }
  }

  struct Floor: Decodable, CustomStringConvertible, Sendable {
    let alpha: Double
    let beta: Double
    let M: Int
    let N: Int
    let kappa: Double
    let floor_one_net: Double
    let floor_mean_net: Double

    var description: String { "α \(alpha) β \(beta) M \(M) N \(N)" }
  }

  /// The mean loss after some numbers of steps.
  struct Noise: Decodable, CustomStringConvertible, Sendable {
    let alpha: Double
    let beta: Double
    let gamma: Double?
    let M: Int
    let eta: Double
    let B: Int
    let step: [Int]
    let mean_loss: [Double]
    let c: [Double]?

    var description: String { "α \(alpha) β \(beta) γ \(gamma ?? 0) η \(eta) B \(B)" }
  }

  struct LazyCurve: Decodable, Sendable {
    let alpha: Double
    let beta: Double
    let M: Int
    let N: Int
    let x: [Double]
    let Phi: [Double]
  }

  struct Amplitude: Decodable, Sendable {
    let alpha: Double
    let beta: Double
    let J: Double
    let Q: Double
  }

  /// Measured exponents in windows of time, with half the spread of the local slope.
  struct Time: Decodable, CustomStringConvertible, Sendable {
    struct Fit: Decodable, Sendable {
      let chi: [Double]
      let kernel: [Double]?
      let frontier: [Double]
    }
    let alpha: Double
    let beta: Double
    let gamma: Double
    let fits: [String: Fit]

    var description: String { "α \(alpha) β \(beta) γ \(gamma)" }
  }

  struct FloorSlopes: Decodable, CustomStringConvertible, Sendable {
    let alpha: Double
    let beta: Double
    let slope_theory: [String: Double]
    let theory_M8000: [[Double]]

    var description: String { "α \(alpha) β \(beta)" }
  }

  struct Ensemble: Decodable, Sendable {
    let alpha: Double
    let beta: Double
    let one_theory: Double
    let mean_net_theory: Double
  }

  struct Transient: Decodable, Sendable {
    let alpha: Double
    let beta: Double
    let time_exponent_N4096: Double
    let window: [Double]
    let N_exponent_tau100: Double
  }

  struct LazyNoise: Decodable, Sendable {
    struct Batch: Decodable, Sendable {
      let chi_100_1000: Double
      let chi_3000_30000: Double
      let noise_3000_30000: Double
      let rel_noise: [Double]
    }
    let alpha: Double
    let beta: Double
    let eta: Double
    let M: Int
    let B: [String: Batch]
  }

  struct RichNoise: Decodable, Sendable {
    let alpha: Double
    let beta: Double
    let gamma: Double
    let eta: Double
    let B: Int
    let M: Int
    let t: [Int]
    let closure: [Double]
    let gd: [Double]
    let c: [Double]
  }

  struct Compute: Decodable, CustomStringConvertible, Sendable {
    let alpha: Double
    let beta: Double
    let gamma: Double
    let L: [Double]
    let N: [Double]
    let points: [[Double]]

    var description: String { "α \(alpha) β \(beta) γ \(gamma)" }
  }

  /// The flow at times that are whole numbers of steps.
  struct Edge: Decodable, CustomStringConvertible, Sendable {
    let alpha: Double
    let beta: Double
    let M: Int
    let gamma: Double
    let eta: Double
    let flow_loss: [String: Double]
    let eta_c_flow: [String: Double]

    var description: String { "γ \(gamma) η \(eta)" }
  }

  let flow_explicit: [Flow]
  let flow_infinite: [Flow]
  let floors: [Floor]
  let lazy_sgd: [Noise]
  let closure: [Noise]
  let Phi: [LazyCurve]
  let amplitude: [Amplitude]
  let time: [Time]
  let floor_slopes: [FloorSlopes]
  let ensemble: [Ensemble]
  let width_transient: [Transient]
  let sgd_lazy: [LazyNoise]
  let sgd_rich: [RichNoise]
  let compute_frontier: [Compute]
  let edge_flow: [Edge]

  static let shared: SpectralReference = {
    let file = Bundle.module.url(
      forResource: "spectral", withExtension: "json", subdirectory: "Reference")!
    return try! JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }()
}
