import Foundation
import TestSupport
import Testing

/// A project folder of one's own: the Makefile, scripts and titles of two figures, each with a tiny
/// study, and the tool as it was built.
struct SmallPipeline {
  let folder: String
  static let figures = ["ldt-density", "specialists"]
  static let studies = ["two-layer-density", "two-layer-width"]

  init(in folder: String) throws {
    self.folder = folder
    let files = FileManager.default
    for name in ["data", "figures", ".build/release"] {
      try files.createDirectory(atPath: "\(folder)/\(name)", withIntermediateDirectories: true)
    }
    let scripts = ["style.gp"] + Self.figures.flatMap { ["\($0).gp", "\($0).md"] }
    for name in ["Makefile"] + scripts.map({ "figures/\($0)" }) {
      try files.copyItem(atPath: "\(projectFolder)/\(name)", toPath: "\(folder)/\(name)")
    }
    try files.createSymbolicLink(
      atPath: "\(folder)/.build/release/cod", withDestinationPath: tool.path)
    // So that no rule asks for the tool to be built.
    try files.createDirectory(atPath: "\(folder)/Sources", withIntermediateDirectories: true)
    for (name, samples) in zip(Self.studies, [10, 12]) {
      try write(
        study(widths: "[5, 20]", sampler: "warmup: 20, draws: 60")
          .replacing("samples: 10", with: "samples: \(samples)"), to: "\(folder)/data/\(name).yml")
    }
  }

  /// The arguments of `make` for a target of these figures. The studies are those of the folder.
  static func arguments(_ arguments: [String]) -> [String] {
    ["make", "sources=", "FIGURES=\(figures.joined(separator: " "))"] + arguments
  }

  /// What a `make` that runs these tests passes on to others is not for those started here.
  static let environment = ["MAKEFLAGS": "", "MAKELEVEL": "", "MFLAGS": ""]

  func startMake(_ arguments: String..., environment: [String: String] = [:]) throws -> Running {
    try start(
      URL(filePath: "/usr/bin/env"), Self.arguments(arguments), in: folder,
      environment: Self.environment.merging(environment) { $1 })
  }

  func make(_ arguments: String..., environment: [String: String] = [:]) throws -> Run {
    try run(
      URL(filePath: "/usr/bin/env"), Self.arguments(arguments), in: folder,
      environment: Self.environment.merging(environment) { $1 })
  }

  /// Simulates both studies into the archive.
  func simulate(environment: [String: String] = [:]) throws {
    for name in Self.studies {
      let run = try cod("simulate", "data/\(name).yml", in: folder, environment: environment)
      #expect(run.status == 0, "\(run)")
    }
  }

  /// Everything that was made under a folder, by name, but for what says when and where that was.
  func made(under part: String) -> [String: Data] {
    contents("\(folder)/\(part)").filter { name, _ in
      [".h5", ".tsv", ".svg", ".pdf", ".json"].contains { name.hasSuffix($0) }
        && !name.contains(".cells") && !name.hasSuffix("runs.json")
    }
  }
}

/// All files under a folder with their bytes, by name.
func contents(_ folder: String) -> [String: Data] {
  let names = FileManager.default.subpaths(atPath: folder) ?? []
  return Dictionary(
    uniqueKeysWithValues: names.filter { !$0.hasPrefix(".build") }.compactMap { name in
      FileManager.default.contents(atPath: "\(folder)/\(name)").map { (name, $0) }
    })
}

/// The cells in the store of a folder.
func storedCells(in folder: String) -> Int {
  let names = FileManager.default.subpaths(atPath: "\(folder)/.cells") ?? []
  return names.count { $0.hasSuffix(".cell") }
}

/// Numbers that are the same in every run (SplitMix64), so that a failure can be had again.
struct Seeded: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init(_ seed: UInt64) { (self.seed, state) = (seed, seed) }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Whether a program is on PATH.
func has(_ program: String) -> Bool {
  ProcessInfo.processInfo.environment["PATH", default: ""].split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
}
