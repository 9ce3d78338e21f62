import Foundation
import Host
import TestSupport
import Testing

/// Texts of files, whatever their line ends, and what is no file.
@Suite struct FileTextTests {
  @Test func lineEndsOfWindows() throws {
    #expect(textLines(of: "a\r\n\r\nb\rc\n") == ["a", "", "b\rc", ""])
    #expect(textLines(of: "a\nb") == ["a", "b"])
    try withFolder { folder in
      try write("a\r\nb\r\n", to: "\(folder)/x")
      #expect(fileText("\(folder)/x") == "a\nb\n")
    }
  }

  /// Neither a pipe nor a folder is a file, and only nothing is no record.
  @Test func whatIsNoFile() throws {
    try withFolder { folder in
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      #expect(contents(of: "\(folder)/pipe") == nil && fileText("\(folder)/pipe") == nil)
      #expect(Digest.sha256(ofFile: "\(folder)/pipe") == nil)
      let missing = try contents(ofRecord: "\(folder)/none", atMost: 9)
      #expect(missing == nil)
      for name in ["pipe", ""] {
        #expect(throws: UserError.self) {
          try contents(ofRecord: "\(folder)/\(name)", atMost: 9)
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
    #expect(withoutControls("\u{1b}[31mred\u{7}") == "␛[31mred␇")
    #expect(withoutControls("a\u{9b}2J\u{7f}") == "a\\u009b2J\\u007f")
    #expect(withoutControls("a\rb") == "a␍b")
    let plain = "one\ttwo\r\nα → ½ é e\u{301}\n"
    #expect(withoutControls(plain).unicodeScalars.elementsEqual(plain.unicodeScalars))
  }
}
