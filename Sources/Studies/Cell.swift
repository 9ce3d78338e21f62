import Crypto
import Foundation
import Kernels
import Networks

/// The version of everything that decides a bit of the simulated arrays: kernels, random numbers,
/// samplers, observables. It is part of every key; raising it makes every archive stale.
public let numericsVersion = 2

/// The version of the drawn training sets, which stay what they are when samplers change: raised only if
/// the bits of the normals do.
let dataVersion = 1

/// One point of a study's grid, complete: what it is simulated from and nothing else.
public struct Cell: Sendable {
  public let network: TwoLayerNetwork
  public let target: HermiteTarget
  /// P.
  public let samples: Int
  /// Which of the drawn data sets; 0 for a given one.
  public let dataset: Int
  /// The given data set, if there is one.
  public let inputs: ExternalInputs?
  /// κ.
  public let ridge: Double
  public let sampler: SamplerSpec

  /// SHA-256 over every parameter and the numerics version: the cell's identity, in hexadecimal.
  public var key: String { SHA256.hash(data: Data(canonical.utf8)).hexadecimal }

  /// Every parameter in a fixed order and spelling.
  var canonical: String {
    """
    numerics \(numericsVersion)
    two-layer erf dimension \(network.dimension) width \(network.width)
    prior \(network.weightVariance) \(network.readoutVariance)
    hermite \(target.degree)
    data \(inputs?.digest ?? "drawn \(dataset) of \(dataVersion)") samples \(samples)
    ridge \(ridge)
    \(sampler.canonical)
    """
  }

  /// The random numbers of one chain for one purpose, which depend on nothing but the cell.
  func stream(chain: Int, purpose: String, kernels: KernelSet) -> RandomStream {
    RandomStream(key: Self.streamKey("\(key) chain \(chain) \(purpose)"), kernels: kernels)
  }

  /// The training set. Drawn sets depend on dimension and data set alone: cells that differ in
  /// width, ridge or prior see the same samples, and more samples begin with the fewer.
  public func trainingSet(kernels: KernelSet) -> TrainingSet {
    if let inputs {
      return TrainingSet(inputs: inputs.values, dimension: inputs.dimension, target: target)
    }
    let key = Self.streamKey("numerics \(dataVersion) inputs \(network.dimension) \(dataset)")
    return TrainingSet(
      drawing: samples, dimension: network.dimension, target: target,
      from: RandomStream(key: key, kernels: kernels))
  }

  private static func streamKey(_ text: String) -> UInt64 {
    SHA256.hash(data: Data(text.utf8)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Expected cost in arbitrary units, for the order of work and the share of it that is done.
  var cost: Double {
    let chains = Double(sampler.cold + sampler.planted)
    let iterations = Double(sampler.warmup + sampler.draws) * chains
    let (p, d, n) = (Double(samples), Double(network.dimension), Double(network.width))
    var gradient = p * n * (d + 10) + 4 * d * n + 500
    switch sampler.method {
    case .langevin(_, let interval): return iterations * Double(interval) * gradient
    case .hmc(let trajectory, let integrated, _):
      if integrated { gradient += p * n * n + 2 * n * n * n }
      // The step size falls with the stiffness of the data, P/κ.
      return iterations * (trajectory ?? 1.4) * (1 + (p / ridge).squareRoot()) * gradient
    }
  }
}

extension StudySpec {
  /// The grid's cells, the data sets varying fastest, then Langevin step, ridge, prior, degree, samples, width and
  /// dimension.
  public func cells() -> [Cell] {
    var cells: [Cell] = []
    for d in dimensions {
      for width in widths.at(dimension: d) {
        for (samples, datasets, inputs) in dataPoints(dimension: d) {
          for degree in degrees {
            for weightVariance in weightVariances {
              for readoutVariance in readoutVariances {
                for ridge in ridges {
                  for sampler in samplers {
                    for dataset in 0..<datasets {
                      cells.append(
                        Cell(
                          network: TwoLayerNetwork(
                            dimension: d, width: width, weightVariance: weightVariance,
                            readoutVariance: readoutVariance),
                          target: HermiteTarget(degree: degree), samples: samples,
                          dataset: dataset, inputs: inputs, ridge: ridge, sampler: sampler))
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
    return cells
  }

  private func dataPoints(dimension d: Int) -> [(samples: Int, datasets: Int, ExternalInputs?)] {
    switch data {
    case .drawn(let samples, let datasets):
      samples.at(dimension: d).map { ($0, datasets, nil) }
    case .given(let inputs): [(inputs.count, 1, inputs)]
    }
  }

  /// SHA-256 over the keys of the cells in order: what the study's arrays are determined by.
  static func key(of cells: [Cell]) -> String {
    SHA256.hash(data: Data(cells.map(\.key).joined(separator: "\n").utf8)).hexadecimal
  }
}
