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
      "HDF5", "Kernels", "KernelsGeneric", "KernelsV3", "KernelsV4", "Sampling", "Theory",
    ]
    // Theory's face shows it.
    let shown: Set = ["Networks/ErfCoupling.swift", "Networks/HermiteOverlap.swift"]
    #expect(tree.needlessPublic(outside: libraries, shown: shown) == [])
  }

  @Test func belowThePaperNothingNamesIt() throws {
    func stems(_ folder: String, _ ending: String) throws -> [String] {
      try FileManager.default.contentsOfDirectory(atPath: "\(projectFolder)/\(folder)")
        .filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }
    }
    // One is a figure of any archive that is verified, and one a key of studies as well.
    let general: Set = ["style", "claims", "tolerances", "verification", "inputs"]
    let claims = try String(contentsOfFile: "\(projectFolder)/data/claims.yml", encoding: .utf8)
      .matches(of: #/^\ \ ([a-z0-9]+-[a-z0-9-]+):$/#.anchorsMatchLineEndings()).map { String($0.1) }
    let names = try Set(stems("figures", ".gp") + stems("data", ".yml") + claims)
      .subtracting(general)
    #expect(names.count > 60)
    // An observable and an experiment of the same names.
    let others: Set = [
      "Experiments/TwoLayer.swift: specialists",
      "Experiments/TwoLayerFeatures.swift: specialists",
      "Experiments/RelaxationExperiment.swift: relaxation",
    ]
    #expect(tree.namesOfThePaper(names, allowing: others) == [])
  }

  @Test func foldersDoNotGoInCircles() { #expect(tree.circles() == []) }

  @Test func thePageTellsWhatTargetsImport() throws {
    let page = try String(contentsOfFile: "\(projectFolder)/docs/architecture.md", encoding: .utf8)
    #expect(tree.falseRows(in: page) == [])
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
      ("Studies", "B.swift", "#if x\n  @testable import Theory\n#endif"),
      ("Studies", "C.swift", "package import Bags\nimport struct Verdicts.Claims\n"),
      ("Studies", "D.swift", "@preconcurrency public import Audit"))
    #expect(
      tree.undeclaredImports() == [
        "Studies/A.swift imports HDF5", "Studies/B.swift imports Theory",
        "Studies/C.swift imports Bags", "Studies/C.swift imports Verdicts",
        "Studies/D.swift imports Audit", "Studies does not import Kernels",
      ])
  }

  @Test func publicity() {
    let tree = Self.tree(
      ("Studies", "A.swift", "public struct A {}"),
      ("Host", "B.swift", "// public\nlet publicity = 1"),
      ("Host", "D.swift", "public let shown = 1"),
      ("Theory", "C.swift", "public let c = 1"))
    #expect(
      tree.needlessPublic(outside: ["Theory"], shown: ["Host/D.swift"]) == ["Studies/A.swift"])
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
    #expect(Self.tree(shared, kind, cell).circles() == [])
    // A folder may refer to another and be referred to, while no file comes back to itself.
    let more = ("Studies", "Kinds/More.swift", "extension Kind { var cell: Cell { Cell() } }")
    let list = ("Studies", "List.swift", "let all: [Kind] = [], near = Shared.Kind.all")
    #expect(Self.tree(shared, kind, cell, more, list).circles() == [])
    let back = ("Studies", "Kinds/Kind.swift", "struct Kind { var cell: Cell { Cell() } }")
    #expect(
      Self.tree(shared, back, cell).circles() == [
        "Studies: Cells/Cell.swift → Kinds/Kind.swift (Kind), "
          + "Kinds/Kind.swift → Cells/Cell.swift (Cell)"
      ])
    // Over a third folder.
    let rim = ("Studies", "Rim/Rim.swift", "package enum Rim { case of(Cell) }")
    let far = ("Studies", "Kinds/Kind.swift", "struct Kind { var rim: Rim? { nil } }")
    #expect(Self.tree(shared, far, cell, rim).circles().count == 1)
    // Within a folder.
    let inner = ("Studies", "Cells/Inner.swift", "struct Inner { var cell: Cell? }")
    let outer = ("Studies", "Cells/Cell.swift", "final class Cell { let k: Kind, i: Inner }")
    #expect(Self.tree(shared, kind, outer, inner).circles() == [])
  }

  @Test func circlesOverTheTop() {
    let top = ("Studies", "List.swift", "package func all() -> [Kind] { [] }")
    let kind = ("Studies", "Kinds/Kind.swift", "struct Kind { let others = all() }")
    #expect(
      Self.tree(top, kind).circles() == [
        "Studies: Kinds/Kind.swift → List.swift (all), List.swift → Kinds/Kind.swift (Kind)"
      ])
    let member = ("Studies", "Kinds/Kind.swift", "struct Kind { let others = Other.all() }")
    #expect(Self.tree(top, member).circles() == [])
  }

  @Test func rowsOfTheTable() {
    let page = """
      | target | is | imports |
      |---|---|---|
      | `KernelsGeneric` | `Paper` | |
      | `Kernels` | | the kernel sets |
      | `Host` | | |
      | `Studies` | | `Host`, `Kernels`, `Paper` |
      | `Paper` | | |
      """
    #expect(
      Self.tree().falseRows(in: page) == [
        #"Studies imports ["Host", "Kernels"], not ["Host", "Kernels", "Paper"]"#,
        #"Paper imports ["Studies"], not []"#, "cod has no row",
      ])
  }
}
