"""Figures on labelled adverts: lures found, honest ones flagged with the bound that so many prove, flags and languages.

Nothing is learned from the file: weights and the limit are the shipped ones.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from warroom.signals.adverts.files import AdvertsError, rows_of
from warroom.signals.adverts.flags import NUMBERS, Looked, look
from warroom.signals.adverts.score import LIMIT, points, probability
from warroom_lab.labelled.bounds import upper_bound

LABELS = ("lure", "honest", "borderline")
_NAMES = {
    **NUMBERS,
    **{number: number for number in NUMBERS.values()},
}
_COUNTED = frozenset(NUMBERS.values()) - {"R15", "R16"}


@dataclass(frozen=True, slots=True)
class Labelled:
    """An advert and what people said of it; `flags` None where nobody marked any."""

    language: str
    text: str
    label: str
    flags: frozenset[str] | None
    style: str = ""


def read_labelled(path: Path) -> list[Labelled]:
    """Adverts of a JSON Lines file with lang, text, label and, where there, flags and style; raises AdvertsError."""
    rows = list(rows_of(path))
    if not rows:
        raise AdvertsError(f"{path} holds no advert; each line is a JSON object with lang, text and label.")
    return [_labelled(path, number, row) for number, row in rows]


def _labelled(path: Path, number: int, row: Mapping[str, Any]) -> Labelled:
    label = str(row.get("label", "")).strip().lower()
    if label not in LABELS:
        raise AdvertsError(f"{path}, line {number}: label says {label!r}; write lure, honest or borderline.")
    flags = row.get("flags")
    marked = (
        frozenset(_NAMES.get(str(each).strip(), str(each)) for each in flags)
        if isinstance(flags, list)
        else None
    )
    return Labelled(str(row.get("lang", "")), row["text"], label, marked, str(row.get("style", "")))


@dataclass(frozen=True, slots=True)
class Judged:
    """An advert with what was found and its points."""

    labelled: Labelled
    found: Looked
    points: float

    @property
    def flagged(self) -> bool:
        """Whether it is shown to people as a likely lure."""
        return probability(self.points) >= LIMIT

    @property
    def numbers(self) -> frozenset[str]:
        """Its flags by number."""
        return frozenset(flag.number for flag in self.found.flags) & _COUNTED


def judged(labelled: Sequence[Labelled]) -> list[Judged]:
    """Each advert looked at."""
    found = [look(one.text) for one in labelled]
    return [Judged(one, each, points(each)) for one, each in zip(labelled, found, strict=True)]


def measure(labelled: Sequence[Labelled]) -> dict[str, Any]:
    """Figures of all and by language, as `warroom bench adverts --json` answers them."""
    seen = judged(labelled)
    by: dict[str, list[Judged]] = defaultdict(list)
    for one in seen:
        by[one.labelled.language].append(one)
    return {**figures(seen), "by": {language: figures(each) for language, each in sorted(by.items())}}


def figures(seen: Sequence[Judged]) -> dict[str, Any]:
    """Recall, share of honest adverts flagged with its 95 % upper bound, rank figures, F1 of flags and counts."""
    lures = [one for one in seen if one.labelled.label == "lure"]
    honest = [one for one in seen if one.labelled.label == "honest"]
    wrong = sum(one.flagged for one in honest)
    return {
        "recall": _share(sum(one.flagged for one in lures), len(lures)),
        "honest_flagged": _share(wrong, len(honest)),
        "upper_bound": upper_bound(wrong, len(honest)) if honest else None,
        "auc": auc([one.points for one in lures], [one.points for one in honest]),
        "auc_of_counting": auc([len(one.numbers) for one in lures], [len(one.numbers) for one in honest]),
        "flags_f1": _flags_f1([one for one in seen if one.labelled.flags is not None]),
        "lures": len(lures),
        "honest": len(honest),
        "borderline": len(seen) - len(lures) - len(honest),
    }


def auc(high: Sequence[float], low: Sequence[float]) -> float | None:
    """The share of pairs of a lure and an honest advert that are ranked right, ties half."""
    if not high or not low:
        return None
    below = np.sort(np.asarray(low, float))
    places = np.asarray(high, float)
    both = np.searchsorted(below, places, "left") + np.searchsorted(below, places, "right")
    return float(both.mean() / (2 * len(low)))


def _flags_f1(marked: Sequence[Judged]) -> float | None:
    both = shown = meant = 0
    for one in marked:
        wanted = (one.labelled.flags or frozenset()) & _COUNTED
        both, shown, meant = both + len(one.numbers & wanted), shown + len(one.numbers), meant + len(wanted)
    return 2 * both / (shown + meant) if shown + meant else None


def _share(part: int, count: int) -> float | None:
    return part / count if count else None
