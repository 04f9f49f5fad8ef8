"""A plot as SVG text: a row a policy, its 90 % interval over the seeds, its mean, and every seed."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from warroom.evaluation.intervals import Interval

WIDTH, LEFT, RIGHT, ROW, FOOT = 420, 102, 82, 26, 24
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class Line:
    """One policy's figure: its interval and each seed's value."""

    name: str
    interval: Interval
    values: Sequence[float]
    text: str


def plot(lines: Sequence[Line], label: str) -> str:
    """The plot; `label` is the id of the element that names it. The axis begins at 0."""
    top = max((max(line.interval.high, *line.values) for line in lines), default=0.0)
    step = nice(top / 3)
    end = step * max(1, -int(-top // step))
    height = ROW * len(lines) + FOOT
    ticks = "".join(_tick(step * n, end, height) for n in range(round(end / step) + 1))
    rows = "".join(_row(line, ROW * at + ROW / 2, end) for at, line in enumerate(lines))
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{label}" '
        f'xmlns="http://www.w3.org/2000/svg">{ticks}{rows}</svg>'
    )


def nice(value: float) -> float:
    """The round step at or above a value: 1, 2, 2.5 or 5 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    # A round number that came out a hair too small is still that number.
    return next(step * power for step in STEPS if step * power >= value * (1 - 1e-9))


def _x(value: float, end: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * value / end, 1)


def _tick(value: float, end: float, height: int) -> str:
    x = _x(value, end)
    return (
        f'<line class="grid" x1="{x}" x2="{x}" y1="0" y2="{height - FOOT}"/>'
        f'<text class="tick" x="{x}" y="{height - 8}" text-anchor="middle">{short(value)}</text>'
    )


def _row(line: Line, y: float, end: float) -> str:
    low, high, mean = (
        _x(value, end) for value in (line.interval.low, line.interval.high, line.interval.value)
    )
    marks = "".join(
        f'<line class="mark" x1="{x}" x2="{x}" y1="{y - 4}" y2="{y + 4}"/>'
        for x in (_x(v, end) for v in line.values)
    )
    return (
        f'<g class="p-{escape(line.name)}"><text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(line.name)}</text>'
        f'<line class="band" x1="{low}" x2="{max(high, low + 1)}" y1="{y}" y2="{y}"/>{marks}'
        f'<circle cx="{mean}" cy="{y}" r="5"/>'
        f'<text class="value" x="{WIDTH - RIGHT + 12}" y="{y + 4}">{escape(line.text)}</text></g>'
    )


def short(value: float) -> str:
    """A number on the axis: 1.5 M, 200 k, 0.25."""
    for size, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"
