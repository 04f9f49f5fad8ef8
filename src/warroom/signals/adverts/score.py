"""An additive score over flags: each adds, what honest offers say takes away, nothing more than so much."""

import math
import tomllib
from collections.abc import Collection
from functools import cache
from importlib import resources
from typing import Any

from warroom.signals.adverts.flags import Looked

VERSION = "adverts-2"
LIMIT = 0.16
"""From this probability on an advert is worth a look as a lure; fixed, whatever file is measured. As low as honest adverts allow, since in
unseen wordings flags are missed more often than honest adverts have them; above what any one flag reaches alone."""
TWO = ("pay", "employer_pays", "papers_held", "irregular_crossing")
"""Two of these with a place are what a person looks at, by the list of red flags."""


@cache
def weights() -> dict[str, Any]:
    """The weights, as declared."""
    return tomllib.loads(resources.files(__package__).joinpath("weights.toml").read_text("utf-8"))


def points(found: Looked, more: Collection[str] = ()) -> float:
    """The score of an advert in logarithms of odds; `more`: flags that other adverts show."""
    names = {flag.name for flag in found.flags} | set(more)
    table = weights()
    red = sum(table["flags"].get(name, 0.0) for name in names)
    red += sum(table["places"].get(name, 0.0) for name in found.places)
    red += sum(worth for pair, worth in table["together"].items() if _together(pair, names, found))
    assured = sum(table["assurances"][flag.name] for flag in found.assurances)
    return float(table["bias"] + red - min(assured, table["limits"]["assured"]))


def _together(pair: str, names: Collection[str], found: Looked) -> bool:
    somewhere = "place" in names or "country" in found.places
    if pair == "two-and-place":
        return somewhere and sum(name in names for name in TWO) >= 2
    return all(each in names or (each == "place" and somewhere) for each in pair.split("-"))


def probability(score: float) -> float:
    """How likely a lure is at so many points, where one page of three carries lures; from 0 to what few pages can prove."""
    table = weights()["calibration"]
    chance = 1 / (1 + math.exp(-(table["slope"] * score + table["shift"])))
    return min(chance, float(table["most"]))
