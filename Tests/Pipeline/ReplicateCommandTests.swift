import Foundation
import TestSupport
import Testing

/// `cod replicate`, from an archived study to a verdict on its error bars.
@Suite struct ReplicateCommandTests {
  let text = study(widths: "3", datasets: 4, sampler: "warmup: 60, draws: 400")

  /// The study x with its archive in `folder`.
  func archive(in folder: String) throws {
    try write(text, to: "\(folder)/x.yml")
    let run = try cod("simulate", "x.yml", in: folder)
    #expect(run.status == 0, "\(run)")
  }

  @Test func aStudy() throws {
    try withFolder { folder in
      try archive(in: folder)
      let run = try cod("replicate", "x.yml", "--cells", "3", in: folder)
      #expect(run.output.contains("x: 3 cells sampled again; certified: "), "\(run)")
      #expect(run.output.contains("\nalignment"), "\(run)")
      #expect(run.output.contains("compatible with honest errors"), "\(run)")
      // More cells add to these.
      let all = try cod("replicate", "x.yml", "--json", in: folder)
      let reports = try #require(
        try JSONSerialization.jsonObject(with: Data(all.output.utf8)) as? [[String: Any]])
      #expect(reports[0]["cells"] as? Int == 4 && reports[0]["study"] as? String == "x", "\(all)")
      let quantities = try #require(reports[0]["quantities"] as? [[String: Any]])
      #expect(quantities.first?["name"] as? String == "alignment", "\(all)")
      #expect(Int(all.status) == ((reports[0]["compatible"] as? Bool)! ? 0 : 1), "\(all)")
      // What was sampled is left alone.
      #expect(try cod("status", "--data", folder).output.contains("fresh"))
    }
  }

  @Test("a share of the cells, rounded up")
  func fraction() throws {
    try withFolder { folder in
      try archive(in: folder)
      let run = try cod("replicate", "x.yml", "--fraction", "0.3", in: folder)
      #expect(run.output.contains("x: 2 cells sampled again"), "\(run)")
      for (arguments, line) in [
        (["0"], "got '0.0'; expected a number above 0, and at most 1"),
        (["1.5"], "got '1.5'; expected a number above 0, and at most 1"),
        (["nan"], "got 'nan'; expected a number above 0, and at most 1"),
        (["0.5", "--cells", "3"], "got it beside --cells; expected one of the two"),
      ] {
        expectFailure(
          try cod(arguments: ["replicate", "x.yml", "--fraction"] + arguments, in: folder), 2,
          saying: "cod: --fraction: \(line)")
      }
    }
  }

  @Test("draws of another distribution are found")
  func anotherDistribution() throws {
    try withFolder { folder in
      try archive(in: folder)
      // A sampler whose alignments are too large by half their scatter within a cell.
      try forge("\(folder)/x.h5", as: "\(folder)/x.h5") { name, numbers in
        guard name == "alignment" else { return }
        let cells = 4
        let size = numbers.count / cells
        for cell in 0..<cells {
          let own = numbers[(cell * size)..<((cell + 1) * size)]
          let mean = own.reduce(0, +) / Double(size)
          let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(size)
          for i in own.indices { numbers[i] += 0.5 * variance.squareRoot() }
        }
      }
      let run = try cod("replicate", "x.yml", in: folder)
      #expect(run.status == 1, "\(run)")
      #expect(run.output.contains("not compatible with honest errors"), "\(run)")
    }
  }

  /// Found before a cell is sampled.
  @Test func anotherVersionOfTheStudy() throws {
    try withFolder { folder in
      try archive(in: folder)
      try write(text.replacing("ridge: 0.1", with: "ridge: 0.2"), to: "\(folder)/x.yml")
      let run = try cod("replicate", "x.yml", in: folder)
      expectFailure(run, 1, saying: "cod: x.h5: 4 of the cells that x.yml asks for are missing")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/replicate"))
    }
  }

  @Test func wrongUse() throws {
    try withFolder { folder in
      try archive(in: folder)
      let own = try bytes("\(folder)/x.h5")
      for output in [".", folder] {
        expectFailure(
          try cod("replicate", "x.yml", "-o", output, in: folder), 2,
          saying: "cod: --output: got '\(output)', the folder of x.yml; expected another one")
      }
      #expect(try bytes("\(folder)/x.h5") == own)
      expectFailure(
        try cod("replicate", "x.h5", in: folder), 2,
        saying: "cod: x.h5: expected the name of a study's file, NAME.yml")
      try FileManager.default.removeItem(atPath: "\(folder)/x.h5")
      expectFailure(
        try cod("replicate", "x.yml", "--cells", "0", in: folder), 2,
        saying: "cod: --cells: got '0'; expected a positive integer")
      let missing = try cod("replicate", "x.yml", in: folder)
      #expect(missing.status != 0 && missing.complaints.count == 1, "\(missing)")
    }
  }
}
