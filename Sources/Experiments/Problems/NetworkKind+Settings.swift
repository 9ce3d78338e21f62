import Studies

// Keys of specs that follow from a kind of network.

extension NetworkKind {
  /// The keys of `network`.
  var networkSettings: [Setting] {
    [Setting("network.kind", word, plural)]
      + choices.map {
        Setting(
          "network.\($0.coordinate.name)",
          Setting.Words.words($0.words) + ($0.words.count > 1 ? Setting.Words.axis : ""),
          standard: $0.words[0], $0.coordinate.meaning)
      }
      + givenSizes.map {
        Setting(
          "network.\($0.name)", Setting.Words.sizes(from: $0.smallest), $0.coordinate.meaning)
      }
  }

  /// The keys of `target`.
  var targetSettings: [Setting] {
    switch target {
    case .polynomial(let family, let description, let degrees, _):
      [
        Setting("target.kind", family.rawValue, "\(family.words): \(description)"),
        Setting(
          "target.degree", degrees + Setting.Words.axis,
          family == .hermite ? "m of He_m" : "l of P_l"),
      ]
    case .features:
      [
        Setting(
          "target.kind", Setting.Words.words(FeatureGrid.words),
          "several features, or one: a Hermite polynomial, if the activation is not erf alone or "
            + "the spec names data.law")
      ] + FeatureGrid.keys
    case .word(let choice):
      [
        Setting(
          "target.kind", Setting.Words.words(choice.words) + Setting.Words.axis,
          choice.coordinate.meaning)
      ]
    }
  }

  /// The keys of `data`.
  var dataSettings: [Setting] {
    if hasSphericalInputs {
      return [
        Setting(
          "data.samples", Setting.Words.sizes(from: 1), standard: "all rows of the inputs",
          "training samples P: of given inputs a random subset of so many rows"),
        Setting(
          "data.datasets", Setting.Words.count, standard: "\(ProblemGrid.defaultDatasets)",
          "data sets drawn at each point of the grid, x uniform on the sphere, or random subsets"),
      ] + PreparedInputs.reference(inputsStandard: "samples and datasets")
    }
    let drawn = [
      Setting(
        "data.samples", Setting.Words.sizes(from: 1), standard: "inputs", "training samples P"),
      Setting(
        "data.datasets", Setting.Words.count, standard: "\(ProblemGrid.defaultDatasets)",
        "data sets drawn at each point of the grid, x ~ N(0, I)"),
      Setting(
        "data.inputs", "the path of a file of \(ExternalInputs.form), one row a sample",
        standard: "samples and datasets", "one given data set, beside which neither may stand"),
    ]
    guard needsTestSet || hasLaws else { return drawn }
    return drawn + (hasLaws ? LawGrid.keys : []) + [
      Setting(
        "data.test", "an integer from \(ProblemGrid.fewestTestSamples)",
        standard: "\(defaultTestSamples)",
        Coordinate.testSamples.description)
    ]
  }

  /// Test samples where a spec gives none.
  var defaultTestSamples: Int {
    hasLaws ? ProblemGrid.defaultLawTestSamples : ProblemGrid.defaultTestSamples
  }

  /// The keys of `prior`.
  var priorSettings: [Setting] {
    variances.map {
      Setting(
        "prior.\($0.name)",
        Setting.Words.positive + Setting.Words.axis + ", or numbers in units of sizes",
        standard: $0.name == Name.biasVariance ? "no biases" : "1", $0.meaning)
    }
  }
}
