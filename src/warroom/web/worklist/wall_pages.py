"""The wall screen: the losses about to happen; and the administration of wall screens."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import wall_devices
from warroom.access.role_groups import CASE_READERS, WALL_HANGERS
from warroom.access.views import NewWallDevice
from warroom.errors import NotAllowed, NotPossible
from warroom.ledger.officers import Officer
from warroom.room.queue.queries import wall_queue
from warroom.room.today.queries import read_wall
from warroom.web.doors.access_table import DEVICE, PUBLIC
from warroom.web.doors.router import Router
from warroom.web.kit import sessions
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.map.small import draw_small_map
from warroom.web.queue.lines import QueueLines
from warroom.web.worklist.figures import WallDrawing

router = Router(include_in_schema=False)
# Cases that fit on the wall screen, which nobody scrolls.
ROWS = 6
DAY = range(6, 18)
"""Local hours in which the wall uses light colours."""


@router.get("/wall", may=(*CASE_READERS, DEVICE))
def show_wall(request: Request) -> Response:
    """The page for a screen read from afar: large, the same for everyone, without controls."""
    ledger, say = open_home_of(request).ledger, say_for(request)
    wall_view = read_wall(ledger)
    return render_page(
        request,
        # An automatic refresh replaces the content only.
        "wall_now.html" if request.headers.get("hx-request") else "wall.html",
        queue=QueueLines(wall_queue(ledger, limit=ROWS), say, fills=False),
        found=wall_view,
        places=draw_small_map(request),
        hour=WallDrawing(wall_view.hour, say),
        night=say.to_local(say.now).hour not in DAY,
        may_take_cases=False,
        may_give=False,
        may_decide=False,
    )


@router.get("/walls", may=WALL_HANGERS)
def show_wall_screens(request: Request, officer: SignedIn) -> Response:
    """The list of wall screens, and the form for a new one."""
    return _render_screens(request, officer)


@router.post("/walls", may=WALL_HANGERS)
def make_wall_screen(request: Request, officer: SignedIn, form: Form) -> Response:
    """Create a screen; its code is shown once, because only its hash is stored."""
    try:
        made = wall_devices.make_device(open_home_of(request).ledger, officer, read_text_field(form, "name"))
    except NotPossible as problem:
        return _render_screens(
            request, officer, problem=problem.render_in(say_for(request).language), status=409
        )
    return _render_screens(request, officer, made=made)


@router.post("/walls/{device_id}/end", may=WALL_HANGERS)
def end_wall_screen(request: Request, device_id: Id, officer: SignedIn, form: Form) -> Response:
    wall_devices.end_device(open_home_of(request).ledger, officer, device_id)
    return RedirectResponse("/walls", 303)


@router.get("/wall/open", may=PUBLIC)
def door(request: Request, code: str = "") -> Response:
    """The form for a screen's code. A link fills it in but does not submit it: a link preview must not use up the code."""
    return render_page(request, "wall_open.html", code=code[:40], problem="")


@router.post("/wall/open", may=PUBLIC)
def open_wall(request: Request, form: Form) -> Response:
    try:
        token = wall_devices.open_device(open_home_of(request).ledger, read_text_field(form, "code"))
    except NotAllowed as problem:
        sentence = problem.render_in(say_for(request).language)
        return render_page(request, "wall_open.html", 403, code="", problem=sentence)
    answer = RedirectResponse("/wall", 303)
    sessions.set_wall_cookie(request, answer, token)
    return answer


def _render_screens(
    request: Request,
    officer: Officer,
    *,
    made: NewWallDevice | None = None,
    problem: str = "",
    status: int = 200,
) -> Response:
    devices = wall_devices.list_devices(open_home_of(request).ledger, officer)
    link = str(request.url_for("door").include_query_params(code=made.code)) if made else ""
    return render_page(request, "walls.html", status, screens=devices, made=made, link=link, problem=problem)
