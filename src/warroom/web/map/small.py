"""The small map of the board and the wall: suspected places, reports by density and journeys, on the ground that the map has."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from starlette.requests import Request

from warroom.web.doors.access_table import build_access_table
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import Pages, say_for
from warroom.web.map import ground as grounds
from warroom.web.map.draw import draw_map
from warroom.web.map.words import MapWords

LAYERS = ("corridors", "reports", "places")
STEP, FEWEST = 6, 3
"""Units within which two points are one, and the fewest that make an outline."""
MOST, MOST_PLACES = 6, 4
"""So many provinces and suspected places are named beside it."""


def draw_small_map(request: Request) -> dict[str, Any] | None:
    """The drawing, the suspected places and the provinces with most reports; None while the server has not made it yet.
    Places are drawn for officers who may open the large map, and never for a wall screen without an officer.
    """
    room, officer = open_home_of(request), request.state.officer
    if room.small_map is None:
        return None
    may_see_places = officer is not None and officer.has_role(*build_access_table()["GET /map"])
    view = replace(room.small_map, places=room.small_places if may_see_places else ())
    pages: Pages = request.app.state.pages
    map_words = MapWords(say_for(request))
    drawing = draw_map(
        view,
        grounds.load_ground(pages, view.exercise),
        grounds.choose_bounds(view.exercise),
        map_words,
        LAYERS,
    )
    counted = [report for report in view.reports if report.spot is not None and report.count is not None]
    return {
        "drawing": drawing,
        "land": [(kind, thin_outline(path)) for kind, path in drawing.land],
        "provinces": [
            (map_words.format_spot(report.spot), report.count) for report in counted[:MOST] if report.spot
        ],
        "suspected": [
            (place, [map_words.format_objection(code) for code in place.against])
            for place in view.places[:MOST_PLACES]
        ],
        "reports": sum(report.count or 0 for report in view.reports),
        "corridors": len(view.corridors),
        "days": view.window,
    }


@lru_cache(maxsize=1000)
def thin_outline(path: str) -> str:
    """An outline in whole units without points that lie on each other at this size."""
    return "".join(f"M{thin}" for ring in path.split("M") if (thin := _thin_ring(ring)))


def _thin_ring(ring: str) -> str:
    numbers = [round(float(coordinate)) for coordinate in ring.rstrip("Z").split()]
    kept: list[tuple[int, int]] = []
    for x, y in zip(numbers[::2], numbers[1::2], strict=False):
        if not kept or max(abs(x - kept[-1][0]), abs(y - kept[-1][1])) >= STEP:
            kept.append((x, y))
    if len(kept) < FEWEST:
        return ""
    return " ".join(f"{x} {y}" for x, y in kept) + ("Z" if ring.endswith("Z") else "")
