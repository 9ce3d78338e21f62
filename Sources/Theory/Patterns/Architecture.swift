/// A network as the pattern calculator sees it: layers, sizes that grow as powers of d, and the degree
/// of the target.
///
/// The target is He_m of one direction of the inputs, of one direction of every patch after a
/// convolution, and (1/L) Σ_ab (x₁^a x₂^b + x₂^a x₁^b) x₃^b for an attention head.
public struct Architecture: Hashable, Sendable {
  /// A size: d, a width, a number of tokens.
  public struct Size: Hashable, Sendable {
    /// As in "N1".
    public let name: String
    /// ν: the size is coefficient · d^ν.
    public let exponent: Rational
    public let coefficient: Double

    public init(_ name: String, exponent: Rational, coefficient: Double = 1) {
      self.name = name
      self.exponent = exponent
      self.coefficient = coefficient
    }
  }

  /// A layer; its sizes are indices into `sizes`.
  public enum Layer: Hashable, Sendable {
    /// Fully connected, of this many neurons.
    case dense(width: Int)
    /// Channels shared by patches that do not overlap, whose sum is read out; a first layer.
    case convolution(channels: Int, patch: Int, patches: Int)
    /// A softmax head on this many tokens; alone.
    case attention(tokens: Int)
  }

  /// How the readout's prior variance depends on the width N of the last layer.
  public enum Scaling: String, Hashable, Sendable, CaseIterable {
    /// σ_a²/N.
    case standard
    /// σ_a²/N², which makes every network of finite energy learn features.
    case meanField = "mean-field"
  }

  /// What is wrong with an architecture.
  public enum Flaw: Error, Hashable, CustomStringConvertible {
    case noLayers
    case tooDeep(Int)
    case convolutionNotFirst
    case attentionNotAlone
    case attentionDegree(Int)
    case degreeNotPositive(Int)
    case degreeEven(Int)
    case shrinking(String, Rational)
    case unwieldy(String, Rational)

    public var description: String {
      switch self {
      case .noLayers: "layers: got none; expected at least one"
      case .tooDeep(let count): "layers: got \(count); expected at most 32"
      case .convolutionNotFirst: "layers: a convolution reads the inputs; expected it first"
      case .attentionNotAlone: "layers: an attention head stands alone; expected one layer"
      case .attentionDegree(let m): "degree: got \(m); an attention head's target has degree 3"
      case .degreeNotPositive(let m): "degree: got \(m); expected a positive integer"
      case .degreeEven(let m):
        "degree: got \(m); odd activations have no learnable path to an even target; expected it odd"
      case .shrinking(let name, let nu):
        "\(name): got exponent \(nu); expected one from 0 up: a size does not shrink as d grows"
      case .unwieldy(let name, let nu):
        "\(name): got exponent \(nu); expected a common denominator of all exponents up to 1000000"
      }
    }
  }

  /// The sizes; the first is d.
  public let sizes: [Size]
  public let layers: [Layer]
  /// m.
  public let degree: Int
  public let scaling: Scaling

  public init(
    sizes: [Size], layers: [Layer], degree: Int, scaling: Scaling = .standard
  ) throws(Flaw) {
    precondition(sizes.first?.exponent == .one, "the first size is d")
    guard !layers.isEmpty else { throw .noLayers }
    guard layers.count <= 32 else { throw .tooDeep(layers.count) }
    guard degree > 0 else { throw .degreeNotPositive(degree) }
    guard degree % 2 == 1 else { throw .degreeEven(degree) }
    for size in sizes where size.exponent < .zero { throw .shrinking(size.name, size.exponent) }
    // Exact arithmetic has 127 bits.
    var denominator = Int128(1)
    for size in sizes {
      denominator =
        Rational(denominator, size.exponent.denominator).numerator
        * size.exponent.denominator
      guard denominator <= 1_000_000 && size.exponent <= Rational(1000) else {
        throw .unwieldy(size.name, size.exponent)
      }
    }
    for (index, layer) in layers.enumerated() {
      if case .convolution = layer, index > 0 { throw .convolutionNotFirst }
      if case .attention = layer {
        guard layers.count == 1 else { throw .attentionNotAlone }
        guard degree == 3 else { throw .attentionDegree(degree) }
      }
    }
    self.sizes = sizes
    self.layers = layers
    self.degree = degree
    self.scaling = scaling
  }

  /// A stack of fully connected layers with widths N_l ∝ d^ν.
  public init(
    dense exponents: [Rational], degree: Int = 3, scaling: Scaling = .standard
  ) throws(Flaw) {
    try self.init(
      sizes: [Size("d", exponent: .one)]
        + exponents.enumerated().map { i, nu in
          Size(exponents.count == 1 ? "N" : "N\(i + 1)", exponent: nu)
        },
      layers: exponents.indices.map { .dense(width: $0 + 1) }, degree: degree, scaling: scaling)
  }

  /// ν of the sizes.
  public var scales: [Rational] { sizes.map(\.exponent) }

  /// The size itself.
  func monomial(_ size: Int) -> Monomial {
    Monomial(sizes.indices.map { $0 == size ? .one : .zero })
  }
}
