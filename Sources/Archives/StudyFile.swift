import Foundation
import HDF5
import Host

/// A study file whose bytes were read once and whose seal is intact: all that is asked of it, its
/// arrays and its hash, comes from the same bytes.
package struct StudyFile {
  package let path: String
  private let bytes: Data

  /// - Throws: `HDF5Error` or `UserError` if the file is missing, cut or changed, or was never
  ///   sealed.
  package init(reading path: String) throws {
    guard let bytes = try contents(of: path, atMost: ReadLimit.file, isMapped: true) else {
      // Opening it tells why it cannot be read.
      _ = try File(reading: path)
      throw UserError("\(path): cannot be read; expected a study file", exitCode: 1)
    }
    try checkSeal(of: bytes, path)
    self.path = path
    self.bytes = bytes
  }

  /// Takes bytes whose seal is missing.
  init(unsealed bytes: Data, _ path: String) { (self.bytes, self.path) = (bytes, path) }

  /// The HDF5 file of these bytes.
  package func open() throws -> File { try File(readingUntrusted: bytes, from: path) }

  /// The SHA-256 of the bytes.
  package var digest: String { Digest.sha256(bytes) }
}
