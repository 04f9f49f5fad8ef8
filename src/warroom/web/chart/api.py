"""The chart of a case: its network, one node opened, a way between two nodes, and pinned notes."""

from typing import Annotated

from fastapi import Depends, Query, Response
from pydantic import Field
from starlette.requests import Request

from warroom.access.role_groups import CASE_READERS, CHART_WORKERS
from warroom.lake.lake import Lake
from warroom.room.chart import notes as chart_charts
from warroom.room.chart import queries as charts
from warroom.room.chart.notes import LONGEST
from warroom.room.chart.views import ChartLook, ChartNode, ChartNote, ChartTie, ChartView, ChartWay, WayKind
from warroom.web.kit.answers import make_view_answer
from warroom.web.kit.api import Answer, Body, Book, Caller, Key, Moment, make_area_router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.shapes import Id, Number

router = make_area_router("cases")
# Unfolded nodes per request: each costs a query. Chosen, not measured.
MOST_OPENED = 20
Node = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f]*$")]
Opened = Annotated[list[Node], Field(max_length=MOST_OPENED)]


def provide_lake(request: Request) -> Lake:
    """The lake of the room."""
    return open_home_of(request).lake


Records = Annotated[Lake, Depends(provide_lake)]


class SourceOut(Answer):
    """A record that shows a tie, by its identity in the lake."""

    table: str
    source: str
    record_id: str


ChartNodeOut = make_view_answer(ChartNode, leave_out=("amount",))
ChartTieOut = make_view_answer(ChartTie, leave_out=("moves",), also={"sources": list[SourceOut]})
ChartNoteOut = make_view_answer(ChartNote, leave_out=("shown", "may_take_off"))
ChartOut = make_view_answer(
    ChartView,
    leave_out=("look", "first", "last", "groups", "may_open", "may_note", "front", "withheld"),
    of=(ChartNodeOut, ChartTieOut, ChartNoteOut),
)
WayOut = make_view_answer(ChartWay, "WayOut", text=("kind",))


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


@router.get("/cases/{number}/chart", may=CASE_READERS, response_model=ChartOut)
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
    return charts.read_chart(
        book, records, caller, number, ChartLook(as_of, since, until, tuple(opened or ()))
    )


@router.post("/cases/{number}/chart/expand", may=CHART_WORKERS, response_model=ChartOut)
def expand(caller: Caller, book: Book, records: Records, number: Number, given: ExpandIn) -> object:
    """The chart with one more node opened: at most 60 things that the records tie it to. Logged."""
    look = ChartLook(given.as_of, opened=tuple(given.opened))
    return charts.open_chart_node(book, records, caller, number, look, given.node)


@router.get("/cases/{number}/chart/path", may=CASE_READERS, response_model=WayOut)
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
    return charts.read_chart_way(book, records, caller, number, look, start, end, by)


@router.post("/cases/{number}/chart/notes", may=CHART_WORKERS, response_model=Pinned, status_code=201)
def note(caller: Caller, book: Book, records: Records, number: Number, given: NoteIn, key: Key) -> object:
    """Pin a note to a node."""
    look = ChartLook(opened=tuple(given.opened))
    return Pinned(id=chart_charts.pin_note(book, records, caller, number, look, given.node, given.text, key))


@router.post(
    "/cases/{number}/chart/notes/{note}/off", may=CHART_WORKERS, status_code=204, response_class=Response
)
def note_off(caller: Caller, book: Book, number: Number, note: Id) -> None:
    """Take a note off; it stays in the ledger."""
    chart_charts.remove_note(book, caller, number, note)
