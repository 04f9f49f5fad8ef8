"""The chart of a case: nodes, ties with the records that show them, groups, and notes that officers pinned to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Literal

from warroom.marking import JsonOf
from warroom.networks.shapes import TieSource, TieTransfer
from warroom.reasons.reason import json_keys
from warroom.units import Satang

WayKind = Literal["hops", "money"]
CHART_FORMS = ("graphml", "nodes-csv", "ties-csv", "ftm", "stix", "misp", "case", "pdf", "svg", "png")
"""What a chart may leave the room as; the log keeps which. `exchange/standards/exports.py` renders those that are data."""
RECORD_FORMS = ("goaml", "amlo")
"""What a case leaves as by the command line alone: reports with fields that no chart has."""


@dataclass(frozen=True, slots=True)
class ChartLook:
    """How a chart is looked at: as of which moment (None: now), within which span, and the nodes opened, in order.

    `most` is how many of the largest accounts its drawing has (None: no drawing is asked for), `grown` the nodes whose
    neighbours stand there as well, and `things` whether what accounts share does.
    """

    as_of: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None
    opened: tuple[str, ...] = ()
    most: int | None = None
    grown: tuple[str, ...] = ()
    things: bool = False


@dataclass(frozen=True, slots=True)
class ChartNode:
    """A thing on the chart. `hop` counts transfers from the victim, null for what the trail did not reach; `group` is who
    deals with each other more than with others, 0 the rest. A number that the caller's roles do not need is masked.

    Where the `label` is masked, `id` tells nothing either. `amount` is what of the victims' money came there, at a victim
    what left.
    """

    id: str
    kind: str
    label: str
    bank: str
    hop: int | None
    still_there: Satang
    marks: tuple[str, ...]
    group: int
    amount: Satang
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
    moves: tuple[TieTransfer, ...]
    sources: tuple[TieSource, ...]


@dataclass(frozen=True, slots=True)
class ChartGroup:
    """Nodes that deal with each other more than with others; number 0 is the rest of very many small ones."""

    number: int
    size: int
    still_there: Satang


@dataclass(frozen=True, slots=True)
class ChartShared:
    """A thing that several of the chart's accounts have: its node, how they are tied to it, by which nodes it is had, and what
    came to these.
    """

    thing: str
    kind: str
    relation: str
    by: tuple[str, ...]
    amount: Satang


@dataclass(frozen=True, slots=True)
class ChartBond:
    """Why a group hangs together: what its accounts share, and the money ties within it beside how many would be there
    `by_chance`, were the same accounts with as many ties each tied at random. `strong`: the tie is worth an outline.
    """

    group: int
    shared: tuple[ChartShared, ...]
    within: int
    by_chance: float
    strong: bool


@dataclass(frozen=True, slots=True)
class ChartBridge:
    """An account without which these groups of the drawing are apart."""

    node: str
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChartCommon:
    """An account that two joined cases have in common. `place` is `exited` or `shop` where both trails end there, else
    `account`; `amounts` what of each case's victims' money came there, at a victim what left.
    """

    node: str
    place: str
    amounts: tuple[Satang, Satang]


@dataclass(frozen=True, slots=True)
class ChartFront:
    """What of a chart its drawing has: the nodes by their names, of the trail's accounts `shown` of `reached`. `next` more accounts would bring `brings` of the victims'
    money; `drawn` of all the money that `moved` runs on the drawing. `bars` are the victims' satang that moved in equal parts
    of the time from the chart's `first` to its `last`, whatever span was chosen.
    """

    names: frozenset[str]
    reached: int
    shown: int
    next: int
    brings: Satang
    drawn: Satang
    moved: Satang
    shared: tuple[ChartShared, ...]
    bonds: tuple[ChartBond, ...]
    bridges: tuple[ChartBridge, ...]
    bars: tuple[Satang, ...]
    common: tuple[ChartCommon, ...] = ()


@dataclass(frozen=True, slots=True)
class ChartChosen:
    """What the case knows of the chosen node: why its account is on the trail and what speaks for its holder, when it was
    opened, and what may be held there. Empty where the trail did not reach it. Reasons stand as the trail froze them. `case`
    is whose trail says so.
    """

    node: str
    case: str
    reasons: Annotated[tuple[dict[str, Any], ...], JsonOf(json_keys)] = ()
    innocent: Annotated[tuple[dict[str, Any], ...], JsonOf(json_keys)] = ()
    opened_at: datetime | None = None
    to_hold: Satang = 0


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
    4217) is that of every amount. `withheld` counts what marks kept here when it left.
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
    front: ChartFront | None = None
    withheld: int = 0


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
