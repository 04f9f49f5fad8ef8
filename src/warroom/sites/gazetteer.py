"""Names of places and their positions: Thailand's provinces, or in an exercise those of an invented country.

A place that the gazetteer does not know remains in the tables and is not drawn: nothing is guessed.
"""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

import numpy as np

from warroom.bilingual.texts import Texts
from warroom.sites import outline
from warroom.sites.centres import CROSSINGS
from warroom.sites.views import NamedPlace, Position

HEADS = ("changwat ", "จังหวัด", "จ.")
"""What sources write before a province's name."""
NARROW = 0.97
"""A degree of longitude by one of latitude, in the middle of the country: enough to find the nearest."""


class Gazetteer:
    """The places of one country by their names and codes."""

    def __init__(self, spots: Iterable[NamedPlace]) -> None:
        self.spots = tuple(spots)
        self.provinces = tuple(one for one in self.spots if one.province)
        self._named = {key: one for one in self.spots for key in _place_keys(one)}
        self._places = np.array([(one.lat, one.lon) for one in self.provinces])

    def find_place(self, name: str) -> NamedPlace | None:
        """The place of a name or code as a record writes it; None where there is no such place."""
        key = _name_key(name)
        return self._named.get(key) or self._named.get(_strip_heads(key))

    def find_nearest_province(self, at: Position) -> NamedPlace:
        """The province whose middle is nearest."""
        away = (self._places - np.array(at)) * np.array([1.0, NARROW])
        return self.provinces[int(np.argmin((away**2).sum(axis=1)))]

    def is_across_border(self, at: Position) -> bool:
        """Whether a place is nearer to a town across the border than to any province's middle.

        Real provinces come without such towns: there the answer is always no, and whose a line is has to be asked.
        """
        beyond = np.array([(spot.lat, spot.lon) for spot in self.spots if spot.code in CROSSINGS])
        if not len(beyond):
            return False
        scale = np.array([1.0, NARROW])
        nearest = ((((self._places - np.array(at)) * scale) ** 2).sum(axis=1)).min()
        return bool(((((beyond - np.array(at)) * scale) ** 2).sum(axis=1)).min() < nearest)


@cache
def load_gazetteer(exercise: bool) -> Gazetteer:
    """The gazetteer of a home: an exercise knows no real place."""
    return Gazetteer(outline.list_spots() if exercise else _load_provinces())


def _load_provinces() -> list[NamedPlace]:
    text = resources.files(__package__).joinpath("provinces.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["province"]
    return [NamedPlace(row["code"], Texts(row["th"], row["en"]), row["lat"], row["lon"]) for row in rows]


def _place_keys(spot: NamedPlace) -> set[str]:
    # Registers often write the ISO 3166-2 code without its country.
    number = spot.code.removeprefix("TH-")
    return {_name_key(one) for one in (spot.code, number, spot.name.th, spot.name.en)}


def _name_key(name: str) -> str:
    return "".join(name.casefold().split())


def _strip_heads(key: str) -> str:
    for head in HEADS:
        key = key.removeprefix(_name_key(head))
    return key
