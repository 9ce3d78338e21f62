#define _GNU_SOURCE
#include "affinity.h"

#ifdef __linux__
#include <sched.h>

int affinity_cores(int *cores, int capacity) {
  cpu_set_t set;
  int count = 0;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 0;
  for (int core = 0; core < CPU_SETSIZE && count < capacity; core++) {
    if (CPU_ISSET(core, &set)) cores[count++] = core;
  }
  return count;
}

int affinity_pin(int core) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(core, &set);
  return sched_setaffinity(0, sizeof set, &set) == 0;
}

#else

int affinity_cores(int *cores, int capacity) {
  (void)cores, (void)capacity;
  return 0;
}

int affinity_pin(int core) {
  (void)core;
  return 0;
}

#endif
