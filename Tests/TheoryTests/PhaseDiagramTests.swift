import Testing
import Theory

@Suite struct PhaseDiagramTests {
  static func diagram() throws -> PhaseDiagram {
    PhaseDiagram(
      try Architecture(dense: [.one, .one]), horizontal: 1, Rational(0)...Rational(7), vertical: 2,
      Rational(0)...Rational(7))
  }

  /// The regions cover the plane without overlap. At points inside them the calculator names the
  /// same winners.
  @Test func regionsHoldTheWinners() throws {
    let diagram = try Self.diagram()
    var area = Rational.zero
    for region in diagram.regions {
      var (twice, x, y) = (Rational.zero, Rational.zero, Rational.zero)
      for (a, b) in zip(region.polygon, region.polygon.dropFirst() + region.polygon.prefix(1)) {
        twice = twice + a.x * b.y - b.x * a.y
        x = x + a.x
        y = y + a.y
      }
      #expect(twice > .zero, "corners in order")
      area = area + twice / 2
      // The mean of the corners is inside a convex region.
      let count = Rational(Int128(region.polygon.count))
      let prediction = Prediction(try Architecture(dense: [x / count, y / count]))
      #expect(
        region.winners.contains(prediction.winner.name),
        "\(region.winners) at \(x / count), \(y / count), where \(prediction.winner.name) wins")
    }
    #expect(area == Rational(49))
  }

  /// The winners at 40 × 40 points off the boundaries agree with the calculator's energies.
  @Test func points() throws {
    let diagram = try Self.diagram()
    for i in 0..<40 {
      for j in 0..<40 {
        let (x, y) = (Rational(Int128(7 * i + 3), 41), Rational(Int128(7 * j + 2), 43))
        let winners = try #require(diagram.winners(at: .init(x, y)))
        let prediction = Prediction(try Architecture(dense: [x, y]))
        let least = prediction.winner.exponent
        for winner in winners {
          let pattern = try #require(prediction.patterns.first { $0.name == winner })
          #expect(pattern.exponent == least, "\(winner) at \(x), \(y)")
        }
      }
    }
  }

  /// The boundaries of two layers are N = d^{1/m} and N = d^{2m − 1}.
  @Test(arguments: [3, 5, 7]) func twoLayers(m: Int) throws {
    let diagram = PhaseDiagram(
      try Architecture(dense: [.one], degree: m), horizontal: 1, Rational(0)...Rational(20))
    let places = Set(diagram.boundaries.map(\.from.x))
    #expect(places == [Rational(1, Int128(m)), Rational(Int128(2 * m - 1))])
  }

  /// GP–Sp meets Sp–GP on the diagonal, both meet GP–GP at d⁵.
  @Test func corners() throws {
    let corners = Set(try Self.diagram().boundaries.flatMap { [$0.from, $0.to] })
    for corner in [PhaseDiagram.Point(1, 1), .init(5, 5), .init(1, Rational(1, 3))] {
      #expect(corners.contains(corner), "\(corner)")
    }
  }
}
