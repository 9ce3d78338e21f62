/// What tells one cell of a grid from another, by name: sizes, constants, words, the data set.
///
/// Which names there are depends on the kind of network. Asking for one that it does not have is a
/// mistake of the program.
package struct Parameters: Hashable, Sendable {
  package enum Value: Hashable, Sendable {
    case integer(Int)
    case real(Double)
    case word(String)
  }

  private var values: [String: Value] = [:]

  package init() {}

  package subscript(name: String) -> Value {
    get {
      guard let value = values[name] else { preconditionFailure("no parameter '\(name)'") }
      return value
    }
    set { values[name] = newValue }
  }

  package func has(_ name: String) -> Bool { values[name] != nil }

  package func integer(_ name: String) -> Int {
    guard case .integer(let value) = self[name] else { preconditionFailure("'\(name)'") }
    return value
  }

  package func real(_ name: String) -> Double {
    guard case .real(let value) = self[name] else { preconditionFailure("'\(name)'") }
    return value
  }

  package func word(_ name: String) -> String {
    guard case .word(let value) = self[name] else { preconditionFailure("'\(name)'") }
    return value
  }
}

extension Parameters {
  /// The names of parameters, of all kinds of network.
  package enum Name {
    package static let dimension = "dimension"
    package static let width = "width"
    package static let firstWidth = "first_width"
    package static let secondWidth = "second_width"
    package static let thirdWidth = "third_width"
    package static let length = "length"
    package static let patch = "patch"
    package static let patches = "patches"
    package static let channels = "channels"
    package static let samples = "samples"
    package static let testSamples = "test_samples"
    package static let degree = "degree"
    package static let linear = "linear"
    package static let noise = "noise"
    package static let batch = "batch"
    package static let step = "step"
    package static let ridge = "ridge"
    package static let weightVariance = "weight_variance"
    package static let readoutVariance = "readout_variance"
    package static let dataset = "dataset"
    package static let langevinStep = "langevin_step"
    package static let readoutIntegrated = "readout_integrated"
    package static let hiddenVariance = "hidden_variance"
    package static let interactionVariance = "interaction_variance"
    package static let activation = "activation"
    package static let head = "head"
    package static let target = "target"
    package static let rows = "rows"
    package static let harmonic = "harmonic"
    package static let biasVariance = "bias_variance"
    package static let coefficients = "coefficients"
    package static let features = "features"
    package static let overlaps = "overlaps"
    package static let cosine = "cosine"
    package static let linearFeature = "linear_feature"
    package static let law = "law"
    package static let direction = "direction"
    package static let spike = "spike"
    package static let freedom = "freedom"
  }
}

extension Parameters.Value {
  /// The value as text.
  package var text: String {
    switch self {
    case .integer(let value): "\(value)"
    case .real(let value): "\(value)"
    case .word(let value): value
    }
  }
}

extension Parameters {
  /// A value as text.
  package func text(_ name: String) -> String { self[name].text }

  /// d: of an input, of a token, or of all patches of an input.
  package var dimension: Int { integer(Name.dimension) }
  /// N, the width of two layers.
  package var width: Int { integer(Name.width) }
  /// N₁ and N₂ of three layers.
  package var firstWidth: Int { integer(Name.firstWidth) }
  package var secondWidth: Int { integer(Name.secondWidth) }
  /// L, tokens of a sequence.
  package var length: Int { integer(Name.length) }
  /// S, N_w and C of a convolution.
  package var patch: Int { integer(Name.patch) }
  package var patches: Int { integer(Name.patches) }
  package var channels: Int { integer(Name.channels) }
  /// P.
  package var samples: Int { integer(Name.samples) }
  /// Fresh samples on which the alignment is estimated.
  package var testSamples: Int { integer(Name.testSamples) }
  /// m of He_m.
  package var degree: Int { integer(Name.degree) }
  /// κ.
  package var ridge: Double { real(Name.ridge) }
  /// σ_w².
  package var weightVariance: Double { real(Name.weightVariance) }
  /// σ_a².
  package var readoutVariance: Double { real(Name.readoutVariance) }
  /// Which of the drawn data sets.
  package var dataset: Int { integer(Name.dataset) }
  /// η of unadjusted Langevin dynamics, 0 for Metropolis-adjusted chains.
  package var langevinStep: Double { real(Name.langevinStep) }
  /// 1 where the readout was integrated out, else 0.
  package var readoutIntegrated: Int { integer(Name.readoutIntegrated) }
}

extension Parameters.Value: Comparable {
  package static func < (a: Self, b: Self) -> Bool {
    switch (a, b) {
    case (.integer(let x), .integer(let y)): x < y
    case (.real(let x), .real(let y)): x < y
    case (.word(let x), .word(let y)): x < y
    default: preconditionFailure("values of two types")
    }
  }
}

extension Parameters: Encodable {
  private struct Key: CodingKey {
    let stringValue: String
    init(stringValue: String) { self.stringValue = stringValue }
    var intValue: Int? { nil }
    init?(intValue: Int) { nil }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (name, value) in values {
      let key = Key(stringValue: name)
      switch value {
      case .integer(let value): try container.encode(value, forKey: key)
      case .real(let value): try container.encode(value, forKey: key)
      case .word(let value): try container.encode(value, forKey: key)
      }
    }
  }
}

extension Double {
  /// The number as one writes it: 1, not 1.0.
  package var spelt: String { Int(exactly: self).map { "\($0)" } ?? "\(self)" }
}
