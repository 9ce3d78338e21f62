import Foundation
import TestSupport
import Testing

/// The benchmarks run and say what they promise to. What they measure is no test's business.
@Suite struct BenchTests {
  struct Report: Decodable {
    struct Machine: Decodable {
      struct Limits: Decodable {
        struct Load: Decodable {
          let bytes: Int
          let gigabytesPerSecond: Double
        }
        let multiplyAddGflops, erf, tanh, relu, gelu: Double
        let exponential, exponentialPair, normal: Double
        let loads: [Load]
      }
      let isa: String
      let cores: Int
      let limits: Limits
    }
    struct Gradient: Decodable {
      struct Limit: Decodable {
        let products, operations, functions: Double
        let isOfLoads: Bool
      }
      let model, variant, isa, verdict: String
      let shape: [String: Int]
      let gradients: Int
      let gradientsPerSecond, microseconds, gflops, peakGflops, fractionOfPeak: Double
      let limitMicroseconds, fractionOfLimit, target, coreShare: Double
      let limit: Limit
    }
    struct Workers: Decodable {
      let model, verdict: String
      let workers: Int
      let oneGradientsPerSecond, allGradientsPerSecond, ratio, processorTimeRatio: Double
      let coreShare: Double
    }
    struct Sampler: Decodable {
      let model, posterior: String
      let verdict: String?
      let datasets, chains, draws, gradients: Int
      let bulkEssPerSecond, bulkEss, gradientsPerEss, seconds, warmupSeconds, rHat: Double
    }
    struct Normals: Decodable {
      struct Check: Decodable {
        let name: String
        let value, expected, standardError, z: Double
      }
      let count: Int
      let checks: [Check]
      let withinFourSigma: Bool
    }
    let machine: Machine
    let gradients: [Gradient]
    let workers: [Workers]
    let samplers: [Sampler]
    let normals: Normals?
    let peakResidentBytes: Int
  }

