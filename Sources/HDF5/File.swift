import CHDF5
import Foundation
import Host

/// An HDF5 file: either one being built in memory, or one opened for reading.
///
/// A new file stays in memory until `write(to:)` puts the whole of it in place at once. So a full
/// disk or a killed process leaves the old file or the new one, and libhdf5 is spared a failing
/// disk.
public struct File: ~Copyable {
  /// Where the file was opened, or "(memory)".
  public let path: String
  private let isInMemory: Bool
  private let handle: Handle

  /// A new, empty file in memory: format of HDF5 1.8 (readable by every library since), creation
  /// order tracked, no times.
  public init() throws(HDF5Error) {
    path = "(memory)"
    isInMemory = true
    let create = try Handle(H5Pcreate(ch5_file_create()), closedBy: H5Pclose, "set up a file")
    try keepOrderWithoutTimes(groups: create.id, "set up a file")
    let access = try Handle(H5Pcreate(ch5_file_access()), closedBy: H5Pclose, "set up a file")
    try check(
      H5Pset_libver_bounds(access.id, H5F_LIBVER_V18, H5F_LIBVER_V18), "set the file's version")
    try check(H5Pset_fapl_core(access.id, 1 << 20, false), "keep a file in memory")
    // The core driver opens no file of this name, but libhdf5 forbids two open ones to share it.
    let name = "memory-\(UUID().uuidString)"
    handle = try Handle(
      H5Fcreate(name, ch5_acc_trunc(), create.id, access.id), closedBy: H5Fclose,
      "create a file in memory")
  }

  /// Opens a file for reading.
  ///
  /// - Throws: `HDF5Error` if it is missing, not HDF5, truncated or otherwise damaged at its root.
  public init(reading path: String) throws(HDF5Error) {
    self.path = path
    isInMemory = false
    try requireRegularFile(path)
    handle = try Handle(
      H5Fopen(path, ch5_acc_rdonly(), ch5_default()), closedBy: H5Fclose, "open \(path)")
  }

  /// Opens a file that was written here, and may have been damaged or made to harm since.
  ///
  /// - Throws: `HDF5Error`, besides what `init(reading:)` throws, if its strings are not as they
  ///   are written here. libhdf5 1.10 can crash on those; what stays is a string attribute whose
  ///   reference is forged together with its checksum.
  public init(readingUntrusted path: String) throws(HDF5Error) {
    try requireRegularFile(path)
    if let bytes = try? contents(of: path, atMost: ReadLimit.file, isMapped: true) {
      try requireHeapsInOrder(bytes, path)
    }
    try self.init(reading: path)
  }

  /// Opens a file that has been read, with the checks of `init(readingUntrusted:)`.
  ///
  /// - Parameter path: where the bytes are from, for messages.
  /// - Throws: `HDF5Error` if they are not HDF5, or damaged.
  public init(readingUntrusted bytes: Data, from path: String) throws(HDF5Error) {
    self.path = path
    isInMemory = false
    try requireHeapsInOrder(bytes, path)
    let access = try Handle(H5Pcreate(ch5_file_access()), closedBy: H5Pclose, "set up a file")
    try check(H5Pset_fapl_core(access.id, 1 << 20, false), "keep a file in memory")
    // libhdf5 copies the bytes, and asks for no constant ones.
    try check(
      bytes.withUnsafeBytes {
        H5Pset_file_image(
          access.id, UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count)
      }, "open \(path)")
    handle = try Handle(
      H5Fopen("memory-\(UUID().uuidString)", ch5_acc_rdonly(), access.id), closedBy: H5Fclose,
      "open \(path)")
  }

  /// The group at the top.
  public func root() throws(HDF5Error) -> Group {
    try Group(in: handle.id, named: "/", path: path)
  }

  /// The bytes of the file as they would stand on disk.
  public func image() throws -> Data { try withImage { $0.reduce(Data(), +) } }

  /// Calls `body` with the bytes of the file as they would stand on disk, in pieces that follow one
  /// another. They are where the file is kept, and not to be used afterwards.
  ///
  /// - Throws: `HDF5Error`, or what `body` throws.
  public func withImage<R>(_ body: ([Data]) throws -> R) throws -> R {
    try check(H5Fflush(handle.id, H5F_SCOPE_GLOBAL), "flush \(path)")
    let size = try check(H5Fget_file_image(handle.id, nil, 0), "measure \(path)")
    guard isInMemory else {
      var bytes = Data(count: size)
      try check(
        bytes.withUnsafeMutableBytes { H5Fget_file_image(handle.id, $0.baseAddress, size) },
        "copy \(path)")
      closeSuperblock(of: &bytes)
      return try body([bytes])
    }
    // Of a file in memory the driver's handle is where its bytes begin.
    var place: UnsafeMutableRawPointer?
    try check(H5Fget_vfd_handle(handle.id, ch5_default(), &place), "find \(path)")
    guard let bytes = place?.load(as: UnsafeMutableRawPointer?.self) else {
      throw HDF5Error("find \(path)", message: "it has no bytes")
    }
    let head = min(size, superblockSize)
    var superblock = Data(bytes: bytes, count: head)
    closeSuperblock(of: &superblock)
    return try body([
      superblock, Data(bytesNoCopy: bytes + head, count: size - head, deallocator: .none),
    ])
  }

  /// Puts the file in place at once: a reader sees the old file or the whole new one, and what was
  /// written survives a crash of the machine.
  public func write(to path: String) throws {
    try withImage { try writeAtomically($0, to: path) }
  }
}

/// Throws unless there is a file that may be read, and not too large: a pipe would wait for ever,
/// and a device has no end.
private func requireRegularFile(_ path: String) throws(HDF5Error) {
  var status = stat()
  guard access(path, R_OK) == 0, stat(path, &status) == 0 else {
    throw HDF5Error("open \(path)", message: String(cString: strerror(errno)))
  }
  guard status.st_mode & S_IFMT == S_IFREG else {
    let isFolder = status.st_mode & S_IFMT == S_IFDIR
    throw HDF5Error("open \(path)", message: "it is \(isFolder ? "a folder" : "no regular file")")
  }
  guard status.st_size <= ReadLimit.file else {
    throw HDF5Error("open \(path)", message: "it has more than \(ReadLimit.file) bytes")
  }
}

/// The version of libhdf5 in use, "1.10.8".
public var libraryVersion: String {
  var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
  _ = library { H5get_libversion(&major, &minor, &release) }
  return "\(major).\(minor).\(release)"
}
