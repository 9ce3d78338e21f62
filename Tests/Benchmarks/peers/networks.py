"""The posterior energies of `cod bench`, written once for NumPy, JAX and PyTorch.

U(θ) = Σ_ν (f(x_ν) − y_ν)²/2κ + |θ|²/2 at whitened parameters θ, in the order of Sources/Networks.
Every energy is in the form that costs least: what can be factored is factored, as in our kernels.
"""

import math
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np


def numpy_functions():
    """The functions that libraries name differently, in NumPy's double precision."""
    return SimpleNamespace(erf=np.vectorize(math.erf, otypes=[float]), exp=np.exp)


@dataclass(frozen=True)
class Network:
    """A network of `cod bench`: its names there, its sizes and its ridge κ."""
    model: str
    variant: str
    sizes: tuple
    ridge: float = 1.0

    @property
    def name(self):
        return self.model, self.variant, ",".join(map(str, self.sizes))

    @property
    def samples(self):
        return self.sizes[0]

    def energy(self, theta, x, y, functions):
        """U(θ), for inputs of the shape (samples,) + input_shape."""
        return self.data_term(theta, x, y, functions) + 0.5 * (theta @ theta)

    def data_term(self, theta, x, y, functions):
        """The part of U that is a sum over samples."""
        residual = self.output(theta, x, functions) - y
        return (residual @ residual) / (2 * self.ridge)

    def example(self):
        """Normal inputs, targets and parameters in single precision, as `cod bench` has them."""
        random = np.random.default_rng(1)
        shapes = [(self.samples, *self.input_shape), (self.samples,), (self.parameters,)]
        return [random.standard_normal(shape).astype(np.float32) for shape in shapes]


class TwoLayer(Network):
    """f(x) = Σ_i a_i erf(w_i·x); sizes P, d, N."""

    @property
    def input_shape(self):
        return self.sizes[1:2]

    @property
    def parameters(self):
        _, d, n = self.sizes
        return n * d + n

    def output(self, theta, x, functions):
        _, d, n = self.sizes
        w = theta[:n * d].reshape(n, d) * d**-0.5
        return functions.erf(x @ w.T) @ (theta[n * d:] * n**-0.5)


class ThreeLayer(Network):
    """f(x) = Σ_i a_i erf(h_i), h_i = Σ_j V_ij erf(w_j·x); sizes P, d, N₁, N₂."""

    @property
    def input_shape(self):
        return self.sizes[1:2]

    @property
    def parameters(self):
        _, d, n, m = self.sizes
        return n * d + n * m + m

    def output(self, theta, x, functions):
        _, d, n, m = self.sizes
        w = theta[:n * d].reshape(n, d) * d**-0.5
        v = theta[n * d:n * (d + m)].reshape(n, m) * n**-0.5
        hidden = functions.erf(x @ w.T) @ v
        return functions.erf(hidden) @ (theta[n * (d + m):] * m**-0.5)


class Attention(Network):
    """f(x) = L^{−1/2} Σ_ab softmax_b(−x^a·A x^b) (w·x^b), or its part odd in A; sizes P, L, d.

    Scores are (X A) Xᵀ. Values w·x^b are summed instead of tokens, which saves the factor d. The
    exponentials are of the scores themselves: those of this posterior are of order one, so a
    largest score to subtract would only cost time.
    """

    @property
    def input_shape(self):
        return self.sizes[1:]

    @property
    def parameters(self):
        d = self.sizes[2]
        return d * d + d

    def factors(self, theta, x):
        """X A with the sign of the scores, and the values, both of every token."""
        d = self.sizes[2]
        queries = x @ (theta[:d * d].reshape(d, d) * (-1 / d))
        return queries, x @ (theta[d * d:] * d**-0.5)

    def output(self, theta, x, functions):
        queries, values = self.factors(theta, x)
        scores = queries @ x.swapaxes(1, 2)

        def head(exponentials):
            sums = exponentials @ values[:, :, None]
            return (sums[:, :, 0] / exponentials.sum(-1)).sum(-1)
        output = head(functions.exp(scores))
        if self.variant == "odd":
            output = 0.5 * (output - head(functions.exp(-scores)))
        return output * self.sizes[1]**-0.5


class Convolution(Network):
    """f(x) = Σ_ic a_ic σ(w_c·x_i) with σ = erf or the identity; sizes P, N_w, S, C.

    The linear network is one vector U_i = Σ_c a_ic w_c on all of the input.
    """

    @property
    def input_shape(self):
        return self.sizes[1:3]

    @property
    def parameters(self):
        _, patches, size, channels = self.sizes
        return channels * (size + patches)

    def output(self, theta, x, functions):
        _, patches, size, channels = self.sizes
        w = theta[:channels * size].reshape(channels, size) * size**-0.5
        a = theta[channels * size:] * (patches * channels)**-0.5
        if self.variant == "linear":
            u = a.reshape(patches, channels) @ w
            return x.reshape(-1, patches * size) @ u.reshape(-1)
        return functions.erf(x @ w.T).reshape(-1, patches * channels) @ a


# The shapes of Sources/Benchmarks/GradientBenchmark.swift.
NETWORKS = [
    TwoLayer("two-layer", "erf", (500, 50, 50)),
    TwoLayer("two-layer", "erf", (4000, 100, 100)),
    TwoLayer("two-layer", "erf", (8000, 200, 200)),
    ThreeLayer("three-layer", "erf", (640, 32, 2048, 32)),
    ThreeLayer("three-layer", "erf", (640, 32, 8192, 32)),
    Attention("attention", "printed", (512, 32, 16)),
    Attention("attention", "printed", (1024, 64, 12)),
    Attention("attention", "odd", (512, 32, 16)),
    Attention("attention", "odd", (1024, 64, 12)),
    Convolution("cnn", "erf", (1000, 32, 32, 32)),
    Convolution("cnn", "linear", (1000, 32, 32, 32)),
]
