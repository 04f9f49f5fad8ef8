"""Names of places and where they lie: Thailand's provinces, or in an exercise those of an invented country.

A place of a record that the gazetteer does not know stays in the tables and is not drawn: nothing is guessed.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

import numpy as np

from warroom.bilingual.texts import Texts
from warroom.sites import outline
from warroom.sites.views import Position, Spot

HEADS = ("changwat ", "จังหวัด", "จ.")
"""What sources write before a province's name."""
NARROW = 0.97
"""A degree of longitude by one of latitude, in the middle of the country: enough to find the nearest."""


class Gazetteer:
    """The places of one country by their names and codes."""

    def __init__(self, spots: Iterable[Spot]) -> None:
        self.spots = tuple(spots)
        self.provinces = tuple(one for one in self.spots if one.province)
        self._named = {key: one for one in self.spots for key in _keys(one)}
        self._places = np.array([(one.lat, one.lon) for one in self.provinces])

    def find(self, name: str) -> Spot | None:
        """The place of a name or code as a record writes it; None where there is no such place."""
        key = _key(name)
        return self._named.get(key) or self._named.get(_bare(key))

    def nearest(self, at: Position) -> Spot:
        """The province whose middle is nearest."""
        away = (self._places - np.array(at)) * np.array([1.0, NARROW])
        return self.provinces[int(np.argmin((away**2).sum(axis=1)))]


@cache
def gazetteer(exercise: bool) -> Gazetteer:
    """The gazetteer of a home: an exercise knows no real place."""
    return Gazetteer(outline.spots() if exercise else _written())


def _written() -> list[Spot]:
    text = resources.files(__package__).joinpath("provinces.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["province"]
    return [Spot(row["code"], Texts(row["th"], row["en"]), row["lat"], row["lon"]) for row in rows]


def _keys(spot: Spot) -> set[str]:
    number = spot.code.removeprefix("TH-")
    return {_key(one) for one in (spot.code, number, spot.name.th, spot.name.en)}


def _key(name: str) -> str:
    return "".join(name.casefold().split())


def _bare(key: str) -> str:
    for head in HEADS:
        key = key.removeprefix(_key(head))
    return key
