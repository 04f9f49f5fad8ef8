"""The list of cases: the queue with every filter; giving a case to an officer; and the small cases together."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import CASE_GIVERS, CASE_READERS
from warroom.cases.decisions import cases
from warroom.ledger.officers import Officer
from warroom.room.queue import queries
from warroom.room.queue.views import Queue
from warroom.room.waiting.views import SHOWN, Shown
from warroom.room.worklist import saved_views
from warroom.web.doors.router import Router
from warroom.web.kit.forms import text
from warroom.web.kit.lists import address, start_of
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form, Name, local
from warroom.web.kit.sessions import SignedIn
from warroom.web.queue.lines import QueueLines

router = Router(include_in_schema=False)
USUAL = ("all",)
ROWS = 50


@router.get("/cases", may=CASE_READERS)
def listed(request: Request, officer: SignedIn, filter: str = "all", offset: int = 0) -> Response:  # noqa: A002
    chosen, start = shown_of(filter), start_of(offset)
    ledger = open_home_of(request).ledger
    queue = queries.read_queue(ledger, officer, chosen, limit=ROWS, offset=start)
    to = address("/cases", {"filter": chosen}, USUAL)
    return page(
        request,
        # A refresh asks for the list alone; the page around it stays.
        "cases_list.html" if request.headers.get("hx-request") else "cases.html",
        views=saved_views.saved(ledger, officer),
        chosen=chosen,
        offset=start,
        size=ROWS,
        address=to,
        tabs=SHOWN,
        **queue_values(request, officer, queue),
    )


def shown_of(code: str) -> Shown:
    """A filter as an address writes it; all of them for no such filter."""
    return next((one for one in SHOWN if one == code), "all")


def queue_values(request: Request, officer: Officer, queue: Queue, *, fills: bool = True) -> dict[str, Any]:
    """What the queue's component needs, on whichever page it stands."""
    return {
        "queue": QueueLines(queue, say_for(request), fills=fills),
        "may_take_cases": officer.may(*role_groups.HOLD_RELEASERS),
        "may_give": officer.may(*role_groups.CASE_GIVERS),
        "may_decide": officer.may(*role_groups.HOLD_DECIDERS),
    }


@router.get("/cases/{number}/give", may=CASE_GIVERS)
def choose(request: Request, number: Name, officer: SignedIn) -> Response:
    """Whom to give a case: officers of the desk, who has fewest cases first."""
    found = queries.givable(open_home_of(request).ledger, officer, number)
    return page(request, "case_give.html", number=number, owners=found)


@router.post("/cases/{number}/give", may=CASE_READERS)
def give(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    request.state.case = number
    cases.give_case(open_home_of(request).ledger, officer, number, text(form, "to"))
    return RedirectResponse(local(text(form, "back") or "/"), 303)
