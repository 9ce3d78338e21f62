import Foundation
import TestSupport
import Testing

/// The theory's commands on several features and other activations.
@Suite struct FeatureTheoryTests {
  func json(_ arguments: [String]) throws -> [String: Any] {
    try successfulMembers(of: try run(tool, ["theory"] + arguments + ["--json"]))
  }

  /// E = 10.0674 is 1.119 of one feature's; the larger one provides nearly all.
  @Test func wholeTarget() throws {
    let options = ["ldt", "--dimension", "15", "--width", "15", "--alignment", "0.1"]
    let answer = try json(options + ["--features", "2,1", "--angle", "90"])
    #expect(abs(try number(answer["energy"]) - 10.0674) < 1e-4)
    let projections = try #require(answer["projections"] as? [Double])
    #expect(abs(projections[0] - 0.1089) < 5e-5 && abs(projections[1] - 0.0057) < 5e-5)
    #expect(try number(answer["decoupled"]) < number(answer["energy"]))
    let one = try json(options + ["--features", "3,0"])
    let single = try json(options)
    #expect(
      abs(try number(one["energy"]) / number(single["energy"]) - 1) < 1e-12, "one feature of two")
    #expect(abs(try number(one["tilt"]) - 101.84083830421191) < 1e-6)
  }

  /// Coefficients of a target do not enter the energy of given projections.
  @Test(arguments: [[], ["--features", "2,1", "--angle", "90"], ["--features", "-1,7"]])
  func bothProjections(options: [String]) throws {
    let answer = try json(
      ["ldt", "--dimension", "15", "--width", "15", "--projections", "0.1,0.05"] + options)
    #expect(abs(try number(answer["energy"]) - 13.01782) < 1e-5)
    #expect(abs(try number(answer["decoupled"]) - 13.00023) < 1e-5)
    #expect(answer["projections"] as? [Double] == [0.1, 0.05])
    #expect((answer["tilt"] as? [Double])?.count == 2)
  }

  @Test func overlapsByDegree() throws {
    let answer = try json(["overlap", "--activation", "tanh", "--weights", "0.7,0.2,-0.4"])
    #expect(Set(answer.keys) == ["0", "1", "2", "3", "4", "5"])
    #expect(abs(try number(answer["3"]) + 0.07074057663556113) < 1e-15)
    #expect(try number(answer["2"]) == 0)
    let text = try cod("theory", "overlap", "--activation", "relu", "--weights", "1,1")
    #expect(text.output.contains("has no component of odd degree above 1\n"), "\(text)")
  }

  @Test func nucleation() throws {
    let answer = try json(["nucleation", "--load", "16"])
    for (key, expected, error) in [
      ("barrier", 0.149887501, 1e-5), ("barrier_overlap", 0.674, 1.5e-3),
      ("minimum", -0.222578657, 1e-5), ("minimum_overlap", 1.26, 1.5e-3),
    ] { #expect(abs(try number(answer[key]) - expected) < error, "\(key): \(answer)") }
  }

  /// F/d of the specialist tends to −q/2.
  @Test(arguments: ["1e4", "1e6", "1e8", "1e12", "1e60"])
  func nucleationAtLargeLoads(load: String) throws {
    let answer = try json(["nucleation", "--load", load])
    let share = try number(answer["minimum"]) / (-Double(load)! / 2)
    #expect(share > 0.9 && share < 1, "\(answer)")
    #expect(try number(answer["barrier"]) > 0)
  }

  @Test func samples() throws {
    let sizes = ["samples", "--dimension", "8", "--width", "8", "--ridge", "0.1", "--draws", "6"]
    let needed = try number(try json(sizes)["samples"])
    let around = try [0.8, 1.25].map { factor in
      try number(try json(sizes + ["--samples", "\(Int(factor * needed))"])["alignment"])
    }
    #expect(around[0] < 0.1 && around[1] > 0.1, "A \(around) around P* = \(needed)")
  }

  @Test func density() throws {
    let sizes = [
      "density", "--dimension", "6", "--width", "5", "--ridge", "0.1", "--samples", "60", "--draws",
      "2", "--sweeps", "100", "--weight-variance", "2",
    ]
    let answer = try json(sizes)
    let probabilities = try #require(answer["specialist_probabilities"] as? [Double])
    #expect(abs(probabilities.reduce(0, +) - 1) < 1e-9)
    let mean = probabilities.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    #expect(abs(try number(answer["specialists"]) - mean) < 1e-9)
    // Bins are a tenth of σ_w wide, and both signs count.
    let bins = try #require(answer["density"] as? [[String: Double]])
    let width = 0.1 * 2.0.squareRoot()
    #expect(abs(bins[1]["overlap"]! - 1.5 * width) < 1e-12)
    #expect(abs(bins.reduce(0) { $0 + 2 * width * $1["density"]! } - 1) < 1e-3)
    let alignment = try number(answer["alignment"])
    #expect(alignment > 0.1 && alignment < 1, "\(alignment)")
    let text = try cod(arguments: ["theory"] + sizes)
    #expect(text.output.hasPrefix("alignment ") && text.output.contains("\nM = 1"), "\(text)")
  }

  @Test func attentionSamples() throws {
    let sizes = [
      "attention-samples", "--length", "8", "--dimension", "6", "--draws", "2048",
    ]
    let answer = try json(sizes + ["--alignment", "0.2"])
    let needed = try number(answer["samples"])
    #expect(try number(answer["cost"]) > number(answer["leading_cost"]))
    let around = try [0.8, 1.25].map { factor in
      try number(try json(sizes + ["--samples", "\(Int(factor * needed))"])["alignment"])
    }
    #expect(around[0] < 0.2 && around[1] > 0.2, "A \(around) around P* = \(needed)")
    let text = try cod(arguments: ["theory"] + sizes)
    #expect(text.output.hasPrefix("samples "), "\(text)")
  }

  @Test func convolutionSamples() throws {
    let sizes = [
      "cnn-samples", "--patch", "8", "--patches", "6", "--channels", "5", "--ridge", "0.1",
      "--output-variance", "0.1",
    ]
    let answer = try json(sizes + ["--alignment", "0.4"])
    let needed = try number(answer["samples"])
    #expect(abs(try number(answer["alignment"]) - 0.4) < 1e-6)
    let around = try [0.9, 1.1].map { factor in
      try number(try json(sizes + ["--samples", "\(factor * needed)"])["alignment"])
    }
    #expect(around[0] < 0.4 && around[1] > 0.4, "A \(around) around P* = \(needed)")
    let text = try cod(arguments: ["theory"] + sizes)
    #expect(text.output.hasPrefix("samples "), "\(text)")
  }

  /// Independent energies, by a sum over w₁ and |w_⊥| in Python.
  @Test(arguments: [("80", "80", 69.378093886916), ("100", "1600", 346.126876600404)])
  func tangent(d: String, n: String, energy: Double) throws {
    let answer = try json([
      "ldt", "--dimension", d, "--width", n, "--activation", "tanh", "--alignment", "0.1",
    ])
    #expect(abs(try number(answer["energy"]) / energy - 1) < 1e-9, "\(answer)")
  }

  /// More nodes than ten seconds allow are an error, instead of a wait.
  @Test(.timeLimit(.minutes(1)))
  func loadsThatNeedTooManyNodes() throws {
    let sizes = ["theory", "adaptation", "--dimension", "2", "--width", "1", "--load", "1000"]
    expectFailure(
      try cod(arguments: sizes + ["--features", "2,1"]), 1,
      saying: "cod: load 1000.0: the neurons' distribution was not resolved")
  }

  @Test func rectifier() throws {
    let answer = try json([
      "ldt", "--dimension", "16", "--width", "16", "--activation", "relu", "--degree", "2",
      "--alignment", "0.1",
    ])
    #expect(abs(try number(answer["energy"]) - 3.483919197767684) < 1e-8)
    #expect(abs(try number(answer["critical_tilt"]) - 56.718523228976515) < 1e-8)
    #expect(answer["asymptotic_specialists"] == nil)
  }

  @Test func adaptation() throws {
    let answer = try json([
      "adaptation", "--dimension", "20", "--width", "20", "--load", "600", "--modes", "1,3,5",
      "--features", "2,1", "--threshold", "0.8",
    ])
    let projections = try #require(answer["projections"] as? [Double])
    #expect(abs(projections[0] - 0.31728567) < 2e-6 && abs(projections[1] - 0.10359509) < 2e-6)
    let bins = try #require(answer["angles"] as? [[String: Double]])
    let sum = bins.reduce(0) { $0 + $1["neurons"]! }
    #expect(
      abs(sum - (try number(answer["specialists_in_plane"]))) < 1e-9 && abs(sum - 1.401) < 1e-3)
  }

  static let sizes = ["theory", "ldt", "--dimension", "9", "--width", "9"]

  static let bath = ["theory", "samples", "--dimension", "8", "--width", "8", "--ridge", "0.1"]

  static let mistakes: [(arguments: [String], words: String)] = [
    (sizes, "cod: Missing expected argument '--alignment <alignment>' (cod --help)\n"),
    (sizes + ["--features", "2,1"], "cod: --features: expected with --alignment\n"),
    (
      sizes + ["--features", "2", "--alignment", "1"],
      "cod: --features: got '2'; expected two numbers, one a feature\n"
    ),
    (
      sizes + ["--features", "0,0", "--alignment", "1"],
      "cod: --features: got '0,0'; expected a target that has a variance\n"
    ),
    (
      sizes + ["--projections", "0.1,x"], "cod: --projections: got 'x'; expected finite numbers\n"
    ),
    (
      sizes + ["--projections", "0,0"],
      "cod: --projections: got '0,0'; expected one that differs from 0\n"
    ),
    (
      sizes + ["--projections", "1,1", "--alignment", "1"],
      "cod: --projections: expected without --alignment\n"
    ),
    (
      sizes + ["--projections", "1,1", "--features", "1,2,3"],
      "cod: --features: got '1,2,3'; expected two numbers, one a feature\n"
    ),
    (
      sizes + ["--projections", "1,1", "--angle", "180"],
      "cod: --angle: got '180.0'; expected a number of degrees above 0 and below 180\n"
    ),
    (
      sizes + ["--alignment", "1", "--angle", "90"],
      "cod: --angle: expected with --features or --projections, as there is one feature\n"
    ),
    (
      sizes + ["--alignment", "1", "--activation", "sin"],
      "cod: --activation: got 'sin'; expected erf, tanh, relu or gelu\n"
    ),
    (
      sizes + ["--alignment", "1", "--activation", "relu"],
      "cod: --degree 3: relu(z) − relu(−z) is z, so without a bias it has no component of odd "
        + "degree above 1\n"
    ),
    (
      sizes + ["--alignment", "1", "--activation", "gelu", "--degree", "2"],
      "cod: --activation gelu: its component grows"
    ),
    (
      sizes + ["--projections", "1,1", "--activation", "tanh"],
      "cod: --activation: got 'tanh'; expected erf with --features, --projections or --angle\n"
    ),
    (
      ["theory", "overlap", "--weights", "1,two"],
      "cod: --weights: got 'two'; expected numbers from −1e6 to 1e6\n"
    ),
    (
      ["theory", "overlap", "--weights", "1", "--degrees", "13"],
      "cod: --degrees: got '13'; expected integers from 0 to 12\n"
    ),
    (
      ["theory", "nucleation", "--load", "0"],
      "cod: --load: got '0.0'; expected a finite number above 0\n"
    ),
    (
      ["theory", "nucleation", "--load", "1e300"],
      "cod: --load: got '1e+300'; expected from 1e-60 to 1e+60\n"
    ),
    (
      ["theory", "nucleation", "--load", "9", "--width-per-dimension", "1e-61"],
      "cod: --width-per-dimension: got '1e-61'; expected from 1e-60 to 1e+60\n"
    ),
    (
      ["theory", "attention-samples", "--length", "2", "--dimension", "6"],
      "cod: --length: got 2; expected from 3 to 4096\n"
    ),
    (
      ["theory", "attention-samples", "--length", "8", "--dimension", "6", "--alignment", "0.7"],
      "cod: --alignment: got 0.7; expected above 0 and at most 0.6\n"
    ),
    (
      ["theory", "attention-samples", "--length", "8", "--dimension", "6", "--draws", "1000"],
      "cod: --draws: got 1000; expected a multiple of 128 from 1024 to 1048576\n"
    ),
    (
      ["theory", "cnn-samples", "--patch", "8", "--patches", "8", "--channels", "1"],
      "cod: --channels: got 1; expected at least 2\n"
    ),
    (
      [
        "theory", "cnn-samples", "--patch", "8", "--patches", "8", "--channels", "2", "--alignment",
        "1",
      ],
      "cod: --alignment: got '1.0'; expected a number between 0 and 1\n"
    ),
    (
      ["theory", "nucleation", "--load", "9", "--degree", "1"],
      "cod: --degree: got '1'; expected at least 3, as a linear target has no barrier\n"
    ),
    (
      ["theory", "density", "--dimension", "8", "--width", "0", "--ridge", "1", "--samples", "9"],
      "cod: --width: got 0; expected from 1 to 4096\n"
    ),
    (
      [
        "theory", "density", "--dimension", "8", "--width", "8", "--ridge", "1", "--samples",
        "1601",
      ],
      "cod: --samples: got 1601; expected from 2 to 1600\n"
    ),
    (
      ["theory", "samples", "--dimension", "8", "--width", "33", "--ridge", "1"],
      "cod: --width: got 33; expected from 2 to 32, four times the dimension, as more than one "
        + "neuron specialises in wider networks\n"
    ),
    (
      ["theory", "samples", "--dimension", "8", "--width", "8", "--ridge", "0"],
      "cod: --ridge: got '0.0'; expected a finite number above 0\n"
    ),
    (bath + ["--samples", "1"], "cod: --samples: got 1; expected from 2 to 1600\n"),
    (bath + ["--draws", "1"], "cod: --draws: got 1; expected from 2 to 10000\n"),
    (
      bath + ["--alignment", "0.3"],
      "cod: --alignment: got 0.3; expected above 0 and at most 0.2, as more than one neuron "
        + "specialises beyond\n"
    ),
    (
      ["theory", "adaptation", "--dimension", "9", "--width", "9", "--load", "9", "--angle", "9"],
      "cod: --angle: expected with --features, as there is one feature\n"
    ),
  ]

  @Test(arguments: mistakes)
  func mistakesAreOneLine(arguments: [String], words: String) throws {
    expectFailure(try run(tool, arguments), 2, saying: words)
  }

  @Test func aNeuronThatCannotSpecialise() throws {
    expectFailure(
      try cod("theory", "nucleation", "--load", "5"), 1,
      saying: "cod: load P/(κd) = 5.0: a specialised neuron is not stable here\n")
  }

  /// What is given is named, rather than what was computed of it.
  @Test(arguments: [
    (
      [
        "theory", "attention-samples", "--length", "3", "--dimension", "3", "--alignment", "0.6",
      ], "cod: --alignment: got 0.6; expected less or a larger dimension"
    ),
    (
      [
        "theory", "attention-samples", "--length", "3", "--dimension", "3", "--samples", "900000",
      ], "cod: --samples: got 900000.0; expected less or a larger dimension"
    ),
    (
      bath + ["--samples", "300", "--draws", "4"],
      "cod: --samples: got 300; expected fewer, as their alignment is 0."
    ),
  ])
  func whatWasGivenIsNamed(arguments: [String], words: String) throws {
    expectFailure(try run(tool, arguments), 1, saying: words)
  }

  /// What the calculator takes for granted about the activation, and what it leaves to others.
  @Test func predictionsNameTheActivation() throws {
    try withFolder { folder in
      func predict(_ head: String) throws -> Run {
        try write(
          "\(head)\nlayers: [{kind: dense, width: d}]\n", to: "\(folder)/x.yml")
        return try cod("predict", "x.yml", in: folder)
      }
      #expect(try predict("degree: 3").output.hasPrefix("assumes an odd activation that saturates"))
      #expect(try predict("activation: tanh").status == 0)
      #expect(try predict("degree: 1\nactivation: linear").status == 0)
      expectFailure(
        try predict("activation: relu"), 2,
        saying: "cod: x.yml:1: activation: got 'relu'; expected erf or tanh: the energies count")
      expectFailure(
        try predict("degree: 3\nactivation: linear"), 2,
        saying: "a linear network learns nothing of a target of degree 3\n")
      expectFailure(
        try predict("activation: sin"), 2, saying: "cod: x.yml:1: activation: got 'sin'; expected")
    }
  }
}
