import Foundation
import NPZ
import TestSupport
import Testing

/// Zip files with arrays, made byte by byte, whole and damaged.
@Suite struct ZipTests {
  static let array = Data.npy(.head("<f4", "(2,)"), .numbers([1, -2.5] as [Float]))

  static func read(_ bytes: Data) throws -> [String: NumPyArray] {
    let file = try NPZFile(bytes, from: "x.npz")
    return Dictionary(uniqueKeysWithValues: try file.names.map { ($0, try file.array($0)) })
  }

  @Test(arguments: [false, true], [false, true])
  func storedAndDeflated(isDeflated: Bool, isWide: Bool) throws {
    let long = Data.npy(.head("<f8", "(1000,)"), .numbers((0..<1000).map { Double($0 % 7) }))
    let bytes = Data.zip([
      .init(name: "a.npy", contents: Self.array, isDeflated: isDeflated, isWide: isWide),
      .init(name: "networks/0/w.npy", contents: long, isDeflated: isDeflated, isWide: isWide),
    ])
    let arrays = try Self.read(bytes)
    #expect(arrays["a"] == NumPyArray(shape: [2], element: .float32, values: [1, -2.5]))
    #expect(arrays["networks/0/w"]?.values == (0..<1000).map { Double($0 % 7) })
    // Bytes that do not begin at index zero.
    let slice = (Data([0]) + bytes)[1...]
    #expect(try Self.read(slice) == arrays)
  }

  @Test func aCommentIsNoDirectory() throws {
    let bytes = Data.zip(
      [.init(name: "a.npy", contents: Self.array)],
      comment: "PK\u{5}\u{6}" + String(repeating: "\0", count: 20))
    #expect(try Self.read(bytes).keys.sorted() == ["a"])
  }

  @Test(arguments: [
    (
      Data("name,value\n".utf8),
      "got a file in another format; expected one written by numpy.savez"
    ),
    (Data("PK".utf8), "damaged: no directory at its end; expected an intact file"),
    (
      Data.zip([.init(name: "archive/data.pkl", contents: Data())]),
      "has 'archive/data.pkl'; expected arrays alone, as numpy.savez writes them"
    ),
    (
      Data.zip([.init(name: "a.npy", contents: array, flags: 1)]),
      "'a.npy' is encrypted; expected members without a password"
    ),
    (
      Data.zip([.init(name: "a.npy", contents: array, method: 12)]),
      "'a.npy' is packed by method 12; expected stored or deflated"
    ),
    (
      Data.zip([.init(name: "a.npy", contents: array, checksum: 0)]),
      "damaged: the checksum of 'a.npy'; expected an intact file"
    ),
    (
      Data.zip([.init(name: "a.npy", contents: array, isDeflated: true, size: 500)]),
      "damaged: the data of 'a.npy'"
    ),
    (
      Data.zip([.init(name: "a.npy", contents: array, isDeflated: true, size: 0xffff_fff0)]),
      "damaged: the size of 'a.npy'"
    ),
    (
      Data.zip([.init(name: "a.npy", contents: array), .init(name: "a.npy", contents: array)]),
      "damaged: two members of one name"
    ),
    (
      Data.zip([.init(name: "a\nb.npy", contents: Data("text".utf8))]),
      "'a?b' is no array of NumPy"
    ),
  ])
  func whatIsWrong(bytes: Data, words: String) async {
    let line = await errorLine { _ = try Self.read(bytes) }
    #expect(line.hasPrefix("x.npz: \(words)"), "\(line)")
  }

  /// Cut at every byte, a file is an error of one line.
  @Test(arguments: [false, true]) func cutAnywhere(isDeflated: Bool) async {
    let bytes = Data.zip([
      .init(name: "a.npy", contents: Self.array, isDeflated: isDeflated, isWide: true),
      .init(name: "b.npy", contents: Self.array, isDeflated: isDeflated),
    ])
    for length in 0..<bytes.count {
      let line = await errorLine { _ = try Self.read(bytes.prefix(length)) }
      #expect(line.hasPrefix("x.npz: "), "cut to \(length): \(line)")
    }
  }

  /// With bytes changed anywhere, a file is an error of one line, or an array of another name,
  /// time or padding. Numbers never change.
  @Test(arguments: [false, true]) func changedAnywhere(isDeflated: Bool) throws {
    let bytes = Data.zip([
      .init(name: "a.npy", contents: Self.array, isDeflated: isDeflated, isWide: true)
    ])
    var state: UInt64 = 1
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    var (whole, failures) = (0, 0)
    for round in 0..<4000 {
      var changed = bytes
      for _ in 0...round % 3 { changed[random(bytes.count)] = UInt8(random(256)) }
      do {
        for array in try Self.read(changed).values { #expect(array.values == [1, -2.5]) }
        whole += 1
      } catch {
        #expect("\(error)".split(whereSeparator: \.isNewline).count == 1, "\(error)")
        failures += 1
      }
    }
    #expect(failures > 1000 && whole > 100, "\(failures), \(whole)")
  }

  /// What is written here is read back, and is the same bytes each time.
  @Test func writtenAndRead() throws {
    let arrays: [(name: String, shape: [Int], values: [Float])] = [
      ("X", [2, 3], [1, 2, 3, 4, 5, 6]), ("y", [2], [.pi, -0.0]), ("one", [], [7]),
      ("cube", [1, 2, 2], [0, 1, 2, 3]),
    ]
    let bytes = NPZFile.bytes(of: arrays)
    #expect(bytes == NPZFile.bytes(of: arrays))
    let read = try Self.read(bytes)
    for (name, shape, values) in arrays {
      #expect(
        read[name]
          == NumPyArray(shape: shape, element: .float32, values: values.map { Double($0) }))
    }
  }
}
