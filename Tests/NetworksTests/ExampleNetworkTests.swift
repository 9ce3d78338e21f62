import Foundation
import Kernels
import Networks
import Testing

/// The example of a new network in the guide, held to the expectations of every network.
@Suite struct ExampleNetworkTests {
  static let shapes = [(1, 1, 3), (5, 7, 64), (17, 9, 130), (32, 20, 200)]

  @Test func gradientIsTheDerivative() {
    expectGradientIsDerivative(EvenNetwork(inputDimension: 4, featureCount: 3))
  }

  @Test(arguments: shapes)
  func kernelsAgreeWithTheDefinition(dimension: Int, width: Int, samples: Int) {
    expectKernelsAgreeWithDefinition(
      EvenNetwork(inputDimension: dimension, featureCount: width), samples: samples, within: 3e-6)
  }

  @Test(arguments: shapes)
  func bitsAreTheSameOnEveryInstructionSet(dimension: Int, width: Int, samples: Int) {
    expectSameBits(
      EvenNetwork(inputDimension: dimension, featureCount: width), samples: samples)
  }

  @Test func isEven() {
    let network = EvenNetwork(inputDimension: 6, featureCount: 5)
    let theta = network.coldStart(from: RandomStream(key: 1)).map(Double.init)
    let x = [0.3, -1.2, 0.8, 2.1, -0.4, 0.9]
    #expect(network.output(theta, x) == network.output(theta, x.map { -$0 }))
  }

  /// The infinite-width kernel ⟨f f′⟩ is ⟨erf(u)² erf(v)²⟩. For orthogonal inputs of |x|² = d it is
  /// the square of ⟨erf(u)²⟩ = (2/π) arcsin(2/3) over u ~ N(0, 1).
  @Test func priorIsThatOfTheKernel() {
    let network = EvenNetwork(inputDimension: 4, featureCount: 30)
    let mean = 2 / Double.pi * asin(2.0 / 3)
    expectOutputCovariance(
      network, [2, 0, 0, 0], [0, 2, 0, 0], kernel: mean * mean, draws: 20_000, bias: 0)
  }

  /// The guide shows what is built and tested here, but that there it is for other targets to use.
  @Test func readmeQuotesThisNetwork() throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent()
    func text(_ name: String) throws -> String {
      try String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }
    let (example, guide) = (try text("ExampleNetwork.swift"), try text("../../CONTRIBUTING.md"))
    let snippet = try #require(
      guide.firstMatch(of: #/```swift\n// Sources\/Networks\/EvenNetwork.swift\n((?s:.*?))```/#)
    ).output.1
    /// What is compiled, without comments, access and layout.
    func code(_ text: some StringProtocol) -> String {
      text.split(separator: "\n").map { line in
        line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line
      }.joined().replacing("package ", with: "").filter { !$0.isWhitespace }
    }
    // The target and what is measured stand in the guide alone, in a part of their own.
    let parts = snippet.split(separator: "// MARK: - ")
    #expect(parts.count == 3 && parts[1].hasPrefix("The target\n"))
    #expect(
      code("\(parts[0])// \(parts[2])").replacing("importKernels", with: "")
        == code(example).replacing("importKernelsimportNetworks", with: ""))
  }
}
