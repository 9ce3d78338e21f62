import Archives
import Execution
import Experiments
import Foundation
import Host
import Kernels
import Studies
import Testing

/// A study of four cells that takes milliseconds; the tests replace parts of it.
package let tinyStudy = """
  question: Is it tiny?
  source: a test
  network: {kind: two-layer, activation: erf, dimension: 4, width: [3, 5]}
  target: {kind: hermite, degree: 3}
  data: {samples: 10, datasets: 2}
  prior: {weight_variance: 1, readout_variance: 1}
  ridge: 0.1
  sampler: {kind: hmc, chains: {cold: 1, planted: 1}, warmup: 20, draws: 12, doublings: 0, thin: 5}
  smoke:
    network: {width: 3}
  """

extension String {
  /// This text with one part replaced, which must be there.
  package func with(
    _ old: String, as new: String, at location: SourceLocation = #_sourceLocation
  ) -> String {
    if !contains(old) { Issue.record("'\(old)' is not in \(self)", sourceLocation: location) }
    return replacing(old, with: new)
  }
}

extension StudySpec {
  /// The study of this text, from a file of its own.
  package static func of(_ text: String, smoke: Bool = false) async throws -> StudySpec {
    try withFolder { folder in
      let file = "\(folder)/study.yml"
      try Data(text.utf8).write(to: URL(filePath: file))
      return try StudySpec(reading: file, smoke: smoke)
    }
  }
}

extension StudySpec {
  /// What the study asks, if it is posterior sampling.
  package var posterior: PosteriorExperiment { experiment as! PosteriorExperiment }
}

extension Cell {
  /// What is sampled, if the cell is.
  package var posterior: PosteriorTask { task as! PosteriorTask }
}

/// Simulates a study into a file and returns what the run did.
@discardableResult
package func simulate(
  _ spec: StudySpec, to output: String, workers: Int = 2, kernels: KernelSet = .best
) async throws -> Simulation.Outcome {
  try await Simulation(spec: spec, output: output, workers: workers, kernels: kernels).run { _ in }
}

/// Expects `body` to throw an error of one line and returns that line, or "" if it does not.
package func errorLine(
  at location: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
) async -> String {
  do {
    try await body()
  } catch {
    let text = "\(error)"
    #expect(
      text.components(separatedBy: .newlines).count == 1, "more than one line: \(text)",
      sourceLocation: location)
    return text
  }
  Issue.record("no error is thrown", sourceLocation: location)
  return ""
}

extension CellResult {
  /// FNV-1a over the bit patterns of all arrays, in the order of their declaration.
  package var fingerprint: UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func take(_ bits: UInt64) {
      for shift in stride(from: 0, to: 64, by: 8) {
        hash = (hash ^ (bits >> UInt64(shift) & 0xff)) &* 0x100_0000_01b3
      }
    }
    for x in alignment { take(x.bitPattern) }
    for x in trainingLoss + energy { take(UInt64(x.bitPattern)) }
    for n in observable("specialists") { take(UInt64(n)) }
    let floats = ["squared_overlap", "squared_norm"].flatMap { observable($0).map { Float($0) } }
    for x in floats + unit("overlap") { take(UInt64(x.bitPattern)) }
    for x in stepSize + trajectory + acceptance + energyError + virial { take(x.bitPattern) }
    for x in logEvidence + logEvidenceError { take(x.isNaN ? 0 : x.bitPattern) }
    for n in gradients + spacing + replicas { take(UInt64(n)) }
    return hash
  }
}
