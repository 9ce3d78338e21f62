import Kernels

extension FiniteWidthPosterior {
  /// Means over data sets, which differ by their values of x₁.
  public struct Estimate: Hashable, Sendable {
    /// The mean alignment of each data set.
    public let alignments: [Double]
    /// The difference, averaged over data sets, of the alignments of chains that begin with
    /// specialists and without.
    public let startDifference: Double
    /// The density of w₁ of each data set, even in w₁, as means over bins of |w₁|.
    public let densities: [[Double]]
    /// The width of a bin of |w₁|.
    public let binWidth: Double
    /// The probability of M neurons with |w₁| beyond the threshold, for M from 0 on.
    public let specialists: [Double]

    /// The mean alignment A, and its standard error over data sets.
    public var alignment: (value: Double, error: Double) { meanAndError(alignments) }
    /// The density of w₁ in the bins, and its standard errors over data sets.
    public var density: [(value: Double, error: Double)] {
      densities[0].indices.map { bin in meanAndError(densities.map { $0[bin] }) }
    }
    /// The mean of M.
    public var meanSpecialists: Double {
      specialists.enumerated().reduce(0) { $0 + Double($1.offset) * $1.element }
    }

    /// Averages over data sets.
    ///
    /// - Parameter binWidth: that of |w₁| in their densities.
    /// - Throws: ``FiniteWidthPosteriorError`` if the chains that begin with specialists differ in
    ///   their alignment by more than 0.02 from the others, averaged over data sets.
    package init(
      _ datasets: [(lazy: Averages, planted: Averages)], binWidth: Double
    ) throws(FiniteWidthPosteriorError) {
      let count = Double(datasets.count)
      startDifference =
        datasets.reduce(0) { $0 + $1.planted.alignment - $1.lazy.alignment } / count
      guard abs(startDifference) <= 0.02 else { throw .notMixed(startDifference, limit: 0.02) }
      alignments = datasets.map { ($0.lazy.alignment + $0.planted.alignment) / 2 }
      densities = datasets.map { pair in
        zip(pair.lazy.density, pair.planted.density).map { ($0 + $1) / 2 }
      }
      self.binWidth = binWidth
      let chains = datasets.flatMap { [$0.lazy.specialists, $0.planted.specialists] }
      specialists = (0..<chains.map(\.count).max()!).map { m in
        chains.reduce(0) { $0 + (m < $1.count ? $1[m] : 0) } / (2 * count)
      }
    }
  }

  /// Samples the posterior of P samples.
  ///
  /// Each draw of x₁ has two chains, one from the prior and one with specialists. Draw r is the
  /// same however many others there are.
  ///
  /// - Parameters:
  ///   - samples: P, from 2 to 200 d.
  ///   - draws: how many draws of x₁ are averaged, from 2 to 1000.
  ///   - sweeps: moves of all neurons of each chain that count, after half as many that do not,
  ///     from 10 to 100000.
  ///   - threshold: the |w₁| beyond which a neuron is specialised.
  ///   - binWidth: that of |w₁| in densities.
  ///   - bins: how many; |w₁| beyond the last is left out.
  /// - Throws: ``FiniteWidthPosteriorError`` if an argument is out of range, or if the chains that
  ///   begin with specialists differ in their alignment by more than 0.02 from the others.
  public func estimate(
    samples: Int, draws: Int = 24, sweeps: Int = 200, threshold: Double = 0.8,
    binWidth: Double = 0.1, bins: Int = 30
  ) throws(FiniteWidthPosteriorError) -> Estimate {
    guard (2...200 * dimension).contains(samples) else {
      throw .samples(samples, most: 200 * dimension)
    }
    guard (2...1000).contains(draws) else { throw .draws(draws) }
    guard (10...100_000).contains(sweeps) else { throw .sweeps(sweeps) }
    precondition(threshold > 0 && binWidth > 0 && bins > 0)
    // The values of x₁ are those of NeuronBesideBath.
    let stream = RandomStream(key: 0x6261_7468_0000 + UInt64(dimension))
    var datasets: [(lazy: Averages, planted: Averages)] = []
    for draw in 0..<draws {
      datasets.append(
        try pair(
          of: stream.standardNormals(count: samples, step: UInt64(draw)).map(Double.init),
          number: draw, sweeps: sweeps, threshold: threshold, binWidth: binWidth, bins: bins))
    }
    return try Estimate(datasets, binWidth: binWidth)
  }

  /// Means over a chain.
  package struct Averages: Sendable {
    package var alignment = 0.0
    package var density: [Double]
    package var specialists: [Double] = []
  }

  /// Returns the means over both chains of a data set, that from the prior and that with
  /// specialists.
  ///
  /// - Parameter number: of the data set, with which random numbers vary.
  /// - Throws: ``FiniteWidthPosteriorError``.
  package func pair(
    of inputs: [Double], number: Int, sweeps: Int, threshold: Double = 0.8,
    binWidth: Double = 0.1, bins: Int = 30
  ) throws(FiniteWidthPosteriorError) -> (lazy: Averages, planted: Averages) {
    let key = UInt64(number) << 33 + 0x6E65_7572
    func chain(_ specialists: Int, _ key: UInt64) throws(FiniteWidthPosteriorError) -> Averages {
      try averages(
        of: inputs, sweeps: sweeps, specialists: specialists, threshold: threshold,
        binWidth: binWidth, bins: bins, stream: RandomStream(key: key))
    }
    // About as many specialists as there are for an alignment of one half.
    let planted = 1 + Int(1.5 * (Double(width) / Double(dimension)).squareRoot())
    return (try chain(0, key), try chain(min(width, planted), key + 1 << 32))
  }

  /// Returns the means over one chain for given values of x₁.
  ///
  /// - Parameter specialists: the neurons with which it begins.
  /// - Throws: ``FiniteWidthPosteriorError``.
  package func averages(
    of inputs: [Double], sweeps: Int, specialists: Int, threshold: Double = 0.8,
    binWidth: Double = 0.1, bins: Int = 30, stream: RandomStream
  ) throws(FiniteWidthPosteriorError) -> Averages {
    let quadrature: SampleQuadrature
    do { quadrature = try SampleQuadrature(inputs) } catch { throw .quadrature("\(error)") }
    var chain = NeuronChain(
      self, quadrature, samples: inputs.count, specialists: specialists, stream: stream)
    for _ in 0..<sweeps / 2 { chain.sweep() }
    var averages = Averages(density: [Double](repeating: 0, count: bins))
    var atEnd = 0
    for _ in 0..<sweeps {
      chain.sweep()
      averages.alignment += chain.alignment / Double(sweeps)
      var count = 0
      for neuron in chain.neurons {
        let size = abs(neuron.overlap)
        let bin = size / binWidth
        // Both signs share a bin.
        if bin < Double(bins) {
          averages.density[Int(bin)] += 1 / (2 * binWidth * Double(width * sweeps))
        }
        if size > threshold { count += 1 }
      }
      while averages.specialists.count <= count { averages.specialists.append(0) }
      averages.specialists[count] += 1 / Double(sweeps)
      if chain.least.index == ReplicaLikelihood.count - 1 { atEnd += 1 }
    }
    guard atEnd * 20 <= sweeps else { throw .overlapsUnresolved }
    return averages
  }
}

private func meanAndError(_ x: [Double]) -> (value: Double, error: Double) {
  let mean = x.reduce(0, +) / Double(x.count)
  let squares = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  return (mean, (squares / Double(x.count * (x.count - 1))).squareRoot())
}
