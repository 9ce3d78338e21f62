import ArgumentParser
import Evaluation
import Host
import Studies

/// `cod data`: a training set of a study as a file.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Writes a training set of a study, to train a network on it elsewhere.",
    discussion: """
      The file has the inputs X, a row a sample, the targets y, the feature w_star if the target has a
      single one, and the numbers that all cells with this training set share. These may be copied to
      the file of weights, where they tell `cod evaluate` the cell.

        cod data data/two-layer-width.yml --at dataset=3 -o train.npz
        cod data my.yml --at samples=400,dataset=0 -o train.h5
      """)

  @Argument(help: "The study's YAML file.")
  var spec: String

  @Option(help: "Which cells, as samples=400,dataset=3.")
  var at: String?

  @Option(name: .shortAndLong, help: "The file to write, which ends in .h5 or .npz.")
  var output: String

  func run() throws {
    let data = try TrainingData(
      of: try StudySpec(reading: spec), at: at, kernels: try selectedKernels())
    try data.write(to: output)
    print("\(output): \(data.text)")
  }
}
