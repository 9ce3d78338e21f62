"""Gradients by PyTorch, in single precision on one thread."""

import sys
import warnings
from types import SimpleNamespace

import torch

torch.set_num_threads(1)
# Every network is a graph of its own of the same functions.
torch._dynamo.config.recompile_limit = 64
FUNCTIONS = SimpleNamespace(erf=torch.erf, exp=torch.exp)


def gradient(network, term="energy"):
    """A function of θ, x and y that returns the gradient and U, or those of its data term."""
    return torch.func.grad_and_value(
        lambda theta, x, y: getattr(network, term)(theta, x, y, FUNCTIONS))


def in_double(network, theta, x, y):
    """U and its gradient in double precision, as NumPy arrays."""
    arrays = [torch.from_numpy(array).double() for array in (theta, x, y)]
    derivative, value = gradient(network)(*arrays)
    return float(value), derivative.numpy()


def compiled(function, *arguments):
    """The function as one compiled graph; it must not fall back to eager unseen."""
    graph = torch.compile(function, fullgraph=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        graph(*arguments)
    return graph


def forms(network, block_counts):
    """Pairs of a name and a function that computes some gradients, with how many those are."""
    x, y, theta = map(torch.from_numpy, network.example())
    leaf = theta.clone().requires_grad_()
    yield ("eager",
           lambda: torch.autograd.grad(network.energy(leaf, x, y, FUNCTIONS), leaf), 1)
    try:
        whole = compiled(gradient(network), theta, x, y)
        yield "compiled", lambda: whole(theta, x, y), 1

        blocks = sorted(block_counts)[len(block_counts) // 2]
        pieces = list(zip(x.chunk(blocks), y.chunk(blocks)))
        part = compiled(gradient(network, "data_term"), theta, *pieces[0])

        def in_blocks():
            derivative, value = theta.clone(), 0.5 * theta @ theta
            for piece in pieces:
                slope, term = part(theta, *piece)
                derivative += slope
                value += term
            return derivative, value
        yield f"compiled, blocks of {len(pieces[0][0])}", in_blocks, 1
    except Exception as error:  # Without a compiler of C++, say: eager is what there is.
        reason = (str(error).strip().splitlines() or [""])[0]
        print(f"torch.compile: {type(error).__name__}: {reason}", file=sys.stderr, flush=True)
