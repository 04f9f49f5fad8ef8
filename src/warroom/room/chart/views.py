"""The chart of a case: nodes, ties with the records that show them, groups, and notes that officers pinned to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from warroom.networks.shapes import Move, Source

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
    """A node as this officer may see it. `label` is its number, masked where the roles do not need it; `id` then tells
    nothing either. `column` and `row` are its place on a drawing that runs from the victim to the right.
    """

    id: str
    kind: str
    label: str
    bank: str
    hop: int | None
    still_there: int
    marks: tuple[str, ...]
    group: int
    column: float
    row: float
    may_open: bool


@dataclass(frozen=True, slots=True)
class ChartTie:
    """A tie, with its sums in satang. Of money `moves` are its transfers; else `sources` are the records behind it."""

    id: str
    start: str
    end: str
    relation: str
    first: datetime
    last: datetime | None
    amount: int
    traced: int
    count: int
    moves: tuple[Move, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class ChartGroup:
    """Nodes that deal with each other more than with others; number 0 is the rest of very many small ones."""

    number: int
    size: int
    still_there: int


@dataclass(frozen=True, slots=True)
class ChartNote:
    """What an officer pinned to a node, and when; `shown` says whether its node is on the chart as it is looked at."""

    id: int
    node: str
    text: str
    officer: str
    at: datetime
    shown: bool
    may_take_off: bool


@dataclass(frozen=True, slots=True)
class ChartView:
    """A case's chart. `snapshot` is the SHA-256 of the frozen trail under it, empty where the case has none.

    `first` and `last` bound what happened on it before any span was chosen. `left_out_nodes` and `left_out_ties` count
    what was too much to be shown, `left_out_neighbours` what opened nodes have beyond the most that are shown.
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


@dataclass(frozen=True, slots=True)
class WayHop:
    """One step of a way: from a node to a node over a tie, against its direction where `back`. Of money: when, how much."""

    start: str
    end: str
    tie: str
    back: bool
    time: datetime | None
    amount: int | None


@dataclass(frozen=True, slots=True)
class ChartWay:
    """A way between two nodes; without hops there is none."""

    start: str
    end: str
    kind: WayKind
    hops: tuple[WayHop, ...]
