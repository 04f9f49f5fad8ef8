"""The hour of a joint operation as a drawing: what each agency does when, around the moment at which all doors open."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from warroom.actions.joint.views import LineView, Need, OperationView
from warroom.web.actions.joint_grid import Column, of_column
from warroom.web.kit.formats import Say
from warroom.web.kit.tables import Tables

COURSE = {
    "search": (-30, 90),
    "arrest": (0, 60),
    "screening": (10, 120),
    "shelter": (60, 240),
    "languages": (10, 120),
    "children": (10, 120),
    "clinics": (-15, 120),
    "cut": (0, 240),
    "evidence": (10, 210),
    "partner": (0, 60),
    "by_hand": (0, 120),
}
"""Minutes from the hour at which each part usually begins and ends. Nothing starts by it: it is for reading."""
STEP, WIDTH, ROW, HEAD, LABEL, EDGE = 30, 1300.0, 26.0, 30.0, 240.0, 20.0
"""Minutes between marks, and the drawing's measures in units of its view box."""


@dataclass(frozen=True, slots=True)
class Part:
    """What an agency does from when to when; `x`, `y` and `width` in units of the drawing's view box."""

    agency: str
    what: str
    start: datetime
    end: datetime
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment of the drawing: its place and its words."""

    x: float
    words: str


@dataclass(frozen=True, slots=True)
class Hour:
    """The drawing in units of its view box; `hour` and `now` are where those moments lie, `said` what was told since."""

    width: float
    height: float
    hour: float
    now: float | None
    parts: tuple[Part, ...]
    marks: tuple[Mark, ...]
    said: tuple[Mark, ...]


def hour_of(
    found: OperationView,
    needs: Sequence[Need],
    columns: Sequence[Column],
    lines: Sequence[LineView],
    say: Say,
) -> Hour | None:
    """The drawing; None where the plan did not say who is needed for what."""
    spans = [COURSE[one.why] for one in needs]
    if not spans:
        return None
    first = min(one[0] for one in spans) // STEP * STEP
    last = -(-max(one[1] for one in spans) // STEP) * STEP
    start, end = (found.hour + timedelta(minutes=one) for one in (first, last))

    def x(at: datetime) -> float:
        return round(LABEL + (at - start) / (end - start) * (WIDTH - LABEL - EDGE), 1)

    parts = _parts(found, needs, columns, x, say)
    inside = [one for one in lines if one.kind in ("said", "result") and start <= one.at <= end]
    every = range(first, last + 1, STEP if last - first <= 6 * STEP else 2 * STEP)
    return Hour(
        WIDTH,
        HEAD + ROW * len(parts) + EDGE / 2,
        x(found.hour),
        x(say.now) if start <= say.now <= end else None,
        parts,
        tuple(_mark(found.hour + timedelta(minutes=one), x, say) for one in every),
        tuple(Mark(x(one.at), f"{say.time(one.at)} {one.agency}") for one in inside),
    )


def _mark(at: datetime, x: Callable[[datetime], float], say: Say) -> Mark:
    return Mark(x(at), f"{say.local(at):%H:%M}")


def _parts(
    found: OperationView,
    needs: Sequence[Need],
    columns: Sequence[Column],
    x: Callable[[datetime], float],
    say: Say,
) -> tuple[Part, ...]:
    """A row for each sort of thing that an agency does, at however many places, in the order of the columns."""
    told = Tables(say, "actions")
    pairs = [
        (column, why)
        for column in columns
        for why in dict.fromkeys(one.why for one in needs if of_column(one, column))
    ]
    made = []
    for row, (column, why) in enumerate(pairs):
        begins, ends = COURSE[why]
        start, end = (found.hour + timedelta(minutes=one) for one in (begins, ends))
        made.append(
            Part(column.name, told("course", why), start, end, x(start), HEAD + ROW * row, x(end) - x(start))
        )
    return tuple(made)
