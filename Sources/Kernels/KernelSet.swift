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

  public let instructionSet: InstructionSet
  public let elementaryFunctions: @Sendable (Int, Vectors, MutableVectors) -> Void
  public let standardNormals: @Sendable (Int, UInt64, UInt64, MutableVectors) -> Void
  public let addScaled: @Sendable (Int, Float, Vectors, MutableVectors) -> Void
  public let halfSquaredNorm: @Sendable (Int, Vectors) -> Double
  public let innerProduct: @Sendable (Int, Vectors, Vectors) -> Double
  public let addStandardNormalPrior: @Sendable (Int, Vectors, MutableVectors) -> Double
  public let twoLayer:
    @Sendable (
      Int, Int, Int, Int, Vectors, Vectors, Vectors, UnsafePointer<Float>, Float, Float,
      MutableVectors, UnsafeMutablePointer<Float>
    ) -> Double

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
      twoLayer = KernelsGeneric.twoLayer
    #if arch(x86_64)
      case .avx2:
        elementaryFunctions = KernelsV3.elementaryFunctions
        standardNormals = KernelsV3.standardNormals
        addScaled = KernelsV3.addScaled
        halfSquaredNorm = KernelsV3.halfSquaredNorm
        innerProduct = KernelsV3.innerProduct
        addStandardNormalPrior = KernelsV3.addStandardNormalPrior
        twoLayer = KernelsV3.twoLayer
      case .avx512:
        elementaryFunctions = KernelsV4.elementaryFunctions
        standardNormals = KernelsV4.standardNormals
        addScaled = KernelsV4.addScaled
        halfSquaredNorm = KernelsV4.halfSquaredNorm
        innerProduct = KernelsV4.innerProduct
        addStandardNormalPrior = KernelsV4.addStandardNormalPrior
        twoLayer = KernelsV4.twoLayer
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
