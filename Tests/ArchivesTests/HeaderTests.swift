import Archives
import Experiments
import HDF5
import Studies
import TestSupport
import Testing

/// What a file says of itself, and of its cells' convergence, is read as it was written.
@Suite struct HeaderTests {
  @Test func theHeaderIsThatOfTheArchive() async throws {
    let spec = try await StudySpec.of(tinyStudy)
    try await withFolder { folder in
      let path = "\(folder)/study.h5"
      try await simulate(spec, to: path)
      let (header, archive) = (try StudyHeader(reading: path), try Archive(reading: path))
      #expect(header.title == "Is it tiny?" && header.source == "a test")
      #expect(header.license == "CC-BY-4.0" && header.references == "arXiv:2512.04165")
      #expect(header.summary.hasPrefix("Posterior samples of finite two-layer networks"))
      #expect(header.layout.model == "two-layer" && header.grid == "full")
      #expect(header.studyKey == spec.key && header.specText == tinyStudy)
      #expect(header.contentDigest == archive.contentDigest && header.cells == archive.keys.count)
      #expect(header.numericsVersion == numericsVersion && header.inputsDigest == nil)
      let root = try File(reading: path).root()
      #expect(StudyHeader.lacking(in: root) == [])
    }
  }

  @Test func whatARootLacksIsNamed() async throws {
    try withFolder { folder in
      let path = "\(folder)/study.h5"
      let file = try File()
      try file.root().setAttribute("title", "only this")
      try file.root().setAttribute("complete", 1)
      try file.write(to: path)
      let root = try File(reading: path).root()
      #expect(
        StudyHeader.lacking(in: root) == [
          "summary", "network", "license", "references", "source", "study_key", "spec_yaml", "grid",
          "schema_version", "numerics_version", "content_sha256",
        ])
    }
  }

  /// The archive keeps what its file says: of a forged flag, the forgery.
  @Test func certifiedIsWhatTheFileSays() async throws {
    let spec = try await StudySpec.of(tinyStudy)
    try await withFolder { folder in
      let path = "\(folder)/study.h5"
      try await simulate(spec, to: path)
      let archive = try Archive(reading: path)
      #expect(archive.isSound == archive.results.map(\.isCertified))
      try forge(path, as: path) { name, values in if name == "certified" { values[2] = 1 } }
      #expect(try Archive(reading: path).isSound == [false, false, true, false])
    }
  }

  /// R̂ of chains that never moved may be infinite; nothing else that is derived may.
  @Test(arguments: TinyKind.all) func whatMayBeInfinite(_ kind: TinyKind) throws {
    let layout = try #require(
      Experiments.layout(of: "posterior", model: kind.name, observing: []))
    // A tempered, Metropolis-adjusted chain whose proposals are accepted.
    let numbers = ["langevin_step": 0.0, "replicas": 1, "acceptance": 1]
    let infinite = layout.columns.filter {
      $0.gaps.contains { gap in gap.isAllowed(gap.decidedBy.map { numbers[$0]! } ?? 1) }
    }.map(\.name)
    #expect(infinite == (["alignment"] + kind.kind.certifying).map { "\($0)_rhat" })
    #expect(
      layout.derived.map(\.name)
        == infinite + ["alignment_ess", "alignment_tail_ess", "certified"])
  }
}
