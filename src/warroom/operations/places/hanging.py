"""A line with everyone on it: who else hangs on this feeder, and what replaces it?"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import ibis
import numpy as np

from warroom import clock
from warroom.errors import NotFound
from warroom.operations import audit, officers
from warroom.operations.ledger import Ledger
from warroom.operations.places import underway
from warroom.operations.places.days import zone
from warroom.operations.places.gazetteer import gazetteer
from warroom.operations.places.looking import READERS, known
from warroom.operations.places.network import CLINIC, SCHOOL, STANDBY, USES, Array, Network, network
from warroom.operations.views import Officer
from warroom.operations.views.places import (
    Branch,
    Hanging,
    Protected,
    Reading,
    Replacing,
    SupplyKind,
    SupplyView,
)

if TYPE_CHECKING:
    from warroom.lake import Lake

DAYS = timedelta(days=30)
MOST_SHOWN = 200
CONNECTION = ("fibre", "mast")
"""Lines that carry data rather than power: a satellite terminal replaces them, a generator does not."""


def supply(
    ledger: Ledger, lake: "Lake", officer: Officer, supply_id: str, *, now: datetime | None = None
) -> SupplyView:
    """A line as it stands now; the look is logged. Raises NotAllowed, NotFound for no such line."""
    now = now or clock.now()
    lines = network(lake)
    with ledger.session() as session:
        person = officers.require(session, officer, *READERS)
        if supply_id not in lines.row:
            raise NotFound("There is no such line; choose one on the map.")
        at = lines.row[supply_id]
        below = lines.below(at)
        names = [lines.ids[one] for one in {*lines.path(at), *below[np.isin(below, lines.lines)].tolist()}]
        acting = underway.about(session, person, lines, names)
        audit.append(session, officer, "supply.read", f"supply:{supply_id}", at=now)
    houses = lines.buildings_of(below)
    where = underway.stands(lines, at)
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


def hanging_on(lake: "Lake", names: Iterable[str]) -> Hanging | None:
    """Who hangs on any of these lines, each building once; None where the records know nobody."""
    lines = network(lake)
    rows = [lines.row[name] for name in names if name in lines.row]
    if not rows:
        return None
    found = lines.counted(lines.buildings_of(np.concatenate([lines.below(at) for at in rows])))
    # Nobody in the records is not nobody: over a mast people speak who stand in no record.
    return found if found.all else None


def _branch(lines: Network, at: int) -> Branch:
    counted = lines.counted(lines.buildings_of(lines.below(at)))
    return Branch(lines.ids[at], lines.kind[at], known(lines.capacity[at]), counted)


def _branches(lines: Network, at: int) -> tuple[Branch, ...]:
    """What hangs on it directly and feeds more than one building, the largest first."""
    found = [_branch(lines, one) for one in lines.children.get(at, ()) if lines.premises[one] < 0]
    return tuple(sorted(found, key=lambda one: (-one.hanging.all, one.id)))


def _leaves(lines: Network, at: int) -> dict[str, int]:
    """Lines of single buildings that hang on it directly, by kind."""
    rows = [one for one in lines.children.get(at, ()) if lines.premises[one] >= 0]
    return dict(sorted(Counter(str(lines.kind[one]) for one in rows).items()))


def _protected(lines: Network, at: int, below: Array, houses: Array) -> tuple[Protected, ...]:
    """Clinics first, those that would go dark soonest first of all."""
    rows = houses[np.isin(lines.use[houses], (CLINIC, SCHOOL))]
    elsewhere = set(_other_feeds(lines, at, below).tolist())
    found = [
        Protected(lines.building_ids[one], USES[lines.use[one]], known(lines.backup[one]), one in elsewhere)
        for one in rows.tolist()
    ]
    return tuple(sorted(found, key=lambda one: (one.use, one.backup_hours or 0.0, one.id)))


def _other_feeds(lines: Network, at: int, below: Array) -> Array:
    """Buildings that a line of the same sort feeds which does not hang on this one."""
    power = lines.kind[at] not in CONNECTION
    same = np.isin(lines.kind, CONNECTION) != power
    others = np.flatnonzero(same & ~np.isin(np.arange(len(lines.ids)), below))
    return np.unique(lines.pairs[np.isin(lines.pairs[:, 0], others), 1])


def _replacing(lines: Network, at: int, houses: Array) -> tuple[Replacing, ...]:
    """Second feeds of the line or of what it hangs on, then standbys at the buildings."""
    second = np.unique(np.concatenate([lines.seconds_of(one) for one in lines.path(at)]).astype(np.int64))
    standby: SupplyKind = "satellite" if lines.kind[at] in CONNECTION else "generator"
    sorts: list[tuple[SupplyKind, Array]] = [
        (kind, second[lines.kind[second] == kind]) for kind in ("feeder", "fibre")
    ]
    # What is a standby itself is replaced by no other one.
    if lines.kind[at] not in STANDBY:
        sorts.append((standby, lines.standby_of(houses, standby)))
    return tuple(_sort(lines, kind, rows) for kind, rows in sorts if len(rows))


def _sort(lines: Network, kind: SupplyKind, rows: Array) -> Replacing:
    size, days = lines.capacity[rows], lines.delay[rows]
    size, days = size[~np.isnan(size)], days[~np.isnan(days)]
    ends = (float(days.min()), float(days.max())) if len(days) else (None, None)
    return Replacing(kind, len(rows), float(size.sum()) if len(size) else None, *ends)


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
        if row["unit"] == unit:
            day = row["time"].astimezone(zone()).date()
            sums[day] += row["quantity"]
            times[day] += 1
    return unit, tuple(Reading(day, round(sums[day], 2), times[day]) for day in sorted(sums))
