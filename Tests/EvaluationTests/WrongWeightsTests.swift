import Evaluation
import Experiments
import Foundation
import HDF5
import Kernels
import NPZ
import Studies
import TestSupport
import Testing

/// Weights of a wrong name, shape, order, type or scaling are told apart, by name.
@Suite struct WrongWeightsTests {
  /// A file's arrays, as they are and as a mistake makes them.
  typealias Arrays = [(name: String, shape: [Int], values: [Double])]

  struct Case: CustomTestStringConvertible, Sendable {
    let kind: TinyKind
    let change: @Sendable (inout Arrays) -> Void
    let message: String
    var testDescription: String { message }
  }

  static let three = TinyKind.threeLayer

  static func transposed(_ array: inout (name: String, shape: [Int], values: [Double])) {
    let (rows, columns) = (array.shape[0], array.shape[1])
    array.values = WeightArray.transposed(array.values, rows: rows, columns: columns)
    array.shape = [columns, rows]
  }

  static let cases: [Case] = [
    Case(
      kind: three, change: { $0.remove(at: 1) },
      message: "V missing: it has 'w' 5 × 4, 'a' 3; expected w (first_width × dimension), "
        + "V (second_width × first_width), a (second_width) of a three-layer network; f and "),
    Case(
      kind: three, change: { $0.append(("b1", [5], [0, 0, 0, 0, 0])) },
      message: "'b1' unknown: it has 'w' 5 × 4, 'V' 3 × 5, 'a' 3, 'b1' 5; expected w ("),
    Case(
      kind: three, change: { $0[1].name = "fc2.weight" },
      message: "V missing, 'fc2.weight' unknown: it has "),
    Case(
      kind: three, change: { transposed(&$0[1]) },
      message: "got w 5 × 4, V 5 × 3, a 3 (V transposed: one row a neuron is expected, as "),
    Case(
      kind: three,
      change: {
        transposed(&$0[0])
        transposed(&$0[1])
      }, message: "(w and V transposed: one row a neuron"),
    Case(
      kind: three,
      change: {
        $0[0].name = "V"
        $0[1].name = "w"
      },
      message: "got w 3 × 5, V 5 × 4, a 3 (they fit if w and V are exchanged); expected w ("),
    Case(
      kind: three, change: { $0[2] = ("a", [4], [1, 2, 3, 4]) },
      message: "got w 5 × 4, V 3 × 5, a 4; expected w (first_width × dimension), V (second_width × "
        + "first_width), a (second_width) of a cell of FOLDER/study.yml: w 5 × 4, V 3 × 5, a 3"),
    Case(
      kind: three, change: { $0[1].values[7] = .nan },
      message: "network '0': V[1, 2] is nan; expected a finite number of single precision"),
    Case(
      kind: three, change: { $0[2].values[1] = 1e60 },
      message: "network '0': a[1] is 1e+60; expected a finite number of single precision"),
    Case(
      kind: three, change: { $0[2].values[1] = 1e30 },
      message: "network '0': its energy is "),
    Case(
      kind: three, change: { $0.append(("f", [11], Array(repeating: 0, count: 11))) },
      message: "f is 11; expected f on the 12 training samples"),
    Case(
      kind: three, change: { $0.append(("f", [12], Array(repeating: 1, count: 12))) },
      message: "network '0': f differs from that of its weights on the training set by "),
    Case(
      kind: three, change: { $0.append(("samples", [1], [13])) },
      message: "weights.h5: samples: got samples 13.0; expected that of a cell of "),
    Case(
      kind: three, change: { $0.append(("samples", [2], [12, 12])) },
      message: "samples is 2; expected one number, or one a network"),
  ]

  @Test(arguments: cases) func isOneLine(_ mistake: Case) async throws {
    let cell = try await StudySpec.of(mistake.kind.text).cells()[0]
    var arrays = cell.arrays([cell.priorNetwork()]).map { name, shape, values in
      (name: name, shape: Array(shape.dropFirst()), values: values)
    }
    try await withFolder { folder in
      try write(arrays, to: "\(folder)/right.h5")
      _ = try evaluate("\(folder)/right.h5", in: folder, mistake.kind.text)
      mistake.change(&arrays)
      try write(arrays, to: "\(folder)/weights.h5")
      let line = await errorLine {
        _ = try evaluate("\(folder)/weights.h5", in: folder, mistake.kind.text)
      }
      #expect(line.hasPrefix("\(folder)/weights.h5: "), "\(line)")
      #expect(line.contains(mistake.message.replacing("FOLDER", with: folder)), "\(line)")
    }
  }

  @Test func integersAreNoWeights() async throws {
    try await withFolder { folder in
      let file = try File()
      let root = try file.root()
      try root.write([Int](repeating: 1, count: 12), shape: [3, 4], to: "w")
      try root.write([0.5, 1, 2], shape: [3], to: "a")
      try file.write(to: "\(folder)/w.h5")
      let line = await errorLine {
        _ = try evaluate("\(folder)/w.h5", in: folder, tinyStudy, at: "dataset=0")
      }
      let words = "w holds integers; expected float32 or float64, as trained weights are"
      #expect(line == "\(folder)/w.h5: \(words)")
    }
  }

