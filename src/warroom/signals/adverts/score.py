"""An additive score over flags in log-odds: red flags add, assurances subtract up to a limit."""

import math
import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Any, cast

from warroom.signals.adverts.red_flags import AdvertFindings

VERSION = "adverts-3"
LIMIT = 0.16
"""The probability from which on an advert counts as a lure; fixed. As low as honest adverts allow, since in
unseen wordings
flags are missed more often than honest adverts have them; above what any one flag reaches alone."""
TWO = ("pay", "employer_pays", "papers_held", "irregular_crossing")
"""Two of these together with a place are what the list of red flags tells people to act on."""


@cache
def load_weights() -> dict[str, Any]:
    """The weights, as declared."""
    return tomllib.loads(resources.files(__package__).joinpath("weights.toml").read_text("utf-8"))


def score_advert(looked: AdvertFindings, more: Collection[str] = ()) -> float:
    """The score of an advert in log-odds; `more`: flags that follow from other adverts."""
    names = {flag.name for flag in looked.flags} | set(more)
    table = load_weights()
    red = sum(table["flags"].get(name, 0.0) for name in names)
    red += sum(table["places"].get(name, 0.0) for name in looked.places)
    red += sum(worth for pair, worth in table["together"].items() if _has_pair(pair, names, looked))
    # Limited, or a lure could buy itself free with the phrases of honest offers.
    assured = sum(table["assurances"][flag.name] for flag in looked.assurances)
    return float(table["bias"] + red - min(assured, table["limits"]["assured"]))


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
