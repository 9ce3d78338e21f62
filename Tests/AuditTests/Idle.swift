import Audit

/// The activity of studies that nobody simulates.
func idle(output: String, studyKey: String) -> Activity { Activity(running: [], submitted: []) }
