"""48 hours of a building's power beside those of homes and of factories: a shape, not an amount."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import ibis
import numpy as np

from warroom.sites.dossier_views import LoadHour, SiteLoad
from warroom.sites.network import HOME, USES, Array, SupplyNetwork

if TYPE_CHECKING:
    from warroom.lake.lake import Lake

HOURS = 48
LOOKED_BACK = timedelta(days=4)
"""Readings arrive the next morning, and a late one a day later."""
NIGHT, EVENING = range(1, 5), range(18, 22)
FACTORY = USES.index("compound")
Hourly = Mapping[int, Mapping[datetime, float]]
"""kWh by line's row and hour."""


def compare_load(
    lake: "Lake", lines: SupplyNetwork, building: int, as_of: datetime, zone: ZoneInfo
) -> SiteLoad | None:
    """The load of a building; None where no meter of its own was read. A line's readings are summed by the hour."""
    readings = _load_hourly(lake, lines, as_of)
    own = _own_meters(lines, building)
    mine = [readings[row] for row in own if row in readings]
    if not mine:
        return None
    total = _sum_by_hour(mine)
    end = max(total)
    hours = [end - timedelta(hours=back) for back in range(HOURS - 1, -1, -1)]
    homes = _list_of_use(lines, readings, HOME) or _list_heads(lines, readings)
    others = {
        int(lines.premises[row]): [hourly]
        for row, hourly in readings.items()
        if lines.premises[row] >= 0 and lines.premises[row] != building and lines.use[lines.premises[row]] != HOME
    }  # fmt: skip
    factories = [hourly for house, (hourly,) in others.items() if lines.use[house] == FACTORY]
    groups: list[list[Mapping[datetime, float]]] = [[total], homes, factories]
    shapes = [_shape_hours(group, hours) for group in groups]
    flatness = _share_night(total, zone)
    others_flat = [_share_night(hourly, zone) for (hourly,) in others.values()]
    known = [share for share in others_flat if share is not None]
    return SiteLoad(
        hours=tuple(LoadHour(at, *(shape[number] for shape in shapes)) for number, at in enumerate(hours)),
        mean_kwh=round(float(np.mean(list(total.values()))), 1),
        night_share=None if flatness is None else round(flatness, 2),
        as_flat=0 if flatness is None else sum(share >= flatness for share in known),
        metered=len(known),
    )


def _own_meters(lines: SupplyNetwork, building: int) -> list[int]:
    return [int(row) for row in np.flatnonzero((lines.premises == building) & (lines.kind == "feeder"))]


def _load_hourly(lake: "Lake", lines: SupplyNetwork, as_of: datetime) -> Hourly:
    """kWh of every feeder that was read, by hour, of the last days."""
    start = (as_of - LOOKED_BACK).astimezone(UTC)
    table = lake.query_rows("readings", as_of=as_of, days=(start.date(), as_of.astimezone(UTC).date()))
    recent = table.filter([table.unit == "kWh", table.time > ibis.literal(start)])
    rows = recent.select("supply_id", "time", "quantity").to_pyarrow().to_pylist()
    hourly: dict[int, dict[datetime, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows:
        at = lines.line_row.get(row["supply_id"])
        if at is not None and lines.kind[at] == "feeder":
            hourly[at][row["time"].replace(minute=0, second=0, microsecond=0)] += row["quantity"]
    return hourly


def _sum_by_hour(several: Iterable[Mapping[datetime, float]]) -> dict[datetime, float]:
    total: dict[datetime, float] = defaultdict(float)
    for hourly in several:
        for hour, quantity in hourly.items():
            total[hour] += quantity
    return dict(total)


def _list_of_use(lines: SupplyNetwork, readings: Hourly, use: int) -> list[Mapping[datetime, float]]:
    return [
        hourly for row, hourly in readings.items() if lines.premises[row] >= 0 and lines.use[lines.premises[row]] == use
    ]  # fmt: skip


def _list_heads(lines: SupplyNetwork, readings: Hourly) -> list[Mapping[datetime, float]]:
    """Where no home has a meter that is sent: whole feeders, on which most are homes."""
    return [hourly for row, hourly in readings.items() if lines.premises[row] < 0]


def _shape_hours(several: list[Mapping[datetime, float]], hours: list[datetime]) -> list[float | None]:
    """The mean over several of each hour as a multiple of its own mean; None where nobody was read."""
    rows = np.full((len(several), len(hours)), np.nan)
    for number, hourly in enumerate(several):
        rows[number] = [hourly.get(hour, np.nan) for hour in hours]
    means: Array = np.array(
        [row[~np.isnan(row)].mean() if (~np.isnan(row)).any() else np.nan for row in rows]
    )
    shapes = rows / np.where(means > 0, means, np.nan)[:, None]
    columns = (shapes[~np.isnan(shapes[:, number]), number] for number in range(len(hours)))
    return [round(float(column.mean()), 3) if len(column) else None for column in columns]


def _share_night(hourly: Mapping[datetime, float], zone: ZoneInfo) -> float | None:
    """Load of the night's hours as a share of the evening's; None where either was not read."""
    night = [quantity for hour, quantity in hourly.items() if hour.astimezone(zone).hour in NIGHT]
    evening = [quantity for hour, quantity in hourly.items() if hour.astimezone(zone).hour in EVENING]
    if not night or not evening or np.mean(evening) <= 0:
        return None
    return float(np.mean(night) / np.mean(evening))
