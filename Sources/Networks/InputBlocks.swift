import Kernels

/// Inputs laid out for products, in blocks of samples. Each patch of a block stands there twice,
/// zero-padded: with the samples along vectors, and sample by sample.
///
/// A plain input is one patch.
package struct InputBlocks: ~Copyable {
  /// The number of samples P.
  package let samples: Int
  /// The number of coordinates of a patch.
  package let dimension: Int
  /// The number of patches of an input.
  package let patches: Int
  /// The number of vectors of samples in a block.
  package let blockVectors: Int
  /// The number of vectors of one sample's patch.
  package let rowVectors: Int
  private let columnStorage: AlignedBuffer
  private let rowStorage: AlignedBuffer

  /// Lays out the inputs of a training set.
  ///
  /// - Parameters:
  ///   - data: the inputs; the targets are ignored.
  ///   - patches: number of patches of an input, which divides its dimension.
  ///   - scale: factor of the inputs, so that products with whitened weights give pre-activations.
  ///   - blockVectors: vectors of samples in a block, as of a `FeatureMap`.
  package init(_ data: TrainingSet, patches: Int = 1, scale: Double, blockVectors: Int) {
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

  /// Returns a patch of a block with samples along vectors: `dimension` rows of `blockVectors`
  /// vectors.
  package func columns(_ block: Int, patch: Int = 0) -> KernelSet.Vectors {
    KernelSet.Vectors(columnStorage.lanes)
      + (block * patches + patch) * dimension * blockVectors
  }

  /// Returns a patch of a block sample by sample: 16 · `blockVectors` rows of `rowVectors` vectors.
  package func rows(_ block: Int, patch: Int = 0) -> KernelSet.Vectors {
    KernelSet.Vectors(rowStorage.lanes)
      + (block * patches + patch) * 16 * blockVectors * rowVectors
  }
}
