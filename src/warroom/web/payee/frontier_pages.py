"""The commander's frontier: what three settings would hold, save and cost on a day to come, and the choice of one."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import FLAG_READERS, FRONTIER_CHOOSERS
from warroom.errors import NotAllowed, NotFound, NotPossible
from warroom.ledger.officers import Officer
from warroom.payee import frontier
from warroom.web.doors.router import Router
from warroom.web.kit import language
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.payee.frontier_drawing import draw_frontier
from warroom.web.payee.words import FlagWords

router = Router(include_in_schema=False)


@router.get("/frontier", may=FLAG_READERS)
def show_frontier(request: Request, officer: SignedIn) -> Response:
    return _render_frontier(request, officer, {}, "", 200)


@router.post("/frontier", may=FRONTIER_CHOOSERS)
def choose_frontier(request: Request, officer: SignedIn, form: Form) -> Response:
    """Propose the thresholds of a setting; another officer puts them into effect."""
    given = {name: read_text_field(form, name) for name in ("setting", "reason")}
    ledger, key = open_home_of(request).ledger, read_text_field(form, "key")
    try:
        frontier.choose_setting(ledger, officer, given["setting"], given["reason"], key)
    except (NotPossible, NotAllowed, NotFound) as problem:
        sentence = problem.render_in(language.choose_language(request))
        return _render_frontier(request, officer, given, sentence, problem.http_status)
    return RedirectResponse("/frontier?said=advice-proposed", 303)


def _render_frontier(
    request: Request, officer: Officer, given: dict[str, str], problem: str, status: int
) -> Response:
    room = open_home_of(request)
    view = frontier.load_frontier(room.ledger, room.lake, officer)
    return render_page(
        request,
        "flags_frontier.html",
        status,
        found=view,
        drawing=draw_frontier(view),
        told=FlagWords(say_for(request)),
        may_choose=officer.has_role(*role_groups.FRONTIER_CHOOSERS),
        given=given,
        problem=problem,
    )
