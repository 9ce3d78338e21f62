import Foundation
import TestSupport
import Testing

/// `cod theory gfl`: the numbers of an independent implementation, and what it says to bad files.
@Suite struct FeatureLearningCommandTests {
  static let inputs = """
    -0.05443,-1.0603,0.595299
    0.525369,0.089306,-1.158099
    -0.648732,-0.570236,-0.074486
    0.72367,1.594129,-1.07669
    1.581668,-0.887271,-0.037572
    0.233118,0.696033,1.202331

    """
  static let targets = "-0.242473\n0.831634\n-0.595785\n1.195111\n1.916726\n0.350721\n"
  static let test = "-0.829768,-0.995123,0.492631\n1.055654,0.96714,-0.607435\n"

  /// Runs the command on files x.csv, y.csv and test.csv.
  func run(
    _ options: [String], inputs: String = inputs, targets: String = targets, test: String = test
  ) throws -> Run {
    try withFolder { folder in
      try write(inputs, to: "\(folder)/x.csv")
      try write(targets, to: "\(folder)/y.csv")
      try write(test, to: "\(folder)/test.csv")
      return try cod(
        arguments: ["theory", "gfl", "--inputs", "x.csv", "--targets", "y.csv"] + options,
        in: folder)
    }
  }

  func json(_ options: [String]) throws -> [String: Any] {
    try successfulMembers(of: try run(options + ["--json"]))
  }

  static let linear = ["--widths", "5,5", "--activation", "linear", "--ridge", "0.1"]

  @Test func linearNetworks() throws {
    let answer = try json(Self.linear + ["--test-inputs", "test.csv"])
    func list(_ key: String) throws -> [Double] { try #require(answer[key] as? [Double]) }
    #expect(abs(try number(answer["free_energy"]) + 0.8785576029303381) < 1e-8)
    #expect(abs(try number(answer["lazy_free_energy"]) + 0.30240594567548174) < 1e-8)
    #expect(abs(try list("mean")[4] - 1.78349999165908) < 1e-8)
    #expect(abs(try list("lazy_mean")[4] - 1.7255700392654925) < 1e-8)
    #expect(abs(try list("test_mean")[1] - 1.3966550529711876) < 1e-8)
    #expect(abs(try list("test_variance")[0] - 0.03224059707370297) < 1e-8)
    let sigma = try #require(answer["sigma"] as? [[Double]])
    let kernel = try #require(answer["kernel"] as? [[Double]])
    #expect(sigma.count == 3 && abs(sigma[0][0] - 0.4324043413476928) < 1e-8)
    #expect(kernel.count == 3 && abs(kernel[0][0] - 0.5620072443600109) < 1e-8)
    let exact = try #require(answer["exact"] as? [String: Any])
    #expect(abs(try number(exact["log_evidence"]) + 5.721282187315962) < 1e-8)
    #expect(abs((exact["sigma"] as! [[Double]])[0][0] - 0.5238350134372627) < 1e-8)
    let beta = [1.1384648293302182, 0.0888135817344347, -0.11961922075075555]
    let first = -0.05443 * beta[0] - 1.0603 * beta[1] + 0.595299 * beta[2]
    #expect(abs((exact["mean"] as! [Double])[0] - first) < 1e-8)
    let tree = try json(Self.linear + ["--tree"])
    #expect(abs(try number(tree["free_energy"]) - 1.8705404458067874) < 1e-8)
  }

  @Test func erfNetworks() throws {
    let options = ["--widths", "16,8", "--ridge", "0.1", "--readout-variance", "0.5"]
    let answer = try json(options)
    let kernel = try #require(answer["kernel"] as? [[Double]])
    #expect(kernel.count == 6 && kernel.allSatisfy { $0.count == 6 })
    #expect(answer["exact"] == nil)
    let text = try run(options)
    #expect(text.status == 0 && text.output.hasPrefix("free energy"), "\(text)")
  }

  /// Files that are not what the command asks for, and sizes beyond what is bounded.
  @Test func oneLine() throws {
    func line(
      _ options: [String] = Self.linear, inputs: String = Self.inputs,
      targets: String = Self.targets
    ) throws -> String {
      let run = try run(options + ["--json"], inputs: inputs, targets: targets)
      #expect(run.status != 0 && run.output == "", "\(run)")
      return run.errors
    }
    #expect(
      try line(targets: "1\n2\n") == "cod: y.csv: got 2 rows; expected 6, as in x.csv\n")
    #expect(
      try line(targets: Self.inputs) == "cod: y.csv: got 3 columns; expected one, the target\n")
    #expect(
      try line(inputs: Self.inputs + "1,nan,2\n")
        == "cod: x.csv:7: column 2: got 'nan'; expected a finite number\n")
    #expect(
      try line(inputs: Self.inputs + "1,2\n")
        == "cod: x.csv:7: got 2 columns; expected 3 as in the rows above\n")
    #expect(
      try line(inputs: String(repeating: "0\n", count: 6))
        == "cod: x.csv: inputs: all are zero, where every network vanishes; expected others\n")
    let many = String(repeating: "1\n", count: 601)
    #expect(
      try line(inputs: many, targets: many)
        == "cod: x.csv: samples: got 601; expected from 1 to 600\n")
    #expect(
      try line(["--widths", "5"]) == "cod: --widths: got '5'; expected two integers, N₁,N₂\n")
    #expect(
      try line(["--widths", "5,0"])
        == "cod: --widths: got '0'; expected an integer from 1 to 1000000000\n")
    #expect(
      try line(Self.linear + ["--activation", "relu"])
        == "cod: --activation: got 'relu'; expected linear or erf\n")
    #expect(
      try line(Self.linear + ["--hidden-variance", "-1"])
        == "cod: --hidden-variance: got '-1.0'; expected a finite number above 0\n")
    #expect(
      try line(Self.linear + ["--test-inputs", "y.csv"])
        == "cod: y.csv: got 1 column; expected 3, as in x.csv\n")
  }
}
