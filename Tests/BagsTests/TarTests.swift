import Bags
import Foundation
import Host
import TestSupport
import Testing

@Suite struct TarTests {
  func file(_ name: String, _ text: String = "", isExecutable: Bool = false) -> Tar.Entry {
    Tar.Entry(name, .file(Data(text.utf8), isExecutable: isExecutable))
  }

  var plain: [Tar.Entry] {
    let long = "top/" + String(repeating: "very-long-name/", count: 12) + "x"
    return [
      file("top/empty"), file("top/b/run", "#!/bin/sh\n", isExecutable: true),
      file("top/a", String(repeating: "0123456789", count: 200)), file(long, "deep"),
      Tar.Entry("top/b/link", .link("../a")),
      Tar.Entry("top/long", .link(String(long.dropFirst(4)))), file("top/ü", "é"),
    ]
  }

  @Test func whatIsWrittenIsRead() async throws {
    let tar = Tar(plain)
    #expect(try Tar(reading: tar.bytes, of: "x.tar") == tar)
    try withFolder { folder in
      try tar.unpack(into: folder)
      for entry in tar.entries {
        let path = "\(folder)/\(entry.name)"
        switch entry.content {
        case .file(let bytes, let isExecutable):
          #expect(FileManager.default.contents(atPath: path) == bytes, "\(entry.name)")
          #expect(FileManager.default.isExecutableFile(atPath: path) == isExecutable)
        case .link(let target):
          #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == target)
        }
      }
    }
  }

  @Test func theOrderOfEntriesDoesNotMatter() {
    #expect(Tar(plain.reversed()).bytes == Tar(plain).bytes)
  }

  /// What an archive may not hold, and the words in which it is refused.
  static let hostile: [([Tar.Entry], String)] = {
    func file(_ name: String) -> Tar.Entry { Tar.Entry(name, .file(Data(), isExecutable: false)) }
    func link(_ name: String, _ target: String) -> Tar.Entry { Tar.Entry(name, .link(target)) }
    return [
      ([file("/etc/x")], "'/etc/x': a name that leaves"),
      ([file("../x")], "'../x': a name that leaves"),
      ([file("top/../../x")], "a name that leaves"), ([file("top//x")], "a name that leaves"),
      ([file("top/./x")], "a name that leaves"), ([file("top")], "'top': outside"),
      // To Swift, a slash and an accent are one character.
      ([file("../\u{301}esc/hello")], "a name that leaves"),
      ([file("top/../\u{301}x")], "a name that leaves"),
      ([file("/\u{301}x/y")], "a name that leaves"),
      ([file("top/x"), file("top/x/\u{301}y")], "below a file or a link"),
      ([file("top/a"), link("top/b", "/\u{301}a")], "'top/b': a link to"),
      ([file("top/x"), file("other/x")], "outside of"),
      ([file("top/x"), file("top/x")], "'top/x': is there twice"),
      ([file("top/x"), file("top/x/y")], "'top/x/y': below a file or a link"),
      ([link("top/x", "/etc/passwd")], "'top/x': a link to '/etc/passwd'"),
      ([link("top/x", "../../y")], "a link to '../../y'"), ([link("top/x", "y")], "a link to 'y'"),
      ([link("top/x", "..")], "a link to '..'"), ([link("top/x", "x")], "a link to 'x'"),
      ([file("top/a"), link("top/b", "a"), link("top/c", "b")], "'top/c': a link to 'b'"),
      ([file("top/d/a"), link("top/x", "d"), file("top/x/y")], "'top/x': a link to 'd'"),
      ([file("top/a"), link("top/x", "a"), file("top/x/y")], "'top/x/y': below a file or a link"),
      ([file("top/a\nb/../c")], "'top/a?b/../c': a name"),
    ]
  }()

  @Test(arguments: hostile.indices) func refusesWhatIsHostile(_ i: Int) async throws {
    let (entries, words) = Self.hostile[i]
    let line = await errorLine { _ = try Tar(reading: Tar(entries).bytes, of: "x.tar") }
    #expect(line.hasPrefix("x.tar: ") && line.contains(words), "\(line)")
    #expect(line.contains("; expected "), "\(line)")
  }

