/// What is known of the processes and jobs that simulate a study now, one line each.
package struct Activity: Sendable {
  /// Processes on machines that share the study's folder.
  package let running: [String]
  /// Jobs of a cluster that were submitted and have not ended.
  package let submitted: [String]

  package init(running: [String], submitted: [String]) {
    self.running = running
    self.submitted = submitted
  }

  /// Finds the activity of a study, by its file and its key.
  package typealias Probe = @Sendable (_ output: String, _ studyKey: String) -> Activity
}
