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
