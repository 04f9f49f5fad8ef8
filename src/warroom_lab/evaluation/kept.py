"""Seeds that an evaluation has played, kept in its folder until the page is there: a run that was stopped goes on from them.

A seed counts only for the same question and the very same program, since another one would give other figures.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from warroom_lab.evaluation.missing import Missing
from warroom_lab.evaluation.scores import Figure
from warroom_lab.evaluation.seeds import Asked, OfSeed
from warroom_lab.evaluation.twins import Twin

NAME = "unfinished"
"""The folder, inside the page's, in which they lie."""
PROGRAM = (".py", ".toml", ".model")


@dataclass(frozen=True)
class Kept:
    """What was played so far; `folder` is where."""

    folder: Path

    @classmethod
    def beside(cls, page: Path) -> "Kept":
        """In the folder of a page."""
        return cls(page / NAME)

    def read(self, asked: Asked, seed: int) -> OfSeed | None:
        """What was found on a seed; None where it has to be played."""
        try:
            return _read(json.loads(self._file(asked, seed).read_text("utf-8")))
        # A file that was damaged costs one seed, not the run.
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, asked: Asked, seed: int, found: OfSeed) -> None:
        """Keep what was found on a seed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self._file(asked, seed)
        making = file.with_suffix(".making")
        making.write_text(json.dumps(_written(found)), "utf-8")
        making.rename(file)

    def clear(self) -> None:
        """Forget it all: the page is there."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _file(self, asked: Asked, seed: int) -> Path:
        question = (
            asked.size,
            asked.policies,
            sorted(asked.tools),
            asked.scenario,
            asked.gangs,
            asked.without,
        )
        name = sha256(f"{program()} {question}".encode()).hexdigest()[:16]
        return self.folder / f"{name}-{seed}.json"


@cache
def program() -> str:
    """What this program is: the hash of all its files that figures may depend on."""
    root = Path(str(files("warroom")))
    digest = sha256()
    for path in sorted(path for path in root.rglob("*") if path.suffix in PROGRAM):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _written(found: OfSeed) -> dict[str, Any]:
    return {
        "scores": {
            policy: {name: _figure(figure) for name, figure in figures.items()}
            for policy, figures in found.scores.items()
        },
        "twin": found.twin,
        "orders": found.orders,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    if isinstance(figure.value, Missing):
        return {"why": figure.value.why}
    # A part's number is a text in JSON; a float comes back to its last bit.
    return {"value": figure.value, "parts": None if figure.parts is None else list(figure.parts.items())}


def _read(body: Mapping[str, Any]) -> OfSeed:
    scores = {
        policy: {name: _figure_of(figure) for name, figure in figures.items()}
        for policy, figures in body["scores"].items()
    }
    return OfSeed(scores, body["twin"] and Twin(*body["twin"]), tuple(body["orders"]))


def _figure_of(body: Mapping[str, Any]) -> Figure:
    if "why" in body:
        return Figure(Missing(body["why"]))
    parts = body["parts"]
    return Figure(body["value"], None if parts is None else dict(parts))
