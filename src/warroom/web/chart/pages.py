"""The chart of a case: a drawing with tables that say the same, notes, and files to take along."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from warroom.access import role_groups
from warroom.access.role_groups import CASE_READERS, CHART_TAKERS, CHART_WORKERS
from warroom.errors import NotFound
from warroom.exchange.standards.exports import EXPORTS
from warroom.ledger.officers import Officer
from warroom.networks.front import STEP
from warroom.room.chart import notes
from warroom.room.chart import queries as service
from warroom.room.chart.notes import LONGEST
from warroom.room.chart.views import ChartLook, ChartView, ChartWay, WayKind
from warroom.room.lookup.also import Also, also_known
from warroom.runtime.open_home import OpenHome
from warroom.web.chart import paper
from warroom.web.chart.asked import LONGEST_ID, Drawn, address_of, drawn_of, look_of, query_of
from warroom.web.chart.brush import bars_of
from warroom.web.chart.picture import lit_of, picture_of
from warroom.web.chart.side import About, about_of, side_of
from warroom.web.chart.words import names_of, told
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import text
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.lookup.pages import path_of

router = Router(include_in_schema=False)
ROWS = 50
EXERCISE = "การฝึกซ้อม · EXERCISE"
PAPERS = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png"}
"""What is drawn here; all else is in the registry of formats."""
EXPORT_BY_NAME = {export.name: export for export in EXPORTS}
MOST_FOUND = 9


@router.get("/cases/{number}/chart", may=CASE_READERS)
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
    room, look = open_home_of(request), look_of(request)
    view = service.chart(room.ledger, room.lake, officer, number, look)
    sought = _found(view, say_for(request), find)
    drawn = drawn_of(request)
    if sought:
        view, drawn = _towards(room, officer, view, drawn, sought[0])
    way = None
    kind: WayKind = "money" if by == "money" else "hops"
    if start and end:
        way = service.way(
            room.ledger, room.lake, officer, number, view.look, start[:LONGEST_ID], end[:LONGEST_ID], kind
        )
    asked = {"start": start, "end": end, "by": by if way else "", "about": about, "find": find}
    return _page(request, officer, number, view, drawn, way, asked, (nodes, ties), sought)


@router.get("/cases/{number}/chart/with", may=CASE_READERS)
def with_another(number: Name, officer: SignedIn, other: str = "") -> Response:
    """The form that names another case leads to the joined chart."""
    return RedirectResponse(f"/cases/{number}/chart/with/{quote(other.strip()[:40] or number, safe='')}", 303)


@router.get("/cases/{number}/chart/with/{other}", may=CASE_READERS)
def joined(
    request: Request, number: Name, other: Name, officer: SignedIn, nodes: int = 0, ties: int = 0
) -> Response:
    """The charts of two cases as one."""
    room = open_home_of(request)
    view = service.joined(room.ledger, room.lake, officer, number, other, look_of(request))
    return _page(request, officer, number, view, drawn_of(request), None, {}, (nodes, ties), [], other)


def _page(
    request: Request,
    officer: Officer,
    number: str,
    view: ChartView,
    drawn: Drawn,
    way: ChartWay | None,
    asked: dict[str, str],
    begin: tuple[int, int],
    found: list[str],
    other: str = "",
) -> Response:
    """A chart's page; `begin` is where its tables begin, `found` what was looked for, `other` the case it is joined with."""
    room, say = open_home_of(request), say_for(request)
    first, second = _begin(begin[0], len(view.nodes)), _begin(begin[1], len(view.ties))
    write = address_of(number, view.look, drawn, say, other)
    names, ids = names_of(view, say), {node.id for node in view.nodes}
    one = None if other else _about(room, officer, number, view, drawn.chosen)
    picture = picture_of(view, say, drawn.each, drawn.unfolded)
    paged = {name: value for name, value in asked.items() if name in ("start", "end", "by")}
    return page(
        request,
        "chart.html",
        number=number,
        other=other,
        view=view,
        names=names,
        told=told(say),
        exports=EXPORTS,
        picture=picture,
        lit=lit_of(picture, drawn.chosen),
        drawn=drawn,
        side=side_of(view, names, say),
        one=one,
        also=_also(room, officer, number, one),
        path_of=path_of,
        found=found[1:MOST_FOUND],
        kept=query_of(view.look, drawn, say),
        is_bridge=any(bridge.node == drawn.chosen for bridge in view.front.bridges) if view.front else False,
        sought=asked.get("find", ""),
        victim=next((node.id for node in view.nodes if "victim" in node.marks), ""),
        share=_share(view),
        step=STEP,
        bars=None if other else bars_of(view),
        nodes=view.nodes[first : first + ROWS],
        ties=view.ties[second : second + ROWS],
        at_nodes=first,
        at_ties=second,
        size=ROWS,
        way=way,
        by=way.kind if way else "hops",
        # Only what is drawn: the rest of an address is whatever somebody typed.
        start=asked.get("start", "") if asked.get("start") in ids else "",
        about=asked.get("about", "") if asked.get("about") in ids else "",
        longest=LONGEST,
        may_take=not other and officer.may(*role_groups.CHART_TAKERS),
        address=write,
        paged=_paged(write, {**paged, "nodes": first, "ties": second}),
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
    room: OpenHome, officer: Officer, view: ChartView, drawn: Drawn, node: str
) -> tuple[ChartView, Drawn]:
    """What was found, chosen; where it does not stand on the drawing yet, with its neighbours."""
    drawn = replace(drawn, chosen=node)
    if view.front is None or node in view.front.names:
        return view, drawn
    look = replace(view.look, grown=(*view.look.grown, node))
    return service.chart(room.ledger, room.lake, officer, view.case, look), drawn


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


@router.get("/cases/{number}/chart/file/{form}", may=CHART_TAKERS)
def file(request: Request, number: Name, form: Name, officer: SignedIn) -> Response:
    """The chart as GraphML, CSV, or a paper for the court; each is logged as an export."""
    export = EXPORT_BY_NAME.get(form)
    if export is None and form not in PAPERS:
        raise NotFound("chart.no-such-format")
    room = open_home_of(request)
    view = service.export(room.ledger, room.lake, officer, number, look_of(request), form)
    if export:
        content, media, ending = export.render(view, _exercise(request)), export.media, export.ending
    else:
        content, media, ending = _draw(request, form, view), PAPERS[form], f".{form}"
    headers = {"content-disposition": f'attachment; filename="chart-{view.case}{ending}"'}
    return Response(content, media_type=media, headers=headers)


def _draw(request: Request, form: str, view: ChartView) -> bytes:
    """The paper for the court, or the drawing as a picture."""
    exercise, say, drawn = _exercise(request), say_for(request), drawn_of(request)
    if form == "pdf":
        lake, officer = open_home_of(request).lake, request.state.officer
        return paper.paper(view, drawn, lake, say, officer, bool(exercise))
    write_picture = paper.svg if form == "svg" else paper.png
    return write_picture(view, drawn, say, exercise)


@router.post("/cases/{number}/chart/notes", may=CHART_WORKERS)
def pinned(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    room, look = open_home_of(request), look_of(request)
    node, said = text(form, "node")[:LONGEST_ID], text(form, "text")
    notes.pin(room.ledger, room.lake, officer, number, look, node, said, text(form, "key"))
    return _back(request, number, look)


@router.post("/cases/{number}/chart/notes/{note}/off", may=CHART_WORKERS)
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
