"""Runs of a cell in three numbers."""

import statistics


def summary(runs):
    """The median rate, the least one, and R̂ as text: median and largest."""
    rates, agreements = [run.rate for run in runs], [run.r_hat for run in runs]
    return (statistics.median(rates), min(rates),
            f"{statistics.median(agreements):.3f}, {max(agreements):.3f}")
