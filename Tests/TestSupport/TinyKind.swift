import Testing

/// A study of one cell that takes milliseconds, of each kind of network but the two-layer one.
package struct TinyKind: CustomTestStringConvertible, Sendable {
  package let name: String
  package let text: String
  package let observables, units: [String]
  package var testDescription: String { name }

  package init(
    _ name: String, network: String, target: String, observables: [String], units: [String]
  ) {
    self.name = name
    self.observables = observables
    self.units = units
    let test = name == "convolution" ? "" : ", test: 64"
    text = """
      question: Is it tiny?
      source: a test
      network: {kind: \(name), \(network)}
      target: \(target)
      data: {samples: 12, datasets: 1\(test)}
      ridge: 0.5
      sampler: {kind: hmc, chains: {cold: 1, planted: 1}, warmup: 12, draws: 12, thin: 4}
      """
  }

  package static let threeLayer = TinyKind(
    "three-layer", network: "dimension: 4, first_width: 5, second_width: 3",
    target: "{kind: hermite, degree: 3}",
    observables: [
      "first_specialists", "second_specialists", "first_coupling", "second_linear",
      "second_magnetization",
    ], units: ["first_overlap", "second_overlap"])
  package static let attention = TinyKind(
    "attention", network: "head: odd, length: 4, dimension: 3", target: "{kind: plain}",
    observables: [
      "pattern_interaction", "pattern_readout", "squared_interaction", "squared_readout",
      "first_order", "test_error",
    ], units: [])
  package static let convolution = TinyKind(
    "convolution", network: "patch: 4, patches: 3, channels: 5",
    target: "{kind: hermite, degree: 3}",
    observables: ["amplification", "transverse_amplification"], units: ["overlap"])
  package static let all = [threeLayer, attention, convolution]
}
