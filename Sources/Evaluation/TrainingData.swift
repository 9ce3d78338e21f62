import Experiments
import Foundation
import HDF5
import Host
import Kernels
import NPZ
import Studies

/// The training set of cells as a file, to train a network on it elsewhere.
package struct TrainingData {
  /// The cells that have this training set.
  package let cells: [Cell]
  private let arrays: [Array]
  private let study: String

  private struct Array {
    let name, description: String
    let shape: [Int]
    let values: [Float]
  }

  /// - Parameter text: which cells, "samples=400,dataset=3".
  /// - Throws: `UserError` naming what has to be said as well, where they have several training
  ///   sets.
  package init(of spec: StudySpec, at text: String?, kernels: KernelSet) throws {
    let kind = try spec.networkKind()
    let choice = try CellChoice(in: spec, at: text)
    cells = try choice.cells(of: spec.cells(), alikeIn: kind.dataCoordinates)
    study = spec.file
    let cell = cells[0]
    let data = cell.trainingSet(kernels: kernels)
    var arrays = [
      Array(
        name: "X", description: "inputs, a row a sample", shape: [data.count, data.dimension],
        values: data.inputs),
      Array(name: "y", description: "targets", shape: [data.count], values: data.targets),
    ]
    if let feature = kind.feature {
      let size = cell.parameters.integer(feature)
      let values: [Float] = [1] + Swift.Array(repeating: 0, count: size - 1)
      arrays.append(
        Array(
          name: "w_star", description: "the feature w* of the target, along \(feature)",
          shape: [size], values: values))
    }
    // What all cells share goes back with the weights, and tells their cell.
    for coordinate in spec.layout.coordinates where choice.numbers.contains(coordinate.name) {
      let values = Set(cells.map { $0.parameters[coordinate.name] })
      let number: Float
      switch values.first {
      case .integer(let value)? where values.count == 1: number = Float(value)
      case .real(let value)? where values.count == 1: number = Float(value)
      default: continue
      }
      arrays.append(
        Array(
          name: coordinate.name, description: coordinate.coordinate.longName, shape: [1],
          values: [number]))
    }
    self.arrays = arrays
  }

  /// Writes the file, HDF5 or `.npz` by its name's ending, whole or not at all. One that is there
  /// already with the same bytes is left alone.
  ///
  /// - Throws: `UserError` if the name has another ending, or stands for another file.
  package func write(to path: String) throws {
    let bytes: Data
    if path.hasSuffix(".h5") {
      let file = try File()
      let root = try file.root()
      try root.setAttribute("title", "A training set of \(study)")
      for array in arrays {
        let dataset = try root.write(array.values, shape: array.shape, to: array.name)
        try dataset.setAttribute("description", array.description)
      }
      bytes = try file.image()
    } else if path.hasSuffix(".npz") {
      bytes = NPZFile.bytes(of: arrays.map { ($0.name, $0.shape, $0.values) })
    } else {
      throw UserError("--output: got '\(path)'; expected a name that ends in .h5 or .npz")
    }
    if FileManager.default.fileExists(atPath: path) {
      // A study file has the same ending.
      guard try contents(of: path, atMost: bytes.count) == bytes else {
        throw UserError("\(path): got another file; expected a new name")
      }
      return
    }
    try makeFolder(parentFolder(of: path))
    try writeAtomically(bytes, to: path)
  }

  /// "X 400 × 20, y 400, …" and of which cells.
  package var text: String {
    let shapes = arrays.map { array in
      array.shape == [1] && !["X", "y", "w_star"].contains(array.name)
        ? "\(array.name)=\(Int(exactly: array.values[0]).map(String.init) ?? "\(array.values[0])")"
        : "\(array.name) \(array.shape.map { "\($0)" }.joined(separator: " × "))"
    }
    return "\(shapes.joined(separator: ", ")): of \(cells.count) cells of \(study)"
  }
}
