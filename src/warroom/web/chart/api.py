"""The chart of a case: its network, one node opened, a way between two nodes, and pinned notes."""

from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import Field
from starlette.requests import Request

from warroom.lake.lake import Lake
from warroom.room.chart import notes as chart_charts
from warroom.room.chart import service as charts
from warroom.room.chart.notes import LONGEST
from warroom.room.chart.views import ChartLook, WayKind
from warroom.web.kit.api import Answer, Baht, Body, Book, Caller, Key, Moment, area
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import Id, Number

router = area("cases")
MOST_OPENED = 20
Node = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]*$")]
Opened = Annotated[list[Node], Field(max_length=MOST_OPENED)]


def lake(request: Request) -> Lake:
    """The lake of the room."""
    return open_home_of(request).lake


Records = Annotated[Lake, Depends(lake)]


class SourceOut(Answer):
    """A record that shows a tie, by its identity in the lake."""

    table: str
    source: str
    record_id: str


class ChartNodeOut(Answer):
    """A thing on the chart. `hop` counts transfers from the victim, null for what the trail did not reach; `group` is who
    deals with each other more than with others, 0 the rest. A number that the caller's roles do not need is masked.
    """

    id: str
    kind: str
    label: str
    bank: str
    hop: int | None
    still_there: Baht
    marks: list[str]
    group: int
    may_open: bool


class ChartTieOut(Answer):
    """A tie from `start` to `end`. Relation `money` has sums over `count` transfers; other relations have none. `last`
    null: it still holds.
    """

    id: str
    start: str
    end: str
    relation: str
    first: Moment
    last: Moment | None
    amount: Baht
    traced: Baht
    count: int
    sources: list[SourceOut]


class ChartNoteOut(Answer):
    """A pinned note."""

    id: int
    node: str
    text: str
    officer: str
    at: Moment


class ChartOut(Answer):
    """A case's chart as of a moment, over the frozen trail of this SHA-256. Of very large charts the nodes and ties with
    the most money are shown, and how many were left out.
    """

    case: str
    as_of: Moment
    snapshot: str
    nodes: list[ChartNodeOut]
    ties: list[ChartTieOut]
    notes: list[ChartNoteOut]
    left_out_nodes: int
    left_out_ties: int
    left_out_neighbours: int
    masked: bool


class WayHopOut(Answer):
    """One step of a way: `back` where it goes against the tie. Of money, the transfer that was taken."""

    start: str
    end: str
    tie: str
    back: bool
    time: Moment | None
    amount: Baht | None


class WayOut(Answer):
    """A way between two nodes; without hops there is none."""

    start: str
    end: str
    kind: str
    hops: list[WayHopOut]


class Pinned(Answer):
    """The number of a note."""

    id: int


class ExpandIn(Body):
    """A node to open, after those that were opened before it."""

    node: Node
    opened: Opened = Field(default_factory=list)
    as_of: Moment | None = None


class NoteIn(Body):
    """A note and what it is about."""

    node: Node
    text: Annotated[str, Field(min_length=1, max_length=LONGEST, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f]*$")]
    opened: Opened = Field(default_factory=list)


@router.get("/cases/{number}/chart", response_model=ChartOut)
def chart(
    caller: Caller,
    book: Book,
    records: Records,
    number: Number,
    as_of: Moment | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    opened: Annotated[list[str] | None, Query(max_length=MOST_OPENED)] = None,
) -> object:
    """A case's chart, narrowed to a span of time; the look is logged."""
    return charts.chart(book, records, caller, number, ChartLook(as_of, since, until, tuple(opened or ())))


@router.post("/cases/{number}/chart/expand", response_model=ChartOut)
def expand(caller: Caller, book: Book, records: Records, number: Number, given: ExpandIn) -> object:
    """The chart with one more node opened: at most 60 things that the records tie it to. Logged."""
    look = ChartLook(given.as_of, opened=tuple(given.opened))
    return charts.opened(book, records, caller, number, look, given.node)


@router.get("/cases/{number}/chart/path", response_model=WayOut)
def path(
    caller: Caller,
    book: Book,
    records: Records,
    number: Number,
    start: Annotated[str, Query(max_length=300)],
    end: Annotated[str, Query(max_length=300)],
    by: WayKind = "hops",
    opened: Annotated[list[str] | None, Query(max_length=MOST_OPENED)] = None,
) -> object:
    """The way over the fewest ties (`hops`), or as money can have gone, each transfer after the one before (`money`)."""
    look = ChartLook(opened=tuple(opened or ()))
    return charts.way(book, records, caller, number, look, start, end, by)


@router.post("/cases/{number}/chart/notes", response_model=Pinned, status_code=201)
def note(caller: Caller, book: Book, records: Records, number: Number, given: NoteIn, key: Key) -> object:
    """Pin a note to a node."""
    look = ChartLook(opened=tuple(given.opened))
    return Pinned(id=chart_charts.pin(book, records, caller, number, look, given.node, given.text, key))


@router.post("/cases/{number}/chart/notes/{note}/off", status_code=204, response_class=Response)
def note_off(caller: Caller, book: Book, number: Number, note: Id) -> None:
    """Take a note off; it stays in the ledger."""
    chart_charts.take_off(book, caller, number, note)
