"""Times JAX, PyTorch and blackjax beside `cod bench`, on the same core.

    python3 Tests/Benchmarks/peers                 prints tables, twenty minutes
    python3 Tests/Benchmarks/peers --quick         the first shapes alone, two minutes
    python3 Tests/Benchmarks/peers --page          writes docs/guide/peers.md as well

Peers are optional: one that is not installed is left out. requirements.txt has their versions.
"""

import argparse
import importlib
import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path

sys.dont_write_bytecode = True
ROOT = Path(__file__).resolve().parents[3]
# What each peer needs, and is skipped without.
NEEDS = {"jax": ["numpy", "jax"], "torch": ["numpy", "torch"],
         "blackjax": ["numpy", "jax", "blackjax"]}


@dataclass(frozen=True)
class Effort:
    """How much is measured."""
    all_shapes: bool  # Every shape, or the first of each kind.
    turns: int  # Of ours and peers.
    seconds: float  # Of the timing of one form, in a turn.
    sets: int  # Data sets of a cell.
    cells: int
    forms: int  # Forms of the sampler to try on a cell, from the last one of the list.
    warmup: int
    trial: int  # Draws of a chain where forms are tried.
    draws: int


FULL = Effort(True, 2, 0.4, 5, 3, 7, 500, 300, 500)
QUICK = Effort(False, 2, 0.1, 1, 1, 2, 200, 200, 200)


def say(text):
    print(text, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="measure little, in two minutes")
    parser.add_argument("--page", action="store_true", help="write the page of the documentation")
    parser.add_argument("--cod", default=ROOT / ".build/release/cod", metavar="PATH",
                        help="the tool (default: .build/release/cod)")
    options = parser.parse_args()

    missing = {peer: [module for module in modules if importlib.util.find_spec(module) is None]
               for peer, modules in NEEDS.items()}
    for peer, modules in missing.items():
        if modules:
            say(f"{peer}: {', '.join(modules)} not installed, skipped")
    present = [peer for peer, modules in missing.items() if not modules]
    if not present:
        say("no peers, nothing to compare; requirements.txt has their versions")
        return 0

    import ours
    tool = ours.Ours(ours.found(options.cod), options.quick)
    effort = QUICK if options.quick else FULL

    import clock
    core = clock.pin()
    import agreement
    import gradients
    import page
    peers = {peer: importlib.import_module(f"with_{peer}")
             for peer in present if peer != "blackjax"}
    errors = agreement.check({peer: module.in_double for peer, module in peers.items()})
    say(f"gradients agree with differences to {max(errors.values(), default=0):.1e}")
    rows = gradients.measure(tool, peers, effort, say) if peers else []
    cells = measure_cells(tool, effort) if "blackjax" in present else []

    skipped = [peer for peer in NEEDS if peer not in present]
    text = page.page(rows, cells, skipped, options.quick, core)
    print(text)
    if options.page:
        page.write(ROOT / "docs/guide/peers.md", text)
    return 0


def measure_cells(tool, effort):
    import cells
    import sampler
    say("sampler: ours, all cells")
    rows = tool.samplers()
    measured = []
    for network in cells.CELLS[:effort.cells]:
        if network.sizes not in rows:
            raise SystemExit(f"peers: cod bench sampler has no row {network.sizes}")
        say(f"sampler: blackjax, {network.name[2]}")
        measured.append(sampler.measure(network, rows[network.sizes], effort, say))
    return measured


if __name__ == "__main__":
    sys.exit(main())
