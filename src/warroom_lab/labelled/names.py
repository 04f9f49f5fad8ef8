"""Figures on labelled pairs of names: precision, recall, errors by phenomenon, and how fast."""

import csv
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from warroom.errors import WarroomError
from warroom.subjects.names.analyse import analyse_name, guess_name_kind
from warroom.subjects.names.fast import score_name_pairs
from warroom.subjects.names.kernel import LIMIT
from warroom.subjects.names.name import COMPANY, PERSON, AnalysedName
from warroom.subjects.names.packing import pack_names

_YES, _NO = frozenset({"1", "true", "yes", "y", "same"}), frozenset({"0", "false", "no", "n", "different"})
_COMPANIES = frozenset({"company", "organization", "organisation", "legalentity", "org"})
_PAIRS_TIMED = 200_000


@dataclass(frozen=True, slots=True)
class NamePair:
    """Two names, whether they are one, and what the pair shows."""

    a: str
    b: str
    same: bool
    kind: str
    phenomenon: str


class PairsError(WarroomError):
    """A file of pairs that cannot be measured on."""


def read_pairs(path: Path) -> list[NamePair]:
    """Pairs of a CSV file with the columns name1, name2 and is_match; kind and phenomenon, or schema and category, where there."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as problem:
        raise PairsError(f"{path} cannot be read as a CSV file in UTF-8: {problem}") from problem
    if not rows or not {"name1", "name2", "is_match"} <= set(rows[0]):
        raise PairsError(f"{path} needs the columns name1, name2 and is_match, and a row below them.")
    return [_parse_pair(path, number, row) for number, row in enumerate(rows, 2)]


def _parse_pair(path: Path, number: int, row: Mapping[str, str]) -> NamePair:
    match_text = (row["is_match"] or "").strip().lower()
    if match_text not in _YES | _NO:
        raise PairsError(f"{path}, line {number}: is_match says {match_text!r}; write true or false.")
    a, b = row["name1"] or "", row["name2"] or ""
    kind = (row.get("kind") or row.get("schema") or "").strip().lower()
    if not kind:
        kind = COMPANY if COMPANY in (guess_name_kind(a), guess_name_kind(b)) else PERSON
    phenomenon = row.get("phenomenon") or row.get("category") or row.get("case_group") or ""
    return NamePair(a, b, match_text in _YES, COMPANY if kind in _COMPANIES else PERSON, phenomenon)


def score_pairs(pairs: Sequence[NamePair]) -> np.ndarray:
    """The score of each pair."""
    first, second, names = _number_names(pairs)
    return score_name_pairs(pack_names(names), first, second)


def measure_pairs(pairs: Sequence[NamePair]) -> dict[str, Any]:
    """F1, precision and recall at the one limit, errors by phenomenon; pairs a second of processor time with every name taken
    apart beforehand, and all in.
    """
    score_name_pairs(
        pack_names([]), np.zeros(0, np.int32), np.zeros(0, np.int32)
    )  # compiled, or read from disk
    began = time.process_time()
    first, second, names = _number_names(pairs)
    packed = pack_names(names)
    pair_scores = score_name_pairs(packed, first, second)
    all_in = time.process_time() - began
    predicted, truth = pair_scores >= LIMIT, np.array([pair.same for pair in pairs])
    right = int((predicted & truth).sum())
    precision, recall = right / max(int(predicted.sum()), 1), right / max(int(truth.sum()), 1)
    repeats = -(-_PAIRS_TIMED // len(pairs))
    many = np.tile(first, repeats), np.tile(second, repeats)
    began = time.process_time()
    score_name_pairs(packed, *many)
    return {
        "pairs": len(pairs),
        "f1": 2 * precision * recall / max(precision + recall, 1e-9),
        "precision": precision,
        "recall": recall,
        "limit": LIMIT,
        "pairs_per_s": len(many[0]) / (time.process_time() - began),
        "pairs_per_s_all_in": len(pairs) / max(all_in, 1e-9),
        "by": _count_by_phenomenon(pairs, predicted != truth),
    }


def _number_names(pairs: Sequence[NamePair]) -> tuple[np.ndarray, np.ndarray, list[AnalysedName]]:
    numbers: dict[tuple[str, str], int] = {}
    for pair in pairs:
        for text in (pair.a, pair.b):
            numbers.setdefault((text, pair.kind), len(numbers))
    first = np.array([numbers[pair.a, pair.kind] for pair in pairs], dtype=np.int32)
    second = np.array([numbers[pair.b, pair.kind] for pair in pairs], dtype=np.int32)
    return first, second, [analyse_name(*key) for key in numbers]


def _count_by_phenomenon(pairs: Sequence[NamePair], wrong: np.ndarray) -> dict[str, dict[str, int]]:
    by: dict[str, dict[str, int]] = {}
    for pair, error in zip(pairs, wrong, strict=True):
        of = by.setdefault(pair.phenomenon, {"pairs": 0, "errors": 0})
        of["pairs"] += 1
        of["errors"] += int(error)
    return by
