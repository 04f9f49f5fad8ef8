"""What a cut would reach, before anybody proposes it: for a map that an officer has been shown, and of what it shows."""

from typing import TYPE_CHECKING

import numpy as np

from warroom.room.map.current_actions import stands
from warroom.room.map.map_layers import network_of
from warroom.room.map.views import CutView, Guarded, MapView, SuspectedPlace
from warroom.sites.cuts import cut, darkened, feeders_of, least_harmful, points
from warroom.sites.extent import around, by_fours
from warroom.sites.gazetteer import gazetteer
from warroom.sites.network import CLINIC, HOME, SCHOOL, USES, Array, Network, known
from warroom.sites.views import Position

if TYPE_CHECKING:
    from warroom.lake.lake import Lake


def feeder_of(lake: "Lake", view: MapView, building: str) -> str:
    """The feeder that a building hangs on; of two the first by number; "" where no record names one."""
    lines = network_of(lake, view)
    found = feeders_of(lines, lines.building_row[building]) if building in lines.building_row else []
    return lines.ids[found[0]] if found else ""


def reach(
    lake: "Lake", view: MapView, feeder: str, near: Position | None = None, at: str = ""
) -> CutView | None:
    """A cut of a feeder, or `at` a line below it, for the suspected place on it that is nearest to `near`; None for no feeder."""
    lines = network_of(lake, view)
    source = lines.row.get(feeder, -1)
    if source < 0 or lines.kind[source] != "feeder":
        return None
    aim = _aim(lines, view, source, near)
    row = lines.building_row[aim.id] if aim else -1
    found = points(lines, row, within=source) if aim else ()
    chosen = next((one for one in found if one.line == at), None) or cut(lines, source, row)
    dark = darkened(lines, lines.row[chosen.line]).dark
    homes = by_fours(lines.place[dark[lines.use[dark] == HOME]])
    others = lines.place[dark[lines.use[dark] != HOME]]
    where = stands(lines, lines.row[chosen.line])
    return CutView(
        cut=chosen,
        at=where,
        near=gazetteer(lake.home.exercise).nearest(where) if where else None,
        aim=aim,
        points=found,
        least=least_harmful(found),
        own_power=aim is not None and len(lines.standby_of(np.array([row]), "generator")) > 0,
        homes=_positions(homes),
        # Around the fours and not around the homes: a corner would stand where somebody lives.
        around=_positions(around(np.concatenate([homes, others]))),
        guarded=_guarded(lines, dark),
    )


def _aim(lines: Network, view: MapView, source: int, near: Position | None) -> SuspectedPlace | None:
    """The suspected place on a feeder that is nearest to where was pressed, else the one that most tips name."""
    on = set(lines.buildings_of(lines.below(source)).tolist())
    found = [one for one in view.places if lines.building_row[one.id] in on]
    if near is None:
        return found[0] if found else None
    return min(found, key=lambda one: (one.at[0] - near[0]) ** 2 + (one.at[1] - near[1]) ** 2, default=None)


def _guarded(lines: Network, dark: Array) -> tuple[Guarded, ...]:
    rows = dark[np.isin(lines.use[dark], (CLINIC, SCHOOL))]
    return tuple(
        Guarded(lines.building_ids[one], USES[lines.use[one]], at, known(lines.backup[one]))
        for one, at in zip(rows.tolist(), _positions(lines.place[rows]), strict=True)
    )


def _positions(places: Array) -> tuple[Position, ...]:
    return tuple((round(float(lat), 4), round(float(lon), 4)) for lat, lon in places)
