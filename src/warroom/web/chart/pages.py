"""The chart of a case: a drawing with tables that say the same, notes, and files to take along."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.errors import NotFound
from warroom.ledger.officers import Officer
from warroom.networks.front import STEP
from warroom.room.chart import notes
from warroom.room.chart import queries as service
from warroom.room.chart.notes import LONGEST
from warroom.room.chart.views import ChartLook, ChartView, WayKind
from warroom.room.lookup.also import Also, also_known
from warroom.web.access.sign_in_pages import Form, Name
from warroom.web.chart import files, paper
from warroom.web.chart.asked import LONGEST_ID, Drawn, address_of, drawn_of, look_of, query_of
from warroom.web.chart.brush import bars_of
from warroom.web.chart.picture import lit_of, picture_of
from warroom.web.chart.side import About, about_of, side_of
from warroom.web.chart.words import names_of, told
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import text
from warroom.web.kit.open_home import OpenHome, open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.lookup.pages import path_of

router = APIRouter(include_in_schema=False)
ROWS = 50
EXERCISE = "การฝึกซ้อม · EXERCISE"
MEDIA = {
    "graphml": "application/graphml+xml",
    "nodes-csv": "text/csv",
    "ties-csv": "text/csv",
    "pdf": "application/pdf",
    "svg": "image/svg+xml",
    "png": "image/png",
}
ENDINGS = {
    "graphml": ".graphml",
    "nodes-csv": "-nodes.csv",
    "ties-csv": "-ties.csv",
    "pdf": ".pdf",
    "svg": ".svg",
    "png": ".png",
}
MOST_FOUND = 9


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
    find: str = "",
) -> Response:
    """`nodes` and `ties` are where the tables begin; `start` and `end` ask for a way, `about` opens the form of a note, and
    `find` chooses what has these signs in its name.
    """
    room, say = open_home_of(request), say_for(request)
    look, drawn = look_of(request), drawn_of(request)
    view = service.chart(room.ledger, room.lake, officer, number, look)
    found = _found(view, say, find)
    if found:
        view, look, drawn = _towards(room, officer, view, look, drawn, found[0])
    kind: WayKind = "money" if by == "money" else "hops"
    way = None
    if start and end:
        way = service.way(
            room.ledger, room.lake, officer, number, look, start[:LONGEST_ID], end[:LONGEST_ID], kind
        )
    first, second = _begin(nodes, len(view.nodes)), _begin(ties, len(view.ties))
    write = address_of(number, look, drawn, say)
    asked = {"start": start, "end": end, "by": by if way else "", "nodes": first, "ties": second}
    names = names_of(view, say)
    about_node = _about(room, officer, number, view, drawn.chosen)
    picture = picture_of(view, say, drawn.each, drawn.unfolded)
    return page(
        request,
        "chart.html",
        number=number,
        view=view,
        names=names,
        told=told(say),
        picture=picture,
        lit=lit_of(picture, drawn.chosen),
        drawn=drawn,
        side=side_of(view, names, say),
        one=about_node,
        also=_also(room, officer, number, about_node),
        path_of=path_of,
        found=found[1:MOST_FOUND],
        kept=query_of(look, drawn, say),
        is_bridge=any(one.node == drawn.chosen for one in view.front.bridges) if view.front else False,
        sought=find,
        victim=next((node.id for node in view.nodes if "victim" in node.marks), ""),
        share=_share(view),
        step=STEP,
        bars=bars_of(view),
        nodes=view.nodes[first : first + ROWS],
        ties=view.ties[second : second + ROWS],
        at_nodes=first,
        at_ties=second,
        size=ROWS,
        way=way,
        by=kind,
        # Only what is drawn: the rest of an address is whatever somebody typed.
        start=start if any(node.id == start for node in view.nodes) else "",
        about=about if any(node.id == about for node in view.nodes) else "",
        longest=LONGEST,
        may_take=officer.may(*role_groups.CHART_TAKERS),
        address=write,
        paged=_paged(write, asked),
        local=lambda at: say.local(at).strftime("%Y-%m-%dT%H:%M") if at else "",
    )


def _found(view: ChartView, say: Say, sought: str) -> list[str]:
    """The nodes that have these signs in their names, the largest first; spaces and dashes are nothing."""
    wanted = _bare(sought)
    if not wanted:
        return []
    names = names_of(view, say)
    found = [one for one in view.nodes if wanted in _bare(names[one.id])]
    return [one.id for one in sorted(found, key=lambda one: (-one.amount, one.id))]


def _bare(text: str) -> str:
    return "".join(text.lower().replace("-", "").split())[:LONGEST_ID]


def _towards(
    room: OpenHome, officer: Officer, view: ChartView, look: ChartLook, drawn: Drawn, node: str
) -> tuple[ChartView, ChartLook, Drawn]:
    """What was found, chosen; where it does not stand on the drawing yet, with its neighbours."""
    drawn = replace(drawn, chosen=node)
    if view.front is None or node in view.front.names:
        return view, look, drawn
    look = replace(look, grown=(*look.grown, node))
    return service.chart(room.ledger, room.lake, officer, view.case, look), look, drawn


def _about(room: OpenHome, officer: Officer, number: str, view: ChartView, chosen: str) -> About | None:
    if not any(node.id == chosen for node in view.nodes):
        return None
    return about_of(view, service.chosen(room.ledger, room.lake, officer, number, view, chosen))


def _also(room: OpenHome, officer: Officer, number: str, about: About | None) -> Also | None:
    """Which other cases know the chosen account: one's own by name, of all else how many."""
    if about is None or about.subject is None:
        return None
    return also_known(room.ledger, officer, about.subject, but=number)


def _share(view: ChartView) -> int:
    """Of all the money that moved, how much runs on the drawing, in per cent."""
    front = view.front
    return round(100 * front.drawn / front.moved) if front and front.moved else 100


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
    exercise, room, say, drawn = (
        _exercise(request),
        open_home_of(request),
        say_for(request),
        drawn_of(request),
    )
    if form == "pdf":
        return lambda view: paper.paper(view, drawn, room.lake, say, request.state.officer, bool(exercise))
    if form in ("svg", "png"):
        write_picture = paper.svg if form == "svg" else paper.png
        return lambda view: write_picture(view, drawn, say, exercise)
    write = {
        "graphml": files.graphml,
        "nodes-csv": files.nodes_csv,
        "ties-csv": files.ties_csv,
    }[form]
    return lambda view: write(view, exercise)


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
    return RedirectResponse(f"{address_of(number, look, drawn_of(request), say_for(request))()}#notes", 303)


def _begin(asked: int, total: int) -> int:
    return max(0, min(asked, total - 1))


def _paged(write: Callable[..., str], asked: dict[str, Any]) -> Callable[[str], Callable[..., str]]:
    """For each of the two tables what its page links need: the other table stays where it is."""

    def of(table: str) -> Callable[..., str]:
        return lambda offset: f"{write(**{**asked, table: offset})}#{table}"

    return of


def _exercise(request: Request) -> str:
    return EXERCISE if open_home_of(request).home.exercise else ""
