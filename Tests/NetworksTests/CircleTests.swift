import Foundation
import Kernels
import Networks
import TestSupport
import Testing

/// Networks on a circle: against an independent implementation, their definition in double
/// precision, and the exact solution of their kernel.
@Suite struct CircleTests {
  static let cosine = CircleTarget(
    points: 32, exponent: 1, phases: [0, 0.1, 0.7, 0.3, 0.55, 0.2])

  /// Ten steps of a tiny network, whose sizes are not those of vectors, by the definition.
  @Test func theDefinitionIsTheReference() {
    let reference = ScalingReference.shared.circle
    let definition = Definition(
      inputs: (0..<reference.points).map { j in
        let angle = 2 * Double.pi * Double(j) / Double(reference.points)
        return [cos(angle), sin(angle), 1]
      },
      targets: (0..<reference.points).map { j in
        (1...reference.modes).reduce(0) {
          $0 + pow(Double($1), -reference.exponent)
            * cos(2 * .pi * Double($1 * j) / Double(reference.points))
        }
      }, activation: .relu, richness: reference.richness)
    var weights = Definition.Weights(
      first: reference.weights, hidden: [], readout: reference.readout)
    for (move, loss) in reference.loss.enumerated() {
      expect(definition.loss(weights), near: loss, within: 1e-12, "loss after \(move) steps")
      if move < 10 { weights = definition.moved(weights, step: reference.step) }
    }
    let end = reference.weightsEnd.flatMap { $0 }
    for (found, expected) in zip(weights.first.flatMap { $0 }, end) {
      expect(found, near: expected, within: 1e-11, "w at the end")
    }
    for (found, expected) in zip(weights.readout, reference.readoutEnd) {
      expect(found, near: expected, within: 1e-11, "a at the end")
    }
  }

  /// The definition's steps follow the gradient: finite differences of the loss.
  @Test(arguments: CircleActivation.allCases, [2, 3, 4])
  func theDefinitionDescends(activation: CircleActivation, depth: Int) {
    let (definition, weights) = Self.case(activation, depth: depth)
    let moved = definition.moved(weights, step: 1e-3)
    // Of (1/2) mean (y − f)² with the rate η γ₀² n.
    let rate = 1e-3 * definition.richness * definition.richness * Double(weights.readout.count)
    // A unit of relu may be dead at every point, so that neither moves.
    func expect(_ found: Double, is expected: Double, _ what: String) {
      #expect(abs(found - expected) <= 1e-4 * abs(expected) + 1e-12, "\(what)")
    }
    func slope(_ change: (inout Definition.Weights, Double) -> Void) -> Double {
      var (up, down) = (weights, weights)
      change(&up, 1e-5)
      change(&down, -1e-5)
      return (definition.loss(up) - definition.loss(down)) / 2e-5 / 2
    }
    for i in [0, 5, 31] {
      let first = slope { $0.first[i][1] += $1 }
      expect(moved.first[i][1] - weights.first[i][1], is: -rate * first, "w_\(i)")
      let readout = slope { $0.readout[i] += $1 }
      expect(moved.readout[i] - weights.readout[i], is: -rate * readout, "a_\(i)")
      for layer in 0..<depth - 2 {
        // V = W/√n moves n times slower than its gradient says, as W does by √n twice.
        let hidden = slope { $0.hidden[layer][i][7] += $1 }
        expect(
          moved.hidden[layer][i][7] - weights.hidden[layer][i][7],
          is: -rate * hidden / Double(weights.readout.count), "V_\(i)")
      }
    }
  }

