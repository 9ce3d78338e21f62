import Foundation
import TestSupport
import Testing

/// The JSON object that a command printed.
func members(of run: Run) throws -> [String: Any] {
  try #require(try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
}

/// The same of one that has to succeed, and to be silent about it.
func successfulMembers(of run: Run) throws -> [String: Any] {
  #expect(run.status == 0 && run.errors == "", "\(run)")
  return try members(of: run)
}

/// A number of it.
func number(_ value: Any?) throws -> Double { try #require(value as? NSNumber).doubleValue }
