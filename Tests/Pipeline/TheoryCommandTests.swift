import Foundation
import TestSupport
import Testing

/// The theory's commands: what they print, and what they say to bad input.
@Suite struct TheoryCommandTests {
  /// The JSON that a command prints.
  func json(_ arguments: String...) throws -> [String: Any] {
    let run = try run(tool, arguments)
    #expect(run.status == 0 && run.errors == "", "\(run)")
    return try #require(
      try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
  }

  func number(_ value: Any?) throws -> Double { try #require(value as? NSNumber).doubleValue }

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

  /// The linear model of scaling laws: reference numbers, by their keys.
  @Test func descent() throws {
    let flow = try json(
      "theory", "descent", "--alpha", "1.5", "--beta", "0.5", "--richness", "1", "--times",
      "60,1,5,20", "--modes", "100", "--json")
    let points = try #require(flow["points"] as? [[String: Any]])
    let expected = [0.014299134583504165, 0.665697568916917, 0.20515563397429806]
    for (point, loss) in zip(points, expected) {
      #expect(abs(try number(point["loss"]) / loss - 1) < 1e-9)
    }
    // Times come back in the order in which they were given.
    #expect(points.map { $0["time"] as? Double } == [60, 1, 5, 20])
    #expect(abs(try number(points[0]["clock"]) - 5.222392740231146) < 1e-8)
    #expect(try number(points[3]["frontier"]) > 20 && number(points[3]["slope"]) > 1)
    #expect(abs(try number(flow["law"]) - 2.0 / 3) < 1e-12)
    let amplitude = try #require(flow["amplitude"] as? [String: Any])
    #expect(abs(try number(amplitude["J"]) - 1.5439979757705837) < 1e-8)
    #expect(abs(try number(amplitude["Q"]) - 0.7697608519854419) < 1e-8)
    #expect(flow["kappa"] == nil)

    let wide = try json(
      "theory", "descent", "--alpha", "1.5", "--beta", "1.5", "--richness", "0", "--times", "1e9",
      "--modes", "2000", "--width", "64", "--json")
    #expect(abs(try number(wide["kappa"]) / 0.0061922960141335024 - 1) < 1e-9)
    #expect(abs(try number(wide["floor"]) / 0.011161869052725853 - 1) < 1e-9)
    #expect(abs(try number(wide["floor_mean_network"]) / 0.00047909913922771066 - 1) < 1e-9)
    #expect(wide["amplitude"] == nil && wide["law"] as? Double == 1.5)
    let last = try #require(wide["points"] as? [[String: Any]])[0]
    #expect(abs(try number(last["loss"]) / (try number(wide["floor"])) - 1) < 1e-8)

    let noisy = try json(
      "theory", "descent", "--alpha", "2", "--beta", "0.5", "--richness", "0", "--times",
      "1,10,100,1000", "--modes", "50", "--batch", "1", "--step", "0.2", "--json")
    let means = [1.3439485085425176, 0.5227162157696068, 0.14930108401253783, 0.03163659614215242]
    for (point, mean) in zip(try #require(noisy["points"] as? [[String: Any]]), means) {
      #expect(abs(try number(point["mean_loss"]) / mean - 1) < 1e-11)
    }
    let text = try cod(
      "theory", "descent", "--alpha", "1.5", "--beta", "0.5", "--times", "10", "--width", "16")
    #expect(text.status == 0 && text.errors == "" && text.output.contains("kappa"), "\(text)")
  }

  @Test(arguments: [
    (["--alpha", "0.5"], "--alpha: got '0.5'; expected a number above 0.5, at most 100"),
    (["--alpha", "nan"], "--alpha: got 'nan'; expected a number above 0.5, at most 100"),
    (["--beta", "0"], "--beta: got '0'; expected a number above 0, at most 100"),
    (["--richness", "-1"], "--richness: got '-1'; expected a number from 0 to 1e12"),
    (["--times", "0"], "--times: got '0'; expected a number above 0, at most 1e100"),
    (["--times", "1,inf"], "--times: got 'inf'; expected a number above 0, at most 1e100"),
    (["--times", "1,,2"], "--times: got ''; expected a number above 0, at most 1e100"),
    (["--modes", "0"], "--modes: got '0'; expected an integer from 1 to 1000000000"),
    (
      ["--modes", "10", "--width", "11"],
      "--width: got '11'; expected an integer from 1 to the number of modes, at most 1000000000"
    ),
    (["--batch", "8"], "expected --batch and --step, both or neither"),
    (
      ["--batch", "8", "--step", "0.1"],
      "--richness: got '1.0'; expected 0 with --batch, where the mean loss is exact"
    ),
    (
      ["--batch", "8", "--step", "0.1", "--richness", "0", "--times", "1.5"],
      "--times: got '1.5'; expected a whole number of steps"
    ),
    (
      ["--batch", "0", "--step", "0.1", "--richness", "0"],
      "--batch: got '0'; expected an integer, at least 1"
    ),
    (
      ["--batch", "1", "--step", "2", "--richness", "0", "--modes", "1"],
      "--step: got '2.0', at which descent is unstable; expected less than 0.6666666666666666"
    ),
    (
      ["--alpha", "1", "--width", "8"],
      "--alpha: got '1.0', with which the trace of infinitely many modes is infinite; "
        + "expected alpha above 1 or a finite number of modes"
    ),
  ])
  func descentMistakes(options: [String], words: String) throws {
    var arguments = ["theory", "descent"]
    for (name, value) in [("--alpha", "1.5"), ("--beta", "0.5"), ("--times", "10")]
    where !options.contains(name) { arguments += [name, value] }
    expectFailure(try run(tool, arguments + options), 2, saying: "cod: \(words)\n")
  }

  /// What has vanished is not printed.
  @Test func descentBeyondRange() throws {
    let arguments = ["theory", "descent", "--alpha", "1.5", "--beta", "0.5", "--modes", "3"]
    let run = try run(tool, arguments + ["--times", "1e12"])
    expectFailure(run, 1, saying: "beyond double precision; expected other sizes\n")
  }

  /// Every example that is shipped, and what it predicts.
  @Test(arguments: [
    ("two-layer", "Sp", "1"), ("three-layer", "GP–Sp", "1"), ("four-layer", "GP–Sp–GP", "1"),
    ("cnn", "Sp", "3/4"), ("attention", "Sp", "2"), ("mean-field", "Sp", "3/2"),
  ])
  func examples(name: String, winner: String, exponent: String) throws {
    let file = "\(projectFolder)/data/architectures/\(name).yml"
    let answer = try json("predict", file, "--at", "d=64", "--json")
    #expect(answer["winner"] as? String == winner)
    #expect(answer["samples_exponent"] as? String == exponent)
    let patterns = try #require(answer["patterns"] as? [[String: Any]])
    for key in ["name", "energy", "minimum", "exponent", "parameters"] {
      #expect(patterns.allSatisfy { $0[key] != nil }, "\(key)")
    }
    let text = try cod("predict", file)
    #expect(text.status == 0 && text.errors == "", "\(text)")
    #expect(text.output.contains("winner as d grows: \(winner), P* ∝ d^\(exponent)"), "\(text)")
  }

  @Test func allExamplesAreTested() throws {
    let files = try FileManager.default.contentsOfDirectory(
      atPath: "\(projectFolder)/data/architectures")
    #expect(files.count == 6)
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
    (
      ["predict", "nowhere.yml"],
      "cod: nowhere.yml: no such file; expected an architecture in YAML\n"
    ),
  ])
  func mistakesAreOneLine(arguments: [String], words: String) throws {
    expectFailure(try run(tool, arguments), 2, saying: words)
  }

