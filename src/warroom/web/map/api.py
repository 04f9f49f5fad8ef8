"""The map's layers as GeoJSON, and a line with everyone on it."""

from typing import Annotated, Any

from fastapi import Path, Query
from starlette.requests import Request

from warroom.access.role_groups import CASE_READERS
from warroom.room.map import line_page, map_layers
from warroom.room.map.features import to_feature_collection
from warroom.room.map.views import ActionSpot, LayerCode, SupplyView
from warroom.web.kit.answers import make_view_answer
from warroom.web.kit.api import Answer, Book, Caller, Day, Moment, make_area_router
from warroom.web.kit.open_home import open_home_of

router = make_area_router("map")
DayOfMap = Annotated[
    Day | None, Query(description="A day of the house's zone; one out of reach becomes the nearest.")
]
LineId = Annotated[str, Path(min_length=1, max_length=200)]


class FeatureOut(Answer):
    """A row of a layer; its geometry is null where nothing says where it lies."""

    type: str
    geometry: dict[str, Any] | None
    properties: dict[str, Any]


class LayerOut(Answer):
    """A FeatureCollection (RFC 7946) as of a moment. In an exercise its places are those of an invented country."""

    type: str
    features: list[FeatureOut]
    as_of: Moment
    exercise: bool


LineActionOut = make_view_answer(ActionSpot, "LineActionOut", leave_out=("at", "supply"))
SupplyOut = make_view_answer(
    SupplyView, leave_out=("at", "near", "feeds", "building", "leaves"), of=(LineActionOut,)
)


@router.get("/map/{layer}", may=CASE_READERS, response_model=LayerOut)
def layer(request: Request, caller: Caller, book: Book, layer: LayerCode, day: DayOfMap = None) -> object:
    """A layer of the map at the end of a day, today's as of now; the look is logged once an hour."""
    view = map_layers.read_map(book, open_home_of(request).lake, caller, day)
    return {**to_feature_collection(view, layer), "as_of": view.as_of, "exercise": view.exercise}


@router.get("/supply/{supply_id}", may=CASE_READERS, response_model=SupplyOut)
def supply(request: Request, caller: Caller, book: Book, supply_id: LineId) -> object:
    """A line with who hangs on it, what replaces it and what its meter read; the look is logged."""
    return line_page.read_supply(book, open_home_of(request).lake, caller, supply_id)
