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
from warroom_lab.evaluation.scores import ScoreFigure
from warroom_lab.evaluation.seeds import EvaluationSetup, SeedResult
from warroom_lab.evaluation.twins import Twin

NAME = "unfinished"
"""The folder, inside the page's, in which they lie."""
PROGRAM = (".py", ".toml", ".model")


@dataclass(frozen=True)
class SeedCache:
    """What was played so far; `folder` is where."""

    folder: Path

    @classmethod
    def for_page(cls, page: Path) -> "SeedCache":
        """In the folder of a page."""
        return cls(page / NAME)

    def find_seed(self, asked: EvaluationSetup, seed: int) -> SeedResult | None:
        """What was found on a seed; None where it has to be played."""
        try:
            return _seed_from_json(json.loads(self._get_seed_file(asked, seed).read_text("utf-8")))
        # A file that was damaged costs one seed, not the run.
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save_seed(self, asked: EvaluationSetup, seed: int, found: SeedResult) -> None:
        """Keep what was found on a seed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self._get_seed_file(asked, seed)
        making = file.with_suffix(".making")
        making.write_text(json.dumps(_seed_to_json(found)), "utf-8")
        making.rename(file)

    def delete_all(self) -> None:
        """Forget it all: the page is there."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _get_seed_file(self, asked: EvaluationSetup, seed: int) -> Path:
        question = (
            asked.size,
            asked.policies,
            sorted(asked.tools),
            asked.scenario,
            asked.gangs,
            asked.without,
        )
        name = sha256(f"{hash_program()} {question}".encode()).hexdigest()[:16]
        return self.folder / f"{name}-{seed}.json"


@cache
def hash_program() -> str:
    """What this program is: the hash of all its files that figures may depend on, the laboratory's too."""
    digest = sha256()
    for root in (Path(str(files("warroom"))), Path(str(files("warroom_lab")))):
        for path in sorted(path for path in root.rglob("*") if path.suffix in PROGRAM):
            digest.update(f"{root.name}/{path.relative_to(root)}".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _seed_to_json(seed_result: SeedResult) -> dict[str, Any]:
    return {
        "scores": {
            policy: {name: _figure_to_json(figure) for name, figure in figures.items()}
            for policy, figures in seed_result.scores.items()
        },
        "where": seed_result.where,
        "twin": seed_result.twin,
        "orders": seed_result.orders,
    }


def _figure_to_json(figure: ScoreFigure) -> dict[str, Any]:
    if isinstance(figure.value, Missing):
        return {"why": figure.value.why}
    return {"value": figure.value}


def _seed_from_json(body: Mapping[str, Any]) -> SeedResult:
    scores = {
        policy: {name: _figure_from_json(figure) for name, figure in figures.items()}
        for policy, figures in body["scores"].items()
    }
    return SeedResult(scores, body["where"], body["twin"] and Twin(*body["twin"]), tuple(body["orders"]))


def _figure_from_json(body: Mapping[str, Any]) -> ScoreFigure:
    if "why" in body:
        return ScoreFigure(Missing(body["why"]))
    return ScoreFigure(body["value"])
