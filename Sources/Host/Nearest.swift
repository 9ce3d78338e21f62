/// The candidate within a third of its length in edits, if there is one.
package func nearest(to word: String, among candidates: [String]) -> String? {
  candidates
    .map { (name: $0, distance: editDistance(word, $0)) }
    .filter { 3 * $0.distance <= max(3, $0.name.count) + 2 }
    .min { $0.distance < $1.distance }?.name
}

/// Levenshtein distance.
private func editDistance(_ a: String, _ b: String) -> Int {
  let b = Array(b)
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      (diagonal, row[j + 1]) = (
        row[j + 1], min(min(row[j + 1], row[j]) + 1, diagonal + (x == y ? 0 : 1))
      )
    }
  }
  return row[b.count]
}
