import CVec
import KernelsGeneric

#if arch(x86_64)
  import KernelsV3
  import KernelsV4
#endif

/// The instruction sets for which the kernels are compiled. All give the same bits.
public enum InstructionSet: String, CaseIterable, Sendable {
  /// The compiler's baseline for this processor, with correctly rounded fused multiply-adds.
  case generic
  /// x86-64-v3: AVX2 and FMA.
  case avx2
  /// x86-64-v4: AVX-512.
  case avx512

  /// Those that this processor can run, narrowest first.
  public static var available: [InstructionSet] {
    switch cv_level() {
    case 4...: [.generic, .avx2, .avx512]
    case 3: [.generic, .avx2]
    default: [.generic]
    }
  }
}

/// The kernels compiled for one instruction set: plain functions over pointers, documented where
/// they are written (`Sources/KernelsGeneric`).
public struct KernelSet: Sendable {
  public typealias Vectors = UnsafePointer<SIMD16<Float>>
  public typealias MutableVectors = UnsafeMutablePointer<SIMD16<Float>>
  public typealias Floats = UnsafePointer<Float>
  public typealias MutableFloats = UnsafeMutablePointer<Float>
  /// Eight double-precision numbers each.
  public typealias MutableDoubles = UnsafeMutablePointer<SIMD8<Double>>

  public let instructionSet: InstructionSet
  public let elementaryFunctions: @Sendable (Int, Vectors, MutableVectors) -> Void
  public let standardNormals: @Sendable (Int, UInt64, UInt64, MutableVectors) -> Void
  public let addScaled: @Sendable (Int, Float, Vectors, MutableVectors) -> Void
  public let halfSquaredNorm: @Sendable (Int, Vectors) -> Double
  public let innerProduct: @Sendable (Int, Vectors, Vectors) -> Double
  public let addStandardNormalPrior: @Sendable (Int, Vectors, MutableVectors) -> Double
  public let product:
    @Sendable (
      Int, Int, Int, Floats, Int, Int, Vectors, Int, MutableVectors, Int, Bool
    ) -> Void
  public let laneProduct:
    @Sendable (
      Int, Int, Int, Vectors, Int, Int, Vectors, Int, Int, MutableVectors, Int, Bool
    ) -> Void
  public let scaleLanes: @Sendable (Int, Vectors, MutableVectors) -> Void
  public let transpose: @Sendable (Int, Int, Vectors, Int, MutableVectors, Int) -> Void
  public let activateErf: @Sendable (Int, Int, Int, MutableVectors, MutableVectors) -> Void
  public let activateReLU: @Sendable (Int, Int, Int, MutableVectors, MutableVectors) -> Void
  public let activateLinear: @Sendable (Int, Int, Int, MutableVectors, MutableVectors) -> Void
  public let softmax:
    @Sendable (
      Int, Int, Bool, Float, Vectors, MutableVectors, MutableVectors, MutableVectors
    ) -> Void
  public let softmaxDerivative:
    @Sendable (Int, Int, Float, Vectors, Vectors, Vectors, MutableVectors, Bool) -> Void
  public let residuals: @Sendable (Int, Float, Float, Vectors, MutableVectors) -> Double
  public let addReadoutGradient: @Sendable (Int, Int, Int, Vectors, Vectors, MutableVectors) -> Void
  public let multiplySlopes:
    @Sendable (
      Int, Int, Int, Floats, Vectors, Vectors?, MutableVectors
    ) -> Void
  public let multiply: @Sendable (Int, Vectors, MutableVectors) -> Void
  public let laneSums: @Sendable (Int, Vectors, MutableFloats) -> Void
  public let outerProductSize: @Sendable (Int, Int) -> Int
  public let addOuterProduct:
    @Sendable (
      Int, Int, Int, Int, Vectors, Vectors, Vectors, Int, MutableVectors
    ) -> Void
  public let finishOuterProduct: @Sendable (Int, Int, MutableVectors, MutableFloats) -> Void
  public let linearModel:
    @Sendable (Int, Int, Vectors, Vectors, Float, Float, Floats, MutableVectors) -> Double
  public let addGram:
    @Sendable (Int, Int, Int, Vectors, Vectors, MutableVectors, MutableDoubles) -> Void
  public let sweep:
    @Sendable (
      Int, Int, Int, MutableDoubles, UnsafeMutablePointer<Double>, MutableDoubles, MutableFloats
    ) -> Bool
  public let cholesky: @Sendable (Int, Int, MutableDoubles) -> Bool
  public let multiplyAddChains: @Sendable (Int, Float, Float) -> Float
  public let readVectors: @Sendable (Int, Vectors) -> Float

  /// The kernels of one instruction set; `nil` if this processor cannot run it.
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

  /// The kernels of the widest instruction set that this processor has.
  public static let best = KernelSet(InstructionSet.available.last!)!

  /// The kernels that `name` asks for, or the best ones where it is `nil`.
  ///
  /// - Parameter name: the value of the environment variable `COD_ISA`.
  /// - Throws: `UnknownInstructionSet` if there is no such set, or not on this processor.
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
  public let name: String
  public var description: String {
    let names = InstructionSet.available.map(\.rawValue).joined(separator: ", ")
    return "COD_ISA: got '\(name)'; expected one of \(names) on this processor"
  }
}
