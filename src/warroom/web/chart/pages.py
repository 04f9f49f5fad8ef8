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
from warroom.room.lookup.also import KnowingCases, load_knowing_cases
from warroom.runtime.open_home import OpenHome
from warroom.web.chart import paper
from warroom.web.chart.asked import (
    LONGEST_ID,
    DrawingChoice,
    format_query,
    make_chart_address,
    parse_drawing_choice,
    parse_look,
    parse_way_out,
)
from warroom.web.chart.brush import build_brush
from warroom.web.chart.picture import build_picture, list_lit_nodes
from warroom.web.chart.side import ChosenNode, build_about, build_side
from warroom.web.chart.words import format_node_names, make_chart_words
from warroom.web.doors.router import Router
from warroom.web.kit.formats import Say
from warroom.web.kit.forms import read_text_field
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import render_page, say_for
from warroom.web.kit.parameters import Form, Name
from warroom.web.kit.sessions import SignedIn
from warroom.web.kit.shapes import Id
from warroom.web.lookup.pages import build_subject_path

router = Router(include_in_schema=False)
# Rows per page of each of the two tables; chosen, not measured.
ROWS = 50
EXERCISE = "การฝึกซ้อม · EXERCISE"
PAPERS = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png"}
"""Formats rendered here; the others are in `EXPORTS`."""
EXPORT_BY_NAME = {export.name: export for export in EXPORTS}
# Search hits in the list, without the first, which is opened: the list must fit without scrolling.
MOST_FOUND = 9