  @Test func otherFormats() async throws {
    try await withFolder { folder in
      try Data("w,a\n".utf8).write(to: URL(filePath: "\(folder)/w.csv"))
      for (name, words) in [
        ("w.csv", "got a file in another format; expected HDF5 or NumPy's .npz"),
        ("nowhere.npz", "no such file; expected weights in HDF5 or NumPy's .npz"),
      ] {
        let line = await errorLine { _ = try evaluate("\(folder)/\(name)", in: folder, tinyStudy) }
        #expect(line == "\(folder)/\(name): \(words)")
      }
    }
  }

  /// Which cell, where shapes leave it open.
  @Test func whichCell() async throws {
    let cell = try await StudySpec.of(tinyStudy).cells()[0]
    try await withFolder { folder in
      let path = "\(folder)/w.h5"
      try write(cell.arrays([cell.priorNetwork()]), to: path)
      func line(_ at: String?) async -> String {
        await errorLine { _ = try evaluate(path, in: folder, tinyStudy, at: at) }
      }
      let ambiguous = await line(nil)
      #expect(
        ambiguous == "\(folder)/study.yml: 2 cells fit, which differ in dataset (0, 1); "
          + "expected --at dataset=0 or the like")
      for (at, words) in [
        ("dataset=2", "--at: got dataset 2; expected that of a cell of \(folder)/study.yml: 0, 1"),
        ("dataset", "--at: got 'dataset'; expected NAME=VALUE, as in samples=400"),
        ("dataset=x", "--at: got 'dataset=x'; expected a number after dataset="),
        ("dataset=0,dataset=1", "--at: got 'dataset' twice; expected each name once"),
        ("depth=2", "--at: got 'depth'; expected one of dimension, width, samples, degree, "),
      ] { #expect(await line(at).hasPrefix(words)) }
      let wrongWidth = await line("width=5,dataset=0")
      #expect(wrongWidth.contains("got w 1 × 3 × 4, a 1 × 3; expected w (width × dimension)"))
      let network = try evaluate(path, in: folder, tinyStudy, at: "dataset=1,ridge=0.1").networks[0]
      #expect(network.cell.dataset == 1 && network.cell.width == 3)
    }
  }

  /// Orders that no shape tells are told by f.
  @Test func fTellsTheOrderOfASquare() async throws {
    let text = TinyKind.attention.text
    let cell = try await StudySpec.of(text).cells()[0]
    var arrays = cell.arrays([cell.priorNetwork()])
    let outputs = cell.outputs(cell.priorNetwork())
    arrays[0].values = WeightArray.transposed(arrays[0].values, rows: 3, columns: 3)
    try await withFolder { folder in
      try write(arrays, to: "\(folder)/silent.h5")
      _ = try evaluate("\(folder)/silent.h5", in: folder, text)
      arrays.append(("f", [1, 12], outputs))
      try write(arrays, to: "\(folder)/w.h5")
      let line = await errorLine { _ = try evaluate("\(folder)/w.h5", in: folder, text) }
      #expect(line.hasSuffix(" of its size; expected at most 0.01: it is that with A transposed"))
    }
  }

  /// Scalings are told by f, and else by the readout's size and the training loss.
  @Test(arguments: [WeightScaling.meanField, .ntk])
  func scalings(_ scaling: WeightScaling) async throws {
    // A network that has learned, so that another scaling fits much worse.
    let text = tinyStudy.with("width: [3, 5]", as: "width: 80")
      .with("datasets: 2", as: "datasets: 1").with("ridge: 0.1", as: "ridge: 0.001")
    let cell = try await StudySpec.of(text).cells()[0]
    let problem = cell.problem
    // Fitted by gradient descent of the energy.
    let theta = cell.descended(problem, steps: 3000, step: 2e-4)
    var arrays = cell.arrays([theta])
    let right = arrays
    let factors: [Double] = scaling == .ntk ? [2, 80.0.squareRoot()] : [1, 80]
    for i in 0..<2 { arrays[i].values = arrays[i].values.map { $0 * factors[i] } }
    try await withFolder { folder in
      try write(right, to: "\(folder)/right.h5")
      let expected = try evaluate("\(folder)/right.h5", in: folder, text).networks[0]
      #expect(expected.notes == [] && expected.value("training_loss") < 0.05)
      try write(arrays, to: "\(folder)/w.h5")
      let wrong = try evaluate("\(folder)/w.h5", in: folder, text).networks[0]
      #expect(wrong.notes.count == 2, "\(wrong.notes)")
      #expect(wrong.notes.first?.hasPrefix("the mean square of readout a is ") == true)
      #expect(wrong.notes.last?.hasSuffix("pass --scaling \(scaling.rawValue)") == true)
      let read = try evaluate("\(folder)/w.h5", in: folder, text, scaling: scaling).networks[0]
      expect(read.value("energy"), near: expected.value("energy"), within: 1e-6, "energy")
      #expect(read.notes == [])
      try write(arrays + [("f", [1, 10], cell.outputs(theta))], to: "\(folder)/f.h5")
      let line = await errorLine { _ = try evaluate("\(folder)/f.h5", in: folder, text) }
      #expect(line.hasSuffix("it is that with --scaling \(scaling.rawValue)"), "\(line)")
      // A readout as small as 1/N is another prior.
      var small = right
      small[1].values = small[1].values.map { $0 / 80.0.squareRoot() }
      try write(small, to: "\(folder)/small.h5")
      let notes = try evaluate("\(folder)/small.h5", in: folder, text).networks[0].notes
      let words = "as small as in mean-field scaling, which is another prior"
      #expect(notes.contains { $0.hasSuffix(words) }, "\(notes)")
    }
  }
}