  /// The kernels make the definition's steps.
  @Test(arguments: CircleActivation.allCases, [2, 3, 4])
  func theKernelsAreTheDefinition(activation: CircleActivation, depth: Int) {
    let network = Self.network(activation, depth: depth)
    let definition = Self.case(activation, depth: depth).0
    var weights = Self.case(activation, depth: depth).1
    for move in 0..<20 {
      expect(network.loss, near: definition.loss(weights), within: 2e-5, "after \(move) steps")
      weights = definition.moved(weights, step: network.step)
      network.move()
    }
    #expect(network.loss < 0.95 * definition.loss(Self.case(activation, depth: depth).1))
    let found = network.parameters
    for (a, b) in zip(found.first, weights.first.flatMap { $0 }) {
      #expect(abs(Double(a) - b) < 2e-5)
    }
    for (a, b) in zip(found.readout, weights.readout) { #expect(abs(Double(a) - b) < 2e-5) }
    for (layer, rows) in weights.hidden.enumerated() {
      for (a, b) in zip(found.hidden[layer], rows.flatMap { $0 }) {
        #expect(abs(Double(a) - b) < 2e-6)
      }
    }
    // The diagonal of the tangent kernel is that of the definition's derivatives.
    let diagonal = (0..<32).reduce(0.0) {
      $0 + definition.tangentKernel(weights, between: [$1], and: [$1])[0][0] / 32
    }
    expect(network.kernelDiagonal(), near: diagonal, within: 1e-4, "kernel diagonal")
    expect(network.loss, near: definition.loss(weights), within: 2e-5, "after a measurement")
  }

  /// As γ₀ → 0 a network follows the solution of its own tangent kernel.
  @Test(arguments: CircleActivation.allCases, [2, 3])
  func theLazyLimit(activation: CircleActivation, depth: Int) {
    // Steps of hidden weights have to be above the resolution of floats.
    let richness = depth == 2 ? 1e-4 : 1e-2
    let network = Self.network(activation, depth: depth, richness: richness)
    let (definition, weights) = Self.case(activation, depth: depth, richness: richness)
    let kernel = definition.tangentKernel(weights)
    var residuals = Self.cosine.values
    for move in 0..<60 {
      let loss = residuals.reduce(0) { $0 + $1 * $1 } / 32
      expect(network.loss, near: loss, within: depth == 2 ? 2e-3 : 1e-2, "after \(move) steps")
      residuals = residuals.indices.map { j in
        let pull = zip(kernel[j], residuals).reduce(0) { $0 + $1.0 * $1.1 }
        return residuals[j] - network.step * pull / 32
      }
      network.move()
    }
    #expect(network.loss < 0.9 * definition.loss(weights))
  }

  @Test func theKernelIsTheReference() {
    let reference = ScalingReference.shared.kernel
    let eigenvalues = CircleKernel.eigenvalues(
      points: reference.points, modes: 32, depth: 2, activation: .relu)
    for (k, value) in zip(reference.k, reference.eigenvalues) {
      #expect(abs(eigenvalues[k - 1] - value) < 2e-15, "λ_\(k)")
    }
  }

  /// The infinitely wide kernel is the mean of the kernels of networks from the prior, within four
  /// standard errors and O(1/n) of the deeper ones.
  @Test(arguments: CircleActivation.allCases, [2, 3])
  func theKernelOfInfiniteWidth(activation: CircleActivation, depth: Int) {
    let exact = CircleKernel.values(points: 32, depth: depth, activation: activation)
    let distances = [0, 3, 9, 16]
    let runs = 16
    let means = (0..<runs).map { seed in
      let (definition, weights) = Self.case(
        activation, depth: depth, seed: UInt64(seed), width: 96)
      // Between one point and a few.
      let kernel = definition.tangentKernel(weights, between: [0], and: distances)
      return kernel[0]
    }
    for (i, distance) in distances.enumerated() {
      let values = means.map { $0[i] }
      let mean = values.reduce(0, +) / Double(runs)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let error = (squares / Double((runs - 1) * runs)).squareRoot()
      #expect(
        abs(mean - exact[distance]) < 4 * error + (depth == 2 ? 0 : 0.02),
        "distance \(distance): \(mean) ± \(error), exact \(exact[distance])")
    }
  }

  /// Every instruction set gives the same bits.
  @Test(arguments: CircleActivation.allCases, [2, 3])
  func bits(activation: CircleActivation, depth: Int) {
    let losses = InstructionSet.available.map { set in
      let network = CircleNetwork(
        Self.cosine, width: 96, depth: depth, activation: activation, richness: 1, step: 0.05,
        from: RandomStream(key: 3), kernels: KernelSet(set)!)
      for _ in 0..<10 { network.move() }
      return network.loss.bitPattern
    }
    #expect(Set(losses).count == 1)
  }

  static func network(
    _ activation: CircleActivation, depth: Int, richness: Double = 0.8, seed: UInt64 = 3,
    width: Int? = nil
  ) -> CircleNetwork {
    CircleNetwork(
      cosine, width: width ?? (depth == 2 ? 96 : 32), depth: depth, activation: activation,
      richness: richness, step: 0.1, from: RandomStream(key: seed))
  }

