import Kernels
import Networks
import TestSupport
import Testing

/// Hashes of every network's energy and gradient, of all parameters and with the readout integrated
/// out, the same on every instruction set. Any machine notices the change of a single bit, by a
/// compiler, a processor or an edit.
@Suite struct GoldenGradientTests {
  func expect(
    _ network: some Network, hash expected: UInt64, at location: SourceLocation = #_sourceLocation
  ) {
    for set in InstructionSet.available {
      atEveryStackOffset {
        let got = hash(network, KernelSet(set)!)
        #expect(
          got == expected,
          """
          \(network) on \(set): got hash 0x\(String(got, radix: 16, uppercase: true)), expected \
          0x\(String(expected, radix: 16, uppercase: true)). The bits of every archived sample \
          change with these: if that is meant, raise numericsVersion and take the new hash.
          """, sourceLocation: location)
      }
    }
  }

  /// Returns FNV-1a over the bits of U and ∇U on 37 samples.
  func hash(_ network: some Network, _ kernels: KernelSet) -> UInt64 {
    let stream = RandomStream(key: 71, kernels: kernels)
    let d = network.inputDimension
    let data = TrainingSet(
      inputs: stream.standardNormals(count: 37 * d, step: 0),
      targets: stream.standardNormals(count: 37, step: 1), dimension: d)
    let theta = network.coldStart(from: stream)
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    func take(_ target: some Energy, _ position: [Float]) {
      let gradient = target.makeGradient()
      let energy = target.evaluate(AlignedBuffer(position), gradient: gradient)
      for bits in [energy.bitPattern] + gradient.values.map({ UInt64($0.bitPattern) }) {
        for byte in 0..<8 { hash = (hash ^ (bits >> (8 * byte) & 0xFF)) &* 0x100_0000_01B3 }
      }
    }
    take(Posterior(network: network, data: data, ridge: 0.2, kernels: kernels), theta)
    take(
      CollapsedPosterior(network: network, data: data, ridge: 0.2, kernels: kernels),
      Array(theta.prefix(network.hiddenCount)))
    return hash
  }

  @Test func twoLayers() {
    expect(TwoLayerNetwork(dimension: 18, width: 7), hash: 0x41A3_A228_A788_7EB7)
    expect(TwoLayerNetwork(dimension: 18, width: 7, activation: .relu), hash: 0x7469_0616_1321_A11D)
    expect(
      TwoLayerNetwork(dimension: 18, width: 7, activation: .linear), hash: 0xF550_1A62_E785_A032)
  }

  @Test func twoLayersWithBiases() {
    expect(TwoLayerNetwork(dimension: 18, width: 7, biasVariance: 0.5), hash: 0x2826_FEB9_C12F_E87F)
    expect(
      TwoLayerNetwork(dimension: 18, width: 7, biasVariance: 2, activation: .relu),
      hash: 0x374E_961C_7F52_5D5F)
  }

  @Test func threeLayers() {
    expect(
      ThreeLayerNetwork(dimension: 5, firstWidth: 19, secondWidth: 6), hash: 0x4E45_FBB1_0CB5_B2B5)
    expect(
      ThreeLayerNetwork(dimension: 5, firstWidth: 19, secondWidth: 6, activation: .relu),
      hash: 0x5801_1EE8_F4E9_CAC2)
  }

  @Test func fourLayers() {
    expect(DeepNetwork(dimension: 5, widths: [9, 7, 4]), hash: 0x1297_DC58_8F30_53D5)
  }

  @Test func patches() {
    expect(PatchNetwork(patches: 3, patchSize: 5, channels: 4), hash: 0xCCDF_01D2_E9DD_D479)
    expect(
      PatchNetwork(patches: 3, patchSize: 5, channels: 4, activation: .linear),
      hash: 0xF763_BE6A_3D86_9516)
    // Inputs of more than 32 vectors are read in smaller groups.
    expect(
      PatchNetwork(patches: 24, patchSize: 24, channels: 2, activation: .linear),
      hash: 0x704A_FFBB_9D23_5918)
  }

  @Test func attention() {
    expect(AttentionNetwork(length: 5, dimension: 3, head: .printed), hash: 0x669A_4706_5254_731E)
    expect(AttentionNetwork(length: 5, dimension: 3, head: .odd), hash: 0xF7BB_E619_DD88_0D4C)
  }
}
