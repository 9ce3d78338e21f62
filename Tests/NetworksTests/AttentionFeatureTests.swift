import Kernels
import Networks
import TestSupport
import Testing

/// The fast path in single precision against the definition.
@Suite struct AttentionFeatureTests {
  static let cells = AttentionNetwork.Head.allCases.flatMap { head in
    [
      AttentionCell(length: 1, dimension: 1, samples: 1, head: head),
      AttentionCell(length: 2, dimension: 3, samples: 16, head: head),
      AttentionCell(length: 5, dimension: 3, samples: 17, head: head),
      AttentionCell(length: 9, dimension: 7, samples: 50, head: head),
      AttentionCell(length: 19, dimension: 5, samples: 33, head: head, scale: 2),
      AttentionCell(length: 32, dimension: 16, samples: 20, head: head),
      AttentionCell(length: 13, dimension: 4, samples: 40, head: head, scale: 30),
    ]
  }

  /// A score of size s is rounded by 6e-8 (√d + 1) s. That is the relative error of its
  /// exponential, besides the 3e-7 of the polynomial. Sums average over both as long as scores are
  /// of order one; they are of order σ_A.
  @Test(arguments: cells)
  func agreesWithTheDefinition(cell: AttentionCell) {
    let bound = 5e-7 * (1 + cell.scale / 10)
    expectKernelsAgreeWithDefinition(cell.network, samples: cell.samples, within: bound)
  }

  /// Returns the features, and the derivative by A of Σ_νj (b_j e_ν + M_jν) Φ_j(x_ν).
  func map(_ cell: AttentionCell, kernels: KernelSet) -> (features: [Float], gradient: [Float]) {
    let (network, d) = (cell.network, cell.dimension)
    let map = network.featureMap(cell.data, kernels: kernels)
    let stream = RandomStream(key: 63)
    let theta = AlignedBuffer(cell.start)
    let readout = AlignedBuffer(stream.standardNormals(count: d, step: 0))
    let features = AlignedBuffer(count: 16 * d)
    let tape = AlignedBuffer(count: 16 * map.tapeVectors)
    let gradient = AlignedBuffer(count: network.hiddenCount, slack: 64)
    var all: [Float] = []
    map.begin(theta.floats)
    for block in 0..<map.blocks {
      let error = AlignedBuffer(stream.standardNormals(count: 16, step: UInt64(1 + 2 * block)))
      let matrix = AlignedBuffer(stream.standardNormals(count: 16 * d, step: UInt64(2 + 2 * block)))
      map.forward(block, theta.floats, features: features.lanes, tape: tape.lanes)
      all += features.values
      map.pullBack(
        block, theta.floats,
        cotangent: Cotangent(readout: readout.floats, error: error.lanes, matrix: matrix.lanes),
        features: features.lanes, tape: tape.lanes)
    }
    map.end(gradient.floats)
    return (all, gradient.values)
  }

