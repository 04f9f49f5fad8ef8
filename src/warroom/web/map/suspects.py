"""The suspected places for who plans where to go: a small drawing with a number each, and what is known of each in words."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from starlette.requests import Request

from warroom.ledger.officers import Officer
from warroom.room.map import map_layers
from warroom.room.map.features import to_feature_collection
from warroom.room.map.views import MapView
from warroom.web.kit.open_home import open_home_of
from warroom.web.kit.pages import Pages, say_for
from warroom.web.map import ground as grounds
from warroom.web.map.draw import draw_map
from warroom.web.map.small import thin_outline
from warroom.web.map.words import MapWords

MOST = 9
"""So many places are offered, those that most tips name; the others are on the map. Chosen, not measured."""
# The width of a mark with its number, in units of the view box.
MARK = 50.0


@dataclass(frozen=True, slots=True)
class SuspectChoice:
    """A place to choose: its number in the records, its name, how many tips name it and what speaks against them."""

    id: str
    name: str
    tips: str
    newest: str
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SuspectMap:
    """The drawing in units of its view box: the ground's outlines by kind, and the middle of each choice in their order."""

    width: float
    height: float
    land: list[tuple[str, str]]
    marks: list[tuple[float, float]]
    choices: tuple[SuspectChoice, ...]


def draw_suspects(request: Request, officer: Officer, but: Collection[str] = ()) -> SuspectMap | None:
    """The suspected places without those that are chosen already; None where there is none. Raises NotAllowed."""
    room, words = open_home_of(request), MapWords(say_for(request))
    view = map_layers.read_suspected_map(room.ledger, room.lake, officer)
    places = tuple(place for place in view.places if place.id not in but)[:MOST]
    view = replace(view, places=places)
    if not view.places:
        return None
    pages: Pages = request.app.state.pages
    bounds = grounds.choose_bounds(view.exercise)
    drawing = draw_map(view, grounds.load_ground(pages, view.exercise), bounds, words, ("places",))
    facts = [feature["properties"] for feature in to_feature_collection(view, "places")["features"]]
    return SuspectMap(
        drawing.width,
        drawing.height,
        [(kind, thin_outline(path)) for kind, path in drawing.land],
        _part_marks([(mark.x, mark.y) for mark in drawing.marks]),
        tuple(_build_choice(fact, words, view) for fact in facts),
    )


def _part_marks(middles: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The middles of marks, each moved to the right until it lies on none before it."""
    apart: list[tuple[float, float]] = []
    for x, y in middles:
        while any(abs(x - left) < MARK and abs(y - top) < MARK for left, top in apart):
            x += MARK / 2
        apart.append((x, y))
    return apart


def _build_choice(facts: dict[str, Any], words: MapWords, view: MapView) -> SuspectChoice:
    return SuspectChoice(
        facts["id"],
        words.format_thing_name("places", facts, view),
        words.format_thing_count("places", facts),
        words.format_moment(facts["last"]),
        tuple(words.format_objection(code) for code in facts["against"]),
    )
