"""The time of a gradient: peers and `cod bench`, alternately."""

from dataclasses import dataclass, field

from clock import seconds_of_a_call
from networks import NETWORKS

# Samples of a block, where peers go through the samples in blocks that stay in a cache.
BLOCKS = [16, 64, 200]


@dataclass
class Row:
    """The best times in microseconds, and a peer's form that has it."""
    network: object
    ours: float = float("inf")
    peers: dict = field(default_factory=dict)

    def take(self, peer, form, microseconds):
        if microseconds < self.peers.get(peer, (float("inf"), ""))[0]:
            self.peers[peer] = microseconds, form

    def ratio(self, peer):
        return self.peers[peer][0] / self.ours


def block_counts(network):
    """Numbers of blocks that divide the samples, with about as many samples each as BLOCKS says."""
    divisors = [k for k in range(2, network.samples + 1) if network.samples % k == 0]
    return sorted({min(divisors, key=lambda k: abs(network.samples / k - size))
                   for size in BLOCKS if 2 * size <= network.samples})


def measure(ours, peers, effort, say):
    """Rows of all networks; `peers` are modules with `forms`, by their names.

    In a turn `cod bench` measures a model, then every form of every peer does.
    """
    rows = [Row(network) for network in NETWORKS]
    models = list(dict.fromkeys(row.network.model for row in rows))
    if not effort.all_shapes:
        seen = set()
        rows = [row for row in rows
                if row.network.name[:2] not in seen and not seen.add(row.network.name[:2])]
    forms = {}
    for turn in range(effort.turns):
        for model in models:
            say(f"gradients, turn {turn + 1} of {effort.turns}: {model}")
            times = ours.gradients(model)
            for row in (row for row in rows if row.network.model == model):
                name = row.network.name
                if name not in times:
                    raise SystemExit(f"peers: cod bench {model} has no row {' '.join(name)}")
                row.ours = min(row.ours, times[name])
                for peer, module in peers.items():
                    key = name, peer
                    if key not in forms:
                        forms[key] = list(module.forms(row.network, block_counts(row.network)))
                    for form, call, count in forms[key]:
                        seconds = seconds_of_a_call(call, effort.seconds) / count
                        row.take(peer, form, 1e6 * seconds)
    return rows
