"""The chart of a case: a page with tables that say the same, data for its island, notes, and files to take along."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from warroom.access import role_groups
from warroom.errors import NotFound
from warroom.room.chart import notes
from warroom.room.chart import queries as service
from warroom.room.chart.notes import LONGEST
from warroom.room.chart.views import ChartForm, ChartLook, ChartView, ChartWay, WayKind
from warroom.web.access.sign_in_pages import Form, Name
from warroom.web.chart import files, paper
from warroom.web.chart.asked import LONGEST_ID, address_of, look_of
from warroom.web.chart.data import data_of, way_of
from warroom.web.chart.picture import picture_of
from warroom.web.chart.words import names_of, told
from warroom.web.kit.forms import text
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.security import WORKER_POLICY
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id

router = APIRouter(include_in_schema=False)
ROWS = 50
EXERCISE = "การฝึกซ้อม · EXERCISE"
MEDIA = {
    "graphml": "application/graphml+xml",
    "nodes-csv": "text/csv",
    "ties-csv": "text/csv",
    "pdf": "application/pdf",
}
ENDINGS = {"graphml": ".graphml", "nodes-csv": "-nodes.csv", "ties-csv": "-ties.csv", "pdf": ".pdf"}
DRAWN: dict[str, ChartForm] = {"svg": "svg", "png": "png"}
"""Forms that the page's island draws itself; the room only notes that they were taken."""


@router.get("/cases/{number}/chart")
def shown(
    request: Request,
    number: Name,
    officer: SignedIn,
    nodes: int = 0,
    ties: int = 0,
    start: str = "",
    end: str = "",
    by: str = "hops",
    about: str = "",
) -> Response:
    """`nodes` and `ties` are where the tables begin; `start` and `end` ask for a way, `about` opens the form of a note."""
    room, say, look = open_home_of(request), say_for(request), look_of(request)
    view = service.chart(room.ledger, room.lake, officer, number, look)
    kind: WayKind = "money" if by == "money" else "hops"
    way = None
    if start and end:
        way = service.way(
            room.ledger, room.lake, officer, number, look, start[:LONGEST_ID], end[:LONGEST_ID], kind
        )
    first, second = _begin(nodes, len(view.nodes)), _begin(ties, len(view.ties))
    asked = {"start": start, "end": end, "by": by if way else "", "nodes": first, "ties": second}
    answer = page(
        request,
        "chart.html",
        number=number,
        view=view,
        names=names_of(view, say),
        told=told(say),
        picture=picture_of(view, say),
        nodes=view.nodes[first : first + ROWS],
        ties=view.ties[second : second + ROWS],
        at_nodes=first,
        at_ties=second,
        size=ROWS,
        way=way,
        by=kind,
        # Only what is drawn: the rest of an address is whatever somebody typed.
        start=start if any(one.id == start for one in view.nodes) else "",
        about=about if any(one.id == about for one in view.nodes) else "",
        longest=LONGEST,
        may_take=officer.may(*role_groups.CHART_TAKERS),
        address=address_of(number, look, say),
        paged=_paged(address_of(number, look, say), asked),
        local=lambda at: say.local(at).strftime("%Y-%m-%dT%H:%M") if at else "",
    )
    # Only here and on the map: elsewhere no page needs a worker.
    answer.headers["content-security-policy"] = WORKER_POLICY
    return answer


@router.get("/cases/{number}/chart/data")
def data(request: Request, number: Name, officer: SignedIn, opening: str = "") -> Response:
    """The chart for the page's island; `opening` is one more node to open."""
    room, look = open_home_of(request), look_of(request)
    if opening:
        view = service.opened(room.ledger, room.lake, officer, number, look, opening[:LONGEST_ID])
    else:
        view = service.chart(room.ledger, room.lake, officer, number, look)
    return JSONResponse(data_of(view, say_for(request), _exercise(request)))


@router.get("/cases/{number}/chart/way")
def way(
    request: Request, number: Name, officer: SignedIn, start: str, end: str, by: str = "hops"
) -> Response:
    """A way between two nodes for the island."""
    room, kind = open_home_of(request), "money" if by == "money" else "hops"
    found: ChartWay = service.way(
        room.ledger,
        room.lake,
        officer,
        number,
        look_of(request),
        start[:LONGEST_ID],
        end[:LONGEST_ID],
        kind,  # type: ignore[arg-type]
    )
    return JSONResponse(way_of(found, say_for(request)))


@router.get("/cases/{number}/chart/file/{form}")
def file(request: Request, number: Name, form: Name, officer: SignedIn) -> Response:
    """The chart as GraphML, CSV, or a paper for the court; each is logged as an export."""
    if form not in MEDIA:
        raise NotFound("chart.no-such-format")
    room = open_home_of(request)
    view = service.export(room.ledger, room.lake, officer, number, look_of(request), form)  # type: ignore[arg-type]
    name = f"chart-{view.case}{ENDINGS[form]}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(_writer(request, form)(view), media_type=MEDIA[form], headers=headers)


def _writer(request: Request, form: str) -> Callable[[ChartView], bytes]:
    exercise, room, say = _exercise(request), open_home_of(request), say_for(request)
    if form == "pdf":
        return lambda view: paper.paper(view, room.lake, say, request.state.officer, bool(exercise))
    write = {"graphml": files.graphml, "nodes-csv": files.nodes_csv, "ties-csv": files.ties_csv}[form]
    return lambda view: write(view, exercise)


@router.post("/cases/{number}/chart/exported")
def exported(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    """The island drew a picture to be taken along: it gives it out once this is in the log."""
    drawn = DRAWN.get(text(form, "form"))
    if drawn is None:
        raise NotFound("chart.no-such-format")
    room = open_home_of(request)
    # A picture that the browser drew is an export like any other, and nobody takes one without a row of the
    # log.
    service.export(room.ledger, room.lake, officer, number, look_of(request), drawn)
    return Response(status_code=204)


@router.post("/cases/{number}/chart/notes")
def pinned(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    room, look = open_home_of(request), look_of(request)
    node, said = text(form, "node")[:LONGEST_ID], text(form, "text")
    notes.pin(room.ledger, room.lake, officer, number, look, node, said, text(form, "key"))
    return _back(request, number, look)


@router.post("/cases/{number}/chart/notes/{note}/off")
def taken_off(request: Request, number: Name, note: Id, officer: SignedIn, form: Form) -> Response:
    notes.take_off(open_home_of(request).ledger, officer, number, note)
    return _back(request, number, look_of(request))


def _back(request: Request, number: str, look: ChartLook) -> Response:
    return RedirectResponse(f"{address_of(number, look, say_for(request))()}#notes", 303)


def _begin(asked: int, total: int) -> int:
    return max(0, min(asked, total - 1))


def _paged(write: Callable[..., str], asked: dict[str, Any]) -> Callable[[str], Callable[..., str]]:
    """For each of the two tables what its page links need: the other table stays where it is."""

    def of(table: str) -> Callable[..., str]:
        return lambda offset: f"{write(**{**asked, table: offset})}#{table}"

    return of


def _exercise(request: Request) -> str:
    return EXERCISE if open_home_of(request).home.exercise else ""