  /// The general way takes a cotangent like that of the collapsed readout, with the same rounding.
  @Test(arguments: cells)
  func featureMapAgreesWithTheDefinition(cell: AttentionCell) {
    let bound = 5e-7 * (1 + cell.scale / 10)
    let (network, d) = (cell.network, cell.dimension)
    let got = map(cell, kernels: .best)
    let hidden = cell.start.prefix(network.hiddenCount).map(Double.init)
    let stream = RandomStream(key: 63)
    let readout = stream.standardNormals(count: d, step: 0)
    var (features, values) = ([Double](), [Double]())
    var gradient = [Double](repeating: 0, count: network.hiddenCount)
    for (sample, input) in cell.inputs.enumerated() {
      let (block, lane) = (sample / 16, sample % 16)
      let error = stream.standardNormals(count: 16, step: UInt64(1 + 2 * block))[lane]
      let matrix = stream.standardNormals(count: 16 * d, step: UInt64(2 + 2 * block))
      let cotangent = (0..<d).map { Double(readout[$0] * error + matrix[16 * $0 + lane]) }
      features += network.features(hidden, input)
      values += (0..<d).map { Double(got.features[16 * (block * d + $0) + lane]) }
      for (i, value) in network.pullBack(cotangent, hidden, input).enumerated() {
        gradient[i] += value
      }
    }
    let scale = norm(features) + 1e-30
    let error = norm(zip(values, features).map { $0 - $1 }) / scale
    #expect(error <= bound, "Φ, \(cell): relative error \(error) > \(bound)")
    let slope = norm(zip(got.gradient, gradient).map { Double($0) - $1 }) / (norm(gradient) + 1e-30)
    #expect(
      cell.length == 1 || slope <= 2 * bound, "∂A, \(cell): relative error \(slope) > \(2 * bound)")
    for set in InstructionSet.available {
      let other = map(cell, kernels: KernelSet(set)!)
      #expect(other.features == got.features && other.gradient == got.gradient, "\(cell): \(set)")
    }
  }

  /// The odd head has f(−A) = −f(A) to the bit, since its two heads change places.
  @Test func oddHeadIsOdd() {
    for cell in Self.cells where cell.head == .odd {
      let test = TestSet(network: cell.network, data: cell.data)
      var theta = cell.start
      let before = test.outputs(AlignedBuffer(theta))
      for i in 0..<cell.network.hiddenCount { theta[i].negate() }
      let after = test.outputs(AlignedBuffer(theta))
      #expect(before == after.map { -$0 }, "f(−A) and −f(A), \(cell)")
      #expect(cell.length == 1 || before.contains { $0 != 0 })
    }
  }

  /// So is the data term: with −A and −y the energy is the same to the bit, as long as scores are
  /// known to be bounded.
  @Test func dataTermOfTheOddHeadIsOdd() {
    for cell in Self.cells where cell.head == .odd && cell.scale < 30 {
      var theta = cell.start
      let data = cell.data
      let opposite = TrainingSet(
        inputs: data.inputs, targets: data.targets.map { -$0 }, dimension: data.dimension)
      let before = evaluate(cell.network, data, ridge: 0.3, theta)
      for i in 0..<cell.network.hiddenCount { theta[i].negate() }
      let after = evaluate(cell.network, opposite, ridge: 0.3, theta)
      #expect(before.energy == after.energy, "\(cell)")
    }
  }

  /// The cells above take both ways through the softmax: of bounded scores, and of any.
  @Test func scoresAreBoundedInSomeCells() {
    let reach = Self.cells.map { cell -> Double in
      let (d, network) = (cell.dimension, cell.network)
      let theta = AlignedBuffer(cell.start)
      let tokens = cell.inputs.flatMap { input in
        stride(from: 0, to: input.count, by: d).map { Array(input[$0..<$0 + d]) }
      }
      let rows = tokens.map { x in
        (0..<d).map { j in (0..<d).reduce(0) { $0 + x[$1] * network.interaction($1, j, theta) } }
      }
      return rows.map(norm).max()! * tokens.map(norm).max()!
    }
    #expect(reach.contains { $0 > 100 } && reach.contains { $0 < 40 }, "\(reach)")
  }

  /// An A of any size gives finite numbers; at e^{±1000} the softmax is a maximum.
  @Test(arguments: AttentionNetwork.Head.allCases)
  func largeScoresStayFinite(head: AttentionNetwork.Head) {
    let cell = AttentionCell(length: 9, dimension: 3, samples: 20, head: head, scale: 1e4)
    let got = evaluate(cell.network, cell.data, ridge: 0.3, cell.start)
    #expect(got.energy.isFinite && got.gradient.allSatisfy(\.isFinite))
  }

  @Test func sameBitsOnAllInstructionSets() {
    for cell in Self.cells { expectSameBits(cell.network, samples: cell.samples) }
  }
}
