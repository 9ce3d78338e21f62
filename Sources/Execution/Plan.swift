/// Pieces of work in bundles of about equal time, one a task.
package struct Plan: Sendable {
  /// Indices of each task's pieces.
  package let bundles: [[Int]]
  /// Seconds of the longest bundle.
  package let seconds: Double

  /// - Parameters:
  ///   - seconds: what each piece takes of a core.
  ///   - spans: what each takes on any number of cores; by default as much.
  ///   - workers: cores of a task.
  ///   - target: what a task should take; a piece that takes longer has a task of its own.
  package init(seconds: [Double], spans: [Double]? = nil, workers: Int = 1, target: Double) {
    let spans = spans ?? seconds
    let count = (seconds.reduce(0, +) / Double(workers) / target).rounded(.up)
    bundles = longestFirst(seconds, over: Int(max(1, min(count, Double(seconds.count)))))
      .filter { !$0.isEmpty }
    self.seconds =
      bundles.map { bundle in
        let work = bundle.reduce(0) { $0 + seconds[$1] }
        return max(work / Double(workers), bundle.map { spans[$0] }.max() ?? 0)
      }.max() ?? 0
  }
}
