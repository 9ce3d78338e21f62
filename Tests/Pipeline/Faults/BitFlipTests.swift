import Foundation
import Host
import TestSupport
import Testing

/// A study file with bits flipped or its end lost is detected, or read as what it was; never as
/// something else; and so is a cell's file. Files are read in processes of their own, which may
/// crash.
@Suite struct BitFlipTests {
  static let spec = study(widths: "5", datasets: 1)

  struct Original {
    let study: Data
  }

  static let original = Result {
    try withFolder { folder in
      try write(spec, to: "\(folder)/x.yml")
      let run = try cod("simulate", "x.yml", in: folder)
      try #require(run.status == 0, "\(run)")
      return Original(study: try bytes("\(folder)/x.h5"))
    }
  }

  struct States: Decodable {
    let studies: [State]?
    let archive: [State]?
    struct State: Decodable {
      let target, file: String?
      let state: String
    }
  }

  /// What `cod status` or `cod verify` says of files of these bytes, each "fresh", or "intact", or
  /// "damaged"; "crashed" of those that end the process, take more than four gigabytes of it, or a
  /// minute.
  func states(of files: [Data], by command: String = "status") throws -> [String] {
    let told = try withFolder { folder in
      try FileManager.default.createDirectory(
        atPath: "\(folder)/data", withIntermediateDirectories: false)
      for (i, bytes) in files.enumerated() {
        let name = String(format: "%05d", i)
        try write(Self.spec, to: "\(folder)/data/\(name).yml")
        try bytes.write(to: URL(filePath: "\(folder)/data/\(name).h5"))
      }
      let script = "ulimit -v 4000000 -t 60; exec \"$0\" \(command) --json"
      return try run(URL(filePath: "/bin/bash"), ["-c", script, tool.path], in: folder)
    }
    if let states = try? JSONDecoder().decode(States.self, from: Data(told.output.utf8)),
      let found = states.studies ?? states.archive?.filter({ $0.file?.hasSuffix(".h5") == true }),
      found.count == files.count
    {
      return found.map(\.state)
    }
    if files.count == 1 { return ["crashed"] }
    let half = files.count / 2
    return try states(of: Array(files[..<half]), by: command)
      + states(of: Array(files[half...]), by: command)
  }

  /// Files that differ from one, with what was done to each.
  struct Sample {
    let original: Data
    var files: [Data] = []
    var changes: [String] = []

    init(_ original: Data) { self.original = original }

    mutating func flip(_ place: Int, _ bit: Int) {
      var bytes = original
      bytes[place] ^= 1 << UInt8(bit)
      files.append(bytes)
      changes.append("bit \(bit) of byte \(place) of \(original.count)")
    }

    mutating func flip(_ count: Int, in places: [Int], _ random: inout Seeded) {
      for _ in 0..<count {
        flip(places.randomElement(using: &random)!, .random(in: 0..<8, using: &random))
      }
    }
  }

  /// How many of a sample are detected, and how many are read as they were.
  func count(
    _ sample: Sample, seed: UInt64, at location: SourceLocation = #_sourceLocation
  ) throws -> (detected: Int, harmless: Int) {
    var counts = (detected: 0, harmless: 0)
    for begin in stride(from: 0, to: sample.files.count, by: 200) {
      let range = begin..<min(begin + 200, sample.files.count)
      for (i, state) in zip(range, try states(of: Array(sample.files[range]))) {
        let what = "\(sample.changes[i]), seed \(seed)"
        switch state {
        case "damaged": counts.detected += 1
        case "fresh":
          counts.harmless += 1
          // Of twenty, `cod verify` says so too.
          if counts.harmless <= 20 {
            let equal = try isIdentical(sample.files[i], sample.original)
            #expect(equal, "silent: \(what)", sourceLocation: location)
          }
        default: Issue.record("\(state): \(what)", sourceLocation: location)
        }
      }
    }
    return counts
  }

  private struct Verdicts: Decodable {
    let items: [Item]
    struct Item: Decodable { let verdict: String }
  }

  /// Whether all numbers of two files are the same. Texts may differ, which `cod verify` tells
  /// besides.
  func isIdentical(_ a: Data, _ b: Data) throws -> Bool {
    try withFolder { folder in
      try a.write(to: URL(filePath: "\(folder)/a.h5"))
      try b.write(to: URL(filePath: "\(folder)/b.h5"))
      let run = try cod("verify", "a.h5", "b.h5", "--json", in: folder)
      let found = try JSONDecoder().decode(Verdicts.self, from: Data(run.output.utf8))
      return found.items.map(\.verdict) == ["identical"]
    }
  }

  @Test func everyFlipIsDetected() throws {
    let original = try Self.original.get()
    #expect(try states(of: [original.study]) == ["fresh"])
    var random = Seeded(6)
    let file = original.study
    var sample = Sample(file)
    sample.flip(500, in: Array(file.indices), &random)
    sample.flip(300, in: Self.structure(of: file), &random)
    for place in file.count - 77..<file.count { sample.flip(place, place % 8) }
    let (detected, harmless) = try count(sample, seed: random.seed)
    print(
      "flips: \(sample.files.count) tried, \(detected) detected, \(harmless) harmless, 0 silent")
    #expect(detected == sample.files.count)
  }

