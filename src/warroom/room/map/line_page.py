"""A supply line: which buildings depend on it, and what could replace it."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import ibis
import numpy as np

from warroom import clock
from warroom.access import role_groups
from warroom.errors import NotFound
from warroom.ledger.decision import logged_read
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.map import current_actions
from warroom.room.map.days import get_day_zone
from warroom.room.map.views import DailyReading, SupplyView
from warroom.sites.dependents import (
    MOST_SHOWN,
    _build_branch,
    _count_leaf_lines,
    _list_branches,
    _list_protected,
    _list_replacements,
)
from warroom.sites.gazetteer import load_gazetteer
from warroom.sites.network import USES, load_network, nan_to_none

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

# Meter readings shown.
DAYS = timedelta(days=30)


def read_supply(
    ledger: Ledger, lake: "Lake", officer: Officer, supply_id: str, *, now: datetime | None = None
) -> SupplyView:
    """A line as of now; the read is logged. Raises NotAllowed, NotFound for an unknown line."""
    now = now or clock.get_now()
    lines = load_network(lake)
    with logged_read(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        # After the role check: an officer without it must not learn which lines exist.
        if supply_id not in lines.line_row:
            raise NotFound("map.no-such-line")
        at = lines.line_row[supply_id]
        below = lines.find_rows_below(at)
        names = [
            lines.ids[line_at]
            for line_at in {
                *lines.find_path_from_source(at),
                *below[np.isin(below, lines.shared_lines)].tolist(),
            }
        ]
        acting = current_actions.list_line_actions(this.session, this.person, lines, names)
        this.log_entry("supply.read", f"supply:{supply_id}")
    # Outside the transaction: what follows reads the lake and holds no connection of the ledger.
    houses = lines.buildings_of(below)
    where = current_actions.find_line_position(lines, at)
    unit, readings = _sum_daily_readings(lake, supply_id, now)
    guarded = _list_protected(lines, at, below, houses)
    fed = int(lines.feeds[at])
    return SupplyView(
        id=supply_id,
        kind=lines.kind[at],
        capacity=nan_to_none(lines.capacity[at]),
        delay_days=nan_to_none(lines.delay[at]),
        at=where,
        near=load_gazetteer(lake.home.exercise).find_nearest_province(where) if where else None,
        feeds=lines.ids[fed] if fed >= 0 and lines.upstream[fed] == at else "",
        building=lines.building_ids[lines.premises[at]] if lines.premises[at] >= 0 else "",
        stands_in_for=lines.ids[fed] if fed >= 0 and lines.upstream[fed] != at else "",
        path=tuple(_build_branch(lines, line_at) for line_at in lines.find_path_from_source(at)[:-1]),
        branches=_list_branches(lines, at)[:MOST_SHOWN],
        leaves=_count_leaf_lines(lines, at),
        hanging=lines.count_buildings(houses),
        uses={use: int((lines.use[houses] == number).sum()) for number, use in enumerate(USES)},
        protected=guarded[:MOST_SHOWN],
        protected_total=len(guarded),
        replacing=_list_replacements(lines, at, houses),
        unit=unit,
        readings=readings,
        actions=acting,
        as_of=now,
    )


def _sum_daily_readings(lake: "Lake", supply_id: str, now: datetime) -> tuple[str, tuple[DailyReading, ...]]:
    """The unit and the sums of each of the last thirty days that was read."""
    start = (now - DAYS).astimezone(UTC)
    table = lake.query_rows("readings", as_of=now, days=(start.date(), now.astimezone(UTC).date()))
    mine = table.filter([table.supply_id == supply_id, table.time > ibis.literal(start)])
    rows = mine.select("time", "quantity", "unit").to_pyarrow().to_pylist()
    if not rows:
        return "", ()
    units = Counter(row["unit"] for row in rows)
    unit = min(units, key=lambda name: (-units[name], name or ""))  # whatever the order in which rows come
    sums: Counter[date] = Counter()
    times: Counter[date] = Counter()
    for row in rows:
        # A sum over two units would say nothing.
        if row["unit"] == unit:
            day = row["time"].astimezone(get_day_zone()).date()
            sums[day] += row["quantity"]
            times[day] += 1
    return unit, tuple(DailyReading(day, round(sums[day], 2), times[day]) for day in sorted(sums))
