import Experiments
import Foundation
import Host
import Kernels
import Networks
import Studies

/// Whether weights mean what they are taken for: by f on the training set where the file has it,
/// else by what other readings of them would give.
struct ReadingCheck<Model: Network>: ~Copyable {
  private let training: TestSet<Model>
  private let posterior: Posterior<Model>
  private let gradient: AlignedBuffer
  private let cell: Cell
  private let scaling: WeightScaling

  init(
    _ network: Model, _ data: TrainingSet, _ posterior: Posterior<Model>, _ cell: Cell,
    scaling: WeightScaling, kernels: KernelSet
  ) {
    training = TestSet(network: network, data: data, kernels: kernels)
    self.posterior = posterior
    gradient = AlignedBuffer(count: posterior.dimension)
    self.cell = cell
    self.scaling = scaling
  }

  /// A way to read a file's weights, and what it is called.
  private struct Reading {
    let words: String
    let scaling: WeightScaling
    let weights: [[Double]]
  }

  /// All other readings: in other scalings, and with square arrays transposed, whose shapes tell
  /// nothing.
  private func otherReadings(of network: TrainedNetwork) -> [Reading] {
    let arrays = cell.kind.weights
    let shapes = arrays.map { $0.shape(in: cell.parameters) }
    let squares = arrays.indices.filter { shapes[$0].count == 2 && shapes[$0][0] == shapes[$0][1] }
    // A network without a square array has one way to turn them: none.
    let turns = (0..<1 << squares.count).map { bits in
      squares.indices.filter { bits >> $0 & 1 == 1 }.map { squares[$0] }
    }
    let scalings = [scaling] + WeightScaling.allCases.filter { $0 != scaling }
    return scalings.flatMap { other in
      turns.compactMap { turned -> Reading? in
        guard other != scaling || !turned.isEmpty else { return nil }
        var weights = network.weights
        for i in turned {
          weights[i] = WeightArray.transposed(
            weights[i], rows: shapes[i][0], columns: shapes[i][1])
        }
        let names = turned.map { arrays[$0].name }.joined(separator: " and ")
        let words = [
          turned.isEmpty ? nil : "\(names) transposed",
          other == scaling ? nil : "--scaling \(other.rawValue)",
        ]
        return Reading(
          words: words.compactMap { $0 }.joined(separator: " and "), scaling: other,
          weights: weights)
      }
    }
  }
}

// MARK: - By f

extension ReadingCheck {
  /// The largest root mean square of the difference, relative to f, which frameworks that multiply
  /// in fewer bits may have.
  static var tolerance: Double { 1e-2 }

  /// - Throws: `UserError` if the file has another f on the training set than this network,
  ///   naming the reading of its weights that has that f, if there is one.
  func requireOutputs(of network: TrainedNetwork, from path: String) throws {
    guard let outputs = network.outputs else { return }
    let deviation = deviation(network.parameters(scaling), from: outputs)
    guard deviation > Self.tolerance else { return }
    let start =
      "\(path): network \(shown(network.name)): f differs from that of its weights on the training set by "
      + String(format: "%.2g", deviation) + " of its size; expected at most \(Self.tolerance)"
    for reading in otherReadings(of: network) {
      let parameters = network.parameters(reading.scaling, reading.weights)
      if self.deviation(parameters, from: outputs) <= Self.tolerance {
        throw UserError("\(start): it is that with \(reading.words)")
      }
    }
    throw UserError(
      "\(start): other inputs (cod data writes them), another activation, or arrays in another order"
    )
  }

  /// |f − f′|/|f′| over the training set.
  private func deviation(_ parameters: [Float], from outputs: [Double]) -> Double {
    let own = training.outputs(AlignedBuffer(parameters))
    var (differences, squares) = (0.0, 0.0)
    for (f, g) in zip(own, outputs) {
      differences += (Double(f) - g) * (Double(f) - g)
      squares += g * g
    }
    if differences == 0 { return 0 }
    return (differences / squares).squareRoot()
  }
}

// MARK: - By the training loss and the readout's size

extension ReadingCheck {
  /// How many times better another reading must fit the training set to be named.
  static var clearlyBetter: Double { 4 }
  /// How many times larger or smaller than in the prior a readout's mean square must be to be told.
  static var clearlyOff: Double { 8 }

  /// What looks wrong with a network's weights, a sentence each.
  func notes(on network: TrainedNetwork, trainingLoss loss: Double) -> [String] {
    // What f fits with certainty needs no other reading.
    let better =
      network.outputs != nil
      ? nil
      : otherReadings(of: network).map { ($0, trainingLoss(network, $0)) }
        .filter { $0.1 < loss / Self.clearlyBetter }.min { $0.1 < $1.1 }
    var notes: [String] = []
    if let size = readoutNote(network) { notes.append(size) }
    if let (reading, other) = better {
      let looks =
        reading.scaling == scaling
        ? ""
        : "; it looks like weights in \(reading.scaling.rawValue) scaling, pass "
          + "--scaling \(reading.scaling.rawValue)"
      notes.append(
        String(format: "the training loss is %.3g, and %.3g with ", loss, other) + reading.words
          + looks)
    }
    return notes
  }

  private func trainingLoss(_ network: TrainedNetwork, _ reading: Reading) -> Double {
    let parameters = AlignedBuffer(network.parameters(reading.scaling, reading.weights))
    let energy = posterior.evaluate(parameters, gradient: gradient)
    let loss = posterior.trainingLoss(parameters, energy: energy)
    return loss.isFinite ? loss : .infinity
  }

  /// What the readout's mean square says of its scaling, if it is far from that of the prior.
  private func readoutNote(_ network: TrainedNetwork) -> String? {
    let index = cell.kind.weights.count - 1
    let array = cell.kind.weights[index]
    let factor = scaling.factor(ofArray: index, of: cell)
    let values = network.weights[index].map { factor * $0 }
    let square = values.reduce(0) { $0 + $1 * $1 } / Double(values.count)
    let expected = array.priorVariance(in: cell.parameters)
    let fanIn = array.fanIn(in: cell.parameters)
    let ratio = square / expected
    let start = String(
      format: "the mean square of readout \(array.name) is %.3g, expected about %.3g in the prior",
      square, expected)
    guard fanIn > Self.clearlyOff else { return nil }
    if ratio > fanIn / Self.clearlyOff, ratio > Self.clearlyOff {
      return "\(start): as of weights that f divides by their number (mean-field) or its root (ntk)"
    }
    if ratio < Self.clearlyOff / fanIn, ratio < 1 / Self.clearlyOff {
      return "\(start): as small as in mean-field scaling, which is another prior"
    }
    return nil
  }
}
