import Archives
import Execution
import Experiments
import Foundation
import HDF5
import Kernels
import Networks
import Studies
import TestSupport
import Testing

/// Studies of every kind of network are simulated to pinned bits and archived whole.
@Suite struct KindTests {
  /// FNV-1a over the bit patterns of alignment, observables and neurons.
  func fingerprint(_ result: CellResult, of kind: TinyKind) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func take(_ bits: UInt64) {
      for shift in stride(from: 0, to: 64, by: 8) {
        hash = (hash ^ (bits >> UInt64(shift) & 0xff)) &* 0x100_0000_01b3
      }
    }
    let observables = kind.kind.observables.map(\.name)
    for x in result.alignment + observables.flatMap(result.observable) { take(x.bitPattern) }
    let units = (kind.kind.units + kind.kind.parts).map(\.name)
    for x in units.flatMap(result.unit) { take(UInt64(x.bitPattern)) }
    return String(hash, radix: 16)
  }

  /// The beginning of the key of each kind's example, and its bits.
  static let pins = [
    "two-layer": ("71af10066a57f32e", "7994231d29674815"),
    "two-layer-zonal": ("6b9ca811aa8a3f84", "7f0aef8527d83c8a"),
    "two-layer-features": ("32e880e37e4cfd6a", "4a50c9ef3df6a743"),
    "two-layer-biased": ("a3e5ac335bae07aa", "521681dd289bb546"),
    "three-layer": ("0ae17cd42b21c3da", "797363d5d0adc7f3"),
    "four-layer": ("135f705181d49dfa", "acda914c2bab5e7d"),
    "attention": ("a4b65b20c038c634", "2413e0d70e456d66"),
    "convolution": ("9ccc26251e9a13d6", "dd3a5b609a48a895"),
  ]

  @Test(arguments: TinyKind.all)
  func theBitsOfOneCell(_ kind: TinyKind) async throws {
    let cell = try #require(try await StudySpec.of(kind.text).cells().first)
    let found = fingerprint(try cell.compute(), of: kind)
    let (key, bits) = try #require(
      Self.pins[kind.name], "pin \"\(kind.name)\": (\"\(cell.key.prefix(16))\", \"\(found)\")")
    #expect(
      cell.key.prefix(16) == key,
      "the keys of \(kind.name) have changed: its archives become stale. If that is meant, pin it")
    #expect(
      found == bits,
      "the bits of \(kind.name) have changed. If that is meant, raise numericsVersion and pin them")
  }

  @Test(arguments: TinyKind.all)
  func oneObservableTellsMost(_ kind: TinyKind) {
    #expect(
      kind.kind.observables.filter(\.tellsMost).map(\.name) == [kind.kind.tellingMost.name],
      "\(kind.name)")
  }

  @Test(arguments: TinyKind.all, InstructionSet.available)
  func everyInstructionSet(_ kind: TinyKind, set: InstructionSet) async throws {
    let cell = try #require(try await StudySpec.of(kind.text).cells().first)
    let kernels = try #require(KernelSet(set))
    #expect(try cell.compute(kernels: kernels) == cell.compute())
  }

  @Test(arguments: TinyKind.all) func everyArrayComesBack(_ kind: TinyKind) async throws {
    var text = kind.text.with("datasets: 1", as: "datasets: 2")
    // Two sizes of every layer whose neurons are kept, so that they are padded.
    let given = kind.kind.givenSizes.map(\.name)
    let sizes = Set(kind.kind.units.map { given.contains($0.size) ? $0.size : given.last! })
    for size in sizes {
      let given = try #require(text.firstMatch(of: try Regex("\\b\(size): ([0-9]+)")))
      let count = try #require(given.output[1].substring.flatMap { Int($0) })
      text = text.with("\(size): \(count)", as: "\(size): [\(count), \(count + 2)]")
    }
    let spec = try await StudySpec.of(text)
    let cells = spec.cells()
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/study.h5")
      let archive = try Archive(reading: "\(folder)/study.h5")
      #expect(archive.keys == cells.map(\.key))
      #expect(archive.cells == cells.map(\.parameters))
      for (i, cell) in cells.enumerated() {
        #expect(try archive.results[i] == cell.compute(), "cell \(i)")
      }
      let root = try File(reading: "\(folder)/study.h5").root()
      let network: String = try root.attribute("network")
      #expect(network == kind.name)
      #expect(try root.attribute("numerics_version") == [kind.kind.numericsVersion])
    }
  }

  /// The version of a kind's arithmetic is part of its keys, whatever is done with the kind. That
  /// of the others is not.
  @Test func theVersionOfAKind() async throws {
    let versions = Dictionary(
      uniqueKeysWithValues: NetworkKind.all.map { ($0.name, $0.numericsVersion) })
    #expect(
      versions == [
        "two-layer": 2, "two-layer-zonal": 2, "two-layer-features": 2,
        "two-layer-biased": 2, "three-layer": 2, "four-layer": 2, "attention": 3,
        "convolution": 2,
      ])
    for kind in TinyKind.all {
      let cell = try #require(try await StudySpec.of(kind.text).cells().first)
      #expect(
        cell.posterior.canonical.hasPrefix("numerics \(kind.kind.numericsVersion)\n"),
        "\(cell.posterior.canonical)")
      #expect(cell.layout.numericsVersion == kind.kind.numericsVersion)
    }
  }

  /// An observer says of a draw at once what it says piece by piece, and of neurons where it is
  /// asked.
  @Test(arguments: TinyKind.all) func aDrawIsReadOnce(_ kind: TinyKind) async throws {
    let cell = try #require(try await StudySpec.of(kind.text).cells().first)
    let instance = cell.posterior.instance
    let problem = instance.problem
    let observer = problem.observer(
      training: instance.trainingSet(kernels: .best), test: instance.testSet(kernels: .best),
      kernels: .best)
    let stream = cell.streams(kernels: .best).stream(chain: 0, purpose: "start")
    for index in 0..<3 {
      let draw = AlignedBuffer(problem.plantedStart(index, from: stream))
      let seen = observer.observe(draw, keepingUnits: true)
      #expect(seen.alignment == observer.alignment(draw))
      #expect(seen.observables.count == kind.kind.observables.count)
      #expect(seen.units.map(\.count) == kind.kind.units.map { cell.parameters.integer($0.size) })
      #expect(seen.parts.map(\.count) == kind.kind.parts.map { cell.parameters.integer($0.size) })
      let unseen = observer.observe(draw, keepingUnits: false)
      #expect(unseen.units.isEmpty && unseen.observables == seen.observables)
      #expect(unseen.parts == seen.parts)
    }
  }

  /// Chains agree on what they share with the kind, and one observable tells most.
  @Test(arguments: TinyKind.all) func whatAKindNames(_ kind: TinyKind) {
    let names = kind.kind.observables.map(\.name)
    #expect(names.contains(kind.kind.tellingMost.name))
    #expect(kind.kind.certifying.allSatisfy(names.contains))
    let units = (kind.kind.units + kind.kind.parts).map(\.name)
    #expect(Set(names + units).count == names.count + units.count)
  }

  /// Whether a second study of the same grid may differ: in its network, target or test set, never.
  @Test(arguments: [
    (TinyKind.threeLayer, "second_width: 3", "second_width: 4"),
    (.threeLayer, "ridge: 0.5", "prior: {hidden_variance: 2}\nridge: 0.5"),
    (.threeLayer, "test: 64", "test: 65"), (.attention, "head: odd", "head: printed"),
    (.attention, "kind: hmc", "kind: hmc, involutions: all"),
    (.attention, "kind: plain", "kind: symmetrised"), (.attention, "test: 64", "test: 65"),
    (.convolution, "patch: 4, ", "patch: 4, activation: erf, "),
    (.convolution, "patch: 4, patches: 3", "patch: 3, patches: 4"),
  ])
  func whatChangesTheKey(_ kind: TinyKind, _ part: String, replacement: String) async throws {
    func keys(_ text: String) async throws -> [String] {
      try await StudySpec.of(text).cells().map(\.key)
    }
    let changed = try await keys(kind.text.with(part, as: replacement))
    // Only the activation's default is said by leaving it out.
    #expect((try await keys(kind.text) == changed) == replacement.contains("activation: erf"))
  }

  @Test func neuronsOfThreeLayersAgreeWithTheirDraw() async throws {
    let cell = try #require(try await StudySpec.of(TinyKind.threeLayer.text).cells().first)
    let result = try cell.compute()
    for chain in 0..<2 {
      for (kept, draw) in [0, 4, 8].enumerated() {
        let row = 3 * chain + kept
        let first = result.unit("first_overlap")[5 * row..<5 * row + 5].map(Double.init)
        let second = result.unit("second_overlap")[3 * row..<3 * row + 3].map(Double.init)
        func value(_ name: String) -> Double { result.observable(name)[12 * chain + draw] }
        #expect(value("first_specialists") == Double(first.count { abs($0) > 0.8 }))
        #expect(value("second_specialists") == Double(second.count { abs($0) > 0.6 }))
        let squares = second.reduce(0) { $0 + $1 * $1 }
        #expect(abs(value("second_linear") - squares) < 1e-5 * squares)
      }
    }
  }

  /// D = (S/C) Σ (w_c·w*)² of the kept filters.
  @Test func filtersAgreeWithTheirDraw() async throws {
    let cell = try #require(try await StudySpec.of(TinyKind.convolution.text).cells().first)
    let result = try cell.compute()
    for chain in 0..<2 {
      for (kept, draw) in [0, 4, 8].enumerated() {
        let row = 5 * (3 * chain + kept)
        let squares = result.unit("overlap")[row..<row + 5].reduce(0.0) {
          $0 + Double($1) * Double($1)
        }
        let found = result.observable("amplification")[12 * chain + draw]
        #expect(abs(found - 4 * squares / 5) < 1e-5 * found)
      }
    }
  }

  /// What the pattern raises is part of the whole; the plain target's pattern is two of nine
  /// entries of A.
  @Test func patternsArePartOfTheirNorm() async throws {
    let cell = try #require(try await StudySpec.of(TinyKind.attention.text).cells().first)
    let result = try cell.compute()
    for name in ["interaction", "readout"] {
      let (part, whole) = (
        result.observable("pattern_\(name)"), result.observable("squared_\(name)")
      )
      #expect(zip(part, whole).allSatisfy { $0 > 0 && $0 < $1 })
    }
  }
}

