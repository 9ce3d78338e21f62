#ifndef AFFINITY_H
#define AFFINITY_H

// The cores on which a thread may run. Linux declares this for GNU programs only, and Swift's
// importer does not count as one.

/// Writes the numbers of the cores on which this thread may run, in ascending order, `capacity` of
/// them at most. Returns how many were written, or 0 if the system does not say.
int affinity_cores(int *cores, int capacity);

/// Keeps this thread, and the threads that it starts, on one core. Returns 1 on success, or 0 if
/// the system does not support or allow it.
int affinity_pin(int core);

#endif
