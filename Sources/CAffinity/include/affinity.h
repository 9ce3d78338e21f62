#ifndef AFFINITY_H
#define AFFINITY_H

// On which cores a thread may run. Linux declares this for GNU programs only, which Swift's importer is not.

/// Writes the numbers of the cores on which this thread may run, `capacity` of them at most, in ascending
/// order. Returns how many were written: 0 where the system does not say.
int affinity_cores(int *cores, int capacity);

/// Keeps this thread, and those that it starts, on one core. Returns 0 if the system does not.
int affinity_pin(int core);

#endif
