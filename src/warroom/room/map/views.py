"""The map and what hangs on a line, as others see them. Places are degrees (WGS 84), in an exercise of an invented country."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, get_args

from warroom.actions.views import ActionState
from warroom.bilingual.texts import Texts
from warroom.sites.views import (
    LineDependents,
    NamedPlace,
    Position,
    ProtectedBuilding,
    ReplacementSupply,
    SupplyBranch,
    SupplyCut,
    SupplyKind,
)

LayerCode = Literal[
    "places", "buildings", "supply", "standby", "operations", "reports", "corridors", "actions"
]
Against = Literal["few", "same-day", "old"]
"""Only two tips name it; all were given within a day; the newest is older than a fortnight."""
LAYERS: tuple[LayerCode, ...] = get_args(LayerCode)


@dataclass(frozen=True, slots=True)
class SupplySpot:
    """A line that feeds more than one building: a feeder, a link, a mast. It stands in the middle of what hangs on it;
    None where nothing says where. `near` is the province nearest to it, `stands_in_for` the line it is a second feed of,
    `masts`, `generators` and `satellites` those behind it, `delay_days` how long until a replacement stands.
    """

    id: str
    kind: SupplyKind
    at: Position | None
    near: NamedPlace | None
    capacity: float | None
    delay_days: float | None
    hanging: LineDependents
    masts: int
    generators: int
    satellites: int
    stands_in_for: str


@dataclass(frozen=True, slots=True)
class Standby:
    """A generator or satellite terminal at a building."""

    id: str
    kind: SupplyKind
    at: Position


@dataclass(frozen=True, slots=True)
class Building:
    """A building that is no home. That it stands here says nothing about who works in it."""

    id: str
    use: str
    at: Position
    backup_hours: float | None


@dataclass(frozen=True, slots=True)
class SuspectedPlace:
    """A building that several tips name, and what speaks against them, as codes of `Against`."""

    id: str
    use: str
    at: Position
    tips: int
    last: datetime
    against: tuple[Against, ...]
    backup_hours: float | None


@dataclass(frozen=True, slots=True)
class OperationSpot:
    """A place of a joint operation, where its province is known."""

    operation: int
    title: str
    hour: datetime
    state: str
    place: str
    province: str
    at: Position | None


@dataclass(frozen=True, slots=True)
class Density:
    """Reports by the province where the victims' accounts are registered; `count` is None below five."""

    province: str
    spot: NamedPlace | None
    count: int | None


@dataclass(frozen=True, slots=True)
class Corridor:
    """Legs of journeys from one place to another; `count` is None below five."""

    start: str
    end: str
    start_at: NamedPlace | None
    end_at: NamedPlace | None
    count: int | None


@dataclass(frozen=True, slots=True)
class ActionSpot:
    """An action about the line, what feeds it or what hangs on it.

    Of the infrastructure pillar, approved, sent or in effect; `at` where its subject is known.
    """

    id: int
    reference: str
    kind: str
    title: Texts
    state: ActionState
    subject: str
    until: datetime | None
    at: Position | None
    supply: str


@dataclass(frozen=True, slots=True)
class MapView:
    """The map at the end of a day, or now where the day is today. Reports and corridors are those of the `window` days up
    to then. `first` and `last` are the days that may be asked for.
    """

    day: date
    as_of: datetime
    first: date
    last: date
    window: int
    exercise: bool
    places: tuple[SuspectedPlace, ...]
    supply: tuple[SupplySpot, ...]
    standby: tuple[Standby, ...]
    buildings: tuple[Building, ...]
    operations: tuple[OperationSpot, ...]
    reports: tuple[Density, ...]
    corridors: tuple[Corridor, ...]
    actions: tuple[ActionSpot, ...]


@dataclass(frozen=True, slots=True)
class Guarded:
    """A clinic or school that a cut darkens, and how long its own power lasts (hours)."""

    id: str
    use: str
    at: Position
    backup_hours: float | None


@dataclass(frozen=True, slots=True)
class CutView:
    """A cut at a point of a line before anybody proposes it. `points` are the points from the feeder down to the place it is meant
    for (`aim`), `least` the one of them that reaches it and harms least. What goes dark is drawn without its homes: their
    number by fours in `homes`, and `around` all of it the corners of a shape; degrees, as latitude and longitude.
    """

    cut: SupplyCut
    at: Position | None
    near: NamedPlace | None
    aim: SuspectedPlace | None
    points: tuple[SupplyCut, ...]
    least: SupplyCut | None
    own_power: bool
    homes: tuple[Position, ...]
    around: tuple[Position, ...]
    guarded: tuple[Guarded, ...]


@dataclass(frozen=True, slots=True)
class DailyReading:
    """What the meter read on a day.

    Summed.
    """

    day: date
    quantity: float
    count: int


@dataclass(frozen=True, slots=True)
class SupplyView:
    """A line with everyone on it. Capacity is MW for power and Mbit/s for connection, null where unknown.

    `path` leads from the source down to it, `branches` are lines it feeds, without those of single buildings,
    `leaves` how many of those by kind, `feeds` the building or line it feeds itself.
    """

    id: str
    kind: SupplyKind
    capacity: float | None
    delay_days: float | None
    at: Position | None
    near: NamedPlace | None
    feeds: str
    building: str
    stands_in_for: str
    path: tuple[SupplyBranch, ...]
    branches: tuple[SupplyBranch, ...]
    leaves: dict[str, int]
    hanging: LineDependents
    uses: dict[str, int]
    protected: tuple[ProtectedBuilding, ...]
    protected_total: int
    replacing: tuple[ReplacementSupply, ...]
    unit: str
    readings: tuple[DailyReading, ...]
    actions: tuple[ActionSpot, ...]
    as_of: datetime
