"""What is not money in the country of a demo: buildings, lines and meters, tips about places, and journeys as they are seen.

These rows are the country's own as partners send them when nobody acts; the room's exercise acts on money alone.
"""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import pyarrow.compute as pc

from warroom_lab.world.beside.planned import Sides
from warroom_lab.world.beside.told import parts
from warroom_lab.world.drawing.columns import DAY, HOUR
from warroom_lab.world.drawing.rows import Part, times

STANDING = ("premises", "supply", "ties", "trips")
READ_AFTER = DAY + 4 * HOUR
"""A day's readings come early the next morning (`world.sites.readings`)."""


class Surroundings:
    """The country's places and journeys, told as they come to be known. Times in microseconds UTC."""

    def __init__(self, sides: Sides) -> None:
        self._sides = sides

    def between(self, after: int, until: int) -> Iterator[Part]:
        """What was received later than `after` and by `until`."""
        for one in self._standing:
            yield _received(one, after, until)
        for day in range(self._sides.size.days):
            if after < self._sides.start + day * DAY + READ_AFTER <= until:
                yield from self._sides.places.meters.parts(day)

    @cached_property
    def _standing(self) -> list[Part]:
        """What does not come day by day, up to the journeys: the grid's own ties are among what comes first."""
        found = []
        for one in parts(self._sides):
            if one.table in STANDING:
                found.append(one)
            elif one.table == "tips":
                # What people say about places, true and false alike; the rest of what they say has no page here.
                found.append(one._replace(rows=one.rows.filter(pc.equal(one.rows["kind"], "place"))))
            if one.table == "trips":
                break
        return found


def _received(one: Part, after: int, until: int) -> Part:
    first, last = times(np.array([after, until]))
    moment = one.rows["received_at"]
    return one._replace(rows=one.rows.filter(pc.and_(pc.greater(moment, first), pc.less_equal(moment, last))))
