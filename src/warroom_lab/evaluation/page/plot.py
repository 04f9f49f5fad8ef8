"""Plots as SVG text: a row a policy, its 90 % interval over the seeds, its mean, and every seed; and a tornado, a row an
assumption, from the figure at the low end of its range to that at the high end."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from warroom_lab.evaluation.intervals import Interval

WIDTH, LEFT, RIGHT, ROW, FOOT = 420, 102, 94, 26, 24
PAIR, EDGE = 36, 18
"""A row of a tornado has its name above its bar: beside it there is no room on a telephone."""
STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True)
class PlotLine:
    """One policy's figure: its interval and each seed's value."""

    name: str
    interval: Interval
    values: Sequence[float]
    text: str


def draw_plot(lines: Sequence[PlotLine], label: str) -> str:
    """The plot; `label` is the id of the element that names it. The axis begins at 0."""
    top = max((max(line.interval.high, *line.values) for line in lines), default=0.0)
    step = round_up_step(top / 3)
    end = step * max(1, -int(-top // step))
    height = ROW * len(lines) + FOOT
    ticks = "".join(_draw_tick(step * n, end, height) for n in range(round(end / step) + 1))
    rows = "".join(_draw_row(line, ROW * at + ROW / 2, end) for at, line in enumerate(lines))
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{label}" '
        f'xmlns="http://www.w3.org/2000/svg">{ticks}{rows}</svg>'
    )


@dataclass(frozen=True)
class TornadoBar:
    """One assumption: its name as HTML in both languages, and the figure at both ends of its range."""

    name: tuple[str, str]
    low: float
    high: float


def draw_tornado(bars: Sequence[TornadoBar], usual: Interval, label: str) -> str:
    """The plot; `label` names it, and `usual` is the figure where everything is as it is, with its interval."""
    ends = [end for bar in bars for end in (bar.low, bar.high)]
    first, last = min([1.0, usual.value, *ends]), max([1.0, usual.value, *ends])
    step = round_up_step((last - first) / 4)
    span = step * math.floor(first / step), step * math.ceil(last / step)
    height = PAIR * len(bars) + FOOT
    grid = "".join(
        _draw_tornado_tick(step * n, span, height)
        for n in range(round(span[0] / step), round(span[1] / step) + 1)
    )
    low, high = (_scale_tornado_x(min(max(end, span[0]), span[1]), span) for end in (usual.low, usual.high))
    band = f'<rect class="usual" x="{low}" width="{max(high - low, 1):.1f}" y="0" height="{height - FOOT}"/>'
    lines = "".join(
        f'<line class="{kind}" x1="{_scale_tornado_x(value, span)}" x2="{_scale_tornado_x(value, span)}" y1="0" y2="{height - FOOT}"/>'
        for kind, value in (("one", 1.0), ("is", usual.value))
    )
    rows = "".join(_draw_bar(bar, PAIR * at, span) for at, bar in enumerate(bars))
    return (
        f'<svg class="tornado" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{label}" '
        f'xmlns="http://www.w3.org/2000/svg">{band}{grid}{lines}{rows}</svg>'
    )


def _scale_tornado_x(value: float, span: tuple[float, float]) -> float:
    return round(EDGE + (WIDTH - 2 * EDGE) * (value - span[0]) / (span[1] - span[0]), 1)


def _draw_tornado_tick(value: float, span: tuple[float, float], height: int) -> str:
    x = _scale_tornado_x(value, span)
    return (
        f'<line class="grid" x1="{x}" x2="{x}" y1="0" y2="{height - FOOT}"/>'
        f'<text class="tick" x="{x}" y="{height - 8}" text-anchor="middle">{format_axis_number(round(value, 9))}</text>'
    )


def _draw_bar(bar: TornadoBar, top: float, span: tuple[float, float]) -> str:
    low, high = _scale_tornado_x(bar.low, span), _scale_tornado_x(bar.high, span)
    y = top + PAIR - 9
    names = "".join(
        f'<text class="{language}" lang="{language}" x="2" y="{top + 14}">{escape(name)}</text>'
        for language, name in zip(("en", "th"), bar.name, strict=True)
    )
    # A hollow dot for the low end and a full one for the high end: which way it goes must not hang on a colour.
    return (
        f'<g class="p-warroom">{names}<line class="band" x1="{min(low, high)}" x2="{max(low, high)}" y1="{y}" y2="{y}"/>'
        f'<circle class="low" cx="{low}" cy="{y}" r="4"/><circle cx="{high}" cy="{y}" r="4"/></g>'
    )


def round_up_step(value: float) -> float:
    """The round step at or above a value: 1, 2, 2.5 or 5 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    # A round number that came out a hair too small is still that number.
    return next(step * power for step in STEPS if step * power >= value * (1 - 1e-9))


def _scale_x(value: float, end: float) -> float:
    return round(LEFT + (WIDTH - LEFT - RIGHT) * value / end, 1)


def _draw_tick(value: float, end: float, height: int) -> str:
    x = _scale_x(value, end)
    return (
        f'<line class="grid" x1="{x}" x2="{x}" y1="0" y2="{height - FOOT}"/>'
        f'<text class="tick" x="{x}" y="{height - 8}" text-anchor="middle">{format_axis_number(value)}</text>'
    )


def _draw_row(line: PlotLine, y: float, end: float) -> str:
    low, high, mean = (
        _scale_x(value, end) for value in (line.interval.low, line.interval.high, line.interval.value)
    )
    marks = "".join(
        f'<line class="mark" x1="{x}" x2="{x}" y1="{y - 4}" y2="{y + 4}"/>'
        for x in (_scale_x(v, end) for v in line.values)
    )
    return (
        f'<g class="p-{escape(line.name)}"><text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(line.name)}</text>'
        f'<line class="band" x1="{low}" x2="{max(high, low + 1)}" y1="{y}" y2="{y}"/>{marks}'
        f'<circle cx="{mean}" cy="{y}" r="5"/>'
        f'<text class="value" x="{WIDTH - RIGHT + 12}" y="{y + 4}">{escape(line.text)}</text></g>'
    )


def format_axis_number(value: float) -> str:
    """A number on the axis: 1.5 M, 200 k, 0.25."""
    for size, letter in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if abs(value) >= size:
            return f"{value / size:.3g}{letter}"
    return f"{value:.3g}"
