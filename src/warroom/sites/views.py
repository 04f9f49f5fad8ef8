"""Places and lines as others see them."""

from dataclasses import dataclass
from typing import Literal

from warroom.bilingual.texts import Texts

SupplyKind = Literal["feeder", "generator", "fibre", "satellite", "mast"]
Position = tuple[float, float]
"""Latitude and longitude."""


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A named place: a province by its middle, or another place that a source names."""

    code: str
    name: Texts
    lat: float
    lon: float
    province: bool = True


@dataclass(frozen=True, slots=True)
class LineDependents:
    """Who hangs on a line, each building once; `dark_clinics` have no power of their own."""

    homes: int
    clinics: int
    dark_clinics: int
    schools: int
    others: int

    @property
    def all(self) -> int:
        """Every building."""
        return self.homes + self.clinics + self.schools + self.others


@dataclass(frozen=True, slots=True)
class ProtectedBuilding:
    """A clinic or school on the line.

    What keeps it running: hours on its own power, another feed.
    """

    id: str
    use: str
    backup_hours: float | None
    other_feed: bool


@dataclass(frozen=True, slots=True)
class SupplyBranch:
    """A line of the tree."""

    id: str
    kind: SupplyKind
    capacity: float | None
    hanging: LineDependents


@dataclass(frozen=True, slots=True)
class ReplacementSupply:
    """What takes over when the line goes, and after how many days.

    Some of one kind, at most of a capacity. None: not known.
    """

    kind: SupplyKind
    count: int
    capacity: float | None
    soonest_days: float | None
    latest_days: float | None


@dataclass(frozen=True, slots=True)
class SupplyCut:
    """What a cut of a line would do: who goes `dark`, how many buildings on it another line keeps `lit`, for how long the first of
    the clinics with power of their own lasts (hours), which line takes over and after how many days, whether the line
    serves one building alone, and whether the building that it is meant for goes dark.
    """

    line: str
    kind: SupplyKind
    capacity: float | None
    dark: LineDependents
    lit: int
    shortest_backup: float | None
    second: str
    second_days: float | None
    serves_one: bool
    reaches: bool
