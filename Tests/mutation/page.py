"""The faults as text: a line at a terminal, and a page of the documentation."""


def line(fault):
    """"Paper/Statistics.swift:40 interval: `0.025` → `0.05`"."""
    where = f" {fault.where}" if fault.where else ""
    return f"{fault.file}:{fault.line}{where}: {change(fault)}"


def change(fault):
    def piece(text):
        text = " ".join(text.split())
        return f"`{text}`" if text else "nothing"
    original, changed = fault.change
    return f"{piece(original)} → {piece(changed)}"


def write(path, faults, results, seed):
    """Writes the page, with faults in the order of their places."""
    compiled = [fault for fault in faults
                if results.get(fault.id, {}).get("how") not in (None, "does not compile")]
    found = [fault for fault in compiled if results[fault.id]["test"]]
    equivalent = [fault for fault in compiled if fault.equivalent]
    drawn = [fault for fault in compiled if not fault.by_hand]
    lines = HEAD.format(
        count=len(compiled), found=len(found), equivalent=len(equivalent),
        open=len(compiled) - len(found) - len(equivalent), drawn=len(drawn), seed=seed,
        hand=len(compiled) - len(drawn)).splitlines()
    for fault in sorted(compiled, key=lambda fault: (fault.file, fault.start, fault.changed)):
        result = results[fault.id]
        if result["test"]:
            outcome = f"`{suite(result['test'])}`"
        else:
            outcome = f"equivalent: {fault.equivalent}" if fault.equivalent else "**no test**"
        place = fault.file.removesuffix(".swift") + (f": {fault.where}" if fault.where else "")
        origin = "by hand" if fault.by_hand else "drawn"
        cells = [f"`{fault.id}`", place, change(fault), origin, outcome]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def suite(test):
    """"SamplingTests.DiagnosticsTests" of one of its tests."""
    return test.split("/")[0]


HEAD = """# Faults on purpose

A test is worth what it finds. `Tests/mutate` breaks the sources in small ways and runs the tests
that come by each fault. It breaks numbers, signs, comparisons and bounds, drops terms and swaps
arguments.

Of {count} faults the tests find {found}. Of the others {equivalent} change nothing that can be told. Still open: {open}.

The seed {seed} drew {drawn} of them, and {hand} are chosen by hand: diagnostics, intervals, tests of
means, certification, samplers, energies, large deviations, verdicts, tolerances.

<!-- not run: builds a copy of the project, which takes minutes -->
```sh
Tests/mutate --page     # tries every fault, and writes this page
Tests/mutate --list     # names them
```

Faults by hand stand in `Tests/mutants.tsv`. A fault that is found by no test gets a test of its
own, with a truth computed in another way; or its line says why nothing can tell it. What only
writes beyond a buffer stays open: no value shows it.

| fault | place | change | chosen | found by |
|---|---|---|---|---|"""
