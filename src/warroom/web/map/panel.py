"""The panel beside the map: what lies where was pressed, what is chosen of it, and what a cut there would reach."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from warroom.room.map import cutting
from warroom.room.map.features import to_feature_collection, to_feature_collections
from warroom.room.map.views import CutView, LayerCode, MapView
from warroom.sites.views import Position
from warroom.web.map import press as presses
from warroom.web.map.ground import Bounds
from warroom.web.map.press import MapPress
from warroom.web.map.words import MapWords, build_href

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
class MapPanelEntry:
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
class MapPanel:
    """Everything the panel says. `places` are all suspected places, to choose from where nothing is; `left` how many things of the
    stack are not listed; `feeder` the feeder that a chosen building hangs on; `steps` an address for each point of a cut.
    """

    at: str
    stack: tuple[MapPanelEntry, ...]
    unlisted_count: int
    places: tuple[MapPanelEntry, ...]
    chosen: MapPanelEntry | None
    cut: CutView | None
    feeder: str
    steps: dict[str, str]
    bounds: Bounds | None


@dataclass(frozen=True, slots=True)
class MapPanelRequest:
    """What an address asks for: a press, a thing by its key, and the point at which a line would be cut."""

    at: MapPress | None = None
    chosen: str = ""
    cut: str = ""


def build_panel(
    lake: "Lake",
    view: MapView,
    map_words: MapWords,
    shown: Collection[str],
    asked: MapPanelRequest,
    address: Address,
) -> MapPanel:
    """The panel for what an address asks for; what is no longer there is not chosen."""
    # Searching thousands of buildings is slow, so it is done only if a press or a key is given.
    layers = to_feature_collections(view) if asked.at or asked.chosen else {}
    wanted = dict(_list_keyed_things(layers)).get(asked.chosen)
    at = asked.at or _find_press_at_thing(wanted)
    stack = _list_stack(layers, at, shown)
    if wanted and asked.chosen not in dict(stack):
        stack.insert(0, (asked.chosen, wanted))
    entries = [_build_entry(key, *thing, view, map_words, at, address) for key, thing in stack]
    chosen = next((entry for entry in entries if entry.key == asked.chosen), entries[0] if entries else None)
    cut, feeder = _compute_cut(lake, view, chosen, asked)
    listed = entries[:MOST]
    if chosen and chosen not in listed:
        listed[-1] = chosen
    places = to_feature_collection(view, "places")["features"]
    return MapPanel(
        at=at.text if at else "",
        stack=tuple(listed),
        unlisted_count=len(entries) - len(listed),
        places=tuple(
            _build_entry(
                presses.build_thing_key("places", feature["properties"]),
                "places",
                feature,
                view,
                map_words,
                None,
                address,
            )
            for feature in places
        ),
        chosen=chosen,
        cut=cut,
        feeder=address(chosen=f"supply:{feeder}") if feeder and chosen and chosen.code == "buildings" else "",
        steps=_build_cut_addresses(cut, chosen, at, address),
        bounds=_compute_bounds(cut, at) if chosen else None,
    )


def _build_cut_addresses(
    cut: CutView | None, chosen: MapPanelEntry | None, at: MapPress | None, address: Address
) -> dict[str, str]:
    if cut is None or chosen is None:
        return {}
    return {
        one.line: address(at=at.text if at else "", chosen=chosen.key, cut=one.line) for one in cut.points
    }


def _list_keyed_things(
    layers: dict[LayerCode, dict[str, Any]],
) -> list[tuple[str, tuple[LayerCode, dict[str, Any]]]]:
    return [
        (presses.build_thing_key(code, one["properties"]), (code, one))
        for code, one in presses.iter_things(layers)
    ]


def _list_stack(
    layers: dict[LayerCode, dict[str, Any]], at: MapPress | None, shown: Collection[str]
) -> list[tuple[str, tuple[LayerCode, dict[str, Any]]]]:
    """What lies at a press, each building once: a suspected place is one too."""
    lying_features = presses.list_things_under_press(presses.iter_things(layers), at, shown) if at else []
    suspected = {feature["properties"]["id"] for code, feature in lying_features if code == "places"}
    return [
        (presses.build_thing_key(code, feature["properties"]), (code, feature))
        for code, feature in lying_features
        if code != "buildings" or feature["properties"]["id"] not in suspected
    ]


def _find_press_at_thing(wanted: tuple[LayerCode, dict[str, Any]] | None) -> MapPress | None:
    where = presses.find_middle(wanted[1]) if wanted else None
    return MapPress(*where, presses.CLOSE) if where else None


def _build_entry(
    key: str,
    code: LayerCode,
    feature: dict[str, Any],
    view: MapView,
    map_words: MapWords,
    at: MapPress | None,
    address: Address,
) -> MapPanelEntry:
    facts = feature["properties"]
    return MapPanelEntry(
        key=key,
        code=code,
        name=map_words.format_thing_name(code, facts, view),
        measure=map_words.format_thing_count(code, facts),
        address=address(at=at.text, chosen=key) if at else address(chosen=key),
        page=build_href(code, facts),
        at=presses.find_middle(feature),
        facts=facts,
    )


def _compute_cut(
    lake: "Lake", view: MapView, chosen: MapPanelEntry | None, asked: MapPanelRequest
) -> tuple[CutView | None, str]:
    """What a cut of the chosen feeder, or of the feeder of the chosen place, reaches; and that feeder."""
    if chosen is None or chosen.code not in ("supply", "places", "buildings"):
        return None, ""
    name: str = chosen.facts["id"]
    feeder = name if chosen.code == "supply" else cutting.find_feeder(lake, view, name)
    if not feeder or chosen.code == "buildings":
        return None, feeder
    near = chosen.at if chosen.code == "places" else (asked.at.lat, asked.at.lon) if asked.at else None
    return cutting.preview_cut(lake, view, feeder, near, asked.cut), feeder


def _compute_bounds(cut: CutView | None, at: MapPress | None) -> Bounds | None:
    """What is seen: all that a cut reaches, else what lies around the press."""
    if cut is None or not cut.around:
        return at.compute_bounds(WIDE, HIGH) if at else None
    lats, lons = zip(*cut.around, *([cut.aim.at] if cut.aim else []), strict=True)
    apart = max(LEAST, AROUND * max(max(lats) - min(lats), max(lons) - min(lons)))
    return min(lons) - apart, min(lats) - apart, max(lons) + apart, max(lats) + apart
