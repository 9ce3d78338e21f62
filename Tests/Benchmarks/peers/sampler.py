"""Effective samples a second of blackjax, on our cells.

Hamiltonian Monte Carlo in a few forms, and NUTS. Forms are tried on the first data set of a cell,
briefly; the one with the most effective samples a second is then run on all of them. Warm-up is not
timed, nor is compilation.
"""

from dataclasses import dataclass

import blackjax
import jax
import jax.numpy as jnp
import numpy as np
from blackjax.adaptation.step_size import dual_averaging_adaptation
from blackjax.mcmc import integrators

import cells
from clock import processor_seconds
from diagnostics import bulk_ess, r_hat
from with_jax import FUNCTIONS

# The acceptance towards which step sizes adapt, of blackjax's documentation and of Stan.
ACCEPTANCE = 0.8
MOST_STEPS = 1024


@dataclass(frozen=True)
class Form:
    """A way to sample. Without `masses`, masses are one, as they are in ours."""
    sampler: str
    integrator: str = "velocity_verlet"
    length: float = 1.4
    masses: bool = False
    side_by_side: bool = False

    def __str__(self):
        if self.sampler == "NUTS":
            return "NUTS"
        parts = [f"HMC, length {self.length:g}"]
        parts += ["two-stage"] if self.integrator == "mclachlan" else []
        parts += ["adapted masses"] if self.masses else []
        parts += ["chains side by side"] if self.side_by_side else []
        return ", ".join(parts)


FORMS = [
    Form("NUTS"), Form("HMC", masses=True), Form("HMC", length=2.0, masses=True), Form("HMC"),
    Form("HMC", "mclachlan"), Form("HMC", "mclachlan", side_by_side=True),
    Form("HMC", length=2.0, masses=True, side_by_side=True)]


@dataclass
class Run:
    """Four chains on one data set."""
    ess: float
    r_hat: float
    seconds: float

    @property
    def rate(self):
        return self.ess / self.seconds


