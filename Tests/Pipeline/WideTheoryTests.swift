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
      default:
        add("dimension", size(0.5...9))
        add("widths", "\(size(0...9)),\(size(0...9))")
        add("degree", ["1", "3", "5", "9"][Int(4 * uniform())])
      }
      return result
    }
  }

  @Test(arguments: ["ldt", "adaptation", "gp", "cnn", "three-layer"])
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
      let answer = try #require(
        try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
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
        let answer = try #require(
          try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
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
