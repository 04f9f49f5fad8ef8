"""The map's layers as GeoJSON: one feature for each row of the tables; what has no place has no geometry."""

from typing import Any, get_args

import numpy as np

from warroom.room.map.views import (
    ActionSpot,
    Building,
    Corridor,
    Density,
    LayerCode,
    MapView,
    OperationSpot,
    Standby,
    SupplySpot,
    SuspectedPlace,
)
from warroom.sites.views import Position, Spot

Feature = dict[str, Any]
BEND = 0.16
"""How far a corridor bends to its right, by its length: both ways between two places stay apart."""
POINTS = 16


def collection(view: MapView, code: LayerCode) -> dict[str, Any]:
    """A layer as a FeatureCollection."""
    return {"type": "FeatureCollection", "features": [_feature(one) for one in getattr(view, code)]}


def collections(view: MapView) -> dict[LayerCode, dict[str, Any]]:
    """Every layer."""
    return {code: collection(view, code) for code in get_args(LayerCode)}


def point(at: Position | None) -> dict[str, Any] | None:
    """A place as GeoJSON writes it."""
    return {"type": "Point", "coordinates": [at[1], at[0]]} if at else None


def _feature(one: Any) -> Feature:
    geometry, properties = _SHAPES[type(one)](one)
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _place(one: SuspectedPlace) -> tuple[Any, dict[str, Any]]:
    return point(one.at), {
        "id": one.id,
        "use": one.use,
        "tips": one.tips,
        "last": one.last.isoformat(),
        "against": list(one.against),
        "backup_hours": one.backup_hours,
        "size": one.tips,
    }


def _supply(one: SupplySpot) -> tuple[Any, dict[str, Any]]:
    who = one.hanging
    return point(one.at), {
        "id": one.id,
        "kind": one.kind,
        "near": one.near.code if one.near else None,
        "capacity": one.capacity,
        "delay_days": one.delay_days,
        "homes": who.homes,
        "clinics": who.clinics,
        "clinics_without_power_of_their_own": who.dark_clinics,
        "schools": who.schools,
        "others": who.others,
        "masts": one.masts,
        "generators": one.generators,
        "satellites": one.satellites,
        "second": bool(one.stands_in_for),
        "stands_in_for": one.stands_in_for or None,
        "size": who.homes,
    }


def _standby(one: Standby) -> tuple[Any, dict[str, Any]]:
    return point(one.at), {"id": one.id, "kind": one.kind}


def _building(one: Building) -> tuple[Any, dict[str, Any]]:
    return point(one.at), {"id": one.id, "use": one.use, "backup_hours": one.backup_hours}


def _operation(one: OperationSpot) -> tuple[Any, dict[str, Any]]:
    return point(one.at), {
        "operation": one.operation,
        "name": one.title,
        "hour": one.hour.isoformat(),
        "state": one.state,
        "place": one.place,
        "province": one.province,
    }


def _density(one: Density) -> tuple[Any, dict[str, Any]]:
    at = (one.spot.lat, one.spot.lon) if one.spot else None
    few = one.count is None
    return point(at), {"province": one.province, "count": one.count, "few": few, "size": one.count or 0}


def _corridor(one: Corridor) -> tuple[Any, dict[str, Any]]:
    facts = {"from": one.start, "to": one.end, "count": one.count, "few": one.count is None}
    return way(one.start_at, one.end_at), {**facts, "size": one.count or 0}


def way(start: Spot | None, end: Spot | None) -> dict[str, Any] | None:
    """A bent line from place to place; None where it would have no length."""
    # Legs within one province would be a loop without a direction; the table counts them.
    if start is None or end is None or start.code == end.code:
        return None
    first, last = np.array([start.lon, start.lat]), np.array([end.lon, end.lat])
    along = last - first
    middle = (first + last) / 2 + BEND * np.array([along[1], -along[0]])
    share = np.linspace(0, 1, POINTS)[:, None]
    line = (1 - share) ** 2 * first + 2 * share * (1 - share) * middle + share**2 * last
    return {"type": "LineString", "coordinates": _rounded(line)}


def _rounded(points: np.ndarray) -> list[list[float]]:
    return [[round(float(x), 3), round(float(y), 3)] for x, y in points]


def _action(one: ActionSpot) -> tuple[Any, dict[str, Any]]:
    return point(one.at), {
        "id": one.id,
        "reference": one.reference,
        "kind": one.kind,
        "state": one.state,
        "subject": one.subject,
        "until": one.until.isoformat() if one.until else None,
    }


_SHAPES: dict[type, Any] = {
    SuspectedPlace: _place,
    SupplySpot: _supply,
    Standby: _standby,
    Building: _building,
    OperationSpot: _operation,
    Density: _density,
    Corridor: _corridor,
    ActionSpot: _action,
}
