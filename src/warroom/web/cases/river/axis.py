"""The time axis of the river: linear for the first hours, logarithmic for a longer trail; its end belongs to the room."""

import math
from dataclasses import dataclass
from functools import lru_cache

# A longer time span is drawn on the compressed axis: on an even one over days,
# the first hour would be a few pixels wide.
LINEAR_UP_TO_MINUTES = 360.0
# Minutes up to which the compressed axis is about linear: the k of log(1 + t/k). Chosen, not measured.
KNEE_MINUTES = 10.0
STEPS = (1, 2, 5, 10, 15, 30, 60)
# Marks on an even axis; with more, the times of day overlap.
MOST_STEPS = 9
MARKS = (0, 10, 30, 60, 180, 360, 720, 1440, 2880, 5760, 10080, 20160, 43200, 129600, 525600)
# Pixels between two marks: the width of a time of day and a gap.
CLOSEST_MARKS = 46.0
END = 0.2
"""The least share of the axis for the time since the room could act: what it did is else a few pixels of a long trail."""


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps minutes since the victim's transfer onto x between `left` and `right`.

    From `turn` (minutes; None: nowhere) on, the axis is even and has at least the last fifth of the width.
    """

    left: float
    right: float
    minutes: float
    turn: float | None = None

    @property
    def compressed(self) -> bool:
        return self.minutes > LINEAR_UP_TO_MINUTES

    @property
    def break_minute(self) -> float | None:
        """The minute where the scale changes; None where the end of the axis is wide enough as it is."""
        return _find_break_minute(self)

    def to_x(self, minutes: float) -> float:
        within, turn = min(max(minutes, 0.0), self.minutes), self.break_minute
        if turn is None:
            share = self._compute_share(within, self.minutes)
        elif within <= turn:
            share = (1 - END) * self._compute_share(within, turn)
        else:
            share = 1 - END + END * (within - turn) / (self.minutes - turn)
        return self.left + share * (self.right - self.left)

    def _compute_share(self, minutes: float, whole: float) -> float:
        stretched = self._stretch_minutes(whole)
        return self._stretch_minutes(minutes) / stretched if stretched else 0.0

    def _stretch_minutes(self, minutes: float) -> float:
        return math.log1p(minutes / KNEE_MINUTES) if self.compressed else minutes

    def list_marks(self) -> list[tuple[float, float]]:
        """(x, minutes) of each grid line."""
        kept: list[tuple[float, float]] = []
        for minutes in self._list_candidates():
            x = self.to_x(minutes)
            # On the compressed axis late marks are close together, and their labels would overlap.
            if not kept or x - kept[-1][0] >= CLOSEST_MARKS:
                kept.append((x, minutes))
        return kept

    def _list_candidates(self) -> list[float]:
        if self.compressed:
            return [float(mark) for mark in MARKS if mark <= self.minutes]
        step = next((step for step in STEPS if self.minutes / step <= MOST_STEPS), STEPS[-1])
        return [float(mark) for mark in range(0, int(self.minutes) + 1, step)]


# An axis maps every payment of a trail, and has one.
@lru_cache(maxsize=64)
def _find_break_minute(axis: Axis) -> float | None:
    if axis.turn is None or not 0 < axis.turn < axis.minutes:
        return None
    return axis.turn if axis._compute_share(axis.turn, axis.minutes) > 1 - END else None