@router.get("/cases/{number}/chart", may=CASE_READERS)
def show_chart(
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
    """The chart of a case. `nodes` and `ties`: offsets of the two tables. `start` and `end`: find a path between these nodes. `about`:
    open the form for a note on this node. `find`: select the nodes with this text in their names.
    """
    room = open_home_of(request)
    view, drawn, sought = _read_searched_chart(
        request, find, lambda look: service.read_chart(room.ledger, room.lake, officer, number, look)
    )
    way = None
    kind: WayKind = "money" if by == "money" else "hops"
    if start and end:
        way = service.read_chart_way(
            room.ledger, room.lake, officer, number, view.look, start[:LONGEST_ID], end[:LONGEST_ID], kind
        )
    asked = {"start": start, "end": end, "by": by if way else "", "about": about, "find": find}
    return _render_chart(request, officer, number, view, drawn, way, asked, (nodes, ties), sought)


@router.get("/cases/{number}/chart/with", may=CASE_READERS)
def go_to_joined_chart(number: Name, officer: SignedIn, other: str = "") -> Response:
    """Redirect the form that names another case to the address of the joined chart."""
    return RedirectResponse(f"/cases/{number}/chart/with/{quote(other.strip()[:40] or number, safe='')}", 303)


@router.get("/cases/{number}/chart/with/{other}", may=CASE_READERS)
def show_joined_chart(
    request: Request,
    number: Name,
    other: Name,
    officer: SignedIn,
    nodes: int = 0,
    ties: int = 0,
    find: str = "",
) -> Response:
    """The charts of two cases as one."""
    room = open_home_of(request)
    view, drawn, sought = _read_searched_chart(
        request,
        find,
        lambda look: service.read_joined_chart(room.ledger, room.lake, officer, number, other, look),
    )
    return _render_chart(
        request, officer, number, view, drawn, None, {"find": find}, (nodes, ties), sought, other
    )


def _render_chart(
    request: Request,
    officer: Officer,
    number: str,
    view: ChartView,
    drawn: DrawingChoice,
    way: ChartWay | None,
    asked: dict[str, str],
    begin: tuple[int, int],
    matched_nodes: list[str],
    other: str = "",
) -> Response:
    """Render a chart. `begin`: offsets of the two tables. `matched_nodes`: search hits. `other`: the case it is joined with."""
    room, say = open_home_of(request), say_for(request)
    first, second = _clamp_start(begin[0], len(view.nodes)), _clamp_start(begin[1], len(view.ties))
    write = make_chart_address(number, view.look, drawn, say, other)
    names, ids = format_node_names(view, say), {node.id for node in view.nodes}
    cases = (number, other) if other else (number,)
    about = _find_about(room, officer, cases, view, drawn.chosen)
    picture = build_picture(view, say, drawn.each, drawn.unfolded, drawn.chosen)
    paged = {name: value for name, value in asked.items() if name in ("start", "end", "by")}
    return render_page(
        request,
        "chart.html",
        number=number,
        other=other,
        view=view,
        names=names,
        told=make_chart_words(say),
        exports=EXPORTS,
        picture=picture,
        lit=list_lit_nodes(picture, drawn.chosen),
        drawn=drawn,
        side=build_side(view, names, cases, say),
        one=about,
        also=_find_other_cases(room, officer, number, other, about),
        path_of=build_subject_path,
        found=matched_nodes[1:MOST_FOUND],
        kept=format_query(view.look, drawn, say),
        is_bridge=any(bridge.node == drawn.chosen for bridge in view.front.bridges) if view.front else False,
        sought=asked.get("find", ""),
        victim=next((node.id for node in view.nodes if "victim" in node.marks), ""),
        share=_compute_drawn_percent(view),
        step=STEP,
        bars=None if other else build_brush(view),
        nodes=view.nodes[first : first + ROWS],
        ties=view.ties[second : second + ROWS],
        at_nodes=first,
        at_ties=second,
        size=ROWS,
        way=way,
        by=way.kind if way else "hops",
        # Only ids of nodes on the drawing are echoed; anything else in the query is arbitrary input.
        start=asked.get("start", "") if asked.get("start") in ids else "",
        about=asked.get("about", "") if asked.get("about") in ids else "",
        longest=LONGEST,
        may_take=not other and officer.has_role(*role_groups.CHART_TAKERS),
        address=write,
        paged=_make_page_links(write, {**paged, "nodes": first, "ties": second}),
        local=lambda at: say.to_local(at).strftime("%Y-%m-%dT%H:%M") if at else "",
    )


def _find_nodes(view: ChartView, say: Say, sought: str) -> list[str]:
    """The ids of nodes with `sought` in their names, largest amount first; spaces and hyphens are ignored."""
    wanted = _normalize_name(sought)
    if not wanted:
        return []
    names = format_node_names(view, say)
    found = [one for one in view.nodes if wanted in _normalize_name(names[one.id])]
    return [one.id for one in sorted(found, key=lambda one: (-one.amount, one.id))]


def _normalize_name(text: str) -> str:
    return "".join(text.lower().replace("-", "").split())[:LONGEST_ID]


def _read_searched_chart(
    request: Request, find: str, read: Callable[[ChartLook], ChartView]
) -> tuple[ChartView, DrawingChoice, list[str]]:
    """The chart that an address asks for, how it is drawn, and the nodes with `find` in their names; the first of them is selected."""
    view, drawn = read(parse_look(request)), parse_drawing_choice(request)
    sought = _find_nodes(view, say_for(request), find)
    if sought:
        view, drawn = _choose_node(view, drawn, sought[0], read)
    return view, drawn, sought


def _choose_node(
    view: ChartView, drawn: DrawingChoice, node: str, read: Callable[[ChartLook], ChartView]
) -> tuple[ChartView, DrawingChoice]:
    """Select a node; if it is not on the drawing yet, read the chart again with it and its neighbours."""
    drawn = replace(drawn, chosen=node)
    if view.front is None or node in view.front.names:
        return view, drawn
    return read(replace(view.look, grown=(*view.look.grown, node))), drawn


def _find_about(
    room: OpenHome, officer: Officer, cases: tuple[str, ...], view: ChartView, chosen: str
) -> ChosenNode | None:
    if not any(node.id == chosen for node in view.nodes):
        return None
    details = service.read_chosen_node(room.ledger, room.lake, officer, cases, view.look, chosen)
    return build_about(view, chosen, details)


def _find_other_cases(
    room: OpenHome, officer: Officer, number: str, other: str, about: ChosenNode | None
) -> KnowingCases | None:
    """The other cases with the chosen account: by number if the officer may read them, else only how many."""
    if about is None or about.subject is None:
        return None
    known = load_knowing_cases(room.ledger, officer, about.subject, but=number)
    return replace(known, mine=tuple(case for case in known.mine if case != other))


def _compute_drawn_percent(view: ChartView) -> int:
    """The share of all traced money that is on the drawing, in per cent."""
    front = view.front
    return round(100 * front.drawn / front.moved) if front and front.moved else 100


@router.get("/cases/{number}/chart/file/{form}", may=CHART_TAKERS)
def download_chart(request: Request, number: Name, form: Name, officer: SignedIn) -> Response:
    """Download the chart as GraphML, CSV, PDF, SVG or PNG; each download is logged as an export.

    `mark`, `partner` and `purpose` of the query say for whom it is; what may not leave for them is left out and counted in a header.
    """
    export = EXPORT_BY_NAME.get(form)
    if export is None and form not in PAPERS:
        raise NotFound("chart.no-such-format")
    room = open_home_of(request)
    ways = (parse_way_out(request),)
    view = service.export_chart(room.ledger, room.lake, officer, number, parse_look(request), form, ways)
    if export:
        content, media, ending = (
            export.render(view, _find_exercise_banner(request)),
            export.media,
            export.ending,
        )
    else:
        content, media, ending = _render_file(request, form, view), PAPERS[form], f".{form}"
    headers = {
        "content-disposition": f'attachment; filename="chart-{view.case}{ending}"',
        "x-withheld": str(view.withheld),
    }
    return Response(content, media_type=media, headers=headers)


def _render_file(request: Request, form: str, view: ChartView) -> bytes:
    """The PDF for the court, or the drawing as SVG or PNG."""
    exercise, say, drawn = _find_exercise_banner(request), say_for(request), parse_drawing_choice(request)
    if form == "pdf":
        lake, officer = open_home_of(request).lake, request.state.officer
        return paper.render_pdf(view, drawn, lake, say, officer, bool(exercise))
    write_picture = paper.render_svg if form == "svg" else paper.render_png
    return write_picture(view, drawn, say, exercise)


@router.post("/cases/{number}/chart/notes", may=CHART_WORKERS)
def pin_note(request: Request, number: Name, officer: SignedIn, form: Form) -> Response:
    room, look = open_home_of(request), parse_look(request)
    node, said = read_text_field(form, "node")[:LONGEST_ID], read_text_field(form, "text")
    notes.pin_note(room.ledger, room.lake, officer, number, look, node, said, read_text_field(form, "key"))
    return _redirect_to_chart(request, number, look)


@router.post("/cases/{number}/chart/notes/{note}/off", may=CHART_WORKERS)
def remove_note(request: Request, number: Name, note: Id, officer: SignedIn, form: Form) -> Response:
    notes.remove_note(open_home_of(request).ledger, officer, number, note)
    return _redirect_to_chart(request, number, parse_look(request))


def _redirect_to_chart(request: Request, number: str, look: ChartLook) -> Response:
    return RedirectResponse(
        f"{make_chart_address(number, look, parse_drawing_choice(request), say_for(request))()}#notes", 303
    )


def _clamp_start(asked: int, total: int) -> int:
    return max(0, min(asked, total - 1))


def _make_page_links(write: Callable[..., str], asked: dict[str, Any]) -> Callable[[str], Callable[..., str]]:
    """Make the page links of the two tables; a link of one keeps the offset of the other."""

    def make_table_link(table: str) -> Callable[..., str]:
        return lambda offset: f"{write(**{**asked, table: offset})}#{table}"

    return make_table_link


def _find_exercise_banner(request: Request) -> str:
    return EXERCISE if open_home_of(request).home.exercise else ""
