import Foundation
import NPZ
import TestSupport
import Testing

/// Arrays of every version, type and order.
@Suite struct NumPyArrayTests {
  static func read(_ npy: Data) throws -> NumPyArray {
    try NPZFile(.zip([.init(name: "w.npy", contents: npy)]), from: "x.npz").array("w")
  }

  @Test(arguments: [1, 2, 3] as [UInt8]) func versions(_ version: UInt8) throws {
    let npy = Data.npy(
      .head("<f8", "(2, 2)"), .numbers([1, 2, 3, 4] as [Double]), version: version)
    #expect(
      try Self.read(npy) == NumPyArray(shape: [2, 2], element: .float64, values: [1, 2, 3, 4]))
  }

  @Test func types() throws {
    func values(_ type: String, _ body: Data, _ count: Int) throws -> NumPyArray {
      try Self.read(.npy(.head(type, "(\(count),)"), body))
    }
    let numbers: [Float] = [1.5, -3, .infinity]
    for isBig in [false, true] {
      let mark = isBig ? ">" : "<"
      let single = try values("\(mark)f4", .numbers(numbers, bigEndian: isBig), 3)
      #expect(single.values == [1.5, -3, .infinity] && single.element == .float32)
      let double = try values(
        "\(mark)f8", .numbers([0.1, -1e300] as [Double], bigEndian: isBig), 2)
      #expect(double.values == [0.1, -1e300] && double.element == .float64)
      let integers = try values(
        "\(mark)i4", .numbers([-2, 70000] as [Int32], bigEndian: isBig), 2)
      #expect(integers.values == [-2, 70000] && integers.element == .integer)
      let wide = try values("\(mark)i8", .numbers([-1, 1 << 40] as [Int], bigEndian: isBig), 2)
      #expect(wide.values == [-1, 1_099_511_627_776])
      let unsigned = try values("\(mark)u2", .numbers([65535] as [UInt16], bigEndian: isBig), 1)
      #expect(unsigned.values == [65535])
    }
    #expect(try values("|i1", Data([255]), 1).values == [-1])
    #expect(try values("|b1", Data([1, 0]), 2) == values("|u1", Data([1, 0]), 2))
  }

  @Test func orders() throws {
    // The first index varies fastest: (i, j, k) is 100 i + 10 j + k.
    func value(_ i: Int, _ j: Int, _ k: Int) -> Double { Double(100 * i + 10 * j + k) }
    var (body, expected): ([Double], [Double]) = ([], [])
    for k in 0..<4 { for j in 0..<3 { for i in 0..<2 { body.append(value(i, j, k)) } } }
    for i in 0..<2 { for j in 0..<3 { for k in 0..<4 { expected.append(value(i, j, k)) } } }
    let read = try Self.read(.npy(.head("<f8", "(2, 3, 4)", fortran: true), .numbers(body)))
    #expect(read.values == expected)
    let one = Data.numbers([5] as [Double])
    #expect(try Self.read(.npy(.head("<f8", "()"), one)).shape == [])
    #expect(try Self.read(.npy(.head("<f8", "(1L, 1L)"), one)).shape == [1, 1])
    #expect(try Self.read(.npy(.head("<f8", "(0, 3)", fortran: true), Data())).values == [])
  }

  @Test(arguments: [
    (Data("PNG".utf8), "is no array of NumPy"),
    (Data.npy(.head("<f4", "(2,)"), Data(), version: 4), "is of format version 4; expected 1, "),
    (Data.npy(.head("<f2", "(2,)"), Data(count: 4)), "holds '<f2'; expected float32, float64 or "),
    (Data.npy(.head("|O", "(2,)"), Data()), "holds no numbers, but '|O'; expected float32"),
    (Data.npy(.head("<U3", "(2,)"), Data()), "holds '<U3'; expected float32"),
    (
      Data.npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (2,)}", Data()),
      "holds no numbers, but "
    ),
    (
      Data.npy(.head("<f4", "(3,)"), Data(count: 8)),
      "has 8 bytes of numbers; expected 12 for shape [3]"
    ),
    (
      Data.npy(.head("<f4", "(1000000000000, 1000000000000)"), Data(count: 8)),
      "declares more numbers than it has: shape [1000000000000, 1000000000000]"
    ),
    (Data.npy(.head("<f4", "(-1,)"), Data()), "has a head that is no dictionary of descr, "),
    (Data.npy(.head("<f4", "(99999999999999999999,)"), Data()), "has a head that is no "),
    (Data.npy("{'descr': '<f4'}", Data()), "has a head that is no dictionary"),
    (Data.npy("import os", Data()), "has a head that is no dictionary"),
    (Data.npy(.head("<f4", "(2,)"), Data()).prefix(40), "is cut in its head"),
  ])
  func whatIsWrong(npy: Data, words: String) async {
    let line = await errorLine { _ = try Self.read(npy) }
    #expect(line.hasPrefix("x.npz: 'w' \(words)"), "\(line)")
  }

  private static let hasNumPy =
    program("python3").map { (try? run($0, ["-c", "import numpy"]).status) == 0 } ?? false

  @Test(.enabled(if: hasNumPy, "python3 has no numpy")) func filesOfNumPy() throws {
    try withFolder { folder in
      let script = """
        import numpy as np
        x = np.arange(24, dtype=float).reshape(2, 3, 4)
        for save, name in [(np.savez, "stored"), (np.savez_compressed, "deflated")]:
            save(name + ".npz", c=x, f=np.asfortranarray(x), big=x.astype(">f4"),
                 single=x.astype("f4"), whole=x.astype("i2"), one=np.float32(3),
                 flag=np.array([True]), empty=np.zeros((0, 2)), **{"networks/0/w": x[:, ::2]})
        """
      let python = try #require(program("python3"))
      #expect(try run(python, ["-c", script], in: folder).status == 0)
      for name in ["stored", "deflated"] {
        let file = try NPZFile(try bytes("\(folder)/\(name).npz"), from: name)
        let expected = (0..<24).map(Double.init)
        for key in ["c", "f", "big", "single", "whole"] {
          let array = try file.array(key)
          #expect(array.shape == [2, 3, 4] && array.values == expected, "\(name): \(key)")
        }
        #expect(try file.array("one") == NumPyArray(shape: [], element: .float32, values: [3]))
        #expect(try file.array("flag") == NumPyArray(shape: [1], element: .integer, values: [1]))
        #expect(try file.array("empty").shape == [0, 2])
        #expect(try file.array("networks/0/w").shape == [2, 2, 4])
      }
      // And the other way.
      let written = NPZFile.bytes(of: [("X", [2, 3], [0, 1, 2, 3, 4, 5]), ("y", [2], [0.5, 1])])
      try written.write(to: URL(filePath: "\(folder)/own.npz"))
      let read = """
        import numpy as np
        f = np.load("own.npz")
        assert f["X"].dtype == "float32" and (f["X"] == np.arange(6).reshape(2, 3)).all()
        assert (f["y"] == [0.5, 1]).all() and sorted(f) == ["X", "y"]
        """
      let run = try run(python, ["-c", read], in: folder)
      #expect(run.status == 0, "\(run.errors)")
    }
  }
}
