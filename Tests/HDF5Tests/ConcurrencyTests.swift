import Foundation
import HDF5
import Host
import TestSupport
import Testing

/// Files of different tasks stay apart, and so do their errors.
@Suite struct ConcurrencyTests {
  func values(_ seed: Int, _ count: Int) -> [Double] {
    (0..<count).map { Double(seed) + 0x1p-20 * Double($0) }
  }

  @Test func manyTasksWriteFilesAtOnce() async throws {
    let images = try await withThrowingTaskGroup(of: (Int, Data).self) { group in
      for task in 0..<8 {
        group.addTask {
          let file = try File()
          for i in 0..<20 {
            let member = try file.root().createGroup("group \(i)")
            try member.write(values(100 * task + i, 500), shape: [5, 100], to: "x")
            try member.setAttribute("task", "\(task)")
            await Task.yield()
          }
          return (task, try file.image())
        }
      }
      return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
    }
    try withFolder { folder in
      for (task, image) in images {
        let path = "\(folder)/\(task).h5"
        try writeAtomically(image, to: path)
        let root = try File(reading: path).root()
        #expect(try root.names == (0..<20).map { "group \($0)" })
        for i in 0..<20 {
          let member = try root.group("group \(i)")
          #expect(try member.attribute("task") == "\(task)")
          #expect(try member.dataset("x").read() == values(100 * task + i, 500))
        }
      }
    }
    #expect(images.count == 8)
  }

  @Test func everyTaskGetsItsOwnError() async throws {
    try await withThrowingTaskGroup { group in
      for task in 0..<8 {
        group.addTask {
          let file = try File()
          for i in 0..<200 {
            let name = "task \(task) dataset \(i)"
            expectError(naming: "(memory):\(name)", "object '\(name)' doesn't exist") {
              _ = try file.root().dataset(name)
            }
            await Task.yield()
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// libhdf5 prints the errors of every thread that it was not told to keep silent.
  @Test func nothingIsPrinted() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
      let box = try Box()
      onNewThread { _ = (try? box.file.root())?.contains("no/such/path") }
      onNewThread {
        expectError(naming: "'nothing' doesn't exist") {
          _ = try box.file.root().dataset("nothing")
        }
      }
    }
    let printed = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(!printed.contains("HDF5-DIAG"), "\(printed)")
  }
}

/// A file that one thread makes and others use, one after the other.
private final class Box: @unchecked Sendable {
  let file: File
  init() throws { file = try File() }
}

/// Runs `body` on a thread of its own, and waits for it.
private func onNewThread(_ body: @escaping @Sendable () -> Void) {
  let done = DispatchSemaphore(value: 0)
  Thread.detachNewThread {
    body()
    done.signal()
  }
  done.wait()
}
