"""New rows that measures bring: corrections of what partners said before, and what gangs open in its place."""

from typing import Any

import numpy as np

from warroom_lab.world.drawing.columns import DAY, HOUR, MINUTE, Array
from warroom_lab.world.drawing.rows import TablePart, make_part, to_records, to_time_column
from warroom_lab.world.drawing.tokens import make_token
from warroom_lab.world.jobs import adverts as posts
from warroom_lab.world.jobs.adverts import PostedAdvert
from warroom_lab.world.measures.gangs import Gangs
from warroom_lab.world.measures.power import list_outages, list_terminal_starts
from warroom_lab.world.sites.plan import PREMISES_SALT
from warroom_lab.world.sites.premises import NOBODY
from warroom_lab.world.sites.readings import SUPPLY_SALT, make_reading_ids

Row = dict[str, Any]


def make_dark_reading_rows(gangs: Gangs, day: int) -> list[Row]:
    """A day's readings of meters on cut lines, as corrections (same record ids) of the readings of a day without cuts."""
    sides = gangs.sides
    if day >= sides.size.days or not gangs.cuts.spans:
        return []
    meters = sides.places.meters
    numbers, moments, planned = meters.draw_power_readings(day)
    real = planned.copy()
    buildings = {
        int(service): int(large) for service, large in zip(meters.service, meters.large, strict=True)
    }
    for row, supply in enumerate(numbers.tolist()):
        real[row] *= _compute_lit_shares(gangs, supply, buildings.get(supply, NOBODY), moments)
    changed = real != planned
    rows, at = np.nonzero(changed)
    return _make_corrections(gangs, numbers[rows], moments[at], real[changed])


def _compute_lit_shares(gangs: Gangs, supply: int, building: int, moments: Array) -> Array:
    """1 where the grid feeds a meter at a moment, 0 where it does not: own power runs past the meter."""
    step = gangs.sides.places.meters.minutes * MINUTE
    if building == NOBODY:
        spans = gangs.cuts.list_dark_spans(supply)
        dark = [(start, end) for start, end in spans]
    else:
        building_outages = list_outages(gangs.cuts, building, gangs.sides.seed, gangs.adapts)
        dark = [(outage.start, outage.grid_again) for outage in building_outages]
    lit = np.ones(len(moments))
    for start, end in dark:
        overlap = np.minimum(moments + step, end) - np.maximum(moments, start)
        lit -= np.clip(overlap / step, 0, 1)
    return np.clip(lit, 0, 1)


def _make_corrections(gangs: Gangs, numbers: Any, moments: Any, amounts: Any) -> list[Row]:
    start = gangs.sides.start
    ids = [
        str(make_reading_ids("W", np.array([number]), np.array([moment]), start)[0])  # type: ignore[index]
        for number, moment in zip(numbers, moments, strict=True)
    ]
    day = (moments - start) // DAY
    return to_records(
        make_part(
            "grid",
            "readings",
            ids,
            start + (day + 1) * DAY + 4 * HOUR + MINUTE,
            supply_id=[make_token("S", int(number), SUPPLY_SALT) for number in numbers],
            time=moments,
            quantity=np.round(amounts, 2),
            unit=["kWh"] * len(ids),
        )
    )


def make_terminal_rows(gangs: Gangs, first: int, last: int) -> list[Row]:
    """Satellite terminals that gangs put up instead of a cut fibre, seen some days later."""
    rows: list[Row] = []
    if not (gangs.adapts and gangs.cuts.spans):
        return rows
    places = gangs.sides.places
    for building in places.first.tolist():
        for time in list_terminal_starts(gangs.cuts, building, gangs.sides.seed):
            seen = time + 5 * DAY
            if first <= seen < last:
                rows += to_records(_make_terminal_part(building, seen, len(places.supply)))
    return rows


def _make_terminal_part(building: int, seen: int, after: int) -> TablePart:
    return make_part(
        "satellite",
        "supply",
        # Numbered after all that was planned: a new supply, not a correction of one.
        [make_token("S", after + building, SUPPLY_SALT)],
        np.array([seen]),
        premises_id=[make_token("L", building, PREMISES_SALT)],
        kind=["satellite"],
        capacity=np.array([150.0]),
    )


def make_new_advert_rows(gangs: Gangs, first: int, last: int) -> list[Row]:
    """Adverts on pages that opened after a takedown, received between two moments."""
    made: list[PostedAdvert] = []
    for gang, slot in gangs.webs.runs:
        planned = {page.number: page for page in gangs.sides.pages[gang, slot]}
        for advert in gangs.webs.list_posted_adverts(gang, slot, first - DAY, last):
            # A page that opened when it would have anyway: its adverts were delivered as planned.
            same = planned.get(advert.page.number)
            if first <= advert.received < last and (same is None or same.opened != advert.page.opened):
                made.append(advert)
    return to_records(posts.make_advert_rows(made, gangs.sides.write, last)) if made else []


def make_takedown_rows(gangs: Gangs, page: int, time: int) -> list[Row]:
    """The adverts of a page, corrected: they are gone since `time`, which the platform tells an hour later."""
    own = [each for each in gangs.sides.adverts if each.page.number == page and each.time < time]
    told = to_time_column(np.array([time + HOUR]))[0].as_py()
    rows = to_records(posts.make_advert_rows(own, gangs.sides.write, time, time)) if own else []
    return [{**row, "received_at": told} for row in rows]
