/// A network as the pattern calculator sees it: layers, sizes that grow as powers of d, and the
/// degree of the target.
///
/// The target of a dense network is He_m of one direction of the inputs. After a convolution it is
/// He_m of one direction of every patch, and for an attention head (1/L) Σ_ab (x₁^a x₂^b + x₂^a
/// x₁^b) x₃^b.
public struct Architecture: Hashable, Sendable {
  /// A size such as d, a width, or a number of tokens.
  public struct Size: Hashable, Sendable {
    /// The name, as in "N1".
    public let name: String
    /// The exponent ν of the size, which is coefficient · d^ν.
    public let exponent: Rational
    /// The coefficient of the size, which is coefficient · d^ν.
    public let coefficient: Double

    /// Creates a size that is coefficient · d^exponent.
    public init(_ name: String, exponent: Rational, coefficient: Double = 1) {
      self.name = name
      self.exponent = exponent
      self.coefficient = coefficient
    }
  }

  /// A layer; its sizes are indices into ``Architecture/sizes``.
  public enum Layer: Hashable, Sendable {
    /// A fully connected layer of this many neurons.
    case dense(width: Int)
    /// Channels shared by patches that do not overlap, whose sum is read out. It must be the first
    /// layer.
    case convolution(channels: Int, patch: Int, patches: Int)
    /// A softmax head on this many tokens. It must be the only layer.
    case attention(tokens: Int)
  }

  /// The dependence of the readout's prior variance on the width N of the last layer.
  public enum Scaling: String, Hashable, Sendable, CaseIterable {
    /// The variance σ_a²/N.
    case standard
    /// The variance σ_a²/N², which makes every network of finite energy learn features.
    case meanField = "mean-field"
  }

  /// A fault of an architecture.
  public enum Flaw: Error, Hashable, CustomStringConvertible {
    /// There are no layers.
    case noLayers
    /// There are more than 32 layers; the value is their number.
    case tooDeep(Int)
    /// A convolution is not the first layer.
    case convolutionNotFirst
    /// An attention head is not the only layer.
    case attentionNotAlone
    /// The target of an attention head has another degree than 3.
    case attentionDegree(Int)
    /// The degree is zero or negative.
    case degreeNotPositive(Int)
    /// The degree is even.
    case degreeEven(Int)
    /// The exponent of the named size is negative.
    case shrinking(String, Rational)
    /// The exponent of the named size is above 1000.
    case exponentTooLarge(String, Rational)
    /// With the exponent of the named size the common denominator of all exponents, the last value,
    /// is above a million.
    case denominatorTooLarge(String, Rational, common: Int128)

    /// The fault as one line: what was given, and what is expected.
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
      case .exponentTooLarge(let name, let nu):
        "\(name): got exponent \(nu); expected one up to 1000"
      case .denominatorTooLarge(let name, let nu, let common):
        "\(name): got exponent \(nu), with which the common denominator of the exponents is "
          + "\(common); expected one up to 1000000, as of 1/3 and 3/2"
      }
    }
  }

  /// The sizes, the first of which is d.
  public let sizes: [Size]
  /// The layers, from the inputs to the readout.
  public let layers: [Layer]
  /// The degree m of the target.
  public let degree: Int
  /// The scaling of the readout.
  public let scaling: Scaling

  /// Describes a network.
  ///
  /// - Parameters:
  ///   - sizes: the sizes; the first has exponent one and is d.
  ///   - layers: the layers, from the inputs to the readout, at most 32.
  ///   - degree: m of the target, odd.
  ///   - scaling: the scaling of the readout.
  /// - Throws: ``Flaw``.
  public init(
    sizes: [Size], layers: [Layer], degree: Int, scaling: Scaling = .standard
  ) throws(Flaw) {
    precondition(sizes.first?.exponent == .one, "the first size is d")
    guard !layers.isEmpty else { throw .noLayers }
    guard layers.count <= 32 else { throw .tooDeep(layers.count) }
    guard degree > 0 else { throw .degreeNotPositive(degree) }
    guard degree % 2 == 1 else { throw .degreeEven(degree) }
    for size in sizes where size.exponent < .zero { throw .shrinking(size.name, size.exponent) }
    // Exact arithmetic has 127 bits, which limit the exponents.
    var denominator = Int128(1)
    for size in sizes {
      denominator =
        Rational(denominator, size.exponent.denominator).numerator
        * size.exponent.denominator
      guard size.exponent <= Rational(1000) else {
        throw .exponentTooLarge(size.name, size.exponent)
      }
      guard denominator <= 1_000_000 else {
        throw .denominatorTooLarge(size.name, size.exponent, common: denominator)
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

  /// Describes a stack of fully connected layers with widths N_l ∝ d^ν.
  ///
  /// - Parameters:
  ///   - exponents: ν of each layer, from the inputs to the readout.
  ///   - degree: m of the target, odd.
  ///   - scaling: the scaling of the readout.
  /// - Throws: ``Flaw``.
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

  /// The exponents ν of the sizes.
  public var scales: [Rational] { sizes.map(\.exponent) }

  /// Returns the size at an index as a monomial.
  func monomial(_ size: Int) -> Monomial {
    Monomial(sizes.indices.map { $0 == size ? .one : .zero })
  }
}
