import Foundation
import TestSupport
import Testing

/// The rules of docs/architecture.md that text can tell.
@Suite struct ArchitectureTests {
  let tree: SourceTree
  init() throws { tree = try SourceTree.project.get() }

  @Test func everySourceBelongsToATarget() {
    let targets = Set(tree.targets.map(\.name))
    #expect(tree.targets.count == targets.count && targets.count > 20, "\(tree.targets)")
    #expect(Set(tree.sources.map(\.target)).subtracting(targets) == [])
    #expect(tree.sources.count > 200)
  }

  @Test func nothingDependsUpwards() { #expect(tree.upwardDependencies() == []) }

  @Test func importsAreDeclared() { #expect(tree.undeclaredImports() == []) }

  @Test func onlyLibrariesArePublic() {
    let libraries: Set = [
      "HDF5", "Kernels", "KernelsGeneric", "KernelsV3", "KernelsV4", "Networks", "Sampling",
      "Theory",
    ]
    #expect(tree.needlessPublic(outside: libraries) == [])
  }

  @Test func belowThePaperNothingNamesIt() throws {
    func stems(_ folder: String, _ ending: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: "\(projectFolder)/\(folder)")
        .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }
    }
    // The last is a figure of any archive that is verified.
    let general: Set = ["style", "claims", "tolerances", "verification"]
    let claims = try String(contentsOfFile: "\(projectFolder)/data/claims.yml", encoding: .utf8)
      .matches(of: #/^\ \ ([a-z0-9]+-[a-z0-9-]+):$/#.anchorsMatchLineEndings()).map { String($0.1) }
    let names = try Set(stems("figures", ".gp") + stems("data", ".yml") + claims)
      .subtracting(general)
    #expect(names.count > 60)
    // An observable of the same name.
    #expect(
      tree.namesOfThePaper(names, allowing: ["Studies/TwoLayer.swift: specialists"]) == [])
  }

  @Test func foldersDoNotGoInCircles() {
    #expect(
      tree.circles(allowing: [
        // The one way in, which chooses among the engines.
        "Execution: Simulation.swift refers to Slurm",
        // What is written says where it is from.
        "Figures: Figure.swift refers to Provenance",
        "Figures: Gnuplot.swift refers to Provenance",
      ]) == [])
  }
}

/// The rules themselves, each on a small tree that breaks it.
@Suite struct ArchitectureRuleTests {
  static let package = """
    func kernels(_ name: String) -> Target { .target(name: "Kernels\\(name)") }
    let instructionSets = [
      kernels("Generic"),
    ]
      .target(
        name: "Kernels", dependencies: ["CVec"] + instructionSets.map { .byName(name: $0.name) }),
      .target(
        name: "Host",
        dependencies: [.target(name: "CCrypto", condition: .when(platforms: [.linux]))]),
      .target(name: "Studies", dependencies: ["Host", "Kernels"]),
      .target(name: "Paper", dependencies: ["Studies"]),
      .executableTarget(name: "cod", dependencies: ["Paper"]),
    """

  static func tree(_ sources: (String, String, String)..., package: String = package) -> SourceTree
  {
    SourceTree(package: package, sources: sources.map { SourceTree.Source($0.0, $0.1, $0.2) })
  }

  @Test func targetsAreRead() {
    let targets = Self.tree().targets
    #expect(
      targets.map(\.name) == ["KernelsGeneric", "Kernels", "Host", "Studies", "Paper", "cod"])
    #expect(
      targets.map(\.dependencies)[1...3] == [
        ["CVec", "KernelsGeneric"], ["CCrypto"], ["Host", "Kernels"],
      ])
    #expect(Self.tree().upwardDependencies() == [])
  }

  @Test func upwards() {
    let package = Self.package.replacing("[\"Host\", \"Kernels\"]", with: "[\"Host\", \"Paper\"]")
    #expect(Self.tree(package: package).upwardDependencies() == ["Studies depends on Paper"])
  }

  @Test func undeclared() {
    let tree = Self.tree(
      ("Studies", "A.swift", "import Foundation\n// import Paper\nimport Host\nimport HDF5\n"),
      ("Studies", "B.swift", "#if x\n  @testable import Theory\n#endif"))
    #expect(
      tree.undeclaredImports() == [
        "Studies/A.swift imports HDF5", "Studies/B.swift imports Theory",
        "Studies does not import Kernels",
      ])
  }

  @Test func publicity() {
    let tree = Self.tree(
      ("Studies", "A.swift", "public struct A {}"),
      ("Host", "B.swift", "// public\nlet publicity = 1"),
      ("Theory", "C.swift", "public let c = 1"))
    #expect(tree.needlessPublic(outside: ["Theory"]) == ["Studies/A.swift"])
  }

  @Test func namesOfThePaper() {
    let tree = Self.tree(
      ("Studies", "A.swift", "let a = \"see two-layer-width.h5\" // cnn-erf"),
      (
        "Studies", "B.swift",
        "let b = \"two-layer-width-2\", c = \"specialists\", d = \"no specialists\""
      ),
      ("cod", "C.swift", "let a = \"cnn-erf\""))
    let names: Set = ["two-layer-width", "cnn-erf", "specialists"]
    #expect(
      tree.namesOfThePaper(names, allowing: [])
        == ["Studies/A.swift: two-layer-width", "Studies/B.swift: specialists"])
    #expect(
      tree.namesOfThePaper(names, allowing: ["Studies/B.swift: specialists"])
        == ["Studies/A.swift: two-layer-width"])
  }

  @Test func circles() {
    let shared = ("Studies", "Shared.swift", "package struct Shared {}")
    let kind = ("Studies", "Kinds/Kind.swift", "/// Of a Cell.\nstruct Kind { let a: Shared }")
    let cell = (
      "Studies", "Cells/Cell.swift", "package final class Cell { let k: Kind, t = \"Rim\" }"
    )
    #expect(Self.tree(shared, kind, cell).circles(allowing: []) == [])
    let back = ("Studies", "Kinds/More.swift", "extension Kind { var cell: Cell { Cell() } }")
    #expect(Self.tree(shared, kind, cell, back).circles(allowing: []).count == 2)
    // Over a third folder.
    let rim = ("Studies", "Rim/Rim.swift", "enum Rim { case of(Cell) }")
    let far = ("Studies", "Kinds/More.swift", "extension Kind { var rim: Rim? { nil } }")
    #expect(Self.tree(shared, kind, cell, rim, far).circles(allowing: []).count == 3)
    let top = ("Studies", "List.swift", "let all: [Kind] = []")
    #expect(
      Self.tree(shared, kind, cell, top).circles(allowing: [])
        == ["Studies: List.swift refers to Kinds (Kind)"])
    #expect(
      Self.tree(shared, kind, cell, top).circles(
        allowing: ["Studies: List.swift refers to Kinds"]) == [])
  }
}
