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
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    .systemLibrary(
      name: "CHDF5", pkgConfig: "hdf5", providers: [.apt(["libhdf5-dev"]), .brew(["hdf5"])]),
    .target(name: "CVec"),
    .target(name: "CAffinity"),
  ] + instructionSets + [
    .target(
      name: "Kernels", dependencies: ["CVec"] + instructionSets.map { .byName(name: $0.name) }),
    .target(name: "HDF5", dependencies: ["CHDF5"]),
    .target(name: "Networks", dependencies: ["Kernels"]),
    .target(name: "Sampling", dependencies: ["Kernels"]),
    .target(name: "Theory", dependencies: ["Kernels", "Networks"]),
    .target(
      name: "Studies",
      dependencies: [
        "HDF5", "Kernels", "Networks", "Sampling", "Theory", "Yams",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(name: "Benchmarks", dependencies: ["CAffinity", "Kernels", "Networks", "Sampling"]),
    .executableTarget(
      name: "cod",
      dependencies: [
        "Benchmarks", "HDF5", "Kernels", "Studies", "Theory",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(name: "Expectations", path: "Tests/Expectations"),
    .testTarget(name: "KernelsTests", dependencies: ["Kernels"]),
    .testTarget(name: "HDF5Tests", dependencies: ["CHDF5", "HDF5"]),
    .testTarget(
      name: "NetworksTests", dependencies: ["Expectations", "Kernels", "Networks"],
      resources: [.copy("Reference")]),
    .testTarget(
      name: "SamplingTests", dependencies: ["Expectations", "Kernels", "Networks", "Sampling"],
      resources: [.copy("Reference")]),
    .testTarget(
      name: "TheoryTests", dependencies: ["Expectations", "Kernels", "Networks", "Theory"],
      resources: [.copy("Reference")]),
    .testTarget(
      name: "StudiesTests",
      dependencies: [
        "HDF5", "Kernels", "Networks", "Studies", "Theory",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .testTarget(
      name: "PipelineTests",
      dependencies: ["cod", .product(name: "Crypto", package: "swift-crypto")],
      path: "Tests/Pipeline",
      resources: [.copy("Reference")]),
  ],
  swiftLanguageModes: [.v6]
)
