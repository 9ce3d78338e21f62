import Foundation
import TestSupport
import Testing

/// `cod predict`: what it makes of an architecture, and what it says to one that it cannot read.
@Suite struct PredictCommandTests {
  func json(_ arguments: String...) throws -> [String: Any] {
    try successfulMembers(of: try run(tool, arguments))
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

  @Test func aMissingFile() throws {
    expectFailure(
      try cod("predict", "nowhere.yml"), 2,
      saying: "cod: nowhere.yml: no such file; expected an architecture in YAML\n")
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
}
