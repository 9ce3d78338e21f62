import Foundation
import NPZ
import TestSupport
import Testing

/// cod data and cod evaluate, as text and as JSON.
@Suite struct EvaluateCommandTests {
  struct Answer: Decodable {
    let weights, study, scaling: String
    let gaps: [String]
    let networks: [Network]
    struct Network: Decodable {
      let name: String
      let certified: Bool?
      let draws: Int?
      let quantities: [Quantity]
      let neurons: [String: [Float]]
      let kernel: Kernel
      let outside, notes: [String]
    }
    struct Quantity: Decodable {
      let name: String
      let value: Double
      let posterior: Posterior?
    }
    struct Posterior: Decodable { let mean, deviation, low, high, percentile: Double }
    struct Kernel: Decodable {
      let eigenvalue, prior, priorError: Double
      let spike: Double?
    }
  }

  private static let text = study(widths: "[5, 10]", datasets: 2)

  /// The same command goes on, and writes the same bytes on every instruction set.
  @Test func aTrainingSet() throws {
    try withFolder { folder in
      try write(Self.text, to: "\(folder)/x.yml")
      let arguments = ["data", "x.yml", "--at", "dataset=1", "-o", "t.npz"]
      for set in ["generic", "generic", nil] {
        let run = try cod(
          arguments: arguments, in: folder, environment: set.map { ["COD_ISA": $0] } ?? [:])
        #expect(run.status == 0 && run.errors == "", "\(run)")
        #expect(
          run.output.hasPrefix("t.npz: X 10 × 4, y 10, w_star 4, dimension=4, samples=10, degree"))
      }
      let file = try NPZFile(try bytes("\(folder)/t.npz"), from: "t.npz")
      #expect(try file.array("X").shape == [10, 4] && !file.names.contains("width"))
      // y = He₃(x₁)/√6.
      let (x, y) = (try file.array("X").values, try file.array("y").values)
      for (i, y) in y.enumerated() {
        let x = x[4 * i]
        #expect(abs(y - (x * x * x - 3 * x) / 6.0.squareRoot()) < 1e-6)
      }
    }
  }

  @Test func besideThePosterior() throws {
    try withFolder { folder in
      try write(Self.text, to: "\(folder)/x.yml")
      try network.write(to: URL(filePath: "\(folder)/w.npz"))
      let arguments = ["evaluate", "w.npz", "--study", "x.yml", "--at", "dataset=1,width=5"]
      func answer() throws -> Answer {
        let run = try cod(arguments: arguments + ["--json"], in: folder)
        #expect(run.status == 0 && run.errors == "", "\(run)")
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(Answer.self, from: Data(run.output.utf8))
      }
      let alone = try answer()
      #expect(
        alone.gaps == [
          "x.h5 is missing: the posterior is not shown; cod simulate x.yml draws it"
        ])
      #expect(alone.networks[0].draws == nil && alone.networks[0].quantities[0].posterior == nil)
      #expect(try cod("simulate", "x.yml", in: folder).status == 0)
      let beside = try answer()
      let network = beside.networks[0]
      #expect(beside.gaps == [] && beside.scaling == "standard" && beside.study == "x.yml")
      #expect(network.draws == 24 && network.certified != nil && network.name == "0")
      #expect(
        network.quantities.map(\.name) == [
          "energy", "prior_term", "data_term", "training_loss", "alignment", "specialists",
          "squared_overlap", "squared_norm", "overlap_rms", "overlap_largest",
        ])
      #expect(network.quantities.map(\.value) == alone.networks[0].quantities.map(\.value))
      let squares = network.quantities[6].value
      #expect(abs(squares - 0.25) < 1e-6, "w₁ = 1/2 of every neuron")
      #expect(network.neurons["overlap"] == Array(repeating: 0.5, count: 5))
      let outside = network.quantities.filter { quantity in
        quantity.posterior.map { quantity.value < $0.low || $0.high < quantity.value } ?? false
      }
      #expect(network.outside == outside.map(\.name))
      let text = try cod(arguments: arguments, in: folder)
      #expect(text.status == 0 && text.errors == "", "\(text)")
      let lines = text.output.split(separator: "\n")
      #expect(
        lines[0].hasPrefix("network 0 of w.npz in the cell width=5,dataset=1 of x.yml; posterior "))
      #expect(
        lines[1].split(separator: "  ").map { $0.trimmingCharacters(in: .whitespaces) }
          == ["network", "mean", "sd", "5 %", "95 %", "percentile"])
      #expect(lines.count == 2 + 10 + 2, "\(text.output)")
    }
  }

  /// The help, and so the reference, names every key.
  @Test func theHelpNamesEveryKey() throws {
    try withFolder { folder in
      try write(Self.text.with("datasets: 2", as: "datasets: 1"), to: "\(folder)/x.yml")
      try network.write(to: URL(filePath: "\(folder)/w.npz"))
      #expect(try cod("simulate", "x.yml", in: folder).status == 0)
      let json = try cod("evaluate", "w.npz", "--study", "x.yml", "--json", in: folder).output
      var keys: Set<String> = []
      func collect(_ value: Any) {
        if let list = value as? [Any] { list.forEach(collect) }
        guard let object = value as? [String: Any] else { return }
        keys.formUnion(object.keys)
        // Below these are names of observables and coordinates.
        for (key, value) in object where !["cell", "neurons"].contains(key) { collect(value) }
      }
      collect(try JSONSerialization.jsonObject(with: Data(json.utf8)))
      #expect(keys.count > 20, "\(keys)")
      let help = try cod("evaluate", "--help").output
      let words = Set(help.matches(of: #/[a-z_]+/#).map { String($0.output) })
      #expect(keys.subtracting(words) == [])
    }
  }

  @Test func mistakes() throws {
    try withFolder { folder in
      try write(Self.text, to: "\(folder)/x.yml")
      try network.write(to: URL(filePath: "\(folder)/w.npz"))
      for (arguments, words) in [
        (["evaluate", "w.npz"], "cod: Missing expected argument '--study <study>' (cod --help)\n"),
        (
          ["evaluate", "w.npz", "--study", "x.yml", "--scaling", "feynman"],
          "'feynman' is invalid for '--scaling <scaling>'"
        ),
        (
          ["evaluate", "no.npz", "--study", "x.yml"],
          "cod: no.npz: no such file; expected weights in HDF5 or NumPy's .npz\n"
        ),
        (
          ["evaluate", "w.npz", "--study", "x.yml"],
          "cod: x.yml: 2 cells fit, which differ in dataset (0, 1); expected --at dataset=0 or the "
        ),
        (
          ["data", "x.yml", "-o", "t.npz"],
          "cod: x.yml: 4 cells fit, which differ in dataset (0, 1); expected --at dataset=0 or the "
        ),
        (
          ["data", "x.yml", "--at", "dataset=0", "-o", "t.csv"],
          "cod: --output: got 't.csv'; expected a name that ends in .h5 or .npz\n"
        ),
        (
          ["data", "x.yml", "--at", "dataset=0", "-o", "w.npz"],
          "cod: w.npz: got another file; expected a new name\n"
        ),
      ] { expectFailure(try cod(arguments: arguments, in: folder), 2, saying: words) }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["w.npz", "x.yml"])
    }
  }

  /// Weights of five neurons in four dimensions, 1/2 each, with readouts of 1/4.
  private var network: Data {
    NPZFile.bytes(of: [
      ("w", [5, 4], Array(repeating: 0.5, count: 20)), ("a", [5], Array(repeating: 0.25, count: 5)),
    ])
  }
}
