import Kernels

/// A kernel over matrices on some arrays of one shape. Its bits are compared between instruction
/// sets, and with those of the archive.
struct MatrixCase: CustomStringConvertible, Sendable {
  let kernel: String
  let shape: String
  let outputs: @Sendable (KernelSet) -> [UInt64]

  var description: String { "\(kernel), \(shape)" }

  /// Shapes on both sides of one vector, of one tile and of one panel.
  static let shapes: [(rows: Int, columns: Int, depth: Int)] = [
    (1, 1, 1), (2, 15, 3), (3, 16, 17), (5, 17, 64), (7, 31, 5), (13, 50, 33), (31, 65, 20),
  ]

  static let all: [MatrixCase] = shapes.flatMap { rows, columns, depth -> [MatrixCase] in
    let shape = "\(rows) × \(columns), depth \(depth)"
    return [
      MatrixCase(kernel: "product", shape: shape) {
        bits($0.product(rows: rows, columns: columns, depth: depth).c)
      },
      MatrixCase(kernel: "lane product", shape: shape) {
        bits($0.laneProduct(rows: rows, columns: columns, depth: depth).c)
      },
      MatrixCase(kernel: "outer product", shape: shape) {
        bits($0.outerProduct(rows: rows, columns: columns, samples: depth).c)
      },
      MatrixCase(kernel: "activations", shape: shape) { kernels in
        let erf = kernels.activation(kernels.activateErf, count: rows * columns)
        let relu = kernels.activation(kernels.activateReLU, count: rows * columns)
        return bits(erf.value + erf.slope + relu.value + relu.slope)
      },
      MatrixCase(kernel: "smooth activations", shape: shape) { kernels in
        let tanh = kernels.activation(kernels.activateTanh, count: rows * columns)
        let gelu = kernels.activation(kernels.activateGELU, count: rows * columns)
        return bits(tanh.value + tanh.slope + gelu.value + gelu.slope)
      },
      MatrixCase(kernel: "Gram matrix", shape: shape) { kernels in
        let got = kernels.gram(features: rows, samples: columns)
        return (got.gram + got.pivots + got.factor).map(\.bitPattern) + bits(got.inverse)
      },
    ]
  }
}
