"""The board: what runs out next, and what waits for me? And the same for the wall."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from warroom.room.worklist import queries, saved_views
from warroom.triage import queries as triage_queries
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.unwell_lines import unwell_lines
from warroom.web.worklist.words import WorkWords

router = APIRouter(include_in_schema=False)
MINE = 8
ON_THE_WALL = 5
SHOWN_OTHERWISE = ("health.streams-late",)
"""What is unwell and stands on the board with its figures anyway."""


@router.get("/")
def board(request: Request, officer: SignedIn) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    found, told = queries.glance(ledger, officer, limit=MINE), WorkWords(say)
    return page(
        request,
        # A refresh asks for what is on the board alone; the page around it stays.
        "board_now.html" if request.headers.get("hx-request") else "board.html",
        board=found,
        lines=told.lines(found.work.tasks, mine=True),
        columns=[(column, told.lines(column.next)) for column in found.columns],
        views=saved_views.saved(ledger, officer),
        told=told,
        signals=triage_queries.count_waiting(ledger, officer, open_home_of(request).signals()),
        unwell=unwell_lines(open_home_of(request).home, say, lambda code: code not in SHOWN_OTHERWISE),
        returns_waiting=open_home_of(request).returns_waiting,
        late=[(lag, say.span(age)) for lag, age in request.app.state.streams.late()],
    )


@router.get("/wall")
def wall(request: Request, officer: SignedIn) -> Response:
    """For a screen that many look at from afar: large, without anything to press."""
    say = say_for(request)
    found, told = queries.wall(open_home_of(request).ledger, officer, limit=ON_THE_WALL), WorkWords(say)
    return page(
        request,
        "wall_now.html" if request.headers.get("hx-request") else "wall.html",
        board=found,
        lines=told.lines(found.work.tasks),
        told=told,
    )
