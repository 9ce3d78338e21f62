import Foundation
import HDF5
import Host
import Studies

// A study file ends in a seal: a line of text with the SHA-256 of all bytes before it. HDF5 ignores
// what stands after its own end, but damage to the strings of a file can crash libhdf5 1.10 itself,
// so the bytes are checked before it sees them.

private let mark = "\ncod sha256 "
private let length = mark.utf8.count + 64 + 1

/// What bytes, in pieces, are to be followed by.
func seal(of pieces: [Data]) -> Data {
  let digest = Digest()
  for piece in pieces { digest.update(piece) }
  return Data("\(mark)\(digest.hexadecimal())\n".utf8)
}

/// The bytes before an intact seal; `nil` if they do not end in one.
func unsealed(_ bytes: Data) -> Data? {
  let body = bytes.dropLast(length)
  return bytes.suffix(length) == seal(of: [body]) ? body : nil
}

/// Checks a file's bytes against its seal.
///
/// - Throws: `UserError` if the file is cut or changed, or was never sealed. A file that cannot be
///   read passes: opening it tells why.
package func checkSeal(of path: String) throws {
  if let bytes = try contents(of: path, atMost: ReadLimit.file) { try checkSeal(of: bytes, path) }
}

/// Whether bytes are a study file that lost its seal and nothing else. libhdf5 cuts what stands
/// behind its own end when it opens a file for writing, even if nothing is written.
private func isWholeWithoutSeal(_ bytes: Data, _ path: String) -> Bool {
  // Cut or lengthened files are not opened: libhdf5 trusts much of what it reads.
  declaredSize(of: bytes) == bytes.count
    && (try? Archive(StudyFile(unsealed: bytes, path))) != nil
}

/// Checks the bytes of a file against their seal.
func checkSeal(of bytes: Data, _ path: String) throws {
  guard bytes.suffix(length).starts(with: Data(mark.utf8)) else {
    guard !isWholeWithoutSeal(bytes, path) else {
      throw UserError(
        "\(path): damaged: no checksum at its end, while its arrays match content_sha256, as after "
          + "opening it for writing; restore it from a copy, or by: printf '\\ncod sha256 %s\\n' "
          + "$(sha256sum < \(shellQuoted(path)) | cut -c 1-64) >> \(shellQuoted(path))",
        exitCode: 1)
    }
    throw UserError(
      "\(path): damaged or no study file: no checksum at its end; expected one written by cod simulate",
      exitCode: 1)
  }
  guard unsealed(bytes) != nil else {
    throw UserError(
      "\(path): damaged: its bytes do not match their checksum; expected an intact study file",
      exitCode: 1)
  }
}
