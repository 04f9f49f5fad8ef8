"""The map of a day: buildings, supply lines with who depends on them, and actions under way."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from warroom import clock
from warroom.access import role_groups
from warroom.cases.schema import CaseReportRow
from warroom.cases.sealing import is_unsealed, is_visible_to
from warroom.ledger import decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.map import counting, current_actions
from warroom.room.map.days import WINDOW, find_day_end, find_day_range
from warroom.room.map.views import Against, Building, MapView, Standby, SupplySpot, SuspectedPlace
from warroom.sites import suspected
from warroom.sites.gazetteer import Gazetteer, load_gazetteer
from warroom.sites.network import (
    HOME,
    KEPT,
    STANDBY,
    USES,
    Array,
    SupplyNetwork,
    group_by_source,
    load_network,
    nan_to_none,
)

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# Marks that a browser still draws smoothly.
MOST_BUILDINGS = 20_000
DAY = timedelta(days=1)
# Row numbers of buildings; the value of lines that feed none.
NOBODY: Array = np.zeros(0, np.int64)


def read_map(
    ledger: Ledger, lake: "Lake", officer: Officer, day: date | None = None, *, now: datetime | None = None
) -> MapView:
    """The map at the end of a day, today's as of now; a day outside the range is replaced by the nearest
    within it.

    The read is logged once an hour. Raises NotAllowed.
    """
    now = now or clock.get_now()
    first, last = find_day_range(lake, now)
    chosen = min(max(day or last, first), last)
    as_of = find_day_end(chosen, now)
    lines = _load_network(lake, chosen == last, as_of)
    places = load_gazetteer(lake.home.exercise)
    with decision.logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        # Once an hour: a reader who moves through days looks at one map.
        this.log_list_read("map")
        acting = current_actions.list_current_actions(this.session, this.person, lines, as_of)
        planned = current_actions.list_current_operations(this.session, this.person, places, as_of)
        paid_from = counting.count_reports_by_payer(
            this.session, is_visible_to(this.person, CaseReportRow.case_id), as_of
        )
    # The lake is read once the ledger's transaction has ended: its connection is not held while files are.
    return replace(
        _make_empty_map(lake, now),
        day=chosen,
        as_of=as_of,
        places=_list_suspected_places(lake, lines, as_of),
        supply=list_supply_spots(lines, places),
        standby=_list_standby(lines),
        buildings=_list_buildings(lines),
        operations=planned,
        reports=counting.count_reports_by_province(lake, paid_from, places, as_of),
        corridors=counting.count_trips_by_corridor(lake, places, as_of),
        actions=acting,
    )


def _load_network(lake: "Lake", today: bool, as_of: datetime) -> SupplyNetwork:
    # Today's without a moment: under one that moves on, no look would find the network of the look before it.
    return load_network(lake, None if today else as_of)


def load_map_network(lake: "Lake", view: MapView) -> SupplyNetwork:
    """The lines and buildings of a map that was looked at."""
    return _load_network(lake, view.day == view.last, view.as_of)


def load_wall_map(ledger: Ledger, lake: "Lake", *, now: datetime | None = None) -> MapView:
    """The map for the wall, which everybody in the room sees: reports of the week by province and journeys by
    corridor. It has nothing of a sealed case, no suspected place, no line, no building and no operation.
    """
    now = now or clock.get_now()
    places = load_gazetteer(lake.home.exercise)
    with ledger.open_session() as session:
        paid_from = counting.count_reports_by_payer(session, is_unsealed(CaseReportRow.case_id), now)
    return replace(
        _make_empty_map(lake, now),
        reports=counting.count_reports_by_province(lake, paid_from, places, now),
        corridors=counting.count_trips_by_corridor(lake, places, now),
    )


def _make_empty_map(lake: "Lake", now: datetime) -> MapView:
    """Today's map before anything is on it."""
    first, last = find_day_range(lake, now)
    return MapView(
        day=last,
        as_of=now,
        first=first,
        last=last,
        window=WINDOW.days,
        exercise=lake.home.exercise,
        places=(),
        supply=(),
        standby=(),
        buildings=(),
        operations=(),
        reports=(),
        corridors=(),
        actions=(),
    )


def load_suspected_places(lake: "Lake", *, now: datetime | None = None) -> tuple[SuspectedPlace, ...]:
    """The suspected places of today's map, for the small map of those who may open the large one."""
    now = now or clock.get_now()
    return _list_suspected_places(lake, _load_network(lake, True, now), now)


