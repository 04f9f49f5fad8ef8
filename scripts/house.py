"""Measure the house: its size, its functions, the arrows between its packages and the circles among its files.

    scripts/house.py                  the figures beside those of before, then every import that goes back up and every circle
    scripts/house.py --json           the figures alone
    scripts/house.py --write PAGE     renews the block between the marks `figures: begin` and `figures: end` of a page

`--root` measures another checkout. What an import counts for stands in `house_imports`, what a line of code is in `house_files`.
"""

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from house_files import File, files_of
from house_imports import Graph, back_up, circles, floor_of, floors_of, folders, imports
from house_names import list_classes, list_functions, list_riddles, share_of_one_word_names
from reference_text import table

HERE = Path(__file__).resolve().parents[1]
BEFORE = HERE / "docs" / "measurements" / "house-before.json"
ROOT = "warroom"
BLOCK = re.compile(r"(?<=<!-- figures: begin -->\n).*?(?=<!-- figures: end -->)", re.DOTALL)
SHOWN_PACKAGES = 3

Figures = Mapping[str, Any]


class House:
    """The files of a checkout and what they import; `typed` has the imports under TYPE_CHECKING too."""

    def __init__(self, checkout: Path, package: str = ROOT) -> None:
        self.files = files_of(checkout / "src", package)
        self.floors = floors_of(checkout / ".importlinter")
        self.typed = imports(self.files, for_types=True)
        self.run_circles = circles(imports(self.files, for_types=False))
        self.folder_circles = circles(folders(self.typed, self.files))
        self.back_up = back_up(self.typed, self.floors)

    def figures(self) -> Figures:
        every = self.files.values()
        lines, comments = sum(file.lines for file in every), sum(file.comment_lines for file in every)
        return {
            "files": len(every),
            "lines": lines,
            "code_lines": sum(file.code_lines for file in every),
            "comment_lines": comments,
            "comments_per_100_lines": round(100 * comments / lines, 2),
            "packages": packages(every),
            "functions": functions(every),
            "names": names(every),
            "arrows": arrows(self.files, self.typed),
            "back_up": len(self.back_up),
            "without_floor": sorted({f.room for f in every if f.room and not floor_of(f.name, self.floors)}),
            "circles": sizes(self.run_circles),
            "circles_with_types": sizes(circles(self.typed)),
            "subpackage_circles": self.folder_circles,
        }


def packages(every: Collection[File]) -> dict[str, Figures]:
    """Files, lines and share of all lines of each top-level package, the largest first."""
    whole = sum(file.lines for file in every)
    found = {}
    for room in {file.room for file in every if file.room}:
        own = [file.lines for file in every if file.room == room]
        found[room] = {"files": len(own), "lines": sum(own), "share": round(sum(own) / whole, 4)}
    return dict(sorted(found.items(), key=lambda item: (-item[1]["lines"], item[0])))


