"""A time line as a drawing: a row per kind of event, and a mark whose size grows with the number of events."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.room.lookup.views import TimelineLine
from warroom.web.kit.formats import Say

WIDTH, LEFT, RIGHT, TOP, ROW = 1180.0, 190.0, 30.0, 20.0, 26.0
CLOSE = 9.0
"""Units; closer events share one mark. Chosen, not measured."""
SMALLEST, LARGEST = 3.5, 9.0


@dataclass(frozen=True, slots=True)
class StripMark:
    """So many things of one kind at one place; `words` say what and when."""

    x: float
    y: float
    radius: float
    words: str


@dataclass(frozen=True, slots=True)
class TimelineStrip:
    """The drawing in units of its view box: rows as (y, name), and words below it as (x, words)."""

    width: float
    height: float
    left: float
    rows: tuple[tuple[float, str], ...]
    marks: tuple[StripMark, ...]
    times: tuple[tuple[float, str], ...]


def draw_strip(lines: Sequence[TimelineLine], name: Callable[[str], str], say: Say) -> TimelineStrip | None:
    """Draw the lines, in any order; None if all are at the same time."""
    if len(lines) < 2:
        return None
    first, last = min(line.at for line in lines), max(line.at for line in lines)
    whole = (last - first) or timedelta(minutes=1)

    def x_of(moment: datetime) -> float:
        return LEFT + (moment - first) / whole * (WIDTH - LEFT - RIGHT)

    kinds = list(dict.fromkeys(line.kind for line in sorted(lines, key=lambda line: line.at)))
    y = {kind: TOP + ROW * n for n, kind in enumerate(kinds)}
    count = Counter((line.kind, round(x_of(line.at) / CLOSE)) for line in lines)
    begun: dict[tuple[str, int], datetime] = {}
    for line in lines:
        key = (line.kind, round(x_of(line.at) / CLOSE))
        begun[key] = min(begun.get(key, line.at), line.at)
    marks = [
        StripMark(
            key[1] * CLOSE,
            y[key[0]],
            min(LARGEST, SMALLEST * number**0.5),
            f"{name(key[0])}: {say.count(number)}, {say.moment(begun[key])}",
        )
        for key, number in sorted(count.items(), key=lambda item: item[0])
    ]
    height = TOP + ROW * len(kinds) + 20
    times = tuple((x_of(first + whole * n / 4), say.moment(first + whole * n / 4)) for n in range(5))
    rows = tuple((y[kind], name(kind)) for kind in kinds)
    return TimelineStrip(WIDTH, height, LEFT, rows, tuple(marks), times)
