import Foundation
import Host
import Predictions
import TestSupport
import Testing
import Theory

/// What a registration has, and what is wrong with one.
@Suite struct RegistrationTests {
  static let file = """
    about: two layers that learn a target of degree five
    study: quintic
    architecture:
      degree: 5
      layers: [{kind: dense, width: d}]
    predicted:
      winner: Sp
      exponent: 1
      parameters: {M: 0}
    claims:
      samples:
        statement: P* ∝ d
        source: a test
        estimate: made-up.slope
        expected: exponent
        rival: 5

    """

  /// The registrations of a folder with two specs, and data of one of the two.
  static func all(_ text: String = file) async throws -> [Registration] {
    try withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/predictions", withIntermediateDirectories: false)
      for name in ["quintic.yml", "cubic.yml", "cubic.h5"] {
        try write("anything", to: "\(folder)/\(name)")
      }
      try write(text, to: "\(folder)/predictions/one.yml")
      try write("not read", to: "\(folder)/predictions/README.md")
      do {
        return try Registration.all(in: folder).map(\.registration)
      } catch {
        throw UserError("\(error)".replacing("\(folder)/", with: ""))
      }
    }
  }

  @Test func oneStudyWithoutData() async throws {
    let one = try #require(try await Self.all().first)
    #expect(one.name == "one" && one.path == "predictions/one.yml")
    #expect(one.about == "two layers that learn a target of degree five")
    #expect(one.studies == ["quintic"] && one.missing == ["quintic"] && one.isPending)
    // At N = d a number of neurons that does not grow carries the feature, √(N/d).
    #expect(one.exponents == ["exponent": .one, "M": .zero])
  }

  @Test func severalStudies() async throws {
    let both = Self.file.with("study: quintic", as: "study: [cubic, quintic]")
    let some = try #require(try await Self.all(both).first)
    #expect(some.studies == ["cubic", "quintic"] && some.missing == ["quintic"] && some.isPending)
    let cubic = Self.file.with("study: quintic", as: "study: cubic")
    #expect(try await Self.all(cubic).first?.isPending == false)
  }

  /// Sp costs √(N d) = d⁴ at this width, and nothing learned d³.
  @Test func aPatternWithoutParameters() async throws {
    let lazy = Self.file.with("degree: 5", as: "degree: 3").with("width: d}", as: "width: d^7}")
      .with("winner: Sp\n  exponent: 1", as: "winner: GP\n  exponent: 3.0")
    let named = await errorLine { _ = try await Self.all(lazy) }
    #expect(
      named == "predictions/one.yml:9: unknown key 'predicted.parameters'; expected one of winner, "
        + "exponent")
    let right = lazy.with("  parameters: {M: 0}\n", as: "")
    #expect(try await Self.all(right).first?.exponents == ["exponent": Rational(3)])
  }

  @Test func noFolder() throws {
    let found = try withFolder { folder in try Registration.all(in: folder) }
    #expect(found.isEmpty)
  }

  static let mistakes = [
    // The calculator says otherwise.
    Mistake(
      "winner: Sp", "winner: GFL",
      ":7: predicted.winner: got 'GFL'; expected Sp, as the calculator says of this architecture"),
    Mistake(
      "exponent: 1", "exponent: 5/4",
      ":8: predicted.exponent: got '5/4'; expected 1, as the calculator says of this architecture"),
    Mistake(
      "{M: 0}", "{M: 1/2}",
      ":9: predicted.parameters.M: got '1/2'; expected 0, as the calculator says of this architecture"
    ),
    Mistake(
      "width: d}", "width: d^3/2}",
      ":8: predicted.exponent: got '1'; expected 5/4, as the calculator says of this architecture"),
    Mistake(
      "{M: 0}", "{M1: 0}",
      ":9: unknown key 'predicted.parameters.M1'; expected one of M; did you mean 'M'?"),
    Mistake("{M: 0}", "{}", ":9: missing key 'predicted.parameters.M'"),
    Mistake("  parameters: {M: 0}\n", "", ":7: missing key 'predicted.parameters'"),
    // Studies.
    Mistake(
      "study: quintic", "study: quintik",
      ":2: study: got 'quintik'; expected a study, but there is no quintik.yml"),
    Mistake(
      "study: quintic", "study: ../data/quintic",
      ":2: study: got '../data/quintic'; expected the name of a study"),
    Mistake(
      "study: quintic", "study: [quintic, quintic]",
      ":2: study: got 'quintic'; expected each value once"),
    Mistake("study: quintic\n", "", ":1: missing key 'study'"),
    // The architecture's own.
    Mistake(
      "kind: dense", "kind: sparse",
      ":5: architecture.layers[1].kind: got 'sparse'; expected one of dense, convolution, attention"
    ),
    Mistake(
      "degree: 5", "degree: 4",
      ": architecture: degree: got 4; odd activations have no learnable path to an even target; "
        + "expected it odd"),
    Mistake(
      "{kind: dense, width: d}", "{kind: convolution, channels: d}",
      ": missing key 'architecture.layers[1].patch'; expected it, or patches"),
    Mistake(
      "about:", "abot:",
      ":1: unknown key 'abot'; expected one of about, study, architecture, predicted, claims; did "
        + "you mean 'about'?"),
  ]

  @Test(arguments: mistakes) func aMistake(_ mistake: Mistake) async throws {
    let text = Self.file.with(mistake.part, as: mistake.replacement)
    let line = await errorLine { _ = try await Self.all(text) }
    #expect(
      line == "predictions/one.yml" + mistake.message,
      "after \(mistake.part) became \(mistake.replacement)")
  }
}
