"""What a field of a form offers while somebody types a subject into it."""

from starlette.requests import Request
from starlette.responses import Response

from warroom.access.role_groups import CASE_READERS
from warroom.room.lookup.asked import Asked
from warroom.web.doors.router import Router
from warroom.web.kit.forms import text
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.lookup import palette

router = Router(include_in_schema=False)
MOST = 8


@router.post("/search/pick", may=CASE_READERS)
def offered(request: Request, officer: SignedIn, form: Form) -> Response:
    """The subjects of the wanted kinds that the search knows by what was typed, or the one sentence where there is none."""
    from warroom.room.lookup import picking, search  # opens the lake, and the first page does not wait for it

    room, said, say = open_home_of(request), text(form, "q"), say_for(request)
    kinds = tuple(text(form, "kinds").split())[:20]
    found = search.find(room.ledger, room.lake, officer, said, signals=room.signals)
    offers = picking.options(found, kinds)
    answer = None if offers else palette.refusal(found, Asked.of(said), officer, say)
    return page(request, "pick_hits.html", offers=offers[:MOST], answer=answer, several=len(kinds) > 1)
