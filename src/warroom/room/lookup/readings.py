"""Meter readings of one supply in numbers; the readings themselves stay in the lake."""

from collections.abc import Iterator

from warroom.lake.lake import Lake
from warroom.room.lookup.views import ReadingsView


def iter_readings(lake: Lake, supply: str) -> Iterator[ReadingsView]:
    """Count, range and sources of the meter readings of a supply, one view for each unit."""
    rows = lake.query_rows("readings")
    mine = rows.filter(rows.supply_id == supply)
    # By unit, since kilowatt hours and gigabytes of one supply cannot be added.
    summed = mine.group_by("unit").aggregate(
        count=mine.count(),
        first=mine.time.min(),
        last=mine.time.max(),
        low=mine.quantity.min(),
        high=mine.quantity.max(),
        newest=mine.quantity.argmax(mine.time),
        sources=mine.source.collect(distinct=True),
    )
    for row in summed.order_by("unit").to_pyarrow().to_pylist():
        yield ReadingsView(**{**row, "sources": tuple(sorted(row["sources"]))})
