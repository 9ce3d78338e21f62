"""The cells of the sampler: data sets, starts and alignment, as SamplerBenchmark.swift has them.

The target is He₃(x₁)/√6. Data set s draws sample ν as step ν of the stream with key s; chain c
starts from step 0 of the stream with key 1000 s + 100 + c: from the prior if c is even, from a
pattern of alignment 1 if it is odd.
"""

import math

import numpy as np

from networks import TwoLayer
from streams import normals

RIDGE = 0.1
CHAINS = 4
FIRST_SET = 5
CELLS = [TwoLayer("two-layer", "erf", (p, d, n), RIDGE)
         for d, n, p in [(20, 20, 100), (20, 80, 400), (60, 60, 360)]]

# ⟨erf(w·x), He₃(x₁)/√6⟩ = COUPLING (w₁/√(1 + 2|w|²))³ over normal x.
COUPLING = -4 / math.sqrt(6 * math.pi)


def data_set(network, number):
    """The inputs and targets of a data set, in single precision."""
    samples, d, _ = network.sizes
    x = np.stack([normals(d, number, step) for step in range(samples)])
    first = x[:, 0].astype(float)
    return x, ((first**3 - 3 * first) / math.sqrt(6)).astype(np.float32)


def couplings(network, theta):
    """The overlaps of single neurons with the target."""
    _, d, n = network.sizes
    w = theta[:n * d].reshape(n, d) * d**-0.5
    return COUPLING * w[:, 0]**3 * (1 + 2 * (w * w).sum(1))**-1.5


def alignment(network, theta):
    """⟨f, y⟩/⟨y, y⟩, exact; θ of NumPy or JAX."""
    _, d, n = network.sizes
    return couplings(network, theta) @ (theta[n * d:] * n**-0.5)


def starts(network, number):
    """The four starts of a data set: cold, planted, cold, planted."""
    draws = [normals(network.parameters, 1000 * number + 100 + c, 0) for c in range(CHAINS)]
    return np.stack([planted(network, draw) if c % 2 else draw for c, draw in enumerate(draws)])


def planted(network, draw):
    """The draw with specialists of w₁ = 1.47 and shrunk |w_⊥|² that make the alignment 1."""
    _, d, n = network.sizes
    theta = draw.astype(float)
    rows, readout = theta[:n * d].reshape(n, d), theta[n * d:]
    count = int(min(n, max(1, math.floor(2.90 * math.sqrt(n / d) + 0.5))))
    readout[:count] = 0
    share = 1 - alignment(network, theta)
    rows[:count, 0] = 1.47 * math.sqrt(d)
    rows[:count, 1:] *= 0.51
    readout[:count] = share * math.sqrt(n) / (count * couplings(network, theta)[:count])
    if abs(alignment(network, theta) - 1) > 1e-9:
        raise SystemExit("peers: the planted start has not the alignment 1")
    return theta.astype(np.float32)
