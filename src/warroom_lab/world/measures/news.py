"""New rows that measures bring: corrections of what partners said before, and what gangs open in its place."""

from typing import Any

import numpy as np

from warroom_lab.world.drawing.columns import DAY, HOUR, MINUTE, Array
from warroom_lab.world.drawing.rows import Part, as_records, part, times
from warroom_lab.world.drawing.tokens import token
from warroom_lab.world.jobs import adverts as posts
from warroom_lab.world.jobs.adverts import Advert
from warroom_lab.world.measures.gangs import Gangs
from warroom_lab.world.measures.power import outages, terminals
from warroom_lab.world.sites.plan import PREMISES_SALT
from warroom_lab.world.sites.premises import NOBODY
from warroom_lab.world.sites.readings import SUPPLY_SALT, reading_ids

Row = dict[str, Any]


def darkened(gangs: Gangs, day: int) -> list[Row]:
    """A day's readings of meters on cut lines, as corrections (same record ids) of the readings of a day without cuts."""
    sides = gangs.sides
    if day >= sides.size.days or not gangs.cuts.spans:
        return []
    meters = sides.places.meters
    numbers, moments, planned = meters.power(day)
    real = planned.copy()
    buildings = {
        int(service): int(large) for service, large in zip(meters.service, meters.large, strict=True)
    }
    for row, supply in enumerate(numbers.tolist()):
        real[row] *= _lit(gangs, supply, buildings.get(supply, NOBODY), moments)
    changed = real != planned
    rows, at = np.nonzero(changed)
    return _corrections(gangs, numbers[rows], moments[at], real[changed])


def _lit(gangs: Gangs, supply: int, building: int, moments: Array) -> Array:
    """1 where the grid feeds a meter at a moment, 0 where it does not: own power runs past the meter."""
    step = gangs.sides.places.meters.minutes * MINUTE
    if building == NOBODY:
        spans = gangs.cuts.dark(supply)
        dark = [(start, end) for start, end in spans]
    else:
        found = outages(gangs.cuts, building, gangs.sides.seed, gangs.adapts)
        dark = [(each.start, each.again) for each in found]
    lit = np.ones(len(moments))
    for start, end in dark:
        overlap = np.minimum(moments + step, end) - np.maximum(moments, start)
        lit -= np.clip(overlap / step, 0, 1)
    return np.clip(lit, 0, 1)


def _corrections(gangs: Gangs, numbers: Any, moments: Any, amounts: Any) -> list[Row]:
    start = gangs.sides.start
    ids = [
        str(reading_ids("W", np.array([number]), np.array([moment]), start)[0])  # type: ignore[index]
        for number, moment in zip(numbers, moments, strict=True)
    ]
    day = (moments - start) // DAY
    return as_records(
        part(
            "grid",
            "readings",
            ids,
            start + (day + 1) * DAY + 4 * HOUR + MINUTE,
            supply_id=[token("S", int(number), SUPPLY_SALT) for number in numbers],
            time=moments,
            quantity=np.round(amounts, 2),
            unit=["kWh"] * len(ids),
        )
    )


def terminals_seen(gangs: Gangs, first: int, last: int) -> list[Row]:
    """Satellite terminals that gangs put up instead of a cut fibre, seen some days later."""
    rows: list[Row] = []
    if not (gangs.adapts and gangs.cuts.spans):
        return rows
    places = gangs.sides.places
    for building in places.first.tolist():
        for time in terminals(gangs.cuts, building, gangs.sides.seed):
            seen = time + 5 * DAY
            if first <= seen < last:
                rows += as_records(_terminal(building, seen, len(places.supply)))
    return rows


def _terminal(building: int, seen: int, after: int) -> Part:
    return part(
        "satellite",
        "supply",
        # Numbered after all that was planned: a new supply, not a correction of one.
        [token("S", after + building, SUPPLY_SALT)],
        np.array([seen]),
        premises_id=[token("L", building, PREMISES_SALT)],
        kind=["satellite"],
        capacity=np.array([150.0]),
    )


def posted(gangs: Gangs, first: int, last: int) -> list[Row]:
    """Adverts on pages that opened after a takedown, received between two moments."""
    made: list[Advert] = []
    for gang, slot in gangs.webs.runs:
        planned = {page.number: page for page in gangs.sides.pages[gang, slot]}
        for advert in gangs.webs.posted(gang, slot, first - DAY, last):
            # A page that opened when it would have anyway: its adverts were delivered as planned.
            same = planned.get(advert.page.number)
            if first <= advert.received < last and (same is None or same.opened != advert.page.opened):
                made.append(advert)
    return as_records(posts.rows(made, gangs.sides.write, last)) if made else []


def taken_down(gangs: Gangs, page: int, time: int) -> list[Row]:
    """The adverts of a page, corrected: they are gone since `time`, which the platform tells an hour later."""
    own = [each for each in gangs.sides.adverts if each.page.number == page and each.time < time]
    told = times(np.array([time + HOUR]))[0].as_py()
    rows = as_records(posts.rows(own, gangs.sides.write, time, time)) if own else []
    return [{**row, "received_at": told} for row in rows]