/// Sizes in units of products of other sizes, and mistakes in what a kind of network has of its
/// own.
@Suite struct KindSpecTests {
  @Test func sizesGoWithProductsOfOthers() async throws {
    let text = TinyKind.attention.text.with(
      "length: 4, dimension: 3", as: "length: [4, 9], dimension: 3"
    )
    .with("samples: 12", as: "samples: {factors: [1, 2.5], of: length^1/2 dimension^3/2}")
    let cells = try await StudySpec.of(text).cells()
    // √(L d³) = 10.39… and 15.58…
    #expect(cells.map(\.parameters.samples) == [10, 26, 16, 39])
    let network =
      "patch: [2, 4], patches: {factors: 1, of: patch}, channels: {factors: 2, of: patch}"
    let convolution = TinyKind.convolution.text
      .with("patch: 4, patches: 3, channels: 5", as: network)
      .with("samples: 12", as: "samples: {factors: 3, of: dimension^3/4}")
    let points = try await StudySpec.of(convolution).cells()
    #expect(points.map(\.parameters.patches) == [2, 4])
    #expect(points.map(\.parameters.channels) == [4, 8])
    #expect(points.map(\.parameters.dimension) == [4, 16])
    #expect(points.map(\.parameters.samples) == [8, 24])  // 3 · 4^{3/4} = 8.49, 3 · 16^{3/4} = 24
  }

