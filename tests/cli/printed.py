"""The commands that a page prints, as its reader would type them, and what the page says about each.

A line that begins with `#` in a block of commands tells the reader what a command needs; see CONTRIBUTING.md, *Commands in pages*.
It holds for the lines below it, up to an empty line.
"""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "docs" / "tutorial.md", *sorted((ROOT / "docs" / "how-to").glob("*.md"))]

OWN = re.compile(r"# Put your own in place of: (.+)\.")
NEEDS = re.compile(r"# Needs (.+)\.")
MINUTES = "# Takes minutes."
SETS_ASIDE = "exit code 2"
"""Said behind a command that ends so although all is well."""


@dataclass(frozen=True)
class Printed:
    """A command of a page. `own`: words that its reader replaces; `needs`: what not every machine has; `minutes`: it takes so long;
    `marks`: the lines that say so.
    """

    page: str
    line: int
    text: str
    own: tuple[str, ...]
    needs: str | None
    minutes: bool
    marks: tuple[int, ...]

    @property
    def where(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def words(self) -> list[str]:
        return shlex.split(self.text, comments=True)


def commands_of(page: Path) -> list[Printed]:
    """Every command of a page's blocks, in their order."""
    return [
        command for begin, kind, lines in _blocks(page) for command in _commands(page, begin, kind, lines)
    ]


def marks_of(page: Path) -> list[tuple[int, str]]:
    """Every line of a page's blocks that begins with `#`, with its number."""
    return [
        (begin + at, line)
        for begin, _, lines in _blocks(page)
        for at, line in enumerate(lines)
        if line.startswith("#")
    ]


def named_in_text(page: Path) -> list[tuple[int, list[str]]]:
    """The commands of warroom that stand in a page's sentences, with their lines."""
    text = re.sub(
        r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), page.read_text("utf-8"), flags=re.M | re.S
    )
    hits = re.finditer(r"`(warroom [^`]+)`", text)
    return [(text.count("\n", 0, hit.start()) + 1, shlex.split(hit[1])) for hit in hits]


def _blocks(page: Path) -> Iterator[tuple[int, str, list[str]]]:
    """The number of its first line, its kind and its lines, for each block of commands."""
    kind, begin, lines = "", 0, list[str]()
    for number, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("```"):
            lines.append(line)
        elif kind:
            if kind in ("sh", "console"):
                yield begin, kind, lines
            kind = ""
        else:
            kind, begin, lines = line[3:].strip() or "none", number + 1, []


def _commands(page: Path, begin: int, kind: str, lines: list[str]) -> Iterator[Printed]:
    own, needs, minutes, marks, below = list[str](), None, False, list[int](), False
    at = 0
    while at < len(lines):
        first, line = at, lines[at]
        at += 1
        if not line.strip() or (line.startswith("#") and below):
            own, needs, minutes, marks, below = [], None, False, [], False
        if line.startswith("#"):
            marks.append(begin + first)
            if told := OWN.fullmatch(line):
                own = told[1].split(", ")
            elif told := NEEDS.fullmatch(line):
                needs = told[1]
            else:
                minutes |= line == MINUTES
            continue
        if (kind == "console" and not line.startswith("$ ")) or not line.strip():
            continue  # what a command says
        text = line.removeprefix("$ ") if kind == "console" else line
        while _goes_on(text):
            text += "\n" + lines[at]
            at += 1
        below = True
        mine = tuple(word for word in own if word in text)
        yield Printed(str(page.relative_to(ROOT)), begin + first, text, mine, needs, minutes, tuple(marks))


def _goes_on(text: str) -> bool:
    """Whether a command goes on in the next line."""
    if text.rstrip().endswith("\\"):
        return True
    try:
        shlex.split(text, comments=True)
    except ValueError:
        return True
    return False
