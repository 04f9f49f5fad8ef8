"""Figures on labelled pairs of names: precision, recall, errors by phenomenon, and how fast."""

import csv
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from warroom.errors import WarroomError
from warroom.subjects.names.analyse import analyse, kind_of
from warroom.subjects.names.fast import scores
from warroom.subjects.names.kernel import LIMIT
from warroom.subjects.names.name import COMPANY, PERSON, Name
from warroom.subjects.names.packing import pack

_YES, _NO = frozenset({"1", "true", "yes", "y", "same"}), frozenset({"0", "false", "no", "n", "different"})
_COMPANIES = frozenset({"company", "organization", "organisation", "legalentity", "org"})
_PAIRS_TIMED = 200_000


@dataclass(frozen=True, slots=True)
class Pair:
    """Two names, whether they are one, and what the pair shows."""

    a: str
    b: str
    same: bool
    kind: str
    phenomenon: str


class PairsError(WarroomError):
    """A file of pairs that cannot be measured on."""


def read_pairs(path: Path) -> list[Pair]:
    """Pairs of a CSV file with the columns name1, name2 and is_match; kind and phenomenon, or schema and category, where there."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise PairsError(f"{path} cannot be read as a CSV file in UTF-8: {problem}") from problem
    if not rows or not {"name1", "name2", "is_match"} <= set(rows[0]):
        raise PairsError(f"{path} needs the columns name1, name2 and is_match, and a row below them.")
    return [_pair(path, number, row) for number, row in enumerate(rows, 2)]


def _pair(path: Path, number: int, row: Mapping[str, str]) -> Pair:
    said = (row["is_match"] or "").strip().lower()
    if said not in _YES | _NO:
        raise PairsError(f"{path}, line {number}: is_match says {said!r}; write true or false.")
    a, b = row["name1"] or "", row["name2"] or ""
    kind = (row.get("kind") or row.get("schema") or "").strip().lower()
    if not kind:
        kind = COMPANY if COMPANY in (kind_of(a), kind_of(b)) else PERSON
    phenomenon = row.get("phenomenon") or row.get("category") or row.get("case_group") or ""
    return Pair(a, b, said in _YES, COMPANY if kind in _COMPANIES else PERSON, phenomenon)


def score_pairs(pairs: Sequence[Pair]) -> np.ndarray:
    """The score of each pair."""
    first, second, names = _numbered(pairs)
    return scores(pack(names), first, second)


def measure(pairs: Sequence[Pair]) -> dict[str, Any]:
    """F1, precision and recall at the one limit, errors by phenomenon; pairs a second of processor time with every name taken
    apart beforehand, and all in.
    """
    scores(pack([]), np.zeros(0, np.int32), np.zeros(0, np.int32))  # compiled, or read from disk
    began = time.process_time()
    first, second, names = _numbered(pairs)
    packed = pack(names)
    found = scores(packed, first, second)
    all_in = time.process_time() - began
    said, truth = found >= LIMIT, np.array([pair.same for pair in pairs])
    right = int((said & truth).sum())
    precision, recall = right / max(int(said.sum()), 1), right / max(int(truth.sum()), 1)
    repeats = -(-_PAIRS_TIMED // len(pairs))
    many = np.tile(first, repeats), np.tile(second, repeats)
    began = time.process_time()
    scores(packed, *many)
    return {
        "pairs": len(pairs),
        "f1": 2 * precision * recall / max(precision + recall, 1e-9),
        "precision": precision,
        "recall": recall,
        "limit": LIMIT,
        "pairs_per_s": len(many[0]) / (time.process_time() - began),
        "pairs_per_s_all_in": len(pairs) / max(all_in, 1e-9),
        "by": _by(pairs, said != truth),
    }


def _numbered(pairs: Sequence[Pair]) -> tuple[np.ndarray, np.ndarray, list[Name]]:
    numbers: dict[tuple[str, str], int] = {}
    for pair in pairs:
        for text in (pair.a, pair.b):
            numbers.setdefault((text, pair.kind), len(numbers))
    first = np.array([numbers[pair.a, pair.kind] for pair in pairs], dtype=np.int32)
    second = np.array([numbers[pair.b, pair.kind] for pair in pairs], dtype=np.int32)
    return first, second, [analyse(*key) for key in numbers]


def _by(pairs: Sequence[Pair], wrong: np.ndarray) -> dict[str, dict[str, int]]:
    by: dict[str, dict[str, int]] = {}
    for pair, error in zip(pairs, wrong, strict=True):
        of = by.setdefault(pair.phenomenon, {"pairs": 0, "errors": 0})
        of["pairs"] += 1
        of["errors"] += int(error)
    return by
