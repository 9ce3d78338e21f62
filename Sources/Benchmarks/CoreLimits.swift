import Kernels

/// A function of one number that gradients call on whole vectors.
enum ElementaryCall: String, CaseIterable {
  /// erf, tanh, relu and gelu, each with its derivative; e^x; e^x and e^{−x} together; a standard
  /// normal.
  case erf, tanh, relu, gelu, exponential, exponentialPair, normal
}

/// The limits of the present core: what it does at best of each kind of work that a gradient is
/// made of. They are measured again and again beside the gradient, so that a drifting clock and
/// others on the machine affect both.
final class CoreLimits {
  /// Vectors of the elementary functions' arguments, 4 KiB, which stay in L1; and how often a call
  /// of a kernel goes through them.
  private static let (vectors, passes) = (64, 16)
  /// Least seconds of a round.
  private static let duration = 2e-4

  private let kernels: KernelSet
  private let multiplyAdds: RepeatedCall
  private let flopsOfCall: Double
  private let elementary: [ElementaryCall: RepeatedCall]
  private let load: RepeatedCall?
  private let bytes: Double

  /// - Parameter bytes: size of the array whose loads limit the gradient; 0 if it has no such
  ///   array.
  init(bytes: Double, kernels: KernelSet) {
    self.kernels = kernels
    self.bytes = bytes
    // Without vectors or fused multiply-adds in hardware it takes a thousand times longer.
    let repeats = kernels.instructionSet == .generic ? 200 : 20_000
    flopsOfCall = Double(kernels.multiplyAddChains(repeats, 0.5, 0.5).flops)
    multiplyAdds = RepeatedCall(of: Self.duration) {
      precondition(kernels.multiplyAddChains($0 * repeats, 0.5, 0.5).sum > 0)
    }
    var calls: [ElementaryCall: RepeatedCall] = [:]
    for call in ElementaryCall.allCases {
      calls[call] = RepeatedCall(of: Self.duration, Self.body(of: call, kernels))
    }
    elementary = calls
    load = bytes > 0 ? readCall(bytes: bytes, duration: Self.duration, kernels: kernels) : nil
    time()
  }

  private static func body(of call: ElementaryCall, _ kernels: KernelSet) -> (Int) -> Void {
    let stream = RandomStream(key: 3, kernels: kernels)
    let x = RandomStream.normalBuffer(count: 16 * vectors * (call == .normal ? passes : 1))
    stream.fill(x, step: 0)
    let out = AlignedBuffer(count: 32 * vectors)
    var step: UInt64 = 1
    return { count in
      for _ in 0..<count {
        switch call {
        // In place, row upon row: numbers go to the fixed point ±0.62 of erf, or to 0. No kernel
        // has a branch, so that its time depends on no number.
        case .erf: kernels.activateErf(passes, vectors, 0, x.lanes, out.lanes)
        case .tanh: kernels.activateTanh(passes, vectors, 0, x.lanes, out.lanes)
        case .relu: kernels.activateReLU(passes, vectors, 0, x.lanes, out.lanes)
        case .gelu: kernels.activateGELU(passes, vectors, 0, x.lanes, out.lanes)
        case .exponential: kernels.exponentials(passes, vectors, false, x.lanes, out.lanes)
        case .exponentialPair: kernels.exponentials(passes, vectors, true, x.lanes, out.lanes)
        case .normal:
          stream.fill(x, step: step)
          step += 1
        }
      }
    }
  }

  /// Times one more round of each.
  func time() {
    multiplyAdds.time()
    for call in elementary.values { call.time() }
    load?.time()
  }

  /// Flops a second of fused multiply-adds.
  var peak: Double { flopsOfCall / multiplyAdds.seconds }
  /// Bytes a second from an array of the given size; infinity without one.
  var bandwidth: Double { load.map { bytes / $0.seconds } ?? .infinity }
  /// The seconds of one call, for one number.
  func seconds(_ call: ElementaryCall) -> Double {
    elementary[call]!.seconds / Double(16 * Self.vectors * Self.passes)
  }
}

/// Reads an array of the given size, again and again.
private func readCall(bytes: Double, duration: Double, kernels: KernelSet) -> RepeatedCall {
  let array = AlignedBuffer(count: Int(bytes / 4))
  return RepeatedCall(of: duration) {
    precondition(kernels.readVectors($0, array.vectors, array.lanes) == 0)
  }
}

// MARK: - As results

/// The measured limits of the core.
package struct CoreLimitsResult: Encodable, Sendable {
  /// The speed of loads from an array that is read again and again.
  package struct Load: Encodable, Sendable {
    /// The size of the array, which decides the cache that it stays in.
    package let bytes: Int
    /// The speed, in units of 10⁹ bytes a second.
    package let gigabytesPerSecond: Double
  }

  /// Fused multiply-adds in single precision, in GFLOP/s.
  package let multiplyAddGflops: Double
  /// Nanoseconds a number, in L1: of erf, tanh, relu and gelu with their derivatives, of e^x, of
  /// e^x and e^{−x} together, and of a standard normal.
  package let erf, tanh, relu, gelu, exponential, exponentialPair, normal: Double
  /// Loads, from the smallest array to the largest.
  package let loads: [Load]

  /// The sizes of the arrays: most cores have the first in L1, the second in L2 and the third in
  /// L3.
  static let sizes = [16 << 10, 256 << 10, 4 << 20, 128 << 20]

  /// Measures loads, and reads off the other limits.
  init(_ limits: CoreLimits, rounds: Int, kernels: KernelSet) {
    multiplyAddGflops = 1e-9 * limits.peak
    erf = 1e9 * limits.seconds(.erf)
    tanh = 1e9 * limits.seconds(.tanh)
    relu = 1e9 * limits.seconds(.relu)
    gelu = 1e9 * limits.seconds(.gelu)
    exponential = 1e9 * limits.seconds(.exponential)
    exponentialPair = 1e9 * limits.seconds(.exponentialPair)
    normal = 1e9 * limits.seconds(.normal)
    loads = Self.sizes.map { bytes in
      let call = readCall(bytes: Double(bytes), duration: 2e-4, kernels: kernels)
      call.time(rounds: bytes > 16 << 20 ? min(rounds, 20) : rounds)
      return Load(bytes: bytes, gigabytesPerSecond: 1e-9 * Double(bytes) / call.seconds)
    }
  }
}
