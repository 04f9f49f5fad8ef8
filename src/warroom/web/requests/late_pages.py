"""Late records on a case's page: the trail's ends that depend on them, and the button that requests them from the bank."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access.role_groups import REQUEST_DRAFTERS
from warroom.errors import WarroomError
from warroom.ledger.officers import Officer
from warroom.requests import late_records
from warroom.requests.decisions.late_records import ask_for_records
from warroom.requests.kinds import load_request_kind
from warroom.runtime.open_home import OpenHome
from warroom.web.doors.router import Router
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn

router = Router(include_in_schema=False)


def build_late_values(room: OpenHome, officer: Officer, number: str) -> dict[str, Any]:
    """The values on late records for a case's page; empty if the lake cannot be read, because the page works without them."""
    try:
        found = late_records.list_late(room.ledger, room.lake, officer, number, logged=False)
    except WarroomError:
        found = ()
    return {"late": found, "may_ask": officer.has_role(*load_request_kind("records").action.proposes)}


@router.post("/cases/{number}/late-records", may=REQUEST_DRAFTERS)
def ask_for_late_records(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """Draft the request to the bank and redirect to it; another officer must approve it there."""
    # Set before the service is called, so that an error page links back to the case.
    request.state.case = number
    room, bank = open_home_of(request), read_text_field(form, "bank")[:16]
    made = ask_for_records(room.ledger, room.lake, officer, number, bank, read_text_field(form, "key"))
    return RedirectResponse(f"/requests/{made.id}?said=drafted", 303)
