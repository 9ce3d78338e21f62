"""Bulk effective samples and R̂ of several chains, as Sources/Sampling/Diagnostics.swift has them.

Vehtari, Gelman, Simpson, Carpenter and Bürkner 2021, Bayesian Analysis 16, equations 1-14.
"""

import math
from statistics import NormalDist

import numpy as np


def bulk_ess(chains):
    """Effective samples of the rank-normalised split chains, an array (chains, draws)."""
    return effective_samples(rank_normalised(split(chains)))


def r_hat(chains):
    """Rank-normalised split-R̂: the larger of two, for location and for scale."""
    halves = split(chains)
    folded = np.abs(halves - np.median(halves))
    return max(scale_reduction(rank_normalised(each)) for each in (halves, folded))


def split(chains):
    half = chains.shape[1] // 2
    return np.concatenate([chains[:, :half], chains[:, -half:]])


def rank_normalised(chains):
    """Normal quantiles of the ranks; ties share their mean rank."""
    _, place, counts = np.unique(chains, return_inverse=True, return_counts=True)
    ranks = np.cumsum(counts) - 0.5 * (counts - 1)
    quantile = NormalDist().inv_cdf
    scores = np.array([quantile((r - 0.375) / (chains.size + 0.25)) for r in ranks])
    return scores[place].reshape(chains.shape)


def variances(chains):
    """The mean variance within chains, and that of all draws as chains that disagree show it."""
    draws = chains.shape[1]
    within = chains.var(axis=1, ddof=1).mean()
    return within, within * (draws - 1) / draws + chains.mean(axis=1).var(ddof=1)


def scale_reduction(chains):
    within, pooled = variances(chains)
    return math.sqrt(pooled / within) if within > 0 else math.inf


def effective_samples(chains):
    """Correlations summed up to Geyer's initial monotone sequence."""
    count, draws = chains.shape
    within, pooled = variances(chains)
    if pooled == 0:
        return float(chains.size)
    spectrum = np.fft.rfft(chains - chains.mean(axis=1, keepdims=True), 2 * draws)
    covariance = np.fft.irfft(np.abs(spectrum) ** 2)[:, :draws].mean(axis=0) / draws
    correlation = 1 - (within - covariance) / pooled
    correlation[0] = 1
    # Of the pair at which the sequence ends, only the even member counts, if it is positive.
    pairs, last, lag = [1 + correlation[1]], 1.0, 2
    while lag < draws - 2 and pairs[-1] > 0:
        last = correlation[lag]
        pairs.append(last + correlation[lag + 1])
        lag += 2
    kept = np.minimum.accumulate(pairs[:-1] or pairs)
    time = -1 + 2 * kept.sum() + max(last, 0)
    return chains.size / max(time, 1 / math.log10(chains.size))
