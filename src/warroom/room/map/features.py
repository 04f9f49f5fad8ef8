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
from warroom.sites.views import NamedPlace, Position

Feature = dict[str, Any]
BEND = 0.16
"""Bend of a corridor to its right, as a share of its length: the two directions are drawn apart."""
# Points of a corridor's curve: smooth at the map's largest scale.
POINTS = 16


def to_feature_collection(view: MapView, code: LayerCode) -> dict[str, Any]:
    """A layer as a FeatureCollection."""
    return {"type": "FeatureCollection", "features": [_to_feature(one) for one in getattr(view, code)]}


def to_feature_collections(view: MapView) -> dict[LayerCode, dict[str, Any]]:
    """Every layer."""
    return {code: to_feature_collection(view, code) for code in get_args(LayerCode)}


def to_point(at: Position | None) -> dict[str, Any] | None:
    """A place as GeoJSON writes it."""
    return {"type": "Point", "coordinates": [at[1], at[0]]} if at else None


def _to_feature(one: Any) -> Feature:
    geometry, properties = _SHAPES[type(one)](one)
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _shape_place(place: SuspectedPlace) -> tuple[Any, dict[str, Any]]:
    return to_point(place.at), {
        "id": place.id,
        "use": place.use,
        "tips": place.tips,
        "last": place.last.isoformat(),
        "against": list(place.against),
        "backup_hours": place.backup_hours,
        "size": place.tips,
    }


def _shape_supply(supply: SupplySpot) -> tuple[Any, dict[str, Any]]:
    who = supply.hanging
    return to_point(supply.at), {
        "id": supply.id,
        "kind": supply.kind,
        "near": supply.near.code if supply.near else None,
        "capacity": supply.capacity,
        "delay_days": supply.delay_days,
        "homes": who.homes,
        "clinics": who.clinics,
        "clinics_without_power_of_their_own": who.dark_clinics,
        "schools": who.schools,
        "others": who.others,
        "masts": supply.masts,
        "generators": supply.generators,
        "satellites": supply.satellites,
        "second": bool(supply.stands_in_for),
        "stands_in_for": supply.stands_in_for or None,
        "size": who.homes,
    }


def _shape_standby(one: Standby) -> tuple[Any, dict[str, Any]]:
    return to_point(one.at), {"id": one.id, "kind": one.kind}


def _shape_building(one: Building) -> tuple[Any, dict[str, Any]]:
    return to_point(one.at), {"id": one.id, "use": one.use, "backup_hours": one.backup_hours}


def _shape_operation(operation: OperationSpot) -> tuple[Any, dict[str, Any]]:
    return to_point(operation.at), {
        "operation": operation.operation,
        "name": operation.title,
        "hour": operation.hour.isoformat(),
        "state": operation.state,
        "place": operation.place,
        "province": operation.province,
    }


def _shape_density(one: Density) -> tuple[Any, dict[str, Any]]:
    at = (one.spot.lat, one.spot.lon) if one.spot else None
    few = one.count is None
    return to_point(at), {"province": one.province, "count": one.count, "few": few, "size": one.count or 0}


def _shape_corridor(one: Corridor) -> tuple[Any, dict[str, Any]]:
    facts = {"from": one.start, "to": one.end, "count": one.count, "few": one.count is None}
    return to_curve(one.start_at, one.end_at), {**facts, "size": one.count or 0}


def to_curve(start: NamedPlace | None, end: NamedPlace | None) -> dict[str, Any] | None:
    """A bent line from place to place; None where it would have no length."""
    # Legs within one province would be a loop without a direction; the table counts them.
    if start is None or end is None or start.code == end.code:
        return None
    first, last = np.array([start.lon, start.lat]), np.array([end.lon, end.lat])
    along = last - first
    middle = (first + last) / 2 + BEND * np.array([along[1], -along[0]])
    share = np.linspace(0, 1, POINTS)[:, None]
    # A quadratic Bézier curve.
    line = (1 - share) ** 2 * first + 2 * share * (1 - share) * middle + share**2 * last
    return {"type": "LineString", "coordinates": _round_points(line)}


def _round_points(points: np.ndarray) -> list[list[float]]:
    # Three decimals are about 110 m: a corridor ends at a province's middle, not at an address.
    return [[round(float(x), 3), round(float(y), 3)] for x, y in points]


def _shape_action(action: ActionSpot) -> tuple[Any, dict[str, Any]]:
    return to_point(action.at), {
        "id": action.id,
        "reference": action.reference,
        "kind": action.kind,
        "state": action.state,
        "subject": action.subject,
        "until": action.until.isoformat() if action.until else None,
    }


_SHAPES: dict[type, Any] = {
    SuspectedPlace: _shape_place,
    SupplySpot: _shape_supply,
    Standby: _shape_standby,
    Building: _shape_building,
    OperationSpot: _shape_operation,
    Density: _shape_density,
    Corridor: _shape_corridor,
    ActionSpot: _shape_action,
}
