"""An additive score in log-odds: red flags and wording add, assurances subtract up to a limit."""

import math
import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Any, cast

from warroom.signals.adverts.red_flags import AdvertFindings, RedFlag
from warroom.signals.adverts.text_model import WordingScore

VERSION = "adverts-5"
LIMIT = 0.19
"""The probability from which on an advert counts as a lure; fixed. The lowest hundredth at which at most one honest advert in
twenty is flagged, counted on three hands by models and weights that had not seen that hand (214 honest adverts), and above
what any one flag reaches alone."""
TWO = ("pay", "employer_pays", "papers_held", "irregular_crossing")
"""Two of these together with a place are what the list of red flags tells people to act on."""


@cache
def load_weights() -> dict[str, Any]:
    """The weights, as declared."""
    return tomllib.loads(resources.files(__package__).joinpath("weights.toml").read_text("utf-8"))


def score_advert(looked: AdvertFindings, more: Collection[str] = ()) -> float:
    """The score of an advert in log-odds; `more`: flags that follow from other adverts."""
    names = {flag.name for flag in looked.flags} | set(more)
    # By the part that looks worst without one sentence: an innocent sentence is cheap to write.
    wordings = looked.wordings or (WordingScore(0.0, (0, 0)),)
    return float(load_weights()["bias"] + max(_weigh_part(looked, names, wording) for wording in wordings))


def _weigh_part(looked: AdvertFindings, names: Collection[str], wording: WordingScore) -> float:
    """What an advert without one stretch of it adds to the bias; what speaks for it is limited."""
    table = load_weights()

    def is_left_out(flag: RedFlag) -> bool:
        first, last = wording.left_out
        return all(first < end and start < last for start, end in flag.spans)

    shown = {*names, *(flag.name for flag in looked.explained if is_left_out(flag))}
    points = table["wording"]["weight"] * wording.points
    assured = sum(table["assurances"][flag.name] for flag in looked.assurances if not is_left_out(flag))
    return float(
        _weigh_red_flags(looked, shown)
        + min(max(-table["wording"]["honest"], points), table["wording"]["most"])
        - min(assured, table["limits"]["assured"])
    )


def _weigh_red_flags(looked: AdvertFindings, names: Collection[str]) -> float:
    table = load_weights()
    red = sum(table["flags"].get(name, 0.0) for name in names)
    red += sum(table["places"].get(name, 0.0) for name in looked.places)
    return float(
        red + sum(worth for pair, worth in table["together"].items() if _has_pair(pair, names, looked))
    )


def _has_pair(pair: str, names: Collection[str], found: AdvertFindings) -> bool:
    somewhere = "place" in names or "country" in found.places
    if pair == "two-and-place":
        return somewhere and sum(name in names for name in TWO) >= 2
    return all(each in names or (each == "place" and somewhere) for each in pair.split("-"))


def compute_probability(score: float) -> float:
    """The probability of a lure at a score, where one page in three is a lure (the density it was calibrated
    on).
    """
    table = load_weights()["calibration"]
    return compute_chance(table["slope"] * score + table["shift"])


def load_page_weights() -> Mapping[str, float]:
    """The declared weights for combining adverts of one page and of one organiser."""
    return cast("Mapping[str, float]", load_weights()["pages"])


def weigh_evidence(adverts: int, total: float) -> float:
    """Combined log-odds of adverts of one poster, from their number and the sum of their points: their mean
    above the midpoint of both kinds, times the effective number of independent adverts n / (1 + (n - 1)
    alike), the design effect of cluster sampling.
    """
    if not adverts:
        return 0.0
    table = load_page_weights()
    return (total / adverts - table["middle"]) * adverts / (1 + (adverts - 1) * table["alike"])


def compute_chance(odds: float) -> float:
    """The probability for log-odds, in [0, `calibration.most`]: more cannot be shown with the few pages
    measured.
    """
    return min(1 / (1 + math.exp(-odds)), float(load_weights()["calibration"]["most"]))
