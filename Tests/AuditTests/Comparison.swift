import Archives
import Audit
import Foundation
import Host
import TestSupport
import Testing

/// The tolerances of the archive.
let archiveTolerances = projectFolder + "/data/tolerances.yml"

/// What comes out for one file and another.
func compare(_ old: String, _ new: String, _ tolerances: String = archiveTolerances) throws
  -> Verification.Item
{
  let verification = try Verification(old, new) { try Tolerances(reading: tolerances) }
  #expect(verification.items.count == 1)
  let item = verification.items[0]
  #expect(verification.passes == item.verdict.passes, "\(verification.archive)")
  return item
}

/// A table as the tool writes them.
let sampleTable = """
  # A table
  # study tiny 0123456789abcdef 00000000
  # width: N
  # value: a number
  # word: a word
  width\tvalue\tword
  200000\t0.314159\tone
  40\tNaN\ttwo

  """

/// A study that mixes well: four cells of 400 draws a chain.
let mixingStudy = tinyStudy.with("warmup: 20, draws: 12", as: "warmup: 100, draws: 400")

/// Runs `body` with the file of `mixingStudy` and that of another.
func withStudies<R>(_ other: String, _ body: (String, String) throws -> R) async throws -> R {
  try await withFolder { folder in
    for (name, text) in [("old", mixingStudy), ("new", other)] {
      try await simulate(try await .of(text), to: "\(folder)/\(name).h5")
    }
    return try body("\(folder)/old.h5", "\(folder)/new.h5")
  }
}
