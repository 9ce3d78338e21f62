/// How a run ends that was asked to stop before all of its cells were there.
package enum StoppedRun {
  /// What it says, by which a task's log is recognised.
  package static let mark = "stopped when asked to"
  /// Its exit code.
  package static let code: Int32 = 3
}