def read_suspected_map(
    ledger: Ledger, lake: "Lake", officer: Officer, *, now: datetime | None = None
) -> MapView:
    """The map with today's suspected places alone, for who plans where to go. Logged as a look at the map, once an hour.
    Raises NotAllowed.
    """
    now = now or clock.get_now()
    with decision.logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        this.log_list_read("map")
    return replace(_make_empty_map(lake, now), places=load_suspected_places(lake, now=now))


def _list_suspected_places(lake: "Lake", lines: SupplyNetwork, as_of: datetime) -> tuple[SuspectedPlace, ...]:
    return tuple(
        SuspectedPlace(
            id=lines.building_ids[place.building],
            use=USES[lines.use[place.building]],
            at=_locate_building(lines, place.building),
            tips=place.tips,
            last=place.last,
            against=_list_doubts(place, as_of),
            backup_hours=nan_to_none(lines.backup[place.building]),
        )
        for place in suspected.list_buildings_in_tips(lake, lines, as_of)
    )


def _list_doubts(building: suspected.TippedBuilding, as_of: datetime) -> tuple[Against, ...]:
    doubts: tuple[tuple[Against, bool], ...] = (
        # The least that lists a building at all.
        ("few", building.tips == suspected.FEWEST),
        # A rumour goes round within a day; who watches a place sees it on several.
        ("same-day", building.last - building.first < DAY),
        ("old", as_of - building.last > suspected.OLD),
    )
    return tuple(code for code, holds in doubts if holds)


@lru_cache(maxsize=KEPT)
def list_supply_spots(lines: SupplyNetwork, places: Gazetteer) -> tuple[SupplySpot, ...]:
    """Every line that feeds more than one building, those with the most homes first."""
    behind = dict(group_by_source(lines))
    found = [_build_supply_spot(lines, int(at), behind, places) for at in lines.shared_lines]
    return tuple(sorted(found, key=lambda one: (-one.hanging.homes, -one.hanging.all, one.kind, one.id)))


def _build_supply_spot(
    lines: SupplyNetwork, at: int, behind: dict[int, Array], places: Gazetteer
) -> SupplySpot:
    source = int(lines.root_rows[at]) == at
    # A source line's buildings were grouped once for all; walking the tree for each would be quadratic.
    houses = behind.get(at, NOBODY) if source else lines.buildings_of(lines.find_rows_below(at))
    where = lines.compute_middle(houses) or _find_anchor_position(lines, at, behind)
    fed = int(lines.feeds[at])
    return SupplySpot(
        id=lines.ids[at],
        kind=lines.kind[at],
        at=where,
        near=places.find_nearest_province(where) if where else None,
        capacity=nan_to_none(lines.capacity[at]),
        delay_days=nan_to_none(lines.delay[at]),
        hanging=lines.count_buildings(houses),
        masts=sum(lines.kind[child] == "mast" for child in lines.children.get(at, ())),
        generators=len(lines.standby_of(houses, "generator")) if len(houses) else 0,
        satellites=len(lines.standby_of(houses, "satellite")) if len(houses) else 0,
        stands_in_for=lines.ids[fed] if fed >= 0 and lines.upstream[fed] != at else "",
    )


def _find_anchor_position(
    lines: SupplyNetwork, at: int, behind: dict[int, Array]
) -> tuple[float, float] | None:
    """The position of a mast or a second feed, which has no buildings of its own: that of the line it belongs
    to.
    """
    for other in (int(lines.feeds[at]), int(lines.upstream[at])):
        if other >= 0:
            return lines.compute_middle(behind.get(int(lines.root_rows[other]), NOBODY))
    return None


@lru_cache(maxsize=KEPT)
def _list_standby(lines: SupplyNetwork) -> tuple[Standby, ...]:
    rows = np.flatnonzero(np.isin(lines.kind, STANDBY) & (lines.premises >= 0))
    # A home's own generator would show where somebody lives.
    rows = rows[lines.use[lines.premises[rows]] != HOME][:MOST_BUILDINGS]
    return tuple(
        Standby(lines.ids[at], lines.kind[at], _locate_building(lines, int(lines.premises[at])))
        for at in rows.tolist()
    )


@lru_cache(maxsize=KEPT)
def _list_buildings(lines: SupplyNetwork) -> tuple[Building, ...]:
    # No home is drawn: a mark on a map accuses, whatever it was meant to say.
    rows = np.flatnonzero(lines.use != HOME)[:MOST_BUILDINGS]
    return tuple(
        Building(
            lines.building_ids[at],
            USES[lines.use[at]],
            _locate_building(lines, at),
            nan_to_none(lines.backup[at]),
        )
        for at in rows.tolist()
    )


def _locate_building(lines: SupplyNetwork, building: int) -> tuple[float, float]:
    lat, lon = lines.place[building]
    return round(float(lat), 4), round(float(lon), 4)
