"""A line with everyone on it: who else hangs on this feeder, and what replaces it?"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import ibis
import numpy as np

from warroom import clock
from warroom.access import role_groups
from warroom.errors import NotFound
from warroom.ledger.decision import look
from warroom.ledger.ledger import Ledger
from warroom.ledger.officers import Officer
from warroom.room.map import current_actions
from warroom.room.map.days import zone
from warroom.room.map.views import Reading, SupplyView
from warroom.sites.dependents import MOST_SHOWN, _branch, _branches, _leaves, _protected, _replacing
from warroom.sites.gazetteer import gazetteer
from warroom.sites.network import USES, known, network

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

DAYS = timedelta(days=30)


def supply(
    ledger: Ledger, lake: "Lake", officer: Officer, supply_id: str, *, now: datetime | None = None
) -> SupplyView:
    """A line as it stands now; the look is logged. Raises NotAllowed, NotFound for no such line."""
    now = now or clock.now()
    lines = network(lake)
    with look(ledger, officer, *role_groups.CASE_READERS, now=now) as this:
        # After the role: whoever may not look learns not even which lines there are.
        if supply_id not in lines.row:
            raise NotFound("map.no-such-line")
        at = lines.row[supply_id]
        below = lines.below(at)
        names = [lines.ids[one] for one in {*lines.path(at), *below[np.isin(below, lines.lines)].tolist()}]
        acting = current_actions.about(this.session, this.person, lines, names)
        this.log("supply.read", f"supply:{supply_id}")
    houses = lines.buildings_of(below)
    where = current_actions.stands(lines, at)
    unit, readings = _readings(lake, supply_id, now)
    guarded = _protected(lines, at, below, houses)
    fed = int(lines.feeds[at])
    return SupplyView(
        id=supply_id,
        kind=lines.kind[at],
        capacity=known(lines.capacity[at]),
        delay_days=known(lines.delay[at]),
        at=where,
        near=gazetteer(lake.home.exercise).nearest(where) if where else None,
        feeds=lines.ids[fed] if fed >= 0 and lines.upstream[fed] == at else "",
        building=lines.building_ids[lines.premises[at]] if lines.premises[at] >= 0 else "",
        stands_in_for=lines.ids[fed] if fed >= 0 and lines.upstream[fed] != at else "",
        path=tuple(_branch(lines, one) for one in lines.path(at)[:-1]),
        branches=_branches(lines, at)[:MOST_SHOWN],
        leaves=_leaves(lines, at),
        hanging=lines.counted(houses),
        uses={use: int((lines.use[houses] == number).sum()) for number, use in enumerate(USES)},
        protected=guarded[:MOST_SHOWN],
        protected_total=len(guarded),
        replacing=_replacing(lines, at, houses),
        unit=unit,
        readings=readings,
        actions=acting,
        as_of=now,
    )


def _readings(lake: "Lake", supply_id: str, now: datetime) -> tuple[str, tuple[Reading, ...]]:
    """The unit and the sums of each of the last thirty days that was read."""
    start = (now - DAYS).astimezone(UTC)
    table = lake.rows("readings", as_of=now, days=(start.date(), now.astimezone(UTC).date()))
    mine = table.filter([table.supply_id == supply_id, table.time > ibis.literal(start)])
    rows = mine.select("time", "quantity", "unit").to_pyarrow().to_pylist()
    if not rows:
        return "", ()
    units = Counter(row["unit"] for row in rows)
    unit = min(units, key=lambda one: (-units[one], one or ""))  # whatever the order in which rows come
    sums: Counter[date] = Counter()
    times: Counter[date] = Counter()
    for row in rows:
        # A sum over two units would say nothing.
        if row["unit"] == unit:
            day = row["time"].astimezone(zone()).date()
            sums[day] += row["quantity"]
            times[day] += 1
    return unit, tuple(Reading(day, round(sums[day], 2), times[day]) for day in sorted(sums))
