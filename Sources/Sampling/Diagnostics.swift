import Kernels

/// Convergence of several chains of one scalar quantity.
///
/// Source: Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, "Rank-normalization, folding, and
/// localization: an improved R̂", Bayesian Analysis 16.
public struct Diagnostics: Hashable, Sendable {
  /// Mean over all draws.
  public let mean: Double
  /// Standard deviation over all draws.
  public let standardDeviation: Double
  /// Monte Carlo standard error of the mean, from the effective sample size of the mean.
  public let standardError: Double
  /// Bulk effective sample size: that of the rank-normalised split chains.
  public let bulkESS: Double
  /// Tail effective sample size: the smaller of two, for the indicators of the 5 % and the 95 %
  /// quantile (Vehtari et al. 2021, section 4.3). Error bars of intervals rest on it instead of
  /// `bulkESS`.
  public let tailESS: Double
  /// Rank-normalised split-R̂: the larger of two, for location and for scale.
  public let rHat: Double

  /// Computes the diagnostics of one quantity.
  ///
  /// - Parameter chains: the draws of each chain, equally many in all and at least four.
  ///
  /// *Edge cases:*
  /// - A quantity that is the same in every draw has R̂ = 1 and as many effective samples as draws.
  /// - A quantity that is constant in each chain but differs between chains has R̂ = ∞.
  /// - If a draw is not finite, R̂ is infinite, both effective sample sizes are 0, and the rest is
  ///   not a number.
  public init(_ chains: [[Double]]) {
    precondition(!chains.isEmpty && chains.allSatisfy { $0.count == chains[0].count })
    precondition(chains[0].count >= 4)
    guard chains.allSatisfy({ $0.allSatisfy(\.isFinite) }) else {
      (mean, standardDeviation, standardError) = (.nan, .nan, .nan)
      (bulkESS, tailESS, rHat) = (0, 0, .infinity)
      return
    }
    let halves = split(chains)
    let all = moments(Array(chains.joined()))
    mean = all.mean
    standardDeviation = all.variance.squareRoot()
    let ranked = rankNormalised(halves)
    let sorted = chains.joined().sorted()
    tailESS = [0.05, 0.95].map { probability in
      let edge = quantile(sorted, probability)
      return effectiveSampleSize(halves.map { $0.map { $0 <= edge ? 1 : 0 } })
    }.min()!
    bulkESS = effectiveSampleSize(ranked)
    standardError = standardDeviation / effectiveSampleSize(halves).squareRoot()
    let centre = median(halves)
    let folded = halves.map { $0.map { abs($0 - centre) } }
    rHat = max(potentialScaleReduction(ranked), potentialScaleReduction(rankNormalised(folded)))
  }
}

/// Returns the first and second half of each chain, without the middle draw of an odd number.
func split(_ chains: [[Double]]) -> [[Double]] {
  chains.flatMap { chain in
    let half = chain.count / 2
    return [Array(chain.prefix(half)), Array(chain.suffix(half))]
  }
}

func median(_ chains: [[Double]]) -> Double {
  let sorted = chains.joined().sorted()
  let middle = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[middle] : 0.5 * (sorted[middle - 1] + sorted[middle])
}

/// Returns the quantile of sorted numbers, linear between order statistics, with x₍₁₎ at 0 and x₍ₙ₎
/// at 1. This is type 7 of Hyndman and Fan 1996, "Sample quantiles in statistical packages".
func quantile(_ sorted: [Double], _ probability: Double) -> Double {
  let place = probability * Double(sorted.count - 1)
  let lower = Int(place)
  let upper = min(lower + 1, sorted.count - 1)
  // This form returns equal neighbours themselves, without rounding.
  return sorted[lower] + (place - Double(lower)) * (sorted[upper] - sorted[lower])
}

/// Replaces each draw by the normal quantile of its rank r among all S draws, at (r − 3/8)/(S +
/// 1/4). Ties share their mean rank (Vehtari et al. 2021, equation 14).
func rankNormalised(_ chains: [[Double]]) -> [[Double]] {
  let all = Array(chains.joined())
  let order = all.indices.sorted { all[$0] < all[$1] }
  var scores = [Double](repeating: 0, count: all.count)
  var first = 0
  while first < order.count {
    var last = first
    while last + 1 < order.count, all[order[last + 1]] == all[order[first]] { last += 1 }
    let rank = 0.5 * Double(first + last) + 1
    let score = normalQuantile((rank - 0.375) / (Double(all.count) + 0.25))
    for i in first...last { scores[order[i]] = score }
    first = last + 1
  }
  let length = chains[0].count
  return chains.indices.map { Array(scores[($0 * length)..<(($0 + 1) * length)]) }
}

/// Returns mean and unbiased variance. Sums start from the first number, so equal numbers have
/// exactly themselves as mean, and variance 0.
private func moments(_ x: [Double]) -> (mean: Double, variance: Double) {
  let mean = x[0] + x.reduce(0.0) { $0 + ($1 - x[0]) } / Double(x.count)
  let squares = x.reduce(0.0) { $0 + ($1 - mean) * ($1 - mean) }
  return (mean, squares / Double(x.count - 1))
}

/// Returns √(var⁺/W), the R̂ of the chains as given (Vehtari et al. 2021, equations 1-4).
func potentialScaleReduction(_ chains: [[Double]]) -> Double {
  let each = chains.map(moments)
  let within = each.reduce(0.0) { $0 + $1.variance } / Double(each.count)
  let between = moments(each.map(\.mean)).variance
  if within == 0 { return between == 0 ? 1 : .infinity }
  let draws = Double(chains[0].count)
  return ((draws - 1) / draws + between / within).squareRoot()
}

/// Returns the effective sample size of the chains as given. The multi-chain autocorrelation is
/// summed up to Geyer's initial monotone sequence (Vehtari et al. 2021, equations 10-13).
///
/// *Complexity:* draws per chain times the autocorrelation length.
func effectiveSampleSize(_ chains: [[Double]]) -> Double {
  let draws = chains[0].count
  let total = Double(chains.count * draws)
  let each = chains.map(moments)
  let within = each.reduce(0.0) { $0 + $1.variance } / Double(each.count)
  let between = chains.count > 1 ? moments(each.map(\.mean)).variance : 0
  let pooled = within * Double(draws - 1) / Double(draws) + between
  if pooled == 0 { return total }

  let centred = zip(chains, each).map { chain, moments in chain.map { $0 - moments.mean } }
  func correlation(_ lag: Int) -> Double {
    var sum = 0.0
    for chain in centred {
      var products = 0.0
      for t in 0..<(draws - lag) { products += chain[t] * chain[t + lag] }
      sum += products / Double(draws)
    }
    return 1 - (within - sum / Double(chains.count)) / pooled
  }

  // Sums of neighbouring pairs are positive and decreasing for a reversible chain. So the estimate
  // stops at the first pair that is not positive, and replaces a rise by the pair before.
  var even = 1.0
  var odd = correlation(1)
  var pairs = [even + odd]
  var lag = 2
  while lag < draws - 2, pairs.last! > 0 {
    even = correlation(lag)
    odd = correlation(lag + 1)
    pairs.append(even + odd)
    lag += 2
  }
  var time = -1.0
  // Of the pair at which the sequence ends, only the even member counts, if it is positive.
  if pairs.count > 1 { pairs.removeLast() }
  var smallest = Double.infinity
  for pair in pairs {
    smallest = min(smallest, pair)
    time += 2 * smallest
  }
  if even > 0 { time += even }
  let shortest = naturalLogarithm(10) / naturalLogarithm(total)
  return total / max(time, shortest)
}