  /// Measures briefly, and reads what was printed.
  func bench(_ models: String..., isa: String? = nil) throws -> Report {
    let environment = isa.map { ["COD_ISA": $0] } ?? [:]
    let run = try run(tool, ["bench", "--quick", "--json"] + models, environment: environment)
    #expect(run.status == 0, "\(run)")
    let json = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    #expect(
      Set((json ?? [:]).keys) == [
        "machine", "gradients", "workers", "samplers", "normals", "peak_resident_bytes",
      ])
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Report.self, from: Data(run.output.utf8))
  }

  func expectPositive(_ values: [Double], _ what: String) {
    for value in values { #expect(value > 0 && value.isFinite, "\(what): \(values)") }
  }

  @Test func aNetworkAlone() throws {
    let report = try bench("two-layer")
    #expect(report.samplers.isEmpty && report.normals == nil)
    #expect(report.machine.cores > 0 && report.peakResidentBytes > 1 << 20)
    let row = try #require(report.gradients.first)
    #expect(report.gradients.map(\.model) == Array(repeating: "two-layer", count: 4))
    #expect(report.gradients.map(\.variant) == ["erf", "tanh", "relu", "gelu"])
    #expect(row.shape == ["P": 500, "d": 50, "N": 50])
    let limits = report.machine.limits
    #expect(row.isa == report.machine.isa && row.peakGflops > 0)
    expectPositive(
      [
        row.fractionOfPeak, row.fractionOfLimit, row.limitMicroseconds, row.gflops,
        row.peakGflops, row.target, row.coreShare,
      ], "two-layer")
    // Three rounds of one number of gradients each.
    #expect(row.gradients >= 3 && row.gradients % 3 == 0)
    #expect(abs(row.gradientsPerSecond * row.microseconds - 1e6) < 1)
    let flops = 4 * 500.0 * 50 * 50
    #expect(abs(row.gflops * row.microseconds * 1e3 - flops) < 1e-6 * flops)
    #expect(abs(row.fractionOfLimit * row.microseconds / row.limitMicroseconds - 1) < 1e-9)
    // The parts of the limit follow from what was measured in the same rounds, and the shape. The
    // machine's limits are those of the last row's rounds, gelu's.
    let last = try #require(report.gradients.last)
    #expect(last.shape == ["P": 4000, "d": 100, "N": 100])
    #expect(last.peakGflops == limits.multiplyAddGflops)
    let (features, parameters) = (4000.0 * 100, 100.0 * 101)
    let parts = [
      4e2 * features / last.peakGflops, 2 * (4 * features + 4 * parameters) / last.peakGflops,
      features * limits.gelu + parameters * limits.normal,
    ]
    for (part, expected) in zip(
      [last.limit.products, last.limit.operations, last.limit.functions], parts)
    {
      #expect(abs(1e3 * part / expected - 1) < 1e-9, "\(last.limit), expected \(parts)")
    }
    #expect(!last.limit.isOfLoads)
    #expect(abs(1e-3 * parts.reduce(0, +) / last.limitMicroseconds - 1) < 1e-9)
    // relu is a comparison, and the others have an exponential and a division or two.
    for other in [limits.erf, limits.tanh, limits.gelu] { #expect(other > limits.relu) }
    #expect(row.verdict == (row.fractionOfLimit >= row.target ? "met" : "missed"))
  }

  @Test func everyNetwork() throws {
    let report = try bench("two-layer", "three-layer", "attention", "cnn")
    let models =
      Array(repeating: "two-layer", count: 4)
      + ["three-layer", "attention", "attention", "cnn", "cnn"]
    #expect(report.gradients.map(\.model) == models)
    for row in report.gradients {
      expectPositive([row.fractionOfPeak, row.fractionOfLimit], "\(row.model) \(row.variant)")
    }
    for row in report.gradients {
      #expect(row.limit.isOfLoads ? row.variant == "linear" : true, "\(row.model) \(row.variant)")
    }
    let limits = report.machine.limits
    expectPositive(
      [
        limits.multiplyAddGflops, limits.erf, limits.tanh, limits.relu, limits.gelu,
        limits.exponential, limits.exponentialPair, limits.normal,
      ] + limits.loads.map(\.gigabytesPerSecond), "limits")
    #expect(limits.loads.map(\.bytes) == [1 << 14, 1 << 18, 1 << 22, 1 << 27])
    // With one core there is nothing to compare.
    #expect(report.machine.cores < 2 || report.workers.count == 4)
    for row in report.workers {
      #expect(row.workers == 2 && ["met", "missed", "loaded"].contains(row.verdict))
      expectPositive(
        [
          row.ratio, row.processorTimeRatio, row.oneGradientsPerSecond,
          row.allGradientsPerSecond, row.coreShare,
        ], "two workers, \(row.model)")
    }
  }

  @Test func theSampler() throws {
    let report = try bench("sampler")
    #expect(report.gradients.isEmpty && report.workers.isEmpty)
    #expect(report.samplers.map(\.model) == ["two-layer", "two-layer", "cnn", "cnn"])
    #expect(report.samplers.map(\.posterior) == ["full", "collapsed", "full", "collapsed"])
    // Nothing was aimed at for the convolution.
    #expect(report.samplers.map { $0.verdict == nil } == [false, false, true, true])
    for row in report.samplers {
      expectPositive(
        [row.bulkEss, row.seconds, row.warmupSeconds, row.rHat], "sampler, \(row.posterior)")
      #expect(row.datasets == 1 && row.chains == 4)
      // A leg is a gradient at least, a draw two legs.
      #expect(row.gradients >= 2 * row.chains * row.draws)
      #expect(abs(row.gradientsPerEss * row.bulkEss / Double(row.gradients) - 1) < 1e-9)
      #expect(abs(row.bulkEssPerSecond * row.seconds / row.bulkEss - 1) < 1e-9)
    }
  }

  /// The same numbers, so the same verdict, on every instruction set.
  @Test(arguments: [nil, "generic"]) func theRandomNumbers(isa: String?) throws {
    let normals = try #require(try bench("normals", isa: isa).normals)
    #expect(normals.count == 1_000_000 && normals.withinFourSigma)
    #expect(Set(normals.checks.map(\.name)).isSuperset(of: ["mean", "beyond_3", "count_beyond_5"]))
    for check in normals.checks {
      #expect(abs(check.z) <= 4, "\(check)")
      #expect(abs((check.value - check.expected) / check.standardError - check.z) < 1e-9)
    }
  }

  @Test func tablesAreForReading() throws {
    let run = try cod("bench", "--quick", "two-layer", "normals")
    #expect(run.status == 0, "\(run)")
    for words in ["500,50,50", "of limit", "all within 4 sigma", "peak resident memory "] {
      #expect(run.output.contains(words), "no '\(words)' in \(run.output)")
    }
  }
}
