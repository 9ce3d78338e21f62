"""Faults: small changes of a source, from the table or drawn by a seed."""

import hashlib
import re
from dataclasses import dataclass

from . import swift


@dataclass
class Fault:
    """The change of one piece of a file's text."""

    file: str  # from Sources/
    start: int
    original: str
    changed: str
    where: str  # the declarations around it
    line: int
    by_hand: tuple[str, str] | None = None  # as the table says it
    equivalent: str = ""  # why no test can tell, if none can
    id: str = ""

    @property
    def change(self):
        return self.by_hand or (self.original, self.changed)

    @property
    def key(self):
        """What is the same of two faults that are the same."""
        a, b = self.original, self.changed
        before = 0
        while before < min(len(a), len(b)) and a[before] == b[before]:
            before += 1
        after = 0
        while after < min(len(a), len(b)) - before and a[-1 - after] == b[-1 - after]:
            after += 1
        return (self.file, self.start + before, a[before:len(a) - after],
                b[before:len(b) - after])

    @property
    def group(self):
        return self.file.split("/")[0]


class Source:
    """A file and its faults."""

    def __init__(self, root, file):
        self.file = file
        self.text = (root / "Sources" / file).read_text(encoding="utf-8")
        self.code = swift.code(self.text)
        self.tree = swift.blocks(self.code)

    def fault(self, start, original, changed, by_hand=None, equivalent=""):
        block = self.tree.innermost(start)
        where = ".".join(block.path)
        if not where or block.kind == "type":
            before = self.code[self.code.rfind("\n", 0, start) + 1:start]
            name = re.search(r"\b(?:let|var|func)\s+(\w+)|\b(init)\b", before)
            where = ".".join(filter(None, [where, (name.group(1) or name.group(2)) if name else ""]))
        line = self.text.count("\n", 0, start) + 1
        return Fault(self.file, start, original, changed, where, line, by_hand, equivalent)


def named(faults):
    """The faults with names, which stay the same while the code around them does."""
    seen = {}
    for fault in faults:
        key = ("by hand" if fault.by_hand else "drawn", fault.file, fault.where, *fault.change)
        seen[key] = seen.get(key, 0) + 1
        text = "\t".join(key + (str(seen[key]),))
        fault.id = hashlib.sha256(text.encode()).hexdigest()[:6]
    return faults


# --- The table ---


def table(root, path, sources):
    """The faults of the table, a line each: file, original, changed, and why it is equivalent."""
    faults = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        fields = line.split("\t")
        if len(fields) not in (3, 4):
            raise SystemExit(f"{path}:{number}: got {len(fields)} fields; expected file, original, "
                             "changed, and a reason if it is equivalent, with tabs between")
        file, original, changed = fields[:3]
        if not (root / "Sources" / file).is_file():
            raise SystemExit(f"{path}:{number}: Sources/{file}: not found")
        if file not in sources:
            sources[file] = Source(root, file)
        count = sources[file].text.count(original)
        if count != 1:
            raise SystemExit(f"{path}:{number}: '{original}' is {count} times in Sources/{file}; "
                             "expected once")
        start = sources[file].text.index(original)
        before, after = difference(original, changed)
        fault = sources[file].fault(
            start + before, original[before:len(original) - after],
            changed[before:len(changed) - after], (original, changed),
            fields[3] if len(fields) == 4 else "")
        faults.append(fault)
    return faults


def difference(original, changed):
    """How many characters at either end are the same, in whole words."""
    shorter = min(len(original), len(changed))
    before = 0
    while before < shorter and original[before] == changed[before]:
        before += 1
    while before and re.match(r"[\w.]", original[before - 1]):
        before -= 1
    after = 0
    while after < shorter - before and original[-1 - after] == changed[-1 - after]:
        after += 1
    while after and re.match(r"[\w.]", original[-after]):
        after -= 1
    return before, after


# --- Drawn ---

NUMBER = re.compile(r"(?<![\w.$#])(\d[\d_]*(?:\.\d[\d_]*)?(?:e[-+]?\d+)?)(?![\w])")
OPERATORS = [
    ("<=", "<"), ("<=", ">"), (">=", ">"), (">=", "<"), ("<", "<="), ("<", ">="), (">", ">="),
    (">", "<="), ("==", "!="), ("!=", "=="), ("+", "-"), ("-", "+"), ("*", "/"), ("/", "*"),
    ("&&", "||"), ("||", "&&"), ("+=", "-="), ("-=", "+="),
]
BOUNDS = [("..<", "..."), ("...", "..<")]


def other_number(text):
    """Another number, not far off."""
    if re.search(r"[.e]", text):
        value = float(text)
        return "0.1" if value == 0 else repr(value * 1.25)
    return {"0": "1", "1": "2", "2": "3"}.get(text, str(int(text.replace("_", "")) + 1))


