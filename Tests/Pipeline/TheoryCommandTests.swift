import Foundation
import TestSupport
import Testing

/// The theory's commands: what they print, and what they say to bad input.
@Suite struct TheoryCommandTests {
  func json(_ arguments: String...) throws -> [String: Any] {
    try successfulMembers(of: try run(tool, arguments))
  }

  @Test func largeDeviations() throws {
    let answer = try json(
      "theory", "ldt", "--dimension", "30", "--width", "30", "--alignment", "0.1", "--json")
    #expect(abs(try number(answer["energy"]) - 21.3340422058) < 1e-9)
    #expect(abs(try number(answer["tilt"]) - 221.89441831) < 1e-7)
    #expect(abs(try number(answer["specialists"]) - 0.416501129138) < 1e-9)
    let tail = -log(try number(answer["exact_tail"]))
    #expect(abs(tail - (try number(answer["minus_log_exact_tail"]))) < 1e-9)
    let density = try #require(answer["density"] as? [[String: Double]])
    let there = try #require(density.first { $0["overlap"] == 0.5 })
    #expect(abs(there["density"]! - 0.0684514471998) < 1e-9)
    let frozen = try json(
      "theory", "ldt", "--dimension", "100", "--width", "100", "--alignment", "0.1", "--overlap",
      "frozen", "--json")
    #expect(abs(try number(frozen["energy"]) - 94.6714974834) < 1e-7)
  }

  @Test func adaptation() throws {
    let answer = try json(
      "theory", "adaptation", "--dimension", "30", "--width", "30", "--load", "240", "--modes",
      "3", "--json")
    #expect(abs(try number(answer["dual"]) - 118.472986121) < 1e-6)
    let overlaps = try #require(answer["overlaps"] as? [String: Double])
    #expect(abs(overlaps["3"]! - 0.0794293448607) < 1e-8)
    #expect(answer["specialists"] != nil)
  }

  @Test func lazyAndDeep() throws {
    let lazy = try json("theory", "gp", "--dimension", "200", "--degree", "3", "--json")
    #expect(abs(try number(lazy["exponent"]) - 3) < 0.02)
    #expect(try number(lazy["bound"]) < number(lazy["samples"]))
    let relu = try json(
      "theory", "gp", "--dimension", "200", "--degree", "2", "--activation", "relu", "--json")
    #expect(abs(try number(relu["exponent"]) - 2) < 0.02)
    let deep = try json("theory", "three-layer", "--dimension", "16", "--widths", "64,16", "--json")
    #expect(deep["winner"] as? String == "GP–Sp")
    let patterns = try #require(deep["patterns"] as? [[String: Any]])
    let magnetised = try #require(patterns.first { $0["name"] as? String == "Sp–Mag" })
    // d M₁ + 2 √(N₁N₂/M₁) at M₁ = 2, the best whole number, and β = √(N₂M₁/N₁).
    #expect(abs(try number(magnetised["minimum"]) - (32 + 2 * 512.0.squareRoot())) < 1e-6)
    let parameters = try #require(magnetised["parameters"] as? [String: Double])
    #expect(parameters["M1"] == 2)
    #expect(abs(try #require(parameters["beta2"]) - 0.5.squareRoot()) < 1e-4)
  }

  /// Numbers of the digits in ten dimensions: λ of degrees 0 … 3, and P = 1.857 κ/(λ m₂).
  @Test func bound() throws {
    for (degree, value) in [9.29e-2, 3.73e-2, 2.883e-4, 8.719e-5].enumerated() {
      let bound = try json(
        "theory", "bound", "--dimension", "10", "--degree", "\(degree)", "--bias-variance", "0.25",
        "--ridge", "0.1", "--samples", "100", "--second-moment", "2.49", "--json")
      let (eigenvalue, found) = (try number(bound["eigenvalue"]), try number(bound["bound"]))
      expect(eigenvalue, near: value, within: 2e-3, "λ_\(degree)")
      expect(found, near: 249 * eigenvalue / (0.1 + 249 * eigenvalue), within: 1e-13, "bound")
      expect(
        try number(bound["samples_for"]), near: 0.1 / (eigenvalue * 2.49) * 0.65 / 0.35,
        within: 1e-13, "P")
      #expect(try number(bound["multiplicity"]) == [1, 10, 54, 210][degree])
    }
    let even = try json(
      "theory", "bound", "--dimension", "10", "--degree", "2", "--ridge", "0.1", "--samples", "1",
      "--json")
    #expect(try number(even["eigenvalue"]) == 0 && number(even["bound"]) == 0)
    #expect(even["samples_for"] is NSNull)
  }

