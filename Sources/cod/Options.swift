import ArgumentParser

/// The folder of the studies.
struct StudiesFolder: ParsableArguments {
  @Option(help: "The folder of the studies.")
  var data = "data"
}

/// The folder of the tables and pictures.
struct FiguresFolder: ParsableArguments {
  @Option(help: "The folder of the figures.")
  var figures = "figures"
}

/// The folder of the gnuplot scripts.
struct ScriptsFolder: ParsableArguments {
  @Option(help: "The folder of the gnuplot scripts.")
  var scripts = "figures"
}

/// The form in which a command prints its answer.
struct OutputForm: ParsableArguments {
  @Flag(help: "Print JSON.")
  var json = false
}

/// The prior variances of a network of two layers.
struct PriorVariances: ParsableArguments {
  @Option(parsing: .unconditional, help: "σ_w², the prior variance of the weights.")
  var weightVariance = 1.0

  @Option(parsing: .unconditional, help: "σ_a², the prior variance of the readout.")
  var readoutVariance = 1.0

  /// - Throws: `UserError` unless both are positive.
  func requirePositive() throws {
    try check("--weight-variance", positive: weightVariance)
    try check("--readout-variance", positive: readoutVariance)
  }
}
