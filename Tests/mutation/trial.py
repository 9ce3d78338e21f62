"""Runs of the tests, without a fault to learn what they reach, and with one fault at a time."""

import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import tempfile
import time
from pathlib import Path

MEMORY = 12 << 30
# Tests that take longer are run only where no faster one finds a fault.
FAST = 1.0


class Tests:
    """The tests of a build: how long each takes, and which faults it comes by."""

    def __init__(self, schema, wanted):
        self.program, self.folder = schema.program(), schema.folder
        listed = subprocess.run([*self.program, "--list-tests"], cwd=self.folder,
                                capture_output=True, text=True, check=True).stdout
        self.names = [name for name in listed.splitlines() if wanted(name)]
        self.seconds, self.reached = {}, {}

    def learn(self, say):
        """Runs each test by itself without a fault, unless this build has been learned before."""
        kept = self.folder / f"learned-{self.build()}.json"
        known = json.loads(kept.read_text()) if kept.exists() else {}
        for name in self.names:
            if name not in known:
                known[name] = self.learned(name)
            seconds, numbers = known[name]
            if numbers is None:
                say(f"fails without a fault, so it is left out: {name}")
                continue
            self.seconds[name] = seconds
            for number in numbers:
                self.reached.setdefault(number, []).append(name)
        for old in self.folder.glob("learned-*.json"):
            old.unlink()
        kept.write_text(json.dumps(known))

    def learned(self, name):
        """How long a test takes, and the faults that it comes by; `None` if it fails."""
        with tempfile.NamedTemporaryFile() as trace:
            begin = time.monotonic()
            failures = self.run([name], {"MUTANT_TRACE": trace.name}, limit=300)
            seconds = time.monotonic() - begin
            lines = Path(trace.name).read_text().split()
        return seconds, None if failures is not None else sorted({int(line) for line in lines})

    def build(self):
        """A name of the build, by its bytes."""
        return hashlib.sha256(Path(self.program[0]).read_bytes()).hexdigest()[:16]

    def finding(self, number, group):
        """The test that finds a fault, and how; `None` if all pass."""
        names = sorted(self.reached.get(number, []),
                       key=lambda name: (not name.startswith(group + "Tests."), self.names.index(name)))
        own = [name for name in names if name.startswith(group + "Tests.")]
        fast = [name for name in names if self.seconds[name] < FAST]
        batches = [
            ([name for name in fast if name in own], True),
            ([name for name in fast if name not in own], True),
            ([name for name in names if name not in fast], False),
        ]
        for batch, is_patient in batches:
            if not batch:
                continue
            limit = 20 + 4 * sum(self.seconds[name] for name in batch)
            failures = self.run(batch, {"MUTANT": str(number)}, limit, is_patient)
            if failures is None:
                continue
            if failures:
                return min(failures, key=lambda name: names.index(name)), "fails"
            # A crash or a hang: which test it was has to be tried one by one.
            for name in batch:
                limit = 20 + 4 * self.seconds[name]
                failures = self.run([name], {"MUTANT": str(number)}, limit)
                if failures is not None:
                    return name, "fails" if failures else "crashes or does not end"
            return batch[0], "fails together with others"
        return None

    def run(self, names, environment, limit, is_patient=True):
        """Runs some tests, to the end or to the first failure.

        Returns the names of those that failed, which are unknown in a crash and after the limit;
        `None` if all passed."""
        pattern = "^(" + "|".join(re.escape(name) for name in names) + ")(/|$)"
        with tempfile.TemporaryDirectory() as folder:
            events = Path(folder) / "events"
            process = subprocess.Popen(
                [*self.program, "--filter", pattern, "--event-stream-output-path", str(events)],
                cwd=self.folder, env={**os.environ, **environment}, start_new_session=True,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, preexec_fn=bounded)
            end, failed, place = time.monotonic() + limit, set(), 0
            while True:
                try:
                    process.wait(timeout=0.05)
                except subprocess.TimeoutExpired:
                    pass
                over = process.returncode is not None or time.monotonic() > end
                if events.exists():
                    with open(events, "rb") as file:
                        file.seek(place)
                        lines = file.read()
                    whole = lines[:lines.rfind(b"\n") + 1]
                    place += len(whole)
                    failed |= {name for line in whole.splitlines()
                               for name in failures_in(line, names)}
                if over or (failed and not is_patient):
                    break
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        return None if process.returncode == 0 and not failed else failed


def bounded():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def failures_in(line, names):
    """The test of an event that is an issue."""
    if b"issueRecorded" not in line:
        return
    event = json.loads(line)
    payload = event.get("payload", {})
    if payload.get("kind") == "issueRecorded" and not payload.get("issue", {}).get("isKnown"):
        test = payload.get("testID", "")
        yield from (name for name in names if test == name or test.startswith(name + "/"))
