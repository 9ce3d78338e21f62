"""Gradients by JAX, in single precision on one thread."""

import os
from types import SimpleNamespace

# These are read when JAX starts.
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402

FUNCTIONS = SimpleNamespace(erf=jax.lax.erf, exp=jnp.exp)
# Gradients in one call of the loop, so that the cost of a call does not count.
LOOP = 10


def value_and_gradient(network, theta, x, y):
    """U and its gradient."""
    return jax.value_and_grad(lambda theta: network.energy(theta, x, y, FUNCTIONS))(theta)


def in_blocks(network, theta, x, y):
    """The same with samples in blocks, x and y of the shapes (blocks, samples of a block, …)."""
    def add(sums, block):
        value, gradient = jax.value_and_grad(
            lambda theta: network.data_term(theta, *block, FUNCTIONS))(theta)
        return (sums[0] + value, sums[1] + gradient), None
    return jax.lax.scan(add, (0.5 * theta @ theta, theta), (x, y))[0]


def in_double(network, theta, x, y):
    """U and its gradient in double precision, as NumPy arrays."""
    with jax.enable_x64(True):
        value, gradient = jax.jit(lambda *arguments: value_and_gradient(network, *arguments))(
            *(jnp.asarray(array, dtype=jnp.float64) for array in (theta, x, y)))
        return float(value), jax.device_get(gradient)


def forms(network, block_counts):
    """Pairs of a name and a function that computes some gradients, with how many those are."""
    x, y, theta = map(jnp.asarray, network.example())

    def looped(gradient):
        def body(_, carry):
            # Each gradient is used, so that none can be left out.
            theta, sum = carry
            value, derivative = gradient(network, theta, *body.data)
            return theta - 1e-8 * derivative, sum + value

        def loop(theta, *data):
            body.data = data
            return jax.lax.fori_loop(0, LOOP, body, (theta, jnp.zeros(())))
        return jax.jit(loop)

    one = jax.jit(lambda *arguments: value_and_gradient(network, *arguments))
    yield "jit", lambda: jax.block_until_ready(one(theta, x, y)), 1
    loop = looped(value_and_gradient)
    yield "jit, in a loop", lambda: jax.block_until_ready(loop(theta, x, y)), LOOP
    for blocks in block_counts:
        shape = blocks, network.samples // blocks
        data = x.reshape(*shape, *network.input_shape), y.reshape(shape)
        loop_of_blocks = looped(in_blocks)
        yield (f"jit, blocks of {shape[1]}",
               lambda: jax.block_until_ready(loop_of_blocks(theta, *data)), LOOP)
