import Foundation

/// A time that something takes, as "35 s", "12 min" or "3.4 h".
package func durationText(_ seconds: Double) -> String {
  if seconds < 120 { return String(format: "%.0f s", seconds) }
  if seconds < 7200 { return String(format: "%.0f min", seconds / 60) }
  return String(format: "%.1f h", seconds / 3600)
}
