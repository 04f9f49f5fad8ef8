"""What is known of one suspected building, as others see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal, get_args

from warroom.marking import Mark, MarkOf, Open
from warroom.sites.views import LineDependents, NamedPlace, Position, SupplyKind
from warroom.subjects.kinds import MARKS

SiteFindingCode = Literal[
    "tips", "flat-load", "night-load", "terminal", "young-company", "busy-director", "payroll", "generator",
    "few-tips", "same-day-tips", "old-tips", "many-as-flat", "terminal-common", "generator-common",
    "old-company", "landlord-of-others", "no-tenant", "evening-load",
]  # fmt: skip
SITE_FINDINGS: tuple[SiteFindingCode, ...] = get_args(SiteFindingCode)
SiteGapCode = Literal[
    "meter", "feeder", "link", "mast", "sim", "tenant", "landlord", "account", "handle", "person", "tip", "trip", "advert",
]  # fmt: skip
SITE_GAPS: tuple[SiteGapCode, ...] = get_args(SiteGapCode)
"""What no record covers for a building."""
THING_MARKS = {**MARKS, "holder": Mark.PERSONAL, "sim": Mark.PERSONAL, "contact": Mark.PERSONAL}


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A line that feeds the building, or a standby at it; `hanging` are all who depend on it, `above` the line that feeds it."""

    id: str
    kind: SupplyKind
    above: str
    capacity: float | None
    delay_days: float | None
    is_own: bool
    hanging: LineDependents


@dataclass(frozen=True, slots=True)
class LoadHour:
    """An hour of the last 48: the building's load, that of homes and of factories, each as a multiple of its own mean."""

    time: datetime
    site: float | None
    homes: float | None
    factories: float | None


@dataclass(frozen=True, slots=True)
class SiteLoad:
    """48 hours of power. `night_share`: load from 1 to 5 as a share of that from 18 to 22, local time; `as_flat` of `metered` other
    buildings that are no homes are as flat or flatter.
    """

    hours: tuple[LoadHour, ...]
    mean_kwh: float
    night_share: float | None
    as_flat: int
    metered: int


@dataclass(frozen=True, slots=True)
class TiedThing:
    """What a source ties to the building, directly (`step` 1) or by what is tied to it; `record` says so and `source` sent it."""

    kind: str
    id: Annotated[str, MarkOf("kind", THING_MARKS)]
    relation: str
    via: Annotated[str, MarkOf("via_kind", THING_MARKS)]
    via_kind: str
    step: int
    since: datetime | None
    until: datetime | None
    note: str
    record: str
    source: str
    delivery: str


@dataclass(frozen=True, slots=True)
class SiteAccount:
    """An account of a company or person tied to the building; whom it paid in the last 60 days, and how much, baht."""

    bank: str
    account: Annotated[str, Mark.ACCOUNT]
    payees: int
    paid: float
    record: str
    source: str
    delivery: str


@dataclass(frozen=True, slots=True)
class SiteFinding:
    """What speaks for or against, as a code with its numbers."""

    code: SiteFindingCode
    figures: dict[str, int | float]


@dataclass(frozen=True, slots=True)
class SiteSource:
    """A delivery that the dossier rests on: the sha256 of its file, and how many records of it were used."""

    source: str
    sha256: str
    records: int


@dataclass(frozen=True)
class SiteRecords:
    """Everything that records say of one building. `at` is None for a villa, which is a home, and where no place is known.

    `trips` and `adverts` are counts of the last 30 days of the whole province, None below five: no record ties them to the
    building. `findings` speak for suspicion, `doubts` against it.
    """

    id: str
    use: str
    near: NamedPlace | None
    at: Position | None
    is_abroad: bool
    backup_hours: float | None
    tips: int
    first_tip: datetime | None
    last_tip: datetime | None
    lines: tuple[SiteLine, ...]
    load: SiteLoad | None
    tied: tuple[TiedThing, ...]
    accounts: Annotated[tuple[SiteAccount, ...], Open("the number of each account is masked in it")]
    trips: int | None
    adverts: int | None
    findings: tuple[SiteFinding, ...]
    doubts: tuple[SiteFinding, ...]
    gaps: tuple[SiteGapCode, ...]
    sources: tuple[SiteSource, ...]
    as_of: datetime

    def list_tied(self, *kinds: str) -> tuple[TiedThing, ...]:
        """The tied things of these kinds."""
        return tuple(thing for thing in self.tied if thing.kind in kinds)
