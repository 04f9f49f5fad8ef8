"""Everything that is under way, of all kinds in one list; and an officer's saved views."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access.role_groups import CASE_READERS
from warroom.law.kinds.declarations import PILLARS
from warroom.room.queue.queries import read_queue
from warroom.room.waiting.counting import ALL
from warroom.room.waiting.views import ORDERS, SORTS, WHATS, Wanted
from warroom.room.worklist import queries, saved_views
from warroom.web.cases.list_pages import queue_values
from warroom.web.doors.router import Router
from warroom.web.kit.forms import text
from warroom.web.kit.lists import address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.worklist.words import WorkWords

router = Router(include_in_schema=False)
OF_THE_QUEUE = ("case", "appeal", "hold")
ROWS = 50
FARTHEST = 100_000


@router.get("/work", may=CASE_READERS)
def listed(
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
    found = queries.work(ledger, officer, wanted_of(chosen), limit=ROWS, offset=start, baht=by_baht)
    told = WorkWords(say)
    # Mine first by what leaves, then by its clock; a list that was narrowed is that list alone.
    ranked = chosen["sort"] == "mine" and not (chosen["pillar"] or chosen["what"] or start)
    queue = read_queue(ledger, officer, "mine", limit=ROWS) if ranked else None
    lines = told.lines(found.tasks, mine=chosen["sort"] == "mine")
    return page(
        request,
        "work_list.html" if request.headers.get("hx-request") else "work.html",
        work=found,
        lines=lines,
        ticks=any(line.ticks for line in lines),
        chosen=chosen,
        offset=start,
        size=ROWS,
        address=address("/work", chosen, usual=("mine", "due")),
        views=saved_views.saved(ledger, officer),
        told=told,
        tab=address("/cases", {"filter": "mine"}, ("all",)),
        **(queue_values(request, officer, queue) if queue else {"queue": None, "may_take_cases": False}),
    )


def wanted_of(chosen: dict[str, str]) -> Wanted:
    """What a checked address asks for."""
    given: dict[str, Any] = chosen | {"sort": "" if chosen["sort"] == ALL else chosen["sort"]}
    return Wanted(**given)


@router.post("/views", may=CASE_READERS)
def save(request: Request, officer: SignedIn, form: Form) -> Response:
    """Keep a list as it is filtered, under a name; back to the list."""
    kept = saved_views.save(open_home_of(request).ledger, officer, text(form, "name"), text(form, "address"))
    return RedirectResponse(kept.address, 303)


@router.post("/views/{view_id}/forget", may=CASE_READERS)
def forget(request: Request, view_id: Id, officer: SignedIn, form: Form) -> Response:
    saved_views.forget(open_home_of(request).ledger, officer, min(max(view_id, 0), 2**53))
    return RedirectResponse("/work", 303)
