import Foundation
import Host
import Testing

/// Hash functions, against the examples of FIPS 180-4 and of git.
@Suite struct DigestTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func sha256(text: String, expected: String) {
    #expect(Digest.sha256(Data(text.utf8)) == expected)
    // The same in pieces of one byte.
    let digest = Digest()
    for byte in text.utf8 { digest.update(Data([byte])) }
    #expect(digest.hexadecimal() == expected)
  }

  @Test func sha256OfAMillionLetters() {
    #expect(
      Digest.sha256(Data(repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }

  /// The name that git gives to the content "what is up, doc?" (Pro Git, chapter 10.2).
  @Test func sha1() {
    let digest = Digest(.sha1)
    digest.update(Data("blob 16\u{0}what is up, doc?".utf8))
    #expect(digest.hexadecimal() == "bd9dbf5aae1a3862dd1526723246b20206e5fc37")
  }
}