  @Test(arguments: [
    (
      TinyKind.threeLayer, "first_width: 5", "width: 5",
      "unknown key 'network.width'; expected one of kind, activation, dimension, first_width, "
        + "second_width"
    ),
    (
      .threeLayer, "{kind: hermite, degree: 3}",
      "{kind: features, degree: 3, coefficients: [2, 1]}",
      "target.kind: got 'features'; expected hermite, as features is a target of network.kind: "
        + "two-layer"
    ),
    (
      .convolution, "kind: hermite", "kind: zonal",
      "target.kind: got 'zonal'; expected hermite, as zonal is a target of network.kind: two-layer"
    ),
    (
      .threeLayer, "test: 64", "test: 1",
      "data.test: got '1'; expected an integer from 2 to 1000000000"
    ),
    (
      .attention, "dimension: 3", "dimension: 2",
      "network.dimension: got '2'; expected an integer from 3 to 1000000000"
    ),
    (
      .attention, "length: 4", "length: [4, 1]",
      "network.length: got '1'; expected an integer from 2 to 1000000000"
    ),
    (
      .attention, "test: 64", "test: 100000000",
      ": data.test × what a network makes of one: got 2.8e+09; expected at most 1e+08"
    ),
    (
      .threeLayer, "dimension: 4, first_width: 5", "dimension: 60000, first_width: 5",
      "the inputs that align a planted start: got 3.93216e+09; expected at most 1e+08"
    ),
    (
      .attention, "cold: 1, planted: 1", "cold: 1000000000, planted: 1000000000",
      ": draws × chains: got 2.4e+10; expected at most 1e+08"
    ),
    (
      .attention, "kind: plain", "kind: hermite",
      "target.kind: got 'hermite'; expected one of plain, exchanged, symmetrised"
    ),
    (
      .attention, "head: odd", "head: even",
      "network.head: got 'even'; expected one of printed, odd"
    ),
    (
      .attention, "samples: 12", "samples: {factors: 1, of: width^2}",
      "data.samples.of: got 'width^2'; expected a product of powers of length, dimension, as in "
        + "dimension^3/2, with exponents that are multiples of 1/4"
    ),
    (
      .attention, "samples: 12", "samples: {factors: 1, of: dimension^1/3}",
      "data.samples.of: got 'dimension^1/3'; expected a product of powers of length, dimension, as in "
        + "dimension^3/2, with exponents that are multiples of 1/4"
    ),
    (
      .convolution, "patch: 4", "activation: linear, patch: 4",
      "target.degree: got '3'; expected 1: a linear network learns no other degree"
    ),
    (
      .convolution, "datasets: 1", "datasets: 1, test: 64",
      "unknown key 'data.test'; expected one of samples, datasets, inputs"
    ),
    (
      .convolution, "channels: 5", "channels: {factors: 1, of: length}",
      "network.channels.of: got 'length'; expected a product of powers of patch, patches, as in "
        + "patches^3/2, with exponents that are multiples of 1/4"
    ),
  ])
  func aMistake(
    _ kind: TinyKind, _ part: String, replacement: String, message: String
  ) async throws {
    let line = await errorLine { _ = try await StudySpec.of(kind.text.with(part, as: replacement)) }
    #expect(line.hasSuffix(message), "got \(line)")
  }
}
