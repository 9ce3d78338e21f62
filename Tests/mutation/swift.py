"""Swift sources as text: which characters are code, and which braces hold statements."""

import re
from dataclasses import dataclass, field

OPEN, CLOSE = "([{", ")]}"


def code(text):
    """The text with comments, strings and regular expressions blanked, at equal places."""
    out = list(text)
    i, n = 0, len(text)

    def blank(start, end):
        for k in range(start, min(end, n)):
            if out[k] != "\n":
                out[k] = " "

    while i < n:
        if text.startswith("//", i):
            end = text.find("\n", i)
            end = n if end < 0 else end
        elif text.startswith("/*", i):
            depth, end = 1, i + 2
            while end < n and depth:
                if text.startswith("/*", end):
                    depth, end = depth + 1, end + 2
                elif text.startswith("*/", end):
                    depth, end = depth - 1, end + 2
                else:
                    end += 1
        elif text.startswith("#/", i):
            end = text.index("/#", i + 2) + 2
        elif re.match(r'#*"', text[i:]):
            end = string_end(text, i)
        else:
            i += 1
            continue
        blank(i, end)
        i = end
    return "".join(out)


def string_end(text, i):
    """The place after a string literal that begins at `i`."""
    hashes = len(re.match(r"#*", text[i:]).group())
    quote = '"""' if text.startswith('"""', i + hashes) else '"'
    place = i + hashes + len(quote)
    escape, ending = "\\" + "#" * hashes, quote + "#" * hashes
    while place < len(text):
        if text.startswith(ending, place):
            return place + len(ending)
        if text.startswith(escape, place):
            place += len(escape)
            if text[place] != "(":
                place += 1
                continue
            depth = 0
            while True:
                if text[place] == '"':
                    place = string_end(text, place)
                    continue
                depth += {"(": 1, ")": -1}.get(text[place], 0)
                place += 1
                if depth == 0:
                    break
        else:
            place += 1
    return place


STATEMENT = {"if", "else", "for", "while", "guard", "do", "repeat", "catch", "defer"}
FUNCTION = {"func", "init", "deinit", "get", "set", "didSet", "willSet", "subscript"}
TYPE = {"struct", "class", "enum", "extension", "protocol", "actor"}
HEAD = re.compile(
    r"^\s*(?:@\w+\s+)*(?:(?:package|public|private|fileprivate|internal|static|final|mutating|"
    r"consuming|borrowing|nonisolated|override|convenience|indirect|lazy|weak|prefix)(?:\(set\))?\s+)*"
    r"(?:class\s+(?=func|var))?(?:\w+:\s+(?=for|while|repeat))?(\w+)")


@dataclass
class Block:
    """A pair of braces: places of what is between them, and what it is."""

    start: int
    end: int
    kind: str
    name: str
    parent: "Block | None"
    children: list = field(default_factory=list)

    def innermost(self, place):
        for child in self.children:
            if child.start <= place < child.end:
                return child.innermost(place)
        return self

    @property
    def path(self):
        """The declarations around it, outermost first."""
        outer = self.parent.path if self.parent else []
        is_named = self.name and (self.kind != "closure" or self.parent.kind in ("type", "file"))
        return outer + [self.name] if is_named else outer


def kind_of(head, inside):
    """What a brace is whose line begins with `head`, and its name if it is a declaration."""
    lines = head.split("\n")
    for k in range(len(lines) - 1, -1, -1):
        match = HEAD.match(lines[k])
        word = match.group(1) if match else ""
        rest = "\n".join(lines[k:])
        if word in FUNCTION:
            name = re.search(r"\bfunc\s+([^\s<]+|<\S*)", rest)
            return "function", name.group(1) if name else (word if word == "init" else "")
        if word in TYPE:
            name = re.search(r"\b" + word + r"\s+([\w.]+)", rest)
            return "type", name.group(1) if name else ""
        if word in ("switch", "return", "let", "var") and re.search(r"\bswitch\b", rest):
            return "cases", ""
        if word in STATEMENT:
            return "statement", ""
        if word in ("let", "var", "return", "case"):
            name = re.search(r"\b(?:let|var)\s+(\w+)", rest)
            if re.search(r"(=|\breturn)\s*if\b", rest):
                return "statement", ""
            if word == "var" and "=" not in re.sub(r"==|->", "", rest):
                accessors = re.match(r"\s*(get|set|didSet|willSet|_read|_modify)\b", inside)
                return ("type" if accessors else "function"), name.group(1) if name else ""
            return "closure", name.group(1) if name else ""
    return "closure", ""


def blocks(code_text):
    """The tree of braces of a file."""
    root = Block(0, len(code_text), "file", "", None)
    stack, brackets = [root], []
    for i, c in enumerate(code_text):
        if c in "([":
            brackets.append(c)
        elif c in ")]":
            brackets.pop()
        elif c == "{":
            block = Block(i + 1, i + 1, "", "", stack[-1])
            block.head = head_before(code_text, i)
            stack[-1].children.append(block)
            stack.append(block)
            brackets.append(c)
        elif c == "}":
            brackets.pop()
            block = stack.pop()
            block.end = i
            if block.head is None:
                block.kind, block.name = "closure", ""
            else:
                block.kind, block.name = kind_of(block.head, code_text[block.start:i])
    return root


def head_before(text, brace):
    """What stands before a brace in its statement, brackets blanked; nothing within a call."""
    out, depth, i = [], 0, brace - 1
    while i >= 0:
        c = text[i]
        if c in CLOSE and not (c == "}" and depth == 0):
            depth += 1
        elif c in OPEN:
            if depth == 0:
                return None if c in "([" else "".join(reversed(out))
            depth -= 1
        elif depth == 0 and c in "};":
            break
        elif depth == 0:
            out.append(c)
        i -= 1
    return "".join(reversed(out))
