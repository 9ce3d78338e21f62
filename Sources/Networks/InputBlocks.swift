import Kernels

/// Inputs laid out for products: in blocks of samples, each patch of a block once with the samples along
/// vectors and once sample by sample, zero-padded.
///
/// A plain input is one patch.
public struct InputBlocks: ~Copyable {
  /// P.
  public let samples: Int
  /// Numbers in a patch.
  public let dimension: Int
  public let patches: Int
  /// Vectors of samples in a block.
  public let blockVectors: Int
  /// Vectors of a patch of one sample.
  public let rowVectors: Int
  private let columnStorage: AlignedBuffer
  private let rowStorage: AlignedBuffer

  /// - Parameters:
  ///   - scale: what the inputs are multiplied by, so that products with whitened weights give
  ///     pre-activations.
  ///   - blockVectors: as a `FeatureMap` has them.
  public init(_ data: TrainingSet, patches: Int = 1, scale: Double, blockVectors: Int) {
    samples = data.count
    dimension = data.dimension / patches
    self.patches = patches
    self.blockVectors = blockVectors
    rowVectors = (dimension + 15) / 16
    let block = 16 * blockVectors
    let blocks = (data.count + block - 1) / block
    columnStorage = AlignedBuffer(count: blocks * patches * dimension * block)
    rowStorage = AlignedBuffer(count: blocks * patches * block * 16 * rowVectors)
    let scale = Float(scale)
    for sample in 0..<data.count {
      for patch in 0..<patches {
        let place = sample / block * patches + patch
        for j in 0..<dimension {
          let x = scale * data.inputs[sample * data.dimension + patch * dimension + j]
          columnStorage[(place * dimension + j) * block + sample % block] = x
          rowStorage[(place * block + sample % block) * 16 * rowVectors + j] = x
        }
      }
    }
  }

  /// `dimension` rows of `blockVectors` vectors.
  public func columns(_ block: Int, patch: Int = 0) -> KernelSet.Vectors {
    KernelSet.Vectors(columnStorage.lanes)
      + (block * patches + patch) * dimension * blockVectors
  }

  /// 16 · `blockVectors` rows of `rowVectors` vectors.
  public func rows(_ block: Int, patch: Int = 0) -> KernelSet.Vectors {
    KernelSet.Vectors(rowStorage.lanes)
      + (block * patches + patch) * 16 * blockVectors * rowVectors
  }
}
