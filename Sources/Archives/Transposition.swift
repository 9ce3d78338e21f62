import Foundation
import HDF5
import Host
import Studies

/// Cells come one after another, but a study file has one array after another: rows go in here, and
/// columns come out. They wait on disk, so that memory does not grow with the number of cells.
package final class Transposition {
  private let columns: [Layout.Column]
  private let cells: [Cell]
  /// Bytes of a cell's share of each array, padded to the widest, and where the array begins.
  private let sizes: [Int]
  private let offsets: [Int]
  /// Neurons of the widest cell along the last axis of each array that has one.
  private let widest: [Int?]
  private let file: Int32
  private let path: String

  /// - Parameter path: the file that is to be written; what waits is beside it, without a name.
  /// - Throws: `HDF5Error` with the system's reason.
  init(_ cells: [Cell], to path: String) throws {
    self.cells = cells
    self.path = path
    columns = cells[0].layout.columns
    widest = columns.map { column in
      guard column.size != nil else { return nil }
      return cells.map { $0.extent(along: column.axes.last!) }.max()!
    }
    sizes = zip(columns, widest).map { column, widest in
      column.axes.dropFirst().reduce(column.type.size) { size, axis in
        if axis.size != nil { return size * widest! }
        return size * cells[0].extent(along: axis)
      }
    }
    var offsets = [0]
    for size in sizes { offsets.append(offsets.last! + size * cells.count) }
    self.offsets = offsets
    file = try temporaryFile(besides: path)
  }

  deinit { close(file) }

  /// Takes in all rows, a block of them at a time.
  ///
  /// - Parameter row: `nil` for a cell that is missing; called from several threads.
  /// - Returns: indices of the missing ones.
  /// - Throws: `HDF5Error` with the system's reason.
  func fill(_ row: @Sendable (Cell) -> CellRow?) throws -> [Int] {
    var missing: [Int] = []
    let block = max(1, Self.blockBytes / max(1, sizes.reduce(0, +)))
    for first in stride(from: 0, to: cells.count, by: block) {
      let range = first..<min(first + block, cells.count)
      let rows = parallelMap(Array(range), together: 64) { [cells] in row(cells[$0]) }
      missing += zip(range, rows).compactMap { $1 == nil ? $0 : nil }
      if !missing.isEmpty { continue }
      var places = [Int](repeating: 0, count: range.count)
      for c in columns.indices {
        var share = Data(capacity: sizes[c] * range.count)
        for (i, row) in rows.enumerated() {
          let own = widest[c] == nil ? sizes[c] : cells[first + i].bytes(of: columns[c])
          let bytes = row!.bytes[
            row!.bytes.startIndex + places[i]..<row!.bytes.startIndex + places[i] + own]
          places[i] += own
          if own == sizes[c] {
            share.append(bytes)
          } else {
            share.append(padded(bytes, c, first + i))
          }
        }
        try put(share, at: offsets[c] + first * sizes[c])
      }
    }
    return missing
  }

  /// The share that some cells have of an array.
  func read<T: Scalar>(_ column: Int, _ cells: Range<Int>, as _: T.Type = T.self) throws -> [T] {
    let count = sizes[column] / MemoryLayout<T>.size * cells.count
    return try [T](unsafeUninitializedCapacity: count) { buffer, filled in
      let bytes = UnsafeMutableRawBufferPointer(buffer)
      var done = 0
      while done < bytes.count {
        let got = pread(
          file, bytes.baseAddress! + done, bytes.count - done,
          off_t(offsets[column] + cells.lowerBound * sizes[column] + done))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { throw failure("read what is merged into") }
        done += got
      }
      filled = count
    }
  }

  package static let blockBytes = 64 << 20

  /// Rows filled up with NaN to the length that the widest cell needs.
  private func padded(_ bytes: Data, _ column: Int, _ cell: Int) -> Data {
    let width = 4 * cells[cell].extent(along: columns[column].axes.last!)
    let padding = [Float](repeating: .nan, count: (4 * widest[column]! - width) / 4)
    var all = Data(capacity: sizes[column])
    for row in stride(from: bytes.startIndex, to: bytes.endIndex, by: width) {
      all.append(bytes[row..<(row + width)])
      padding.withUnsafeBytes { all.append(contentsOf: $0) }
    }
    return all
  }

  private func put(_ bytes: Data, at offset: Int) throws {
    try bytes.withUnsafeBytes { bytes in
      var done = 0
      while done < bytes.count {
        let put = pwrite(
          file, bytes.baseAddress! + done, bytes.count - done, off_t(offset + done))
        if put < 0, errno == EINTR { continue }
        guard put > 0 else { throw failure("write") }
        done += put
      }
    }
  }

  private func failure(_ action: String) -> HDF5Error {
    HDF5Error("\(action) \(path)", message: String(cString: strerror(errno)))
  }
}
