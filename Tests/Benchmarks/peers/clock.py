"""Processor time of this process on one core, and rounds of timing as `cod bench` has them."""

import os
import time


def pin():
    """Keeps this process, and those it starts, on the last core that it may use; `None` if the
    system cannot."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    core = max(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {core})
    return core


# All threads of the process, since libraries compute on threads of their own.
processor_seconds = time.process_time


def seconds_of_a_call(call, duration, rounds=500, least=1e-3):
    """The processor time of a call: that of the quickest round but a fiftieth of them.

    Rounds take `least` seconds or more, and there are as many as `duration` seconds and `rounds`
    allow, at least five.
    """
    call()
    begin = processor_seconds()
    call()
    repeats = max(1, round(least / max(processor_seconds() - begin, 1e-7)))
    times = []
    end = time.monotonic() + duration
    while len(times) < 5 or (len(times) < rounds and time.monotonic() < end):
        begin = processor_seconds()
        for _ in range(repeats):
            call()
        times.append((processor_seconds() - begin) / repeats)
    return sorted(times)[len(times) // 50]
