import Foundation

#if canImport(CryptoKit)
  import CryptoKit
#else
  import CCrypto
#endif

/// A hash of bytes that arrive piece by piece, by the system's own cryptography: OpenSSL's
/// libcrypto on Linux, CryptoKit on a Mac.
package final class Digest {
  /// SHA-256 is the identity of cells, arrays and files; SHA-1 is how git names a file's content.
  package enum Algorithm: Sendable { case sha256, sha1 }

  #if canImport(CryptoKit)
    private var state: any HashFunction

    package init(_ algorithm: Algorithm = .sha256) {
      state = algorithm == .sha256 ? SHA256() : Insecure.SHA1()
    }

    package func update(_ bytes: UnsafeRawBufferPointer) { state.update(bufferPointer: bytes) }

    /// The digest of all bytes so far, in hexadecimal.
    package func hexadecimal() -> String { Array(state.finalize()).hexadecimal }
  #else
    private let context: OpaquePointer

    package init(_ algorithm: Algorithm = .sha256) {
      context = EVP_MD_CTX_new()
      let isReady = EVP_DigestInit_ex(
        context, algorithm == .sha256 ? EVP_sha256() : EVP_sha1(), nil)
      precondition(isReady == 1, "libcrypto has no such hash function")
    }

    deinit { EVP_MD_CTX_free(context) }

    package func update(_ bytes: UnsafeRawBufferPointer) {
      EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    /// The digest of all bytes so far, in hexadecimal. Nothing may be added afterwards.
    package func hexadecimal() -> String {
      var bytes = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
      var count: UInt32 = 0
      EVP_DigestFinal_ex(context, &bytes, &count)
      return bytes.prefix(Int(count)).hexadecimal
    }
  #endif
}

extension Digest {
  package func update(_ data: Data) { data.withUnsafeBytes { update($0) } }

  /// SHA-256 of some bytes, in hexadecimal.
  package static func sha256(_ data: Data) -> String {
    let digest = Digest()
    digest.update(data)
    return digest.hexadecimal()
  }

  /// SHA-256 of a file's bytes, in hexadecimal; `nil` if the file cannot be read.
  package static func sha256(ofFile path: String) -> String? {
    contents(of: path).map { sha256($0) }
  }
}

extension Sequence<UInt8> {
  /// Two lower-case hexadecimal digits a byte.
  package var hexadecimal: String {
    func digit(_ value: UInt8) -> UInt8 {
      value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
    }
    var digits: [UInt8] = []
    digits.reserveCapacity(64)
    for byte in self {
      digits.append(digit(byte >> 4))
      digits.append(digit(byte & 15))
    }
    return String(decoding: digits, as: UTF8.self)
  }
}
