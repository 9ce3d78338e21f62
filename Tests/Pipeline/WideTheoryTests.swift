import Foundation
import TestSupport
import Testing

/// The theory's commands over twelve decades of every option: numbers with bounds of their errors,
/// within what is physically possible, or one line.
@Suite struct WideTheoryTests {
  /// Random options, the same in every run.
  struct Options {
    var state: UInt64

    mutating func uniform() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) * 0x1p-53
    }

    /// A number whose logarithm is uniform between two powers of ten.
    mutating func decades(_ range: ClosedRange<Double>) -> String {
      "\(pow(10, range.lowerBound + (range.upperBound - range.lowerBound) * uniform()))"
    }

    mutating func size(_ range: ClosedRange<Double>) -> String {
      "\(Int(pow(10, range.lowerBound + (range.upperBound - range.lowerBound) * uniform())))"
    }

    /// The arguments of one command.
    mutating func arguments(_ command: String) -> [String] {
      var result = ["theory", command, "--json"]
      func add(_ name: String, _ value: String) { result += ["--\(name)", value] }
      switch command {
      case "ldt":
        add("dimension", size(0...9))
        add("width", size(0...9))
        add("alignment", decades(-8...4))
        add("weight-variance", decades(-6...6))
        add("readout-variance", decades(-6...6))
        add("threshold", decades(-3...2))
        if uniform() < 0.5 { add("overlap", "frozen") }
      case "adaptation":
        add("dimension", size(0...9))
        add("width", size(0...9))
        add("load", decades(-6...6))
        add("weight-variance", decades(-6...6))
        add("readout-variance", decades(-6...6))
      case "gp":
        add("dimension", size(0.5...6))
        add("samples", decades(-6...6))
        add("ridge", decades(-6...6))
        add("alignment", decades(-12 ... -0.01))
        add("weight-variance", decades(-6...6))
        add("readout-variance", decades(-6...6))
      case "cnn":
        add("patch", size(0...9))
        add("patches", size(0...9))
        add("channels", size(0...9))
        add("ridge", decades(-6...6))
        add("output-variance", decades(-6...6))
        if uniform() < 0.5 {
          add("samples", decades(-3...9))
        } else {
          add("alignment", decades(-12 ... -0.01))
        }
      case "ridge":
        let modes = size(0...4)
        add("modes", modes)
        add("cut", "\(Int(uniform() * Double(modes)!))")
        add("exponent", decades(-6...6))
        add("samples", decades(-6...6))
        add("ridge", decades(-6...6))
        if uniform() < 0.5 { add("quartic", decades(-6...6)) }
      case "bound":
        add("dimension", size(0.5...6))
        add("degree", ["0", "1", "2", "5"][Int(4 * uniform())])
        add("samples", decades(-6...6))
        add("second-moment", decades(-6...6))
        add("ridge", decades(-6...6))
        add("learnability", decades(-12 ... -0.01))
        add("weight-variance", decades(-6...6))
        add("bias-variance", decades(-6...6))
        add("readout-variance", decades(-6...6))
      case "descent":
        let (hasModes, hasWidth, hasBatch) = (uniform() < 0.3, uniform() < 0.4, uniform() < 0.2)
        // The trace of infinitely many modes has to be finite, where it is needed.
        let least = !hasModes && (hasWidth || hasBatch) ? 1 : 0.5
        add("alpha", "\(least + Double(decades(-2...1))!)")
        add("beta", decades(-2...1))
        if hasModes { add("modes", size(2...9)) }
        if hasWidth { add("width", size(0...2)) }
        if hasBatch {
          add("times", size(0...9))
          add("richness", "0")
          add("batch", size(0...6))
          add("step", decades(-6 ... -1))
        } else {
          add("times", "\(decades(-6...6)),\(decades(-6...6))")
          add("richness", decades(-6...6))
        }
      default:
        add("dimension", size(0.5...9))
        add("widths", "\(size(0...9)),\(size(0...9))")
        add("degree", ["1", "3", "5", "9"][Int(4 * uniform())])
      }
      return result
    }
  }

  /// Gaussian feature learning on random data: F is not above that of the lazy state, and the mean
  /// predictor not above the targets.
  @Test(arguments: ["linear", "erf"]) func featureLearning(activation: String) throws {
    var options = Options(state: 11)
    var refused = 0
    try withFolder { folder in
      for _ in 0..<10 {
        let (n, d) = (1 + Int(8 * options.uniform()), 1 + Int(5 * options.uniform()))
        let scale = pow(10, 4 * options.uniform() - 2)
        let rows = (0..<n).map { _ in (0..<d).map { _ in scale * (2 * options.uniform() - 1) } }
        try write(
          rows.map { $0.map { "\($0)" }.joined(separator: ",") }.joined(separator: "\n"),
          to: "\(folder)/x.csv")
        try write(rows.map { "\($0[0] / scale)" }.joined(separator: "\n"), to: "\(folder)/y.csv")
        let variance = options.decades(-6...6)
        let arguments = [
          "theory", "gfl", "--inputs", "x.csv", "--targets", "y.csv", "--json", "--activation",
          activation, "--widths", "\(options.size(0...6)),\(options.size(0...6))", "--ridge",
          options.decades(-6...6), "--weight-variance", variance, "--hidden-variance",
          options.decades(-6...6), "--readout-variance", options.decades(-6...6),
        ]
        let run = try cod(arguments: arguments, in: folder)
        guard run.status == 0 else {
          refused += 1
          let lines = run.errors.split(separator: "\n", omittingEmptySubsequences: false)
          #expect(
            run.output == "" && lines.count == 2 && lines[0].hasPrefix("cod: ") && lines[1] == "",
            "\(arguments): \(run)")
          continue
        }
        let answer = try members(of: run)
        func numbers(_ key: String) throws -> [Double] {
          try #require(answer[key] as? [Double], "\(arguments): \(key)")
        }
        let residual = try #require(answer["residual"] as? Double)
        let energy = answer["free_energy"] as! Double
        let lazy = answer["lazy_free_energy"] as! Double
        #expect(residual <= 1e-9 && energy <= lazy + 1e-9 * (1 + abs(lazy)), "\(arguments)")
        // f̄ = Q_f (Q_f + κ)⁻¹ y shrinks y.
        let mean = try numbers("mean").reduce(0) { $0 + $1 * $1 }
        let targets = rows.reduce(0) { $0 + ($1[0] / scale) * ($1[0] / scale) }
        #expect(mean <= targets * (1 + 1e-6), "\(arguments)")
        let sigma = try #require(answer["sigma"] as? [[Double]])
        let trace = (0..<d).reduce(0) { $0 + sigma[$1][$1] }
        #expect(trace > 0 && trace.isFinite, "\(arguments)")
        guard activation == "linear" else { continue }
        let exact = try #require(answer["exact"] as? [String: Any])
        #expect((exact["relative_error"] as! Double) <= 1e-8, "\(arguments)")
      }
    }
    #expect(refused <= 4, "\(activation) refused \(refused) of 10")
  }

  /// Other activations, several features and nucleation: finite numbers, or one line.
  @Test(
    .timeLimit(.minutes(10)),
    arguments: ["nucleation", "gp tanh", "gp relu", "gp gelu", "ldt tanh", "adaptation features"])
  func featuresAndActivations(kind: String) throws {
    var options = Options(state: 12)
    var refused = 0
    for _ in 0..<8 {
      let words = kind.split(separator: " ").map(String.init)
      var arguments = ["theory", words[0], "--json"]
      func add(_ name: String, _ value: String) { arguments += ["--\(name)", value] }
      add("weight-variance", options.decades(-3...3))
      add("readout-variance", options.decades(-3...3))
      switch kind {
      case "nucleation":
        add("load", options.decades(0...12))
        add("width-per-dimension", options.decades(-3...3))
        add("degree", ["3", "5", "9", "33"][Int(4 * options.uniform())])
      case "ldt tanh":
        add("activation", "tanh")
        add("dimension", options.size(0.5...3))
        add("width", options.size(0...6))
        add("alignment", options.decades(-4...1))
      case "adaptation features":
        add("features", "2,1")
        add("dimension", options.size(0.5...4))
        add("width", options.size(0...4))
        add("load", options.decades(-3...4))
        add("threshold", "1")
      default:
        add("activation", words[1])
        add("dimension", options.size(0.5...6))
        add("degree", words[1] == "tanh" ? "3" : "2")
        add("ridge", options.decades(-3...3))
      }
      let run = try run(tool, arguments)
      guard run.status == 0 else {
        refused += 1
        expectFailure(run, run.status == 2 ? 2 : 1, saying: "cod: ")
        continue
      }
      #expect(run.errors == "", "\(arguments): \(run)")
      _ = try members(of: run)
      #expect(!run.output.contains("nan") && !run.output.contains("inf"), "\(arguments): \(run)")
    }
    #expect(refused <= 5, "\(kind) refused \(refused) of 8")
  }

  @Test(arguments: ["ldt", "adaptation", "gp", "cnn", "bound", "three-layer", "descent", "ridge"])
  func numbersOrOneLine(command: String) throws {
    var options = Options(state: 7)
    var refused = 0
    for _ in 0..<10 {
      let arguments = options.arguments(command)
      let run = try run(tool, arguments)
      guard run.status == 0 else {
        refused += 1
        let lines = run.errors.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(
          run.output == "" && lines.count == 2 && lines[0].hasPrefix("cod: ") && lines[1] == "",
          "\(arguments): \(run)")
        continue
      }
      let answer = try members(of: run)
      func number(_ key: String) throws -> Double {
        try #require(answer[key] as? NSNumber, "\(arguments): \(key)").doubleValue
      }
      switch command {
      case "ldt":
        let width = try #require(Double(arguments[arguments.firstIndex(of: "--width")! + 1]))
        #expect(try number("energy") > 0 && number("energy_error") >= 0, "\(arguments)")
        #expect(try number("specialists") >= 0, "\(arguments)")
        #expect(
          try number("specialists") <= width + number("specialists_error"), "\(arguments)")
      case "adaptation":
        let slack = try number("overlap_error")
        #expect((-slack...1 + slack).contains(try number("alignment")), "\(arguments)")
        #expect(try number("specialists") >= 0 && number("dual_error") >= 0, "\(arguments)")
      case "gp":
        #expect(try number("bound") <= number("samples") * (1 + 1e-6), "\(arguments)")
        #expect(try number("relative_error") <= 1e-6, "\(arguments)")
      case "cnn":
        let error = try number("relative_error")
        #expect((0...1).contains(try number("alignment")) && error <= 1e-6, "\(arguments)")
        #expect(
          try number("alignment") >= number("lazy_alignment") * (1 - 8 * error), "\(arguments)")
      case "ridge":
        let slack = try number("relative_error")
        #expect(slack <= 1e-6, "\(arguments)")
        let ridge = Double(arguments[arguments.firstIndex(of: "--ridge")! + 1])!
        #expect(try number("flow") >= ridge * (1 - slack), "\(arguments)")
        #expect(try number("shells") <= number("flow") * (1 + slack), "\(arguments)")
        #expect(try number("flow") <= number("matched") * (1 + slack), "\(arguments)")
        #expect(try number("matched") <= number("wilson") * (1 + slack), "\(arguments)")
        #expect(try number("matched") <= number("effective") * (1 + slack), "\(arguments)")
        if let hartree = answer["hartree"] as? [String: Double] {
          #expect(hartree["error"]! <= hartree["gaussian_error"]! * (1 + slack), "\(arguments)")
        }
      case "bound":
        func option(_ name: String) throws -> Double {
          try #require(Double(arguments[arguments.firstIndex(of: "--\(name)")! + 1]))
        }
        let error = try number("relative_error")
        #expect(try error <= 1e-8 && number("eigenvalue") > 0, "\(arguments)")
        let load = try number("eigenvalue") * option("samples") * option("second-moment")
        let expected = try load / (option("ridge") + load)
        #expect(try abs(number("bound") / expected - 1) < 1e-12, "\(arguments)")
        let least = try number("samples_for") * load / option("samples") / option("ridge")
        let a = try option("learnability")
        #expect(abs(least / (a / (1 - a)) - 1) < 1e-10, "\(arguments)")
      case "descent":
        let points = try #require(answer["points"] as? [[String: Any]])
        for point in points {
          func value(_ key: String) throws -> Double {
            try #require(point[key] as? NSNumber, "\(arguments): \(key)").doubleValue
          }
          #expect(try value("loss") > 0 && value("clock") >= 1, "\(arguments)")
          #expect(try value("slope") >= -value("slope_error"), "\(arguments)")
          #expect(try value("relative_error") <= 1e-4, "\(arguments)")
          if point["mean_loss"] != nil {
            #expect(try value("mean_loss") > 0, "\(arguments)")
          }
        }
      default:
        let patterns = try #require(answer["patterns"] as? [[String: Any]])
        for pattern in patterns {
          #expect((pattern["minimum"] as! NSNumber).doubleValue > 0, "\(arguments)")
          #expect((pattern["relative_error"] as! NSNumber).doubleValue <= 1e-3, "\(arguments)")
        }
      }
    }
    #expect(refused <= 4, "\(command) refused \(refused) of 10")
  }

  /// Any depth, any widths, any sizes: a prediction, with energies that a bound of the error goes
  /// with.
  @Test func predictions() throws {
    var options = Options(state: 9)
    try withFolder { folder in
      for count in [1, 2, 3, 4, 6, 8] {
        let widths = (0..<count).map { _ in "d^\(Int(16 * options.uniform()))/8" }
        let degree = [1, 3, 5, 7][Int(4 * options.uniform())]
        let layers = widths.map { "{kind: dense, width: \($0)}" }.joined(separator: ", ")
        try write("degree: \(degree)\nlayers: [\(layers)]", to: "\(folder)/x.yml")
        let run = try cod(
          "predict", "x.yml", "--json", "--at", "d=\(options.size(0.5...6))", in: folder)
        guard run.status == 0 else {
          #expect(run.errors.split(separator: "\n").count == 1, "\(layers): \(run)")
          continue
        }
        let answer = try members(of: run)
        let patterns = try #require(answer["patterns"] as? [[String: Any]])
        let energies = patterns.compactMap { ($0["at"] as? [String: Any])?["energy"] as? Double }
        #expect(!energies.isEmpty && energies.allSatisfy { $0 > 0 }, "\(layers)")
        let winner = try #require(
          patterns.first { $0["name"] as? String == answer["winner_at"] as? String })
        let least = try #require((winner["at"] as? [String: Any])?["energy"] as? Double)
        #expect(energies.allSatisfy { $0 >= least * (1 - 1e-3) }, "\(layers)")
      }
    }
  }
}
