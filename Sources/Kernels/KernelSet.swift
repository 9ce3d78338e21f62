import CVec
import KernelsGeneric

#if arch(x86_64)
  import KernelsV3
  import KernelsV4
#endif

/// The instruction sets for which the kernels are compiled; all give the same bits.
public enum InstructionSet: String, CaseIterable, Sendable {
  /// The compiler's baseline for this processor, with correctly rounded fused multiply-adds.
  case generic
  /// x86-64-v3: AVX2 and FMA.
  case avx2
  /// x86-64-v4: AVX-512.
  case avx512

  /// The instruction sets that this processor can run, narrowest first.
  public static var available: [InstructionSet] {
    switch cv_level() {
    case 4...: [.generic, .avx2, .avx512]
    case 3: [.generic, .avx2]
    default: [.generic]
    }
  }
}

/// The kernels compiled for one instruction set: plain functions over pointers.
///
/// Each stands in `Sources/KernelsGeneric` under the same name. There its parameters are named and
/// documented, in the order of the types below.
public struct KernelSet: Sendable {
  /// Vectors of sixteen floats that a kernel reads.
  public typealias Vectors = UnsafePointer<SIMD16<Float>>
  /// Vectors of sixteen floats that a kernel writes.
  public typealias MutableVectors = UnsafeMutablePointer<SIMD16<Float>>
  /// Single floats that a kernel reads.
  public typealias Floats = UnsafePointer<Float>
  /// Single floats that a kernel writes.
  public typealias MutableFloats = UnsafeMutablePointer<Float>
  /// Vectors of eight double-precision numbers that a kernel writes.
  public typealias MutableDoubles = UnsafeMutablePointer<SIMD8<Double>>

