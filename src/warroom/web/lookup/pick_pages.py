"""Suggestions of a form field in which a subject is entered."""

from starlette.requests import Request
from starlette.responses import Response

from warroom.access.role_groups import CASE_READERS
from warroom.room.lookup.asked import LookupQuestion
from warroom.web.doors.router import Router
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.lookup import palette

router = Router(include_in_schema=False)
# Suggestions under an input field, as many as fit without scrolling.
MOST = 8


@router.post("/search/pick", may=CASE_READERS)
def offer_subjects(request: Request, officer: SignedIn, form: Form) -> Response:
    """The subjects of the wanted kinds that the search knows by what was typed, or the one sentence where there is none."""
    from warroom.room.lookup import picking, search  # opens the lake, and the first page does not wait for it

    room, typed_text, say = open_home_of(request), read_text_field(form, "q"), say_for(request)
    kinds = tuple(read_text_field(form, "kinds").split())[:20]
    search_result = search.search_all(room.ledger, room.lake, officer, typed_text, signals=room.load_signals)
    offers = picking.list_options(search_result, kinds)
    answer = (
        None
        if offers
        else palette.explain_refusal(search_result, LookupQuestion.parse(typed_text), officer, say)
    )
    return render_page(request, "pick_hits.html", offers=offers[:MOST], answer=answer, several=len(kinds) > 1)
