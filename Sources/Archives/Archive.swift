import Foundation
import HDF5
import Host
import Studies

/// A study file: the cells' parameters and every draw's observables, in HDF5.
package struct Archive: Sendable {
  /// The path of the file, as it was named when it was read.
  package let file: String
  /// The study's name: that of the file.
  package var name: String { stem(of: file) }
  /// What the file says of itself.
  package let header: StudyHeader
  /// Keys of the cells, in order.
  package let keys: [String]
  package let cells: [Parameters]
  package let results: [CellResult]
  /// Which cells the file says are sound.
  package let isSound: [Bool]
}

extension Archive {
  package var studyKey: String { header.studyKey }
  package var title: String { header.title }
  package var specText: String { header.specText }
  package var contentDigest: String { header.contentDigest }
  package var grid: String { header.grid }
  package var numericsVersion: Int { header.numericsVersion }
  package var inputsDigest: String? { header.inputsDigest }
  package var layout: Layout { header.layout }
}

extension Digest {
  /// Takes in an array's name, shape and little-endian values.
  func update<T: Scalar>(_ name: String, _ shape: [Int], _ values: [T]) {
    begin(name, shape)
    go(on: values)
  }

  func begin(_ name: String, _ shape: [Int]) {
    update(Data("\(name) \(shape)\n".utf8))
  }

  func go<T: Scalar>(on values: [T]) {
    // Every supported processor is little-endian, as the file is.
    values.withUnsafeBytes { update($0) }
  }
}
