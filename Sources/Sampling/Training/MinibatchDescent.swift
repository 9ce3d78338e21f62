import Kernels

/// Descent on batches: z ← z − h(m Σ_{ν ∈ batch} ∇ℓ_ν(z) + z), with m batches an epoch and no
/// noise added.
///
/// An epoch deals every sample once, into m = ⌈P/B⌉ batches whose sizes differ by one at most. So m
/// is P/B where the batch size B divides P. The mean of an epoch's gradients at one place is ∇U.
/// With one batch the run is that of `GradientDescent`, bit by bit.
///
/// *Complexity:* a reading of the state evaluates all samples. A target that lays out each batch
/// anew, as a network's posterior does, may take longer for that than for a small batch's gradient.
public final class MinibatchDescent<Target: SummedEnergy>: TrainingDynamics {
  public let step: Double
  public private(set) var moves: Int
  private let target: Target
  private let kernels: KernelSet
  private let deal: BatchDeal
  private var batches: [[Int]] = []
  private let point: AlignedBuffer
  private let gradient: AlignedBuffer

  /// Begins at a start.
  ///
  /// - Parameters:
  ///   - target: the energy U.
  ///   - start: z, one number per coordinate.
  ///   - step: h.
  ///   - size: the largest number B of samples of a batch.
  ///   - moves: the number of moves that led to the start.
  ///   - stream: the run's random numbers, used for nothing else; epoch e takes step e.
  ///   - kernels: the instruction set; all of them give the same bits.
  public init(
    _ target: Target, start: [Float], step: Double, size: Int, moves: Int = 0,
    stream: RandomStream, kernels: KernelSet = .best
  ) {
    precondition(start.count == target.dimension && step > 0 && size > 0 && moves >= 0)
    self.step = step
    self.moves = moves
    self.target = target
    self.kernels = kernels
    deal = BatchDeal(samples: target.samples, size: size, stream: stream)
    point = AlignedBuffer(start)
    gradient = target.makeGradient()
  }

  public func move() -> TrainingMove {
    let (epoch, batch) = moves.quotientAndRemainder(dividingBy: deal.count)
    if batch == 0 || batches.isEmpty { batches = deal.batches(epoch: epoch) }
    let estimate = target.evaluate(
      point, rows: batches[batch], weight: Double(deal.count), gradient: gradient)
    kernels.addScaled(point.vectors, Float(-step), gradient.lanes, point.lanes)
    moves += 1
    return TrainingMove(energy: estimate, acceptance: 1)
  }

  public func withState<Result>(
    _ body: (borrowing AlignedBuffer, Double) -> Result
  ) -> Result { body(point, target.evaluate(point, gradient: gradient)) }
}

/// The division of samples into batches, dealt anew each epoch.
struct BatchDeal {
  /// The number of samples P.
  let samples: Int
  /// The number of batches of an epoch.
  let count: Int
  private let stream: RandomStream

  init(samples: Int, size: Int, stream: RandomStream) {
    self.samples = samples
    count = (samples + size - 1) / size
    self.stream = stream
  }

  /// Returns the epoch's batches, each in ascending order. They follow from a uniform permutation,
  /// which depends on stream and epoch alone (Fisher and Yates).
  func batches(epoch: Int) -> [[Int]] {
    var order = Array(0..<samples)
    for i in stride(from: samples - 1, to: 0, by: -1) {
      order.swapAt(i, stream.integer(below: i + 1, step: UInt64(epoch), index: UInt32(i)))
    }
    var batches = [[Int]](repeating: [], count: count)
    for (sample, place) in order.enumerated() { batches[place * count / samples].append(sample) }
    return batches
  }
}
