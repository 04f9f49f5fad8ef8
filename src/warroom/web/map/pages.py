"""The map: what stands where, who hangs on it, and what is under way."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from warroom import settings
from warroom.access.role_groups import CASE_READERS, OPERATION_PLANNERS
from warroom.errors import NotFound
from warroom.home import Home
from warroom.law.kinds.declarations import ActionKind
from warroom.ledger.officers import Officer
from warroom.room.map import map_layers
from warroom.room.map.features import to_feature_collections, to_point
from warroom.room.map.views import LayerCode, MapView
from warroom.web.doors.router import Router
from warroom.web.kit.headers import WORKER_POLICY
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import Pages, render_page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.map import ground as grounds
from warroom.web.map import panel as panels
from warroom.web.map.draw import draw_map, list_named_spots
from warroom.web.map.panel import MapPanel, MapPanelRequest
from warroom.web.map.press import parse_press
from warroom.web.map.reach import build_reach_geojson
from warroom.web.map.words import MapWords, build_href, build_proposal_fields, build_proposal_link

router = Router(include_in_schema=False)
SHOWN: tuple[LayerCode, ...] = (
    "places",
    "actions",
    "operations",
    "supply",
    "standby",
    "buildings",
    "reports",
    "corridors",
)
"""The layers as the page lists them."""
ROWS = 200
"""So many lines stand in the table; the others are counted, and the interface lists them all."""
Layers = Annotated[list[str] | None, Query()]


@router.get("/map", may=CASE_READERS)
def show_map(
    request: Request,
    officer: SignedIn,
    day: str = "",
    layer: Layers = None,
    at: str = "",
    chosen: str = "",
    cut: str = "",
) -> Response:
    """The page; a slider asks for its tables and drawing alone, a press for the panel (`x-part`)."""
    room, say, pages = open_home_of(request), say_for(request), _get_pages(request)
    view = map_layers.read_map(room.ledger, room.lake, officer, parse_date(day))
    drawn = [code for code in SHOWN if layer is None or code in layer]
    map_words = MapWords(say)

    def make_address(**asked: str) -> str:
        return _build_address("/map", view.day if day else None, layer, **asked)

    beside = panels.build_panel(
        room.lake, view, map_words, drawn, MapPanelRequest(parse_press(at), chosen, cut), make_address
    )
    propose_kind, propose = _build_proposal_link(beside, officer)
    values: dict[str, Any] = {
        "view": view,
        "drawn": drawn,
        "names": SHOWN,
        "places": map_words,
        "panel": beside,
        "reach": build_reach_geojson(beside, map_words),
        "propose": propose,
        "propose_kind": propose_kind,
        "plan": _build_plan_link(beside, officer),
        "closed": make_address(),
    }
    part = request.headers.get("x-part", "")
    if part == "panel":
        return render_page(request, "map_panel.html", **values)
    bounds = beside.bounds or grounds.choose_bounds(view.exercise)
    values |= {
        "drawing": draw_map(
            view, grounds.load_ground(pages, view.exercise), bounds, map_words, drawn, beside
        ),
        "rows": ROWS,
        "uses": _count_buildings_by_use(view),
        "address": make_address,
    }
    if part != "tables":
        values |= {
            "ground": grounds.build_ground_address(pages, view.exercise),
            "bounds": ",".join(f"{value:.3f}" for value in bounds),
            "tiles": "/map/tiles" if find_tiles(room.home) else "",
            "worker": pages.make_static_address("map-worker.js"),
            "layers": _build_address("/map/data", view.day),
            "earlier": _build_address("/map", max(view.first, view.day - timedelta(days=1)), layer),
            "later": _build_address("/map", min(view.last, view.day + timedelta(days=1)), layer),
        }
    answer = render_page(request, "map_part.html" if part == "tables" else "map.html", **values)
    answer.headers["content-security-policy"] = WORKER_POLICY
    return answer


@router.get("/map/data", may=CASE_READERS)
def send_map_data(request: Request, officer: SignedIn, day: str = "") -> Response:
    """The layers for the island, each shape with its words, and the names of places."""
    room, map_words = open_home_of(request), MapWords(say_for(request))
    view = map_layers.read_map(room.ledger, room.lake, officer, parse_date(day))
    layers: dict[Any, dict[str, Any]] = dict(to_feature_collections(view))
    for code, map_layer in layers.items():
        for feature in map_layer["features"]:
            facts = feature["properties"]
            facts |= {"title": map_words.format_title(code, facts, view), "href": build_href(code, facts)}
    labels = [
        {
            "type": "Feature",
            "properties": {"name": map_words.format_spot(spot)},
            "geometry": to_point((spot.lat, spot.lon)),
        }
        for spot in list_named_spots(view)
    ]
    return JSONResponse(layers | {"labels": {"type": "FeatureCollection", "features": labels}})


@router.get("/map/ground", may=CASE_READERS)
def send_ground(request: Request, officer: SignedIn) -> Response:
    """The invented country of an exercise."""
    return JSONResponse(grounds.load_ground(_get_pages(request), open_home_of(request).home.exercise))


@router.get("/map/tiles", may=CASE_READERS)
def send_tiles(request: Request, officer: SignedIn) -> Response:
    """The operator's own map, by ranges of bytes; raises NotFound where there is none."""
    path = find_tiles(open_home_of(request).home)
    if path is None:
        raise NotFound("map.no-tiles")
    headers = {"cache-control": "private, max-age=3600"}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


def find_tiles(home: Home) -> Path | None:
    """The operator's PMTiles file; none in an exercise, which is drawn on no real land."""
    named_ = settings.get_text("WARROOM_MAP_TILES")
    path = Path(named_).expanduser().absolute() if named_ else None
    return path if path is not None and path.is_file() and not home.exercise else None


def parse_date(text: str) -> date | None:
    """Parse a day; None if it is missing or malformed."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _get_pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


def _build_address(path: str, day: date | None, layers: list[str] | None = None, **asked: str) -> str:
    query = [("day", day.isoformat())] if day else []
    query += [("layer", code) for code in layers or ()]
    query += [(name, value) for name, value in asked.items() if value]
    return f"{path}?{urlencode(query)}" if query else path


def _build_proposal_link(beside: MapPanel, officer: Officer) -> tuple[ActionKind | None, str]:
    """The form for the point of the line that harms least and reaches what it is meant for."""
    cut = beside.cut
    if cut is None or cut.least is None:
        return None, ""
    return build_proposal_link(
        build_proposal_fields(cut.least.line, cut.least.kind, cut.near, cut.least.capacity), officer
    )


def _build_plan_link(beside: MapPanel, officer: Officer) -> str:
    """The first step of an operation at the chosen building; "" for other things and for who plans none."""
    if beside.chosen is None or beside.chosen.code not in ("places", "buildings"):
        return ""
    if not officer.has_role(*OPERATION_PLANNERS):
        return ""
    return f"/operations/new?{urlencode({'place': beside.chosen.facts['id']})}"


def _count_buildings_by_use(view: MapView) -> list[tuple[str, int, int]]:
    """The number of buildings per use, and how many have emergency power."""
    counts_by_use: dict[str, tuple[int, int]] = {}
    for building in view.buildings:
        count, own = counts_by_use.get(building.use, (0, 0))
        counts_by_use[building.use] = (count + 1, own + (building.backup_hours is not None))
    # First the buildings that a power cut would harm most.
    return [
        (use, *counts_by_use[use])
        for use in sorted(counts_by_use, key=lambda use: (use not in ("clinic", "school"), use))
    ]
