"""The list of all open work, and an officer's saved views of it."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access.role_groups import CASE_READERS
from warroom.law.kinds.declarations import PILLARS
from warroom.room.queue.queries import read_queue
from warroom.room.waiting.counting import ALL
from warroom.room.waiting.views import ORDERS, SORTS, WHATS, TaskFilter
from warroom.room.worklist import queries, saved_views
from warroom.web.cases.list_pages import build_queue_values
from warroom.web.doors.router import Router
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.lists import make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.worklist.words import WorkWords

router = Router(include_in_schema=False)
OF_THE_QUEUE = ("case", "appeal", "hold")
# Tasks per page; chosen, not measured.
ROWS = 50
# Offset: PostgreSQL reads and drops every row before it. Chosen, not measured.
FARTHEST = 100_000


@router.get("/work", may=CASE_READERS)
def show_worklist(
    request: Request,
    officer: SignedIn,
    sort: str = "mine",
    pillar: str = "",
    what: str = "",
    order: str = "due",
    offset: int = 0,
) -> Response:
    ledger, say = open_home_of(request).ledger, say_for(request)
    start = min(max(0, offset), FARTHEST)
    chosen = {
        "sort": sort if sort in (*SORTS, ALL) else "mine",
        "pillar": pillar if pillar in PILLARS else "",
        "what": what if what in WHATS else "",
        "order": order if order in ORDERS else "due",
    }
    by_baht = chosen["what"] in OF_THE_QUEUE
    work = queries.read_work(ledger, officer, parse_wanted(chosen), limit=ROWS, offset=start, baht=by_baht)
    work_words = WorkWords(say)
    # The officer's own cases are ranked by the money about to leave; a filtered list is shown without this
    # queue.
    ranked = chosen["sort"] == "mine" and not (chosen["pillar"] or chosen["what"] or start)
    queue = read_queue(ledger, officer, "mine", limit=ROWS) if ranked else None
    lines = work_words.build_lines(work.tasks, about=work.about, mine=chosen["sort"] == "mine")
    return render_page(
        request,
        "work_list.html" if request.headers.get("hx-request") else "work.html",
        work=work,
        lines=lines,
        ticks=any(line.is_tickable for line in lines),
        chosen=chosen,
        offset=start,
        size=ROWS,
        address=make_list_address("/work", chosen, usual=("mine", "due")),
        views=saved_views.list_saved_views(ledger, officer),
        told=work_words,
        tab=make_list_address("/cases", {"filter": "mine"}, ("all",)),
        **(
            build_queue_values(request, officer, queue) if queue else {"queue": None, "may_take_cases": False}
        ),
    )


def parse_wanted(chosen: dict[str, str]) -> TaskFilter:
    """Build the filter from checked query values."""
    given: dict[str, Any] = chosen | {"sort": "" if chosen["sort"] == ALL else chosen["sort"]}
    return TaskFilter(**given)


@router.post("/views", may=CASE_READERS)
def save_view(request: Request, officer: SignedIn, form: Form) -> Response:
    """Save the current filter under a name and redirect to the list."""
    kept = saved_views.save_view(
        open_home_of(request).ledger, officer, read_text_field(form, "name"), read_text_field(form, "address")
    )
    return RedirectResponse(kept.address, 303)


@router.post("/views/{view_id}/forget", may=CASE_READERS)
def forget_view(request: Request, view_id: Id, officer: SignedIn, form: Form) -> Response:
    saved_views.delete_saved_view(open_home_of(request).ledger, officer, min(max(view_id, 0), 2**53))
    return RedirectResponse("/work", 303)
