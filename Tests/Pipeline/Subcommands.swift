import TestSupport

/// The commands that the tool's help lists under another one, as they are typed: ["theory", "ldt"].
func subcommands(of command: [String] = []) throws -> [[String]] {
  let help = try run(tool, command + ["--help"]).output
  guard let list = help.firstRange(of: "SUBCOMMANDS:\n") else { return [] }
  // A name is indented by two spaces, its abstract by more.
  return help[list.upperBound...].split(separator: "\n", omittingEmptySubsequences: false)
    .prefix { $0.hasPrefix("  ") }
    .compactMap { $0.firstMatch(of: #/^\ \ ([a-z-]+)/#)?.1 }
    .map { command + [String($0)] }
}

/// All commands, those that have subcommands before these.
func allCommands(below command: [String] = []) throws -> [[String]] {
  try subcommands(of: command).flatMap { [$0] + (try allCommands(below: $0)) }
}
