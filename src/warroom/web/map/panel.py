"""The panel beside the map: what lies where was pressed, what is chosen of it, and what a cut there would reach."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warroom.room.map import cutting
from warroom.room.map.features import collection, collections
from warroom.room.map.views import CutView, LayerCode, MapView
from warroom.sites.views import Position
from warroom.web.map import press as presses
from warroom.web.map.ground import Bounds
from warroom.web.map.press import Press
from warroom.web.map.words import MapWords, href

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

MOST = 30
"""So many things of a stack are listed; coming closer parts the others."""
WIDE, HIGH = 900.0, 640.0
"""Pixels of a map around a press, where nothing larger is chosen."""
AROUND = 0.15
"""How much of a reach's size is left free on each side of it."""
LEAST = 0.006
"""Degrees: a reach of one building is not all that is seen."""
Address = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing of the stack: what it is, how much harm or how many hang on it, the address that chooses it, its own page ("" for
    none), and its facts as the layer has them.
    """

    key: str
    code: LayerCode
    name: str
    measure: str
    address: str
    page: str
    at: Position | None
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Panel:
    """Everything the panel says. `places` are all suspected places, to choose from where nothing is; `left` how many things of the
    stack are not listed; `feeder` the feeder that a chosen building hangs on; `steps` an address for each point of a cut.
    """

    at: str
    stack: tuple[Entry, ...]
    left: int
    places: tuple[Entry, ...]
    chosen: Entry | None
    cut: CutView | None
    feeder: str
    steps: dict[str, str]
    bounds: Bounds | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for: a press, a thing by its key, and the point at which a line would be cut."""

    at: Press | None = None
    chosen: str = ""
    cut: str = ""


def panel(
    lake: "Lake", view: MapView, told: MapWords, shown: Collection[str], asked: Asked, address: Address
) -> Panel:
    """The panel for what an address asks for; what is no longer there is not chosen."""
    # Thousands of buildings are looked through only where something is asked for.
    layers = collections(view) if asked.at or asked.chosen else {}
    wanted = dict(_keyed(layers)).get(asked.chosen)
    at = asked.at or _beside(wanted)
    stack = _stack(layers, at, shown)
    if wanted and asked.chosen not in dict(stack):
        stack.insert(0, (asked.chosen, wanted))
    entries = [_entry(key, *thing, view, told, at, address) for key, thing in stack]
    chosen = next((one for one in entries if one.key == asked.chosen), entries[0] if entries else None)
    cut, feeder = _cut(lake, view, chosen, asked)
    listed = entries[:MOST]
    if chosen and chosen not in listed:
        listed[-1] = chosen
    places = collection(view, "places")["features"]
    return Panel(
        at=at.text if at else "",
        stack=tuple(listed),
        left=len(entries) - len(listed),
        places=tuple(
            _entry(presses.key_of("places", one["properties"]), "places", one, view, told, None, address)
            for one in places
        ),
        chosen=chosen,
        cut=cut,
        feeder=address(chosen=f"supply:{feeder}") if feeder and chosen and chosen.code == "buildings" else "",
        steps=_steps(cut, chosen, at, address),
        bounds=_bounds(cut, at) if chosen else None,
    )


def _steps(cut: CutView | None, chosen: Entry | None, at: Press | None, address: Address) -> dict[str, str]:
    if cut is None or chosen is None:
        return {}
    return {
        one.line: address(at=at.text if at else "", chosen=chosen.key, cut=one.line) for one in cut.points
    }


def _keyed(layers: dict[LayerCode, dict[str, Any]]) -> list[tuple[str, tuple[LayerCode, dict[str, Any]]]]:
    return [(presses.key_of(code, one["properties"]), (code, one)) for code, one in presses.each(layers)]


def _stack(
    layers: dict[LayerCode, dict[str, Any]], at: Press | None, shown: Collection[str]
) -> list[tuple[str, tuple[LayerCode, dict[str, Any]]]]:
    """What lies at a press, each building once: a suspected place is one too."""
    found = presses.lying(presses.each(layers), at, shown) if at else []
    suspected = {one["properties"]["id"] for code, one in found if code == "places"}
    return [
        (presses.key_of(code, one["properties"]), (code, one))
        for code, one in found
        if code != "buildings" or one["properties"]["id"] not in suspected
    ]


def _beside(wanted: tuple[LayerCode, dict[str, Any]] | None) -> Press | None:
    where = presses.middle(wanted[1]) if wanted else None
    return Press(*where, presses.CLOSE) if where else None


def _entry(
    key: str,
    code: LayerCode,
    one: dict[str, Any],
    view: MapView,
    told: MapWords,
    at: Press | None,
    address: Address,
) -> Entry:
    facts = one["properties"]
    return Entry(
        key=key,
        code=code,
        name=told.thing(code, facts, view),
        measure=told.measure(code, facts),
        address=address(at=at.text, chosen=key) if at else address(chosen=key),
        page=href(code, facts),
        at=presses.middle(one),
        facts=facts,
    )


def _cut(lake: "Lake", view: MapView, chosen: Entry | None, asked: Asked) -> tuple[CutView | None, str]:
    """What a cut of the chosen feeder, or of the feeder of the chosen place, reaches; and that feeder."""
    if chosen is None or chosen.code not in ("supply", "places", "buildings"):
        return None, ""
    name: str = chosen.facts["id"]
    feeder = name if chosen.code == "supply" else cutting.feeder_of(lake, view, name)
    if not feeder or chosen.code == "buildings":
        return None, feeder
    near = chosen.at if chosen.code == "places" else (asked.at.lat, asked.at.lon) if asked.at else None
    return cutting.reach(lake, view, feeder, near, asked.cut), feeder


def _bounds(cut: CutView | None, at: Press | None) -> Bounds | None:
    """What is seen: all that a cut reaches, else what lies around the press."""
    if cut is None or not cut.around:
        return at.bounds(WIDE, HIGH) if at else None
    lats, lons = zip(*cut.around, *([cut.aim.at] if cut.aim else []), strict=True)
    apart = max(LEAST, AROUND * max(max(lats) - min(lats), max(lons) - min(lons)))
    return min(lons) - apart, min(lats) - apart, max(lons) + apart, max(lats) + apart
