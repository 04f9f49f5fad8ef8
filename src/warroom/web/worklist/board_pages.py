"""The board: the next decisions, the state of the system, and the officer's own tasks."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from warroom.access import role_groups
from warroom.access.role_groups import CASE_READERS
from warroom.ledger.officers import Officer
from warroom.public import queries as inbox_queries
from warroom.public.campaigns import glance
from warroom.room.queue.queries import read_queue
from warroom.room.queue.views import TABS
from warroom.room.today.queries import read_today
from warroom.room.worklist import queries, saved_views
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
from warroom.web.worklist.words import WorkWords

router = Router(include_in_schema=False)
# Cases, and below it tasks of one's own: the overview has the first ones, their own pages have all.
ROWS = 7
MINE = 5
SHOWN_OTHERWISE = ("health.streams-late",)
"""Health warnings that the board's figures show already."""


@router.get("/", may=CASE_READERS)
def show_board(request: Request, officer: SignedIn, show: str = "all") -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    shown = parse_filter(show)
    queue = read_queue(ledger, officer, shown, limit=ROWS)
    overview, work_words = queries.read_glance(ledger, officer, limit=MINE), WorkWords(say)
    lines = work_words.build_lines(overview.work.tasks, mine=True, about=overview.about)
    leads = is_room_lead(officer)
    return render_page(
        request,
        # An automatic refresh replaces the board only, so that focus and scroll position of the page stay.
        "board_now.html" if request.headers.get("hx-request") else "board.html",
        leads=leads,
        shown=shown,
        tabs=TABS,
        show=make_list_address("/", {"show": shown}, ("all",)),
        lines=lines,
        mine=overview.work.total,
        told=work_words,
        **_split_pillars(overview.columns, work_words),
        **build_queue_values(request, officer, queue, fills=not (leads and lines)),
        today=DayFigures(read_today(ledger, officer, room=leads), queue, say),
        places=draw_small_map(request),
        views=saved_views.list_saved_views(ledger, officer),
        reported=inbox_queries.count_waiting(ledger, officer),
        campaigns=glance.build_board_line(ledger, officer, open_home_of(request).rising_count),
        signals=triage_queries.count_waiting(ledger, officer, open_home_of(request).load_signals()),
        unwell=list_unwell_lines(open_home_of(request).home, say, lambda code: code not in SHOWN_OTHERWISE),
        returns_waiting=open_home_of(request).returns_waiting,
        late=[(lag, say.span(age)) for lag, age in request.app.state.streams.list_late_streams()],
    )


def is_room_lead(officer: Officer) -> bool:
    """Whether the officer assigns cases and works none; the figures then come before the list."""
    return officer.has_role(*role_groups.CASE_GIVERS) and not officer.has_role("officer")


def _split_pillars(columns: Any, told: WorkWords) -> dict[str, Any]:
    """The pillars with open work, and the names of those without."""
    full = [(column, told.build_lines(column.next)) for column in columns if column.counts["all"]]
    return {"columns": full, "quiet": [column.pillar for column in columns if not column.counts["all"]]}
