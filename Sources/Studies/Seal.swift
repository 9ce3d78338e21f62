import Crypto
import Foundation
import HDF5

// A study file ends in a seal: a line of text with the SHA-256 of all bytes before it. HDF5 ignores what
// stands after its own end, but damage to the strings of a file can crash libhdf5 1.10 itself, so
// the bytes are checked before it sees them.

private let mark = "\ncod sha256 "
private let length = mark.utf8.count + 64 + 1

/// The bytes followed by their seal.
func sealed(_ image: Data) -> Data {
  image + Data("\(mark)\(SHA256.hash(data: image).hexadecimal)\n".utf8)
}

/// Checks a file's bytes against its seal.
///
/// - Throws: `UserError` if the file is cut or changed, or was never sealed. A file that cannot be read
///   passes: opening it tells why.
func checkSeal(of path: String) throws {
  guard let bytes = try contents(of: path, atMost: ReadLimit.file) else { return }
  let body = bytes.dropLast(length)
  let seal = String(decoding: bytes.suffix(length), as: UTF8.self)
  guard seal.hasPrefix(mark) else {
    throw UserError(
      "\(path): damaged or no study file: no checksum at its end; expected one written by cod simulate",
      exitCode: 1)
  }
  guard seal == "\(mark)\(SHA256.hash(data: body).hexadecimal)\n" else {
    throw UserError(
      "\(path): damaged: its bytes do not match their checksum; expected an intact study file",
      exitCode: 1)
  }
}
