"""A line: who else hangs on it?"""

from datetime import datetime, time
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from warroom.law.kinds.declarations import kind_of
from warroom.room.map import line_page
from warroom.web.actions.words import ActionWords
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.map.curve import curve
from warroom.web.map.words import MapWords, proposal

router = APIRouter(include_in_schema=False)


@router.get("/supply/{supply_id:path}")
def one(request: Request, supply_id: str, officer: SignedIn) -> Response:
    room, say = open_home_of(request), say_for(request)
    found = line_page.supply(room.ledger, room.lake, officer, supply_id)
    given = proposal(found)
    kind = kind_of(given["kind"]) if given else None
    # The button stands for those alone whose form would not refuse them.
    may = kind is not None and officer.may(*kind.proposes)
    return page(
        request,
        "supply.html",
        line=found,
        places=MapWords(say),
        told=ActionWords(say),
        curve=curve(found.readings),
        day_of=lambda day: say.date(datetime.combine(day, time(12), say.zone)),
        propose=f"/actions/new?{urlencode(given)}" if may else "",
        propose_kind=kind if may else None,
    )
