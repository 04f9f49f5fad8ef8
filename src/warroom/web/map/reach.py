"""What is chosen, as GeoJSON for the island: a ring, and what a cut reaches."""

from typing import Any

from warroom.room.map.features import point
from warroom.sites.views import Position
from warroom.web.map.panel import Panel
from warroom.web.map.words import MapWords


def reach(panel: Panel, told: MapWords) -> dict[str, Any]:
    """A FeatureCollection; `kind` is chosen, around, home (four of them), cut, school, or clinic with `dark` where it has no power
    of its own.
    """
    found = [_at("chosen", panel.chosen.at)] if panel.chosen and panel.chosen.at else []
    if cut := panel.cut:
        if cut.around:
            ring = [[lon, lat] for lat, lon in (*cut.around, cut.around[0])]
            found.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                    "properties": {"kind": "around"},
                }
            )
        found += [_at("home", at) for at in cut.homes]
        found += [
            # Schools are told by their mark: named, they would cover the clinics.
            _at(one.use, one.at, name=told.guarded(one) if one.use == "clinic" else "", dark=told.dark(one))
            for one in cut.guarded
        ]
        found += [_at("cut", cut.at, name=told.cut_here())] if cut.at else []
    return {"type": "FeatureCollection", "features": found}


def _at(kind: str, at: Position, **more: object) -> dict[str, Any]:
    return {"type": "Feature", "geometry": point(at), "properties": {"kind": kind, **more}}
