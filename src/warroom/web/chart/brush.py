"""The time line below the drawing: the victims' money moved per part of time, and the selected span."""

from dataclasses import dataclass
from datetime import datetime

from warroom.room.chart.views import ChartView

# Pixels, the height of the strip.
HIGH = 30.0
SHRUNK = 0.6
"""Exponent of the bars' height: on a linear scale only the first hour would be visible. The page says so."""


@dataclass(frozen=True, slots=True)
class BrushBar:
    """One part of the time: its height of at most `HIGH`, and whether it lies in the chosen span."""

    height: float
    inside: bool


@dataclass(frozen=True, slots=True)
class Brush:
    """The bars, in how many parts; `first` and `part` are seconds since 1970 and of each part; `since` and `until` count
    parts from the left.
    """

    bars: tuple[BrushBar, ...]
    first: int
    part: float
    since: int
    until: int


def build_brush(view: ChartView) -> Brush | None:
    """The bars of a chart; None if everything happened at one moment."""
    if view.front is None or not view.front.bars or view.first is None or view.last is None:
        return None
    bars, first = view.front.bars, view.first.timestamp()
    part = (view.last.timestamp() - first) / len(bars)

    def find_bar(moment: datetime | None, otherwise: int) -> int:
        return (
            otherwise
            if moment is None
            else max(0, min(len(bars), round((moment.timestamp() - first) / part)))
        )

    since, until = find_bar(view.look.since, 0), find_bar(view.look.until, len(bars))
    most = max(bars)
    made = tuple(
        BrushBar(max(1.0, HIGH * (bar_satang / most) ** SHRUNK) if bar_satang else 0.0, since <= at < until)
        for at, bar_satang in enumerate(bars)
    )
    return Brush(made, int(first), part, since, until)
