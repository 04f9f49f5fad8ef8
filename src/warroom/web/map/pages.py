"""The map: what stands where, who hangs on it, and what is under way."""

from datetime import date, timedelta
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Query
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from warroom import settings
from warroom.access.role_groups import CASE_READERS
from warroom.errors import NotFound
from warroom.home import Home
from warroom.law.kinds.declarations import Kind
from warroom.ledger.officers import Officer
from warroom.room.map import map_layers
from warroom.room.map.features import collections, point
from warroom.room.map.views import LayerCode, MapView
from warroom.web.actions.words import ActionWords
from warroom.web.doors.router import Router
from warroom.web.kit.headers import WORKER_POLICY
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import Pages, page, say_for
from warroom.web.kit.sessions import SignedIn
from warroom.web.map import ground as grounds
from warroom.web.map import panel as panels
from warroom.web.map.draw import draw, named
from warroom.web.map.panel import Asked, Panel
from warroom.web.map.press import pressed
from warroom.web.map.reach import reach
from warroom.web.map.words import MapWords, href, proposal, proposing

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
def shown(
    request: Request,
    officer: SignedIn,
    day: str = "",
    layer: Layers = None,
    at: str = "",
    chosen: str = "",
    cut: str = "",
) -> Response:
    """The page; a slider asks for its tables and drawing alone, a press for the panel (`x-part`)."""
    room, say, pages = open_home_of(request), say_for(request), _pages(request)
    view = map_layers.look(room.ledger, room.lake, officer, date_of(day))
    drawn = [code for code in SHOWN if layer is None or code in layer]
    told = MapWords(say)

    def address(**asked: str) -> str:
        return _address("/map", view.day if day else None, layer, **asked)

    beside = panels.panel(room.lake, view, told, drawn, Asked(pressed(at), chosen, cut), address)
    propose_kind, propose = _proposing(beside, officer)
    values: dict[str, Any] = {
        "view": view,
        "drawn": drawn,
        "names": SHOWN,
        "places": told,
        "told": ActionWords(say),
        "panel": beside,
        "reach": reach(beside, told),
        "propose": propose,
        "propose_kind": propose_kind,
        "closed": address(),
    }
    part = request.headers.get("x-part", "")
    if part == "panel":
        return page(request, "map_panel.html", **values)
    bounds = beside.bounds or grounds.bounds(view.exercise)
    values |= {
        "drawing": draw(view, grounds.ground(pages, view.exercise), bounds, told, drawn, beside),
        "rows": ROWS,
        "uses": _uses(view),
        "address": address,
    }
    if part != "tables":
        values |= {
            "ground": grounds.address(pages, view.exercise),
            "bounds": ",".join(f"{value:.3f}" for value in bounds),
            "tiles": "/map/tiles" if tiles(room.home) else "",
            "worker": pages.static("map-worker.js"),
            "layers": _address("/map/data", view.day),
            "earlier": _address("/map", max(view.first, view.day - timedelta(days=1)), layer),
            "later": _address("/map", min(view.last, view.day + timedelta(days=1)), layer),
        }
    answer = page(request, "map_part.html" if part == "tables" else "map.html", **values)
    answer.headers["content-security-policy"] = WORKER_POLICY
    return answer


@router.get("/map/data", may=CASE_READERS)
def data(request: Request, officer: SignedIn, day: str = "") -> Response:
    """The layers for the island, each shape with its words, and the names of places."""
    room, told = open_home_of(request), MapWords(say_for(request))
    view = map_layers.look(room.ledger, room.lake, officer, date_of(day))
    layers: dict[Any, dict[str, Any]] = dict(collections(view))
    for code, found in layers.items():
        for one in found["features"]:
            facts = one["properties"]
            facts |= {"title": told.title(code, facts, view), "href": href(code, facts)}
    labels = [
        {
            "type": "Feature",
            "properties": {"name": told.spot(spot)},
            "geometry": point((spot.lat, spot.lon)),
        }
        for spot in named(view)
    ]
    return JSONResponse(layers | {"labels": {"type": "FeatureCollection", "features": labels}})


@router.get("/map/ground", may=CASE_READERS)
def ground(request: Request, officer: SignedIn) -> Response:
    """The invented country of an exercise."""
    return JSONResponse(grounds.ground(_pages(request), open_home_of(request).home.exercise))


@router.get("/map/tiles", may=CASE_READERS)
def tiles_of(request: Request, officer: SignedIn) -> Response:
    """The operator's own map, by ranges of bytes; raises NotFound where there is none."""
    path = tiles(open_home_of(request).home)
    if path is None:
        raise NotFound("map.no-tiles")
    headers = {"cache-control": "private, max-age=3600"}
    return FileResponse(path, media_type="application/octet-stream", headers=headers)


def tiles(home: Home) -> Path | None:
    """The operator's PMTiles file; none in an exercise, which is drawn on no real land."""
    named_ = settings.text("WARROOM_MAP_TILES")
    path = Path(named_).expanduser().absolute() if named_ else None
    return path if path is not None and path.is_file() and not home.exercise else None


def date_of(text: str) -> date | None:
    """A day as an address writes it; None for none or no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


def _address(path: str, day: date | None, layers: list[str] | None = None, **asked: str) -> str:
    query = [("day", day.isoformat())] if day else []
    query += [("layer", code) for code in layers or ()]
    query += [(name, value) for name, value in asked.items() if value]
    return f"{path}?{urlencode(query)}" if query else path


def _proposing(beside: Panel, officer: Officer) -> tuple[Kind | None, str]:
    """The form for the point of the line that harms least and reaches what it is meant for."""
    cut = beside.cut
    if cut is None or cut.least is None:
        return None, ""
    return proposing(proposal(cut.least.line, cut.least.kind, cut.near, cut.least.capacity), officer)


def _uses(view: MapView) -> list[tuple[str, int, int]]:
    """Buildings by their use: how many, and how many with power of their own."""
    found: dict[str, tuple[int, int]] = {}
    for one in view.buildings:
        count, own = found.get(one.use, (0, 0))
        found[one.use] = (count + 1, own + (one.backup_hours is not None))
    # Those first whom a cut would harm most.
    return [
        (use, *found[use]) for use in sorted(found, key=lambda use: (use not in ("clinic", "school"), use))
    ]
