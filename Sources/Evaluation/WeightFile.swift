import Foundation
import HDF5
import Host
import NPZ

/// A file of arrays that another program wrote: HDF5, or NumPy's `.npz`.
struct WeightFile {
  let path: String
  /// The arrays, with the names of the groups that they are in: "networks/0/w".
  let arrays: [NumberArray]
  /// The most bytes of an `.npz` file.
  private static let largestFile = 1 << 32

  /// Reads all of a file's arrays.
  ///
  /// - Throws: `UserError` or `HDF5Error` if the file is missing, of another format, damaged, or
  ///   holds what is no number.
  init(reading path: String) throws {
    self.path = path
    guard let bytes = try contents(of: path, atMost: Self.largestFile, isMapped: true) else {
      throw UserError("\(path): no such file; expected weights in HDF5 or NumPy's .npz")
    }
    if bytes.starts(with: [0x89, 0x48, 0x44, 0x46]) {
      arrays = try Self.arrays(of: try File(reading: path).root(), "", depth: 0)
    } else if bytes.starts(with: Array("PK".utf8)) {
      let file = try NPZFile(bytes, from: path)
      arrays = try file.names.map { name in
        let array = try file.array(name)
        return NumberArray(
          name: name, shape: array.shape, values: array.values,
          isInteger: array.element == .integer)
      }
    } else {
      throw UserError("\(path): got a file in another format; expected HDF5 or NumPy's .npz")
    }
  }

  /// The arrays of a group and of those in it.
  private static func arrays(
    of group: borrowing Group, _ prefix: String, depth: Int
  ) throws -> [NumberArray] {
    var arrays: [NumberArray] = []
    for name in try group.names {
      guard let dataset = try? group.dataset(name) else {
        // Deeper than networks/NAME there is nothing to find, and links may go in circles.
        guard depth < 2 else {
          throw UserError("\(group.path):\(name): got a group; expected an array")
        }
        arrays += try Self.arrays(
          of: try group.group(name), "\(prefix)\(name)/", depth: depth + 1)
        continue
      }
      arrays.append(
        NumberArray(
          name: prefix + name, shape: try dataset.shape, values: try dataset.read(),
          // libhdf5 converts either, but only integers to integers.
          isInteger: (try? dataset.read(Int.self)) != nil))
    }
    return arrays
  }
}

/// Numbers with a name and a shape.
struct NumberArray {
  var name: String
  var shape: [Int]
  var values: [Double]
  let isInteger: Bool

  /// "40 × 20", or "one number".
  var shapeText: String { Self.text(of: shape) }

  static func text(of shape: [Int]) -> String {
    shape.isEmpty ? "one number" : shape.map { "\($0)" }.joined(separator: " × ")
  }

  /// The indices of a place, "[3, 2]".
  func index(of place: Int) -> String {
    var rest = place
    var indices: [Int] = []
    for extent in shape.reversed() {
      indices.insert(rest % extent, at: 0)
      rest /= extent
    }
    return "\(indices)"
  }

  /// One of several arrays along the first axis.
  func part(_ index: Int) -> NumberArray {
    let size = values.count / shape[0]
    return NumberArray(
      name: name, shape: Array(shape.dropFirst()),
      values: Array(values[index * size..<(index + 1) * size]), isInteger: isInteger)
  }

  /// Whether it has these extents, but for extents of one: torch.nn.Linear(N, 1) has 1 × N.
  func fits(_ extents: [Int]) -> Bool { Self.fits(shape, extents) }

  static func fits(_ shape: [Int], _ extents: [Int]) -> Bool {
    shape == extents || shape.filter { $0 != 1 } == extents.filter { $0 != 1 }
  }
}
