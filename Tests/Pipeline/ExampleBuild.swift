#if os(Linux)
  import Foundation
  import TestSupport
  import Testing

  /// Modules of a copy of the project, compiled as SwiftPM compiled those beside these tests.
  ///
  /// SwiftPM itself would compile everything anew: what it keeps is bound to the folder.
  struct ExampleBuild {
    /// The copy of the project.
    let project: String
    /// Where the products go.
    let folder: String
    private let products = tool.deletingLastPathComponent()
    /// Each command that SwiftPM runs.
    private let commands: [[String]]
    /// Objects compiled here, and what is in the paths of those of SwiftPM that they replace.
    private var compiled: [(object: String, replaced: String)] = []

    init(of project: String, in folder: String) throws {
      self.project = project
      self.folder = folder
      let manifest = "\(projectFolder)/.build/\(products.lastPathComponent).yaml"
      let text = try String(contentsOfFile: manifest, encoding: .utf8)
      commands = text.split(separator: "\n").compactMap { line in
        guard let list = line.wholeMatch(of: #/ +args: (\[.*\])/#)?.output.1 else { return nil }
        return try? JSONDecoder().decode([String].self, from: Data(list.utf8))
      }
      try FileManager.default.createDirectory(
        atPath: "\(folder)/Modules", withIntermediateDirectories: true)
    }

    private func command(of module: String, with flag: String) throws -> [String] {
      try #require(
        commands.first { command in
          command.contains(flag)
            && zip(command, command.dropFirst()).contains { $0 == ("-module-name", module) }
        }, "no command that makes \(module)")
    }

    /// What a module is compiled with, unoptimised: that is the same code, in a part of the time.
    private func arguments(of module: String) throws -> (compiler: URL, arguments: [String]) {
      let command = try command(of: module, with: "-emit-module-path")
      let pairs = [
        "-emit-module-path", "-output-file-map", "-index-store-path", "-emit-objc-header-path",
        "-num-threads",
      ]
      let singles = [
        "-emit-objc-header", "-parseable-output", "-incremental", "-enable-batch-mode",
        "-emit-dependencies", "-serialize-diagnostics", "-c", "-emit-module",
        "-whole-module-optimization",
      ]
      var arguments = ["-I", "\(folder)/Modules"]
      var rest = command.dropFirst()
      while let argument = rest.popFirst() {
        if pairs.contains(argument) {
          rest = rest.dropFirst()
        } else if argument == "-O" {
          arguments.append("-Onone")
        } else if !singles.contains(argument), !argument.hasPrefix("@") {
          arguments.append(argument)
        }
      }
      return (URL(filePath: command[0]), arguments)
    }

    private func sources(of module: String) throws -> [String] {
      let folder = "\(project)/Sources/\(module)"
      return try FileManager.default.subpathsOfDirectory(atPath: folder).sorted()
        .filter { $0.hasSuffix(".swift") }.map { "\(folder)/\($0)" }
    }

    /// Compiles a module, or, without code, checks its types for what imports it.
    mutating func compile(_ module: String, code: Bool = true) throws {
      var (compiler, arguments) = try arguments(of: module)
      arguments += [
        "-wmo", "-emit-module", "-emit-module-path", "\(folder)/Modules/\(module).swiftmodule",
      ]
      if code {
        arguments += ["-c", "-o", "\(folder)/\(module).o"]
        compiled.append(("\(folder)/\(module).o", "/\(module).build/"))
      }
      let made = try run(compiler, arguments + sources(of: module))
      try #require(made.status == 0, "\(module): \(made.errors)\(made.output)")
    }

    /// Compiles some files of a module whose other files, and what they show of it to other
    /// modules, are as they were. It has to be one that SwiftPM compiles unoptimised.
    mutating func compile(_ files: [String], of module: String) throws {
      let (compiler, arguments) = try arguments(of: module)
      let sources = try sources(of: module).flatMap { source in
        files.contains { source.hasSuffix("/\($0)") } ? ["-primary-file", source] : [source]
      }
      // The compiler itself: a driver would have it compile all of them.
      let frontend = compiler.deletingLastPathComponent().appending(path: "swift-frontend")
      let objects = files.sorted().map { "\(folder)/\($0).o" }
      let made = try run(
        frontend,
        ["-frontend", "-c"] + arguments.filter { !$0.hasPrefix("-j") } + sources
          + objects.flatMap { ["-o", $0] })
      try #require(made.status == 0, "\(files) of \(module): \(made.errors)\(made.output)")
      compiled += zip(objects, files.sorted()).map { ($0, "/\(module).build/\($1).o") }
    }

    /// Links the tool with what was compiled here.
    ///
    /// - Returns: its path.
    func link() throws -> URL {
      let command = try command(of: "cod", with: "-emit-executable")
      let list = "\(products.path)/cod.product/Objects.LinkFileList"
      let objects = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n")
        .filter { object in !compiled.contains { object.contains($0.replaced) } }
      try write(
        (objects.map(String.init) + compiled.map(\.object)).joined(separator: "\n"),
        to: "\(folder)/objects")
      let output = URL(filePath: "\(folder)/cod")
      let place = try #require(command.firstIndex(of: "-o")) + 1
      var arguments = command.map { $0.hasPrefix("@") ? "@\(folder)/objects" : $0 }
      arguments[place] = output.path
      let made = try run(URL(filePath: arguments[0]), Array(arguments.dropFirst()))
      try #require(made.status == 0, "linking: \(made.errors)\(made.output)")
      return output
    }
  }
#endif
