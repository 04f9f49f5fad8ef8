"""The chart of a case: nodes, ties with the records that show them, groups, and notes that officers pinned to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.networks.shapes import Move, Source
from warroom.units import Satang

WayKind = Literal["hops", "money"]
ChartForm = Literal["graphml", "nodes-csv", "ties-csv", "pdf", "svg", "png"]
CHART_FORMS: tuple[ChartForm, ...] = get_args(ChartForm)


@dataclass(frozen=True, slots=True)
class ChartLook:
    """How a chart is looked at: as of which moment (None: now), within which span, and the nodes opened, in order."""

    as_of: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    opened: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartNode:
    """A thing on the chart. `hop` counts transfers from the victim, null for what the trail did not reach; `group` is who
    deals with each other more than with others, 0 the rest. A number that the caller's roles do not need is masked.

    Where the `label` is masked, `id` tells nothing either. `column` and `row` are its place on a drawing that runs
    from the victim to the right.
    """

    id: str
    kind: str
    label: str
    bank: str
    hop: int | None
    still_there: Satang
    marks: tuple[str, ...]
    group: int
    column: float
    row: float
    may_open: bool


@dataclass(frozen=True, slots=True)
class ChartTie:
    """A tie from `start` to `end`. Relation `money` has sums over `count` transfers; other relations have none. `last`
    null: it still holds.

    Of money `moves` are its transfers; else `sources` are the records behind it.
    """

    id: str
    start: str
    end: str
    relation: str
    first: datetime
    last: datetime | None
    amount: Satang
    traced: Satang
    count: int
    moves: tuple[Move, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ChartGroup:
    """Nodes that deal with each other more than with others; number 0 is the rest of very many small ones."""

    number: int
    size: int
    still_there: Satang


@dataclass(frozen=True, slots=True)
class ChartNote:
    """A pinned note.

    `shown` says whether its node is on the chart as it is looked at.
    """

    id: int
    node: str
    text: str
    officer: str
    at: datetime
    shown: bool
    may_take_off: bool


@dataclass(frozen=True, slots=True)
class ChartView:
    """A case's chart as of a moment, over the frozen trail of this SHA-256. Of very large charts the nodes and ties with
    the most money are shown, and how many were left out.

    `snapshot` is empty where the case has no trail. `first` and `last` bound what happened on it before any span
    was chosen. `left_out_neighbours` counts what opened nodes have beyond the most that are shown. `currency` (ISO
    4217) is that of every amount.
    """

    case: str
    as_of: datetime
    snapshot: str
    look: ChartLook
    first: datetime | None
    last: datetime | None
    nodes: tuple[ChartNode, ...]
    ties: tuple[ChartTie, ...]
    groups: tuple[ChartGroup, ...]
    notes: tuple[ChartNote, ...]
    left_out_nodes: int
    left_out_ties: int
    left_out_neighbours: int
    masked: bool
    may_open: bool
    may_note: bool
    currency: str


@dataclass(frozen=True, slots=True)
class WayHop:
    """One step of a way: `back` where it goes against the tie. Of money, the transfer that was taken."""

    start: str
    end: str
    tie: str
    back: bool
    time: datetime | None
    amount: Satang | None


@dataclass(frozen=True, slots=True)
class ChartWay:
    """A way between two nodes; without hops there is none. `currency` (ISO 4217) is that of every amount."""

    start: str
    end: str
    kind: WayKind
    hops: tuple[WayHop, ...]
    currency: str
