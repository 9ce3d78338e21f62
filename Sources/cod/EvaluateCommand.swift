import ArgumentParser
import Evaluation
import Host
import Studies

/// `cod evaluate`: networks that were trained elsewhere, beside the posterior.
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measures weights that were trained elsewhere, beside a study's posterior.",
    discussion: """
      The file, HDF5 or NumPy's .npz, has the arrays of the study's kind of network: w and a of two
      layers; w, V and a of three; w and a of a convolution; A and w of an attention head. One more
      axis in front, or groups networks/NAME, hold several networks. The shapes tell the cell's sizes;
      what they leave open is told by --at, or by numbers in the file under the names of the cell's
      coordinates. An array f, the network's outputs on the training set, is compared with the
      weights. `cod data` writes the training set.

        cod evaluate weights.h5 --study data/two-layer-width.yml --at dataset=3
        cod evaluate weights.npz --study my.yml --scaling mean-field
        cod evaluate weights.npz --study my.yml --json

      The energy U is the sum of prior_term |theta|^2/2 and data_term sum (f - y)^2/(2 kappa). Beside
      each quantity stands its posterior, from the archived draws of the cell: mean, standard
      deviation, 5 % and 95 % quantiles, and the share of draws below the network's value. Observables
      are those of the study file, and of single neurons the root mean square and the largest size.
      The kernel's eigenvalue of the target is compared with networks drawn from the prior.

      JSON has these keys:

        weights, study, scaling   what was read, and how
        gaps                      why a posterior is not shown, a line each
        networks                  a list, with these keys each:
          name, cell              the group or index, and the coordinates of the cell
          certified, draws        of the cell; absent where it is not archived
          quantities              a list of name, value and posterior: mean, deviation, low, high,
                                  percentile; without posterior where there is none
          neurons                 the observables of single neurons, by name
          kernel                  eigenvalue, prior, prior_error, spike (eigenvalue over prior;
                                  absent where prior is lost in its error)
          outside                 names of quantities outside 5 to 95 % of the posterior
          notes                   what looks wrong with the weights, a line each
      """)

  @Argument(help: "The file of weights, HDF5 or .npz.")
  var weights: String

  @Option(help: "The study's YAML file; its draws are read from the HDF5 file beside it.")
  var study: String

  @Option(help: "Which cell, as samples=400,dataset=3.")
  var at: String?

  @Option(
    help: """
      How f is made of the weights: standard, as they are; ntk, each layer divided by the root of its \
      fan-in; mean-field, each layer after the first divided by its fan-in.
      """)
  var scaling = WeightScaling.standard

  @OptionGroup var form: OutputForm

  func run() throws {
    let evaluation = try Evaluation(
      of: weights, in: try StudySpec(reading: study), at: at, scaling: scaling,
      kernels: try selectedKernels())
    if form.json { return try printJSON(evaluation, isSnakeCase: true) }
    for line in evaluation.lines { print(line) }
  }
}

extension WeightScaling: ExpressibleByArgument {}