  /// The same in double precision, at the weights at which it begins.
  static func `case`(
    _ activation: CircleActivation, depth: Int, richness: Double = 0.8, seed: UInt64 = 3,
    width: Int? = nil
  ) -> (Definition, Definition.Weights) {
    let network = network(
      activation, depth: depth, richness: richness, seed: seed, width: width)
    let found = network.parameters
    func rows(_ values: [Float], _ count: Int) -> [[Double]] {
      stride(from: 0, to: values.count, by: count).map {
        values[$0..<$0 + count].map { Double($0) }
      }
    }
    let weights = Definition.Weights(
      first: rows(found.first, 3), hidden: found.hidden.map { rows($0, network.width) },
      readout: found.readout.map { Double($0) })
    let inputs = (0..<32).map { cosine.input($0) }
    // What the network is at first is no part of its output.
    let start = Definition(
      inputs: inputs, targets: cosine.values, activation: activation, richness: richness)
    let targets = zip(cosine.values, inputs).map { $0 + start.output(weights, $1) }
    return (
      Definition(inputs: inputs, targets: targets, activation: activation, richness: richness),
      weights
    )
  }
}

extension CircleTests {
  /// `CircleNetwork` written out in double precision.
  struct Definition {
    let inputs: [[Double]]
    let targets: [Double]
    let activation: CircleActivation
    let richness: Double

    struct Weights {
      var first: [[Double]]
      var hidden: [[[Double]]]
      var readout: [Double]
    }

    /// Features and slopes of each hidden layer.
    func layers(_ weights: Weights, _ x: [Double]) -> (values: [[Double]], slopes: [[Double]]) {
      var (values, slopes) = ([[Double]](), [[Double]]())
      var below = x
      for matrix in [weights.first] + weights.hidden {
        let layer = matrix.map { row in
          activation(zip(row, below).reduce(0) { $0 + $1.0 * $1.1 })
        }
        below = layer.map(\.value)
        values.append(below)
        slopes.append(layer.map(\.slope))
      }
      return (values, slopes)
    }

    func output(_ weights: Weights, _ x: [Double]) -> Double {
      zip(weights.readout, layers(weights, x).values.last!).reduce(0) { $0 + $1.0 * $1.1 }
        / (richness * Double(weights.readout.count))
    }

    func loss(_ weights: Weights) -> Double {
      zip(inputs, targets).reduce(0) {
        let residual = $1.1 - output(weights, $1.0)
        return $0 + residual * residual
      } / Double(inputs.count)
    }

    /// The derivatives of a·σ by all pre-activations, layer by layer.
    func derivatives(_ weights: Weights, _ slopes: [[Double]]) -> [[Double]] {
      var all = [zip(weights.readout, slopes.last!).map { $0 * $1 }]
      for layer in weights.hidden.indices.reversed() {
        let matrix = weights.hidden[layer]
        let above = all[0]
        all.insert(
          slopes[layer].indices.map { j in
            slopes[layer][j] * matrix.indices.reduce(0) { $0 + matrix[$1][j] * above[$1] }
          }, at: 0)
      }
      return all
    }

    func moved(_ weights: Weights, step: Double) -> Weights {
      var moved = weights
      let width = Double(weights.readout.count)
      for (x, y) in zip(inputs, targets) {
        let (values, slopes) = layers(weights, x)
        let rate =
          step * richness / Double(inputs.count)
          * (y - zip(weights.readout, values.last!).reduce(0) { $0 + $1.0 * $1.1 }
            / (richness * width))
        let derivatives = derivatives(weights, slopes)
        for i in weights.readout.indices {
          moved.readout[i] += rate * values.last![i]
          for k in x.indices { moved.first[i][k] += rate * derivatives[0][i] * x[k] }
          for layer in weights.hidden.indices {
            for j in weights.readout.indices {
              moved.hidden[layer][i][j] +=
                rate / width * derivatives[layer + 1][i] * values[layer][j]
            }
          }
        }
      }
      return moved
    }

    /// The tangent kernel between points, or all of them, in units in which it is of order one.
    func tangentKernel(
      _ weights: Weights, between rows: [Int]? = nil, and columns: [Int]? = nil
    ) -> [[Double]] {
      let width = Double(weights.readout.count)
      func at(_ points: [Int]?) -> [(x: [Double], values: [[Double]], derivatives: [[Double]])] {
        (points ?? Array(inputs.indices)).map { j in
          let (values, slopes) = layers(weights, inputs[j])
          return (inputs[j], values, derivatives(weights, slopes))
        }
      }
      let others = at(columns)
      func product(_ a: [Double], _ b: [Double]) -> Double {
        zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
      }
      return at(rows).map { p in
        others.map { q in
          var sum = product(p.values.last!, q.values.last!) / width
          sum += product(p.derivatives[0], q.derivatives[0]) / width * product(p.x, q.x)
          for layer in weights.hidden.indices {
            sum +=
              product(p.derivatives[layer + 1], q.derivatives[layer + 1]) / width
              * product(p.values[layer], q.values[layer]) / width
          }
          return sum
        }
      }
    }
  }
}
