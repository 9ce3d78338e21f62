/// How a run ends that was asked to stop before it had begun all of its cells.
package enum StoppedRun {
  /// What it says, by which a task's log is recognised.
  package static let mark = "stopped at a cell's boundary"
  /// Its exit code.
  package static let code: Int32 = 3
}