  /// A tar file with some bytes of its first header set, and the header's sum made right.
  func patched(_ offset: Int, _ bytes: [UInt8], sum isRight: Bool = true) -> Data {
    var tar = [UInt8](Tar([file("top/x", "text")]).bytes)
    tar.replaceSubrange(offset..<(offset + bytes.count), with: bytes)
    if isRight {
      for i in 148..<156 { tar[i] = 32 }
      let sum = tar[..<512].reduce(0) { $0 + Int($1) }
      tar.replaceSubrange(148..<155, with: String(format: "%06o\0", sum).utf8)
    }
    return Data(tar)
  }

  @Test func refusesHeadersThatLie() async throws {
    func refused(_ bytes: Data, _ words: String, _ line: Int = #line) async {
      let error = await errorLine { _ = try Tar(reading: bytes, of: "x.tar") }
      #expect(error.contains(words), "line \(line): \(error)")
    }
    let good = patched(0, [])
    #expect(try Tar(reading: good, of: "x.tar").entries.count == 1)
    // Eight gibibytes less one, of which there are four bytes; then a size in base 256.
    await refused(patched(124, [UInt8]("77777777777".utf8)), "cut short")
    await refused(patched(124, [0x80, 0, 0, 0, 0xff]), "a header with the number")
    await refused(patched(124, [UInt8]("-0000000004".utf8)), "a header with the number")
    await refused(good.prefix(700), "cut short")
    await refused(good.prefix(512), "cut short")
    await refused(patched(0, [UInt8(ascii: "s")], sum: false), "does not match its sum")
    for kind in "13467Lg" {
      await refused(patched(156, [kind.asciiValue!]), "'top/x' is of kind '\(kind)'")
    }
    await refused(Data(repeating: 0x41, count: 2048), "expected an archive")
  }
}

@Suite struct GzipTests {
  @Test(arguments: [0, 1, 65_535, 65_536, 200_000]) func whatIsStoredIsRead(_ count: Int)
    async throws
  {
    let bytes = Data((0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })
    try await withFolder { folder in
      let path = "\(folder)/x.gz"
      try Gzip.stored(bytes).write(to: URL(filePath: path))
      #expect(try Gzip.unpacked(path, limit: count) == bytes)
      if count > 0 {
        let line = await errorLine { _ = try Gzip.unpacked(path, limit: count - 1) }
        #expect(line == "\(path): unpacks to more than \(count - 1) bytes; expected less")
      }
    }
  }

  @Test func refusesWhatIsDamaged() async throws {
    try await withFolder { folder in
      let path = "\(folder)/x.gz"
      let good = Gzip.stored(Data("text".utf8))
      var flipped = good
      flipped[17] ^= 1
      for bytes in [good.dropLast(9), flipped, Data("no gzip".utf8)] {
        try Data(bytes).write(to: URL(filePath: path))
        let line = await errorLine { _ = try Gzip.unpacked(path, limit: 1000) }
        #expect(
          line.hasPrefix("\(path): ")
            && line.hasSuffix("; expected an archive written by cod archive"))
      }
      let line = await errorLine { _ = try Gzip.unpacked("\(folder)/none.gz", limit: 1000) }
      #expect(line.contains("none.gz: cannot be read"))
    }
  }

  /// A hundred megabytes of zeros in a hundred kilobytes.
  @Test func aBombIsNotReadToItsEnd() async throws {
    try await withFolder { folder in
      let path = "\(folder)/bomb.gz"
      _ = try run(
        URL(filePath: "/bin/sh"), ["-c", "head -c 100000000 /dev/zero | gzip -1 > \"$0\"", path])
      let line = await errorLine { _ = try Gzip.unpacked(path, limit: 1_000_000) }
      #expect(line.contains("unpacks to more than 1000000 bytes"))
    }
  }
}