def operand_end(code, start, with_products):
    """The end of the operand that begins at `start`: up to an operator of its rank or lower."""
    depth, i = 0, start
    while i < len(code):
        c = code[i]
        if depth == 0 and with_products and re.match(r" [*/] \S", code[i:]):
            i += 3
            continue
        if c in swift.OPEN:
            depth += 1
        elif c in swift.CLOSE:
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and c in ",; \n":
            break
        i += 1
    return i


def arguments(code, bracket):
    """Places of a call's arguments, without their labels."""
    places, depth, first = [], 0, bracket + 1
    for i in range(bracket, len(code)):
        c = code[i]
        if c in swift.OPEN:
            depth += 1
        elif c in swift.CLOSE:
            depth -= 1
        if (c == "," and depth == 1) or depth == 0:
            label = re.match(r"\s*(?:\w+:\s*)?", code[first:i])
            places.append((first + label.end(), i))
            first = i + 1
        if depth == 0:
            return places
    return []


def candidates(source):
    """All faults of a file that may be drawn."""
    code = source.code
    # Faults of what is thrown, printed or refused are those of the errors' own tests.
    for match in NUMBER.finditer(code):
        yield source.fault(match.start(), match.group(), other_number(match.group()))
    for original, changed in OPERATORS:
        for match in re.finditer(r"(?<= )" + re.escape(original) + r"(?= )", code):
            # Texts and lists have a sum, and nothing else.
            around = source.text[:match.start()].rstrip()[-1:] + source.text[match.end():].lstrip()[:1]
            if re.search(r'["\[\]]', around):
                continue
            yield source.fault(match.start(), original, changed)
    for original, changed in BOUNDS:
        for match in re.finditer(r"(?<=[\w)])" + re.escape(original) + r"(?=[\w(])", code):
            yield source.fault(match.start(), original, changed)
    for original, changed in [("min", "max"), ("max", "min"), ("true", "false"), ("false", "true")]:
        for match in re.finditer(r"(?<![\w.])" + original + r"(?!\w)", code):
            yield source.fault(match.start(), original, changed)
    for match in re.finditer(r" [-+*] (?=[\w(])", code):
        end = operand_end(code, match.end(), match.group() != " * ")
        if end > match.end():
            yield source.fault(match.start(), source.text[match.start():end], "")
    for match in re.finditer(r"(?<![\w.])-(?=[\w(])", code):
        yield source.fault(match.start(), "-", "")
    for match in re.finditer(r"(?<=\w)\(", code):
        places = arguments(code, match.start())
        # Declarations have parameters, and these calls do not care.
        if len(places) == 2 and not re.search(
                r"\bfunc\s+\w+$|\b(init|min|max|swap)$", code[:match.start()][-60:]):
            (a, b), (c, d) = places
            texts = [source.text[a:b], source.text[c:d]]
            # Arguments of one label may be of one type.
            if (":" in code[match.end():a]) != (":" in code[b:c]):
                continue
            if "" not in texts and texts[0].strip() != texts[1].strip() and "{" not in code[a:d]:
                yield source.fault(
                    a, source.text[a:d], texts[1] + source.text[b:c] + texts[0])


def is_in_code(source, fault):
    """Whether it can be put in: within statements that are no refusal of an argument."""
    line = source.code[source.code.rfind("\n", 0, fault.start) + 1:]
    line = line[:line.find("\n")]
    if re.search(r"precondition|fatalError|throw |UserError|\bcase \.?\w+ = ", line):
        return False
    return host(source, fault) is not None


def host(source, fault):
    """The block that is written twice, or the file where a number is replaced in place."""
    block = source.tree.innermost(fault.start)
    closure = None
    while block.kind not in ("type", "file"):
        if block.kind in ("function", "statement") and fault.start + len(fault.original) <= block.end:
            return block
        if block.kind == "closure" and closure is None and "\n" in source.text[block.start:block.end]:
            closure = block
        block = block.parent
    if closure:
        return closure
    return source.tree if NUMBER.fullmatch(fault.original) else None


# Targets of little that is drawn from, and with which they are drawn.
SHARED = {"Archives": "Execution", "Figures": "Paper"}


def drawn(sources, seed, count, taken):
    """Some faults: as many of each target as of another, chosen by a hash, so that those of
    unchanged code stay."""
    groups = {}
    for file in sorted(sources):
        source = sources[file]
        for fault in named(list(candidates(source))):
            if fault.key not in taken and is_in_code(source, fault):
                rank = hashlib.sha256(f"{seed}\t{fault.file}\t{fault.id}".encode()).digest()
                groups.setdefault(SHARED.get(fault.group, fault.group), []).append((rank, fault))
    chosen, places = [], sorted(groups)
    for group in places:
        groups[group].sort(key=lambda pair: pair[0])
    while len(chosen) < count and any(groups.values()):
        for group in places:
            if groups[group] and len(chosen) < count:
                chosen.append(groups[group].pop(0)[1])
    return chosen