def functions(every: Collection[File]) -> Figures:
    lengths = sorted(length for file in every for length in file.function_lengths())
    if not lengths:
        return {"count": 0, "median": 0, "p90": 0, "longest": 0}
    p90 = lengths[len(lengths) * 9 // 10]
    return {"count": len(lengths), "median": median(lengths), "p90": p90, "longest": lengths[-1]}


def names(every: Collection[File]) -> Figures:
    """The share of functions with a one-word name, riddles among locals, and names that several public classes have."""
    shared = Counter(name for file in every for name in list_classes(file))
    return {
        "one_word_share": round(share_of_one_word_names(list(every)), 3),
        "riddles": sum(
            len(list(list_riddles(function))) for file in every for function in list_functions(file)
        ),
        "shared_class_names": sum(count > 1 for count in shared.values()),
    }


def arrows(files: Mapping[str, File], graph: Graph) -> Figures:
    """Pairs of top-level packages of which one imports the other, and the imports of a file by a file that they are made of.

    Possible is one arrow a pair: an order of floors lets none go both ways.
    """
    along = [(files[a].room, files[b].room) for a, others in graph.items() for b in others]
    along = [(a, b) for a, b in along if a and b and a != b]
    rooms = len({file.room for file in files.values()} - {""})
    return {"pairs": len(set(along)), "possible": rooms * (rooms - 1) // 2, "imports": len(along)}


def sizes(found: list[list[str]]) -> Figures:
    return {
        "count": len(found),
        "files": sum(map(len, found)),
        "largest": max(map(len, found), default=0),
    }


def about(number: float) -> str:
    """A number as the page shows it: from 100 on to two digits, so that not every line written changes the page."""
    digits = len(str(round(number)))
    return f"{round(number, min(0, 2 - digits)):,.0f}"


def _biggest(figures: Figures) -> str:
    first = list(figures["packages"].items())[:SHOWN_PACKAGES]
    return ", ".join(f"`{name}` {one['share']:.0%}".replace("%", " %") for name, one in first)


def _functions(figures: Figures) -> str:
    return "{median:g}, {p90}, {longest}".format(**figures["functions"])


def _arrows(figures: Figures) -> str:
    one = figures["arrows"]
    return f"{one['pairs']} of {one['possible']} ({100 * one['pairs'] / max(1, one['possible']):.0f} %)"


def _circles(figures: Figures, which: str) -> str:
    one = figures[which]
    return f"{one['count']}, {about(one['files'])}, {about(one['largest'])}" if one["count"] else "0"


ROWS: dict[str, Callable[[Figures], str]] = {
    "files": lambda one: about(one["files"]),
    "lines": lambda one: about(one["lines"]),
    "lines of code, without comments, docstrings and blank lines": lambda one: about(one["code_lines"]),
    "the biggest packages, by share of all lines": _biggest,
    "comment lines per 100 lines": lambda one: f"{one['comments_per_100_lines']:.1f}",
    "lines of a function: median, 90th percentile, longest": _functions,
    "functions with a one-word name": lambda one: f"{100 * one['names']['one_word_share']:.0f} %",
    "locals `one`, `found`, `told`, `each`, `said`, `came` in functions over 8 lines": lambda one: about(
        one["names"]["riddles"]
    ),
    "names that several public classes have": lambda one: about(one["names"]["shared_class_names"]),
    "arrows between packages, of those possible": _arrows,
    "imports of a file by a file along them": lambda one: about(one["arrows"]["imports"]),
    "imports that go back up against the floors": lambda one: str(one["back_up"]),
    "circles among files, files in them, files in the largest": lambda one: _circles(one, "circles"),
    "the same, with imports for types alone": lambda one: _circles(one, "circles_with_types"),
    "circles among subpackages": lambda one: (
        str(len(one["subpackage_circles"])) if "subpackage_circles" in one else ""
    ),
}


def beside(saved: Path, now: Figures) -> str:
    """The table of the figures beside those that `--json` once printed."""
    before = json.loads(saved.read_text(encoding="utf-8"))
    return table(["figure", "before", "now"], ([name, of(before), of(now)] for name, of in ROWS.items()))


def renew(page: Path, text: str) -> None:
    """Write the table between the marks of a page. Raises SystemExit where the page has no marks for it."""
    whole = page.read_text(encoding="utf-8")
    if not BLOCK.search(whole):
        sys.exit(f"{page} has no line '<!-- figures: begin -->' with '<!-- figures: end -->' after it.")
    page.write_text(BLOCK.sub(lambda _: f"\n{text}\n", whole), encoding="utf-8")


def asked() -> argparse.Namespace:
    options = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    options.add_argument("--json", action="store_true", help="print the figures as JSON")
    options.add_argument("--write", type=Path, metavar="PAGE", help="renew the block of figures in a page")
    options.add_argument(
        "--before", type=Path, default=BEFORE, help="figures to set beside, written by --json"
    )
    options.add_argument("--root", type=Path, default=HERE, help="the checkout to measure")
    options.add_argument("--package", default=ROOT, help="the package of it to measure")
    return options.parse_args()


def main() -> None:
    wanted = asked()
    house = House(wanted.root, wanted.package)
    figures = house.figures()
    if wanted.json:
        print(json.dumps(figures, indent=2))
    if wanted.write:
        renew(wanted.write, beside(wanted.before, figures))
    if not wanted.json and not wanted.write:
        print(beside(wanted.before, figures))
        print_places(house)


def print_places(house: House) -> None:
    """Where the arrows and circles are that should not be."""
    for name, other in house.back_up:
        print(f"back up: {name} imports {other}")
    for one in house.run_circles:
        print(f"circle: {', '.join(one)}")
    for one in house.folder_circles:
        print(f"circle of subpackages: {', '.join(one)}")


if __name__ == "__main__":
    main()
