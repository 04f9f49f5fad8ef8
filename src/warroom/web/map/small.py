"""The small map of the board and the wall: reports by density and journeys, on the ground that the map has."""

from functools import lru_cache
from typing import Any

from starlette.requests import Request

from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import Pages, say_for
from warroom.web.map import ground as grounds
from warroom.web.map.draw import draw
from warroom.web.map.words import MapWords

LAYERS = ("corridors", "reports")
STEP, FEWEST = 6, 3
"""Units within which two points are one, and the fewest that make an outline."""
MOST = 6
"""So many provinces are named beside it."""


def small_map(request: Request) -> dict[str, Any] | None:
    """The drawing and the provinces with most reports; None while the server has not made it yet."""
    view = open_home_of(request).glimpse
    if view is None:
        return None
    pages: Pages = request.app.state.pages
    told = MapWords(say_for(request))
    drawing = draw(view, grounds.ground(pages, view.exercise), grounds.bounds(view.exercise), told, LAYERS)
    counted = [one for one in view.reports if one.spot is not None and one.count is not None]
    return {
        "drawing": drawing,
        "land": [(kind, _thinned(path)) for kind, path in drawing.land],
        "provinces": [(told.spot(one.spot), one.count) for one in counted[:MOST] if one.spot],
        "reports": sum(one.count or 0 for one in view.reports),
        "corridors": len(view.corridors),
        "days": view.window,
    }


@lru_cache(maxsize=1000)
def _thinned(path: str) -> str:
    """The same outline in whole units without points that lie on each other at this size."""
    return "".join(f"M{thin}" for ring in path.split("M") if (thin := _ring(ring)))


def _ring(ring: str) -> str:
    numbers = [round(float(one)) for one in ring.rstrip("Z").split()]
    kept: list[tuple[int, int]] = []
    for x, y in zip(numbers[::2], numbers[1::2], strict=False):
        if not kept or max(abs(x - kept[-1][0]), abs(y - kept[-1][1])) >= STEP:
            kept.append((x, y))
    if len(kept) < FEWEST:
        return ""
    return " ".join(f"{x} {y}" for x, y in kept) + ("Z" if ring.endswith("Z") else "")
