"""Writes diagnostics.json: small sets of chains, and what ArviZ 0.23 says of them."""

import json
import pathlib

import arviz
import numpy
from scipy.stats import norm

rng = numpy.random.default_rng(20)


def autoregressive(chains, draws, coefficient):
    x = numpy.empty((chains, draws))
    x[:, 0] = rng.standard_normal(chains)
    for t in range(1, draws):
        noise = numpy.sqrt(1 - coefficient**2) * rng.standard_normal(chains)
        x[:, t] = coefficient * x[:, t - 1] + noise
    return x


def rising():
    """Chains whose autocorrelations are positive and rise at the largest lag."""
    own = numpy.random.default_rng(23)
    return own.standard_normal((2, 24)) + 0.5 * own.standard_normal((2, 1))


sets = {
    "independent": rng.standard_normal((4, 50)),
    "autoregressive, 0.7": autoregressive(3, 80, 0.7),
    "autoregressive, 0.98": autoregressive(2, 60, 0.98),
    "antithetic": autoregressive(4, 40, -0.6),
    "different means": rng.standard_normal((3, 40)) + numpy.array([[0], [0.4], [1.5]]),
    "different scales": rng.standard_normal((4, 40)) * numpy.array([[1], [1], [3], [9]]),
    "heavy tails": rng.standard_cauchy((4, 50)),
    "integers with ties": rng.poisson(1.2, (4, 60)).astype(float),
    "odd number of draws": autoregressive(2, 31, 0.5),
    "one chain": autoregressive(1, 45, 0.3),
    "trend": numpy.linspace(0, 3, 40) + 0.1 * rng.standard_normal((2, 40)),
    "rising at the end": rising(),
    "ten draws": rng.standard_normal((2, 10)),
    "eight drifting draws": numpy.cumsum(rng.standard_normal((2, 8)), axis=1),
    "four draws": rng.standard_normal((3, 4)),
}
result = []
for name, x in sets.items():
    x = numpy.round(x, 6)
    enough = x.shape[1] >= 10  # below, ArviZ sums no autocorrelations and says S log10 S
    r_hat = float(arviz.rhat(x, method="rank"))
    result.append(
        {
            "name": name,
            "chains": x.tolist(),
            "rHat": None if numpy.isnan(r_hat) else r_hat,  # of one chain: not a number
            "bulkESS": float(arviz.ess(x, method="bulk")) if enough else None,
            "tailESS": float(arviz.ess(x, method="tail")) if enough else None,
            "meanESS": float(arviz.ess(x, method="mean")) if enough else None,
            "standardError": float(arviz.mcse(x, method="mean")) if enough else None,
        }
    )
probabilities = [1e-300, 1e-100, 1e-20, 1e-6, 1e-3, 0.02, 0.0749, 0.0751, 0.2, 0.49, 0.6, 0.9, 0.999]
quantiles = [{"p": p, "z": float(norm.ppf(p))} for p in probabilities]
path = pathlib.Path(__file__).with_name("diagnostics.json")
lines = ",\n".join("    " + json.dumps(x) for x in result)
quantile_lines = ",\n".join("    " + json.dumps(x) for x in quantiles)
path.write_text(f'{{\n  "sets": [\n{lines}\n  ],\n  "quantiles": [\n{quantile_lines}\n  ]\n}}\n')
