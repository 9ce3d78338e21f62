// swift-tools-version: 6.2
import PackageDescription

/// One kernel source, compiled once per instruction set; `Kernels` picks at run time.
/// `-Ounchecked` holds in debug builds too: unoptimised SIMD is a thousand times slower.
func kernels(_ name: String, _ settings: [SwiftSetting] = []) -> Target {
  .target(
    name: "Kernels\(name)", dependencies: ["CVec"],
    swiftSettings: [.unsafeFlags(["-Ounchecked"])] + settings)
}

#if arch(x86_64)
  let instructionSets = [
    kernels("Generic"),
    kernels("V3", [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]),
    kernels("V4", [.unsafeFlags(["-Xcc", "-march=x86-64-v4"]), .define("AVX512")]),
  ]
#else
  let instructionSets = [kernels("Generic")]
#endif

/// Settings of what is changed most often and computes least: the compiler takes half as long
/// without optimising it. Heavy work of figures is done in Theory, Networks and Sampling.
let unoptimised: [SwiftSetting] = [.unsafeFlags(["-Onone"])]

let package = Package(
  name: "CurseOfDetail",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "HDF5", targets: ["HDF5"]),
    .library(name: "Sampling", targets: ["Sampling"]),
    .library(name: "Theory", targets: ["Theory"]),
    .executable(name: "cod", targets: ["cod"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    // Nothing depends on it: it is fetched in seconds, and compiled by `swift package
    // generate-documentation` alone.
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
  ],
  // From the bottom up: a target depends on those above it alone, which Tests/ArchitectureTests
  // checks.
  targets: [
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    // OpenSSL's hash functions: libhdf5-dev depends on libssl-dev. A Mac has CryptoKit.
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    // zlib, which libhdf5-dev depends on too. A Mac has it.
    .systemLibrary(name: "CZlib"),
    // Vectors of sixteen floats, whose operations Swift does not have by name.
    .target(name: "CVec"),
    // The cores on which a thread may run, which Linux tells by a macro.
    .target(name: "CAffinity"),
  ] + instructionSets + [
    .target(
      name: "Kernels", dependencies: ["CVec"] + instructionSets.map { .byName(name: $0.name) },
      exclude: ["README.md"]),
    .target(
      name: "Host",
      dependencies: [.target(name: "CCrypto", condition: .when(platforms: [.linux]))]),
    .target(name: "HDF5", dependencies: ["CHDF5", "CZlib", "Host"], exclude: ["README.md"]),
    .target(name: "NPZ", dependencies: ["CZlib", "Host"]),
    .target(name: "Networks", dependencies: ["Kernels"], exclude: ["README.md"]),
    .target(name: "Sampling", dependencies: ["Kernels"], exclude: ["README.md"]),
    .target(name: "Theory", dependencies: ["Kernels", "Networks"], exclude: ["README.md"]),
    .target(
      name: "Benchmarks", dependencies: ["CAffinity", "Host", "Kernels", "Networks", "Sampling"],
      exclude: ["README.md"]),
    // The pipeline. What stands above Paper here names no figure, claim or study of the paper: the
    // list of figures is handed to it as a value.
    .target(name: "YAML", dependencies: ["Host", "Yams"]),
    .target(name: "Bags", dependencies: ["Host"]),
    .target(name: "Studies", dependencies: ["Host", "Kernels", "YAML"]),
    .target(
      name: "Experiments",
      dependencies: ["Host", "Kernels", "Networks", "Sampling", "Studies", "Theory", "YAML"]),
    .target(name: "Archives", dependencies: ["Experiments", "HDF5", "Host", "Studies"]),
    .target(
      name: "Execution", dependencies: ["Archives", "Experiments", "Host", "Kernels", "Studies"]),
    .target(
      name: "Evaluation",
      dependencies: [
        "Archives", "Experiments", "HDF5", "Host", "Kernels", "NPZ", "Networks", "Studies",
      ]),
    .target(name: "Figures", dependencies: ["Archives", "Experiments", "Host", "Studies"]),
    .target(name: "Predictions", dependencies: ["Host", "Networks", "Theory", "YAML"]),
    .target(
      name: "Verdicts",
      dependencies: ["Figures", "Host", "Predictions", "Theory", "YAML", "Yams"]),
    .target(
      name: "Audit",
      dependencies: [
        "Archives", "Experiments", "Figures", "HDF5", "Host", "Kernels", "Predictions", "Sampling",
        "Studies", "YAML",
      ]),
    .target(
      name: "Publication",
      dependencies: [
        "Archives", "Audit", "Bags", "Experiments", "Figures", "HDF5", "Host", "Studies",
        "Verdicts", "YAML", "Yams",
      ]),
    // The one target that knows what the paper is about.
    .target(
      name: "Paper",
      dependencies: [
        "Archives", "Experiments", "Figures", "Host", "Kernels", "Networks", "Sampling", "Studies",
        "Theory", "Verdicts",
      ],
      swiftSettings: unoptimised),
    .executableTarget(
      name: "cod",
      dependencies: [
        "Archives", "Audit", "Benchmarks", "Evaluation", "Execution", "Experiments", "Figures",
        "HDF5", "Host", "Kernels", "Networks", "Paper", "Predictions", "Publication", "Studies",
        "Theory", "Verdicts",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: unoptimised),
    .target(
      name: "TestSupport",
      dependencies: [
        "Archives", "Execution", "Experiments", "HDF5", "Host", "Kernels", "Studies",
      ],
      path: "Tests/TestSupport"),
    .testTarget(name: "ArchitectureTests", dependencies: ["Host", "TestSupport"]),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels", "TestSupport"]),
    .testTarget(name: "HostTests", dependencies: ["Host", "TestSupport"]),
    .testTarget(name: "HDF5Tests", dependencies: ["CHDF5", "HDF5", "Host", "TestSupport"]),
    .testTarget(
      name: "NetworksTests", dependencies: ["Kernels", "Networks", "TestSupport"],
      resources: [.copy("Reference")]),
    .testTarget(
      name: "SamplingTests", dependencies: ["Kernels", "Networks", "Sampling", "TestSupport"],
      resources: [.copy("Reference")]),
    .testTarget(
      name: "TheoryTests", dependencies: ["Kernels", "Networks", "TestSupport", "Theory"],
      resources: [.copy("Reference")]),
    .testTarget(name: "BagsTests", dependencies: ["Bags", "Host", "TestSupport"]),
    .testTarget(
      name: "StudiesTests",
      dependencies: ["Archives", "Experiments", "Host", "Kernels", "Studies", "TestSupport"]),
    .testTarget(
      name: "ExperimentsTests",
      dependencies: [
        "Archives", "Execution", "Experiments", "HDF5", "Host", "Kernels", "Networks", "Sampling",
        "Studies", "TestSupport",
      ]),
    .testTarget(
      name: "ArchivesTests",
      dependencies: [
        "Archives", "Audit", "Execution", "Experiments", "HDF5", "Host", "Kernels", "Studies",
        "TestSupport",
      ]),
    .testTarget(
      name: "ExecutionTests",
      dependencies: [
        "Archives", "Execution", "Experiments", "HDF5", "Host", "Kernels", "Networks", "Sampling",
        "Studies", "TestSupport",
      ]),
    .testTarget(name: "NPZTests", dependencies: ["CZlib", "Host", "NPZ", "TestSupport"]),
    .testTarget(
      name: "EvaluationTests",
      dependencies: [
        "Archives", "Evaluation", "Execution", "Experiments", "HDF5", "Host", "Kernels", "NPZ",
        "Networks", "Sampling", "Studies", "TestSupport",
      ]),
    .testTarget(
      name: "FiguresTests",
      dependencies: [
        "Archives", "Audit", "Experiments", "Figures", "Paper", "Studies", "TestSupport",
      ]),
    .testTarget(
      name: "PaperTests",
      dependencies: [
        "Archives", "Experiments", "Figures", "Host", "Paper", "Sampling", "Studies",
        "TestSupport", "Theory",
      ]),
    .testTarget(
      name: "PredictionsTests", dependencies: ["Host", "Predictions", "TestSupport", "Theory"]),
    .testTarget(name: "VerdictsTests", dependencies: ["Host", "TestSupport", "Verdicts"]),
    .testTarget(
      name: "AuditTests",
      dependencies: [
        "Archives", "Audit", "Experiments", "Figures", "HDF5", "Host", "Kernels", "Paper",
        "Publication", "Studies", "TestSupport", "Verdicts",
      ]),
    .testTarget(
      name: "PublicationTests",
      dependencies: [
        "Archives", "Experiments", "Figures", "HDF5", "Host", "Paper", "Publication", "Studies",
        "TestSupport", "Verdicts",
      ]),
    .testTarget(
      name: "PipelineTests", dependencies: ["Bags", "Host", "NPZ", "TestSupport", "cod"],
      path: "Tests/Pipeline", resources: [.copy("Reference")]),
  ],
  swiftLanguageModes: [.v6]
)

// Optimising most tests takes longer than they run. Those of numerics have references to compute.
for target in package.targets where target.type == .test || target.name == "TestSupport" {
  let computes = ["Kernels", "Networks", "Sampling", "Theory"].contains {
    target.name == "\($0)Tests"
  }
  if !computes { target.swiftSettings = unoptimised }
}

// `make golden` asks for the tests that pin bits, and for what they need, alone.
if Context.environment["BITS_ALONE"] != nil {
  let targets = Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0) })
  var needed: Set<String> = []
  func need(_ name: String) {
    guard let target = targets[name], needed.insert(name).inserted else { return }
    for dependency in target.dependencies {
      switch dependency {
      case .byNameItem(let name, _), .targetItem(let name, _): need(name)
      default: break
      }
    }
  }
  for suite in ["Kernels", "Networks", "Sampling", "Theory", "Experiments", "Execution"] {
    need("\(suite)Tests")
  }
  package.targets.removeAll { !needed.contains($0.name) }
  package.products = []
}
