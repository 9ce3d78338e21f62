/// A command as the command line describes itself.
package struct CommandHelp: Decodable, Sendable {
  package let commandName: String
  package let abstract, discussion: String?
  package let shouldDisplay: Bool?
  package let superCommands: [String]?
  package let arguments: [Argument]?
  package let subcommands: [CommandHelp]?

  package struct Argument: Decodable, Sendable {
    package struct Name: Decodable, Sendable { package let kind, name: String }
    package let kind: String
    package let names: [Name]?
    package let preferredName: Name?
    package let valueName, abstract, defaultValue, sectionTitle: String?
    package let allValues: [String]?
    package let isOptional, isRepeating, shouldDisplay: Bool
  }
}

/// All commands with usage, options and examples.
enum CommandsPage {
  static func text(of root: CommandHelp) -> String {
    let commands = (root.subcommands ?? []).filter(\.isShown)
    let list = commands.map { command in
      let anchor = slug("\(root.commandName) \(command.commandName)")
      return [
        "[`\(root.commandName) \(command.commandName)`](#\(anchor))", command.abstract ?? "",
      ]
    }
    return """
      \(Page.mark("the help of `\(root.commandName)`"))# Commands

      \(root.abstract ?? "")

      \(prose(root.discussion ?? ""))

      \(Page.table(["command", "does"], list))
      \(commands.map { text(of: $0, in: [root.commandName]) }.joined(separator: "\n"))
      """
  }

  private static func text(of command: CommandHelp, in parents: [String]) -> String {
    let path = parents + [command.commandName]
    let name = path.joined(separator: " ")
    let arguments = (command.arguments ?? []).filter(\.isShown)
    let nested = (command.subcommands ?? []).filter(\.isShown)
    let usage = ([name] + arguments.map(\.usage) + (nested.isEmpty ? [] : ["<subcommand>"]))
    var parts = [
      "\(String(repeating: "#", count: path.count)) \(name)", command.abstract ?? "",
      "```text\n\(lines(usage).joined(separator: "\n"))\n```",
    ]
    let positional = arguments.filter { $0.kind == "positional" }
    let options = arguments.filter { $0.kind != "positional" }
    for (head, list) in [("argument", positional), ("option", options)] where !list.isEmpty {
      parts.append(Page.table([head, "is", "default"], list.map(\.row)))
    }
    if let discussion = command.discussion { parts.append(prose(discussion)) }
    return parts.map { $0.hasSuffix("\n") ? String($0.dropLast()) : $0 }
      .joined(separator: "\n\n") + "\n"
      + nested.map { "\n" + text(of: $0, in: path) }.joined()
  }

  /// Words in lines of 90 characters, further ones indented.
  private static func lines(_ words: [String]) -> [String] {
    var lines = [""]
    for word in words {
      if !lines.last!.isEmpty, lines.last!.count + word.count > 90 { lines.append("   ") }
      lines[lines.count - 1] += (lines.last!.isEmpty ? "" : " ") + word
    }
    return lines
  }

  /// A help text in Markdown: lines that are indented are examples.
  private static func prose(_ text: String) -> String {
    var result: [String] = []
    var examples: [String] = []
    func close() {
      guard !examples.isEmpty else { return }
      let indent = examples.filter { !$0.isEmpty }.map { $0.prefix { $0 == " " }.count }.min() ?? 0
      result.append(
        "```text\n" + examples.map { String($0.dropFirst(indent)) }.joined(separator: "\n")
          + "\n```")
      examples = []
    }
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("  ") {
        if examples.isEmpty, result.last?.isEmpty == false { result.append("") }
        examples.append(String(line))
      } else {
        let wasCode = !examples.isEmpty
        close()
        if wasCode, !line.isEmpty { result.append("") }
        result.append(escaped(line))
      }
    }
    close()
    return result.joined(separator: "\n")
  }

  /// A help text names arguments in angles, which Markdown takes for HTML.
  fileprivate static func escaped(_ text: some StringProtocol) -> String {
    String(text).replacing("<", with: "\\<")
  }
}

extension CommandHelp {
  var isShown: Bool { shouldDisplay != false && commandName != "help" }
}

extension CommandHelp.Argument {
  var isShown: Bool {
    shouldDisplay && !["help", "version"].contains(preferredName?.name ?? "")
  }

  private func spelt(_ name: Name) -> String {
    (name.kind == "short" || name.kind == "longWithSingleDash" ? "-" : "--") + name.name
  }

  private var value: String { "<\(valueName ?? "value")>" }

  /// As it stands in a line of usage.
  var usage: String {
    let text =
      switch kind {
      case "positional": value
      case "flag": preferredName.map(spelt) ?? ""
      default: "\(preferredName.map(spelt) ?? "") \(value)"
      }
    return (isOptional ? "[\(text)]" : text) + (isRepeating ? " ..." : "")
  }

  var row: [String] {
    let spellings = (names ?? []).map(spelt).sorted { $0.count < $1.count }
    let name = spellings.isEmpty ? value : spellings.joined(separator: ", ")
    var text = CommandsPage.escaped(abstract ?? "")
    var standard = defaultValue.map { "`\($0)`" } ?? (isOptional ? "" : "required")
    // Defaults that depend on more are in the words of the help.
    if let (all, words) = text.firstMatch(of: #/ ?\(default: (.*)\)$/#)?.output {
      text = text.replacing(all, with: "")
      standard = String(words)
    }
    if let allValues {
      text += " One of \(allValues.map { "`\($0)`" }.joined(separator: ", "))."
    }
    return ["`\(name)\(kind == "option" ? " \(value)" : "")`", text, standard]
  }
}
