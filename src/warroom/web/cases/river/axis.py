"""The time axis of the river: linear for the first hours, logarithmic for a longer trail."""

import math
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Axis:
    """Maps minutes since the victim's transfer onto x between `left` and `right`."""

    left: float
    right: float
    minutes: float

    @property
    def compressed(self) -> bool:
        return self.minutes > LINEAR_UP_TO_MINUTES

    def to_x(self, minutes: float) -> float:
        whole = self._stretch_minutes(self.minutes)
        share = self._stretch_minutes(min(max(minutes, 0.0), self.minutes)) / whole if whole else 0.0
        return self.left + share * (self.right - self.left)

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
