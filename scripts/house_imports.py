"""Which file imports which: the arrows between packages, those against the floors, and circles.

An import counts for everything it runs: the module or package that it names (for a package its `__init__.py`), a file
taken out of that package, and the `__init__.py` of each package that it enters from outside. Imports inside functions
count as any other; what is named only at run time (importlib) is not seen.
"""

import ast
import configparser
import re
from collections.abc import Iterator, Mapping
from importlib.util import resolve_name
from pathlib import Path

from house_files import File, statements

Graph = dict[str, set[str]]
"""The names that each file imports."""


def imports(files: Mapping[str, File], *, for_types: bool) -> Graph:
    """What each file imports of the others; `for_types` adds what stands under `if TYPE_CHECKING` alone."""
    return {
        name: {
            run
            for node in statements(file.tree, for_types=for_types)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for named in _named(node, file)
            for run in (named, *_entered(named, file))
            if run in files and run != name
        }
        for name, file in files.items()
    }


def _named(node: ast.Import | ast.ImportFrom, file: File) -> Iterator[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
        return
    here = file.name if file.package else file.name.rpartition(".")[0]
    module = resolve_name("." * node.level + (node.module or ""), here)
    yield module
    yield from (f"{module}.{alias.name}" for alias in node.names)


def _entered(named: str, file: File) -> Iterator[str]:
    """The packages around a name that are not around the file: Python runs their `__init__.py` first."""
    parts = named.split(".")
    around = (".".join(parts[:end]) for end in range(1, len(parts)))
    return (package for package in around if not f"{file.name}.".startswith(f"{package}."))


def circles(graph: Graph) -> list[list[str]]:
    """Files that reach each other (strongly connected components of two and more), the largest first."""
    reach = {name: _reached(graph, name) for name in graph}
    found = {
        frozenset(other for other in there if name in reach[other])
        for name, there in reach.items()
        if name in there
    }
    return sorted((sorted(one) for one in found), key=lambda one: (-len(one), one))


def folders(graph: Graph, files: Mapping[str, File]) -> Graph:
    """Which folder imports which, the files of each taken together. A folder and one inside it are the same house."""
    among: Graph = {_folder(files[name]): set() for name in graph}
    for name, others in graph.items():
        here = _folder(files[name])
        among[here] |= {
            there
            for other in others
            if not f"{(there := _folder(files[other]))}.".startswith(f"{here}.")
            and not f"{here}.".startswith(f"{there}.")
        }
    return among


def _folder(file: File) -> str:
    return file.name if file.package else file.name.rpartition(".")[0]


def _reached(graph: Graph, start: str) -> set[str]:
    seen: set[str] = set()
    ahead = [start]
    while ahead:
        new = graph[ahead.pop()] - seen
        seen |= new
        ahead += new
    return seen


def floors_of(importlinter: Path) -> dict[str, int]:
    """The packages of the contract `floors` by how far from the top they stand; side by side is the same floor."""
    read = configparser.ConfigParser()
    read.read(importlinter, encoding="utf-8")
    said = read["importlinter:contract:floors"]
    rows, within = said["layers"].strip().splitlines(), said["containers"].strip()
    return {
        f"{within}.{name}": depth for depth, row in enumerate(rows) for name in re.findall(r"[\w.]+", row)
    }


def floor_of(name: str, floors: Mapping[str, int]) -> str | None:
    """The package of the floors that a file belongs to, the narrowest one."""
    around = [one for one in floors if f"{name}.".startswith(f"{one}.")]
    return max(around, key=len, default=None)


def back_up(graph: Graph, floors: Mapping[str, int]) -> list[tuple[str, str]]:
    """Imports that go to a floor above, or to one that stands beside."""
    placed = {name: floor_of(name, floors) for name in graph}
    return sorted(
        (name, other)
        for name, others in graph.items()
        for other in others
        if (here := placed[name])
        and (there := placed[other])
        and here != there
        and floors[there] <= floors[here]
    )
