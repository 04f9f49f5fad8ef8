"""The map's layers as GeoJSON, and a line with everyone on it."""

from datetime import date
from typing import Annotated, Any

from fastapi import Path, Query
from starlette.requests import Request

from warroom.actions.views import ActionState
from warroom.room.map import line_page, map_layers
from warroom.room.map.views import LayerCode
from warroom.sites.views import SupplyKind
from warroom.web.kit.api import Answer, Book, BothLanguages, Caller, Moment, area
from warroom.web.kit.open_home import open_home_of
from warroom.web.map.features import collection

router = area("map")
Day = Annotated[
    date | None, Query(description="A day of the house's zone; one out of reach becomes the nearest.")
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


class HangingOut(Answer):
    """Who hangs on a line, each building once; `dark_clinics` have no power of their own."""

    homes: int
    clinics: int
    dark_clinics: int
    schools: int
    others: int


class BranchOut(Answer):
    """A line of the tree."""

    id: str
    kind: SupplyKind
    capacity: float | None
    hanging: HangingOut


class ProtectedOut(Answer):
    """A clinic or school on the line."""

    id: str
    use: str
    backup_hours: float | None
    other_feed: bool


class ReplacingOut(Answer):
    """What takes over when the line goes, and after how many days."""

    kind: SupplyKind
    count: int
    capacity: float | None
    soonest_days: float | None
    latest_days: float | None


class ReadingOut(Answer):
    """What the meter read on a day."""

    day: date
    quantity: float
    count: int


class LineActionOut(Answer):
    """An action about the line, what feeds it or what hangs on it."""

    id: int
    reference: str
    kind: str
    title: BothLanguages
    state: ActionState
    subject: str
    until: Moment | None


class SupplyOut(Answer):
    """A line with everyone on it. Capacity is MW for power and Mbit/s for connection, null where unknown."""

    id: str
    kind: SupplyKind
    capacity: float | None
    delay_days: float | None
    stands_in_for: str
    path: list[BranchOut]
    branches: list[BranchOut]
    hanging: HangingOut
    uses: dict[str, int]
    protected: list[ProtectedOut]
    protected_total: int
    replacing: list[ReplacingOut]
    unit: str
    readings: list[ReadingOut]
    actions: list[LineActionOut]
    as_of: Moment


@router.get("/map/{layer}", response_model=LayerOut)
def layer(request: Request, caller: Caller, book: Book, layer: LayerCode, day: Day = None) -> object:
    """A layer of the map at the end of a day, today's as of now; the look is logged once an hour."""
    view = map_layers.look(book, open_home_of(request).lake, caller, day)
    return {**collection(view, layer), "as_of": view.as_of, "exercise": view.exercise}


@router.get("/supply/{supply_id}", response_model=SupplyOut)
def supply(request: Request, caller: Caller, book: Book, supply_id: LineId) -> object:
    """A line with who hangs on it, what replaces it and what its meter read; the look is logged."""
    return line_page.supply(book, open_home_of(request).lake, caller, supply_id)
