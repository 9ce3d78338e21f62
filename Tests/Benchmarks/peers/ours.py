"""Runs `cod bench` and reads what it measured."""

import json
import subprocess
from pathlib import Path


class Ours:
    """The tool at a path."""

    def __init__(self, path, quick):
        self.path, self.quick = path, quick

    def gradients(self, model):
        """Microseconds by names: model, variant, sizes."""
        return {(row["model"], row["variant"], row["sizes"]): row["microseconds"]
                for row in self.report(model)["gradients"]}

    def samplers(self):
        """Rows of two-layer posteriors with all parameters, by their sizes P, d, N."""
        return {(row["samples"], row["dimension"], row["width"]): row
                for row in self.report("sampler")["samplers"]
                if (row["model"], row["posterior"]) == ("two-layer", "full")}

    def report(self, subject):
        command = [str(self.path), "bench", subject, "--json"] + ["--quick"] * self.quick
        run = subprocess.run(command, capture_output=True, text=True)
        try:
            if run.returncode == 0:
                return json.loads(run.stdout)
        except json.JSONDecodeError:
            pass
        last = (run.stderr.strip().splitlines() or ["no output"])[-1]
        raise SystemExit(f"peers: {' '.join(command)}: exit code {run.returncode}: {last}")


def found(path):
    """The tool, or one line that says that it is missing."""
    if not Path(path).is_file():
        raise SystemExit(f"peers: {path}: not found; make build makes it, --cod names another one")
    return Path(path).resolve()