  @Test(arguments: [
    ("degree: 2\nlayers: [{kind: dense, width: d}]", "have no learnable path to an even target"),
    ("layers: []", "x.yml: layers: got none; expected at least one"),
    (
      "layers: [{kind: dens, width: d}]",
      "x.yml:1: layers[1].kind: got 'dens'; expected one of dense, "
    ),
    ("layers: [{kind: dense}]", "missing key 'layers[1].width'"),
    ("layers: [{kind: dense, width: d^x}]", "got 'd^x'; expected a number, a power of d, or their"),
    ("layers: [{kind: dense, width: d^(3/2}]", "expected both brackets of an exponent or none"),
    ("layers: [{kind: dense, width: d^3/2)}]", "expected both brackets of an exponent or none"),
    (
      "layers: [{kind: dense, width: d^0.3333333333333333}]",
      "expected an exponent of at most six digits before and after the point, or a fraction, as 1/3"
    ),
    ("layers: [{kind: dense, width: d^101}]", "got 'd^101'; expected an exponent up to 100"),
    (
      "layers: [{kind: dense, width: d^1/999983}, {kind: dense, width: d^1/3}]",
      "N2: got exponent 1/3, with which the common denominator of the exponents is 2999949; "
    ),
    ("layers: [{kind: dense, width: d^-1}]", "got 'd^-1'; expected a number, a power of d"),
    ("layers: [{kind: dense, width: 0}]", "got '0'; expected a number, a power of d"),
    ("layer: 1", "unknown key 'layer'; expected one of"),
    (
      "layers: [{kind: dense, width: d}, {kind: convolution, patch: d, channels: d}]",
      "a convolution reads the inputs; expected it first"
    ),
    (
      "layers: [{kind: attention, tokens: d}, {kind: dense, width: d}]",
      "an attention head stands alone; expected one layer"
    ),
    (
      "layers: [{kind: convolution, patch: d, patches: d, channels: d}]",
      "x.yml: layers[1]: patch times patches is d^2; expected d: the patches do not overlap"
    ),
    (
      "layers: [{kind: convolution, patch: d^2, channels: d}]",
      "x.yml: layers[1]: expected patch and patches of at most d"
    ),
    (
      "layers: [{kind: convolution, channels: d}]",
      "x.yml: missing key 'layers[1].patch'; expected it, or patches"
    ),
    ("layers: [{kind: dense, width: d}]\nscaling: huge", "got 'huge'; expected one of standard, "),
  ])
  func badArchitectures(text: String, words: String) throws {
    try withFolder { folder in
      try write(text, to: "\(folder)/x.yml")
      expectFailure(try cod("predict", "x.yml", in: folder), 2, saying: words)
    }
  }

