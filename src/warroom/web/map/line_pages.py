"""A line: who else hangs on it?"""

from datetime import datetime, time

from starlette.requests import Request
from starlette.responses import Response

from warroom.access import role_groups
from warroom.access.role_groups import CASE_READERS
from warroom.room.map import line_page
from warroom.web.actions.words import ActionWords
from warroom.web.doors.router import Router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.map.curve import curve
from warroom.web.map.words import MapWords, proposal, proposing

router = Router(include_in_schema=False)


@router.get("/supply/{supply_id:path}", may=CASE_READERS)
def one(request: Request, supply_id: str, officer: SignedIn) -> Response:
    room, say = open_home_of(request), say_for(request)
    found = line_page.supply(room.ledger, room.lake, officer, supply_id)
    # The button stands for those alone whose form would not refuse them.
    kind, propose = proposing(proposal(found.id, found.kind, found.near, found.capacity), officer)
    return page(
        request,
        "supply.html",
        line=found,
        places=MapWords(say),
        told=ActionWords(say),
        curve=curve(found.readings),
        day_of=lambda day: say.date(datetime.combine(day, time(12), say.zone)),
        propose=propose,
        propose_kind=kind,
        # A line that feeds nobody lies nowhere that an operation could go.
        may_plan=officer.may(*role_groups.OPERATION_PLANNERS) and found.hanging.all > 0,
    )
