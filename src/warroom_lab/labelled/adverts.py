"""Figures on labelled adverts: lures found, honest ones flagged with the bound that so many prove, flags and languages.

Nothing is learned from the file: weights and the limit are the shipped ones.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from warroom.signals.adverts.files import AdvertsError, read_rows
from warroom.signals.adverts.red_flags import NUMBERS, AdvertFindings, find_red_flags
from warroom.signals.adverts.score import LIMIT, compute_probability, score_advert
from warroom_lab.labelled.bounds import compute_upper_bound

LABELS = ("lure", "honest", "borderline")
_NAMES = {**NUMBERS, **{number.casefold(): number for number in NUMBERS.values()}}
_COUNTED = frozenset(NUMBERS.values()) - {"R15", "R16"}


@dataclass(frozen=True, slots=True)
class LabelledAdvert:
    """An advert and what people said of it; `flags` None where nobody marked any. `unknown_flags`: marks that are no flag of
    the program, by which its flags cannot be scored.
    """

    language: str
    text: str
    label: str
    flags: frozenset[str] | None
    style: str = ""
    unknown_flags: tuple[str, ...] = ()


def read_labelled(path: Path) -> list[LabelledAdvert]:
    """Adverts of a JSON Lines file with lang, text, label and, where there, flags and style; raises AdvertsError."""
    rows = list(read_rows(path))
    if not rows:
        raise AdvertsError(f"{path} holds no advert; each line is a JSON object with lang, text and label.")
    return [_parse_advert(path, number, row) for number, row in rows]


def _parse_advert(path: Path, number: int, row: Mapping[str, Any]) -> LabelledAdvert:
    label = str(row.get("label", "")).strip().lower()
    if label not in LABELS:
        raise AdvertsError(f"{path}, line {number}: label says {label!r}; write lure, honest or borderline.")
    flags = row.get("flags")
    known = (
        {str(flag): _NAMES.get(_fold_name(str(flag))) for flag in flags} if isinstance(flags, list) else {}
    )
    return LabelledAdvert(
        str(row.get("lang", "")),
        row["text"],
        label,
        frozenset(filter(None, known.values())) if isinstance(flags, list) else None,
        str(row.get("style", "")),
        tuple(name for name, number in known.items() if number is None),
    )


def _fold_name(name: str) -> str:
    return "_".join(name.casefold().replace("-", " ").replace("_", " ").split())


@dataclass(frozen=True, slots=True)
class JudgedAdvert:
    """An advert with what was found and its points."""

    labelled: LabelledAdvert
    found: AdvertFindings
    points: float

    @property
    def flagged(self) -> bool:
        """Whether it is shown to people as a likely lure."""
        return compute_probability(self.points) >= LIMIT

    @property
    def numbers(self) -> frozenset[str]:
        """Its flags by number."""
        return frozenset(flag.number for flag in self.found.flags) & _COUNTED


def judge_adverts(labelled: Sequence[LabelledAdvert]) -> list[JudgedAdvert]:
    """Each advert looked at."""
    found = [find_red_flags(one.text) for one in labelled]
    return [JudgedAdvert(one, each, score_advert(each)) for one, each in zip(labelled, found, strict=True)]


def measure_adverts(labelled: Sequence[LabelledAdvert]) -> dict[str, Any]:
    """Figures of all and by language, as `warroom bench adverts --json` answers them.

    `unknown_flags`: marks of the file that are no flag of the program, with their number; adverts with one are left out of
    `flags_f1`, which is None where none is left.
    """
    seen = judge_adverts(labelled)
    by: dict[str, list[JudgedAdvert]] = defaultdict(list)
    for advert in seen:
        by[advert.labelled.language].append(advert)
    return {
        **compute_figures(seen),
        "unknown_flags": dict(
            Counter(name for advert in labelled for name in advert.unknown_flags).most_common()
        ),
        "by": {language: compute_figures(judged) for language, judged in sorted(by.items())},
    }


def compute_figures(seen: Sequence[JudgedAdvert]) -> dict[str, Any]:
    """Recall, share of honest adverts flagged with its 95 % upper bound, rank figures, F1 of flags and counts."""
    lures = [judgement for judgement in seen if judgement.labelled.label == "lure"]
    honest = [judgement for judgement in seen if judgement.labelled.label == "honest"]
    wrong = sum(judgement.flagged for judgement in honest)
    return {
        "recall": _compute_share(sum(judgement.flagged for judgement in lures), len(lures)),
        "honest_flagged": _compute_share(wrong, len(honest)),
        "upper_bound": compute_upper_bound(wrong, len(honest)) if honest else None,
        "auc": compute_auc(
            [judgement.points for judgement in lures], [judgement.points for judgement in honest]
        ),
        "auc_of_counting": compute_auc(
            [len(judgement.numbers) for judgement in lures], [len(judgement.numbers) for judgement in honest]
        ),
        "flags_f1": _compute_red_flags_f1(
            [
                judgement
                for judgement in seen
                if judgement.labelled.flags is not None and not judgement.labelled.unknown_flags
            ]
        ),
        "lures": len(lures),
        "honest": len(honest),
        "borderline": len(seen) - len(lures) - len(honest),
    }


def compute_auc(high: Sequence[float], low: Sequence[float]) -> float | None:
    """The share of pairs of a lure and an honest advert that are ranked right, ties half."""
    if not high or not low:
        return None
    below = np.sort(np.asarray(low, float))
    places = np.asarray(high, float)
    both = np.searchsorted(below, places, "left") + np.searchsorted(below, places, "right")
    return float(both.mean() / (2 * len(low)))


def _compute_red_flags_f1(marked: Sequence[JudgedAdvert]) -> float | None:
    both = shown = meant = 0
    for one in marked:
        wanted = (one.labelled.flags or frozenset()) & _COUNTED
        both, shown, meant = both + len(one.numbers & wanted), shown + len(one.numbers), meant + len(wanted)
    return 2 * both / (shown + meant) if shown + meant else None


def _compute_share(part: int, count: int) -> float | None:
    return part / count if count else None