  @Test(arguments: [
    ("N=5", "cod: --at: missing d; expected it, as in d=64\n"),
    ("d=64,M=1", "cod: --at: got 'M'; expected one of d, N\n"),
    ("d=64,d=65", "cod: --at: got 'd' twice; expected each size once\n"),
    ("d", "cod: --at: got 'd'; expected NAME=NUMBER, the number from 1 to 1e12\n"),
    ("d=0.5", "cod: --at: got 'd=0.5'; expected NAME=NUMBER, the number from 1 to 1e12\n"),
  ])
  func badSizes(at: String, words: String) throws {
    let file = "\(projectFolder)/data/architectures/two-layer.yml"
    expectFailure(try cod("predict", file, "--at", at), 2, saying: words)
  }

  /// Patch and patches multiply to d: the one that is not given follows.
  @Test func patches() throws {
    let file = "\(projectFolder)/data/architectures/cnn.yml"
    let answer = try json("predict", file, "--at", "d=64,S=4", "--json")
    let sizes = try #require(answer["at"] as? [String: Double])
    #expect(sizes["S"] == 4 && sizes["Nw"] == 16)
    expectFailure(
      try cod("predict", file, "--at", "d=64,S=4,Nw=8"), 2,
      saying: "cod: --at: S times Nw is 32.0; expected d = 64.0\n")
    try withFolder { folder in
      try write(
        "layers: [{kind: convolution, patch: d^1/4, channels: d}]", to: "\(folder)/x.yml")
      let run = try cod("predict", "x.yml", in: folder)
      #expect(run.status == 0 && run.output.contains("Nw ∝ d^3/4"), "\(run)")
    }
  }

  /// A factor is a number in any of the usual forms, and an exponent has both brackets or none.
  @Test(arguments: [("1e3", "N = 1000"), ("1e3*d^(3/2)", "N = 512000"), ("2 d^3/2", "N = 1024")])
  func sizes(text: String, value: String) throws {
    try withFolder { folder in
      try write("layers: [{kind: dense, width: \(text)}]", to: "\(folder)/x.yml")
      let run = try cod("predict", "x.yml", "--at", "d=64", in: folder)
      #expect(run.status == 0 && run.output.contains(value), "\(run)")
    }
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

  /// Without the studies whose points it shows, the phase diagram is theory alone.
  @Test(.enabled(if: hasGnuplot, "gnuplot is not on PATH")) func noSampledPoints() throws {
    try withFolder { folder in
      let tables = try cod("tables", "phase-diagram", "--data", folder, "-o", folder)
      #expect(tables.status == 0 && tables.errors == "", "\(tables)")
      let run = try cod(
        "render", "phase-diagram", "--tables", folder, "--scripts", "\(projectFolder)/figures")
      #expect(run.status == 0 && run.errors == "", "\(run)")
    }
  }

  /// The archived tables of figures that no study feeds are what the tool computes, draws and draws
  /// again.
  @Test(
    .enabled(if: hasGnuplot, "gnuplot is not on PATH"),
    arguments: ["ldt-101", "effective-action", "propagation", "phase-diagram"])
  func figures(name: String) throws {
    try withFolder { folder in
      let tables = try cod("tables", name, "--data", "\(projectFolder)/data", "-o", folder)
      #expect(tables.status == 0 && tables.errors == "", "\(tables)")
      for path in tables.output.split(separator: "\n") {
        let file = (String(path) as NSString).lastPathComponent
        #expect(
          try bytes(String(path)) == bytes("\(projectFolder)/figures/\(file)"),
          "\(file) is not what is archived")
      }
      for _ in 0..<2 {
        let run = try cod(
          "render", name, "--tables", folder, "--scripts", "\(projectFolder)/figures")
        #expect(run.status == 0 && run.errors == "", "\(run)")
        #expect(
          try bytes("\(folder)/\(name).svg") == bytes("\(projectFolder)/figures/\(name).svg"),
          "\(name).svg is not what is archived")
      }
    }
  }
}
