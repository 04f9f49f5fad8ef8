"""Following the money of a signal: the decision, the trail that was kept, and the same for programs."""

from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import SIGNAL_HANDLERS, SIGNAL_READERS
from warroom.errors import NotPossible, TraceError
from warroom.ledger.officers import Officer
from warroom.runtime.open_home import OpenHome
from warroom.triage import follow
from warroom.web.doors.router import Router
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.triage.pages import render_signal
from warroom.web.triage.picture import draw_trail

router = Router(include_in_schema=False)
# Rows of each table below the drawing; chosen, not measured.
MOST_LISTED = 100


@router.post("/signals/{record_id}/follow", may=SIGNAL_HANDLERS)
def follow_signal_money(request: Request, record_id: Name, officer: SignedIn, form: Form) -> Response:
    """Trace the recent inflows of the account, with a reason, and redirect to the trail."""
    room, reason = open_home_of(request), read_text_field(form, "reason")
    try:
        made = follow.follow_money(
            room.ledger,
            room.lake,
            room.open_index(),
            officer,
            record_id,
            reason,
            read_text_field(form, "key"),
        )
    except (NotPossible, TraceError) as problem:
        return render_signal(request, officer, record_id, problem.sentence, 409)
    return RedirectResponse(f"/signal-trails/{made.id}", 303)


@router.get("/signal-trails/{trail_id}", may=SIGNAL_READERS)
def show_signal_trail(request: Request, trail_id: Id, officer: SignedIn) -> Response:
    """A stored trail."""
    found = follow.load_trail(open_home_of(request).ledger, officer, trail_id)
    return render_page(request, "signal_trail.html", one=found, picture=draw_trail(found), most=MOST_LISTED)


def build_seen_values(room: OpenHome, officer: Officer, number: str) -> dict[str, Any]:
    """What a case's page says of signals whose money was followed and meets the case's; nothing for who reads no signals."""
    may = officer.has_role(*role_groups.SIGNAL_READERS)
    return {"seen_before": follow.list_seen_before(room.ledger, officer, number) if may else ()}
