import Foundation
import HDF5
import Host
import TestSupport
import Testing

/// A failed write leaves the earlier file and no other.
@Suite struct AtomicWriteTests {
  func names(in folder: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
  }

  @Test func theNewFileReplacesTheOld() throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      for value in [1, 2] {
        let file = try File()
        try file.root().write([value], shape: [1], to: "x")
        try file.write(to: path)
      }
      #expect(try File(reading: path).root().dataset("x").read() == [2])
      #expect(try names(in: folder) == ["x.h5"])
    }
  }

  @Test func theFolderDoesNotExist() throws {
    try withFolder { folder in
      let path = "\(folder)/missing/x.h5"
      let file = try File()
      expectError(naming: "cannot write \(path)", "No such file or directory") {
        try file.write(to: path)
      }
      #expect(try names(in: folder) == [])
    }
  }

  @Test func aFolderStandsInTheWay() throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: false)
      let file = try File()
      expectError(naming: "cannot write \(path)", "directory") { try file.write(to: path) }
      #expect(try names(in: folder) == ["x.h5"], "the temporary file is left")
    }
  }

  @Test(.enabled(if: getuid() != 0, "root may write where nobody else may"))
  func theFolderIsReadOnly() throws {
    try withFolder { folder in
      let path = "\(folder)/x.h5"
      try writeAtomically(Data("earlier".utf8), to: path)
      let permissions = FileAttributeKey.posixPermissions
      try FileManager.default.setAttributes([permissions: 0o555], ofItemAtPath: folder)
      let file = try File()
      expectError(naming: "cannot write \(path)", "Permission denied") { try file.write(to: path) }
      try FileManager.default.setAttributes([permissions: 0o755], ofItemAtPath: folder)
      #expect(try Data(contentsOf: URL(filePath: path)) == Data("earlier".utf8))
      #expect(try names(in: folder) == ["x.h5"])
    }
  }

  /// A limit on the size of files stands in for a full disk, since a write then stops part-way too.
  /// The limit holds for a whole process, so the test has a process of its own.
  @Test func theDiskIsFull() async {
    await #expect(processExitsWith: .success) {
      try withFolder { folder in
        let path = "\(folder)/x.h5"
        try writeAtomically(Data("earlier".utf8), to: path)
        let file = try File()
        let values = samples(Double.self, count: 100_000)
        try file.root().write(values, shape: [values.count], to: "x")

        try #require(try file.image().count > 1 << 19)
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 1 << 16, rlim_max: rlim_t.max)
        #if canImport(Glibc)
          try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        #else
          try #require(setrlimit(RLIMIT_FSIZE, &limit) == 0)
        #endif
        expectError(naming: "cannot write \(path)", "File too large") { try file.write(to: path) }
        #expect(try Data(contentsOf: URL(filePath: path)) == Data("earlier".utf8))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.h5"])
      }
    }
  }
}
