import Archives
import Experiments
import Foundation
import Kernels
import Sampling
import Studies
import TestSupport
import Testing

/// The ways to sample a cell: they agree where they should, and say what they did.
@Suite struct SamplerTests {
  /// Study texts of one small cell, by method.
  static let methods = [
    "kind: hmc", "kind: hmc, trajectory: 1", "kind: hmc, readout: integrated",
    "kind: hmc, replicas: 4", "kind: langevin, step: 0.005, interval: 3",
  ]

  func cell(_ method: String, _ changes: (String, String)...) async throws -> Cell {
    let text = changes.reduce(tinyStudy.with("[3, 5]", as: "3")) { $0.with($1.0, as: $1.1) }
    return try await StudySpec.of(text.with("kind: hmc", as: method)).cells()[0]
  }

  @Test(arguments: methods)
  func everyArrayHasItsSize(method: String) async throws {
    let result = try await cell(method, ("doublings: 0", "doublings: 1")).compute()
    #expect(result.alignment.count == 2 * 12 && result.unit("overlap").count == 2 * 3 * 3)
    for (name, count) in [
      ("step size", result.stepSize.count), ("trajectory", result.trajectory.count),
      ("acceptance", result.acceptance.count), ("energy error", result.energyError.count),
      ("virial", result.virial.count), ("gradients", result.gradients.count),
      ("log-evidence", result.logEvidence.count), ("its error", result.logEvidenceError.count),
    ] { #expect(count == 2, "\(name), \(method)") }
    #expect(result.spacing == [2])
    let tempered = method.contains("replicas")
    #expect(result.replicas == [tempered ? 4 : 0], "24 draws are never certified")
    #expect(result.logEvidence.allSatisfy { $0.isFinite == tempered })
    #expect(result.logEvidenceError.allSatisfy { tempered ? $0 > 0 : $0.isNaN })
  }

  /// The bits of a short run of every method: on every instruction set, and as they were when the
  /// archive was made.
  @Test(arguments: zip(methods, Self.fingerprints))
  func theBitsOfEveryMethod(method: String, fingerprint: String) async throws {
    let cell = try await cell(method, ("warmup: 20, draws: 12", "warmup: 8, draws: 8"))
    for set in InstructionSet.available {
      let got = try cell.compute(kernels: try #require(KernelSet(set))).fingerprint
      #expect(
        String(got, radix: 16) == fingerprint,
        """
        \(method) on \(set): the bits have changed. If that is meant, raise numericsVersion and pin \
        the new fingerprint here
        """)
    }
  }

  static let fingerprints = [
    "96cdc53b66b4e521", "b77895cb133b1d34", "5e29b8d1d7b565cd", "9425be52937b2061",
    "869efa9cb65ec994",
  ]

  @Test(arguments: methods)
  func theFileDoesNotDependOnWorkersAndReadsBack(method: String) async throws {
    let spec = try await StudySpec.of(tinyStudy.with("kind: hmc", as: method))
    try await withFolder { folder in
      var files: [Data] = []
      for workers in 1...3 {
        let output = "\(folder)/\(workers)/study.h5"
        try await simulate(spec, to: output, workers: workers)
        files.append(try Data(contentsOf: URL(filePath: output)))
      }
      #expect(files[1] == files[0] && files[2] == files[0])
      let archive = try Archive(reading: "\(folder)/1/study.h5")
      let results = try spec.cells().map { try $0.compute() }
      #expect(archive.results == results, "numbers that are absent come back as such")
      #expect(
        archive.cells.allSatisfy { $0.langevinStep == (method.contains("langevin") ? 0.005 : 0) })
      #expect(
        archive.cells.allSatisfy { $0.readoutIntegrated == (method.contains("integrated") ? 1 : 0) }
      )
    }
  }

  static let long = [
    ("ridge: 0.1", "ridge: 1"), ("draws: 12", "draws: 4000"), ("warmup: 20", "warmup: 200"),
    ("thin: 5", "thin: 100"),
  ]

  func long(_ method: String) async throws -> CellResult {
    let text = Self.long.reduce(tinyStudy.with("[3, 5]", as: "3")) { $0.with($1.0, as: $1.1) }
    let cell = try await StudySpec.of(text.with("kind: hmc", as: method)).cells()[0]
    return try cell.compute()
  }

  /// Means on one posterior, within four combined standard errors of each other.
  @Test func theIntegratedReadoutAgrees() async throws {
    let result = try await long("kind: hmc, readout: integrated")
    expectAgreement(result, try await long("kind: hmc"), "integrated readout")
    #expect(result.isCertified)
    #expect(result.virial.allSatisfy { abs($0 - 1) < 0.1 }, "virial \(result.virial)")
  }

  /// The bias of Langevin dynamics vanishes with the step: here it is below the errors.
  @Test func langevinAtASmallStepIsNear() async throws {
    let result = try await long("kind: langevin, step: 0.0005, interval: 100")
    expectAgreement(result, try await long("kind: hmc"), "Langevin dynamics")
    #expect(result.chainsAgree && !result.isCertified, "chains without a test prove nothing")
  }

  /// What is certified is not tempered; where chains disagree, a ladder's posterior end is the
  /// posterior, both starts find the same evidence, and the gradients of the first chains count.
  @Test func temperingAgrees() async throws {
    let exact = try await long("kind: hmc, replicas: 5")
    #expect(exact.replicas == [0] && exact.isCertified)
    // 48 draws have less than 100 effective ones, whatever their correlation.
    let few = [
      ("ridge: 0.1", "ridge: 1"), ("warmup: 20", "warmup: 200"), ("draws: 12", "draws: 24"),
    ]
    func sampled(_ method: String) async throws -> CellResult {
      let text = few.reduce(tinyStudy.with("[3, 5]", as: "3")) { $0.with($1.0, as: $1.1) }
      return try await StudySpec.of(text.with("kind: hmc", as: method)).cells()[0].compute()
    }
    let (plain, tempered) = (
      try await sampled("kind: hmc"), try await sampled("kind: hmc, replicas: 5")
    )
    #expect(tempered.replicas == [5] && plain.replicas == [0])
    expectAgreement(tempered, exact, "tempering", power: 0.4)
    for chain in 0..<2 {
      // Five replicas move for 400 sweeps of warm-up and 24 of draws, one gradient at the least
      // each.
      #expect(tempered.gradients[chain] > plain.gradients[chain] + 5 * 424)
    }
    let (values, errors) = (tempered.logEvidence, tempered.logEvidenceError)
    #expect(
      abs(values[0] - values[1]) <= 4 * hypot(errors[0], errors[1]),
      "log-evidence of the two ladders: \(values) ± \(errors)")
    #expect(values[0] < 0 && errors[0] < 0.5)
  }

  /// Ladders from the first round on: the same posterior, certified, and no gradient of a chain.
  @Test func laddersAlone() async throws {
    let (chains, ladders) = (
      try await long("kind: hmc"), try await long("kind: hmc, replicas: 5, ladders: all")
    )
    #expect(ladders.replicas == [5] && ladders.spacing == [1] && ladders.isCertified)
    expectAgreement(ladders, chains, "ladders alone")
    #expect(ladders.logEvidence.allSatisfy { $0 < 0 })
    // 24 draws are never certified: ladders come after the chains, or alone.
    func gradients(_ method: String) async throws -> [Int] {
      let text = [("warmup: 20", "warmup: 200"), ("draws: 12", "draws: 24")].reduce(
        tinyStudy.with("[3, 5]", as: "3")
      ) { $0.with($1.0, as: $1.1) }
      return try await StudySpec.of(text.with("kind: hmc", as: method)).cells()[0].compute()
        .gradients
    }
    let (before, both, alone) = (
      try await gradients("kind: hmc"), try await gradients("kind: hmc, replicas: 5"),
      try await gradients("kind: hmc, replicas: 5, ladders: all")
    )
    // Five replicas move for 400 sweeps of warm-up and 24 of draws, one gradient at the least each.
    #expect(alone.allSatisfy { $0 > 5 * 424 })
    #expect(zip(both, before).allSatisfy { $0 > $1 + 5 * 424 })
  }

  /// A step beyond the stable ones ends nowhere, and every reader says so.
  @Test func langevinBeyondTheStableStep() async throws {
    let spec = try await StudySpec.of(
      tinyStudy.with("[3, 5]", as: "3").with("kind: hmc", as: "kind: langevin, step: 10")
        .with("doublings: 0", as: "doublings: 3"))
    let results = try spec.cells().map { try $0.compute() }
    #expect(results.allSatisfy { !$0.isFinite && !$0.chainsAgree && $0.spacing == [1] })
    try await withFolder { folder in
      try await simulate(spec, to: "\(folder)/study.h5")
      let archive = try Archive(reading: "\(folder)/study.h5")
      #expect(archive.results == results)
      let json = try JSONEncoder().encode(Summary(archive))
      #expect(String(decoding: json, as: UTF8.self).contains("\"virial\":null"))
    }
  }

  /// At a large step Langevin dynamics is elsewhere, and its virial says so.
  @Test func langevinAtALargeStepIsWrong() async throws {
    let result = try await cell(
      "kind: langevin, step: 0.03", ("draws: 12", "draws: 2000"), ("warmup: 20", "warmup: 100"),
      ("thin: 5", "thin: 100"), ("ridge: 0.1", "ridge: 0.3")
    ).compute()
    #expect(result.virial.allSatisfy { $0 > 1.02 }, "virial \(result.virial)")
    #expect(result.acceptance == [1, 1] && result.energyError == [0, 0])
  }

  /// Means within four combined standard errors, which are to be below `power` standard deviations.
  func expectAgreement(
    _ result: CellResult, _ reference: CellResult, _ what: String, power: Double = 0.1
  ) {
    for (name, values, expected) in [
      ("alignment", result.chains(result.alignment), reference.chains(reference.alignment)),
      ("loss", result.chains(result.trainingLoss), reference.chains(reference.trainingLoss)),
      ("energy", result.chains(result.energy), reference.chains(reference.energy)),
      (
        "squared norm", result.chains(result.observable("squared_norm")),
        reference.chains(reference.observable("squared_norm"))
      ),
    ] {
      let (a, b) = (Diagnostics(values), Diagnostics(expected))
      let error = hypot(a.standardError, b.standardError)
      #expect(
        abs(a.mean - b.mean) <= 4 * error,
        "\(name), \(what): got \(a.mean), expected \(b.mean) within 4 × \(error)")
      #expect(error < power * b.standardDeviation, "\(name), \(what): no power, error \(error)")
    }
  }
}