  /// The instruction set for which these kernels are compiled.
  public let instructionSet: InstructionSet
  /// erf, exp, ln, sin and cos, for tests (Elementary.swift).
  public let elementaryFunctions: @Sendable (Int, Vectors, MutableVectors) -> Void
  /// Independent standard normals from a key and a step (Philox.swift).
  public let standardNormals: @Sendable (Int, UInt64, UInt64, MutableVectors) -> Void
  /// y ← y + c x (Leapfrog.swift).
  public let addScaled: @Sendable (Int, Float, Vectors, MutableVectors) -> Void
  /// ½ |x|² in double precision (Leapfrog.swift).
  public let halfSquaredNorm: @Sendable (Int, Vectors) -> Double
  /// x·y in double precision (Leapfrog.swift).
  public let innerProduct: @Sendable (Int, Vectors, Vectors) -> Double
  /// Adds the gradient of the standard normal prior, and returns its energy (Leapfrog.swift).
  public let addStandardNormalPrior: @Sendable (Int, Vectors, MutableVectors) -> Double
  /// C = A B or C += A B for matrices (Product.swift).
  public let product:
    @Sendable (
      Int, Int, Int, Floats, Int, Int, Vectors, Int, MutableVectors, Int, Bool
    ) -> Void
  /// C = A Bᵀ or C += A Bᵀ in each lane (LaneProduct.swift).
  public let laneProduct:
    @Sendable (
      Int, Int, Int, Vectors, Int, Int, Vectors, Int, Int, MutableVectors, Int, Bool
    ) -> Void
  /// Multiplies vectors by one factor a lane (LaneProduct.swift).
  public let scaleLanes: @Sendable (Int, Vectors, MutableVectors) -> Void
  /// The transpose of a matrix (Transpose.swift).
  public let transpose: @Sendable (Int, Int, Vectors, Int, MutableVectors, Int) -> Void
  /// erf and its derivative (Activation.swift).
  public let activateErf: @Sendable (Int, Int, Int, MutableVectors, MutableVectors) -> Void
  /// The positive part and its derivative (Activation.swift).
  public let activateReLU: @Sendable (Int, Int, Int, MutableVectors, MutableVectors) -> Void
  /// The identity and its derivative (Activation.swift).
  public let activateLinear: @Sendable (Int, Int, Int, MutableVectors, MutableVectors) -> Void
  /// Softmax of rows, as numerators and inverse denominators (Softmax.swift).
  public let softmax:
    @Sendable (
      Int, Int, Bool, Float, Vectors, MutableVectors, MutableVectors, MutableVectors
    ) -> Void
  /// The derivative of a softmax average by the scores (Softmax.swift).
  public let softmaxDerivative:
    @Sendable (Int, Int, Float, Vectors, Vectors, Vectors, MutableVectors, Bool) -> Void
  /// Residuals in place of outputs, and the sum of their squares (Readout.swift).
  public let residuals: @Sendable (Int, Float, Float, Vectors, MutableVectors) -> Double
  /// The derivative of the loss by readout weights (Readout.swift).
  public let addReadoutGradient: @Sendable (Int, Int, Int, Vectors, Vectors, MutableVectors) -> Void
  /// The derivative of the loss by pre-activations (Readout.swift).
  public let multiplySlopes:
    @Sendable (
      Int, Int, Int, Floats, Vectors, Vectors?, MutableVectors
    ) -> Void
  /// x ← x y, number by number (Readout.swift).
  public let multiply: @Sendable (Int, Vectors, MutableVectors) -> Void
  /// The sum of the lanes of each vector (Readout.swift).
  public let laneSums: @Sendable (Int, Vectors, MutableFloats) -> Void
  /// Vectors of room that an outer product needs (OuterProduct.swift).
  public let outerProductSize: @Sendable (Int, Int) -> Int
  /// C += A Bᵀ over a block of samples (OuterProduct.swift).
  public let addOuterProduct:
    @Sendable (
      Int, Int, Int, Int, Vectors, Vectors, Vectors, Int, MutableVectors
    ) -> Void
  /// The floats of an accumulated outer product (OuterProduct.swift).
  public let finishOuterProduct: @Sendable (Int, Int, MutableVectors, MutableFloats) -> Void
  /// Residuals and derivative of a linear model, in one pass over the inputs (LinearModel.swift).
  public let linearModel:
    @Sendable (Int, Int, Vectors, Vectors, Float, Float, Floats, MutableVectors) -> Double
  /// G += Φ Φᵀ over a block of samples (Cholesky.swift).
  public let addGram:
    @Sendable (Int, Int, Int, Vectors, Vectors, MutableVectors, MutableDoubles) -> Void
  /// The sweep of a symmetric matrix by its first pivots (Cholesky.swift).
  public let sweep:
    @Sendable (
      Int, Int, Int, MutableDoubles, UnsafeMutablePointer<Double>, MutableDoubles, MutableFloats
    ) -> Bool
  /// The Cholesky factor of a matrix (Cholesky.swift).
  public let cholesky: @Sendable (Int, Int, MutableDoubles) -> Bool
  /// Multiply-adds at the processor's peak, for benchmarks (Peak.swift).
  public let multiplyAddChains: @Sendable (Int, Float, Float) -> Float
  /// One pass over memory, for benchmarks (Peak.swift).
  public let readVectors: @Sendable (Int, Vectors) -> Float