  /// Numbers of an independent implementation: a thousand modes k^−2, none or a hundred kept.
  @Test func ridge() throws {
    let flow = try json(
      "theory", "ridge", "--exponent", "1", "--modes", "1000", "--ridge", "1e-3", "--samples",
      "200", "--json")
    for (key, value) in [
      ("wilson", 1.64493456668156), ("flow", 0.012287249244175156),
      ("shells", 0.00748245540543515), ("matched", 0.012287249244175152),
      ("effective", 0.012287249244175156),
    ] { expect(try number(flow[key]), near: value, within: 1e-8, key) }
    #expect(flow["hartree"] == nil)
    let kept = try json(
      "theory", "ridge", "--modes", "1000", "--cut", "40", "--ridge", "1e-4", "--samples", "64",
      "--quartic", "0", "--json")
    let errors = try #require(kept["test_error"] as? [String: Double])
    expect(try #require(errors["full"]), near: 0.03594838022482379, within: 1e-8, "full")
    expect(try #require(errors["bare"]), near: 0.06269870919920681, within: 1e-8, "bare")
    let hartree = try #require(kept["hartree"] as? [String: Double])
    #expect(hartree["shift"] == 0 && hartree["stiffness"] == 64 / 1e-4)
  }

  /// The equation of state, at numbers that satisfy it by hand: k = κ + s/(1 + P s/(d k)),
  /// τ = P (1 − u)/(k √(d C/s)), u = √(s C/d) τ/(1 − τ²).
  @Test func convolution() throws {
    let cnn = try json(
      "theory", "cnn", "--patch", "8", "--patches", "8", "--channels", "8", "--samples", "40",
      "--ridge", "0.1", "--output-variance", "0.1", "--json")
    let (u, k) = (0.7129840232931, 0.173519091339)
    #expect(abs(try number(cnn["alignment"]) - u) < 1e-11)
    #expect(abs(try number(cnn["effective_ridge"]) - k) < 1e-11)
    #expect(abs(0.1 + 0.1 / (1 + 40 * 0.1 / (64 * k)) - k) < 1e-11)
    let tau = 40 * (1 - u) / (k * (64 * 8 / 0.1).squareRoot())
    #expect(abs((0.1 * 8 / 64).squareRoot() * tau / (1 - tau * tau) - u) < 1e-10)
    let back = try json(
      "theory", "cnn", "--patch", "8", "--patches", "8", "--channels", "8", "--alignment",
      "0.7129840232931", "--ridge", "0.1", "--output-variance", "0.1", "--json")
    #expect(abs(try number(back["samples"]) - 40) < 1e-8)
  }

  @Test(arguments: [
    (
      ["theory", "ldt", "--dimension", "3", "--width", "3", "--alignment", "0"],
      "cod: --alignment: got '0.0'; expected a finite number above 0\n"
    ),
    (
      ["theory", "ldt", "--dimension", "3", "--width", "3", "--alignment", "-1"],
      "cod: --alignment: got '-1.0'; expected a finite number above 0\n"
    ),
    (
      [
        "theory", "ldt", "--dimension", "3", "--width", "3", "--alignment", "1", "--threshold",
        "inf",
      ],
      "cod: --threshold: got 'inf'; expected a number from 0 to 1000\n"
    ),
    (
      [
        "theory", "adaptation", "--dimension", "3", "--width", "3", "--load", "9", "--threshold",
        "nan",
      ],
      "cod: --threshold: got 'nan'; expected a number from 0 to 1000\n"
    ),
    (
      ["theory", "ldt", "--dimension", "3", "--width", "3", "--alignment", "1", "--degree", "2"],
      "cod: --degree: got '2'; expected an odd integer from 1 to 99\n"
    ),
    (
      ["theory", "ldt", "--dimension", "3", "--width", "0", "--alignment", "1"],
      "cod: --width: got '0'; expected an integer from 1 to 1000000000\n"
    ),
    (
      ["theory", "ldt", "--dimension", "3", "--width", "1", "--alignment", "1", "--overlap", "x"],
      "'x' is invalid for '--overlap <overlap>'"
    ),
    (
      ["theory", "adaptation", "--dimension", "3", "--width", "3", "--load", "nan"],
      "cod: --load: got 'nan'; expected a finite number above 0\n"
    ),
    (
      [
        "theory", "adaptation", "--dimension", "3", "--width", "3", "--load", "1", "--modes", "1,1",
      ],
      "cod: --modes: got '1,1'; expected each mode once\n"
    ),
    (
      ["theory", "adaptation", "--dimension", "3", "--width", "3", "--load", "1", "--modes", "4"],
      "cod: --modes: got '4'; expected an odd integer from 1 to 99\n"
    ),
    (
      ["theory", "gp", "--dimension", "2"],
      "cod: --dimension: got '2'; expected an integer from 3 to 1000000\n"
    ),
    (
      ["theory", "gp", "--dimension", "9", "--activation", "relu"],
      "cod: --degree: got '3'; expected another one: relu(z) − relu(−z) is z, so without a bias it "
        + "has no component of odd degree above 1\n"
    ),
    (
      ["theory", "gp", "--dimension", "9", "--activation", "tanh", "--degree", "2"],
      "cod: --degree: got '2'; expected another one: tanh is odd, so without a bias it has no "
        + "component of even degree\n"
    ),
    (
      ["theory", "gp", "--dimension", "9", "--activation", "cube"],
      "cod: --activation: got 'cube'; expected erf, tanh, relu or gelu\n"
    ),
    (
      [
        "theory", "bound", "--dimension", "9", "--degree", "32", "--ridge", "1", "--samples", "1",
      ],
      "cod: --degree: got '32'; expected an integer from 0 to 31\n"
    ),
    (
      [
        "theory", "bound", "--dimension", "9", "--degree", "1", "--ridge", "1", "--samples", "1",
        "--bias-variance", "-1",
      ],
      "cod: --bias-variance: got '-1.0'; expected a finite number from 0\n"
    ),
    (
      ["theory", "ridge", "--modes", "9", "--cut", "10", "--ridge", "1", "--samples", "1"],
      "cod: --cut: got '10'; expected an integer from 0 to 9, the modes\n"
    ),
    (
      [
        "theory", "ridge", "--modes", "9", "--ridge", "1", "--samples", "1", "--quartic", "-1",
      ],
      "cod: --quartic: got '-1.0'; expected a finite number from 0\n"
    ),
    (
      ["theory", "three-layer", "--dimension", "9", "--widths", "9"],
      "cod: --widths: got '9'; expected two positive integers, as 64,16\n"
    ),
    (
      ["theory", "cnn", "--patch", "2", "--patches", "2", "--channels", "2"],
      "cod: expected either --samples or --alignment\n"
    ),
  ])
  func mistakesAreOneLine(arguments: [String], words: String) throws {
    expectFailure(try run(tool, arguments), 2, saying: words)
  }

  /// Numbers beyond double precision are an error, not printed.
  @Test(arguments: [
    (
      [
        "theory", "three-layer", "--dimension", "1000000000", "--widths", "1000000000,1000000000",
        "--degree", "99",
      ], "cod: an energy is above 1e308; expected smaller sizes or a lower degree\n"
    ),
    (
      [
        "theory", "adaptation", "--dimension", "30", "--width", "30", "--load", "600", "--target",
        "0,1e-300,0,0",
      ], "cod: target: its square is 0.0 in double precision; expected one from 1e-307 to 1e308\n"
    ),
  ])
  func beyondRange(arguments: [String], words: String) throws {
    expectFailure(try run(tool, arguments), 1, saying: words)
  }
}
