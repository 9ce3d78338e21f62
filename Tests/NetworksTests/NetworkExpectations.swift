import Foundation
import Kernels
import Networks
import TestSupport
import Testing

// Expectations that hold of every network.

/// Returns U and ∇U by the kernels.
func evaluate<Model: Network>(
  _ network: Model, _ data: TrainingSet, ridge: Double, _ theta: [Float],
  kernels: KernelSet = .best
) -> (energy: Double, gradient: [Float]) {
  let posterior = Posterior(network: network, data: data, ridge: ridge, kernels: kernels)
  let gradient = posterior.makeGradient()
  let energy = posterior.evaluate(AlignedBuffer(theta), gradient: gradient)
  return (energy, gradient.values)
}

/// Returns inputs and targets drawn from N(0, 1), for any network.
func drawnData<Model: Network>(for network: Model, count: Int, key: UInt64 = 71) -> TrainingSet {
  let stream = RandomStream(key: key)
  return TrainingSet(
    inputs: stream.standardNormals(count: count * network.inputDimension, step: 1),
    targets: stream.standardNormals(count: count, step: 2), dimension: network.inputDimension)
}

/// Returns U and ∇U by the definition, at single-precision inputs.
func define<Model: Network>(
  _ network: Model, _ data: TrainingSet, ridge: Double, _ theta: [Float]
) -> (energy: Double, gradient: [Double]) {
  let d = network.inputDimension
  return network.energyAndGradient(
    theta.map(Double.init),
    inputs: (0..<data.count).map { data.inputs[$0 * d..<($0 + 1) * d].map(Double.init) },
    targets: data.targets.map(Double.init), ridge: ridge)
}

/// Expects the kernels to agree with the definition: U and ∇U (relative to |∇U|) within
/// `tolerance`.
func expectKernelsAgreeWithDefinition<Model: Network>(
  _ network: Model, samples: Int, ridge: Double = 0.3, within tolerance: Double,
  at location: SourceLocation = #_sourceLocation
) {
  let data = drawnData(for: network, count: samples)
  let theta = network.coldStart(from: RandomStream(key: 72))
  let expected = define(network, data, ridge: ridge, theta)
  let got = evaluate(network, data, ridge: ridge, theta)
  expect(
    got.energy, near: expected.energy, within: tolerance, "U, \(network), P \(samples)",
    at: location)
  let error = norm(zip(got.gradient, expected.gradient).map { Double($0) - $1 })
  let relative = error / norm(expected.gradient)
  #expect(
    relative <= tolerance,
    "∇U, \(network), P \(samples): relative error \(relative) > \(tolerance)",
    sourceLocation: location)
}

/// Expects the definition's gradient to be the derivative of its energy. The central differences
/// have an error of h² U‴/6 + 1e-16 U/h, 1e-9 or so at h = 1e-5.
func expectGradientIsDerivative<Model: Network>(
  _ network: Model, samples: Int = 5, at location: SourceLocation = #_sourceLocation
) {
  let data = drawnData(for: network, count: samples)
  let d = network.inputDimension
  let inputs = (0..<samples).map { data.inputs[$0 * d..<($0 + 1) * d].map(Double.init) }
  let targets = data.targets.map(Double.init)
  func energy(_ theta: [Double]) -> (energy: Double, gradient: [Double]) {
    network.energyAndGradient(theta, inputs: inputs, targets: targets, ridge: 0.5)
  }
  let theta = network.coldStart(from: RandomStream(key: 73)).map(Double.init)
  let gradient = energy(theta).gradient
  let h = 1e-5
  for i in theta.indices {
    var (up, down) = (theta, theta)
    up[i] += h
    down[i] -= h
    let got = (energy(up).energy - energy(down).energy) / (2 * h)
    #expect(
      abs(got - gradient[i]) <= 1e-7 * norm(gradient),
      "∂U/∂θ\(i), \(network): difference quotient \(got), gradient \(gradient[i]) to 1e-7 |∇U|",
      sourceLocation: location)
  }
}

/// Expects energies and gradients with the same bits on every instruction set.
func expectSameBits<Model: Network>(
  _ network: Model, samples: Int, at location: SourceLocation = #_sourceLocation
) {
  let data = drawnData(for: network, count: samples)
  let theta = network.coldStart(from: RandomStream(key: 74))
  let best = evaluate(network, data, ridge: 0.2, theta)
  for set in InstructionSet.available {
    let other = evaluate(network, data, ridge: 0.2, theta, kernels: KernelSet(set)!)
    #expect(
      other.energy.bitPattern == best.energy.bitPattern
        && other.gradient.map(\.bitPattern) == best.gradient.map(\.bitPattern),
      "\(network), P \(samples): \(set) differs from \(KernelSet.best.instructionSet)",
      sourceLocation: location)
  }
}

/// Expects ⟨f(x) f(x′)⟩ over draws from the prior to be `kernel`, up to four standard errors and a
/// relative `bias` of finite width.
func expectOutputCovariance<Model: Network>(
  _ network: Model, _ x: [Double], _ other: [Double], kernel: Double, draws: Int, bias: Double,
  at location: SourceLocation = #_sourceLocation
) {
  var (sum, squares) = (0.0, 0.0)
  for key in 0..<draws {
    let theta = network.coldStart(from: RandomStream(key: UInt64(key))).map(Double.init)
    let product = network.output(theta, x) * network.output(theta, other)
    sum += product
    squares += product * product
  }
  let mean = sum / Double(draws)
  let error = ((squares / Double(draws) - mean * mean) / Double(draws)).squareRoot()
  #expect(abs(kernel) > 10 * error, "the test has no power", sourceLocation: location)
  #expect(
    abs(mean - kernel) <= 4 * error + bias * abs(kernel),
    "⟨f f′⟩, \(network): got \(mean), expected \(kernel) within 4 × \(error) + \(bias) of it",
    sourceLocation: location)
}
