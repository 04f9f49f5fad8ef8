"""What is chosen, as GeoJSON for the island: a ring, and what a cut reaches."""

from typing import Any

from warroom.room.map.features import to_point
from warroom.sites.views import Position
from warroom.web.map.panel import MapPanel
from warroom.web.map.words import MapWords


def build_reach_geojson(panel: MapPanel, map_words: MapWords) -> dict[str, Any]:
    """A FeatureCollection; `kind` is chosen, around, home (four of them), cut, school, or clinic with `dark` where it has no power
    of its own.
    """
    features = [_make_point_feature("chosen", panel.chosen.at)] if panel.chosen and panel.chosen.at else []
    if cut := panel.cut:
        if cut.around:
            ring = [[lon, lat] for lat, lon in (*cut.around, cut.around[0])]
            features.append(
                {
                    "type": "Feature",
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                    "properties": {"kind": "around"},
                }
            )
        features += [_make_point_feature("home", at) for at in cut.homes]
        features += [
            # Schools are told by their mark: named, they would cover the clinics.
            _make_point_feature(
                building.use,
                building.at,
                name=map_words.format_guarded(building) if building.use == "clinic" else "",
                dark=map_words.is_without_power(building),
            )
            for building in cut.guarded
        ]
        features += [_make_point_feature("cut", cut.at, name=map_words.format_cut_point())] if cut.at else []
    return {"type": "FeatureCollection", "features": features}


def _make_point_feature(kind: str, at: Position, **more: object) -> dict[str, Any]:
    return {"type": "Feature", "geometry": to_point(at), "properties": {"kind": kind, **more}}
