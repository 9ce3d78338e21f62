import Foundation
import Host
import TestSupport
import Testing

/// Why a file cannot be read is said in the system's words.
@Suite struct FileTextTests {
  @Test func reasons() async throws {
    try await withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/folder", withIntermediateDirectories: false)
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/loop", withDestinationPath: "loop")
      try Data("text".utf8).write(to: URL(filePath: "\(folder)/text"))
      for (name, reason) in [
        ("folder", "is a folder"), ("pipe", "is a pipe"), ("nothing", "no such file"),
        ("loop", "Too many levels of symbolic links"), ("text/x", "Not a directory"),
      ] {
        let line = await errorLine { _ = try utf8Text(of: "\(folder)/\(name)", as: "a page") }
        #expect(line == "\(folder)/\(name): \(reason); expected a page")
      }
      #expect(try utf8Text(of: "\(folder)/text", as: "a page") == "text")
      #expect(try contents(of: "\(folder)/text", atMost: 4, isMapped: true) == Data("text".utf8))
      #expect(try contents(ofOptional: "\(folder)/nothing", as: "a page", atMost: 4) == nil)
      let line = await errorLine { _ = try contents(of: "\(folder)/text", as: "a page", atMost: 3) }
      #expect(line == "\(folder)/text: got 4 bytes; expected at most 3")
      let missing = await errorLine { _ = try names(in: "\(folder)/nothing", as: "pages in it") }
      #expect(missing == "\(folder)/nothing: no such folder; expected pages in it")
      let file = await errorLine { _ = try names(in: "\(folder)/text", as: "pages in it") }
      #expect(file == "\(folder)/text: Not a directory; expected pages in it")
    }
  }

  @Test(.enabled(if: getuid() != 0, "root may read what nobody else may"))
  func aFileThatIsClosed() async throws {
    try await withFolder { folder in
      let file = "\(folder)/text"
      try Data("text".utf8).write(to: URL(filePath: file))
      #expect(chmod(file, 0) == 0)
      let line = await errorLine { _ = try utf8Text(of: file, as: "a page") }
      #expect(line == "\(file): Permission denied; expected a page")
      // What cannot be read is not what is missing.
      let optional = await errorLine { _ = try contents(ofOptional: file, as: "it", atMost: 4) }
      #expect(optional == "\(file): Permission denied; expected it")
    }
  }

  @Test func controlCharacters() async {
    #expect(printable("a\u{1B}[31m\u{9B}\n\t") == "a␛[31m\\u009b\n\t")
    #expect(printable("κ ≤ 1") == "κ ≤ 1")
    let line = await errorLine { try requirePrintable("one\r\ntwo\u{7}\n", of: "x.md") }
    #expect(
      line == "x.md:2: got the control character U+0007; expected a text without one")
    let lone = await errorLine { try requirePrintable("one\rtwo", of: "x.md") }
    #expect(lone.hasPrefix("x.md:1: got the control character U+000D"))
  }

  @Test func lineEndsOfWindows() throws {
    #expect(textLines(of: "a\r\n\r\nb\rc\n") == ["a", "", "b\rc", ""])
    #expect(textLines(of: "a\nb") == ["a", "b"])
    try withFolder { folder in
      try write("a\r\nb\r\n", to: "\(folder)/x")
      #expect(try utf8Text(of: "\(folder)/x", as: "text") == "a\nb\n")
    }
  }

  /// Neither a pipe nor a folder is a file, and only nothing is no record.
  @Test func whatIsNoFile() throws {
    try withFolder { folder in
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      #expect(contents(of: "\(folder)/pipe") == nil)
      #expect(Digest.sha256(ofFile: "\(folder)/pipe") == nil)
      let missing = try contents(ofOptional: "\(folder)/none", as: "it", atMost: 9)
      #expect(missing == nil)
      for name in ["pipe", ""] {
        #expect(throws: UserError.self) {
          try contents(ofOptional: "\(folder)/\(name)", as: "it", atMost: 9)
        }
      }
    }
  }

  @Test func namesWithADotAreNotMeant() throws {
    try withFolder { folder in
      for name in ["b.yml", "a.yml", "._a.yml", ".#a.yml", "#a.yml#", "a.yml~", ".a.yml.swp"] {
        try write("", to: "\(folder)/\(name)")
      }
      #expect(try fileNames(in: folder, "yml") == ["a.yml", "b.yml"])
    }
  }

  /// No character of a file's texts steers a terminal.
  @Test func controlsAreShown() {
    #expect(printable("\u{1b}[31mred\u{7}") == "␛[31mred␇")
    #expect(printable("a\u{9b}2J\u{7f}") == "a\\u009b2J\\u007f")
    #expect(printable("a\rb") == "a␍b")
    let plain = "one\ttwo\r\nα → ½ é e\u{301}\n"
    #expect(printable(plain).unicodeScalars.elementsEqual(plain.unicodeScalars))
  }
}
