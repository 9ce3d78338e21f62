"""One copy of the project that holds all faults, each behind a switch (mutant schemata)."""

import re
import shutil
import subprocess
from pathlib import Path

from . import faults as chosen_faults

SWITCH = '''import Foundation

/// Whether this process runs with fault number `k`.
@usableFromInline func mutant(_ k: Int) -> Bool {
  if let trace { trace.reach(k) }
  return k == number
}

private let number = Int(ProcessInfo.processInfo.environment["MUTANT"] ?? "") ?? -1
private let trace = ProcessInfo.processInfo.environment["MUTANT_TRACE"].map { Trace($0) }

/// The faults that a run comes by, appended to a file.
private final class Trace: @unchecked Sendable {
  private let file: Int32
  /// Two threads may both write the same number.
  private let seen = UnsafeMutablePointer<Bool>.allocate(capacity: 10_000)

  init(_ path: String) {
    file = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
    seen.initialize(repeating: false, count: 10_000)
  }

  func reach(_ k: Int) {
    if seen[k] { return }
    seen[k] = true
    let line = "\\(k)\\n"
    _ = line.withCString { write(file, $0, strlen($0)) }
  }
}
'''


def project_files(root):
    """Files of the project, those that git ignores left out."""
    listed = subprocess.run(
        ["git", "ls-files", "-coz", "--exclude-standard"], cwd=root, capture_output=True)
    if listed.returncode == 0:
        names = [name for name in listed.stdout.decode().split("\0") if name]
        return [name for name in names if (root / name).is_file()]
    return [str(path.relative_to(root)) for path in root.rglob("*")
            if path.is_file() and not any(part.startswith(".build") for part in path.parts)]


