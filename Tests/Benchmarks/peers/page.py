"""The measurements as a page of the documentation."""

import platform
from importlib.metadata import version
from pathlib import Path

from sampler_summary import summary

NAMES = {"jax": "JAX", "torch": "PyTorch", "blackjax": "blackjax"}


def write(path, text):
    """Replaces the page, whole or not at all."""
    draft = path.with_name(path.name + ".tmp-peers")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def processor():
    """The name of the processor, as far as the system tells."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def table(header, rows, left):
    marks = ["---" if i in left else "---:" for i in range(len(header))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in [header, marks, *rows])


def short(number):
    """Three digits, without an exponent."""
    return f"{number:.0f}" if number >= 100 else f"{number:.3g}"


def gradient_table(rows, peers):
    header = ["network", "sizes", "ours, µs"]
    for peer in peers:
        header += [f"{NAMES[peer]}, µs", "in form", "times ours"]
    lines = []
    for row in rows:
        model, variant, sizes = row.network.name
        cells = [f"{model} {variant}", sizes, short(row.ours)]
        for peer in peers:
            time, form = row.peers[peer]
            cells += [short(time), form, f"**{row.ratio(peer):.1f}**"]
        lines.append(cells)
    return table(header, lines, {0, 1} | {4 + 3 * i for i in range(len(peers))})


def sampler_table(cells):
    lines = []
    for cell in cells:
        p, d, n = cell.network.sizes
        rate, hardest, agreement = summary(cell.runs)
        lines.append([
            f"{d}, {n}, {p}", short(cell.ours["bulk_ess_per_second"]),
            f"{cell.ours['r_hat']:.3f}, {cell.ours['largest_r_hat']:.3f}", short(rate),
            short(hardest), agreement, str(cell.form),
            f"**{cell.ours['bulk_ess_per_second'] / rate:.1f}**"])
    return table(
        ["d, N, P", "ours, ESS/s", "R̂", "blackjax, ESS/s", "its hardest set", "R̂", "in form",
         "ours, times its"], lines, {0, 6})


def page(rows, cells, skipped, quick, core):
    """The text of the page; rows or cells are empty where no peer was there."""
    peers = list(rows[0].peers) if rows else []
    used = peers + (["blackjax"] if cells else [])
    parts = [HEAD]
    if quick:
        parts.append(ROUGH)
    place = f"core {core}" if core is not None else "no core in particular"
    parts.append(f"Measured on {place} of {processor()}, with Python {platform.python_version()}, "
                 + ", ".join(f"{NAMES[peer]} {version(peer)}" for peer in used) + ".")
    parts += [f"{NAMES[peer]} was not installed, so it is left out." for peer in skipped]
    if rows:
        parts += [GRADIENTS, gradient_table(rows, peers)]
    if cells:
        sets, draws = len(cells[0].runs), cells[0].draws
        parts += [SAMPLERS.format(sets=sets, draws=draws, ours=cells[0].ours["datasets"],
                                  our_draws=cells[0].ours["draws"]), sampler_table(cells)]
    return "\n\n".join(parts + [FAIRNESS]) + "\n"


HEAD = """# Beside JAX, PyTorch and blackjax

The kernels of this package are for a few networks alone. What that is worth is told by libraries
for any network, on the same posteriors and the same core, in one run:

<!-- not run: takes twenty minutes, and needs the peers -->
```sh
python3 -m venv .build-peers
.build-peers/bin/pip install -r Tests/Benchmarks/peers/requirements.txt
make peers PYTHON=.build-peers/bin/python    # measures, and writes this page
```

`PEERS=--quick` makes it two minutes. A peer that is not installed is left out."""

ROUGH = """**These numbers are of a quick run, with few rounds, few draws and the first shapes alone. They
show the form of the page; `make peers` without `--quick` replaces them.**"""

GRADIENTS = """## Gradients

The time of one gradient of U(θ) = Σ (f − y)²/2κ + |θ|²/2 by all parameters, on all samples, in
single precision. Sizes are P, d, N (two layers), P, d, N₁, N₂ (three), P, L, d (attention) and P,
N_w, S, C (convolutions)."""

SAMPLERS = """## Effective samples

Bulk effective samples of the alignment a second of one core, without warm-up: four chains, two
from the prior and two from the pattern, on two-layer posteriors with κ = 0.1 and a cubic target.
Data sets and starts are the same for both: the first {sets} of `cod bench sampler` here ({draws}
draws a chain), {ours} there ({our_draws} draws). Rates are medians over data sets. Under R̂ stand
the median and the largest one."""

FAIRNESS = """## How it is measured

- Everything runs on one core, with one thread. Time is processor time, of the whole process for
  peers and of the thread for ours. Rounds are short, and the time is that of the quickest round
  but a fiftieth. `cod bench` and the peers take turns.
- Ours is the time of a Langevin step: the gradient, an update, and a normal number for each
  parameter. Peers have the value and the gradient alone, or a loop with an update and no noise.
- Energies are written for the peers in the factored forms that our kernels use, and every peer is
  shown in its best form of several. JAX: compiled and called, ten gradients in a compiled loop, and
  samples in blocks of three sizes. PyTorch: eager, value and gradient compiled as one graph, and
  that in blocks.
- Before anything is timed, gradients of all peers in double precision are compared with central
  differences.
- Attention of the peers takes exponentials of scores without the largest one subtracted, which is
  quicker and holds for these scores. Ours checks a bound first. PyTorch's fused attention took
  twice as long as eager, or more, in a trial.
- blackjax is tried in several forms on the first data set of each cell: NUTS, Hamiltonian Monte
  Carlo with adapted masses or masses one, two integrators, two lengths, and chains one after
  another or side by side. The best form is then run on all data sets. A quick run tries two forms.
- The hardest data set of ours is not in the output of `cod bench`.
- Kernels of this package were made for these shapes by hand. Peers take a new network in a few
  lines, and run on other devices."""
