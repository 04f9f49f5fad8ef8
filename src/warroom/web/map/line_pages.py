"""A line: who else hangs on it?"""

from datetime import datetime, time

from starlette.requests import Request
from starlette.responses import Response

from warroom.access import role_groups
from warroom.access.role_groups import CASE_READERS
from warroom.room.map import line_page
from warroom.web.doors.router import Router
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.map.curve import draw_curve
from warroom.web.map.words import MapWords, build_proposal_fields, build_proposal_link

router = Router(include_in_schema=False)


@router.get("/supply/{supply_id:path}", may=CASE_READERS)
def show_supply_line(request: Request, supply_id: str, officer: SignedIn) -> Response:
    room, say = open_home_of(request), say_for(request)
    supply_line = line_page.read_supply(room.ledger, room.lake, officer, supply_id)
    # The button stands for those alone whose form would not refuse them.
    kind, propose = build_proposal_link(
        build_proposal_fields(supply_line.id, supply_line.kind, supply_line.near, supply_line.capacity),
        officer,
    )
    return render_page(
        request,
        "supply.html",
        line=supply_line,
        places=MapWords(say),
        curve=draw_curve(supply_line.readings),
        day_of=lambda day: say.date(datetime.combine(day, time(12), say.zone)),
        propose=propose,
        propose_kind=kind,
        # A line that feeds nobody lies nowhere that an operation could go.
        may_plan=officer.has_role(*role_groups.OPERATION_PLANNERS) and supply_line.hanging.all > 0,
    )