class Schema:
    """The copy. It is built in one place again and again, so that a build is short."""

    FLAGS = ["-c", "release", "--disable-testable-imports"]

    def __init__(self, root, folder):
        self.root, self.folder = root, folder
        self.ranges = {}  # of a file: first line, last line, numbers of faults

    def copy(self):
        """Brings the copy up to date, but for the sources that faults change."""
        names = set(project_files(self.root))
        for name in names:
            if not name.startswith("Sources/") or not name.endswith(".swift"):
                put(self.folder / name, (self.root / name).read_bytes(), self.root / name)
        self.names = names
        for part in ("Sources", "Tests", "data", "figures", "docs"):
            for path in list((self.folder / part).rglob("*")):
                if path.is_file() and str(path.relative_to(self.folder)) not in names \
                        and path.name != "Mutant.swift" and ".cells" not in path.parts:
                    path.unlink()
        warm = self.root / ".build"
        for part in ("repositories", "checkouts", "workspace-state.json"):
            here = self.folder / ".build" / part
            if (warm / part).exists() and not here.exists():
                here.parent.mkdir(parents=True, exist_ok=True)
                if (warm / part).is_dir():
                    shutil.copytree(warm / part, here, symlinks=True)
                else:
                    shutil.copy(warm / part, here)

    def write(self, faults, sources):
        """Writes the sources with the faults, numbered by their place in the list."""
        by_file = {}
        for number, fault in enumerate(faults):
            if fault is not None:
                by_file.setdefault(fault.file, []).append((number, fault))
        targets = {file.split("/")[0] for file in by_file}
        for name in self.names:
            if not name.startswith("Sources/") or not name.endswith(".swift"):
                continue
            file = name.removeprefix("Sources/")
            if file in by_file:
                text, self.ranges[file] = rendered(sources[file], by_file[file])
                put(self.folder / name, text.encode())
            else:
                put(self.folder / name, (self.root / name).read_bytes())
        for folder in (self.folder / "Sources").iterdir():
            switch = folder / "Mutant.swift"
            if folder.name in targets:
                put(switch, SWITCH.encode())
            elif switch.exists():
                switch.unlink()

    def build(self, faults, sources, say):
        """Builds tool and tests. Faults that do not compile become `None` in the list."""
        for _ in range(20):
            self.write(faults, sources)
            # What does not even parse is told in a second.
            files = [f"Sources/{file}" for file in self.ranges]
            run = self.logged(["swiftc", "-parse", *files])
            if run.returncode == 0:
                run = self.logged(["swift", "test", "list", *self.FLAGS])
                if run.returncode == 0:
                    return
            dropped = self.blamed(run.stdout)
            if not any(faults[number] for number in dropped):
                raise SystemExit(f"mutate: the build failed for another reason than a fault; see "
                                 f"{self.folder}/.build/mutate.log")
            for number in sorted(dropped):
                if faults[number]:
                    say(f"does not compile: {faults[number].id}")
                    faults[number] = None
        raise SystemExit("mutate: twenty builds were not enough")

    def logged(self, command):
        run = subprocess.run(command, cwd=self.folder, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
        (self.folder / ".build").mkdir(exist_ok=True)
        (self.folder / ".build" / "mutate.log").write_text(run.stdout)
        return run

    def blamed(self, log):
        """Numbers of the faults in whose lines the compiler found errors; where there are none, of
        all in those files."""
        numbers, others = set(), set()
        for path, line in re.findall(r"^(\S+?\.swift):(\d+):\d+: error:", log, re.MULTILINE):
            file = path.removeprefix(str(self.folder.resolve()) + "/").removeprefix("Sources/")
            around = [entry for entry in self.ranges.get(file, []) if entry[0] <= int(line) <= entry[1]]
            if around:
                numbers |= set(min(around, key=lambda entry: entry[1] - entry[0])[2])
            else:
                others |= {k for entry in self.ranges.get(file, []) for k in entry[2]}
        return numbers or others

    def program(self):
        """The command that runs the tests of the build."""
        run = subprocess.run(["swift", "build", "-c", "release", "--show-bin-path"], cwd=self.folder,
                             capture_output=True, text=True, check=True)
        bundles = list(Path(run.stdout.strip()).glob("*PackageTests.xctest"))
        if len(bundles) != 1 or not bundles[0].is_file():
            raise SystemExit("mutate: got no program of the tests; expected one, as on Linux")
        return [str(bundles[0]), "--testing-library", "swift-testing"]


def put(path, content, like=None):
    """Writes a file unless it is there with this content, so that it is not compiled again."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    if like:
        shutil.copymode(like, path)


BEGIN, END = "\x01", "\x02"


def rendered(source, numbered):
    """A file's text with its faults, and which lines belong to which."""
    by_block, in_place = {}, []
    for number, fault in numbered:
        block = chosen_faults.host(source, fault)
        if block is None:
            raise SystemExit(f"Sources/{fault.file}:{fault.line}: a fault outside of statements has "
                             f"to change one number; got '{fault.original}'")
        if block is source.tree:
            in_place.append((number, fault))
        else:
            by_block.setdefault(id(block), []).append((number, fault))

    def replaced(start, end, fault):
        text = source.text
        return text[start:fault.start] + fault.changed + text[fault.start + len(fault.original):end]

    def interior(block, start):
        """The text of a block from `start` with its children as they are rendered."""
        out, place = [], start
        edits = [(child.start - 1, child.end + 1, child) for child in block.children
                 if child.start > start]
        own = {}
        for number, fault in in_place:
            if source.tree.innermost(fault.start) is block:
                own.setdefault((fault.start, fault.original), []).append((number, fault))
        edits += [(first, first + len(original), pairs)
                  for (first, original), pairs in own.items()]
        for first, last, what in sorted(edits, key=lambda edit: edit[0]):
            out.append(source.text[place:first])
            if isinstance(what, list):
                numbers = ",".join(str(number) for number, _ in what)
                choice = "".join(
                    f"mutant({number}) ? {fault.changed} : " for number, fault in what)
                out.append(f"{BEGIN}{numbers};({choice}{source.text[first:last]}){END}")
            else:
                out.append(whole(what))
            place = last
        out.append(source.text[place:block.end])
        return "".join(out)

    def whole(block):
        faults = by_block.get(id(block), [])
        start = block.start
        if block.kind == "closure" and faults:
            start += closure_head(source.code[block.start:block.end])
        head = "{" + source.text[block.start:start]
        body = interior(block, start)
        if not faults:
            return head + body + "}"
        numbers = ",".join(str(number) for number, _ in faults)
        branches = [
            f"if mutant({number}) {BEGIN}{number};" + "{\n" + replaced(start, block.end, fault) + "\n}"
            + END for number, fault in faults]
        return (f"{BEGIN}{numbers};{head}\n" + " else ".join(branches) + " else {\n" + body + "\n}\n}"
                + END)

    marked = interior(source.tree, 0)
    out, ranges, open_ranges, line = [], [], [], 1
    for piece in re.split(f"({BEGIN}[0-9,]+;|{END})", marked):
        if piece.startswith(BEGIN):
            open_ranges.append((line, [int(k) for k in piece[1:-1].split(",")]))
        elif piece == END:
            first, numbers = open_ranges.pop()
            ranges.append((first, line, numbers))
        else:
            out.append(piece)
            line += piece.count("\n")
    return "".join(out), ranges


def closure_head(code):
    """How long the captures and parameters of a closure are, with `in`."""
    match = re.match(
        r"\s*(?!for\b)(\[[^\]]*\]\s*)?(\([^)]*\)|\w+(\s*,\s*\w+)*)?\s*(async\s*)?(throws\s*)?"
        r"(->\s*[^{}\n]+?)?\s*\bin\b", code)
    return match.end() if match else 0
