import Foundation
import TestSupport
import Testing
import Theory

/// Every formula of the paper's examples and table follows from the architecture alone.
@Suite struct PatternTests {
  static func dense(
    _ exponents: Rational..., degree: Int = 3, scaling: Architecture.Scaling = .standard
  ) throws -> Prediction {
    Prediction(try Architecture(dense: exponents, degree: degree, scaling: scaling))
  }

  func minimum(_ name: String, _ prediction: Prediction) throws -> String {
    let pattern = try #require(prediction.patterns.first { $0.name == name }, "no \(name)")
    return pattern.minimum.text(prediction.architecture.sizes.map(\.name))
  }

  func parameter(_ name: String, of pattern: String, _ prediction: Prediction) throws -> String {
    let pattern = try #require(prediction.patterns.first { $0.name == pattern })
    let parameter = try #require(pattern.parameters.first { $0.name == name })
    return parameter.value.text(prediction.architecture.sizes.map(\.name))
  }

  // MARK: - Two layers

  @Test(arguments: [1, 3, 5, 7, 9]) func twoLayers(m: Int) throws {
    let wide = try Self.dense(Rational(2), degree: m)
    let (top, whole) = (Int128(m), Rational(Int128(m)))
    #expect(try minimum("GP", wide) == (m == 1 ? "d" : "d^\(m)"))
    #expect(try minimum("Sp", wide) == "(d N)^(1/2)")
    #expect(try parameter("M", of: "Sp", wide) == "(N/d)^(1/2)")
    // GFL costs (N d)^{m/(m+1)} with D = (d^m/N)^{1/(m+1)}, at a width below d^m.
    let narrow = try Self.dense(Rational(1, 2), degree: m)
    let gfl = try #require(narrow.patterns.first { $0.name == "GFL" })
    let power = Rational(top, top + 1)
    #expect(gfl.minimum.exponents == [power, power])
    let amplification = Rational(1, top + 1)
    #expect(gfl.parameters[0].value.exponents == [whole * amplification, -amplification])
    // Sp beats GP up to N = d^{2m−1}, and one specialist costs d where N < d.
    let edge = Rational(2 * top - 1)
    for (nu, winner) in [(edge - Rational(1, 10), "Sp"), (edge + Rational(1, 10), "GP")]
    where m > 1 {
      #expect(try Self.dense(nu, degree: m).winner.name == winner, "ν = \(nu)")
    }
    #expect(
      narrow.patterns.first { $0.name == "Sp" }!.activeConstraints == ["M >= 1"])
  }

  /// The network is lazy for N ≫ d⁵, and learns features by one mode for N ≪ d^{1/3}.
  @Test func twoLayerPhases() throws {
    for (nu, winner) in [
      (Rational(1, 4), "GFL"), (Rational(1, 2), "Sp"), (Rational(1), "Sp"),
      (Rational(49, 10), "Sp"),
      (Rational(51, 10), "GP"),
    ] {
      #expect(try Self.dense(nu).winner.name == winner, "ν = \(nu)")
    }
    let two = try Self.dense(Rational(2))
    let crossing = try #require(two.crossing)
    #expect(two.runnerUp?.name == "GFL" || two.runnerUp?.name == "GP")
    #expect(crossing.size == "N")
    // There is a tie: at N = d^5 both are d^3.
    let five = try Self.dense(Rational(5))
    #expect(five.winner.name == "GP" && five.winner.exponent == Rational(3))
  }

  // MARK: - Three layers

  @Test func threeLayers() throws {
    let prediction = try Self.dense(Rational(3, 2), Rational(1))
    #expect(try minimum("GP–GP", prediction) == "d^3")
    #expect(try minimum("GP–Sp", prediction) == "(d N2)^(1/2)")
    #expect(try minimum("Sp–GP", prediction) == "(d N1)^(1/2)")
    #expect(try parameter("M1", of: "Sp–GP", prediction) == "(N1/d)^(1/2)")
    let wide = try Self.dense(Rational(2), Rational(2))
    #expect(try minimum("Sp–Mag", wide) == "(d N1 N2)^(1/3)")
    #expect(try parameter("M1", of: "Sp–Mag", wide) == "(N1 N2/d^2)^(1/3)")
    #expect(try parameter("beta2", of: "Sp–Mag", wide) == "(N2^2/(d N1))^(1/3)")
    let before = try #require(wide.patterns.first { $0.name == "Sp–Mag" })
    #expect(before.energy == "d M1 + N1 beta2/M1 + N2/beta2")
  }

  /// Features are learned in the narrower layer, so Sp–GP and GP–Sp cross at N₁ = N₂. Sp–Mag is the
  /// geometric mean of both and d. It meets them at N₁ = N₂ = d and loses at all other wide layers.
  @Test func threeLayerCrossing() throws {
    let below = try Self.dense(Rational(1), Rational(3, 2))
    #expect(below.winner.name == "Sp–GP")
    let above = try Self.dense(Rational(3), Rational(3, 2))
    #expect(above.winner.name == "GP–Sp")
    let edge = try Self.dense(Rational(3, 2), Rational(3, 2))
    func energy(_ name: String, _ prediction: Prediction) throws -> Rational {
      try #require(prediction.patterns.first { $0.name == name }).exponent
    }
    #expect(try energy("GP–Sp", edge) == energy("Sp–GP", edge))
    #expect(try energy("Sp–Mag", edge) > energy("Sp–GP", edge))
    let square = try Self.dense(.one, .one)
    for name in ["Sp–GP", "GP–Sp", "Sp–Mag"] { #expect(try energy(name, square) == .one) }
  }

  // MARK: - CNN and attention

  static func cnn() throws -> Prediction {
    let half = Rational(1, 2)
    return Prediction(
      try Architecture(
        sizes: [
          .init("d", exponent: .one), .init("S", exponent: half), .init("Nw", exponent: half),
          .init("N", exponent: half),
        ], layers: [.convolution(channels: 3, patch: 1, patches: 2)], degree: 1))
  }

  @Test func convolution() throws {
    let prediction = try Self.cnn()
    #expect(try minimum("GP", prediction) == "S Nw")
    #expect(try minimum("Sp", prediction) == "(S Nw N)^(1/2)")
    #expect(try minimum("GFL", prediction) == "(S Nw N)^(1/2)")
    #expect(try parameter("M", of: "Sp", prediction) == "(Nw N/S)^(1/2)")
    #expect(try parameter("D", of: "GFL", prediction) == "(S Nw/N)^(1/2)")
    #expect(prediction.winner.name == "Sp" && prediction.winner.exponent == Rational(3, 4))
  }

  @Test func attention() throws {
    let prediction = Prediction(
      try Architecture(
        sizes: [.init("d", exponent: .one), .init("L", exponent: .one)],
        layers: [.attention(tokens: 1)], degree: 3))
    #expect(try minimum("GP", prediction) == "d^3 L")
    #expect(
      try minimum("Sp", prediction) == "d^(3/2) L^(1/2)"
        || minimum("Sp", prediction) == "(d^3 L)^(1/2)")
    // The parameters are ε = (L/d)^{1/4}, w = (L d)^{1/4}.
    #expect(try parameter("epsilon", of: "Sp", prediction) == "(L/d)^(1/4)")
    #expect(try parameter("w", of: "Sp", prediction) == "(d L)^(1/4)")
    #expect(prediction.winner.name == "Sp" && prediction.winner.exponent == Rational(2))
  }

  // MARK: - Beyond the paper

  /// Mean-field scaling multiplies the readout by N, so the lazy pattern costs N d^m.
  @Test func meanField() throws {
    let prediction = try Self.dense(Rational(1), scaling: .meanField)
    #expect(try minimum("GP", prediction) == "d^3 N")
    #expect(try minimum("Sp", prediction) == "d^(1/2) N")
    #expect(try parameter("M", of: "Sp", prediction) == "N/d^(1/2)")
  }

  /// Twelve layers cost at most as much as two, and a wider last layer costs no less.
  @Test func deep() throws {
    let deep = Prediction(try Architecture(dense: [Rational](repeating: .one, count: 12)))
    #expect(deep.winner.exponent <= (try Self.dense(.one, .one).winner.exponent))
    let wider = Prediction(
      try Architecture(dense: [Rational](repeating: .one, count: 11) + [Rational(4)]))
    #expect(deep.winner.exponent <= wider.winner.exponent)
  }

  // MARK: - Finite sizes

  /// Finite-size minima at large sizes approach terms × the monomial. If M need not be whole, the
  /// arithmetic–geometric mean is exact.
  @Test func finiteSizes() throws {
    let prediction = try Self.dense(Rational(2))
    let values: [Double] = [64, 4096]
    let finite = try prediction.minima(at: values)
    let sp = prediction.patterns.firstIndex { $0.name == "Sp" }!
    // M = √(N/d) = 8 is whole, so the energy is 2 √(N d).
    let minimum = try #require(finite.minima[sp])
    expect(minimum.energy, near: 2 * (64.0 * 4096).squareRoot(), within: 1e-9, "Sp")
    #expect(minimum.parameters[0].value == 8)
    #expect(finite.winner == sp)
    let gp = prediction.patterns.firstIndex { $0.name == "GP" }!
    expect(finite.minima[gp]!.energy, near: 64 * 64 * 64, within: 1e-12, "GP")
    // The energy is N D + d³/D³ at D = (3 d³/N)^{1/4}.
    let gfl = prediction.patterns.firstIndex { $0.name == "GFL" }!
    let d3 = 64.0 * 64 * 64
    let amplification = pow(3 * d3 / 4096, 0.25)
    expect(
      finite.minima[gfl]!.energy, near: 4096 * amplification + d3 / pow(amplification, 3),
      within: 1e-9, "GFL")
  }

  /// Whole numbers M are found by trying all, with β by the arithmetic–geometric mean.
  @Test(arguments: [(16.0, 16.0, 16.0), (16, 1000, 16), (20, 3000, 500), (8, 5000, 4000)])
  func wholeSpecialists(d: Double, n1: Double, n2: Double) throws {
    let prediction = try Self.dense(Rational(2), Rational(2))
    let finite = try prediction.minima(at: [d, n1, n2])
    let index = prediction.patterns.firstIndex { $0.name == "Sp–Mag" }!
    let trials = (1...Int(n1)).map { m -> Double in
      let m = Double(m)
      // The cost is β N₁/M + N₂/β with β ≤ N₂.
      let beta = min(n2, (n2 * m / n1).squareRoot())
      return d * m + beta * n1 / m + n2 / beta
    }
    expect(finite.minima[index]!.energy, near: trials.min()!, within: 1e-8, "\(d) \(n1) \(n2)")
    let single = prediction.patterns.firstIndex { $0.name == "GP–Sp" }!
    let alone = (1...Int(n2)).map { d * Double($0) + n2 / Double($0) }
    expect(finite.minima[single]!.energy, near: alone.min()!, within: 1e-9, "GP–Sp")
  }

  /// GP–Sp and Sp–GP differ only by the exchange of N₁ and N₂, so they cross where these are equal.
  @Test func finiteCrossing() throws {
    let prediction = try Self.dense(Rational(2), Rational(1))
    let finite = try prediction.minima(at: [20, 3000, 1000])
    #expect(prediction.patterns[finite.winner].name == "GP–Sp")
    let crossing = try #require(try prediction.crossing(near: finite))
    #expect(prediction.patterns[finite.runnerUp!].name == "Sp–GP")
    expect(crossing.ratio, near: crossing.size == "N1" ? 1.0 / 3 : 3, within: 1e-5, crossing.size)
  }

  // MARK: - Flaws

  @Test func flaws() {
    #expect(throws: Architecture.Flaw.degreeEven(2)) { try Self.dense(.one, degree: 2) }
    #expect(throws: Architecture.Flaw.noLayers) { try Architecture(dense: []) }
    #expect(throws: Architecture.Flaw.shrinking("N", Rational(-1))) { try Self.dense(Rational(-1)) }
    #expect(
      throws: Architecture.Flaw.denominatorTooLarge("N3", Rational(1, 103), common: 101_766_781)
    ) {
      try Self.dense(Rational(1, 997), Rational(1, 991), Rational(1, 103))
    }
    #expect(throws: Architecture.Flaw.degreeNotPositive(0)) { try Self.dense(.one, degree: 0) }
  }

  @Test func rationals() {
    #expect(Rational("3/2") == Rational(3, 2) && Rational("1.25") == Rational(5, 4))
    #expect(Rational("-0.5") == Rational(-1, 2) && Rational("2") == Rational(2))
    for text in ["", "x", "1/0", "1//2", "1/2/3", "1e3", ".5", "1234567"] {
      #expect(Rational(text) == nil, "\(text)")
    }
  }
}
