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
  /// Vectors of eight double-precision numbers that a kernel reads.
  public typealias Doubles = UnsafePointer<SIMD8<Double>>
  /// Vectors of eight double-precision numbers that a kernel writes.
  public typealias MutableDoubles = UnsafeMutablePointer<SIMD8<Double>>

  /// The largest magnitude of scores that `boundedSoftmax` takes.
  public static let largestBoundedScore = KernelsGeneric.largestBoundedScore

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
  /// tanh and its derivative (Activation.swift).
  public let activateTanh: @Sendable (Int, Int, Int, MutableVectors, MutableVectors) -> Void
  /// z Φ(z) with the normal distribution Φ, and its derivative (Activation.swift).
  public let activateGELU: @Sendable (Int, Int, Int, MutableVectors, MutableVectors) -> Void
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
  /// The derivative of a softmax average of bounded scores, in their place (BoundedSoftmax.swift).
  public let boundedSoftmax:
    @Sendable (
      Int, Int, Bool, Float, Vectors, MutableVectors, MutableVectors, MutableVectors
    ) -> Void
  /// The largest |x|² of rows in each lane (BoundedSoftmax.swift).
  public let largestSquare: @Sendable (Int, Int, Vectors, MutableVectors) -> Void
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
  /// Samples that a linear model reads together (LinearModel.swift).
  public let linearModelGroup: @Sendable (Int) -> Int
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
  /// The force of all data on a linear model, and its loss (Descent.swift).
  public let descentForce: @Sendable (Int, Doubles, Doubles, Doubles, MutableDoubles) -> Double
  /// The force of a batch on a linear model (Descent.swift).
  public let batchForce:
    @Sendable (Int, Int, Vectors, Double, Doubles, Doubles, MutableDoubles) -> Void
  /// A step of descent of a linear model whose features rotate (Descent.swift).
  public let descentStep:
    @Sendable (
      Int, Int, Double, Double, Doubles, UnsafeMutablePointer<Double>, MutableDoubles?,
      MutableDoubles
    ) -> Double
  /// The inner products of rows in double precision (Descent.swift).
  public let innerProducts: @Sendable (Int, Int, Doubles, Int, UnsafeMutablePointer<Double>) -> Void
  /// Orthogonal rows, by rotations of pairs (Descent.swift).
  public let orthogonalizeRows: @Sendable (Int, Int, MutableDoubles) -> Bool
  /// C = A B for matrices in double precision (DoubleProduct.swift).
  public let doubleProduct:
    @Sendable (
      Int, Int, Int, UnsafePointer<Double>, Int, Int, Doubles, Int, MutableDoubles, Int
    ) -> Void
  /// The reduction of a symmetric matrix to a tridiagonal one (Eigenvectors.swift).
  public let tridiagonalize:
    @Sendable (
      Int, Int, MutableDoubles, MutableDoubles, UnsafeMutablePointer<Double>,
      UnsafeMutablePointer<Double>, UnsafeMutablePointer<Double>
    ) -> Void
  /// The product of reflections and plane rotations (Eigenvectors.swift).
  public let multiplyReflections:
    @Sendable (
      Int, Int, Doubles, UnsafePointer<Double>, Int, UnsafePointer<Int>, UnsafePointer<Int>,
      UnsafePointer<SIMD2<Double>>, MutableDoubles
    ) -> Void
  /// The outputs of two layers of three inputs (ShallowNetwork.swift).
  public let shallowForward:
    @Sendable (Int, Int, Bool, Vectors, Floats, Floats, MutableVectors) -> Void
  /// A step of descent of two layers of three inputs (ShallowNetwork.swift).
  public let shallowStep:
    @Sendable (Int, Int, Bool, Vectors, Vectors, MutableFloats, MutableFloats) -> Void
  /// Multiply-adds at the processor's peak, for benchmarks (Peak.swift).
  public let multiplyAddChains: @Sendable (Int, Float, Float) -> (flops: Int, sum: Float)
  /// Passes over memory, for benchmarks (Peak.swift).
  public let readVectors: @Sendable (Int, Int, Vectors) -> Float
  /// eˣ and e^{−x} of bounded numbers, for benchmarks and tests (Peak.swift).
  public let exponentials: @Sendable (Int, Int, Bool, Vectors, MutableVectors) -> Void

  /// Selects the kernels of one instruction set; `nil` if this processor cannot run it.
  public init?(_ set: InstructionSet) {
    guard InstructionSet.available.contains(set) else { return nil }
    instructionSet = set
    let table =
      switch set {
      case .generic: KernelsGeneric.kernelTable
      #if arch(x86_64)
        case .avx2: KernelsV3.kernelTable
        case .avx512: KernelsV4.kernelTable
      #else
        default: return nil
      #endif
      }
    elementaryFunctions = table.elementaryFunctions
    standardNormals = table.standardNormals
    addScaled = table.addScaled
    halfSquaredNorm = table.halfSquaredNorm
    innerProduct = table.innerProduct
    addStandardNormalPrior = table.addStandardNormalPrior
    product = table.product
    laneProduct = table.laneProduct
    scaleLanes = table.scaleLanes
    transpose = table.transpose
    activateErf = table.activateErf
    activateReLU = table.activateReLU
    activateTanh = table.activateTanh
    activateGELU = table.activateGELU
    activateLinear = table.activateLinear
    softmax = table.softmax
    softmaxDerivative = table.softmaxDerivative
    boundedSoftmax = table.boundedSoftmax
    largestSquare = table.largestSquare
    residuals = table.residuals
    addReadoutGradient = table.addReadoutGradient
    multiplySlopes = table.multiplySlopes
    multiply = table.multiply
    laneSums = table.laneSums
    outerProductSize = table.outerProductSize
    addOuterProduct = table.addOuterProduct
    finishOuterProduct = table.finishOuterProduct
    linearModelGroup = table.linearModelGroup
    linearModel = table.linearModel
    addGram = table.addGram
    sweep = table.sweep
    cholesky = table.cholesky
    descentForce = table.descentForce
    batchForce = table.batchForce
    descentStep = table.descentStep
    innerProducts = table.innerProducts
    orthogonalizeRows = table.orthogonalizeRows
    doubleProduct = table.doubleProduct
    tridiagonalize = table.tridiagonalize
    multiplyReflections = table.multiplyReflections
    shallowForward = table.shallowForward
    shallowStep = table.shallowStep
    multiplyAddChains = table.multiplyAddChains
    readVectors = table.readVectors
    exponentials = table.exponentials
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
