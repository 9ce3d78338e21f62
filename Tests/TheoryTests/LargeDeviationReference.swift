// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are the keys of the file.

import Foundation
import Theory

/// The numbers of an independent implementation: `Reference/large-deviation.json`.
struct LargeDeviationReference: Decodable {
  /// A solution at one point.
  struct Row: Decodable, CustomStringConvertible, Sendable {
    let d: Int
    let N: Int
    let alpha: Double
    let sa2: Double
    let sw2: Double
    /// The treatment of |w_⊥|²: "full"; "mean", frozen at its prior mean; or "slide", frozen at
    /// σ_w².
    let mode: String
    let E: Double
    let t_star: Double
    let Lambda: Double
    let var_tilt: Double
    let mean_c2: Double
    let mean_w1sq: Double
    let density: [String: Double]
    let w_barrier_grid: Double?
    let w_outer_grid: Double?
    let M_beyond_0p8: Double
    let k_prior: Double
    let P_star_theory_over_kappa: Double

    var description: String { "d \(d) N \(N) α \(alpha) σ_a² \(sa2) σ_w² \(sw2) \(mode)" }

    var model: LargeDeviation {
      let transverse: LargeDeviation.Transverse =
        switch mode {
        case "full": .full
        case "mean": .frozen
        case "slide": .frozenAt(sw2)
        default: fatalError("unknown mode \(mode)")
        }
      return LargeDeviation(
        dimension: d, width: N, weightVariance: sw2, readoutVariance: sa2, transverse: transverse)
    }
  }

  struct Constants: Decodable {
    let e1: Double
    let w1: Double
    let wperp2: Double
    let M_coeff: Double
  }

  let ldt: [Row]
  let asymptotic_constants: [String: Constants]

  static let shared: LargeDeviationReference = {
    let file = Bundle.module.url(
      forResource: "large-deviation", withExtension: "json", subdirectory: "Reference")!
    return try! JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }()
}
