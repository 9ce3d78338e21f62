import Testing

/// Expects two numbers to agree relative to the second, and says everything if they do not.
package func expect(
  _ got: Double, near expected: Double, within tolerance: Double, _ what: String,
  at location: SourceLocation = #_sourceLocation
) {
  let difference = abs(got - expected) / abs(expected)
  #expect(
    difference <= tolerance,
    "\(what): got \(got), expected \(expected), relative difference \(difference) > \(tolerance)",
    sourceLocation: location)
}
