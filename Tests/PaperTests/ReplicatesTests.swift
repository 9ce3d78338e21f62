import Archives
import Paper
import Studies
import TestSupport
import Testing

/// The cells of one point of a grid.
@Suite struct ReplicatesTests {
  /// A point is certified if every one of its cells is.
  @Test(arguments: [(0, false), (1, false), (2, false), (3, true)])
  func aPointIsCertifiedIfAllCellsAre(certified: Int, expected: Bool) async throws {
    let cell = try await StudySpec.of(tinyStudy).cells()[0]
    var result = CellResult(cell.layout, cell.parameters)
    result.numbers["alignment"] = .double([])
    let point = Replicates(
      parameters: cell.parameters, results: [CellResult](repeating: result, count: 3),
      certified: certified)
    #expect(point.isCertified == expected, "\(certified) of 3 cells")
  }
}
