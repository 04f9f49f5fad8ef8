"""A line's daily meter readings as a drawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from warroom.room.map.views import DailyReading

WIDTH, HEIGHT = 720.0, 180.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 712.0, 16.0, 150.0


@dataclass(frozen=True, slots=True)
class Curve:
    """A line from day to day, broken where a day was not read; `top` is the figure at its highest mark."""

    width: float
    height: float
    path: str
    points: list[tuple[float, float, DailyReading]]
    top: float
    first: date
    last: date
    left: float = LEFT
    right: float = RIGHT
    high: float = TOP
    low: float = BOTTOM


def draw_curve(readings: Sequence[DailyReading]) -> Curve | None:
    """Draw the readings on an axis from zero; None without readings."""
    if not readings:
        return None
    first, last = readings[0].day, readings[-1].day
    # If all readings are 0, the axis still needs a length (division by zero).
    top = max((reading.quantity for reading in readings), default=0.0) or 1.0
    days = max(1, (last - first).days)
    points = [
        (
            round(LEFT + (RIGHT - LEFT) * (reading.day - first).days / days, 1),
            round(BOTTOM - (BOTTOM - TOP) * max(0.0, reading.quantity) / top, 1),
            reading,
        )
        for reading in readings
    ]
    return Curve(WIDTH, HEIGHT, _draw_path(points), points, top, first, last)


def _draw_path(points: list[tuple[float, float, DailyReading]]) -> str:
    parts = []
    before: date | None = None
    for x, y, one in points:
        joined = before is not None and one.day - before == timedelta(days=1)
        parts.append(f"{'L' if joined else 'M'}{x:g} {y:g}")
        before = one.day
    return "".join(parts)
