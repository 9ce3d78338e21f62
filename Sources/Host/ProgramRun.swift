import Foundation

/// A program's run from its start to its end: how it ended, and what it wrote.
package struct ProgramRun: Sendable {
  /// How a program ended.
  package enum Ending: Hashable, Sendable {
    case exit(code: Int32)
    case signal(Int32)
  }

  package let ending: Ending
  /// The bytes of standard output.
  package let output: Data
  /// The text of standard error.
  package let errors: String

  /// Whether it ended by itself with exit code 0.
  package var succeeded: Bool { ending == .exit(code: 0) }

  /// The output as text.
  package var text: String { String(decoding: output, as: UTF8.self) }

  /// The lines of standard error that are not blank, without blanks at their ends.
  package var messages: [String] {
    errors.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      .filter { !$0.isEmpty }
  }

  /// The first line of standard error; without one, how the program ended.
  package var complaint: String { messages.first ?? "\(ending)" }
}

extension ProgramRun.Ending: CustomStringConvertible {
  package var description: String {
    switch self {
    case .exit(let code): "exit code \(code)"
    case .signal(let number): "killed by signal \(number)"
    }
  }
}
