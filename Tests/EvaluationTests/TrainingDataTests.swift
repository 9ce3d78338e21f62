import Evaluation
import Experiments
import Foundation
import HDF5
import Kernels
import NPZ
import Studies
import TestSupport
import Testing

/// Training sets as files.
@Suite struct TrainingDataTests {
  @Test(arguments: TinyKind.all) func bothFormsHoldTheSet(_ kind: TinyKind) async throws {
    let spec = try await StudySpec.of(kind.text)
    let cell = spec.cells()[0]
    let set = cell.trainingSet(kernels: .best)
    let data = try TrainingData(of: spec, at: nil, kernels: .best)
    try withFolder { folder in
      let (h5, npz) = ("\(folder)/new/x.h5", "\(folder)/x.npz")
      for path in [h5, npz, h5, npz] { try data.write(to: path) }
      let root = try File(reading: h5).root()
      let zip = try NPZFile(try bytes(npz), from: npz)
      #expect(try root.names == zip.names)
      for name in zip.names {
        let dataset = try root.dataset(name)
        let array = try zip.array(name)
        #expect(try dataset.shape == array.shape && dataset.read() == array.values)
      }
      let (x, y) = (try zip.array("X"), try zip.array("y"))
      #expect(x.shape == [12, set.dimension] && x.values == set.inputs.map { Double($0) })
      #expect(y.shape == [12] && y.values == set.targets.map { Double($0) })
      let several = ["attention", "two-layer-features", "two-layer-biased"].contains(kind.name)
      #expect(zip.names.contains("w_star") != several)
      if kind.name == "convolution" {
        #expect(try zip.array("w_star").values == [1, 0, 0, 0])
      }
      #expect(try zip.array("samples").values == [12] && zip.array("ridge").values == [0.5])
    }
  }

  /// Cells that share their samples need not be told apart, and only what they share is written.
  @Test func cellsOfOneSet() async throws {
    let spec = try await StudySpec.of(tinyStudy)
    let data = try TrainingData(of: spec, at: "dataset=1", kernels: .best)
    #expect(data.cells.count == 2)
    #expect(data.text.contains("dataset=1") && !data.text.contains("width"))
    let line = await errorLine { _ = try TrainingData(of: spec, at: nil, kernels: .best) }
    let words = "4 cells fit, which differ in dataset (0, 1); expected --at dataset=0 or the like"
    #expect(line.hasSuffix(words), "\(line)")
  }

  @Test func otherFilesAreLeftAlone() async throws {
    let data = try TrainingData(
      of: try await StudySpec.of(tinyStudy), at: "dataset=0", kernels: .best)
    try await withFolder { folder in
      let path = "\(folder)/study.h5"
      try Data("samples".utf8).write(to: URL(filePath: path))
      var line = await errorLine { try data.write(to: path) }
      #expect(line == "\(path): got another file; expected a new name")
      #expect(try bytes(path) == Data("samples".utf8))
      line = await errorLine { try data.write(to: "\(folder)/x.csv") }
      #expect(line.hasPrefix("--output: got '"))
    }
  }
}
