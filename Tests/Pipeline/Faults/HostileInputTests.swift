import Foundation
import TestSupport
import Testing

/// Texts that are made to harm are refused in one line, without running out of memory or of time.
@Suite struct HostileInputTests {
  /// Runs the tool with four gigabytes of address space and a minute of processor time at most.
  func codInBounds(_ arguments: String..., in folder: String) throws -> Run {
    let script = "ulimit -v 4000000 -t 60; exec \"$0\" \"$@\""
    return try run(
      URL(filePath: "/bin/bash"), ["-c", script, tool.path] + arguments, in: folder)
  }

  /// Expects one short line that names the file, from every command that reads it.
  func expectRefusal(
    _ text: Data, by commands: [String] = ["status", "simulate", "predict", "claims"],
    saying words: String? = nil
  ) throws {
    try withFolder { folder in
      try text.write(to: URL(filePath: "\(folder)/x.yml"))
      for command in commands {
        let run = try codInBounds(command, "x.yml", in: folder)
        expectFailure(run, 2, saying: "cod: x.yml:")
        if let words { #expect(run.errors.contains(words), "\(command): \(run.errors)") }
        #expect(run.errors.utf8.count < 500, "\(command): \(run.errors.prefix(1000))")
      }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["x.yml"])
    }
  }

  /// Lists of aliases of lists of aliases …, as values and as keys, which are compared.
  static let bomb: String = {
    var lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    for i in 1..<20 {
      let aliases = Array(repeating: "*a\(i - 1)", count: 9).joined(separator: ", ")
      lines.append("a\(i): &a\(i) [\(aliases)]")
    }
    return lines.joined(separator: "\n") + "\n"
  }()

  static let texts: [(String, String)] = [
    (String(repeating: "[", count: 100_000), "nesting level"),
    (String(repeating: "{a: ", count: 50_000), "nesting level"),
    (String(repeating: "- ", count: 100_000) + "1", "nesting level"),
    (String(repeating: "[", count: 900) + String(repeating: "]", count: 900), "got [[[[…]]]]"),
    (bomb + "b: [*a19, *a19]\n", "aliases"),
    (bomb + "? *a19\n: 1\n", "aliases"),
    (bomb + "b: {? *a19 : 1, ? *a19 : 2}\n", "aliases"),
    (study() + "# " + String(repeating: "x", count: 1_000_000), "bytes"),
    (study() + study(), "appears twice"),
    ("\u{1}\u{2}\u{3}", "control characters"),
  ]

  @Test(arguments: texts) func aText(text: String, words: String) throws {
    try expectRefusal(Data(text.utf8), saying: words)
  }

  @Test func aHundredMegabytes() throws {
    try expectRefusal(Data(count: 100_000_000), saying: "got 100000000 bytes; expected at most")
  }

  @Test func anyBytes() throws {
    var random = Seeded(5)
    for _ in 0..<3 {
      let bytes = (0..<4096).map { _ in UInt8.random(in: 0...255, using: &random) }
      try expectRefusal(Data(bytes), by: ["status", "predict", "claims"], saying: "UTF-8")
    }
  }

  static let thousand = (1...1000).map(String.init).joined(separator: ",")
  static let many = (1...40_000).map(String.init).joined(separator: ",")
  static let studies: [(String, String, String)] = [
    ("width: [3, 5]", "width: [\(thousand)], dimension: [\(thousand)]", "appears twice"),
    (
      "dimension: 4, width: [3, 5]", "dimension: [\(thousand)], width: [\(thousand)]", "on the grid"
    ),
    ("datasets: 2", "datasets: 1000000000", "cells on the grid: got 2e+09; expected at most"),
    ("width: [3, 5]", "width: [1000000000, 999999999]", "weights of one network"),
    ("ridge: 0.1", "ridge: 1e400", "got '1e400'"),
    ("ridge: 0.1", "ridge: \(String(repeating: "9", count: 100_000))", "got '999"),
    ("ridge: 0.1", "ridge: [.nan, .inf, -.inf]", "got '.nan'"),
    ("ridge: 0.1", "ridge: 0.1\nridge: 0.2", "appears twice"),
    ("draws: 12", "draws: 1000000000, thin: 1000000000", "draws × chains"),
    ("cold: 1", "cold: 1000000000", "draws × chains"),
  ]

  @Test(arguments: studies) func aStudy(part: String, replacement: String, words: String) throws {
    var text = study()
    #expect(text.contains(part))
    text = text.replacing(part, with: replacement)
    try expectRefusal(Data(text.utf8), by: ["status", "simulate"], saying: words)
  }

  /// Combinations that would have to be gone through one by one, to find the largest or which are
  /// the same.
  @Test(arguments: ["samples: [\(many)]", "samples: {factors: [\(many)], of: width}"])
  func twoLongAxes(samples: String) throws {
    let text = study(widths: "[\(Self.thousand)]").replacing("samples: 10", with: samples)
    try expectRefusal(
      Data(text.utf8), by: ["status", "simulate"], saying: "cells on the grid: got 4e+07")
  }

