"""What is not money in the country of a demo: buildings, lines and meters, tips about places, and journeys as they are seen.

These rows are the country's own as partners send them when nobody acts; the room's exercise acts on money alone.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pyarrow.compute as pc

from warroom_lab.world.beside.planned import SidePlan
from warroom_lab.world.beside.told import iter_parts
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.rows import TablePart, to_time_column

STANDING = ("premises", "supply", "ties", "trips")
READ_AFTER = DAY + 4 * HOUR
"""A day's readings come early the next morning (`world.sites.readings`)."""


class Surroundings:
    """The country's places and journeys, told as they come to be known. Times in microseconds UTC."""

    def __init__(self, sides: SidePlan) -> None:
        self._sides = sides

    def iter_parts_between(self, after: int, until: int) -> Iterator[TablePart]:
        """What was received later than `after` and by `until`."""
        for one in self._standing_parts:
            yield _filter_received(one, after, until)
        for day in range(self._sides.size.days):
            if after < self._sides.start + day * DAY + READ_AFTER <= until:
                yield from self._sides.places.meters.list_day_parts(day)

    @cached_property
    def _standing_parts(self) -> list[TablePart]:
        """What does not come day by day, up to the journeys: the grid's own ties are among what comes first."""
        standing_parts = []
        for part in iter_parts(self._sides):
            if part.table in STANDING:
                standing_parts.append(part)
            elif part.table == "tips":
                # What people say about places, true and false alike; the rest of what they say has no page here.
                standing_parts.append(
                    part._replace(rows=part.rows.filter(pc.equal(part.rows["kind"], "place")))
                )
            if part.table == "trips":
                break
        return standing_parts


def _filter_received(one: TablePart, after: int, until: int) -> TablePart:
    first, last = to_time_column(np.array([after, until]))
    moment = one.rows["received_at"]
    return one._replace(rows=one.rows.filter(pc.and_(pc.greater(moment, first), pc.less_equal(moment, last))))
