"""An additive score over flags: each adds, what honest offers say takes away, nothing more than so much."""

import math
import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from importlib import resources
from typing import Any, cast

from warroom.signals.adverts.flags import AdvertFindings

VERSION = "adverts-3"
LIMIT = 0.16
"""From this probability on an advert is worth a look as a lure; fixed, whatever file is measured. As low as honest adverts allow, since in
unseen wordings flags are missed more often than honest adverts have them; above what any one flag reaches alone."""
TWO = ("pay", "employer_pays", "papers_held", "irregular_crossing")
"""Two of these with a place are what a person looks at, by the list of red flags."""


@cache
def load_weights() -> dict[str, Any]:
    """The weights, as declared."""
    return tomllib.loads(resources.files(__package__).joinpath("weights.toml").read_text("utf-8"))


def score_advert(looked: AdvertFindings, more: Collection[str] = ()) -> float:
    """The score of an advert in logarithms of odds; `more`: flags that other adverts show."""
    names = {flag.name for flag in looked.flags} | set(more)
    table = load_weights()
    red = sum(table["flags"].get(name, 0.0) for name in names)
    red += sum(table["places"].get(name, 0.0) for name in looked.places)
    red += sum(worth for pair, worth in table["together"].items() if _has_pair(pair, names, looked))
    assured = sum(table["assurances"][flag.name] for flag in looked.assurances)
    return float(table["bias"] + red - min(assured, table["limits"]["assured"]))


def _has_pair(pair: str, names: Collection[str], found: AdvertFindings) -> bool:
    somewhere = "place" in names or "country" in found.places
    if pair == "two-and-place":
        return somewhere and sum(name in names for name in TWO) >= 2
    return all(each in names or (each == "place" and somewhere) for each in pair.split("-"))


def compute_probability(score: float) -> float:
    """How likely an advert of so many points is a lure, where one page of three carries lures."""
    table = load_weights()["calibration"]
    return compute_chance(table["slope"] * score + table["shift"])


def load_page_weights() -> Mapping[str, float]:
    """How adverts of one page and one organiser are weighed together, as declared."""
    return cast("Mapping[str, float]", load_weights()["pages"])


def weigh_evidence(adverts: int, total: float) -> float:
    """What so many adverts of one hand, of so many points together, say: by how much their mean is above what both kinds show, times how
    many independent adverts they are worth, n / (1 + (n - 1) alike), the design effect of sampling in clusters.
    """
    if not adverts:
        return 0.0
    table = load_page_weights()
    return (total / adverts - table["middle"]) * adverts / (1 + (adverts - 1) * table["alike"])


def compute_chance(odds: float) -> float:
    """The probability of odds told as logarithms; from 0 to what few pages can prove."""
    return min(1 / (1 + math.exp(-odds)), float(load_weights()["calibration"]["most"]))