  static let architectures = [
    ("layers:\n" + String(repeating: "  - {kind: dense, width: d}\n", count: 5_000), "at most 32"),
    ("layers: [{kind: dense, width: d^999999999999999999999/7}]\n", "layers[1].width"),
    ("layers: [{kind: dense, width: d^1/0}]\n", "layers[1].width"),
    ("layers: [{kind: dense, width: 1e400}]\n", "layers[1].width"),
    ("degree: 99999999999999999999\nlayers: [{kind: dense, width: d}]\n", "degree"),
    ("layers: [{kind: dense, width: &a [*a]}]\n", "alias"),
  ]

  @Test(arguments: architectures) func anArchitecture(text: String, words: String) throws {
    try expectRefusal(Data(text.utf8), by: ["predict"], saying: words)
  }

  static let claims = [
    ("../../../../etc/passwd", "1"), ("x.y", "\(String(repeating: "9", count: 300))/7"),
    ("x.y", ".nan"), ("x.y", "1/0"),
  ]

  @Test(arguments: claims) func aClaim(estimate: String, expected: String) throws {
    let text =
      "s: {c: {statement: a, source: b, estimate: \"\(estimate)\", expected: \(expected), rival: 2}}"
    try expectRefusal(Data(text.utf8), by: ["claims"], saying: "s.c.")
  }

  // MARK: - Files that are none

  /// What leads elsewhere: devices and pipes, which never end, folders, links to themselves.
  func withOddFiles(_ body: (String, [String]) throws -> Void) throws {
    try withFolder { folder in
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      for (name, target) in [
        ("zero", "/dev/zero"), ("loop", "loop"), ("up", "."), ("nothing", "nowhere"),
        ("null", "/dev/null"),
      ] {
        try FileManager.default.createSymbolicLink(
          atPath: "\(folder)/\(name)", withDestinationPath: target)
      }
      try body(folder, ["pipe", "zero", "loop", "up", "nothing", "null"])
    }
  }

  @Test func insteadOfATextOrAStudy() throws {
    try withOddFiles { folder, names in
      for name in names {
        for command in ["status", "simulate", "predict", "claims", "estimate"] {
          expectFailure(
            try codInBounds(command, name, in: folder), 2, saying: "cod: \(name): ")
        }
        expectFailure(try cod("summary", name, in: folder), 1, saying: "cod: cannot open \(name): ")
        expectFailure(try cod("verify", name, name, in: folder), 2, saying: "cod: \(name)")
      }
      for name in names {
        // By the names of a study and of a table, which they are not, either.
        for ending in ["h5", "tsv"] where !["up", "loop", "nothing"].contains(name) {
          let link = "\(name).\(ending)"
          try FileManager.default.createSymbolicLink(
            atPath: "\(folder)/\(link)", withDestinationPath: name)
          let verified = try codInBounds("verify", link, link, in: folder)
          #expect(verified.status == 1 && verified.output.contains("not comparable"), "\(verified)")
        }
      }
    }
  }

  /// Inputs may lie anywhere, but nothing of a file that holds no numbers is told.
  @Test func insteadOfInputs() throws {
    try withOddFiles { folder, names in
      try write("secret:x:0:0\n", to: "\(folder)/words")
      for name in names + ["words", "../../../../../etc/passwd", "/etc/passwd"] {
        try write(
          study().replacing("samples: 10, datasets: 2", with: "inputs: \(name)"),
          to: "\(folder)/x.yml")
        let run = try codInBounds("simulate", "x.yml", in: folder)
        expectFailure(run, 2, saying: "expected ")
        for word in ["secret", "root:", "nologin"] { #expect(!run.errors.contains(word)) }
      }
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/x.h5"))
    }
  }

  /// A `lock.json` that is none is no reason to lose a study, and is not replaced.
  @Test(arguments: [
    String(repeating: "[", count: 100_000), "{\"studies\":{\"x\":1e999}}", "", "\u{0}\u{1}",
    "{\"studies\":{\"x.h5\":{\"cells\":99999999999999999999}}}",
    String(repeating: " ", count: 5_000_000),
  ])
  func insteadOfALock(text: String) throws {
    try withFolder { folder in
      try write(study(), to: "\(folder)/x.yml")
      try write(text, to: "\(folder)/lock.json")
      let simulated = try codInBounds("simulate", "x.yml", in: folder)
      #expect(simulated.status != 0 && simulated.errors.contains("lock.json: got "), "\(simulated)")
      #expect(try cod("summary", "x.h5", in: folder).status == 0)
      let status = try codInBounds("status", "x.yml", in: folder)
      #expect(status.status != 0 && status.errors.contains("lock.json: got "), "\(status)")
      #expect(try bytes("\(folder)/lock.json") == Data(text.utf8))
    }
  }
}
