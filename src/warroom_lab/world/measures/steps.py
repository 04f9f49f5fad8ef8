"""Values that change at moments: shares of what works, over the whole run."""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Span = tuple[int, int]
"""From and until, microseconds; until is not inside."""

FOREVER = 2**62


@dataclass(frozen=True, slots=True)
class StepFunction:
    """A share that keeps `values[i]` from `times[i]` on, and is 1 before the first."""

    times: tuple[int, ...]
    values: tuple[float, ...]

    def get_share_at(self, time: int) -> float:
        """The share at a moment."""
        place = bisect_right(self.times, time) - 1
        return self.values[place] if place >= 0 else 1.0

    @classmethod
    def from_function(cls, moments: Iterable[int], value: Callable[[int], float]) -> "StepFunction":
        """The steps of a function that changes only at these moments."""
        times = sorted(set(moments))
        return cls(tuple(times), tuple(value(time) for time in times))


def merge_spans(spans: Iterable[Span]) -> list[Span]:
    """The spans without overlaps, in order."""
    made: list[Span] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(end, made[-1][1]))
        elif end > start:
            made.append((start, end))
    return made


def is_inside_spans(spans: Iterable[Span], time: int) -> bool:
    """Whether a moment lies in one of the spans."""
    return any(start <= time < end for start, end in spans)