  /// Two hundred cells at a time, each with one bit flipped or with its end lost, are all simulated
  /// anew.
  @Test func everyChangedCellIsDetected() throws {
    try withFolder { folder in
      try write(study(widths: "5", datasets: 200), to: "\(folder)/x.yml")
      _ = try cod("simulate", "x.yml", in: folder)
      let original = try bytes("\(folder)/x.h5")
      let cells = contents("\(folder)/.cells").filter { $0.key.hasSuffix(".cell") }
      #expect(cells.count == 200)
      var random = Seeded(9)
      for round in 0..<4 {
        for (name, bytes) in cells.sorted(by: { $0.key < $1.key }) {
          var changed = bytes
          if round == 3 {
            changed = bytes.prefix(.random(in: 0..<bytes.count, using: &random))
          } else {
            changed[.random(in: 0..<bytes.count, using: &random)] ^=
              1 << UInt8.random(in: 0..<8, using: &random)
          }
          try changed.write(to: URL(filePath: "\(folder)/.cells/\(name)"))
        }
        try FileManager.default.removeItem(atPath: "\(folder)/x.h5")
        let run = try cod("simulate", "x.yml", in: folder)
        #expect(
          run.output.hasPrefix("x.h5: 200 cells simulated, 0 taken over, "),
          "round \(round), seed \(random.seed): \(run)")
        #expect(try bytes("\(folder)/x.h5") == original)
      }
    }
  }

  @Test func everyLostEndIsDetected() throws {
    let original = try Self.original.get()
    var random = Seeded(7)
    let file = original.study
    var sample = Sample(file)
    let lengths = (0..<150).map { _ in Int.random(in: 0..<file.count, using: &random) }
    for length in [0, 1, 8, 48, 96, file.count - 77, file.count - 1] + lengths {
      sample.files.append(file.prefix(length))
      sample.changes.append("\(length) of \(file.count) bytes")
    }
    #expect(try count(sample, seed: random.seed).detected == sample.files.count)
  }

  /// Flips with the file's own checksum renewed, as by somebody who means harm. No number is read
  /// wrong, and the reader survives. Only texts can be forged so, and `lock.json` tells.
  @Test func everyFlipUnderARenewedSealIsSurvived() throws {
    let original = try Self.original.get()
    var random = Seeded(8)
    let file = original.study
    var sample = Sample(file)
    let body = file.indices.dropLast(77)
    sample.flip(300, in: Array(body), &random)
    sample.flip(600, in: Self.structure(of: file), &random)
    sample.files = sample.files.map { Self.sealed($0.dropLast(77)) }
    let (detected, harmless) = try count(sample, seed: random.seed)
    print(
      "flips under a renewed seal: \(sample.files.count) tried, \(detected) refused, "
        + "\(harmless) with all arrays as they were")
    #expect(detected > 100 && harmless > 100)
    // What one command refuses is none that another reads, or waits for.
    let some = Array(sample.files[250..<450])
    let verified = try states(of: some, by: "verify")
    for (i, (status, verify)) in zip(try states(of: some), verified).enumerated() {
      #expect(
        verify == "damaged" || (verify == "intact" && status == "fresh"),
        "\(status), \(verify): \(sample.changes[250 + i]), seed \(random.seed)")
    }
  }

  /// A file that was exchanged is told by its record, whatever its own checksum.
  @Test func aRenewedSealDoesNotDeceiveTheLock() throws {
    try withFolder { folder in
      try write(Self.spec, to: "\(folder)/x.yml")
      _ = try cod("simulate", "x.yml", in: folder)
      var bytes = try bytes("\(folder)/x.h5")
      // A letter of the study's question, in its text, which no digest of HDF5 covers.
      let place = try #require(bytes.range(of: Data("Is it tiny?".utf8)))
      bytes[place.lowerBound] ^= 1
      try Self.sealed(bytes.dropLast(77)).write(to: URL(filePath: "\(folder)/x.h5"))
      let status = try cod("status", "x.yml", in: folder)
      #expect(status.status == 1, "\(status)")
      #expect(
        status.output.contains("damaged: not the file of lock.json: file_sha256 "), "\(status)")
    }
  }

  /// The seal of `Seal.swift`.
  static func sealed(_ body: Data) -> Data {
    body + Data("\ncod sha256 \(Digest.sha256(body))\n".utf8)
  }

  /// Bytes that others are found by: the superblock, the heads of the strings' heaps and of the
  /// strings in them, the references to strings, and the heads of headers, trees and chunks'
  /// records.
  static func structure(of file: Data) -> [Int] {
    var places = Array(0..<48)
    func number(_ count: Int, _ place: Int) -> Int {
      (0..<count).reversed().reduce(0) { $0 << 8 | Int(file[place + $1]) }
    }
    func all(_ signature: String) -> [Int] {
      var found: [Int] = []
      var rest = file.startIndex..<file.endIndex
      while let range = file.range(of: Data(signature.utf8), in: rest) {
        found.append(range.lowerBound)
        rest = range.upperBound..<file.endIndex
      }
      return found
    }
    for heap in all("GCOL") {
      places += heap..<heap + 16
      let end = heap + number(8, heap + 8)
      var place = heap + 16
      while place + 16 <= end {
        places += place..<place + 16
        let size = number(8, place + 8)
        if number(2, place) == 0 { break }
        place += 16 + (size + 7) / 8 * 8
      }
      // What refers to strings of this heap holds its address.
      let address = withUnsafeBytes(of: UInt64(heap).littleEndian) { Data($0) }
      var rest = file.startIndex..<file.endIndex
      while let range = file.range(of: address, in: rest) {
        places += range.lowerBound - 4..<range.upperBound + 4
        rest = range.upperBound..<file.endIndex
      }
    }
    for signature in ["OHDR", "OCHK", "FRHP", "FHDB", "FHIB", "BTHD", "BTLF", "TREE", "FSHD"] {
      for place in all(signature) { places += place..<min(place + 64, file.count - 77) }
    }
    return places
  }
}
