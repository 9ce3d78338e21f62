/// What tells one cell of a grid from another, by name: sizes, constants, words, the data set.
///
/// Which names there are depends on the kind of network; asking for one that it does not have is a mistake of
/// the program.
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
  package var dimension: Int { integer("dimension") }
  /// N of two layers.
  package var width: Int { integer("width") }
  /// N₁ and N₂ of three layers.
  package var firstWidth: Int { integer("first_width") }
  package var secondWidth: Int { integer("second_width") }
  /// L, tokens of a sequence.
  package var length: Int { integer("length") }
  /// S, N_w and C of a convolution.
  package var patch: Int { integer("patch") }
  package var patches: Int { integer("patches") }
  package var channels: Int { integer("channels") }
  /// P.
  package var samples: Int { integer("samples") }
  /// Fresh samples on which the alignment is estimated.
  package var testSamples: Int { integer("test_samples") }
  /// m of He_m.
  package var degree: Int { integer("degree") }
  /// κ.
  package var ridge: Double { real("ridge") }
  /// σ_w².
  package var weightVariance: Double { real("weight_variance") }
  /// σ_a².
  package var readoutVariance: Double { real("readout_variance") }
  /// Which of the drawn data sets.
  package var dataset: Int { integer("dataset") }
  /// η of unadjusted Langevin dynamics, 0 for Metropolis-adjusted chains.
  package var langevinStep: Double { real("langevin_step") }
  /// 1 where the readout was integrated out, else 0.
  package var readoutIntegrated: Int { integer("readout_integrated") }
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
  private struct Name: CodingKey {
    let stringValue: String
    init(stringValue: String) { self.stringValue = stringValue }
    var intValue: Int? { nil }
    init?(intValue: Int) { nil }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Name.self)
    for (name, value) in values {
      let key = Name(stringValue: name)
      switch value {
      case .integer(let value): try container.encode(value, forKey: key)
      case .real(let value): try container.encode(value, forKey: key)
      case .word(let value): try container.encode(value, forKey: key)
      }
    }
  }
}
