"""The list of cases: the queue with its filters, and assigning a case to an officer."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import CASE_GIVERS, CASE_READERS
from warroom.cases.decisions import cases
from warroom.ledger.officers import Officer
from warroom.room.queue import queries
from warroom.room.queue.views import CaseQueue
from warroom.room.waiting.views import SHOWN, Shown
from warroom.room.worklist import saved_views
from warroom.web.doors.router import Router
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.lists import clamp_offset, make_list_address
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form, Name, sanitize_target
from warroom.web.kit.sessions import SignedIn
from warroom.web.queue.lines import QueueLines

router = Router(include_in_schema=False)
USUAL = ("all",)
# Cases per page; chosen, not measured.
ROWS = 50


@router.get("/cases", may=CASE_READERS)
def show_case_list(request: Request, officer: SignedIn, filter: str = "all", offset: int = 0) -> Response:  # noqa: A002
    chosen, start = parse_filter(filter), clamp_offset(offset)
    ledger = open_home_of(request).ledger
    queue = queries.read_queue(ledger, officer, chosen, limit=ROWS, offset=start)
    to = make_list_address("/cases", {"filter": chosen}, USUAL)
    return render_page(
        request,
        # An automatic refresh replaces the list only, so that focus and scroll position of the page stay.
        "cases_list.html" if request.headers.get("hx-request") else "cases.html",
        views=saved_views.list_saved_views(ledger, officer),
        chosen=chosen,
        offset=start,
        size=ROWS,
        address=to,
        tabs=SHOWN,
        **build_queue_values(request, officer, queue),
    )


def parse_filter(code: str) -> Shown:
    """The filter named in an address; "all" if there is no such filter."""
    return next((one for one in SHOWN if one == code), "all")


def build_queue_values(
    request: Request, officer: Officer, queue: CaseQueue, *, fills: bool = True
) -> dict[str, Any]:
    """The values that the queue's template component needs on any page."""
    return {
        "queue": QueueLines(queue, say_for(request), fills=fills),
        "may_take_cases": officer.has_role(*role_groups.HOLD_RELEASERS),
        "may_give": officer.has_role(*role_groups.CASE_GIVERS),
        "may_decide": officer.has_role(*role_groups.HOLD_APPROVERS),
    }


@router.get("/cases/{number}/give", may=CASE_GIVERS)
def show_give_form(request: Request, number: Name, officer: SignedIn) -> Response:
    """Officers to whom a case can be assigned, the one with the fewest cases first."""
    ledger = open_home_of(request).ledger
    found = queries.list_possible_owners(ledger, officer, number)
    given = QueueLines(queries.read_cases(ledger, officer, [number]), say_for(request), fills=False)
    return render_page(request, "case_give.html", number=number, owners=found, queue=given)


@router.post("/cases/{number}/give", may=CASE_READERS)
def give_case(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    request.state.case = number
    cases.give_case(open_home_of(request).ledger, officer, number, read_text_field(form, "to"))
    return RedirectResponse(sanitize_target(read_text_field(form, "back") or "/"), 303)