  /// Selects the kernels of one instruction set; `nil` if this processor cannot run it.
  public init?(_ set: InstructionSet) {
    guard InstructionSet.available.contains(set) else { return nil }
    instructionSet = set
    switch set {
    case .generic:
      elementaryFunctions = KernelsGeneric.elementaryFunctions
      standardNormals = KernelsGeneric.standardNormals
      addScaled = KernelsGeneric.addScaled
      halfSquaredNorm = KernelsGeneric.halfSquaredNorm
      innerProduct = KernelsGeneric.innerProduct
      addStandardNormalPrior = KernelsGeneric.addStandardNormalPrior
      product = KernelsGeneric.product
      laneProduct = KernelsGeneric.laneProduct
      scaleLanes = KernelsGeneric.scaleLanes
      transpose = KernelsGeneric.transpose
      activateErf = KernelsGeneric.activateErf
      activateReLU = KernelsGeneric.activateReLU
      activateLinear = KernelsGeneric.activateLinear
      softmax = KernelsGeneric.softmax
      softmaxDerivative = KernelsGeneric.softmaxDerivative
      residuals = KernelsGeneric.residuals
      addReadoutGradient = KernelsGeneric.addReadoutGradient
      multiplySlopes = KernelsGeneric.multiplySlopes
      multiply = KernelsGeneric.multiply
      laneSums = KernelsGeneric.laneSums
      outerProductSize = KernelsGeneric.outerProductSize
      addOuterProduct = KernelsGeneric.addOuterProduct
      finishOuterProduct = KernelsGeneric.finishOuterProduct
      linearModel = KernelsGeneric.linearModel
      addGram = KernelsGeneric.addGram
      sweep = KernelsGeneric.sweep
      cholesky = KernelsGeneric.cholesky
      multiplyAddChains = KernelsGeneric.multiplyAddChains
      readVectors = KernelsGeneric.readVectors
    #if arch(x86_64)
      case .avx2:
        elementaryFunctions = KernelsV3.elementaryFunctions
        standardNormals = KernelsV3.standardNormals
        addScaled = KernelsV3.addScaled
        halfSquaredNorm = KernelsV3.halfSquaredNorm
        innerProduct = KernelsV3.innerProduct
        addStandardNormalPrior = KernelsV3.addStandardNormalPrior
        product = KernelsV3.product
        laneProduct = KernelsV3.laneProduct
        scaleLanes = KernelsV3.scaleLanes
        transpose = KernelsV3.transpose
        activateErf = KernelsV3.activateErf
        activateReLU = KernelsV3.activateReLU
        activateLinear = KernelsV3.activateLinear
        softmax = KernelsV3.softmax
        softmaxDerivative = KernelsV3.softmaxDerivative
        residuals = KernelsV3.residuals
        addReadoutGradient = KernelsV3.addReadoutGradient
        multiplySlopes = KernelsV3.multiplySlopes
        multiply = KernelsV3.multiply
        laneSums = KernelsV3.laneSums
        outerProductSize = KernelsV3.outerProductSize
        addOuterProduct = KernelsV3.addOuterProduct
        finishOuterProduct = KernelsV3.finishOuterProduct
        linearModel = KernelsV3.linearModel
        addGram = KernelsV3.addGram
        sweep = KernelsV3.sweep
        cholesky = KernelsV3.cholesky
        multiplyAddChains = KernelsV3.multiplyAddChains
        readVectors = KernelsV3.readVectors
      case .avx512:
        elementaryFunctions = KernelsV4.elementaryFunctions
        standardNormals = KernelsV4.standardNormals
        addScaled = KernelsV4.addScaled
        halfSquaredNorm = KernelsV4.halfSquaredNorm
        innerProduct = KernelsV4.innerProduct
        addStandardNormalPrior = KernelsV4.addStandardNormalPrior
        product = KernelsV4.product
        laneProduct = KernelsV4.laneProduct
        scaleLanes = KernelsV4.scaleLanes
        transpose = KernelsV4.transpose
        activateErf = KernelsV4.activateErf
        activateReLU = KernelsV4.activateReLU
        activateLinear = KernelsV4.activateLinear
        softmax = KernelsV4.softmax
        softmaxDerivative = KernelsV4.softmaxDerivative
        residuals = KernelsV4.residuals
        addReadoutGradient = KernelsV4.addReadoutGradient
        multiplySlopes = KernelsV4.multiplySlopes
        multiply = KernelsV4.multiply
        laneSums = KernelsV4.laneSums
        outerProductSize = KernelsV4.outerProductSize
        addOuterProduct = KernelsV4.addOuterProduct
        finishOuterProduct = KernelsV4.finishOuterProduct
        linearModel = KernelsV4.linearModel
        addGram = KernelsV4.addGram
        sweep = KernelsV4.sweep
        cholesky = KernelsV4.cholesky
        multiplyAddChains = KernelsV4.multiplyAddChains
        readVectors = KernelsV4.readVectors
    #else
      default: return nil
    #endif
    }
  }

  /// The kernels of the widest instruction set of this processor.
  public static let best = KernelSet(InstructionSet.available.last!)!

  /// Returns the kernels with the given name, or the best ones for `nil`.
  ///
  /// - Parameter name: the value of the environment variable `COD_ISA`.
  /// - Throws: ``UnknownInstructionSet`` if the name is unknown, or this processor cannot run the
  ///   set.
  public static func named(_ name: String?) throws(UnknownInstructionSet) -> KernelSet {
    guard let name else { return best }
    guard let set = InstructionSet(rawValue: name), let kernels = KernelSet(set) else {
      throw UnknownInstructionSet(name: name)
    }
    return kernels
  }
}

/// An instruction set that does not exist or that this processor lacks.
public struct UnknownInstructionSet: Error, CustomStringConvertible {
  /// The name that was asked for.
  public let name: String
  /// The error as one line that names the variable, the value and what is allowed.
  public var description: String {
    let names = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
    return "COD_ISA: got '\(name)'; expected one of \(names) on this processor"
  }
}
