"""Whether the energies of the peers have the derivatives that they should.

In double precision, on few samples of every kind of network: gradients of JAX and PyTorch beside
central differences of NumPy's energy. They are the same formulas, so the difference is a test of
derivatives; the formulas themselves are those of Sources/Networks.
"""

from dataclasses import replace

import numpy as np

from networks import NETWORKS, numpy_functions

STEP = 1e-5
TOLERANCE = 1e-7
DIRECTIONS = 3
SMALL = {"two-layer": (20, 7, 5), "three-layer": (20, 6, 9, 4), "attention": (12, 5, 4),
         "cnn": (20, 3, 4, 5)}


def check(peers):
    """Returns a peer's largest error for each kind of network, relative to the gradient."""
    functions = numpy_functions()
    errors = {}
    for network in {n.name[:2]: n for n in NETWORKS}.values():
        small = replace(network, sizes=SMALL[network.model])
        x, y, theta = (array.astype(float) for array in small.example())
        directions = np.random.default_rng(2).standard_normal((DIRECTIONS, theta.size))
        directions /= np.linalg.norm(directions, axis=1, keepdims=True)

        def energy(point):
            return float(small.energy(point, x, y, functions))
        slopes = [(energy(theta + STEP * v) - energy(theta - STEP * v)) / (2 * STEP)
                  for v in directions]
        for peer, in_double in peers.items():
            value, gradient = in_double(small, theta, x, y)
            scale = np.linalg.norm(gradient)
            error = max(np.abs(directions @ gradient - slopes).max() / scale,
                        abs(value - energy(theta)) / abs(value))
            errors[peer, network.model, network.variant] = error
            if not error < TOLERANCE:
                raise SystemExit(f"peers: {peer}, {network.model} {network.variant}: gradient off "
                                 f"by {error:.1e} of its norm; expected less than {TOLERANCE:g}")
    return errors