class Sampler:
    """The forms on the posteriors of one cell, each compiled once."""

    def __init__(self, network, warmup):
        self.network, self.warmup = network, warmup
        self.compiled = {}

    def run(self, form, number, draws):
        """The chains of a data set."""
        x, y = map(jnp.asarray, cells.data_set(self.network, number))
        starts = jnp.asarray(cells.starts(self.network, number))
        keys = jax.random.split(jax.random.key(number), 2 * cells.CHAINS)
        tune = self.jitted(("tune", form.sampler, form.integrator, form.masses), self.tuning(form))
        tuned = tune(keys[:cells.CHAINS], starts, form.length, x, y)
        sample = self.jitted(("sample", form.sampler, form.integrator, form.side_by_side, draws),
                             self.sampling(form, draws))
        arguments = keys[cells.CHAINS:], *tuned, x, y
        compiled = self.once(("ready", sample), lambda: sample.lower(*arguments).compile())
        begin = processor_seconds()
        trace = np.asarray(jax.block_until_ready(compiled(*arguments)), dtype=float)
        seconds = processor_seconds() - begin
        return Run(bulk_ess(trace), r_hat(trace), seconds)

    def once(self, key, make):
        if key not in self.compiled:
            self.compiled[key] = make()
        return self.compiled[key]

    def jitted(self, key, function):
        return self.once(key, lambda: jax.jit(function))

    def log_density(self, x, y):
        return lambda theta: -self.network.energy(theta, x, y, FUNCTIONS)

    # States, step sizes, numbers of steps and inverse masses of all chains.

    def tuning(self, form):
        if form.sampler == "NUTS" or form.masses:
            return lambda keys, starts, length, x, y: jax.lax.map(
                lambda chain: self.windows(form, *chain, length, x, y), (keys, starts))

        def tune(keys, starts, length, x, y):
            states, steps = jax.lax.map(
                lambda chain: self.steps(form, *chain, length, x, y), (keys, starts))
            step = jnp.full(cells.CHAINS, jnp.exp(jnp.log(steps).mean()))
            return states, step, leapfrogs(step, length), jnp.ones_like(starts)
        return tune

    def windows(self, form, key, start, length, x, y):
        """blackjax's adaptation of step size and masses, of one chain."""
        algorithm, extra = (blackjax.nuts, {}) if form.sampler == "NUTS" else (
            blackjax.hmc, {"num_integration_steps": 16})
        adaptation = blackjax.window_adaptation(
            algorithm, self.log_density(x, y), target_acceptance_rate=ACCEPTANCE, **extra)
        (state, tuned), _ = adaptation.run(key, start, num_steps=self.warmup)
        step = tuned["step_size"]
        return state, step, leapfrogs(step, length), tuned["inverse_mass_matrix"]

    def steps(self, form, key, start, length, x, y):
        """The adaptation of the step size at a given length, with masses one, of one chain."""
        density, move = self.log_density(x, y), self.move(form)
        begin, update, final = dual_averaging_adaptation(ACCEPTANCE)

        def advance(carry, key):
            state, averages = carry
            step = jnp.exp(averages.log_step_size)
            state, info = move(
                key, state, density, step, jnp.ones_like(start), leapfrogs(step, length))
            return (state, update(averages, info.acceptance_rate)), None
        carry = blackjax.hmc.init(start, density), begin(0.1)
        (state, averages), _ = jax.lax.scan(advance, carry, jax.random.split(key, self.warmup))
        return state, final(averages)

    def move(self, form):
        return blackjax.hmc.build_kernel(getattr(integrators, form.integrator))

    def sampling(self, form, draws):
        """Returns the alignments of all chains, one row a chain."""
        network = self.network

        def nuts(key, state, step, steps, inverse, x, y):
            move, density = blackjax.nuts.build_kernel(), self.log_density(x, y)

            def advance(state, key):
                state, _ = move(key, state, density, step, inverse)
                return state, cells.alignment(network, state.position)
            return jax.lax.scan(advance, state, jax.random.split(key, draws))[1]

        def hmc(key, state, step, steps, inverse, x, y):
            move, density = self.move(form), self.log_density(x, y)

            def advance(state, key):
                jitter, key = jax.random.split(key)
                state, _ = move(key, state, density, step * jittered(jitter), inverse, steps)
                return state, cells.alignment(network, state.position)
            return jax.lax.scan(advance, state, jax.random.split(key, draws))[1]

        def side_by_side(keys, states, step, steps, inverse, x, y):
            # One step, length and metric of all chains, so that none waits for another.
            move, density = self.move(form), self.log_density(x, y)
            pooled, metric = jnp.exp(jnp.log(step).mean()), inverse.mean(0)
            count = leapfrogs(pooled, (step * steps).mean())

            def advance(states, key):
                jitter, *keys = jax.random.split(key, 1 + cells.CHAINS)
                size = pooled * jittered(jitter)
                states, _ = jax.vmap(lambda key, state: move(
                    key, state, density, size, metric, count))(jnp.stack(keys), states)
                return states, jax.vmap(lambda p: cells.alignment(network, p))(states.position)
            return jax.lax.scan(advance, states, jax.random.split(keys[0], draws))[1].T

        if form.side_by_side:
            return side_by_side
        one = nuts if form.sampler == "NUTS" else hmc
        return lambda keys, *tuned_and_data: jax.lax.map(
            lambda chain: one(*chain, *tuned_and_data[-2:]), (keys, *tuned_and_data[:-2]))


def jittered(key):
    """A factor of ±20 %, without which trajectories may return to where they began."""
    return jax.random.uniform(key, minval=0.8, maxval=1.2)


def leapfrogs(step, length):
    return jnp.clip(jnp.round(length / step), 1, MOST_STEPS).astype(int)


@dataclass
class Measured:
    """The best form on a cell, with its runs on all data sets, beside our row of `cod bench`."""
    network: object
    ours: dict
    form: Form
    runs: list
    draws: int


def measure(network, ours, effort, say):
    """Tries all forms on the first data set, and runs the best one on all."""
    sampler = Sampler(network, effort.warmup)
    tried = {}
    for form in FORMS[-effort.forms:]:
        run = sampler.run(form, cells.FIRST_SET, effort.trial)
        say(f"  {form}: {run.rate:.4g} effective samples a second, R-hat {run.r_hat:.3f}")
        tried[form] = run.rate
    best = max(tried, key=tried.get)
    runs = [sampler.run(best, cells.FIRST_SET + k, effort.draws) for k in range(effort.sets)]
    return Measured(network, ours, best, runs, effort.draws)
