import Kernels

/// The data term of a `PatchNetwork` with σ = identity.
///
/// The network is f = U·x with U_i = Σ_c a_ic w_c. One pass over the inputs gives residuals and G =
/// ∂/∂U. Then ∂/∂w_c = Σ_i a_ic G_i and ∂/∂a_ic = G_i·w_c.
///
/// *Complexity:* 4 P d + 6 d C flops for inputs of dimension d = N_w S; by way of the features it
/// would be 4 P d C. Reading 4 P d bytes of inputs takes most of the time.
final class LinearPatchDataTerm: DataTerm {
  private let network: PatchNetwork
  private let kernels: KernelSet
  /// The number of samples P, rounded up to a whole group of the kernel.
  private let samples: Int
  /// Numbers of vectors: of an input, of one patch, and of one number for each channel.
  private let inputVectors, patchVectors, channelVectors: Int
  private let inputs: AlignedBuffer
  private let targets: AlignedBuffer
  /// The vectors U and G, as inputs are laid out, and patch by patch in whole vectors.
  private let weights, derivatives, patchWeights, patchDerivatives: AlignedBuffer
  /// The filters in whole vectors, and their transpose.
  private let filters, transposedFilters: AlignedBuffer
  private let filterGradient, readoutGradient: AlignedBuffer

  init(_ network: PatchNetwork, _ data: TrainingSet, _ kernels: KernelSet) {
    self.network = network
    self.kernels = kernels
    let (n, s, c) = (network.patches, network.patchSize, network.channels)
    inputVectors = (n * s + 15) / 16
    let group = kernels.linearModelGroup(inputVectors)
    samples = (data.count + group - 1) / group * group
    patchVectors = (s + 15) / 16
    channelVectors = (c + 15) / 16
    inputs = AlignedBuffer(count: samples * 16 * inputVectors)
    let scale = Float(network.weightScale)
    for sample in 0..<data.count {
      for k in 0..<n * s {
        let vector = (sample / group * inputVectors + k / 16) * group + sample % group
        inputs[16 * vector + k % 16] = scale * data.inputs[sample * n * s + k]
      }
    }
    targets = AlignedBuffer(data.targets, slack: 4)
    weights = AlignedBuffer(count: 16 * inputVectors)
    derivatives = AlignedBuffer(count: 16 * inputVectors)
    patchWeights = AlignedBuffer(count: 16 * n * patchVectors)
    patchDerivatives = AlignedBuffer(count: 16 * n * patchVectors)
    filters = AlignedBuffer(count: 16 * c * patchVectors)
    transposedFilters = AlignedBuffer(count: 16 * s * channelVectors)
    filterGradient = AlignedBuffer(count: 16 * c * patchVectors)
    readoutGradient = AlignedBuffer(count: 16 * n * channelVectors)
  }

  func evaluate(
    _ parameters: KernelSet.Floats, inverseRidge: Float, gradient: KernelSet.MutableFloats
  ) -> Double {
    let (n, s, c) = (network.patches, network.patchSize, network.channels)
    let readout = parameters + c * s
    for channel in 0..<c {
      for j in 0..<s {
        let w = parameters[channel * s + j]
        filters.floats[channel * 16 * patchVectors + j] = w
        transposedFilters.floats[j * 16 * channelVectors + channel] = w
      }
    }
    kernels.product(
      n, c, patchVectors, readout, c, 1, filters.lanes, patchVectors, patchWeights.lanes,
      patchVectors, false)
    for patch in 0..<n {
      (weights.floats + patch * s).update(
        from: patchWeights.floats + patch * 16 * patchVectors, count: s)
    }
    let squares = kernels.linearModel(
      samples, inputVectors, inputs.lanes, weights.lanes, Float(network.readoutScale), inverseRidge,
      targets.floats, derivatives.lanes)
    for patch in 0..<n {
      (patchDerivatives.floats + patch * 16 * patchVectors).update(
        from: derivatives.floats + patch * s, count: s)
    }
    kernels.product(
      c, n, patchVectors, readout, 1, c, patchDerivatives.lanes, patchVectors,
      filterGradient.lanes, patchVectors, false)
    kernels.product(
      n, s, channelVectors, patchDerivatives.floats, 16 * patchVectors, 1,
      transposedFilters.lanes, channelVectors, readoutGradient.lanes, channelVectors, false)
    for channel in 0..<c {
      (gradient + channel * s).update(
        from: filterGradient.floats + channel * 16 * patchVectors, count: s)
    }
    for patch in 0..<n {
      (gradient + c * s + patch * c).update(
        from: readoutGradient.floats + patch * 16 * channelVectors, count: c)
    }
    return squares
  }
}
