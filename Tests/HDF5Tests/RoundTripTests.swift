import HDF5
import TestSupport
import Testing

/// Values that are read equal those that were written, bit by bit.
@Suite struct RoundTripTests {
  struct Layout: CustomTestStringConvertible {
    var shape: [Int]
    var chunk: [Int]?
    var testDescription: String { "\(shape) in \(chunk.map { "\($0)" } ?? "default chunks")" }
  }

  static let layouts = [
    Layout(shape: [1]), Layout(shape: [70_000]), Layout(shape: [17], chunk: [5]),
    Layout(shape: [3, 4]), Layout(shape: [300, 257]), Layout(shape: [7, 5], chunk: [3, 2]),
    Layout(shape: [2, 3, 4]), Layout(shape: [2, 3, 4], chunk: [1, 2, 3]),
    Layout(shape: [2, 3, 2, 5]), Layout(shape: [2, 3, 2, 5], chunk: [2, 1, 2, 2]),
    Layout(shape: [2, 70_000]), Layout(shape: [4, 1, 1, 1]),
  ]

  func expectRoundTrip<T: Patterned>(_: T.Type, _ layout: Layout) throws {
    try withFolder { folder in
      let values = samples(T.self, count: layout.shape.reduce(1, *))
      let file = try File()
      try file.root().write(values, shape: layout.shape, chunk: layout.chunk, to: "x")
      let path = "\(folder)/x.h5"
      try file.write(to: path)

      let dataset = try File(reading: path).root().dataset("x")
      #expect(try dataset.shape == layout.shape)
      let read = try dataset.read(T.self)
      #expect(read.count == values.count)
      let wrong = zip(read, values).enumerated().first { $1.0.pattern != $1.1.pattern }
      #expect(wrong == nil, "\(T.self) \(layout.testDescription)")
    }
  }

  @Test(arguments: layouts) func floats(_ layout: Layout) throws {
    try expectRoundTrip(Float.self, layout)
  }

  @Test(arguments: layouts) func doubles(_ layout: Layout) throws {
    try expectRoundTrip(Double.self, layout)
  }

  @Test(arguments: layouts) func integers(_ layout: Layout) throws {
    try expectRoundTrip(Int.self, layout)
  }

  @Test func narrowNumbersAreReadWide() throws {
    let root = try File().root()
    try root.write([Float(0.1), -.infinity], shape: [2], to: "x")
    try root.write([-3, 1 << 40], shape: [2], to: "n")
    #expect(try root.dataset("x").read(Double.self) == [Double(Float(0.1)), -.infinity])
    #expect(try root.dataset("n").read(Double.self) == [-3, 0x1p40])
  }

  @Test func shapesAndChunksThatDoNotFitAreRefused() throws {
    let root = try File().root()
    for shape in [[], [0], [3], [2, 2], [-2, -1]] {
      expectError(naming: "(memory):x", "\(shape)") {
        try root.write([1, 2], shape: shape, to: "x")
      }
    }
    for chunk in [[], [0], [3], [-1], [1, 1]] {
      expectError(naming: "(memory):x", "chunk \(chunk)") {
        try root.write([1, 2], shape: [2], chunk: chunk, to: "x")
      }
    }
    #expect(try root.names == [], "a refused dataset was made all the same")
  }
}
