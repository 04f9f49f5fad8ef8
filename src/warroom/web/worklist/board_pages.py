"""The board: the next decisions, the state of the system, and the officer's own tasks."""

from collections.abc import Collection
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from warroom.access.role_groups import CASE_READERS
from warroom.ledger.officers import Officer
from warroom.public import queries as inbox_queries
from warroom.public.campaigns import glance
from warroom.room.queue.queries import read_queue
from warroom.room.queue.views import TABS
from warroom.room.today.queries import read_today
from warroom.room.waiting.views import Shown
from warroom.room.worklist import first_screens, queries, saved_views
from warroom.room.worklist.views import Glance
from warroom.triage import queries as triage_queries
from warroom.web.cases.list_pages import build_queue_values, parse_filter
from warroom.web.doors.router import Router
from warroom.web.kit.lists import make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.unwell_lines import list_unwell_lines
from warroom.web.map.small import draw_small_map
from warroom.web.worklist.figures import DayFigures
from warroom.web.worklist.first_screens import (
    FirstScreen,
    build_part_values,
    choose_first_screen,
    fold_alike,
    group_approvals,
)
from warroom.web.worklist.words import WorkWords

router = Router(include_in_schema=False)
# Cases, and below it tasks of one's own: the overview has the first ones, their own pages have all.
ROWS = 5
MINE = 5
SHOWN_OTHERWISE = ("health.streams-late",)
"""Health warnings that the board's figures show already."""


@router.get("/", may=CASE_READERS)
def show_board(request: Request, officer: SignedIn, show: str = "all") -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    screen, shown = choose_first_screen(officer), parse_filter(show)
    overview, work_words = queries.read_glance(ledger, officer, limit=MINE), WorkWords(say)
    lines = work_words.build_lines(overview.work.tasks, about=overview.about, mine=True)
    if screen.has_queue:
        # Who works the queue reads what waits for them beside it in a line of each kind.
        lines = fold_alike(lines)
    part_values = build_part_values(request, officer, screen, work_words)
    # What stands in a list of its own is not said a second time in its pillar.
    own = [] if screen.has_queue else [line.key for line in lines]
    own += [line.key for name in ("court_lines", "custody_lines") for line in part_values.get(name, ())]
    return render_page(
        request,
        # An automatic refresh replaces the board only, so that focus and scroll position of the page stay.
        "board_now.html" if request.headers.get("hx-request") else "board.html",
        screen=screen,
        shown=shown,
        tabs=TABS,
        show=make_list_address("/", {"show": shown}, ("all",)),
        lines=lines,
        together=group_approvals(lines),
        mine=overview.work.total,
        told=work_words,
        parts_of=part_values,
        **_split_pillars(overview, work_words, own),
        **_build_queue_part(request, officer, screen, shown, fills=not (screen.leads and lines)),
        places=draw_small_map(request),
        views=saved_views.list_saved_views(ledger, officer),
        reported=inbox_queries.count_waiting(ledger, officer),
        campaigns=glance.build_board_line(ledger, officer, open_home_of(request).rising_count),
        signals=triage_queries.count_waiting(ledger, officer, open_home_of(request).load_signals()),
        unwell=list_unwell_lines(open_home_of(request).home, say, lambda code: code not in SHOWN_OTHERWISE),
        returns_waiting=open_home_of(request).returns_waiting,
        late=[(lag, say.span(age)) for lag, age in request.app.state.streams.list_late_streams()],
    )


def _build_queue_part(
    request: Request, officer: Officer, screen: FirstScreen, shown: Shown, *, fills: bool
) -> dict[str, Any]:
    """The queue with the figures around it where it is the officer's work or they lead the room; its one line elsewhere."""
    ledger, say = open_home_of(request).ledger, say_for(request)
    line = None if screen.has_queue else first_screens.read_queue_line(ledger, officer, now=say.now)
    if not (screen.has_queue or screen.leads):
        return {"queue_line": line, "queue": None, "today": None, "may_take_cases": False, "may_give": False}
    queue = read_queue(ledger, officer, shown, limit=ROWS)
    today = DayFigures(read_today(ledger, officer, room=screen.leads), queue, say)
    return {"queue_line": line, "today": today, **build_queue_values(request, officer, queue, fills=fills)}


def _split_pillars(overview: Glance, work_words: WorkWords, own: Collection[str]) -> dict[str, Any]:
    """The pillars with open work, without what is among the officer's `own` rows already, and the names of those without."""
    lines = [
        (column, work_words.build_lines(column.next, about=overview.about))
        for column in overview.columns
        if column.counts["all"]
    ]
    others = [(column, [line for line in next_lines if line.key not in own]) for column, next_lines in lines]
    return {
        "columns": [(column, next_lines) for column, next_lines in others if next_lines],
        "quiet": [column.pillar for column in overview.columns if not column.counts["all"]],
    }
