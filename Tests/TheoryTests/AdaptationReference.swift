// swift-format-ignore-file: AlwaysUseLowerCamelCase
// The names are the keys of the file.

import Foundation

/// The numbers of an independent implementation: `Reference/kernel-adaptation.json`.
struct AdaptationReference: Decodable {
  struct Row: Decodable, CustomStringConvertible, Sendable {
    let d: Int
    let N: Int
    let modes: [Int]
    let Q: Double
    let f: [String: Double]
    let delta: [Double]
    let M_beyond_0p85: Double
    let dual: Double

    var description: String { "d \(d) N \(N) modes \(modes) Q \(Q)" }
  }

  struct Tail: Decodable, CustomStringConvertible, Sendable {
    let d: Int
    let N: Int
    let alpha: Double
    let minus_ln_Pr_A_ge_alpha: Double
    let E_LDT: Double

    var description: String { "d \(d) N \(N) α \(alpha)" }
  }

  let kernel_adaptation: [Row]
  let exact_prior_tail: [Tail]

  static let shared: AdaptationReference = {
    let file = Bundle.module.url(
      forResource: "kernel-adaptation", withExtension: "json", subdirectory: "Reference")!
    return try! JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }()
}
