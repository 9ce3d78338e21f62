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

    /// Compiles a module, or, without code, checks its types for what imports it.
    func compile(_ module: String, code: Bool = true) throws {
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
          // What is optimised is the same code, in several times the time.
          arguments.append("-Onone")
        } else if !singles.contains(argument), !argument.hasPrefix("@") {
          arguments.append(argument)
        }
      }
      arguments += [
        "-wmo", "-emit-module", "-emit-module-path", "\(folder)/Modules/\(module).swiftmodule",
      ]
      if code { arguments += ["-c", "-o", "\(folder)/\(module).o"] }
      let sources = "\(project)/Sources/\(module)"
      arguments += try FileManager.default.subpathsOfDirectory(atPath: sources).sorted()
        .filter { $0.hasSuffix(".swift") }.map { "\(sources)/\($0)" }
      let made = try run(URL(filePath: command[0]), arguments)
      try #require(made.status == 0, "\(module): \(made.errors)\(made.output)")
    }

    /// Links the tool with some modules compiled here.
    ///
    /// - Returns: its path.
    func link(_ modules: [String]) throws -> URL {
      let command = try command(of: "cod", with: "-emit-executable")
      let list = "\(products.path)/cod.product/Objects.LinkFileList"
      let objects = try String(contentsOfFile: list, encoding: .utf8).split(separator: "\n")
        .filter { object in !modules.contains { object.contains("/\($0).build/") } }
      try write(
        (objects.map(String.init) + modules.map { "\(folder)/\($0).o" }).joined(separator: "\n"),
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
