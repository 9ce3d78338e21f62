import Foundation
import HDF5
import Kernels

/// What a machine has of what the pipeline needs.
package struct Checkup: Sendable {
  package let item: String
  package let finding: String
  package let isGood: Bool

  /// Everything that a run depends on, in the order of the pipeline.
  package static func all(folder: String) -> [Checkup] {
    let kernels = Result {
      try KernelSet.named(ProcessInfo.processInfo.environment["COD_ISA"])
    }
    var list = [
      Checkup(
        item: "processor",
        finding: "\(ProcessInfo.processInfo.activeProcessorCount) cores; "
          + "instruction sets \(InstructionSet.available.map(\.rawValue).joined(separator: ", "))",
        isGood: true)
    ]
    switch kernels {
    case .success(let set):
      list.append(
        Checkup(item: "kernels", finding: "\(set.instructionSet.rawValue)", isGood: true))
    case .failure(let error):
      list.append(Checkup(item: "kernels", finding: "\(error)", isGood: false))
    }
    list.append(Checkup(item: "libhdf5", finding: HDF5.libraryVersion, isGood: true))
    list += Requirement.all.filter(\.isOfThisSystem).map(Checkup.init)
    let writable = FileManager.default.isWritableFile(atPath: folder)
    let free = (try? FileManager.default.attributesOfFileSystem(forPath: folder))?[.systemFreeSize]
    let gigabytes = ((free as? NSNumber)?.doubleValue ?? 0) / 1e9
    list.append(
      Checkup(
        item: folder,
        finding: writable
          ? String(format: "writable, %.1f GB free", gigabytes) : "cannot be written to",
        isGood: writable && gigabytes > 0.5))
    return list
  }
}

extension Checkup {
  fileprivate init(_ requirement: Requirement) {
    let found = requirement.find()
    item = requirement.name
    finding = found ?? requirement.absence
    isGood = found != nil || requirement.isForBuilding
  }
}
