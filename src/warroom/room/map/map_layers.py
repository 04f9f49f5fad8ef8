"""The map of a day: what stands where, who hangs on it, and what is under way."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from warroom import clock
from warroom.access import role_groups
from warroom.cases.schema import CaseReportRow
from warroom.cases.sealing import unsealed, visible
from warroom.ledger import decision
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.map import counting, current_actions
from warroom.room.map.days import WINDOW, end_of, reach
from warroom.room.map.views import Against, Building, MapView, Standby, SupplySpot, SuspectedPlace
from warroom.sites import suspected
from warroom.sites.gazetteer import Gazetteer, gazetteer
from warroom.sites.network import HOME, KEPT, STANDBY, USES, Array, Network, grouped, known, network

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

MOST_BUILDINGS = 20_000
DAY = timedelta(days=1)
NOBODY: Array = np.zeros(0, np.int64)


def look(
    ledger: Ledger, lake: "Lake", officer: Officer, day: date | None = None, *, now: datetime | None = None
) -> MapView:
    """The map at the end of a day, today's as of now; a day out of reach becomes the nearest that is not.

    That the officer looks is logged once an hour; raises NotAllowed.
    """
    now = now or clock.now()
    first, last = reach(lake, now)
    chosen = min(max(day or last, first), last)
    as_of = end_of(chosen, now)
    lines = _network(lake, chosen == last, as_of)
    places = gazetteer(lake.home.exercise)
    with decision.look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        # Once an hour: a reader who moves through days looks at one map.
        this.log_list("map")
        acting = current_actions.actions(this.session, this.person, lines, as_of)
        planned = current_actions.operations(this.session, this.person, places, as_of)
        paid_from = counting.payers(this.session, visible(this.person, CaseReportRow.case_id), as_of)
    # The lake is read once the ledger's transaction has ended: its connection is not held while files are.
    return MapView(
        day=chosen,
        as_of=as_of,
        first=first,
        last=last,
        window=WINDOW.days,
        exercise=lake.home.exercise,
        places=_places(lake, lines, as_of),
        supply=supply(lines, places),
        standby=_standby(lines),
        buildings=_buildings(lines),
        operations=planned,
        reports=counting.density(lake, paid_from, places, as_of),
        corridors=counting.corridors(lake, places, as_of),
        actions=acting,
    )


def _network(lake: "Lake", today: bool, as_of: datetime) -> Network:
    # Today's without a moment: under one that moves on, no look would find the network of the look before it.
    return network(lake, None if today else as_of)


def network_of(lake: "Lake", view: MapView) -> Network:
    """The lines and buildings of a map that was looked at."""
    return _network(lake, view.day == view.last, view.as_of)


def glimpse(ledger: Ledger, lake: "Lake", *, now: datetime | None = None) -> MapView:
    """What everybody in the room may see of it, small: reports of the week by province, and journeys by corridor. Nothing of
    a sealed case, no suspected place, no line, no building and no operation.
    """
    now = now or clock.now()
    first, last = reach(lake, now)
    places = gazetteer(lake.home.exercise)
    with ledger.session() as session:
        paid_from = counting.payers(session, unsealed(CaseReportRow.case_id), now)
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
        reports=counting.density(lake, paid_from, places, now),
        corridors=counting.corridors(lake, places, now),
        actions=(),
    )


def _places(lake: "Lake", lines: Network, as_of: datetime) -> tuple[SuspectedPlace, ...]:
    return tuple(
        SuspectedPlace(
            id=lines.building_ids[one.building],
            use=USES[lines.use[one.building]],
            at=_at(lines, one.building),
            tips=one.tips,
            last=one.last,
            against=_against(one, as_of),
            backup_hours=known(lines.backup[one.building]),
        )
        for one in suspected.named_by_tips(lake, lines, as_of)
    )


def _against(one: suspected.Named, as_of: datetime) -> tuple[Against, ...]:
    said: tuple[tuple[Against, bool], ...] = (
        ("few", one.tips == suspected.FEWEST),
        # A rumour goes round within a day; who watches a place sees it on several.
        ("same-day", one.last - one.first < DAY),
        ("old", as_of - one.last > suspected.OLD),
    )
    return tuple(code for code, holds in said if holds)


@lru_cache(maxsize=KEPT)
def supply(lines: Network, places: Gazetteer) -> tuple[SupplySpot, ...]:
    """Every line that feeds more than one building, those with the most homes first."""
    behind = dict(grouped(lines))
    found = [_spot(lines, int(at), behind, places) for at in lines.lines]
    return tuple(sorted(found, key=lambda one: (-one.hanging.homes, -one.hanging.all, one.kind, one.id)))


def _spot(lines: Network, at: int, behind: dict[int, Array], places: Gazetteer) -> SupplySpot:
    source = int(lines.root[at]) == at
    houses = behind.get(at, NOBODY) if source else lines.buildings_of(lines.below(at))
    where = lines.middle(houses) or _beside(lines, at, behind)
    fed = int(lines.feeds[at])
    return SupplySpot(
        id=lines.ids[at],
        kind=lines.kind[at],
        at=where,
        near=places.nearest(where) if where else None,
        capacity=known(lines.capacity[at]),
        delay_days=known(lines.delay[at]),
        hanging=lines.counted(houses),
        masts=sum(lines.kind[child] == "mast" for child in lines.children.get(at, ())),
        generators=len(lines.standby_of(houses, "generator")) if len(houses) else 0,
        satellites=len(lines.standby_of(houses, "satellite")) if len(houses) else 0,
        stands_in_for=lines.ids[fed] if fed >= 0 and lines.upstream[fed] != at else "",
    )


def _beside(lines: Network, at: int, behind: dict[int, Array]) -> tuple[float, float] | None:
    """A mast or a second feed has no buildings of its own: it stands by the line it belongs to."""
    for other in (int(lines.feeds[at]), int(lines.upstream[at])):
        if other >= 0:
            return lines.middle(behind.get(int(lines.root[other]), NOBODY))
    return None


@lru_cache(maxsize=KEPT)
def _standby(lines: Network) -> tuple[Standby, ...]:
    rows = np.flatnonzero(np.isin(lines.kind, STANDBY) & (lines.premises >= 0))
    # A home's own generator would show where somebody lives.
    rows = rows[lines.use[lines.premises[rows]] != HOME][:MOST_BUILDINGS]
    return tuple(
        Standby(lines.ids[at], lines.kind[at], _at(lines, int(lines.premises[at]))) for at in rows.tolist()
    )


@lru_cache(maxsize=KEPT)
def _buildings(lines: Network) -> tuple[Building, ...]:
    # No home is drawn: a mark on a map accuses, whatever it was meant to say.
    rows = np.flatnonzero(lines.use != HOME)[:MOST_BUILDINGS]
    return tuple(
        Building(lines.building_ids[at], USES[lines.use[at]], _at(lines, at), known(lines.backup[at]))
        for at in rows.tolist()
    )


def _at(lines: Network, building: int) -> tuple[float, float]:
    lat, lon = lines.place[building]
    return round(float(lat), 4), round(float(lon), 4)
