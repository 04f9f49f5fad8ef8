"""Preview of a power cut before it is proposed, computed from a map that the officer was shown and from
nothing else.
"""

from typing import TYPE_CHECKING

import numpy as np

from warroom.room.map.current_actions import find_line_position
from warroom.room.map.map_layers import load_map_network
from warroom.room.map.views import CutView, Guarded, MapView, SuspectedPlace
from warroom.sites.cuts import (
    build_cut,
    find_darkened,
    find_least_harmful,
    find_source_lines,
    list_cut_points,
)
from warroom.sites.extent import build_hull_around, find_group_middles
from warroom.sites.gazetteer import load_gazetteer
from warroom.sites.network import CLINIC, HOME, SCHOOL, USES, Array, SupplyNetwork, nan_to_none
from warroom.sites.views import Position

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


def find_feeder(lake: "Lake", view: MapView, building: str) -> str:
    """The feeder that supplies a building; of two the first by number; "" where no record names one."""
    lines = load_map_network(lake, view)
    found = find_source_lines(lines, lines.building_row[building]) if building in lines.building_row else []
    return lines.ids[found[0]] if found else ""


def preview_cut(
    lake: "Lake", view: MapView, feeder: str, near: Position | None = None, at: str = ""
) -> CutView | None:
    """A cut of a feeder, or `at` a line below it, for the suspected place on it nearest to `near`; None where
    `feeder` is none.
    """
    lines = load_map_network(lake, view)
    source = lines.line_row.get(feeder, -1)
    if source < 0 or lines.kind[source] != "feeder":
        return None
    aim = _find_aimed_place(lines, view, source, near)
    row = lines.building_row[aim.id] if aim else -1
    cut_points = list_cut_points(lines, row, within=source) if aim else ()
    chosen = next((cut_point for cut_point in cut_points if cut_point.line == at), None) or build_cut(
        lines, source, row
    )
    dark = find_darkened(lines, lines.line_row[chosen.line]).dark
    # Homes are shown as the middle of a group, so that no mark shows where somebody lives.
    homes = find_group_middles(lines.place[dark[lines.use[dark] == HOME]])
    others = lines.place[dark[lines.use[dark] != HOME]]
    where = find_line_position(lines, lines.line_row[chosen.line])
    return CutView(
        cut=chosen,
        at=where,
        near=load_gazetteer(lake.home.exercise).find_nearest_province(where) if where else None,
        aim=aim,
        points=cut_points,
        least=find_least_harmful(cut_points),
        own_power=aim is not None and len(lines.standby_of(np.array([row]), "generator")) > 0,
        homes=_to_positions(homes),
        # Around the groups and not around the homes: a corner of the outline would show where somebody
        # lives.
        around=_to_positions(build_hull_around(np.concatenate([homes, others]))),
        guarded=_list_guarded(lines, dark),
    )


def _find_aimed_place(
    lines: SupplyNetwork, view: MapView, source: int, near: Position | None
) -> SuspectedPlace | None:
    """The suspected place on a feeder that is nearest to the point clicked, else the one named by most tips."""
    on = set(lines.buildings_of(lines.find_rows_below(source)).tolist())
    places = [place for place in view.places if lines.building_row[place.id] in on]
    if near is None:
        return places[0] if places else None
    # Degrees without a projection: over the length of a feeder the distortion changes no order.
    return min(
        places, key=lambda place: (place.at[0] - near[0]) ** 2 + (place.at[1] - near[1]) ** 2, default=None
    )


def _list_guarded(lines: SupplyNetwork, dark: Array) -> tuple[Guarded, ...]:
    rows = dark[np.isin(lines.use[dark], (CLINIC, SCHOOL))]
    return tuple(
        Guarded(lines.building_ids[one], USES[lines.use[one]], at, nan_to_none(lines.backup[one]))
        for one, at in zip(rows.tolist(), _to_positions(lines.place[rows]), strict=True)
    )


def _to_positions(places: Array) -> tuple[Position, ...]:
    return tuple((round(float(lat), 4), round(float(lon), 4)) for lat, lon in places)
